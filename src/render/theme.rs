//! The theme: templates, style sheet, scripts. A site replaces them file by file.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use crate::diagnostic::Diagnostic;
use crate::parse::values;
use crate::render::template_tags;
use crate::source::{Place, SourceFile};

/// The built-in theme's templates.
const TEMPLATES: [(&str, &str); 7] = [
    ("base.html", include_str!("../../theme/base.html")),
    ("page.html", include_str!("../../theme/page.html")),
    ("compare.html", include_str!("../../theme/compare.html")),
    ("block.html", include_str!("../../theme/block.html")),
    ("tabs.html", include_str!("../../theme/tabs.html")),
    ("404.html", include_str!("../../theme/404.html")),
    ("redirect.html", include_str!("../../theme/redirect.html")),
];

/// The built-in theme's other files.
const FILES: [(&str, &[u8]); 9] = [
    ("style.css", include_bytes!("../../theme/style.css")),
    ("early.js", include_bytes!("../../theme/early.js")),
    ("redirect.js", include_bytes!("../../theme/redirect.js")),
    ("page.js", include_bytes!("../../theme/page.js")),
    ("search.js", include_bytes!("../../theme/search.js")),
    ("tabs.js", include_bytes!("../../theme/tabs.js")),
    ("icon.svg", include_bytes!("../../theme/icon.svg")),
    ("fonts/inter.woff2", include_bytes!("../../theme/fonts/inter.woff2")),
    (
        "fonts/jetbrains-mono.woff2",
        include_bytes!("../../theme/fonts/jetbrains-mono.woff2"),
    ),
];

/// Templates ready to render, and the files that go with them.
pub(crate) struct Theme {
    tera: Tera,
    /// Templates that the site brings, for diagnostics.
    own: BTreeMap<String, String>,
    folder: String,
    /// Files by their output path, with a hash in their names.
    pub files: BTreeMap<String, Bytes>,
    /// Output path by the name that templates use: `style_css`.
    pub names: BTreeMap<String, String>,
}

impl Theme {
    /// Puts the built-in theme and the site's own files (`own`, from the folder `folder`) together.
    ///
    /// # Errors
    /// A diagnostic if a template does not compile.
    pub(crate) fn new(folder: &str, own: &BTreeMap<String, Bytes>) -> Result<Self, Diagnostic> {
        let is_template = |name: &str| name.ends_with(".html");
        let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        let mut theme = Self {
            tera: Tera::new(),
            own: own
                .iter()
                .filter(|(name, _)| is_template(name))
                .map(|(name, bytes)| (name.clone(), text(bytes)))
                .collect(),
            folder: folder.to_owned(),
            files: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        let mut templates: BTreeMap<&str, &str> = TEMPLATES.into();
        templates.extend(theme.own.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let mut tera = Tera::new();
        tera.add_raw_templates(templates)
            .map_err(|error| theme.diagnostic("theme", &error))?;
        theme.tera = tera;
        let built_in = FILES.map(|(name, bytes)| (name, Bytes::from_static(bytes)));
        let mut files = BTreeMap::from(built_in);
        let own = own.iter().filter(|(name, _)| !is_template(name));
        files.extend(own.map(|(name, bytes)| (name.as_str(), bytes.clone())));
        theme.add_files(files);
        Ok(theme)
    }

    /// Adds files under hashed names. Style sheets come last: they may name the others.
    fn add_files(&mut self, files: BTreeMap<&str, Bytes>) {
        let (sheets, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(name, _)| name.ends_with(".css"));
        for (name, bytes) in others {
            self.add_file(name, bytes);
        }
        for (name, bytes) in sheets {
            let mut text = String::from_utf8_lossy(&bytes).into_owned();
            for (key, path) in &self.names {
                let plain = path.trim_start_matches("theme/");
                let written = original_name(key, plain);
                text = text.replace(&format!("url({written})"), &format!("url({plain})"));
            }
            self.add_file(name, text.into());
        }
    }

    /// Adds one file under a hashed name.
    pub(crate) fn add_file(&mut self, name: &str, bytes: Bytes) {
        let hash = blake3::hash(&bytes).to_hex();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
        let path = format!("theme/{stem}.{}.{extension}", &hash[..10]);
        self.names.insert(name.replace(['.', '-', '/'], "_"), path.clone());
        self.files.insert(path, bytes);
    }

    /// Renders a template with its view.
    ///
    /// # Errors
    /// A diagnostic that names the template's file and line.
    pub(crate) fn render(&self, template: &str, view: &impl Serialize) -> Result<String, Diagnostic> {
        let context = Context::from_serialize(view).map_err(|error| self.diagnostic(template, &error))?;
        self.tera
            .render(template, &context)
            .map_err(|error| self.diagnostic(template, &error))
    }

    fn diagnostic(&self, template: &str, error: &tera::Error) -> Diagnostic {
        let (ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report)) = error.kind() else {
            return self.without_report(template, error);
        };
        let name = report.filename();
        let (path, text) = match self.own.get(name) {
            Some(text) => (format!("{}/{name}", self.folder), text.clone()),
            None => (format!("theme/{name}"), self.built_in(name)),
        };
        let span = report.span().range.clone();
        let is_tag = report.message().eq_ignore_ascii_case("unknown tag");
        let expected = is_tag.then(|| template_tags::expected(&text, span.start)).flatten();
        let place = Place {
            file: SourceFile::new(path, text),
            span,
        };
        let problem = Diagnostic::error("template", Some(place), lower_first(report.message()));
        match expected {
            Some(expected) => problem.help(expected),
            None => problem.help("docs of the template language: https://keats.github.io/tera/"),
        }
    }

    /// Errors of which the template language tells no place by itself.
    fn without_report(&self, template: &str, error: &tera::Error) -> Diagnostic {
        let (word, fact) = match error.kind() {
            ErrorKind::MissingParent { parent, .. } => (parent.clone(), format!("there is no template `{parent}`")),
            ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
                (tpl.clone(), format!("the template `{tpl}` is part of itself"))
            }
            // A drawing of ours is to come, so only the first line of theirs is taken.
            _ => {
                let text = error.to_string();
                let fact = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
                let word = fact.split('`').nth(1).unwrap_or(template);
                (word.to_owned(), lower_first(fact))
            }
        };
        let place = self.own.iter().find_map(|(name, text)| {
            let at = text.find(&word)?;
            Some(Place {
                file: SourceFile::new(format!("{}/{name}", self.folder), text.clone()),
                span: at..at + word.len(),
            })
        });
        let problem = Diagnostic::error("template", place, fact);
        let near = values::suggestion(&word, &TEMPLATES.map(|(name, _)| name)).filter(|near| **near != *word);
        match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("docs of the template language: https://keats.github.io/tera/"),
        }
    }

    /// Returns a warning for each of the site's templates that nothing uses: most likely its name is misspelt.
    pub(crate) fn unused(&self) -> Vec<Diagnostic> {
        let is_built_in = |name: &str| TEMPLATES.iter().any(|(known, _)| *known == name);
        let is_named = |name: &str| {
            let quoted = [format!("\"{name}\""), format!("'{name}'")];
            self.own
                .values()
                .any(|text| quoted.iter().any(|quoted| text.contains(quoted)))
        };
        // Components are known everywhere, whatever file they stand in.
        let is_library = |text: &str| text.contains("{% component ");
        let unused = self
            .own
            .iter()
            .filter(|(name, text)| !is_built_in(name) && !is_named(name) && !is_library(text));
        unused
            .map(|(name, text)| {
                let place = Place {
                    file: SourceFile::new(format!("{}/{name}", self.folder), text.clone()),
                    span: 0..0,
                };
                let problem = Diagnostic::warning("template-unused", Some(place), "nothing uses this template");
                let known = TEMPLATES.map(|(name, _)| name);
                match values::suggestion(name, &known) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help(format!("a page is made by one of {}", known.join(", "))),
                }
            })
            .collect()
    }

    fn built_in(&self, name: &str) -> String {
        TEMPLATES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| (*text).to_owned())
            .unwrap_or_default()
    }
}

/// Returns the name that a style sheet writes for a hashed file: the path without the hash.
fn original_name(key: &str, hashed: &str) -> String {
    let mut parts: Vec<&str> = hashed.split('.').collect();
    if parts.len() > 2 {
        parts.remove(parts.len() - 2);
    }
    let name = parts.join(".");
    debug_assert_eq!(name.replace(['.', '-', '/'], "_"), key);
    name
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sites_own_template_is_used_and_its_errors_have_a_place() {
        let own = BTreeMap::from([("404.html".to_owned(), "one\n{{ nothing.here }}\n".into())]);
        let theme = Theme::new("mine", &own).expect("it compiles");
        let problem = theme
            .render("404.html", &BTreeMap::<String, String>::new())
            .expect_err("no such variable");
        assert_eq!(problem.place.expect("a place").address(), "mine/404.html:2:4");
        for (text, address, fact) in [
            (
                "{% extends \"bass.html\" %}",
                "mine/404.html:1:13",
                "there is no template `bass.html`",
            ),
            ("{{ title | uper }}", "mine/404.html:1:12", "unknown filter `uper`"),
            (
                "{% extends \"404.html\" %}",
                "mine/404.html:1:13",
                "the template `404.html` is part of itself",
            ),
        ] {
            let broken = BTreeMap::from([("404.html".to_owned(), text.to_owned().into())]);
            let problem = Theme::new("mine", &broken).err().expect(text);
            assert_eq!(
                (problem.place.expect(text).address().as_str(), problem.message.as_str()),
                (address, fact)
            );
        }
        let broken = BTreeMap::from([("404.html".to_owned(), "one\n{% if %}".into())]);
        let problem = Theme::new("mine", &broken).err().expect("a syntax error");
        assert!(
            problem
                .place
                .expect("a place")
                .address()
                .starts_with("mine/404.html:2:")
        );
    }

    #[test]
    fn a_template_that_nothing_uses_is_told() {
        let file = |name: &str, text: &str| (name.to_owned(), text.to_owned().into());
        let own = [
            file("pgae.html", ""),
            file("part.html", ""),
            file("parts.html", "{% component x() %}{% endcomponent x %}"),
            file("404.html", "{% include \"part.html\" %}"),
        ];
        let unused = Theme::new("mine", &own.into()).expect("it compiles").unused();
        let told: Vec<_> = unused
            .iter()
            .map(|one| one.place.as_ref().map(Place::address))
            .collect();
        assert_eq!(told, [Some("mine/pgae.html:1:1".to_owned())]);
        assert_eq!(unused[0].help, ["did you mean `page.html`?"]);
    }
}
