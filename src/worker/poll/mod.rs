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
use turn::Turns;

/// Due times are looked through again this far back, for feeds that were added meanwhile.
const SCAN_OVERLAP: SignedDuration = SignedDuration::from_secs(2);
/// Everything that is due is looked through this often, whenever it fell due: a feed whose due time was
/// written later than it says is late by this much, and no more.
const RESCAN_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Polls that brought nothing are written down together: this many, or after this long.
const NOTES_MAX: usize = 64;
const NOTES_DELAY: SignedDuration = SignedDuration::from_millis(100);

pub struct Poll {
    poller: Arc<Poller>,
    hint: Hint,
    polling: JoinSet<Result<Polled, StoreError>>,
    by_task: HashMap<Id, DueFeed>,
    /// Feeds that are being polled or wait for their turn.
    taken: HashSet<FeedId>,
    turns: Turns,
    /// Feeds that were due before this are taken.
    scanned_to: Timestamp,
    /// When everything that is due was looked through.
    rescanned: Timestamp,
    /// When the next feed is due, as of the last scan.
    next_due: Option<Timestamp>,
    /// Outcomes that are not written down yet; their feeds stay taken until they are.
    notes: Vec<FeedRecord>,
    noted_at: Timestamp,
    /// Feeds that could not be read since the start; `None` once one could, or that has been told.
    failed: Option<usize>,
    /// The store has refused something: nothing is begun until it takes something again.
    is_refused: bool,
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
            turns: Turns::new(concurrency),
            scanned_to: Timestamp::UNIX_EPOCH,
            rescanned: Timestamp::UNIX_EPOCH,
            next_due: None,
            notes: Vec::new(),
            noted_at: Timestamp::UNIX_EPOCH,
            failed: Some(0),
            is_refused: false,
        }
    }

    fn reap(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let mut refusal = None;
        while let Some(ended) = self.polling.try_join_next_with_id() {
            let (id, outcome) = match ended {
                Ok((id, outcome)) => (id, outcome),
                Err(error) => (error.id(), Err(StoreError::Crashed { what: error.to_string() })),
            };
            let Some(feed) = self.by_task.remove(&id) else { continue };
            let Polled { note, host_not_before } = outcome.unwrap_or_else(|error| {
                refusal = Some(error);
                Polled::default()
            });
            let is_failure = note.as_ref().is_some_and(|record| record.state.health.failures > 0);
            self.failed = self.failed.filter(|_| is_failure).map(|failed| failed + 1);
            match note {
                Some(record) => self.note(record, now),
                None => _ = self.taken.remove(&feed.id),
            }
            self.turns.done(&feed, host_not_before, now);
        }
        match refusal {
            Some(error) => {
                self.is_refused = true;
                Err(error)
            }
            None => Ok(()),
        }
    }

    /// Where nothing can be read at all, it is hardly the feeds.
    fn tell_if_nothing_can_be_read(&mut self) {
        if self.polling.is_empty() && self.turns.next_time().is_none() && self.failed.is_some_and(|failed| failed > 1) {
            let failed = self.failed.take().unwrap_or_default();
            tracing::warn!("None of {failed} feeds could be read; is there a network? `tidings doctor` looks at each");
        }
    }

    fn note(&mut self, record: FeedRecord, now: Timestamp) {
        if self.notes.is_empty() {
            self.noted_at = now;
        }
        self.notes.push(record);
    }

    /// Writes the notes down when there are enough of them, when they have waited, or when nothing
    /// else is under way. After a refusal it tries at once, if only with nothing: whether the store
    /// takes that says whether to go on.
    async fn write_notes(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let has_waited = now.duration_since(self.noted_at) >= NOTES_DELAY;
        let is_time = self.notes.len() >= NOTES_MAX || has_waited || self.polling.is_empty();
        if !self.is_refused && (self.notes.is_empty() || !is_time) {
            return Ok(());
        }
        match self.poller.store.note_polls(self.notes.clone()).await {
            Ok(()) => {
                for record in std::mem::take(&mut self.notes) {
                    self.taken.remove(&record.feed.id);
                }
            }
            Err(error) if error.is_of_all() => {
                self.is_refused = true;
                return Err(error);
            }
            Err(_) => self.write_each_note().await?,
        }
        if std::mem::take(&mut self.is_refused) {
            // What could not be written down is still due: everything is looked through again.
            (self.scanned_to, self.next_due) = (Timestamp::UNIX_EPOCH, None);
        }
        Ok(())
    }

    /// One note that the store does not take must not hold up the others.
    async fn write_each_note(&mut self) -> Result<(), StoreError> {
        while let Some(record) = self.notes.last() {
            match self.poller.store.note_polls(vec![record.clone()]).await {
                Ok(()) => _ = self.taken.remove(&record.feed.id),
                Err(error) if error.is_of_all() => {
                    self.is_refused = true;
                    return Err(error);
                }
                // It stays among the taken: asking again and again would change nothing.
                Err(error) => tracing::error!(
                    feed.id = %record.feed.id,
                    "The poll of {} cannot be written down, and it is not polled until the next start: {error}",
                    record.state.url
                ),
            }
            self.notes.pop();
        }
        Ok(())
    }

    /// Takes what has fallen due. While polls are running, only when something has: each of them
    /// ends with a step.
    async fn scan(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let is_due = self.next_due.is_some_and(|due| due <= now);
        if !self.polling.is_empty() && !is_due && now.duration_since(self.scanned_to) < SCAN_OVERLAP {
            return Ok(());
        }
        if now.duration_since(self.rescanned).abs() >= RESCAN_EVERY {
            (self.rescanned, self.scanned_to) = (now, Timestamp::UNIX_EPOCH);
        }
        let since = self.scanned_to.min(now).checked_sub(SCAN_OVERLAP).unwrap_or(Timestamp::MIN);
        let (due, next) = self.poller.store.due_feeds(since, now).await?;
        self.scanned_to = now;
        self.next_due = next;
        for feed in due {
            if self.taken.insert(feed.id.clone()) {
                self.turns.add(feed);
            }
        }
        Ok(())
    }

    fn start(&mut self, now: Timestamp) {
        while let Some(feed) = self.turns.take(now, |url| self.poller.fetcher.trusts(url)) {
            let (poller, hint, id) = (self.poller.clone(), self.hint.clone(), feed.id.clone());
            let task = self.polling.spawn(async move {
                let outcome = poller.poll(&id).await;
                hint.notify_one();
                outcome
            });
            self.by_task.insert(task.id(), feed);
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
        self.reap(now)?;
        self.write_notes(now).await?;
        self.scan(now).await?;
        self.start(now);
        self.tell_if_nothing_can_be_read();
        let note_due = self.noted_at.checked_add(NOTES_DELAY).ok().filter(|_| !self.notes.is_empty());
        let next = [self.turns.next_time(), self.next_due, note_due].into_iter().flatten().min();
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
