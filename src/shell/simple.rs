//! Simple commands: a program with its arguments, and where its input comes from.

use super::lexer::lex;
use super::token::TokenKind;
use crate::source::Span;

/// A program that is called, with its arguments. Redirections are left out, assignments before it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleCommand {
    /// The program and its arguments, as bytes in the text.
    pub words: Vec<Span>,
    /// Its standard input is a pipe, a file or a here-document.
    pub has_input: bool,
    /// It ends in `&`.
    pub background: bool,
}

/// Returns the simple commands of `text` in order, those inside of compound commands too, those inside of `$(…)` not.
pub fn simple_commands(text: &str) -> Vec<SimpleCommand> {
    let lexed = lex(text);
    let mut operators = lexed
        .tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Operator)
        .peekable();
    let calls = |at: usize| {
        let found = lexed.tokens.binary_search_by_key(&at, |token| token.span.start);
        found.is_ok_and(|index| lexed.tokens[index].kind == TokenKind::Command)
    };
    let mut walk = Walk::default();
    for word in &lexed.words {
        while let Some(operator) = operators.next_if(|operator| operator.span.start < word.start) {
            if operator.span.start >= walk.end {
                walk.operator(&text[operator.span.clone()]);
            }
        }
        let gap = text.get(walk.end..word.start).unwrap_or_default();
        if gap.replace("\\\n", "").contains('\n') {
            walk.finish();
        }
        walk.word(word.clone(), calls(word.start));
    }
    operators
        .filter(|operator| operator.span.start >= walk.end)
        .map(|operator| &text[operator.span.clone()])
        .collect::<Vec<_>>()
        .into_iter()
        .for_each(|operator| walk.operator(operator));
    walk.finish();
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Vec<SimpleCommand>,
    current: Option<SimpleCommand>,
    /// End of the last word.
    end: usize,
    piped: bool,
    /// The next word is the target of a redirection.
    target: bool,
}

impl Walk {
    fn word(&mut self, word: Span, is_call: bool) {
        self.end = word.end;
        if std::mem::take(&mut self.target) {
            return;
        }
        if is_call {
            self.finish();
            self.current = Some(SimpleCommand {
                words: Vec::new(),
                has_input: std::mem::take(&mut self.piped),
                background: false,
            });
        }
        if let Some(current) = &mut self.current {
            current.words.push(word);
        }
    }

    fn operator(&mut self, operator: &str) {
        match operator {
            "|" | "|&" => {
                self.finish();
                self.piped = true;
            }
            "&" => {
                if let Some(current) = &mut self.current {
                    current.background = true;
                }
                self.finish();
            }
            redirect if redirect.contains(['<', '>']) => {
                if let Some(current) = &mut self.current {
                    current.has_input |= redirect.contains('<');
                }
                self.target = !redirect.starts_with("<<") && !redirect.ends_with('(');
            }
            // What stood before is the name of a function, not a call.
            "()" => self.current = None,
            "&&" | "||" | ";" | ";;" | "(" | ")" => {
                self.finish();
                self.piped = false;
            }
            _ => {}
        }
    }

    fn finish(&mut self) {
        self.target = false;
        self.found.extend(self.current.take());
    }
}

/// Returns the program that downloads something into a pipe, where nothing makes its failure that of the pipeline.
pub fn piped_download(text: &str) -> Option<&str> {
    if text.contains("pipefail") {
        return None;
    }
    let commands = simple_commands(text);
    commands.windows(2).find_map(|pair| {
        let program = &text[pair[0].words.first()?.clone()];
        let between = &text[pair[0].words.last()?.end..pair[1].words.first()?.start];
        let piped = pair[1].has_input && between.contains('|') && !between.contains("||");
        (piped && matches!(program, "curl" | "wget")).then_some(program)
    })
}

#[cfg(test)]
mod tests {
    use super::simple_commands;

    fn told(text: &str) -> Vec<String> {
        let commands = simple_commands(text).into_iter().map(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| &text[word.clone()]).collect();
            let mark = |is: bool, mark: &str| if is { mark.to_owned() } else { String::new() };
            format!(
                "{}{}{}",
                mark(command.has_input, "<"),
                words.join(" "),
                mark(command.background, "&")
            )
        });
        commands.collect()
    }

    #[test]
    fn programs_are_found_with_their_arguments() {
        assert_eq!(told("cd x && sudo vim -n a; ls\n"), ["cd x", "sudo vim -n a", "ls"]);
        assert_eq!(told("A=1 make -j 2 \\\n  all # x\n"), ["make -j 2 all"]);
        assert_eq!(told("cat a | less\nsort <a >b\n"), ["cat a", "<less", "<sort"]);
        assert_eq!(told("if true; then\n  nano x\nfi"), ["true", "nano x"]);
        assert_eq!(told("server --x &\ncat <<E\nvim\nE\n"), ["server --x&", "<cat"]);
        assert_eq!(told("echo $(vim x) \"`nano`\""), ["echo $(vim x) \"`nano`\""]);
        assert_eq!(told("ls 2>&1 x"), ["ls x"]);
        assert_eq!(told("bc() { cat; }\nbc"), ["cat", "bc"]);
    }
}
