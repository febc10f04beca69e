//! What the comments in a script say: alternatives of which a reader takes one, and what a command prints. Pure.

/// The line (0-based) of a comment between commands that says that the next ones replace those before.
pub(super) fn alternative(text: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_command = |line: &&str| !line.is_empty() && !line.starts_with('#');
    lines.iter().position(is_command).and_then(|first| {
        let rest = lines.iter().enumerate().skip(first + 1);
        let found = rest.clone().find(|(_, line)| says_or(line)).map(|(at, _)| at)?;
        lines[found..].iter().any(is_command).then_some(found)
    })
}

fn says_or(line: &str) -> bool {
    let Some(said) = line.strip_prefix('#') else {
        return false;
    };
    let said = said.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let short = said.len() < 60;
    short
        && (said == "or"
            || ["or ", "or:", "or,", "alternatively", "otherwise"]
                .iter()
                .any(|head| said.starts_with(head)))
}

/// The line (0-based) of the first comment that shows what a command prints.
pub(super) fn output(text: &str) -> Option<usize> {
    let mut after_command = false;
    text.lines().position(|line| {
        let line = line.trim();
        let shown = match line.strip_prefix('#') {
            Some(comment) => after_command && shows(comment),
            None => line.rsplit_once(" #").is_some_and(|(_, comment)| points(comment)),
        };
        after_command |= !line.is_empty() && !line.starts_with('#');
        shown
    })
}

fn points(comment: &str) -> bool {
    ["=>", "->", "→", "⇒", ">"]
        .iter()
        .any(|arrow| comment.trim_start().starts_with(arrow))
}

fn shows(comment: &str) -> bool {
    let said = comment.trim().to_lowercase();
    let told = [
        "output",
        "prints",
        "returns",
        "result",
        "expected",
        "should print",
        "should show",
        "you should see",
    ];
    points(comment) || told.iter().any(|word| said.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_that_part_alternatives() {
        assert_eq!(alternative("npm i x\n# or\nyarn add x\n"), Some(1));
        assert_eq!(alternative("npm i x\n\n# Or, with yarn:\nyarn add x\n"), Some(2));
        assert_eq!(alternative("npm i x # or yarn add x\n"), None);
        assert_eq!(alternative("# or\nnpm i x\n"), None);
        assert_eq!(alternative("npm i x\n# or yarn add x\n"), None);
        assert_eq!(alternative("ls\n# order matters\nls\n"), None);
    }

    #[test]
    fn comments_that_show_output() {
        for text in [
            "echo 1\n# => 1",
            "echo 1  # => 1",
            "echo 1\n# prints:\n# 1",
            "echo 1\n#> 1",
            "ls\n# Output:\n# a",
        ] {
            assert!(output(text).is_some(), "{text}");
        }
        for text in [
            "# prints the list\nls",
            "ls # all of them",
            "echo 'a # b'",
            "sed 's/#/ # /' x",
        ] {
            assert_eq!(output(text), None, "{text}");
        }
    }
}
