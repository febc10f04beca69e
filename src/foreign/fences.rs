//! Which lines stand inside of a fence, wherever that is indented to. Pure.

/// Walks a text line by line.
#[derive(Default)]
pub(super) struct Fences {
    /// The mark of the open fence and how many of it there are.
    open: Option<(char, usize)>,
}

impl Fences {
    /// Returns whether `line` belongs to a fence, its marks included.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'));
        let count = mark.map_or(0, |mark| line.chars().take_while(|c| *c == mark).count());
        match (self.open, mark) {
            (None, Some(mark)) if count >= 3 && !(mark == '`' && line[count..].contains('`')) => {
                self.open = Some((mark, count));
                true
            }
            (None, _) => false,
            (Some((open, most)), Some(mark)) if mark == open && count >= most && line.len() == count => {
                self.open = None;
                true
            }
            (Some(_), _) => true,
        }
    }
}
