//! A store that refuses what it is told to refuse.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tidings::model::id::FeedId;
use tidings::port::{Store, StoreError};

use super::watched::{Step, Watched, Watcher};

#[derive(Default)]
pub struct Faults {
    is_full: AtomicBool,
    /// URLs of feeds whose intake is too large, and of those whose memory is fatal to look at.
    too_large: Mutex<HashSet<String>>,
    deadly: Mutex<HashSet<FeedId>>,
    parsed: AtomicUsize,
}

pub type Faulty = Watched<Faults>;

impl Watched<Faults> {
    pub fn on(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self::new(inner, Faults::default()))
    }
}

impl Faults {
    pub fn fill_up(&self) {
        self.is_full.store(true, Ordering::SeqCst);
    }

    pub fn make_room(&self) {
        self.is_full.store(false, Ordering::SeqCst);
    }

    pub fn refuse_items_of(&self, url: &str) {
        self.too_large.lock().unwrap().insert(url.to_owned());
    }

    pub fn die_at(&self, url: &str) {
        self.deadly.lock().unwrap().insert(FeedId::of_url(url));
    }

    /// How many documents were parsed.
    pub fn parsed_count(&self) -> usize {
        self.parsed.load(Ordering::SeqCst)
    }

    fn room(&self) -> Result<(), StoreError> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(StoreError::DiskFull { path: "data".into(), free_bytes: 1, needed_bytes: 2 });
        }
        Ok(())
    }
}

impl Watcher for Faults {
    fn before(&self, step: &Step<'_>) -> Result<(), StoreError> {
        match step {
            Step::Seen(feed) => {
                assert!(!self.deadly.lock().unwrap().contains(*feed), "this feed is deadly");
                Ok(())
            }
            Step::Intake(intake) => {
                self.room()?;
                let is_too_large = self.too_large.lock().unwrap().contains(&intake.record.feed.url);
                if is_too_large && !intake.items.is_empty() {
                    return Err(StoreError::TooLarge { what: "an item".to_owned(), size: 70_000, max: 65_536 });
                }
                Ok(())
            }
            Step::Notes { .. } => self.room(),
            Step::Parsing => {
                self.parsed.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
