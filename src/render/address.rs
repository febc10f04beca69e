//! Addresses of pages: folders below the site's root, and the relative links between them.
//!
//! Links are relative and name `index.html`, so that a site works from a sub-path and from a folder on disk.

use std::borrow::Cow;

/// Returns the file that a browser loads for an address: `"a/b/"` is `"a/b/index.html"`.
pub(crate) fn file(address: &str) -> String {
    if address.is_empty() || address.ends_with('/') {
        format!("{address}index.html")
    } else {
        address.to_owned()
    }
}

/// Returns the way from the page at `address` up to the site's root: `"a/b/"` gives `"../../"`, the home page `"./"`.
pub(crate) fn root(address: &str) -> String {
    match address.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// Returns the link from the page at `from` to the address or file `to`.
pub(crate) fn link(from: &str, to: &str) -> String {
    let target = file(to);
    let shared = shared_folder(from, &target);
    let up = "../".repeat(from[shared..].matches('/').count());
    let path = format!("{up}{}", encoded(&target[shared..]));
    // A first part with a colon would read as a scheme.
    if path.split('/').next().is_some_and(|first| first.contains(':')) {
        format!("./{path}")
    } else {
        path
    }
}

/// Returns the full address of a page below `base`, as machines want it: in ASCII.
pub(crate) fn full(base: &str, address: &str) -> String {
    let is_written_out = |byte: u8| is_sign(byte) || !byte.is_ascii();
    format!("{base}{}", encoded_where(address, is_written_out))
}

/// What would end the path of an address, or begin something else, if it came from the name of a file.
fn is_sign(byte: u8) -> bool {
    matches!(byte, b'%' | b'#' | b'?' | b' ')
}

/// Writes a path as the path of a link.
pub(crate) fn encoded(path: &str) -> Cow<'_, str> {
    encoded_where(path, is_sign)
}

fn encoded_where(path: &str, is_written_out: impl Fn(u8) -> bool) -> Cow<'_, str> {
    if !path.bytes().any(&is_written_out) {
        return Cow::Borrowed(path);
    }
    let mut out = Vec::with_capacity(path.len() + 16);
    for byte in path.bytes() {
        if is_written_out(byte) {
            out.extend(format!("%{byte:02X}").into_bytes());
        } else {
            out.push(byte);
        }
    }
    // Only whole bytes of ASCII were put in place of others, so it is text still.
    Cow::Owned(String::from_utf8(out).unwrap_or_default())
}

/// Returns how many bytes of folders (with their `/`) two paths share at the start.
fn shared_folder(from: &str, to: &str) -> usize {
    let mut shared = 0;
    for (index, (a, b)) in from.bytes().zip(to.bytes()).enumerate() {
        if a != b {
            break;
        }
        if a == b'/' {
            shared = index + 1;
        }
    }
    shared
}

/// Resolves a relative path against the folder of `base` (a file's path); `None` if it leaves the root.
pub(crate) fn resolve(base: &str, relative: &str) -> Option<String> {
    let folder = base.rfind('/').map_or("", |at| &base[..at]);
    let mut parts: Vec<&str> = if relative.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Returns the address of the folder above, `None` above the home page.
pub(crate) fn parent(address: &str) -> Option<&str> {
    let trimmed = address.strip_suffix('/').unwrap_or(address);
    if trimmed.is_empty() {
        return None;
    }
    Some(trimmed.rfind('/').map_or("", |at| &trimmed[..=at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_and_name_the_file() {
        assert_eq!(link("a/b/", "a/c/"), "../c/index.html");
        assert_eq!(link("a/b/", ""), "../../index.html");
        assert_eq!(link("", "a/"), "a/index.html");
        assert_eq!(link("a/", "a/"), "index.html");
        assert_eq!(link("a/", "a/compare/"), "compare/index.html");
        assert_eq!(link("a/b/", "theme/x.css"), "../../theme/x.css");
        assert_eq!(link("abc/", "abd/"), "../abd/index.html");
        assert_eq!(link("", "a:b/"), "./a:b/index.html");
        assert_eq!(link("a/", "a/c#1 50%?/"), "c%231%2050%25%3F/index.html");
        assert_eq!(link("", "über/"), "über/index.html");
        assert_eq!(full("https://x.test/", "ü#/"), "https://x.test/%C3%BC%23/");
    }

    #[test]
    fn paths_resolve_but_never_leave_the_root() {
        assert_eq!(
            resolve("content/a/guide.md", "../b.md").as_deref(),
            Some("content/b.md")
        );
        assert_eq!(
            resolve("content/a/guide.md", "./x/../y.png").as_deref(),
            Some("content/a/y.png")
        );
        assert_eq!(resolve("a.md", "../b.md"), None);
        assert_eq!(parent("a/b/"), Some("a/"));
        assert_eq!(parent("a/"), Some(""));
        assert_eq!(parent(""), None);
        assert_eq!(root("a/b/"), "../../");
    }
}
