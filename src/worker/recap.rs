//! Recaps that come by themselves: once a period in the reader's own time, through restarts, changes
//! of the clock and downtime. What was missed is one recap, never a stack of them.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::book::Book;
use super::{Hint, Progress, Worker};
use crate::model::delivery::{Delivery, Notice};
use crate::model::recap::{Recap, RecapKind};
use crate::model::settings::{Period, Schedule, Settings};
use crate::model::subscription::{Address, Mode, PlatformKind};
use crate::pipeline::calendar;
use crate::pipeline::recap::{
    Audience, CARDS_MAX, Period as Told, TOLD_MAX, Taste, entries, reach, recalled, recap, trend, unmuted, wanted,
};
use crate::pipeline::route::Reader;
use crate::port::{Clock, RecapMade, Store, StoreError};

pub struct RecapWorker {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub book: Arc<Book>,
    pub platforms: Vec<PlatformKind>,
    /// For subscriptions that are collected at addresses with no schedule of their own.
    pub daily: Schedule,
    pub weekly: Schedule,
    /// Wakes the deliver worker.
    pub outbox: Hint,
    plans: Vec<Plan>,
    planned_at: Option<u64>,
}

/// One address's recaps of one kind.
struct Plan {
    address: Address,
    schedule: Schedule,
    is_weekly: bool,
    /// A recap begins no earlier than this.
    since: Timestamp,
}

/// What the worker stands on.
pub struct RecapPorts {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub book: Arc<Book>,
    pub platforms: Vec<PlatformKind>,
    pub outbox: Hint,
}

impl RecapWorker {
    pub fn new(ports: RecapPorts, daily: Schedule, weekly: Schedule) -> Self {
        let RecapPorts { store, clock, book, platforms, outbox } = ports;
        Self { store, clock, book, platforms, daily, weekly, outbox, plans: Vec::new(), planned_at: None }
    }

    /// Brings the plans in line with subscriptions and settings.
    async fn plan(&mut self) -> Result<(), StoreError> {
        let known = self.book.open().await?;
        if self.planned_at.is_some() && self.planned_at == known.revision {
            return Ok(());
        }
        let mut earliest: HashMap<(&Address, bool), Timestamp> = HashMap::new();
        for reader in known.readers.iter() {
            let subscription = &reader.subscription;
            let is_weekly = match subscription.mode {
                Mode::Instant => continue,
                Mode::Daily => false,
                Mode::Weekly => true,
            };
            let since = earliest.entry((&subscription.to, is_weekly)).or_insert(subscription.created);
            *since = (*since).min(subscription.created);
        }
        let mut plans = Vec::new();
        for ((address, is_weekly), since) in earliest {
            let default = if is_weekly { &self.weekly } else { &self.daily };
            let zone = known.readers.settings(address).and_then(|settings| settings.zone.clone());
            let schedule = Schedule { zone: zone.unwrap_or_else(|| default.zone.clone()), since, ..default.clone() };
            plans.push(Plan { address: address.clone(), schedule, is_weekly, since });
        }
        for settings in known.readers.all_settings() {
            let Some(schedule) = &settings.recap else { continue };
            let is_weekly = matches!(schedule.period, Period::Week(_));
            plans.retain(|plan| plan.address != settings.address || plan.is_weekly != is_weekly);
            let (address, since) = (settings.address.clone(), schedule.since);
            plans.push(Plan { address, schedule: schedule.clone(), is_weekly, since });
        }
        plans.retain(|plan| self.platforms.contains(&plan.address.platform));
        self.planned_at = known.revision;
        drop(known);
        self.plans = plans;
        Ok(())
    }

    /// Makes the recap of a plan if one is due; true if anything was done.
    async fn tell(&self, plan: &Plan, now: Timestamp) -> Result<bool, StoreError> {
        let Some(turn) = calendar::latest(&plan.schedule, now).filter(|turn| turn.at > plan.since) else {
            return Ok(false);
        };
        let next = calendar::next(&plan.schedule, now);
        let mark = self.store.recapped_until(&plan.address, plan.is_weekly).await?;
        // A recap that lies further ahead than the next one comes from a clock that was wrong: it holds up
        // none of those until then. What was told by the same key is not told again, by its id.
        let told = mark.filter(|told| next.is_none_or(|next| *told <= next));
        if told.is_some_and(|told| told >= turn.at) {
            return Ok(false);
        }
        // After a downtime the one recap reaches back to the last that was told, or to the beginning.
        let begin = if mark.is_none() { plan.since } else { turn.since };
        let from = told.unwrap_or(begin).max(plan.since).min(turn.at);
        let made = self.made(plan, &turn, from, now).await?;
        self.store.commit_recap(&plan.address, plan.is_weekly, made).await?;
        self.outbox.notify_one();
        Ok(true)
    }

    /// The recap of a turn, with what the next one is compared with.
    async fn made(
        &self,
        plan: &Plan,
        turn: &calendar::Turn,
        from: Timestamp,
        now: Timestamp,
    ) -> Result<RecapMade, StoreError> {
        let (address, is_weekly) = (&plan.address, plan.is_weekly);
        let cards = self.store.cards_between(from, turn.at, CARDS_MAX).await?;
        let all = self.store.subscriptions_of(address).await?;
        let all: Vec<Reader> = all.into_iter().map(Reader::new).collect();
        let settings = self.store.settings(address).await?;
        let readers = collected(&all, &settings, is_weekly);
        let wanted = wanted(&cards, &Audience { readers: &readers, settings: &settings }, turn.at);
        let mut stories = self.store.stories_of(wanted.iter().map(|(item, _)| item.id.clone()).collect()).await?;
        let taste = Taste::of(&settings, &all, now);
        let wanted = unmuted(wanted, &stories, &taste);
        // Who wants each report for itself gets it so.
        if settings.is_unfolded {
            stories.clear();
        }
        let entries = entries(wanted, &stories);
        let kind = if is_weekly { RecapKind::Week } else { RecapKind::Day };
        let period = Told { key: &turn.key, kind, from, to: turn.at };
        let last = self.store.last_recap(address, is_weekly).await?;
        let mut parts = recap(&entries, &taste, &period, last.as_ref());
        let told = recalled(&parts, &entries);
        let zone = calendar::zone(&plan.schedule.zone);
        if let (Some(since), false) = (reach(kind, turn.at, &zone), parts.is_empty()) {
            let before = self.store.told_to(address, since, TOLD_MAX).await?;
            let trend = trend(&before, &parts, &period, &zone);
            parts.iter_mut().take(1).for_each(|first| first.trend = trend.clone());
        }
        let delivery = |part: Recap| Delivery {
            to_followers: settings.crosspost,
            ..Delivery::new(Notice::Recap(part), address.clone(), now)
        };
        Ok(RecapMade { until: turn.at, deliveries: parts.into_iter().map(delivery).collect(), told })
    }
}

/// The subscriptions that go into a recap: all, where the address has scheduled it, else those
/// that are collected for it.
fn collected(all: &[Reader], settings: &Settings, is_weekly: bool) -> Vec<Reader> {
    let scheduled = settings.recap.as_ref().map(|schedule| matches!(schedule.period, Period::Week(_)));
    let wanted = if is_weekly { Mode::Weekly } else { Mode::Daily };
    let is_collected = |reader: &&Reader| {
        let one = &reader.subscription;
        one.pause.is_none() && (scheduled == Some(is_weekly) || one.mode == wanted)
    };
    all.iter().filter(is_collected).cloned().collect()
}

#[async_trait]
impl Worker for RecapWorker {
    fn name(&self) -> &'static str {
        "recap"
    }

    async fn step(&mut self) -> Result<Progress, StoreError> {
        self.plan().await?;
        let now = self.clock.now();
        let mut is_busy = false;
        for plan in &self.plans {
            is_busy |= self.tell(plan, now).await?;
        }
        let next = self.plans.iter().filter_map(|plan| calendar::next(&plan.schedule, now)).min();
        Ok(Progress { is_busy, next })
    }

    async fn drain(&mut self) {}
}
