//! Pictures of a window: PNG files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A picture of what a window shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file, as the browser made it.
    pub png: Vec<u8>,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Reads a picture as WebDriver sends it: a PNG file in base64.
pub(super) fn decoded(text: &str) -> Option<Picture> {
    let png = STANDARD.decode(text.trim()).ok()?;
    let (width, height) = size(&png)?;
    Some(Picture { png, width, height })
}

/// Returns width and height of a PNG file, which its first chunk tells.
pub fn size(png: &[u8]) -> Option<(u32, u32)> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    let header = png.strip_prefix(SIGNATURE)?.get(4..)?.strip_prefix(b"IHDR")?;
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_picture() {
        let text = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        let picture = decoded(text).unwrap();
        assert_eq!((picture.width, picture.height), (1, 1));
        assert_eq!(decoded("aGVsbG8="), None);
        assert_eq!(size(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), None);
    }
}
