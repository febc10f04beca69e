//! Where the front matter describes a machine: the place that messages about it point to.

use crate::model::guide::Document;
use crate::source::Span;

/// Returns where the name of a machine stands in the front matter, as a key of `machines` or in a list of names;
/// `None` if the text does not name it, as a site's settings may describe it.
pub fn place(document: &Document, machine: &str) -> Option<Span> {
    let front = document.front.span.clone();
    let text = document.source.text.get(front.clone())?;
    // Where the names of machines begin, once one was seen: the keys of a machine stand deeper.
    let (mut is_inside, mut column) = (false, None);
    let mut start = front.start;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let found = if let Some(list) = line.strip_prefix("machines") {
            (is_inside, column) = (true, None);
            word(list, machine).map(|at| line.len() - list.len() + at)
        } else if line.starts_with("[machines.") {
            name(line, machine)
        } else if line.trim().is_empty() {
            None
        } else {
            is_inside &= indent > 0 || line.starts_with('-');
            let names_begin = *column.get_or_insert(indent);
            name(line, machine).filter(|_| is_inside && indent == names_begin)
        };
        if let Some(at) = found {
            return Some(start + at..start + at + machine.len());
        }
        start += line.len();
    }
    None
}

/// Returns where a line has the name, if that is its key, its item or the name of its table.
fn name(line: &str, machine: &str) -> Option<usize> {
    let key = line
        .trim_start()
        .trim_start_matches("[machines.")
        .trim_start_matches("- ");
    let key = key.trim_start_matches(['"', '\'']);
    let after = key.strip_prefix(machine)?.trim_start_matches(['"', '\'']).trim_start();
    let ends = after.is_empty() || after.starts_with([':', '=', ']', '.']);
    ends.then(|| line.len() - key.len())
}

/// Returns where a text has the name as a whole word.
fn word(text: &str, machine: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let whole = |at: &usize| !text[..*at].ends_with(part) && !text[at + machine.len()..].starts_with(part);
    text.match_indices(machine).map(|(at, _)| at).find(whole)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::place;
    use crate::model::guide::Side;
    use crate::model::settings::Settings;
    use crate::parse::guide::GuideSource;
    use crate::source::SourceFile;

    #[test]
    fn a_machine_is_found_where_it_is_named() {
        for (text, expected) in [
            (
                "---\ntitle: web\nmachines:\n  app:\n    env:\n      web: x\n  web:\n---\n",
                Some((7, 3)),
            ),
            ("---\nmachines:\n- app\n- web\n---\n", Some((4, 3))),
            ("---\nmachines: [web-2, web]\n---\n", Some((2, 19))),
            ("---\nmachines: {\"web\": {}}\n---\n", Some((2, 13))),
            (
                "+++\ntitle = \"x\"\n[machines.web]\nimage = \"a\"\n+++\n",
                Some((3, 11)),
            ),
            ("---\ntitle: web\nother:\n  web: x\n---\n", None),
            ("text", None),
        ] {
            let document = crate::parse::document(SourceFile::new("a.md", text.to_owned()), Side::Revised).value;
            let found = place(&document, "web").map(|span| document.source.line_column(span.start));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_machine_is_blamed_where_it_is_named() {
        let text = "---\nmachines:\n  a:\n    files: {/etc/a: files/no.conf, /etc/b: files}\n---\n";
        let guide = GuideSource {
            name: "a".into(),
            revised: SourceFile::new("guide.md", text.to_owned()),
            original: None,
            compare: None,
            files: BTreeMap::from([("files/a".to_owned(), SourceFile::new("files/a", String::new()))]),
            recorded: None,
        };
        let faults = crate::parse::guide::guide(guide, &Settings::default()).diagnostics;
        let found: Vec<(usize, &str)> = faults
            .iter()
            .filter_map(|fault| {
                let place = fault.place.as_ref()?;
                Some((place.file.line(place.span.start), fault.message.as_str()))
            })
            .collect();
        let expected = [
            (3, "machine `a`: there is no file `files/no.conf` in the guide's folder"),
            (3, "machine `a`: `files` is a folder; name each file of it"),
        ];
        assert_eq!(found, expected);
    }
}
