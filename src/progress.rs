//! How far long work is: one line on the terminal, after a second, and gone at the end.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Shorter work shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(200);

/// The terminal has one line for this: whoever comes second shows nothing.
static IS_SHOWN: AtomicBool = AtomicBool::new(false);

/// Shown until it is dropped.
pub struct Progress {
    done: Arc<AtomicUsize>,
    line: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Work that consists of so many parts. `what` is counted, in the plural.
    pub fn counted(what: &'static str, total: usize) -> Self {
        let done = Arc::new(AtomicUsize::new(0));
        let count = done.clone();
        let text = move |_| format!("{} of {total} {what}", count.load(Ordering::Relaxed));
        Self { done, line: line(text) }
    }

    /// Work whose end nobody can foresee: it shows how long it has taken.
    pub fn timed(what: impl Into<String>) -> Self {
        let what = what.into();
        Self { done: Arc::default(), line: line(move |time: Duration| format!("{what}, {} s", time.as_secs())) }
    }

    /// One more part is done.
    pub fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.line.take() {
            drop(sender);
            // The line is gone before anybody writes again; a thread that died has written its last.
            let _ = thread.join();
            IS_SHOWN.store(false, Ordering::SeqCst);
        }
    }
}

fn line(text: impl Fn(Duration) -> String + Send + 'static) -> Option<(Sender<()>, JoinHandle<()>)> {
    if !std::io::stderr().is_terminal() || IS_SHOWN.swap(true, Ordering::SeqCst) {
        return None;
    }
    let (sender, end) = channel();
    Some((sender, std::thread::spawn(move || show(&text, &end))))
}

fn show(text: &dyn Fn(Duration) -> String, end: &Receiver<()>) {
    let begun = Instant::now();
    let mut pause = PATIENCE;
    // A terminal that is gone needs no line and no cleaning.
    while end.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        let _ = write!(std::io::stderr(), "\r\x1b[K{}", text(begun.elapsed()));
        pause = EVERY;
    }
    if pause == EVERY {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
}
