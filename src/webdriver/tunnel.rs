//! HTTP to a port of a machine, through a shell on that machine.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::session::shell::Progress;
use crate::session::{Chunk, Mode, Request, Session, SessionError, Stdin, Stream};
use crate::transcript::Cause;
use crate::webdriver::DriverError;
use crate::webdriver::http::{self, Answer};

/// Carries one request and its answer. Only bash can open a connection without another program.
const CARRY: &str = include_str!("carry.sh");

/// Bytes of an answer at most: a screenshot has some hundred thousand.
const LIMIT: u64 = 64 << 20;

/// A way to a port of a machine.
pub(super) struct Tunnel {
    session: Session,
    port: u16,
}

impl Tunnel {
    pub(super) fn new(session: Session, port: u16) -> Self {
        Self { session, port }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Sends a request and returns the answer.
    pub(super) async fn send(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        timeout: Duration,
    ) -> Result<Answer, DriverError> {
        let (sender, receiver) = mpsc::channel(64);
        let request = Request {
            mode: Mode::Split,
            stdin: Stdin::Bytes(http::request(method, path, self.port, body).into_bytes()),
            output_limit: LIMIT,
            live: Some(sender),
            ..Request::script(format!("bash -c '{CARRY}' carry {}", self.port), timeout)
        };
        let mut running = self.session.start(request)?;
        let (bytes, progress) = tokio::join!(collect(receiver), async {
            let progress = running.progress().await;
            // The collector ends with the last sender, which the running block holds.
            drop(running);
            progress
        });
        let transcript = match progress? {
            Progress::Ended(transcript) => transcript,
            Progress::Entered => {
                return Err(SessionError::Protocol("a shell inside that nobody opened".to_owned()).into());
            }
        };
        self.session.note(&transcript);
        if transcript.cause == Cause::TimedOut {
            return Err(DriverError::Silent(timeout));
        }
        http::answer(&bytes).map_err(|fault| {
            let said = transcript.split.map(|split| split.err.to_text()).unwrap_or_default();
            let reason = said.lines().next().map_or(fault, |line| line.trim().to_owned());
            DriverError::Unreachable {
                port: self.port,
                reason,
            }
        })
    }
}

/// All bytes of the standard output, which may be more than a transcript keeps.
async fn collect(mut chunks: mpsc::Receiver<Chunk>) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.recv().await {
        if chunk.stream == Stream::Out {
            bytes.extend_from_slice(&chunk.bytes);
        }
    }
    bytes
}
