//! Marks in the stream of a terminal that tell which bytes belong to which block: sans-IO.
//!
//! A mark is `ESC ] 7717 ; NONCE ; BLOCK ; KIND BEL`; the nonce keeps a block from forging one by accident.

/// What a mark says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// The block begins.
    Start(u32),
    /// The block ended.
    End(u32),
    /// The shell shows its prompt.
    Prompt,
    /// A block typed into a shell inside ended, or that shell is ready (block 0).
    Inside {
        /// The block.
        block: u32,
        /// Its status.
        status: i32,
        /// The working directory of the shell inside.
        cwd: String,
    },
}

/// A piece of a terminal's stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Bytes that programs wrote.
    Text(Vec<u8>),
    /// A mark.
    Mark(Mark),
}

/// Longest tail of a mark after the nonce.
const MAX_TAIL: usize = 4200;

/// Finds the marks, however the stream is cut.
pub struct Scanner {
    prefix: Vec<u8>,
    pending: Vec<u8>,
}

impl Scanner {
    /// Makes a scanner for marks with this nonce.
    pub fn new(nonce: &str) -> Self {
        Self {
            prefix: format!("\x1b]7717;{nonce};").into_bytes(),
            pending: Vec::new(),
        }
    }

    /// Takes bytes and returns what is certain by now, in order.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.pending.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        while let Some(at) = find(&self.pending, &self.prefix) {
            let tail = at + self.prefix.len();
            let Some(length) = self.pending[tail..].iter().take(MAX_TAIL).position(|byte| *byte == 7) else {
                if self.pending.len() - tail < MAX_TAIL {
                    text(&mut pieces, self.pending.drain(..at).collect());
                    return pieces;
                }
                text(&mut pieces, self.pending.drain(..tail).collect());
                continue;
            };
            let mark = parse(&self.pending[tail..tail + length]);
            let before: Vec<u8> = self.pending.drain(..tail + length + 1).collect();
            text(&mut pieces, before[..at].to_vec());
            pieces.extend(mark.map(Piece::Mark));
        }
        let keep = (1..self.prefix.len())
            .rev()
            .find(|length| self.pending.ends_with(&self.prefix[..*length]));
        let certain = self.pending.len() - keep.unwrap_or(0);
        text(&mut pieces, self.pending.drain(..certain).collect());
        pieces
    }
}

fn text(pieces: &mut Vec<Piece>, bytes: Vec<u8>) {
    if !bytes.is_empty() {
        pieces.push(Piece::Text(bytes));
    }
}

fn parse(tail: &[u8]) -> Option<Mark> {
    let tail = String::from_utf8_lossy(tail);
    let (block, kind) = tail.split_once(';')?;
    let block = block.parse().ok()?;
    match kind.split_once(';') {
        None if kind == "S" => Some(Mark::Start(block)),
        None if kind == "E" => Some(Mark::End(block)),
        None if kind == "P" => Some(Mark::Prompt),
        Some(("I", rest)) => {
            let (status, cwd) = rest.split_once(';')?;
            Some(Mark::Inside {
                block,
                status: status.parse().ok()?,
                cwd: cwd.to_owned(),
            })
        }
        _ => None,
    }
}

/// Returns where `needle` first stands in `bytes`.
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Mark, Piece, Scanner};

    const STREAM: &[u8] =
        b"noise\x1b]7717;n;7;S\x07out\x1b]0;title\x07put\x1b]7717;n;7;E\x07\x1b]7717;n;0;P\x07 tail\x1b]7";

    fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
        let mut all: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (all.last_mut(), piece) {
                (Some(Piece::Text(before)), Piece::Text(more)) => before.extend(more),
                (_, piece) => all.push(piece),
            }
        }
        all
    }

    #[test]
    fn any_cut_gives_the_same_pieces() {
        let whole = joined(Scanner::new("n").push(STREAM));
        assert_eq!(
            whole,
            [
                Piece::Text(b"noise".to_vec()),
                Piece::Mark(Mark::Start(7)),
                Piece::Text(b"out\x1b]0;title\x07put".to_vec()),
                Piece::Mark(Mark::End(7)),
                Piece::Mark(Mark::Prompt),
                Piece::Text(b" tail".to_vec()),
            ]
        );
        for size in 1..STREAM.len() {
            let mut scanner = Scanner::new("n");
            let pieces = STREAM.chunks(size).flat_map(|chunk| scanner.push(chunk)).collect();
            assert_eq!(joined(pieces), whole, "chunks of {size}");
        }
    }

    #[test]
    fn a_foreign_mark_is_text() {
        let forged = b"\x1b]7717;other;7;E\x07";
        assert_eq!(Scanner::new("n").push(forged), [Piece::Text(forged.to_vec())]);
    }
}
