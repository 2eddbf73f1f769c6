//! Feeds to items: the first commit. This file says who is polled when; what one poll does is in
//! [`one`].

mod one;
mod turn;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::task::{Id, JoinSet};

use super::{Hint, Progress, Worker};
use crate::model::feed::FeedRecord;
use crate::model::id::FeedId;
use crate::port::{DueFeed, StoreError};

use one::Polled;
pub use one::Poller;
use turn::{Turns, host_of};

/// Due times are looked through again this far back, for feeds that were added meanwhile.
const SCAN_OVERLAP: SignedDuration = SignedDuration::from_secs(2);
/// Polls that brought nothing are written down together: this many, or after this long.
const NOTES_MAX: usize = 64;
const NOTES_DELAY: SignedDuration = SignedDuration::from_millis(100);
/// A feed whose outcome could not be written down is polled again after this.
const STORE_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// Feeds that wait, and how many of them are polled side by side.
struct Lane {
    turns: Turns,
    capacity: usize,
    in_flight: usize,
}

impl Lane {
    fn new(capacity: usize) -> Self {
        Self { turns: Turns::default(), capacity, in_flight: 0 }
    }
}

pub struct Poll {
    poller: Arc<Poller>,
    hint: Hint,
    polling: JoinSet<Result<Polled, StoreError>>,
    by_task: HashMap<Id, DueFeed>,
    /// Feeds that are being polled or wait for their turn.
    taken: HashSet<FeedId>,
    healthy: Lane,
    /// Feeds that timed out last time: a few of them at once, so that they delay only each other.
    slow: Lane,
    /// Feeds that were due before this are taken.
    scanned_to: Timestamp,
    /// When the next feed is due, as of the last scan.
    next_due: Option<Timestamp>,
    /// Outcomes that are not written down yet; their feeds stay taken until they are.
    notes: Vec<FeedRecord>,
    noted_at: Timestamp,
}

impl Poll {
    /// `concurrency`: polls side by side; a quarter as many again for slow feeds.
    pub fn new(poller: Poller, hint: Hint, concurrency: usize) -> Self {
        Self {
            poller: Arc::new(poller),
            hint,
            polling: JoinSet::new(),
            by_task: HashMap::new(),
            taken: HashSet::new(),
            healthy: Lane::new(concurrency.max(1)),
            slow: Lane::new((concurrency / 4).max(1)),
            scanned_to: Timestamp::UNIX_EPOCH,
            next_due: None,
            notes: Vec::new(),
            noted_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn lane(&mut self, feed: &DueFeed) -> &mut Lane {
        if feed.is_slow { &mut self.slow } else { &mut self.healthy }
    }

    fn reap(&mut self, now: Timestamp) {
        while let Some(ended) = self.polling.try_join_next_with_id() {
            let (id, outcome) = match ended {
                Ok((id, outcome)) => (id, outcome),
                Err(error) => (error.id(), Err(StoreError::Crashed { what: error.to_string() })),
            };
            let Some(feed) = self.by_task.remove(&id) else { continue };
            self.lane(&feed).in_flight -= 1;
            let not_before = match outcome {
                Ok(Polled { note: Some(record), host_not_before }) => {
                    self.note(record, now);
                    host_not_before
                }
                Ok(Polled { note: None, host_not_before }) => {
                    self.taken.remove(&feed.id);
                    host_not_before
                }
                Err(error) => {
                    self.taken.remove(&feed.id);
                    tracing::error!(feed.id = %feed.id, "The poll of {} could not be finished and is repeated: {error}", feed.url);
                    // Everything found since the last scan is looked at again.
                    (self.scanned_to, self.next_due) = (Timestamp::UNIX_EPOCH, None);
                    now.checked_add(STORE_PAUSE).ok()
                }
            };
            self.lane(&feed).turns.done(&host_of(&feed.url), not_before, now);
        }
    }

    fn note(&mut self, record: FeedRecord, now: Timestamp) {
        if self.notes.is_empty() {
            self.noted_at = now;
        }
        self.notes.push(record);
    }

    /// Writes the notes down when there are enough of them, when they have waited, or when nothing
    /// else is under way.
    async fn write_notes(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let has_waited = now.duration_since(self.noted_at) >= NOTES_DELAY;
        if self.notes.is_empty() || (self.notes.len() < NOTES_MAX && !has_waited && !self.polling.is_empty()) {
            return Ok(());
        }
        let notes = std::mem::take(&mut self.notes);
        for record in &notes {
            self.taken.remove(&record.feed.id);
        }
        self.poller.store.note_polls(notes).await
    }

    /// Takes what has fallen due. While polls are running, only when something has: each of them
    /// ends with a step.
    async fn scan(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let is_due = self.next_due.is_some_and(|due| due <= now);
        if !self.polling.is_empty() && !is_due && now.duration_since(self.scanned_to) < SCAN_OVERLAP {
            return Ok(());
        }
        let since = self.scanned_to.min(now).checked_sub(SCAN_OVERLAP).unwrap_or(Timestamp::MIN);
        let (due, next) = self.poller.store.due_feeds(since, now).await?;
        self.scanned_to = now;
        self.next_due = next;
        for feed in due {
            if self.taken.insert(feed.id.clone()) {
                self.lane(&feed).turns.add(feed, now);
            }
        }
        Ok(())
    }

    fn start(&mut self, now: Timestamp) {
        let poller = self.poller.clone();
        for lane in [&mut self.healthy, &mut self.slow] {
            while lane.in_flight < lane.capacity
                && let Some(feed) = lane.turns.take(now, |url| poller.fetcher.trusts(url))
            {
                lane.in_flight += 1;
                let (poller, hint, id) = (poller.clone(), self.hint.clone(), feed.id.clone());
                let task = self.polling.spawn(async move {
                    let outcome = poller.poll(&id).await;
                    hint.notify_one();
                    outcome
                });
                self.by_task.insert(task.id(), feed);
            }
        }
    }
}

#[async_trait]
impl Worker for Poll {
    fn name(&self) -> &'static str {
        "poll"
    }

    async fn step(&mut self) -> Result<Progress, StoreError> {
        let now = self.poller.clock.now();
        self.reap(now);
        self.write_notes(now).await?;
        self.scan(now).await?;
        self.start(now);
        let paused = [self.healthy.turns.next_time(), self.slow.turns.next_time()];
        let note_due = self.noted_at.checked_add(NOTES_DELAY).ok().filter(|_| !self.notes.is_empty());
        let next = paused.into_iter().chain([self.next_due, note_due]).flatten().min();
        Ok(Progress { is_busy: !self.polling.is_empty(), next })
    }

    /// Polls that are under way are given up: what they would have brought is still at the feed.
    async fn drain(&mut self) {
        self.polling.shutdown().await;
        let notes = std::mem::take(&mut self.notes);
        if let Err(error) = self.poller.store.note_polls(notes).await {
            tracing::warn!(
                "The last polls could not be written down: {error}; their feeds are asked early at the next start"
            );
        }
    }
}
