//! The language of a fence in the dialects of others. Pure.

/// What an info string says, in whatever dialect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Language {
    /// In lower case, without decoration; empty if there is none.
    pub(super) name: String,
    /// `[npm]`, `title="npm"`: what stands above the fence.
    pub(super) title: Option<String>,
}

/// Reads an info string (`{.bash .x}`, `{bash}`, `bash{1,3}`, `bash,ignore`, `language-bash`, `bash [npm]`), and the
/// line after the fence, which kramdown reads as its attributes (`{: .language-bash}`).
pub(super) fn language(info: &str, line_after: &str) -> Language {
    let attributes = line_after
        .trim()
        .strip_prefix("{:")
        .and_then(|rest| rest.strip_suffix('}'));
    let class = attributes.and_then(first_class);
    let braced = info.trim().strip_prefix('{').and_then(|rest| rest.split('}').next());
    let name = match braced {
        Some(inside) => first_class(inside).unwrap_or_else(|| {
            let words = inside.split([' ', ',']).next().unwrap_or_default();
            if words.starts_with('#') {
                String::new()
            } else {
                words.to_owned()
            }
        }),
        None => info
            .split(|c: char| c.is_whitespace() || "{,;:".contains(c))
            .next()
            .unwrap_or_default()
            .to_owned(),
    };
    let name = class.unwrap_or(name).to_ascii_lowercase();
    let name = ["language-", "lang-", "source-", "highlight-"]
        .iter()
        .find_map(|head| name.strip_prefix(head))
        .unwrap_or(&name)
        .to_owned();
    Language {
        name: if name.contains('=') || name.starts_with('[') {
            String::new()
        } else {
            name
        },
        title: title(info),
    }
}

fn first_class(text: &str) -> Option<String> {
    text.split_whitespace()
        .find_map(|word| word.strip_prefix('.'))
        .map(str::to_owned)
}

fn title(info: &str) -> Option<String> {
    let bracket = info
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(inside, _)| inside);
    let keyed = || {
        let rest = ["title=", "tab=", "label="]
            .iter()
            .find_map(|key| info.split_once(key))
            .map(|(_, rest)| rest)?;
        let mark = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        match mark {
            Some(mark) => rest[1..].split(mark).next(),
            None => rest.split_whitespace().next(),
        }
    };
    bracket.or_else(keyed).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn dialects_are_read() {
        for info in [
            "bash",
            "{.bash}",
            "{bash}",
            "bash {1,3}",
            "bash{1}",
            "bash,ignore",
            "language-bash",
            "{.bash .numberLines}",
            "Bash title=\"x\"",
            "{#id .bash}",
            "bash:run",
            "{bash, echo=FALSE}",
        ] {
            assert_eq!(language(info, "").name, "bash", "{info}");
        }
        assert_eq!(language("", "{: .language-bash}").name, "bash");
        assert_eq!(language("", "{: .output}").name, "output");
        assert_eq!(language("title=x", "").name, "");
        assert_eq!(language("sh [npm]", "").title.as_deref(), Some("npm"));
        assert_eq!(language("sh title=\"On a Mac\"", "").title.as_deref(), Some("On a Mac"));
    }
}
