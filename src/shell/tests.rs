use std::fmt::Write as _;

use proptest::prelude::{Strategy, any, proptest};

use super::*;

fn shown(text: &str) -> String {
    let mut shown = String::new();
    for token in tokens(text) {
        let class = token.kind.class();
        let _ = write!(
            shown,
            "{}[{}]",
            if class.is_empty() { "n" } else { class },
            &text[token.span]
        );
    }
    shown
}

fn lines(text: &str) -> Vec<std::ops::Range<usize>> {
    commands(text).into_iter().map(|command| command.lines).collect()
}

fn words(text: &str) -> Vec<&str> {
    commands(text)
        .into_iter()
        .flat_map(|command| command.words)
        .map(|word| &text[word])
        .collect()
}

fn said(text: &str) -> Vec<String> {
    problems(text)
        .into_iter()
        .map(|problem| problem.kind.to_string())
        .collect()
}

#[test]
fn colours_tell_commands_flags_strings_and_expansions() {
    assert_eq!(
        shown("ls -l --color=auto \"$HOME/x\" # all"),
        "f[ls]p[-l]p[--color]n[=auto]s[\"]v[$HOME]s[/x\"]c[# all]"
    );
    assert_eq!(shown("A=1 B='x y' run"), "v[A]o[=]n[1]v[B]o[=]s['x y']f[run]");
    assert_eq!(shown("export PATH=$PATH:/opt"), "k[export]v[PATH]o[=]v[$PATH]n[:/opt]");
    assert_eq!(shown("echo $(date -u)`id`"), "f[echo]v[$(]f[date]p[-u]v[)`]f[id]v[`]");
    assert_eq!(
        shown("if [ -f x ]; then rm x; fi"),
        "k[if]f[[]p[-f]n[x]f[]]o[;]k[then]f[rm]n[x]o[;]k[fi]"
    );
    assert_eq!(
        shown("curl http://<your-host>/ <your-file>"),
        "f[curl]n[http://]o[<]n[your-host]o[>]n[/]n[<your-file>]"
    );
    assert_eq!(shown("a 2>&1 | b && c"), "f[a]o[2]o[>&]n[1]o[|]f[b]o[&&]f[c]");
    assert_eq!(
        shown("case $x in a|b) y;; *) z;; esac"),
        "k[case]v[$x]k[in]n[a]o[|]n[b]o[)]f[y]o[;;]n[*]o[)]f[z]o[;;]k[esac]"
    );
}

#[test]
fn lines_that_belong_together_are_one_command() {
    assert_eq!(lines("a \\\n  b \\\n  c\nd\n"), [0..3, 3..4]);
    assert_eq!(lines("cat <<EOF >x\none $(id)\n\nEOF\nd\n"), [0..4, 4..5]);
    assert_eq!(lines("cat <<-'E'\n\t'\n\tE\nd"), [0..3, 3..4]);
    assert_eq!(
        lines("echo 'a\nb'\nfor i in 1 2; do\n  x $i\ndone\ny"),
        [0..2, 2..5, 5..6]
    );
    assert_eq!(lines("a |\n  b &&\n  c\nd"), [0..3, 3..4]);
    assert_eq!(lines("f()\n{\n  a\n}\nf"), [0..4, 4..5]);
    assert_eq!(lines("x=(a\nb)\n( a\nb )\n[[ a &&\n b ]]"), [0..2, 2..4, 4..6]);
    assert_eq!(lines("a \\\r\n b\r\nc\r\n"), [0..2, 2..3]);
}

#[test]
fn comments_and_blank_lines_belong_to_no_command() {
    assert_eq!(lines("# one\n\na # two\n# three\nb\n"), [2..3, 4..5]);
    assert_eq!(lines("for x in a; do\n# inside\ny\ndone"), [0..4]);
    assert!(lines("# only\n").is_empty() && lines("").is_empty());
}

#[test]
fn a_quote_that_never_closes_does_not_swallow_the_rest() {
    assert_eq!(lines("a\nIt's broken\nb \\\n c\nd\n"), [0..1, 1..2, 2..4, 4..5]);
    assert_eq!(said("a\nIt's broken\nb"), ["the quote `'` is never closed"]);
}

#[test]
fn words_keep_quotes_and_expansions_whole() {
    assert_eq!(
        words("a \"b c\"d $(e f) --x='y z' <(g h)\n"),
        ["a", "\"b c\"d", "$(e f)", "--x='y z'", "<(g h)"]
    );
    assert_eq!(words("(cd x; A=b run)"), ["cd", "x", "A=b", "run"]);
}

#[test]
fn problems_name_what_is_open() {
    assert_eq!(said("cat <<EOF\nx\n"), ["the heredoc has no line `EOF` that ends it"]);
    assert_eq!(said("if true; then\nx\n"), ["`if` without `fi`"]);
    assert_eq!(said("for x in a; do y\n"), ["`for` without `done`"]);
    assert_eq!(said("a\nfi\n"), ["`fi` closes nothing"]);
    assert_eq!(said("echo \"$(date)\n"), ["the quote `\"` is never closed"]);
    assert_eq!(said("echo $(date\n"), ["the expansion is never closed"]);
    assert_eq!(said("(a\n"), ["`(` without `)`"]);
    assert_eq!(
        said("a \\\n"),
        ["a backslash continues the last line, but no line follows"]
    );
    let fine = "a() { b; }; c=${d:-\"e'f\"}; cat <<X | g 'h'\n$(\"i' it's\nX\n[[ $j =~ ^(k|l)$ ]] && ((m++)); echo \"`n \"o\"`\" {p,q}";
    assert!(said(fine).is_empty(), "{:?}", said(fine));
}

#[test]
fn prompts_of_many_systems_are_found() {
    let cut = |line: &'static str| prompt(line).map(|prompt| (&line[prompt.len..], prompt.kind));
    assert_eq!(cut("$ ls"), Some(("ls", PromptKind::User)));
    assert_eq!(cut("  $ ls"), Some(("ls", PromptKind::User)));
    assert_eq!(cut("# ls"), Some(("ls", PromptKind::Hash)));
    assert_eq!(cut("> -x"), Some(("-x", PromptKind::Continuation)));
    assert_eq!(cut("root@web:/etc# ls"), Some(("ls", PromptKind::Root)));
    assert_eq!(cut("[ann@web ~]$ ls"), Some(("ls", PromptKind::User)));
    assert_eq!(cut("(venv) $ ls"), Some(("ls", PromptKind::User)));
    assert_eq!(cut("bash-5.2# ls"), Some(("ls", PromptKind::Root)));
    assert_eq!(cut("PS C:\\Users\\ann> dir"), Some(("dir", PromptKind::Windows)));
    assert_eq!(cut("C:\\> dir"), Some(("dir", PromptKind::Windows)));
    for line in [
        ">>> ls",
        "mysql> ls",
        "MariaDB [(none)]> ls",
        "irb(main):001:0> ls",
        "127.0.0.1:6379> ls",
        "postgres=# ls",
        "shop=> ls",
    ] {
        assert_eq!(cut(line), Some(("ls", PromptKind::Program)), "{line}");
    }
    for plain in [
        "cat> x",
        "A=# x",
        "$HOME/x",
        "echo $ x",
        "#!/bin/sh",
        "a@b.example writes",
        "ls > x",
        "psql",
        "",
    ] {
        assert_eq!(cut(plain), None, "{plain}");
    }
    assert_eq!(cut("$"), Some(("", PromptKind::User)));
}

/// Scripts from pieces that tend to break lexers.
fn scripts() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "a",
        " ",
        "\n",
        "\\\n",
        "\r\n",
        "'",
        "\"",
        "`",
        "$(",
        ")",
        "(",
        "((",
        "))",
        "${",
        "}",
        "{",
        "$",
        "<<E\n",
        "E\n",
        "<<-'E'",
        "<",
        ">",
        "if ",
        "fi",
        "case x in ",
        ";;",
        "esac",
        "do",
        "done",
        "for ",
        "[[ ",
        " ]]",
        "#",
        "\0",
        "é",
        "漢",
        "=",
        "a=(",
        "a[",
        "\\",
        "\t",
        "|",
        "&&",
    ]);
    proptest::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

fn covers(text: &str) {
    let lexed = lex(text);
    let mut at = 0;
    for token in &lexed.tokens {
        assert!(
            token.span.start >= at && token.span.end > token.span.start,
            "order in {text:?}"
        );
        assert!(text[at..token.span.start].trim().is_empty(), "a gap in {text:?}");
        assert!(!text[token.span.clone()].is_empty());
        at = token.span.end;
    }
    assert!(text[at..].trim().is_empty(), "an end left out in {text:?}");
    let mut line = 0;
    for command in commands(text) {
        assert!(
            command.lines.start >= line && command.lines.end > command.lines.start,
            "lines in {text:?}"
        );
        line = command.lines.end.max(line);
        for word in &command.words {
            assert!(command.span.start <= word.start && word.end <= command.span.end && !text[word.clone()].is_empty());
        }
    }
}

proptest! {
    #[test]
    fn tokens_cover_every_script_that_is_not_blank(text in scripts()) {
        covers(&text);
    }

    #[test]
    fn tokens_cover_any_text(text in any::<String>()) {
        covers(&text);
    }
}

#[test]
fn adversarial_nesting_takes_linear_time() {
    for piece in [
        "$(", "((", "`", "\"$(", "a[", ";a[", "<a", "${", "<<E ", "if ", "'", "$((", "\\\n", "x=(", "<(", "{ ",
    ] {
        covers(&piece.repeat(65_536 / piece.len()));
    }
}
