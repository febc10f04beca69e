//! Why a browser did not do what it was asked.

use std::time::Duration;

use crate::session::SessionError;

/// Why a browser did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DriverError {
    /// The browser refused, for example because something else covers the button.
    #[error("{}", first_line(.message))]
    Refused {
        /// The error code of WebDriver: `element click intercepted`, …
        code: String,
        /// What the driver says; may go on with its own stack.
        message: String,
    },
    /// Nothing that speaks WebDriver answers.
    #[error("no WebDriver answers on port {port} of the machine: {reason}")]
    Unreachable {
        /// The port.
        port: u16,
        /// What was seen instead.
        reason: String,
    },
    /// The driver took too long.
    #[error("the browser did not answer within {} s", .0.as_secs())]
    Silent(Duration),
    /// The connection to the machine is gone.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl DriverError {
    /// Returns whether the same request may succeed a moment later: the page was changing, or something was in the way.
    pub fn is_passing(&self) -> bool {
        let Self::Refused { code, .. } = self else { return false };
        matches!(
            code.as_str(),
            "stale element reference"
                | "no such element"
                | "element not interactable"
                | "element click intercepted"
                | "javascript error"
                | "detached shadow root"
        )
    }
}

/// Drivers put their stack below what they say.
fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default().trim()
}
