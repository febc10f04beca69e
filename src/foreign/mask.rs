//! Directives that CommonMark does not know, made into what it knows: lists, of the same length to the byte. Pure.
//!
//! Material for MkDocs indents what stands below `=== "Tab"` and `!!! note` by four columns, MDX indents below its tags;
//! to CommonMark both are indented code, so the fences in there would not be seen. As items of a list they are.

use crate::foreign::fences::Fences;

/// Returns `text` with directives as list marks. Every byte keeps its place; nothing inside of a fence changes.
pub(super) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut fences = Fences::default();
    for line in text.split_inclusive('\n') {
        if fences.holds(line) {
            masked.push_str(line);
        } else {
            masked.push_str(&of_line(line));
        }
    }
    masked
}

fn of_line(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let (blank, rest) = line.split_at(indent);
    let is_directive = ["=== \"", "=== '", "!!! ", "??? ", "???+ ", "===+ \"", "===! \""]
        .iter()
        .any(|mark| rest.starts_with(mark));
    if is_directive {
        // A list's content begins after the blanks; five of them would make it code again.
        let tail = &rest[4..];
        let tail = tail
            .strip_prefix(' ')
            .map_or_else(|| tail.to_owned(), |tail| format!(".{tail}"));
        return format!("{blank}-   {tail}");
    }
    let is_tag = |head: &str| {
        rest.strip_prefix(head)
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    let closed = rest.trim_end().ends_with("/>");
    if is_tag("</") || (is_tag("<") && closed) {
        return line
            .chars()
            .map(|c| {
                if c == '\n' {
                    "\n".to_owned()
                } else {
                    " ".repeat(c.len_utf8())
                }
            })
            .collect();
    }
    if is_tag("<") && !rest.contains("</") {
        return format!("{blank}- {}", &rest[2..]);
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn directives_become_items() {
        let text = "=== \"Linux\"\n\n    ```sh\n    === \"x\"\n    ```\n???+ tip\n!!! note \"T\"\n<Tabs>\n  <TabItem value=\"ä\">\n  </TabItem>\n<Ünder/>\nx\n";
        let masked = mask(text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(
            masked,
            "-   \"Linux\"\n\n    ```sh\n    === \"x\"\n    ```\n-   .tip\n-   note \"T\"\n- abs>\n  - abItem value=\"ä\">\n            \n<Ünder/>\nx\n"
        );
    }
}
