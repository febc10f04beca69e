//! The framing of the bytes between docgen and its agent: sans-IO, shared by both ends.
//!
//! ```text
//! frame = kind u8 | stream u8 | id u32 (big endian) | length u32 (big endian) | payload
//! ```
//! The agent's package includes this file by path, so that the two ends cannot drift apart.

/// Bytes before the payload of each frame.
pub const HEADER: usize = 10;

/// Longest payload that is accepted, in bytes; a longer one means that the peer is broken.
pub const MAX_PAYLOAD: usize = 64 << 20;

/// One frame; what the payload means is told by `kind` (see `message`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What it is: an ASCII letter.
    pub kind: u8,
    /// Which output stream, for output; else 0.
    pub stream: u8,
    /// The block, session or request that it is about.
    pub id: u32,
    /// The rest.
    pub payload: Vec<u8>,
}

impl Frame {
    /// Returns the bytes of the frame.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + self.payload.len());
        bytes.push(self.kind);
        bytes.push(self.stream);
        bytes.extend_from_slice(&self.id.to_be_bytes());
        bytes.extend_from_slice(&(self.payload.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&self.payload);
        bytes
    }
}

/// A frame announced more than [`MAX_PAYLOAD`] bytes; nothing after it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oversized(
    /// The announced length in bytes.
    pub usize,
);

/// Turns chunks of bytes, cut anywhere, into frames.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    start: usize,
}

impl Decoder {
    /// Adds bytes as they arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns the next whole frame, or `None` if more bytes are needed.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, Oversized> {
        let bytes = &self.buffer[self.start..];
        let Some((header, rest)) = bytes.split_at_checked(HEADER) else {
            return Ok(None);
        };
        let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let length = number(6) as usize;
        if length > MAX_PAYLOAD {
            return Err(Oversized(length));
        }
        let Some(payload) = rest.get(..length) else {
            return Ok(None);
        };
        let frame = Frame {
            kind: header[0],
            stream: header[1],
            id: number(2),
            payload: payload.to_vec(),
        };
        self.start += HEADER + length;
        Ok(Some(frame))
    }
}
