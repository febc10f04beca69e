//! Images: their element, and how large they are, so that a page does not jump when they arrive.

use crate::render::paint::escaped;

/// Width and height in CSS pixels.
pub(crate) type Size = (u32, u32);

/// Returns the element of an image.
pub(crate) fn element(src: &str, alt: &str, title: &str, size: Option<Size>) -> String {
    let mut out = format!("<img src=\"{}\" alt=\"{}\"", escaped(src), escaped(alt));
    if !title.is_empty() {
        out.push_str(&format!(" title=\"{}\"", escaped(title)));
    }
    if let Some((width, height)) = size {
        out.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
    }
    out + " loading=\"lazy\" decoding=\"async\">"
}

/// Returns the size of an image file; `None` if the bytes do not say.
pub(crate) fn size(path: &str, bytes: &[u8]) -> Option<Size> {
    let (_, extension) = path.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "svg" => svg_size(bytes),
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" => {
            let size = imagesize::blob_size(bytes).ok()?;
            Some((size.width.try_into().ok()?, size.height.try_into().ok()?))
        }
        _ => None,
    }
}

/// The root element says it by `width` and `height`, else by its `viewBox`.
fn svg_size(bytes: &[u8]) -> Option<Size> {
    let text = std::str::from_utf8(bytes).ok()?;
    let tag = &text[text.find("<svg")?..];
    let tag = &tag[..tag.find('>')?];
    let given = pixels(attribute(tag, "width")).zip(pixels(attribute(tag, "height")));
    given.or_else(|| {
        let mut view = attribute(tag, "viewBox")?
            .split([' ', ','])
            .filter(|part| !part.is_empty());
        pixels(view.nth(2)).zip(pixels(view.next()))
    })
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut found = tag.match_indices(name).filter_map(|(at, name)| {
        let before = tag[..at].ends_with(|c: char| c.is_ascii_whitespace());
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| before && matches!(c, '"' | '\''))?;
        value[1..].split(quote).next()
    });
    found.next()
}

/// Reads `24`, `24.5` and `24px`; other units depend on the reader.
fn pixels(value: Option<&str>) -> Option<u32> {
    let number: f64 = value?.trim().trim_end_matches("px").parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked first"
    )]
    (1.0..=100_000.0).contains(&number).then(|| number.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let gif = b"GIF89a\x03\x00\x02\x00\x00\x00\x00\x00\x00\x00";
        assert_eq!(size("a/b.GIF", gif), Some((3, 2)));
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x20\x08\x06\0\0\0";
        assert_eq!(size("b.png", png), Some((256, 32)));
        assert_eq!(size("b.png", b"no image at all, really"), None);
        assert_eq!(size("b.txt", gif), None);
    }

    #[test]
    fn svg_has_several_ways_to_say_it() {
        for (tag, wanted) in [
            (
                "<?xml version=\"1.0\"?>\n<svg width='24px' height=\"16.4\">",
                Some((24, 16)),
            ),
            (
                "<svg stroke-width=\"2\" viewBox=\"0 0 300,150\" width=\"100%\">",
                Some((300, 150)),
            ),
            ("<svg width=\"3em\" height=\"2em\">", None),
            ("<svg width=\"1\"", None),
            ("", None),
        ] {
            assert_eq!(size("a.svg", tag.as_bytes()), wanted, "{tag}");
        }
    }
}
