//! What an enter block opened: a shell inside the session's shell, or a program with a prompt.
//!
//! There the agent has nothing but the terminal. Into a shell it types each block as base64, so that no
//! editor and no quoting comes between, and the shell prints a mark with the status at the end. Into
//! another program it types the block's lines as a reader would, and waits for the prompt after each.

use std::time::{Duration, Instant};

use crate::message::Inner;

/// Silence after which what is inside waits for somebody to type.
const SILENCE: Duration = Duration::from_millis(400);

/// Silence after which it seems to wait although docgen has not answered all that it wanted to answer,
/// or although nothing was shown at all.
const LONG_SILENCE: Duration = Duration::from_millis(3000);

/// Time after which a shell that did not answer is spoken to again.
const RETRY: Duration = Duration::from_millis(2000);

/// Silence after a prompt.
const PROMPT_SILENCE: Duration = Duration::from_millis(150);

/// Longest piece of base64 in a typed line; a terminal takes 4 KiB at most.
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
            ask_again: None,
        }
    }

    /// Whether blocks can run inside.
    pub fn is_ready(&self) -> bool {
        !matches!(self.state, State::Starting(_))
    }

    /// Whether it was spoken to and did not answer yet; what is shown then is the echo of that.
    pub fn is_greeting(&self) -> bool {
        matches!(self.state, State::Starting(Some(_)))
    }

    /// Notes what was shown.
    pub fn heard(&mut self, bytes: &[u8]) {
        self.stirred = Instant::now();
        self.heard_any = true;
        match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => self.line = bytes[at + 1..].to_vec(),
            None => self.line.extend_from_slice(bytes),
        }
    }

    /// Notes that docgen typed something.
    pub fn typed(&mut self) {
        self.stirred = Instant::now();
        self.inputs += 1;
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
            (State::Busy(_), Inner::Prompt) => Some(self.stirred + PROMPT_SILENCE),
            _ => self.ask_again.map(|(at, _)| at),
        }
    }

    fn patience(&self) -> Duration {
        if self.heard_any && self.inputs >= self.expected_inputs {
            SILENCE
        } else {
            LONG_SILENCE
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
            (State::Starting(None), _) if asks_password => {
                self.stirred = Instant::now();
                None
            }
            (State::Starting(_), Inner::Shell) => {
                self.state = State::Starting(Some(Instant::now()));
                Some(Due::Type(greeting(nonce)))
            }
            (State::Starting(_), _) => {
                self.state = State::Idle;
                Some(Due::Ready)
            }
            // Without a prompt it still works on the last line.
            (State::Busy(_), Inner::Prompt) if self.line.is_empty() => {
                self.stirred = Instant::now();
                None
            }
            (State::Busy(lines), Inner::Prompt) => {
                self.stirred = Instant::now();
                self.line.clear();
                match lines.pop() {
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
}

/// What makes a shell of any kind quiet, and able to tell of ends.
fn greeting(nonce: &str) -> Vec<u8> {
    let tell = format!("printf '\\033]7717;{nonce};%s;I;%s;%s\\007' \"$1\" \"$2\" \"$PWD\"");
    let quiet = "stty -echo; bind 'set enable-bracketed-paste off' 2>/dev/null; PS1=; PS2=; PROMPT_COMMAND=";
    format!(" {quiet}; __dg() {{ {tell}; }}; __dg 0 0\r").into_bytes()
}

/// The lines that run a block in a shell inside. The last one stands alone: dash drops the rest of a
/// line in which `eval` finds a syntax error.
fn shell_block(block: u32, script: &[u8], reads_terminal: bool) -> Vec<u8> {
    let mut text = String::from(" __b=\r");
    let code = base64(script);
    for piece in code.as_bytes().chunks(PIECE) {
        text.push_str(" __b=${__b}");
        text.push_str(&String::from_utf8_lossy(piece));
        text.push('\r');
    }
    let input = if reads_terminal { "" } else { " </dev/null" };
    text.push_str(&format!(" eval \"$(printf %s \"$__b\" | base64 -d)\"{input}\r"));
    [text.into_bytes(), end_line(block)].concat()
}

fn end_line(block: u32) -> Vec<u8> {
    format!(" __dg {block} $?\r").into_bytes()
}

/// Base64 with the usual alphabet and padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_pads() {
        let codes = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="];
        for (length, code) in codes.iter().enumerate() {
            assert_eq!(base64(&b"foob"[..length]), *code);
        }
        assert_eq!(base64(&[0xff, 0xfe]), "//4=");
    }
}
