//! What is being worked on: what one person says is done in the order in which it was said, and what was
//! begun is finished before the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};

/// What may wait of one person; more is not taken.
const WAITING_MAX: usize = 20;
/// How long the end waits for what was begun.
const FINISH_MAX: Duration = Duration::from_secs(8);
/// Above so many people those who wait for nothing are forgotten.
const PEOPLE_MAX: usize = 1000;

/// The last in somebody's line.
struct Last {
    /// Ends with that one's turn.
    done: oneshot::Receiver<()>,
    /// Held by everybody who is in the line.
    line: Arc<()>,
}

/// Everything that is under way.
pub struct Works {
    lines: Mutex<HashMap<String, Last>>,
    count: watch::Sender<usize>,
}

impl Default for Works {
    fn default() -> Self {
        Self { lines: Mutex::default(), count: watch::channel(0).0 }
    }
}

/// A place in somebody's line. Whoever is behind comes when it is dropped.
pub struct Turn {
    before: Option<oneshot::Receiver<()>>,
    works: Arc<Works>,
    _done: oneshot::Sender<()>,
    _line: Arc<()>,
}

impl Works {
    /// A place behind what this person said before. `None`: too much of it waits already.
    pub fn turn(self: &Arc<Self>, person: &str) -> Option<Turn> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= PEOPLE_MAX {
            lines.retain(|_, last| Arc::strong_count(&last.line) > 1);
        }
        let line = lines.get(person).map_or_else(Arc::default, |last| last.line.clone());
        // One is the map's, one this one's.
        if Arc::strong_count(&line) > WAITING_MAX + 2 {
            return None;
        }
        let (done, next) = oneshot::channel();
        let before = lines.insert(person.to_owned(), Last { done: next, line: line.clone() }).map(|last| last.done);
        self.count.send_modify(|count| *count += 1);
        Some(Turn { before, works: self.clone(), _done: done, _line: line })
    }

    /// Waits for what was begun, within reason.
    pub async fn finish(&self) {
        let mut count = self.count.subscribe();
        let finished = tokio::time::timeout(FINISH_MAX, count.wait_for(|count| *count == 0)).await;
        if finished.is_err() {
            tracing::warn!("Some words from Slack are still being worked on; they get no answer");
        }
    }
}

impl Turn {
    /// Waits until what was said before is done.
    pub async fn comes(&mut self) {
        if let Some(before) = self.before.take() {
            // Nothing is ever sent: the one before has ended, one way or the other.
            drop(before.await);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.works.count.send_modify(|count| *count = count.saturating_sub(1));
    }
}
