//! What was held in quiet hours, or beyond a day's alerts, becomes one message: in one commit that empties
//! the list, so that neither a crash nor a restart tells anything twice or not at all.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Hint, Progress, Worker};
use crate::model::card::Card;
use crate::model::delivery::RecapKind;
use crate::model::held::Held;
use crate::model::id::ItemId;
use crate::model::item::Item;
use crate::model::settings::Settings;
use crate::model::subscription::PlatformKind;
use crate::pipeline::recap::{Audience, Taste, entries};
use crate::pipeline::route::{Candidate, Newness, Reader};
use crate::pipeline::summary::{is_wanted, ripe, silent_until, summary, zone_of};
use crate::port::{Clock, Store, StoreError, Summary};

/// Cards in one summary; what is left comes with the next, at once.
const CARDS_MAX: usize = 500;

pub struct SummaryWorker {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    /// Nothing is made for platforms that are switched off.
    pub platforms: Vec<PlatformKind>,
    /// The zone of addresses that have chosen none.
    pub zone: TimeZone,
    /// Wakes the deliver worker.
    pub outbox: Hint,
}

impl SummaryWorker {
    /// Tells what may be told at one address; says when there is more.
    async fn tell(&self, held: Vec<Held>, now: Timestamp) -> Result<Progress, StoreError> {
        let Some(first) = held.first() else { return Ok(Progress::default()) };
        let settings = self.store.settings(&first.to).await?;
        let zone = zone_of(&settings, &self.zone);
        if let Some(end) = silent_until(&settings, &zone, now) {
            return Ok(Progress { is_busy: false, next: Some(end) });
        }
        let mut progress = Progress::default();
        for kind in [RecapKind::Quiet, RecapKind::Overflow] {
            let of_kind: Vec<&Held> = held.iter().filter(|one| one.kind == kind).collect();
            let Some(oldest) = of_kind.first() else { continue };
            let at = ripe(kind, oldest.since, &zone);
            if at > now {
                progress.next = progress.next.map_or(Some(at), |next| Some(next.min(at)));
                continue;
            }
            let due: Vec<Held> = of_kind.into_iter().take(CARDS_MAX).cloned().collect();
            self.commit(due, &settings, (kind, now)).await?;
            progress.is_busy = true;
        }
        Ok(progress)
    }

    /// Decides again: what was muted, ended or paused meanwhile is not told.
    async fn commit(
        &self,
        held: Vec<Held>,
        settings: &Settings,
        (kind, now): (RecapKind, Timestamp),
    ) -> Result<(), StoreError> {
        let Some(to) = held.first().map(|first| first.to.clone()) else { return Ok(()) };
        let all: Vec<Reader> = self.store.subscriptions_of(&to).await?.into_iter().map(Reader::new).collect();
        let readers: Vec<Reader> = all.iter().filter(|one| one.subscription.pause.is_none()).cloned().collect();
        let audience = Audience { readers: &readers, settings };
        let (mut kept, mut cards, mut dropped): (Vec<Held>, Vec<(Item, Card)>, Vec<ItemId>) = Default::default();
        for one in held {
            let found = (self.store.item(&one.item).await?, self.store.card(&one.item).await?);
            let (Some(item), Some(card)) = found else {
                dropped.push(one.item);
                continue;
            };
            let story = self.store.story_of(&item.id).await?;
            let candidate = Candidate::new(&item, &card, Newness::New).of_story(story.as_ref());
            if is_wanted(&candidate, &audience, now) {
                cards.push((item, card));
                kept.push(one);
            } else {
                dropped.push(one.item);
            }
        }
        // What corrects or carries on a story stands beside it.
        let folded = kept.iter().filter(|one| !settings.is_unfolded && one.anchor.is_none());
        let folded = folded.map(|one| one.item.clone()).collect();
        let stories = self.store.stories_of(folded).await?;
        let entries = entries(&cards, &stories);
        let deliveries = summary(&kept, &entries, &Taste::of(settings, &all, now), (kind, now));
        let told = kept.into_iter().map(|one| one.item).collect();
        self.store.commit_summary(Summary { to, told, dropped, deliveries }).await?;
        self.outbox.notify_one();
        Ok(())
    }
}

#[async_trait]
impl Worker for SummaryWorker {
    fn name(&self) -> &'static str {
        "summary"
    }

    async fn step(&mut self) -> Result<Progress, StoreError> {
        let now = self.clock.now();
        let mut held = self.store.held().await?;
        held.retain(|one| self.platforms.contains(&one.to.platform));
        let mut all = Progress::default();
        for of_address in held.chunk_by(|one, other| one.to == other.to) {
            let Progress { is_busy, next } = self.tell(of_address.to_vec(), now).await?;
            all.is_busy |= is_busy;
            all.next = [all.next, next].into_iter().flatten().min();
        }
        Ok(all)
    }

    async fn drain(&mut self) {}
}
