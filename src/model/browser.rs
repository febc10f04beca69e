//! The instructions of a browser block.

use std::time::Duration;

/// Name of the machine that browser blocks run on if they name none.
pub const MACHINE: &str = "browser";
/// Its image if nobody names one (`tests/images/chromium-debian12`).
pub const IMAGE: &str = "docgen/chromium:debian12";
/// The user of that image.
pub const USER: &str = "browser";
/// The program of that image that serves WebDriver.
pub const PROGRAM: &str = "webdriver";
/// The port on which a machine serves WebDriver.
pub const PORT: u16 = 4444;

/// One line of a browser block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserStep {
    /// The line of the block's body that it stands on (0-based).
    pub line: usize,
    /// What the reader does or sees.
    pub instruction: Instruction,
}

/// What a reader does or sees in a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instruction {
    /// Goes to an address: `open https://example.test/`.
    Open(String),
    /// Clicks what carries this text: `click "Log in"`.
    Click(Target),
    /// Puts a value into the field with this label, instead of what it holds: `type "Email" "me@example.test"`.
    Type(Target, String),
    /// Ticks the box, or chooses the option, with this label: `check "Remember me"`.
    Check(Target),
    /// Sees this text on the page, within `within` if given: `expect "Welcome"`, `wait 30s "Done"`.
    See {
        /// The text, white space as one blank.
        text: String,
        /// Time until it must be there; `None` is the usual patience.
        within: Option<Duration>,
    },
    /// Is at an address like this one, `*` standing for any text: `expect-url https://example.test/callback*`.
    At(String),
    /// Notes a value: what the first match of a CSS selector shows, or what the field with this label holds.
    Capture {
        /// Name of the value.
        name: String,
        /// CSS selector or label.
        from: String,
    },
    /// Keeps a picture of what the window shows.
    Screenshot(String),
}

/// Something on a page, as a reader calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its text or label.
    pub name: String,
    /// Which one of several with that name, from 1: `"Delete"#2`; `None` wants it to be the only one.
    pub number: Option<usize>,
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&quoted(&self.name))?;
        self.number.map_or(Ok(()), |number| write!(f, "#{number}"))
    }
}

impl std::fmt::Display for Instruction {
    /// Writes the instruction as a guide does.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open(url) => write!(f, "open {url}"),
            Self::Click(target) => write!(f, "click {target}"),
            Self::Type(target, value) => write!(f, "type {target} {}", quoted(value)),
            Self::Check(target) => write!(f, "check {target}"),
            Self::See { text, within: None } => write!(f, "expect {}", quoted(text)),
            Self::See {
                text,
                within: Some(within),
            } => {
                let millis = within.as_millis();
                let (count, unit) = if millis % 1000 == 0 {
                    (millis / 1000, "s")
                } else {
                    (millis, "ms")
                };
                write!(f, "wait {count}{unit} {}", quoted(text))
            }
            Self::At(glob) => write!(f, "expect-url {glob}"),
            Self::Capture { name, from } => write!(f, "capture {name} {}", quoted(from)),
            Self::Screenshot(name) => write!(f, "screenshot {name}"),
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
