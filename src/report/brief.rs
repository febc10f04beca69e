//! A block's commands in one short line, for progress and lists.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Returns the first command of `commands` in at most `width` columns. Of a longer one its first words are kept and, if they
/// are found, the words that `id` names: `docker run --rm -it … token introspect …`.
pub(super) fn brief(commands: &str, id: &str, width: usize) -> String {
    let (line, more) = first_command(commands);
    let whole = if more { format!("{line} …") } else { line.clone() };
    if whole.width() <= width {
        return whole;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let telling = telling(&words, id);
    let room = match &telling {
        Some((_, text)) => width.saturating_sub(text.width() + 5),
        None => width.saturating_sub(2),
    };
    let head = head(&words, telling.as_ref().map_or(words.len(), |(at, _)| *at), room);
    match telling {
        Some((_, text)) if !head.is_empty() => cut(&format!("{head} … {text} …"), width),
        _ if head.is_empty() => cut(&whole, width),
        _ => format!("{head} …"),
    }
}

/// The first command with its continued lines joined, and whether there are more.
fn first_command(commands: &str) -> (String, bool) {
    let mut lines = commands
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut command = String::new();
    for line in lines.by_ref() {
        let part = line.strip_suffix('\\');
        for word in part.unwrap_or(line).split_whitespace() {
            if !command.is_empty() {
                command.push(' ');
            }
            command.push_str(word);
        }
        if part.is_none() {
            break;
        }
    }
    (command, lines.next().is_some())
}

/// The words that the block's name names, with a neighbour that says which: their first index and their text.
fn telling(words: &[&str], id: &str) -> Option<(usize, String)> {
    let parts: Vec<&str> = id.split('-').filter(|part| part.len() > 2).collect();
    let at = words
        .iter()
        .enumerate()
        .skip(1)
        .find_map(|(at, word)| parts.contains(word).then_some(at))?;
    let plain = |index: usize| {
        words
            .get(index)
            .filter(|word| word.chars().all(|c| c.is_ascii_lowercase()))
    };
    Some(match (plain(at + 1), plain(at - 1)) {
        (Some(next), _) => (at, format!("{} {next}", words[at])),
        (None, Some(before)) => (at - 1, format!("{before} {}", words[at])),
        (None, None) => (at, words[at].to_owned()),
    })
}

/// As many of the words before `end` as go into `room` columns. Options that are followed by others go first.
fn head(words: &[&str], end: usize, room: usize) -> String {
    let mut text = String::new();
    for word in words.iter().take(end) {
        let joint = usize::from(!text.is_empty());
        if text.width() + joint + word.width() > room {
            break;
        }
        if joint == 1 {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// Cuts a text to at most `width` columns.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_tell_blocks_apart_are_kept() {
        let command = "docker run --rm -it \\\n  --network hydraguide \\\n  -e HYDRA_ADMIN_URL=https://ory-hydra-example--hydra:4445 \\\n  oryd/hydra:v1.11.10 \\\n  token introspect >INSERT-TOKEN-HERE<\n";
        assert_eq!(
            brief(command, "introspect", 56),
            "docker run --rm -it --network … token introspect …"
        );
        assert_eq!(brief("# a comment\n\nls\n", "list", 40), "ls");
        assert_eq!(brief("export A=1\nexport B=2\n", "exports", 40), "export A=1 …");
        assert_eq!(brief(&"x".repeat(100), "a", 10), "xxxxxxxxx…");
        assert_eq!(brief("", "a", 10), "");
    }
}
