//! Which page shows which problem, and how.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Look, Severity};

/// The problems of an edition, drawn.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// Of the site as a whole.
    everywhere: Vec<Drawn>,
    /// By the address of the page that shows them.
    pages: BTreeMap<String, Vec<Drawn>>,
}

#[derive(Debug, Clone)]
struct Drawn {
    severity: Severity,
    text: String,
}

impl Problems {
    pub(super) fn new(diagnostics: &[Diagnostic]) -> Self {
        let mut problems = Self::default();
        for diagnostic in diagnostics {
            let drawn = Drawn {
                severity: diagnostic.severity,
                text: diagnostic.draw(Look::Plain),
            };
            let path = diagnostic.place.as_ref().map(|place| place.file.path.as_str());
            let addresses = path.map(addresses).unwrap_or_default();
            if addresses.is_empty() {
                problems.everywhere.push(drawn.clone());
            }
            for address in addresses {
                problems.pages.entry(address).or_default().push(drawn.clone());
            }
        }
        problems
    }

    /// Returns whether something is wrong that may be why there is no page at `address`.
    pub(super) fn may_hinder(&self, address: &str) -> bool {
        self.pages.contains_key(address) || !self.everywhere.is_empty()
    }

    /// Returns what the page at `address` shows; `None` if nothing is wrong.
    pub(super) fn panel(&self, address: &str) -> Option<String> {
        let own = self.pages.get(address).map_or(&[][..], Vec::as_slice);
        let here: Vec<&Drawn> = own.iter().chain(&self.everywhere).collect();
        // A comparison shows what its guide shows, and need not be named beside it.
        let is_beside = |other: &str| {
            let guide = other.strip_suffix(COMPARE);
            guide.is_some_and(|guide| self.pages.contains_key(guide)) || format!("{other}{COMPARE}") == address
        };
        let others: Vec<&String> = self
            .pages
            .keys()
            .filter(|other| *other != address && !is_beside(other))
            .collect();
        if here.is_empty() && others.is_empty() {
            return None;
        }
        let wrong = here.iter().any(|drawn| drawn.severity == Severity::Error);
        let class = match (here.is_empty(), wrong) {
            (true, _) => "elsewhere",
            (false, true) => "error",
            (false, false) => "warning",
        };
        let mut html = format!("<aside id=\"docgen-problems\" class=\"{class}\" aria-label=\"Problems\">");
        if !here.is_empty() {
            html.push_str(&format!(
                "<details open><summary>{} here</summary>",
                counted(here.len())
            ));
            for drawn in here {
                html.push_str(&format!("<pre tabindex=\"0\">{}</pre>", escaped(&drawn.text)));
            }
            html.push_str("</details>");
        }
        if !others.is_empty() {
            let links: Vec<String> = others
                .iter()
                .map(|other| format!("<a href=\"/{0}\">/{0}</a>", escaped(other)))
                .collect();
            html.push_str(&format!("<p>Problems elsewhere: {}</p>", links.join(", ")));
        }
        html.push_str("</aside>");
        Some(html)
    }
}

/// What the address of a comparison has after that of its guide.
const COMPARE: &str = "compare/";

/// The addresses of the pages that a source file makes; none for a file that makes no page of its own.
fn addresses(path: &str) -> Vec<String> {
    let Some(stem) = path.strip_prefix("content/").and_then(|path| path.strip_suffix(".md")) else {
        return Vec::new();
    };
    let (folder, name) = stem
        .rsplit_once('/')
        .map_or(("", stem), |(folder, name)| (folder, name));
    let folder = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    match name {
        "guide" | "original" if !folder.is_empty() => vec![format!("{folder}{COMPARE}"), folder],
        "_index" | "index" => vec![folder],
        name => vec![format!("{folder}{name}/")],
    }
}

fn counted(number: usize) -> String {
    match number {
        1 => "1 problem".to_owned(),
        _ => format!("{number} problems"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Place, SourceFile};

    fn problem(path: &str, message: &str) -> Diagnostic {
        let place = Place {
            file: SourceFile::new(path, "a < b\n"),
            span: 0..1,
        };
        Diagnostic::error("x", Some(place), message)
    }

    #[test]
    fn a_page_shows_its_own_problems_and_names_the_others() {
        let problems = Problems::new(&[
            problem("content/g/guide.md", "first"),
            problem("content/a/b.md", "second"),
            Diagnostic::warning("y", None, "third"),
        ]);
        let panel = problems.panel("g/").expect("two problems");
        assert!(panel.contains("2 problems here") && panel.contains("first") && panel.contains("third"));
        assert!(panel.contains("a &lt; b") && !panel.contains("second"));
        assert!(panel.contains("<a href=\"/a/b/\">/a/b/</a>"), "{panel}");
        let compare = problems.panel("g/compare/").expect("the same problems");
        assert!(compare.contains("first") && !compare.contains("\"/g/\""), "{compare}");
        let home = Problems::new(&[problem("content/_index.md", "at home")]);
        assert!(home.panel("g/").expect("it is named").contains("<a href=\"/\">/</a>"));
        assert!(problems.may_hinder("any/") && problems.panel("any/").is_some());
        assert!(Problems::new(&[]).panel("g/").is_none());
    }

    #[test]
    fn a_file_of_content_makes_pages() {
        for (path, pages) in [
            ("content/_index.md", vec![""]),
            ("content/a/_index.md", vec!["a/"]),
            ("content/a/b/original.md", vec!["a/b/compare/", "a/b/"]),
            ("content/guide.md", vec!["guide/"]),
            ("docgen.toml", vec![]),
            ("theme/page.html", vec![]),
        ] {
            assert_eq!(addresses(path), pages, "{path}");
        }
    }
}
