//! How far a long command is: one line on the terminal, after a second, and gone at the end.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Shorter work shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(200);

pub struct Progress {
    what: &'static str,
    total: usize,
    done: usize,
    next: Instant,
    is_shown: bool,
    has_terminal: bool,
}

impl Progress {
    /// `what` is counted, in the plural.
    pub fn new(what: &'static str, total: usize) -> Self {
        let has_terminal = std::io::stderr().is_terminal();
        Self { what, total, done: 0, next: Instant::now() + PATIENCE, is_shown: false, has_terminal }
    }

    pub fn advance(&mut self) {
        self.done += 1;
        if self.has_terminal && Instant::now() >= self.next {
            eprint!("\r{} of {} {}", self.done, self.total, self.what);
            self.is_shown = true;
            self.next = Instant::now() + EVERY;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            eprint!("\r\x1b[K");
            // A terminal that is gone needs no cleaning.
            let _ = std::io::stderr().flush();
        }
    }
}
