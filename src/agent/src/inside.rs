//! What an enter block opened: a shell inside the session's shell, or a program with a prompt.
//!
//! There the agent has nothing but the terminal. Into a shell it types each block as a format for `printf`, so that no
//! editor and no quoting comes between, and the shell prints a mark with the status at the end. Into
//! another program it types the block's lines as a reader would, and waits for the prompt after each.

use std::time::{Duration, Instant};

use crate::marker::find;
use crate::message::Inner;
use crate::prompt::Prompt;

/// Silence after which what is inside waits for somebody to type.
const SILENCE: Duration = Duration::from_millis(400);

/// Silence after which it seems to wait although docgen has not answered all that it wanted to answer,
/// or although nothing was shown at all.
const LONG_SILENCE: Duration = Duration::from_millis(3000);

/// Silence after which it seems to wait although it shows nothing like a prompt: while docgen has not answered all that it
/// wanted to answer, or at the end of a line that looks like no prompt seen before.
const DOUBT: Duration = Duration::from_secs(10);

/// Time after which a shell that did not answer is spoken to again.
const RETRY: Duration = Duration::from_millis(2000);

/// Silence after a prompt.
const PROMPT_SILENCE: Duration = Duration::from_millis(150);

/// Longest piece of a block in a typed line; a terminal takes 4 KiB at most.
const PIECE: usize = 900;

/// The program inside.
pub struct Inside {
    kind: Inner,
    state: State,
    /// When something was shown, typed or started last.
    stirred: Instant,
    heard_any: bool,
    inputs: u32,
    expected_inputs: u32,
    /// The last line that was shown, as far as it goes.
    line: Vec<u8>,
    /// The prompts that the program has shown.
    prompts: Vec<Prompt>,
    /// When a shell is asked once more for the end of this block: ^C drops what was typed ahead.
    ask_again: Option<(Instant, u32)>,
}

enum State {
    /// It starts; when it was spoken to last.
    Starting(Option<Instant>),
    /// It waits for a block.
    Idle,
    /// It runs one; lines that are still to be typed.
    Busy(Vec<Vec<u8>>),
}

/// What is due.
pub enum Due {
    /// Something is to be typed.
    Type(Vec<u8>),
    /// It is ready for blocks.
    Ready,
    /// The block's last line was worked off.
    Ended,
}

impl Inside {
    /// Begins to wait for what an enter block opens.
    pub fn new(kind: Inner, expected_inputs: u32) -> Self {
        Self {
            kind,
            state: State::Starting(None),
            stirred: Instant::now(),
            heard_any: false,
            inputs: 0,
            expected_inputs,
            line: Vec::new(),
            prompts: Vec::new(),
            ask_again: None,
        }
    }

    /// Whether blocks can run inside.
    pub fn is_ready(&self) -> bool {
        !matches!(self.state, State::Starting(_))
    }

    /// Notes what was shown, and takes out of it the echo of what it was told at first, if nothing has read that yet.
    pub fn heard(&mut self, bytes: &mut Vec<u8>, nonce: &str) {
        if matches!(self.state, State::Starting(Some(_))) {
            remove(bytes, &[greeting(nonce).trim_ascii_end(), b"\r\n"].concat());
        }
        self.stirred = Instant::now();
        self.heard_any = true;
        match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => self.line = bytes[at + 1..].to_vec(),
            None => self.line.extend_from_slice(bytes),
        }
    }

    /// Notes that docgen typed something. What it was told before that was not for it, and is told once more.
    pub fn typed(&mut self) {
        self.stirred = Instant::now();
        self.inputs += 1;
        if !self.is_ready() {
            self.state = State::Starting(None);
        }
    }

    /// Notes that ^C was typed while a block ran.
    pub fn interrupted(&mut self, block: u32) {
        if self.kind == Inner::Shell {
            self.ask_again = Some((Instant::now() + PROMPT_SILENCE, block));
        }
    }

    /// A mark of the shell inside arrived; returns whether it made it ready.
    pub fn answered(&mut self) -> bool {
        let was_ready = self.is_ready();
        self.state = State::Idle;
        self.ask_again = None;
        !was_ready
    }

    /// Starts a block; returns what is to be typed at once.
    pub fn run(&mut self, block: u32, script: &[u8], reads_terminal: bool) -> Vec<u8> {
        self.stirred = Instant::now();
        if self.kind == Inner::Shell {
            self.state = State::Busy(Vec::new());
            return shell_block(block, script, reads_terminal);
        }
        if script.trim_ascii() == b"exit" {
            // The end of the input ends every program with a prompt.
            self.state = State::Busy(Vec::new());
            return vec![4];
        }
        let mut lines: Vec<Vec<u8>> = script
            .trim_ascii_end()
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        lines.reverse();
        let first = lines.pop().unwrap_or_default();
        self.state = State::Busy(lines);
        self.line.clear();
        [first, b"\r".to_vec()].concat()
    }

    /// When [`Inside::next`] should be asked.
    pub fn due(&self) -> Option<Instant> {
        match (&self.state, self.kind) {
            (State::Starting(None), _) => Some(self.stirred + self.patience()),
            (State::Starting(Some(at)), _) => Some(*at + RETRY),
            (State::Busy(_), Inner::Prompt) => Some(self.stirred + self.silence()?),
            _ => self.ask_again.map(|(at, _)| at),
        }
    }

    /// The silence after which what starts is taken to be ready.
    fn patience(&self) -> Duration {
        let shows_prompt = !self.line.is_empty();
        match (self.inputs >= self.expected_inputs, self.kind) {
            (true, Inner::Shell) if self.heard_any => SILENCE,
            (true, _) if shows_prompt => SILENCE,
            // Its question is still to come.
            (false, _) if !shows_prompt => DOUBT,
            (_, Inner::Prompt) if !self.heard_any => DOUBT,
            _ => LONG_SILENCE,
        }
    }

    /// The silence after which a program is taken to wait for its next line; none while it shows no prompt, unless it has none.
    fn silence(&self) -> Option<Duration> {
        let shown = Prompt::new(&self.line);
        match self.prompts.iter().any(|prompt| prompt.is_like(&shown)) {
            true if shown.is_empty() => Some(LONG_SILENCE),
            true => Some(PROMPT_SILENCE),
            false => (!shown.is_empty()).then_some(DOUBT),
        }
    }

    /// Returns what is due now, if anything. Nothing is typed where a password is asked for.
    pub fn next(&mut self, asks_password: bool, nonce: &str) -> Option<Due> {
        if self.due()? > Instant::now() {
            return None;
        }
        if let Some((_, block)) = self.ask_again.take() {
            return Some(Due::Type(end_line(block)));
        }
        match (&mut self.state, self.kind) {
            (State::Starting(_), _) if asks_password => {
                self.stirred = Instant::now();
                self.state = State::Starting(None);
                None
            }
            (State::Starting(_), Inner::Shell) => {
                self.state = State::Starting(Some(Instant::now()));
                Some(Due::Type(greeting(nonce)))
            }
            (State::Starting(_), _) => {
                self.state = State::Idle;
                self.learn();
                Some(Due::Ready)
            }
            (State::Busy(lines), Inner::Prompt) => {
                let next = lines.pop();
                self.stirred = Instant::now();
                self.learn();
                self.line.clear();
                match next {
                    Some(line) => Some(Due::Type([line, b"\r".to_vec()].concat())),
                    None => {
                        self.state = State::Idle;
                        Some(Due::Ended)
                    }
                }
            }
            _ => None,
        }
    }

    /// Remembers what stands where the program waits.
    fn learn(&mut self) {
        let prompt = Prompt::new(&self.line);
        if !self.prompts.contains(&prompt) {
            self.prompts.push(prompt);
        }
    }
}

/// What makes a shell of any kind quiet, and able to tell of ends.
fn greeting(nonce: &str) -> Vec<u8> {
    let tell = format!("printf '\\033]7717;{nonce};%s;I;%s;%s\\007' \"$1\" \"$2\" \"$PWD\"");
    let quiet = "stty -echo; bind 'set enable-bracketed-paste off' 2>/dev/null; PS1=; PS2=; PROMPT_COMMAND=";
    format!(" {quiet}; __dg() {{ {tell}; }}; __dg 0 0\r").into_bytes()
}

/// The lines that run a block in a shell inside. They need nothing but `printf`, which every such shell has in itself; where it
/// cannot tell the block, nothing runs and the status is not 0. The last one stands alone: dash drops the rest of a
/// line in which `eval` finds a syntax error.
fn shell_block(block: u32, script: &[u8], reads_terminal: bool) -> Vec<u8> {
    let mut text = String::from(" __b=\r");
    let code = format_of(script);
    for piece in code.as_bytes().chunks(PIECE) {
        text.push_str(" __b=$__b'");
        text.push_str(&String::from_utf8_lossy(piece));
        text.push_str("'\r");
    }
    let input = if reads_terminal { "" } else { " </dev/null" };
    text.push_str(&format!(" __b=$(printf \"$__b\") && eval \"$__b\"{input}\r"));
    [text.into_bytes(), end_line(block)].concat()
}

fn end_line(block: u32) -> Vec<u8> {
    format!(" __dg {block} $?\r").into_bytes()
}

/// The format that makes `printf` print these bytes. All that an editor, a quote or `printf` itself takes for something else is
/// told by its octal number.
fn format_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' | b'_' | b'.' | b'/' | b':' | b'=' => {
                text.push(char::from(*byte));
            }
            _ => text.push_str(&format!("\\{byte:03o}")),
        }
    }
    text
}

/// Removes the first place where `part` stands.
fn remove(bytes: &mut Vec<u8>, part: &[u8]) {
    if let Some(at) = find(bytes, part) {
        bytes.drain(at..at + part.len());
    }
}

#[cfg(test)]
mod tests {
    use super::{format_of, remove};

    #[test]
    fn a_format_holds_no_sign_of_its_own() {
        assert_eq!(format_of(b"ls -l 'a' 100%\n"), "ls \\055l \\047a\\047 100\\045\\012");
        assert_eq!(format_of(&[0xc3, 0xa9, b'\\', b'!']), "\\303\\251\\134\\041");
    }

    #[test]
    fn an_echo_is_taken_out() {
        for (shown, left) in [("a echo b", "a  b"), ("ech", "ech"), ("echo", "")] {
            let mut bytes = shown.as_bytes().to_vec();
            remove(&mut bytes, b"echo");
            assert_eq!(bytes, left.as_bytes());
        }
    }
}
