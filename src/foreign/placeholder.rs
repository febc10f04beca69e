//! Text that a reader must replace before a command makes sense. Pure.

use crate::shell::{self, TokenKind};

/// Returns the first placeholder in `script`. `assigned` tells which variables the page sets.
///
/// `example.com` and its like are fine as they are: they are made for examples.
pub(super) fn placeholder(script: &str, assigned: &dyn Fn(&str) -> bool) -> Option<String> {
    angle(script)
        .or_else(|| shouted(script, assigned))
        .or_else(|| phrase(script))
        .or_else(|| bracketed(script))
        .or_else(|| template(script))
        .or_else(|| ellipsis(script))
}

/// `<your-name>`: a name between angle brackets. Redirections have a blank or a target where this has none.
fn angle(script: &str) -> Option<String> {
    // With closing tags in it, angle brackets are HTML or XML.
    if script.contains("</") || script.contains("/>") {
        return None;
    }
    for (at, _) in script.match_indices('<') {
        let rest = &script[at + 1..];
        let Some(end) = rest.find(['>', '\n', '<']).filter(|end| rest[*end..].starts_with('>')) else {
            continue;
        };
        let name = &rest[..end];
        let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.ends_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_alphanumeric() || " _-./:'|".contains(c));
        let handle = name == "STDIN" || name.len() == 1;
        let heredoc = script[..at].ends_with('<');
        let after = rest[end + 1..].chars().next().unwrap_or(' ');
        let redirect = script[..at].ends_with(' ') && (after.is_alphanumeric() || "&>".contains(after));
        if plain && !handle && !heredoc && !redirect {
            return Some(format!("<{name}>"));
        }
    }
    None
}

/// `YOUR_TOKEN`, `REPLACE_ME`, `INSERT_KEY_HERE`, `XXXXXX`, also as a variable that nobody sets.
fn shouted(script: &str, assigned: &dyn Fn(&str) -> bool) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let mut at = 0;
    for word in script.split(|c: char| !is_part(c)) {
        let start = at;
        at += word.len() + script[at + word.len()..].chars().next().map_or(0, char::len_utf8);
        let loud = !word.bytes().any(|byte| byte.is_ascii_lowercase());
        let told = loud
            && (["YOUR_", "YOUR-", "REPLACE_", "REPLACE-", "INSERT_", "INSERT-"]
                .iter()
                .any(|head| word.starts_with(head))
                || ["_HERE", "-HERE"].iter().any(|tail| word.ends_with(tail)));
        let crossed = word.contains("XXXX") && !script.contains("mktemp") && !word.contains("XXXX_");
        let set = script[start + word.len()..].starts_with('=') && !script[..start].ends_with(['$', '{', '"', '\'']);
        if (told && !set && !assigned(word)) || crossed {
            return Some(word.to_owned());
        }
    }
    None
}

/// `your-domain.com`, `your_username`, `/path/to/file`.
fn phrase(script: &str) -> Option<String> {
    let mut words = script.split(|c: char| c.is_whitespace() || "\"'`=@:,;()".contains(c));
    words
        .find(|word| {
            let word = word.trim_start_matches(['/', '$', '{']);
            let yours = [
                "your-",
                "your_",
                "yourname",
                "yourdomain",
                "yourusername",
                "yourpassword",
                "youremail",
            ];
            yours
                .iter()
                .any(|head| word.starts_with(head) || word.contains(&format!("/{head}")))
                || word.starts_with("path/to/")
                || word.contains("/path/to/")
        })
        .map(str::to_owned)
}

/// `[site-name]`: words between brackets, which the shell would take for a set of letters.
fn bracketed(script: &str) -> Option<String> {
    let names = script.match_indices('[').filter_map(|(at, _)| {
        let inner = &script[at + 1..at + 1 + script[at + 1..].find([']', '[', ' ', '\n'])?];
        let words = inner.split(['-', '_']);
        let word = |word: &str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        let closed = script[at + 1 + inner.len()..].starts_with(']');
        (closed && inner.contains(['-', '_']) && words.into_iter().all(word)).then(|| format!("[{inner}]"))
    });
    names.into_iter().next()
}

/// `{{ name }}` or `{% … %}` outside of quotes: a site's template, not filled in.
fn template(script: &str) -> Option<String> {
    let quoted = shell::tokens(script);
    let in_quotes = |at: usize| {
        quoted
            .iter()
            .any(|token| token.kind == TokenKind::String && token.span.contains(&at))
    };
    let at = ["{{", "{%"]
        .iter()
        .filter_map(|mark| script.find(mark))
        .find(|at| !in_quotes(*at))?;
    let end = script[at..].find(['\n']).map_or(script.len(), |end| at + end);
    let shown = script[at..end].split("}}").next().unwrap_or_default();
    Some(if shown.len() < end - at {
        format!("{shown}}}}}")
    } else {
        shown.to_owned()
    })
}

/// `...` as a word: something is left out.
fn ellipsis(script: &str) -> Option<String> {
    let commands = shell::simple_commands(script);
    let mut words = commands
        .iter()
        .flat_map(|command| &command.words)
        .map(|word| &script[word.clone()]);
    words
        .find(|word| matches!(*word, "..." | "…" | "[...]" | "<...>"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn what_a_reader_replaces_is_seen() {
        for (script, wanted) in [
            ("git clone https://x/<your-name>/a", "<your-name>"),
            ("curl -H \"Authorization: Bearer <token>\" http://a", "<token>"),
            ("ssh <user>@<host>", "<user>"),
            ("export TOKEN=YOUR_TOKEN", "YOUR_TOKEN"),
            ("curl $YOUR_TOKEN", "YOUR_TOKEN"),
            ("login >INSERT-TOKEN-HERE<", "INSERT-TOKEN-HERE"),
            ("scp a your-server:/tmp", "your-server"),
            ("cd /path/to/project", "/path/to/project"),
            ("run {{ site.version }}", "{{ site.version }}"),
            ("docker run ... image", "..."),
            ("key=sk-XXXXXXXX", "sk-XXXXXXXX"),
            ("scp -r dist me@web:/srv/[site-name]", "[site-name]"),
        ] {
            assert_eq!(placeholder(script, &|_| false).as_deref(), Some(wanted), "{script}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not() {
        for script in [
            "sort <in >out",
            "sort <in>out",
            "cat <<EOF >x\n<p>\n</p>\nEOF",
            "curl https://example.com/a",
            "docker ps --format '{{.Names}}'",
            "go test ./...",
            "YOUR_TOKEN=abc run",
            "mktemp -d /tmp/xXXXXXX",
            "git diff a...b",
            "diff <(a) <(b)",
            "echo yours",
            "ls [a-z]* [[:alpha:]]*; [ a-b = c_d ]",
            "perl -e 'my $x = <STDIN>'",
            "if [ 1 -lt 2 ]; then a 2>&1; fi",
        ] {
            assert_eq!(placeholder(script, &|_| false), None, "{script}");
        }
        assert_eq!(placeholder("run $YOUR_TOKEN", &|name| name == "YOUR_TOKEN"), None);
    }
}
