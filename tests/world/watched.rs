//! A store with somebody beside it who sees every step, and can refuse it or end the process there.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tidings::model::card::Card;
use tidings::model::decision::Decision;
use tidings::model::delivery::{Delivery, DeliveryState, Verdict};
use tidings::model::feed::{Feed, FeedRecord};
use tidings::model::health::ToldHealth;
use tidings::model::held::Held;
use tidings::model::id::{DeliveryId, FeedId, ItemId, StoryId, SubscriptionId};
use tidings::model::item::Item;
use tidings::model::recap::{Recalled, Told};
use tidings::model::seen::SeenSet;
use tidings::model::settings::Settings;
use tidings::model::story::Story;
use tidings::model::subscription::{Address, PlatformKind, Subscription};
use tidings::port::{
    Aftermath, Body, Change, Changes, Counts, DueFeed, Enrolment, Intake, Lease, Publication,
    Question as AskedQuestion, RecapMade, Store, StoreError, Summary, Vote,
};

/// What is about to be done, or has been done.
pub enum Step<'a> {
    /// The store was opened.
    Opened,
    Sync,
    Seen(&'a FeedId),
    Intake(&'a Intake),
    /// The end of an intake.
    Committed,
    Notes {
        is_probe: bool,
    },
    Notice,
    Enrol,
    Recap,
    Summary,
    Health,
    Lease,
    Settle,
    Parsing,
    Parsed,
}

impl Step<'_> {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened => "open",
            Self::Sync => "sync",
            Self::Seen(_) => "seen",
            Self::Intake(_) | Self::Committed => "intake",
            Self::Notes { .. } => "note",
            Self::Notice => "notice",
            Self::Enrol => "enrol",
            Self::Recap => "recap",
            Self::Summary => "summary",
            Self::Health => "health",
            Self::Lease => "lease",
            Self::Settle => "settle",
            Self::Parsing => "parsing",
            Self::Parsed => "parsed",
        }
    }
}

pub trait Watcher: Send + Sync {
    /// What is refused here is not done.
    fn before(&self, step: &Step<'_>) -> Result<(), StoreError>;

    fn after(&self, _step: &Step<'_>) {}
}

pub struct Watched<W> {
    inner: Arc<dyn Store>,
    pub watcher: W,
}

impl<W> Watched<W> {
    pub fn new(inner: Arc<dyn Store>, watcher: W) -> Self {
        Self { inner, watcher }
    }
}

#[async_trait]
impl<W: Watcher> Store for Watched<W> {
    async fn sync_feeds(&self, feeds: &[Feed], address: &Address, now: Timestamp) -> Result<(), StoreError> {
        self.watcher.before(&Step::Sync)?;
        self.inner.sync_feeds(feeds, address, now).await?;
        self.watcher.after(&Step::Sync);
        Ok(())
    }
    async fn feeds(&self) -> Result<Vec<FeedRecord>, StoreError> {
        self.inner.feeds().await
    }
    async fn feed(&self, id: &FeedId) -> Result<Option<FeedRecord>, StoreError> {
        self.inner.feed(id).await
    }
    async fn due_feeds(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<DueFeed>, Option<Timestamp>), StoreError> {
        self.inner.due_feeds(since, now).await
    }
    async fn seen(&self, feed: &FeedId) -> Result<Option<SeenSet>, StoreError> {
        self.watcher.before(&Step::Seen(feed))?;
        self.inner.seen(feed).await
    }
    async fn commit_intake(&self, intake: Intake) -> Result<(), StoreError> {
        self.watcher.before(&Step::Intake(&intake))?;
        self.inner.commit_intake(intake).await?;
        self.watcher.after(&Step::Committed);
        Ok(())
    }
    async fn note_polls(&self, records: Vec<FeedRecord>) -> Result<(), StoreError> {
        let step = Step::Notes { is_probe: records.is_empty() };
        self.watcher.before(&step)?;
        self.inner.note_polls(records).await?;
        self.watcher.after(&step);
        Ok(())
    }
    async fn pending_items(&self, max: usize) -> Result<Vec<Item>, StoreError> {
        self.inner.pending_items(max).await
    }
    async fn item(&self, item: &ItemId) -> Result<Option<Item>, StoreError> {
        self.inner.item(item).await
    }
    async fn cards_between(&self, from: Timestamp, to: Timestamp, max: usize) -> Result<Vec<(Item, Card)>, StoreError> {
        self.inner.cards_between(from, to, max).await
    }
    async fn story(&self, story: &StoryId) -> Result<Option<Story>, StoreError> {
        self.inner.story(story).await
    }
    async fn story_of(&self, item: &ItemId) -> Result<Option<Story>, StoreError> {
        self.inner.story_of(item).await
    }
    async fn sketches_since(&self, from: Timestamp, max: usize) -> Result<Vec<(ItemId, StoryId, Vec<u8>)>, StoreError> {
        self.inner.sketches_since(from, max).await
    }
    async fn items_with_link(&self, link: u64) -> Result<Vec<ItemId>, StoreError> {
        self.inner.items_with_link(link).await
    }
    async fn enrol(&self, enrolment: Enrolment) -> Result<(Subscription, bool), StoreError> {
        self.watcher.before(&Step::Enrol)?;
        let enrolled = self.inner.enrol(enrolment).await?;
        self.watcher.after(&Step::Enrol);
        Ok(enrolled)
    }
    async fn unsubscribe(&self, id: &SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        self.inner.unsubscribe(id).await
    }
    async fn subscriptions_of(&self, address: &Address) -> Result<Vec<Subscription>, StoreError> {
        self.inner.subscriptions_of(address).await
    }
    async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        self.inner.subscriptions().await
    }
    async fn settings(&self, address: &Address) -> Result<Settings, StoreError> {
        self.inner.settings(address).await
    }
    async fn change_settings(&self, address: &Address, change: Change<Settings>) -> Result<Settings, StoreError> {
        self.inner.change_settings(address, change).await
    }
    async fn change_subscription(
        &self,
        id: &SubscriptionId,
        change: Change<Subscription>,
    ) -> Result<Option<Subscription>, StoreError> {
        self.inner.change_subscription(id, change).await
    }
    async fn withdraw(&self, deliveries: Vec<DeliveryId>) -> Result<usize, StoreError> {
        self.inner.withdraw(deliveries).await
    }
    async fn move_address(&self, from: &Address, to: &Address) -> Result<(), StoreError> {
        self.inner.move_address(from, to).await
    }
    async fn changes_since(&self, revision: Option<u64>) -> Result<Changes, StoreError> {
        self.inner.changes_since(revision).await
    }
    async fn ask(&self, question: AskedQuestion) -> Result<(), StoreError> {
        self.inner.ask(question).await
    }
    async fn take_question(&self, token: &str) -> Result<Option<AskedQuestion>, StoreError> {
        self.inner.take_question(token).await
    }
    async fn question_of(&self, at: &Address, person: &str) -> Result<Option<AskedQuestion>, StoreError> {
        self.inner.question_of(at, person).await
    }
    async fn vote(&self, vote: Vote) -> Result<Option<bool>, StoreError> {
        self.inner.vote(vote).await
    }
    async fn recapped_until(&self, address: &Address, is_weekly: bool) -> Result<Option<Timestamp>, StoreError> {
        self.inner.recapped_until(address, is_weekly).await
    }
    async fn last_recap(&self, address: &Address, is_weekly: bool) -> Result<Option<Recalled>, StoreError> {
        self.inner.last_recap(address, is_weekly).await
    }
    async fn told_to(&self, address: &Address, since: Timestamp, max: usize) -> Result<Vec<Told>, StoreError> {
        self.inner.told_to(address, since, max).await
    }
    async fn stories_of(&self, items: Vec<ItemId>) -> Result<HashMap<ItemId, (StoryId, usize)>, StoreError> {
        self.inner.stories_of(items).await
    }
    async fn commit_recap(&self, address: &Address, is_weekly: bool, made: RecapMade) -> Result<(), StoreError> {
        self.watcher.before(&Step::Recap)?;
        self.inner.commit_recap(address, is_weekly, made).await?;
        self.watcher.after(&Step::Recap);
        Ok(())
    }
    async fn held(&self) -> Result<Vec<Held>, StoreError> {
        self.inner.held().await
    }
    async fn held_at(&self, address: &Address) -> Result<Vec<Held>, StoreError> {
        self.inner.held_at(address).await
    }
    async fn held_item(&self, address: &Address, item: &ItemId) -> Result<Option<Held>, StoreError> {
        self.inner.held_item(address, item).await
    }
    async fn commit_summary(&self, summary: Summary) -> Result<(), StoreError> {
        self.watcher.before(&Step::Summary)?;
        self.inner.commit_summary(summary).await?;
        self.watcher.after(&Step::Summary);
        Ok(())
    }
    async fn told_health(&self, person: &Address) -> Result<ToldHealth, StoreError> {
        self.inner.told_health(person).await
    }
    async fn commit_health(
        &self,
        person: &Address,
        told: ToldHealth,
        delivery: Option<Delivery>,
    ) -> Result<(), StoreError> {
        self.watcher.before(&Step::Health)?;
        self.inner.commit_health(person, told, delivery).await?;
        self.watcher.after(&Step::Health);
        Ok(())
    }
    async fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.inner.delivery(id).await
    }
    async fn deliveries_to(
        &self,
        address: &Address,
        since: Timestamp,
        max: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.inner.deliveries_to(address, since, max).await
    }
    async fn revive_dead_at(&self, address: &Address, since: Timestamp, now: Timestamp) -> Result<usize, StoreError> {
        self.inner.revive_dead_at(address, since, now).await
    }
    async fn publish(&self, publication: Publication) -> Result<(), StoreError> {
        self.watcher.before(&Step::Notice)?;
        self.inner.publish(publication).await?;
        self.watcher.after(&Step::Notice);
        Ok(())
    }
    async fn card(&self, item: &ItemId) -> Result<Option<Card>, StoreError> {
        self.inner.card(item).await
    }
    async fn decisions(&self, item: &ItemId) -> Result<Vec<Decision>, StoreError> {
        self.inner.decisions(item).await
    }
    async fn lease_beside(
        &self,
        now: Timestamp,
        max: usize,
        full: &[PlatformKind],
    ) -> Result<(Vec<Lease>, Option<Timestamp>), StoreError> {
        // Only where there is something to lease, and nothing on its way that dies as well.
        let states: Vec<DeliveryState> =
            self.inner.deliveries(usize::MAX).await?.into_iter().map(|one| one.state).collect();
        let is_any = |is: fn(&DeliveryState) -> bool| states.iter().any(is);
        if is_any(|one| matches!(one, DeliveryState::Queued { .. }))
            && !is_any(|one| matches!(one, DeliveryState::Sending { .. }))
        {
            self.watcher.before(&Step::Lease)?;
        }
        let leased = self.inner.lease_beside(now, max, full).await?;
        if !leased.0.is_empty() {
            // Durable, and not known to anybody.
            self.watcher.after(&Step::Lease);
        }
        Ok(leased)
    }
    async fn settle_with(
        &self,
        lease: Lease,
        verdict: Verdict,
        aftermath: Aftermath,
        now: Timestamp,
    ) -> Result<Delivery, StoreError> {
        self.watcher.before(&Step::Settle)?;
        let settled = self.inner.settle_with(lease, verdict, aftermath, now).await?;
        self.watcher.after(&Step::Settle);
        Ok(settled)
    }
    async fn deliveries(&self, max: usize) -> Result<Vec<Delivery>, StoreError> {
        self.inner.deliveries(max).await
    }
    async fn retry_dead(&self, id: &DeliveryId, now: Timestamp) -> Result<Delivery, StoreError> {
        self.inner.retry_dead(id, now).await
    }
    fn parsing(&self, feed: &FeedId, document: &Body, base: &str) -> Result<(), StoreError> {
        self.watcher.before(&Step::Parsing)?;
        self.inner.parsing(feed, document, base)
    }
    fn parsed(&self, feed: &FeedId) {
        self.inner.parsed(feed);
        self.watcher.after(&Step::Parsed);
    }
    async fn counts(&self) -> Result<Counts, StoreError> {
        self.inner.counts().await
    }
    async fn forget_before(&self, before: Timestamp, max: usize) -> Result<usize, StoreError> {
        self.inner.forget_before(before, max).await
    }
}
