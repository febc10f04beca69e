//! One build of a site: the answer to every address. Pure.

use crate::render::{File, Site};
use crate::serve::Built;
use crate::serve::problems::Problems;

/// Where the server's own files are; no page can have this address, because pages come from folders of the content.
const OWN: &str = "-docgen/";
/// Where open pages hear of new editions.
pub(super) const BUILDS: &str = "-docgen/builds";
const RELOAD: &str = include_str!("reload.js");
const STYLE: &str = include_str!("problems.css");

/// A build with its problems.
#[derive(Debug)]
pub(super) struct Edition {
    site: Site,
    problems: Problems,
    /// A hash of all that is shown.
    pub(super) version: String,
}

/// What is answered to a request for a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    /// Where else to look.
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Edition {
    /// Takes a build. One that holds no file keeps those of the edition before.
    pub(super) fn new(built: Built, before: Option<&Edition>) -> Self {
        let site = match before {
            Some(before) if built.site.is_empty() => before.site.clone(),
            _ => built.site,
        };
        let mut hash = blake3::Hasher::new();
        for (path, file) in &site {
            hash.update(path.as_bytes()).update(&[0]).update(&file.hash);
        }
        for diagnostic in &built.diagnostics {
            hash.update(diagnostic.draw(crate::diagnostic::Look::Plain).as_bytes());
        }
        Self {
            site,
            problems: Problems::new(&built.diagnostics),
            version: hash.finalize().to_hex()[..16].to_owned(),
        }
    }

    /// Answers a request for `path`: decoded, without the first `/` and without a query.
    pub(super) fn answer(&self, path: &str) -> Answer {
        if let Some(own) = path.strip_prefix(OWN) {
            return own_file(own);
        }
        let file = if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        };
        if let Some(bytes) = self.bytes(&file) {
            return self.file(200, &file, bytes);
        }
        if self.site.contains_key(&format!("{file}/index.html")) {
            return Answer {
                status: 302,
                content_type: "text/plain; charset=utf-8",
                location: Some(format!("/{}/", encoded(&file))),
                body: Vec::new(),
            };
        }
        if self.problems.may_hinder(&address(&file)) {
            return self.file(500, &file, NOT_MADE.as_bytes()).html();
        }
        match self.bytes("404.html") {
            Some(bytes) => self.file(404, &file, bytes).html(),
            None => self.file(404, &file, NOT_THERE.as_bytes()).html(),
        }
    }

    fn bytes(&self, file: &str) -> Option<&[u8]> {
        self.site.get(file).and_then(File::bytes)
    }

    fn file(&self, status: u16, file: &str, bytes: &[u8]) -> Answer {
        let content_type = if status == 200 { content_type(file) } else { HTML };
        let body = if content_type == HTML {
            self.page(&address(file), &String::from_utf8_lossy(bytes)).into_bytes()
        } else {
            bytes.to_vec()
        };
        Answer {
            status,
            content_type,
            location: None,
            body,
        }
    }

    /// A page, with the script that loads it again and what is wrong with it. Neither is inline.
    fn page(&self, address: &str, html: &str) -> String {
        let head = format!(
            "<link rel=\"stylesheet\" href=\"/{OWN}problems.css\"><script src=\"/{OWN}reload.js?build={}\" defer></script>",
            self.version
        );
        let panel = self.problems.panel(address).unwrap_or_default();
        let head_end = html.find("</head>").unwrap_or(0);
        let at = panel_place(html, head_end);
        [&html[..head_end], &head, &html[head_end..at], &panel, &html[at..]].concat()
    }
}

/// Where the panel goes: the begin of the body, behind the link that skips to the content, which must stay the first.
fn panel_place(html: &str, head_end: usize) -> usize {
    let after = |from: usize, what: &str, end: &str| {
        let at = from + html[from..].find(what)?;
        Some(at + html[at..].find(end)? + end.len())
    };
    let Some(body) = after(head_end, "<body", ">") else {
        return head_end;
    };
    let is_link = html[body..].trim_start().starts_with("<a ");
    after(body, "<a ", "</a>").filter(|_| is_link).unwrap_or(body)
}

const NOT_MADE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"><title>No page yet</title></head><body><h1>This page could not be made</h1><p>It comes back as soon as what is said above is mended.</p></body></html>";
const NOT_THERE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"><title>Nothing is here</title></head><body><h1>Nothing is here</h1></body></html>";
const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

impl Answer {
    fn html(self) -> Self {
        Self {
            content_type: HTML,
            ..self
        }
    }
}

fn own_file(name: &str) -> Answer {
    let (status, content_type, text) = match name {
        "reload.js" => (200, "text/javascript; charset=utf-8", RELOAD),
        "problems.css" => (200, "text/css; charset=utf-8", STYLE),
        _ => (404, TEXT, "docgen has no such file\n"),
    };
    Answer {
        status,
        content_type,
        location: None,
        body: text.as_bytes().to_vec(),
    }
}

/// The address of the page in a file: `a/index.html` is at `a/`.
fn address(file: &str) -> String {
    match file.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.to_owned(),
        _ => format!("{file}/"),
    }
}

/// Encodes a path for a header: everything but what every server leaves as it is.
fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn content_type(file: &str) -> &'static str {
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml",
        "md" => "text/markdown; charset=utf-8",
        "txt" | "sh" => TEXT,
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;

    fn built(files: &[(&str, &str)], diagnostics: Vec<Diagnostic>) -> Built {
        Built {
            site: files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), File::new(text.as_bytes().to_vec())))
                .collect(),
            diagnostics,
            sources: Vec::new(),
        }
    }

    const PAGE: &str = "<html><head><title>a</title></head><body class=\"x\"><p>a</p></body></html>";

    #[test]
    fn pages_get_the_script_and_folders_their_slash() {
        let edition = Edition::new(built(&[("a b/index.html", PAGE), ("x.css", "p{}")], Vec::new()), None);
        let page = edition.answer("a b/");
        let text = String::from_utf8(page.body).expect("a page");
        assert_eq!((page.status, page.content_type), (200, HTML));
        assert!(
            text.contains(&format!("reload.js?build={}\" defer></script></head>", edition.version)),
            "{text}"
        );
        assert!(text.contains("<body class=\"x\"><p>"), "{text}");
        assert_eq!(edition.answer("a b").location.as_deref(), Some("/a%20b/"));
        assert_eq!(edition.answer("x.css").body, b"p{}");
        assert_eq!(edition.answer("x.css").content_type, "text/css; charset=utf-8");
        assert_eq!(edition.answer("../x.css").status, 404);
        assert_eq!(edition.answer("-docgen/reload.js").status, 200);
        assert_eq!(edition.answer("-docgen/none").status, 404);
    }

    #[test]
    fn what_is_wrong_is_shown_and_the_rest_stays() {
        let wrong = || vec![Diagnostic::error("x", None, "no theme")];
        let first = Edition::new(built(&[("index.html", PAGE)], Vec::new()), None);
        let second = Edition::new(built(&[], wrong()), Some(&first));
        assert_ne!(first.version, second.version);
        let text = String::from_utf8(second.answer("").body).expect("a page");
        assert!(
            text.contains("<body class=\"x\"><aside id=\"docgen-problems\" class=\"error\""),
            "{text}"
        );
        assert!(text.contains("no theme") && text.contains("<p>a</p>"), "{text}");
        assert_eq!(second.answer("b/").status, 500);
        assert_eq!(first.answer("b/").status, 404);
    }

    #[test]
    fn a_page_without_head_or_body_is_served_all_the_same() {
        for text in ["", "<p>a", "<body", "</head>", "<body></head>"] {
            let edition = Edition::new(built(&[("index.html", text)], Vec::new()), None);
            let body = String::from_utf8(edition.answer("").body).expect("a page");
            assert!(body.contains("reload.js") && body.len() > text.len(), "{body}");
        }
    }
}
