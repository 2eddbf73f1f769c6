//! The outbox to the platforms: lease, send, settle. One delivery at a time for each address, in
//! order.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::task::JoinSet;

use super::{Hint, Progress, Worker};
use crate::locale::Words;
use crate::metrics::Metrics;
use crate::model::delivery::{
    Amended, Anchor, DOUBTS_MAX, Delivery, DeliveryState, Notice, QUIET_HOURS, Resting, SEND_TIMEOUT, Verdict,
};
use crate::model::doc::Doc;
use crate::model::id::ItemId;
use crate::model::label::Labels;
use crate::model::story::Report;
use crate::model::subscription::{Address, Pause, PlatformKind};
use crate::pipeline::telling::{self, Telling};
use crate::pipeline::{alert, health, present, summary};
use crate::port::{Aftermath, Clock, Found, Lease, Platform, Store, StoreError, Target};

/// Addresses that are served side by side.
const CONCURRENCY: usize = 50;

/// Of them, those of one platform: one that hangs holds up no other. Up to [`AT_ONCE`] more may be begun
/// with the last.
const OF_PLATFORM_MAX: usize = 20;
const AT_ONCE: usize = 10;

/// Everything one send needs.
pub struct Outbox {
    pub store: Arc<dyn Store>,
    pub platforms: Vec<Arc<dyn Platform>>,
    pub clock: Arc<dyn Clock>,
    pub labels: Labels,
    /// The zone of addresses that have chosen none.
    pub zone: TimeZone,
    pub metrics: Metrics,
}

pub struct Deliver {
    outbox: Arc<Outbox>,
    hint: Hint,
    sending: JoinSet<()>,
    /// Sends under way, by platform.
    under_way: HashMap<PlatformKind, Arc<()>>,
}

impl Deliver {
    pub fn new(outbox: Outbox, hint: Hint) -> Self {
        let under_way = outbox.platforms.iter().map(|platform| (platform.kind(), Arc::new(()))).collect();
        Self { outbox: Arc::new(outbox), hint, sending: JoinSet::new(), under_way }
    }

    fn begin(&mut self, lease: Lease) {
        let (outbox, hint) = (self.outbox.clone(), self.hint.clone());
        let counted = self.under_way.get(&lease.delivery().to.platform).cloned();
        self.sending.spawn(async move {
            outbox.deliver(lease).await;
            drop(counted);
            hint.notify_one();
        });
    }
}

#[async_trait]
impl Worker for Deliver {
    fn name(&self) -> &'static str {
        "deliver"
    }

    async fn step(&mut self) -> Result<Progress, StoreError> {
        while self.sending.try_join_next().is_some() {}
        loop {
            let free = CONCURRENCY.saturating_sub(self.sending.len());
            if free == 0 {
                return Ok(Progress { is_busy: true, next: None });
            }
            let is_full = |(_, sends): &(&PlatformKind, &Arc<()>)| Arc::strong_count(sends) > OF_PLATFORM_MAX;
            let full: Vec<PlatformKind> = self.under_way.iter().filter(is_full).map(|(kind, _)| *kind).collect();
            let now = self.outbox.clock.now();
            let (leases, next) = self.outbox.store.lease_beside(now, free.min(AT_ONCE), &full).await?;
            let is_all = leases.len() < AT_ONCE;
            for lease in leases {
                self.begin(lease);
            }
            if is_all {
                return Ok(Progress { is_busy: !self.sending.is_empty(), next });
            }
        }
    }

    /// Sends that are under way are finished and settled: an answer that nobody waits for would
    /// become a doubt.
    async fn drain(&mut self) {
        while self.sending.join_next().await.is_some() {}
    }
}

impl Outbox {
    async fn deliver(&self, lease: Lease) {
        let verdict = match self.doc(lease.delivery()).await {
            // There is nothing to change.
            _ if lease.target() == Target::Nowhere => Verdict::Sent { receipt: None },
            Ok(Some(doc)) => self.resolve_or_send(&lease, &doc).await,
            Ok(None) => Verdict::Refused { reason: "its card is no longer kept".to_owned() },
            Err(error) => not_begun(&lease, error.to_string()),
        };
        self.metrics.delivery(verdict_name(&verdict));
        let id = lease.delivery().id.clone();
        let aftermath = self.aftermath(lease.delivery(), &verdict).await;
        match self.store.settle_with(lease, verdict, aftermath, self.clock.now()).await {
            Ok(delivery) => report(&delivery),
            Err(error) => tracing::error!(
                delivery.id = %id,
                "The outcome of delivery {id} could not be written down and will be looked into again: {error}"
            ),
        }
    }

    /// An address that is gone rests, and the people who subscribed it hear of it once, where they
    /// can be reached.
    async fn aftermath(&self, delivery: &Delivery, verdict: &Verdict) -> Aftermath {
        let Verdict::Gone { reason } = verdict else { return Aftermath::default() };
        let now = self.clock.now();
        let pause = Some(Pause { since: now, reason: reason.clone() });
        let subscriptions = match self.store.subscriptions_of(&delivery.to).await {
            Ok(subscriptions) => subscriptions,
            Err(error) => {
                tracing::error!("Who subscribed {} cannot be read: {error}", delivery.to);
                Vec::new()
            }
        };
        let awake = subscriptions.iter().filter(|one| one.pause.is_none());
        let owners: BTreeSet<&Address> =
            awake.filter_map(|one| one.owner.as_ref()).filter(|owner| **owner != delivery.to).collect();
        let resting = Resting { address: delivery.to.clone(), reason: reason.clone(), since: now };
        let notice = |owner: &Address| Delivery::new(Notice::Resting(resting.clone()), owner.clone(), now);
        Aftermath { pause, notices: owners.into_iter().map(notice).collect() }
    }

    async fn doc(&self, delivery: &Delivery) -> Result<Option<Doc>, StoreError> {
        let settings = self.store.settings(&delivery.to).await?;
        let zone = summary::zone_of(&settings, &self.zone);
        let words = Words::new(settings.language.unwrap_or_default());
        let doc = self.laid_out(delivery, &zone, words).await?;
        let doc = if delivery.is_alert { doc.map(|doc| alert::with_way_out(doc, words)) } else { doc };
        Ok(doc.map(|doc| Doc { language: words.language(), ..doc }))
    }

    async fn silent_until(&self, to: &Address) -> Result<Option<Timestamp>, StoreError> {
        let settings = self.store.settings(to).await?;
        Ok(summary::silent_until(&settings, &summary::zone_of(&settings, &self.zone), self.clock.now()))
    }

    async fn laid_out(&self, delivery: &Delivery, zone: &TimeZone, words: Words) -> Result<Option<Doc>, StoreError> {
        match &delivery.notice {
            Notice::Card(item) => self.card(item, delivery, self.clock.now(), words).await,
            Notice::Amended(Amended { item, by }) => self.amended(item, by, delivery, words).await,
            Notice::Recap(recap) => {
                let mut cards = HashMap::new();
                for item in recap.groups.iter().flat_map(|group| &group.items) {
                    cards.extend(self.store.card(item).await?.map(|card| (item.clone(), card)));
                }
                Ok(Some(present::recap(recap, &cards, &self.labels, (zone, words))))
            }
            Notice::Health(report) => Ok(Some(health::doc(report, self.clock.now(), words))),
            Notice::Resting(resting) => Ok(Some(present::resting(resting, words))),
        }
    }

    /// A card with what is known of its story, as it was posted at that time.
    async fn card(
        &self,
        item: &ItemId,
        delivery: &Delivery,
        posted: Timestamp,
        words: Words,
    ) -> Result<Option<Doc>, StoreError> {
        let Some(card) = self.store.card(item).await? else { return Ok(None) };
        let foreign = self.store.foreign_to(&delivery.to, telling::referred(&card)).await?;
        let card = telling::without(card, &foreign);
        let doc = present::card(&card, &self.labels, Some(posted), words);
        Ok(Some(telling::tell(doc, &card, &self.telling(item, delivery).await?, words)))
    }

    async fn amended(
        &self,
        item: &ItemId,
        by: &ItemId,
        delivery: &Delivery,
        words: Words,
    ) -> Result<Option<Doc>, StoreError> {
        let below = match &delivery.anchor {
            Some(anchor) => self.store.delivery(anchor.on()).await?,
            None => None,
        };
        let Some(Delivery { state: DeliveryState::Sent { at, .. }, .. }) = &below else { return Ok(None) };
        let doc = self.card(item, below.as_ref().unwrap_or(delivery), *at, words).await?;
        let story = self.store.story_of(by).await?;
        let (Some(doc), Some(report)) = (doc, story.as_ref().and_then(|story| story.report(by))) else {
            return Ok(None);
        };
        let is_alert = below.as_ref().is_some_and(|below| below.is_alert);
        let doc = if is_alert { alert::with_way_out(doc, words) } else { doc };
        Ok(Some(Doc {
            record: Some(telling::record(item, report)),
            change: Some(telling::change(report, words)),
            ..doc
        }))
    }

    /// How the story of a card stands at an address.
    async fn telling(&self, item: &ItemId, delivery: &Delivery) -> Result<Telling, StoreError> {
        let Some(story) = self.store.story_of(item).await? else { return Ok(Telling::default()) };
        if self.store.settings(&delivery.to).await?.is_unfolded {
            return Ok(Telling { story: Some(story), ..Telling::default() });
        }
        let mut telling = Telling::default();
        let own = self.store.feeds_of(&delivery.to).await?;
        let is_own = |report: &&Report| own.as_ref().is_none_or(|own| own.contains(&report.feed));
        for report in story.reports.iter().filter(|report| report.item != *item).filter(is_own) {
            let id = Delivery::id_of(&Notice::Card(report.item.clone()), &delivery.to);
            if delivery.anchor == Some(Anchor::Answers(id.clone())) {
                telling.follows = Some(report.clone());
            } else if self.store.delivery(&id).await?.is_none() {
                telling.also.push(report.clone());
            }
        }
        if telling.follows.is_none() && matches!(delivery.anchor, Some(Anchor::Answers(_))) {
            // It was told in a summary.
            telling.follows = telling.also.first().cloned();
        }
        Ok(Telling { story: Some(story), ..telling })
    }

    async fn resolve_or_send(&self, lease: &Lease, doc: &Doc) -> Verdict {
        let kind = lease.delivery().to.platform;
        let Some(platform) = self.platforms.iter().find(|platform| platform.kind() == kind) else {
            return not_begun(lease, format!("{} is not switched on", kind.name()));
        };
        // Looking and sending end before the lease does, also together.
        let limit = Duration::try_from(SEND_TIMEOUT).unwrap_or_default();
        let late = || format!("no answer in {} s", limit.as_secs());
        if lease.in_doubt() {
            let is_insisted = lease.delivery().is_insisted && lease.delivery().doubts == 0;
            let found = tokio::time::timeout(limit, platform.find(lease, doc)).await;
            let found = found.unwrap_or_else(|_| Found::AskLater { reason: late() });
            self.metrics.doubt(found_name(&found));
            match found {
                Found::Yes { receipt } => return Verdict::Sent { receipt },
                Found::Unknown { resend: true } if lease.delivery().doubts >= DOUBTS_MAX && !is_insisted => {
                    let reason = format!("sent {DOUBTS_MAX} times without an answer; it may have arrived");
                    return Verdict::Refused { reason };
                }
                Found::Unknown { resend: false } if !is_insisted => {
                    return Verdict::Refused { reason: "it may have arrived and is not sent twice".to_owned() };
                }
                Found::AskLater { reason } => return Verdict::Unsure { reason },
                Found::No | Found::Unknown { .. } => {}
            }
        }
        match self.silent_until(&lease.delivery().to).await {
            // Nothing has gone out this time, and what went out before has not arrived.
            Ok(Some(end)) => return Verdict::Later { at: end, reason: QUIET_HOURS.to_owned() },
            Ok(None) => {}
            Err(error) => return not_begun(lease, error.to_string()),
        }
        let verdict = tokio::time::timeout(limit, platform.send(lease, doc)).await;
        verdict.unwrap_or_else(|_| Verdict::Unsure { reason: late() })
    }
}

/// Nothing was sent this time; whether an earlier send arrived is as open as it was.
fn not_begun(lease: &Lease, reason: String) -> Verdict {
    if lease.in_doubt() { Verdict::Unsure { reason } } else { Verdict::Retry { reason } }
}

fn found_name(found: &Found) -> &'static str {
    match found {
        Found::Yes { .. } => "found",
        Found::No => "missing",
        Found::Unknown { resend: true } => "resent",
        Found::Unknown { resend: false } => "dropped",
        Found::AskLater { .. } => "unasked",
    }
}

fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Sent { .. } => "sent",
        Verdict::Later { .. } => "later",
        Verdict::Retry { .. } => "retry",
        Verdict::Unsure { .. } => "unsure",
        Verdict::Moved { .. } => "moved",
        Verdict::Gone { .. } => "gone",
        Verdict::Refused { .. } => "refused",
    }
}

/// A dead letter is worth a line; everything else resolves itself.
fn report(delivery: &Delivery) {
    match &delivery.state {
        DeliveryState::Dead { reason, .. } => tracing::error!(
            delivery.id = %delivery.id,
            "Delivery {} to {} is dead: {reason}; see `tidings deliveries --dead`", delivery.id, delivery.to
        ),
        DeliveryState::Queued { .. } if delivery.last_error.as_deref() == Some(QUIET_HOURS) => {}
        DeliveryState::Queued { due, .. } => tracing::warn!(
            delivery.id = %delivery.id,
            "Delivery {} to {} is put off until {due}: {}", delivery.id, delivery.to,
            delivery.last_error.as_deref().unwrap_or_default()
        ),
        DeliveryState::Sent { .. } | DeliveryState::Sending { .. } => {}
    }
}
