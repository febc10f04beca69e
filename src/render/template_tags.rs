//! What to say about a tag that the template language does not expect: it tells only where it stands.

use std::sync::LazyLock;

use regex::Regex;

use crate::parse::values;

static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\{%-?\s*(\w+)").ok());

/// Tags that have an end.
const OPENING: [&str; 5] = ["block", "component", "filter", "for", "if"];
const OTHERS: [&str; 10] = [
    "break",
    "continue",
    "elif",
    "else",
    "extends",
    "include",
    "raw",
    "set",
    "set_global",
    "endset",
];

/// Says what was expected in place of the tag at `at` of a template.
pub(crate) fn expected(text: &str, at: usize) -> Option<String> {
    let rest = text.get(at..)?;
    let word = &rest[..rest
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(rest.len())];
    let known: Vec<String> = OPENING.iter().map(|tag| format!("end{tag}")).collect();
    let known: Vec<&str> = OPENING
        .into_iter()
        .chain(OTHERS)
        .chain(known.iter().map(String::as_str))
        .collect();
    if !known.contains(&word) {
        let near = values::suggestion(word, &known)?;
        return Some(format!("did you mean `{{% {near} %}}`?"));
    }
    Some(match open_before(text, at) {
        Some((tag, line)) => {
            format!("`{{% {tag} %}}` of line {line} is still open here: end it first, with `{{% end{tag} %}}`")
        }
        None => format!("nothing is open here that `{word}` could belong to"),
    })
}

/// The innermost tag that is open before `at`, with its line.
fn open_before(text: &str, at: usize) -> Option<(&str, usize)> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    for found in TAG.as_ref()?.captures_iter(&text[..at]) {
        let tag = found.get(1)?;
        if OPENING.contains(&tag.as_str()) {
            open.push((tag.as_str(), text[..tag.start()].matches('\n').count() + 1));
        } else if tag
            .as_str()
            .strip_prefix("end")
            .is_some_and(|tag| OPENING.contains(&tag))
        {
            open.pop();
        }
    }
    open.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unexpected_tag_has_a_remedy() {
        let help = |text: &str| expected(text, text.rfind("{% ").unwrap() + 3);
        let open = help("{% block a %}\n{% if x %}\n{% for y in z %}{% endfor %}\n{% endblock a %}");
        assert_eq!(
            open.as_deref(),
            Some("`{% if %}` of line 2 is still open here: end it first, with `{% endif %}`")
        );
        let stray = help("{% if x %}{% endif %}\n{% endfor %}");
        assert_eq!(
            stray.as_deref(),
            Some("nothing is open here that `endfor` could belong to")
        );
        assert_eq!(
            help("{% inclued \"a\" %}").as_deref(),
            Some("did you mean `{% include %}`?")
        );
        assert_eq!(help("{% whatever %}"), None);
    }
}
