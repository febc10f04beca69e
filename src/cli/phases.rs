//! How long the parts of a build take.
#![expect(clippy::disallowed_methods, reason = "edge: the clock is read")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::terminal::{Loudness, Terminal};

/// Parts of a build with the time that each took.
#[derive(Debug)]
pub(super) struct Phases {
    begin: Instant,
    last: Instant,
    parts: Vec<(&'static str, Duration)>,
}

impl Phases {
    /// Starts the clock.
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Self {
            begin: now,
            last: now,
            parts: Vec::new(),
        }
    }

    /// Ends a part.
    pub(super) fn end(&mut self, name: &'static str) {
        let now = Instant::now();
        self.parts.push((name, now - self.last));
        self.last = now;
    }

    /// Returns the seconds since the start.
    pub(super) fn seconds(&self) -> f64 {
        self.begin.elapsed().as_secs_f64()
    }

    /// Says what each part took, to those who want to know more.
    pub(super) fn say(&self, terminal: &Terminal) {
        if terminal.loudness < Loudness::Verbose {
            return;
        }
        let parts = self.parts.iter();
        let parts: Vec<String> = parts
            .map(|(name, time)| format!("{name} {:.1}", time.as_secs_f64() * 1000.0))
            .collect();
        terminal.say(&format!("milliseconds: {}", parts.join(", ")));
    }
}

/// Returns the date, the same for everybody at any moment, as `2027-01-31`.
pub(super) fn today() -> String {
    jiff::Timestamp::now().strftime("%F").to_string()
}

/// Returns the time of day, in nanoseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_nanos().try_into().unwrap_or(0)
}
