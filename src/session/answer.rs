//! Finds prompts in what a terminal shows: pure.

/// Text kept to find a prompt that arrives in pieces, in bytes.
const WINDOW: usize = 8 << 10;

/// Watches a stream for the prompts of answers; each is answered once, in any order.
pub(super) struct Prompts {
    prompts: Vec<Option<String>>,
    shown: String,
    pending: Vec<u8>,
}

impl Prompts {
    pub(super) fn new<'a>(prompts: impl IntoIterator<Item = &'a str>) -> Self {
        let prompts = prompts.into_iter().map(|prompt| Some(prompt.to_owned())).collect();
        Self {
            prompts,
            shown: String::new(),
            pending: Vec::new(),
        }
    }

    /// Takes bytes; returns the answers that are due now, by index.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<usize> {
        self.pending.extend_from_slice(bytes);
        let whole = whole_length(&self.pending);
        let text: Vec<u8> = self.pending.drain(..whole).collect();
        self.shown
            .push_str(&anstream::adapter::strip_str(&String::from_utf8_lossy(&text)).to_string());
        let mut due = Vec::new();
        while let Some((index, end)) = self.next() {
            self.prompts[index] = None;
            self.shown.drain(..end);
            due.push(index);
        }
        let surplus = self.shown.len().saturating_sub(WINDOW);
        let cut = (surplus..=self.shown.len())
            .find(|at| self.shown.is_char_boundary(*at))
            .unwrap_or(0);
        self.shown.drain(..cut);
        due
    }

    /// The prompt that stands first in what is shown, and where it ends.
    fn next(&self) -> Option<(usize, usize)> {
        let open = self
            .prompts
            .iter()
            .enumerate()
            .filter_map(|(index, prompt)| Some((index, prompt.as_deref()?)));
        open.filter_map(|(index, prompt)| Some((self.shown.find(prompt)?, index, prompt.len())))
            .min()
            .map(|(at, index, length)| (index, at + length))
    }
}

/// The length of the part that ends neither inside a character nor inside an escape sequence.
fn whole_length(bytes: &[u8]) -> usize {
    let escape = bytes.iter().rposition(|byte| *byte == 0x1b).filter(|at| {
        let ended = |byte: &u8| byte.is_ascii_alphabetic() || *byte == 7;
        bytes.len() - at < 64 && !bytes[at + 1..].iter().any(ended)
    });
    let end = escape.unwrap_or(bytes.len());
    match std::str::from_utf8(&bytes[..end]) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::Prompts;

    #[test]
    fn prompts_are_found_however_the_stream_is_cut() {
        let stream = "Setting up…\r\n\u{1b}[1mContinue?\u{1b}[0m [Y/n] y\r\nName (é): ".as_bytes();
        for size in 1..=stream.len() {
            let mut prompts = Prompts::new(["Name (é):", "Continue? [Y/n]", "never"]);
            let due: Vec<usize> = stream.chunks(size).flat_map(|chunk| prompts.push(chunk)).collect();
            assert_eq!(due, [1, 0], "chunks of {size}");
        }
    }

    #[test]
    fn the_same_prompt_twice_needs_two_answers() {
        let mut prompts = Prompts::new(["Password:", "Password:"]);
        assert_eq!(prompts.push(b"Password: "), [0]);
        assert_eq!(prompts.push(b"\r\nPassword: "), [1]);
    }
}
