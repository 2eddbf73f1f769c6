//! Tells those who subscribed feeds how these are doing: once a day each, in their morning, never to the
//! whole channel; what was told is written down in the commit that queues it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::{Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::book::Book;
use super::{Hint, Progress, Worker};
use crate::locale::Words;
use crate::model::delivery::{Delivery, Notice};
use crate::model::health::FeedTrouble;
use crate::model::id::FeedId;
use crate::model::settings::{Period, Schedule};
use crate::model::subscription::{Address, PlatformKind};
use crate::pipeline::calendar;
use crate::pipeline::health::{FeedTroubleOrNone, report, said, trouble};
use crate::port::{Clock, Store, StoreError};

/// When people hear of their feeds, in their own time.
const MORNING: Time = time(9, 0, 0, 0);
/// A morning that the bot was not there for is made up for until then.
const LATE_MAX: SignedDuration = SignedDuration::from_hours(6);
/// Feeds of one person that are looked at.
const FEEDS_MAX: usize = 1000;

/// The feeds of one person, and where each of them goes.
type Feeds = BTreeMap<FeedId, BTreeSet<Address>>;

pub struct HealthWorker {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub book: Arc<Book>,
    pub platforms: Vec<PlatformKind>,
    /// The zone of people who have chosen none.
    pub zone: TimeZone,
    /// Wakes the deliver worker.
    pub outbox: Hint,
    /// The mornings that were looked at.
    pub looked: HashMap<Address, Timestamp>,
}

impl HealthWorker {
    /// Who subscribed which feeds, each with their morning's schedule.
    async fn people(&self, now: Timestamp) -> Result<BTreeMap<Address, (Schedule, Feeds)>, StoreError> {
        let known = self.book.open().await?;
        let mut people: BTreeMap<Address, (Schedule, Feeds)> = BTreeMap::new();
        for reader in known.readers.iter() {
            let subscription = &reader.subscription;
            let Some(feed) = subscription.feed() else { continue };
            // What the configuration names is the operator's, who reads the log.
            let operators = (subscription.to.platform == PlatformKind::Terminal).then_some(&subscription.to);
            let Some(person) = subscription.owner.as_ref().or(operators) else { continue };
            if subscription.pause.is_some() || !self.platforms.contains(&person.platform) {
                continue;
            }
            let own = known.readers.settings(person).and_then(|settings| settings.zone.clone());
            let zone = own.unwrap_or_else(|| self.zone.iana_name().unwrap_or("UTC").to_owned());
            let schedule = || Schedule { period: Period::Day, time: MORNING, zone, since: now };
            let (_, feeds) = people.entry(person.clone()).or_insert_with(|| (schedule(), Feeds::new()));
            if feeds.len() < FEEDS_MAX || feeds.contains_key(feed) {
                feeds.entry(feed.clone()).or_default().insert(subscription.to.clone());
            }
        }
        Ok(people)
    }

    /// Tells one person what is new since they were told; true if that was anything.
    async fn tell(&self, person: &Address, feeds: Feeds, at: Timestamp) -> Result<bool, StoreError> {
        let told = self.store.told_health(person).await?;
        if told.until.is_some_and(|until| until >= at) {
            return Ok(false);
        }
        let now = self.clock.now();
        let mut found = Vec::new();
        for (feed, places) in feeds {
            let Some(record) = self.store.feed(&feed).await? else { continue };
            let title = record.title().to_owned();
            let state = match trouble(&record, now) {
                Some(trouble) => {
                    FeedTroubleOrNone::Trouble(FeedTrouble { title, places: places.into_iter().collect(), trouble })
                }
                None => FeedTroubleOrNone::Well { title },
            };
            found.push((feed, state));
        }
        let (report, after) = report(found, &told, at);
        let Some(report) = report else { return Ok(false) };
        for one in &report.troubles {
            tracing::warn!("{} is {}", one.title, said(&one.trouble, now, Words::default()));
        }
        // The terminal's output is cards; its operator reads the log.
        let is_log_enough = person.platform == PlatformKind::Terminal;
        let delivery = (!is_log_enough).then(|| Delivery::new(Notice::Health(report), person.clone(), now));
        self.store.commit_health(person, after, delivery).await?;
        self.outbox.notify_one();
        Ok(true)
    }
}

#[async_trait]
impl Worker for HealthWorker {
    fn name(&self) -> &'static str {
        "health"
    }

    async fn step(&mut self) -> Result<Progress, StoreError> {
        let now = self.clock.now();
        let mut progress = Progress::default();
        for (person, (schedule, feeds)) in self.people(now).await? {
            progress.next = [progress.next, calendar::next(&schedule, now)].into_iter().flatten().min();
            let Some(turn) = calendar::latest(&schedule, now) else { continue };
            let is_looked_at = self.looked.get(&person).is_some_and(|looked| *looked >= turn.at);
            if is_looked_at || now.duration_since(turn.at) > LATE_MAX {
                continue;
            }
            progress.is_busy |= self.tell(&person, feeds, turn.at).await?;
            self.looked.insert(person, turn.at);
        }
        Ok(progress)
    }

    async fn drain(&mut self) {}
}
