//! Transcripts: prompts and outputs that cannot be selected, commands coloured as shell.

use crate::model::block::ConsoleCommand;
use crate::render::expected;
use crate::render::highlight;
use crate::render::paint::{Mark, paint_lines};

/// Lines of a transcript: prompts and outputs cannot be selected, commands are coloured as shell.
pub(crate) fn lines(text: &str, commands: &[ConsoleCommand], mut marks: Vec<Mark>) -> Vec<String> {
    let starts = line_starts(text);
    let line = |index: usize| starts[index]..starts[index + 1];
    let count = starts.len() - 1;
    let mut is_command = vec![false; count];
    for command in commands {
        let mut offsets = Vec::new();
        let mut script = String::new();
        for index in command.lines.clone().filter(|index| *index < count) {
            is_command[index] = true;
            let range = line(index);
            let prompt = prompt_length(&text[range.clone()]);
            marks.push(Mark::new(
                range.start..range.start + prompt,
                "<span class=\"p u\">",
                "</span>",
            ));
            offsets.push((script.len(), range.start + prompt));
            script.push_str(&text[range.start + prompt..range.end]);
        }
        marks.extend(
            highlight::shell_marks(&script)
                .into_iter()
                .flat_map(|mark| moved(&mark, &offsets, &script)),
        );
    }
    for (index, _) in is_command.iter().enumerate().filter(|(_, is_command)| !**is_command) {
        marks.push(Mark::new(line(index), "<span class=\"out u\">", "</span>"));
    }
    let outputs: Vec<_> = expected::marks(text)
        .into_iter()
        .filter(|mark| is_command.get(starts.partition_point(|start| *start <= mark.range.start) - 1) == Some(&false))
        .collect();
    marks.extend(outputs);
    paint_lines(text, marks)
}

/// Moves a mark of a script without prompts to its place in the transcript, cut at line bounds.
fn moved(mark: &Mark, offsets: &[(usize, usize)], script: &str) -> Vec<Mark> {
    let ends = offsets.iter().skip(1).map(|(start, _)| *start).chain([script.len()]);
    offsets
        .iter()
        .zip(ends)
        .filter_map(|((start, target), end)| {
            let from = mark.range.start.max(*start);
            let to = mark.range.end.min(end);
            (from < to).then(|| Mark {
                range: target + from - start..target + to - start,
                ..mark.clone()
            })
        })
        .collect()
}

/// Starts of all lines, and the text's end.
fn line_starts(text: &str) -> Vec<usize> {
    let mut starts: Vec<usize> = text
        .split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start)
        })
        .collect();
    starts.push(text.len());
    starts
}

/// Returns how many bytes of a transcript's line are its prompt.
pub(crate) fn prompt_length(line: &str) -> usize {
    let spaced = ["$ ", "# ", "> "].iter().any(|prompt| line.starts_with(prompt));
    let bare = ["$", "#", ">"].contains(&line.trim_end());
    if spaced { 2 } else { usize::from(bare) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_found() {
        assert_eq!(prompt_length("$ ls"), 2);
        assert_eq!(prompt_length("> "), 2);
        assert_eq!(prompt_length("$\n"), 1);
        assert_eq!(prompt_length("ls"), 0);
        assert_eq!(line_starts("a\nb"), [0, 2, 3]);
    }

    #[test]
    fn only_commands_can_be_selected() {
        let text = "$ echo \"a\n> b\"\na\nb\n";
        let command = ConsoleCommand {
            script: String::new(),
            lines: 0..2,
            output: 2..4,
            root: false,
        };
        let lines = lines(text, &[command], Vec::new());
        assert!(
            lines[0].starts_with("<span class=\"p u\">$ </span><b>echo</b>"),
            "{lines:?}"
        );
        assert!(
            lines[1].starts_with("<span class=\"p u\">&gt; </span><u>b"),
            "{lines:?}"
        );
        assert_eq!(lines[2], "<span class=\"out u\">a</span>");
    }
}
