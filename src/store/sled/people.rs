//! What people asked for: subscriptions, settings, questions, votes. Writes run inside a
//! transaction; each change of a subscription or of settings is noted in the journal, so that
//! those who match cards against subscriptions need not read them all again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::tx::Tx;
use super::{change, key, queue};
use crate::model::feed::{Feed, FeedRecord, FeedState};
use crate::model::id::{FeedId, SubscriptionId};
use crate::model::settings::Settings;
use crate::model::subscription::{Address, Pause, Subscription};
use crate::port::{Change, Enrolment, Publication, Question, StoreError, Vote};

/// Entries of the journal that are kept; who is further behind reads everything.
const JOURNAL_MAX: u64 = 10_000;

/// One line of the journal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Changed {
    Subscription(SubscriptionId),
    Settings(Address),
}

fn note(tx: &mut Tx<'_>, changed: &Changed) -> Result<(), StoreError> {
    let revision = tx.next_sequence()?;
    tx.save(key::journal(revision), changed)?;
    for old in tx.keys(key::JOURNAL, 2)? {
        if key::revision_of(&old).is_some_and(|old| old + JOURNAL_MAX < revision) {
            tx.remove(old);
        }
    }
    Ok(())
}

/// Saves a subscription; a new one gets the next number of its address. True when it is new.
pub fn put_subscription(tx: &mut Tx<'_>, subscription: &mut Subscription) -> Result<bool, StoreError> {
    let known: Option<Subscription> = tx.load(&key::subscription(&subscription.id))?;
    match &known {
        Some(known) => {
            subscription.number = known.number;
            tx.save(key::subscription(&subscription.id), subscription)?;
            note(tx, &Changed::Subscription(subscription.id.clone()))?;
        }
        None => put_numbered(tx, subscription, 0)?,
    }
    Ok(known.is_none())
}

/// A new subscription under this number, or under the next one of its address if that is past.
pub fn put_numbered(tx: &mut Tx<'_>, subscription: &mut Subscription, wanted: u32) -> Result<(), StoreError> {
    let last = tx.get(&key::last_number(&subscription.to))?;
    let last = last.as_deref().and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u32::from_be_bytes(*bytes));
    subscription.number = wanted.max(last + 1);
    tx.put(key::last_number(&subscription.to), subscription.number.to_be_bytes().to_vec())?;
    tx.put(key::number(&subscription.to, subscription.number), subscription.id.as_str().into())?;
    if let Some(feed) = subscription.feed() {
        tx.put(key::subscription_of_feed(feed, &subscription.id), Vec::new())?;
    }
    tx.save(key::subscription(&subscription.id), subscription)?;
    note(tx, &Changed::Subscription(subscription.id.clone()))
}

pub fn remove_subscription(tx: &mut Tx<'_>, id: &SubscriptionId) -> Result<Option<Subscription>, StoreError> {
    let Some(subscription) = tx.load::<Subscription>(&key::subscription(id))? else { return Ok(None) };
    tx.remove(key::subscription(id));
    tx.remove(key::number(&subscription.to, subscription.number));
    if let Some(feed) = subscription.feed() {
        tx.remove(key::subscription_of_feed(feed, id));
        change::stop_polling_unheard(tx, feed)?;
    }
    note(tx, &Changed::Subscription(id.clone()))?;
    Ok(Some(subscription))
}

pub fn is_awaited(tx: &Tx<'_>, feed: &FeedId) -> Result<bool, StoreError> {
    Ok(!tx.keys(&key::subscriptions_of_feed(feed), 1)?.is_empty())
}

pub fn subscriptions_of(tx: &Tx<'_>, address: &Address) -> Result<Vec<Subscription>, StoreError> {
    let mut found = Vec::new();
    for number in tx.keys(&key::numbers_of(address), usize::MAX)? {
        let Some(id) = tx.get(&number)? else { continue };
        found.extend(tx.load::<Subscription>(&key::subscription(&SubscriptionId::new(String::from_utf8_lossy(&id))))?);
    }
    Ok(found)
}

/// A subscription with what was found where it points, all at once.
pub fn enrol(tx: &mut Tx<'_>, enrolment: Enrolment) -> Result<(Subscription, bool), StoreError> {
    let Enrolment { mut subscription, intake, catch_up, max } = enrolment;
    let is_known = tx.get(&key::subscription(&subscription.id))?.is_some();
    if !is_known && tx.keys(&key::numbers_of(&subscription.to), max)?.len() >= max {
        return Err(StoreError::TooMany { max });
    }
    let was_awaited = match subscription.feed() {
        Some(feed) => is_awaited(tx, feed)?,
        None => true,
    };
    let is_new = put_subscription(tx, &mut subscription)?;
    let mut is_first = false;
    let known = catch_up.iter().map(|one| Ok(tx.get(&key::item(&one.card.id))?.is_some()));
    let known = known.collect::<Result<Vec<bool>, StoreError>>()?;
    if let Some(intake) = intake {
        // Where others listen, what the polls have learnt goes before. Where nobody did, or where polls
        // were given up, what is there now is old.
        let record: Option<FeedRecord> = tx.load(&key::feed(&intake.record.feed.id))?;
        is_first = !was_awaited || record.is_none_or(|record| record.state.health.parked.is_some());
        if is_first {
            change::commit_intake(tx, &intake)?;
        } else {
            change::take_items(tx, &intake.items)?;
        }
    }
    for (publication, is_known) in catch_up.into_iter().zip(known) {
        // An item that the store has already, or that is news to others, is published in its own time.
        let is_part = is_known || (publication.is_part && !is_first);
        let has_story = tx.get(&key::story_of_item(&publication.card.id))?.is_some();
        let filing = publication.filing.filter(|_| !is_part && !has_story);
        change::publish(tx, Publication { is_part, filing, ..publication })?;
    }
    Ok((subscription, is_new))
}

/// Makes the operator's feeds known and subscribed.
pub fn sync_feed(tx: &mut Tx<'_>, feed: &Feed, subscription: &Subscription, now: Timestamp) -> Result<(), StoreError> {
    let is_awaited = is_awaited(tx, &feed.id)?;
    let is_subscribed = tx.get(&key::subscription(&subscription.id))?.is_some();
    if !is_subscribed {
        put_subscription(tx, &mut subscription.clone())?;
    }
    let known: Option<FeedRecord> = tx.load(&key::feed(&feed.id))?;
    let state = match known {
        // A poll that lies further ahead than any rule puts it comes from a clock that was wrong.
        Some(known) if is_awaited && known.state.next_poll.duration_since(now) > change::POLL_AHEAD_MAX => {
            FeedState { next_poll: now, ..known.state }
        }
        Some(known) if is_awaited && known.feed == *feed => return Ok(()),
        Some(known) if is_awaited => known.state,
        Some(known) => {
            // Nobody was listening: what appeared meanwhile is old by now.
            tx.remove(key::due_feed(known.state.next_poll, &feed.id));
            FeedState { title: known.state.title, ..FeedState::new(&feed.url, now) }
        }
        None => FeedState::new(&feed.url, now),
    };
    change::put_record(tx, &FeedRecord { feed: feed.clone(), state })
}

pub fn put_settings(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StoreError> {
    tx.save(key::settings(&settings.address), settings)?;
    note(tx, &Changed::Settings(settings.address.clone()))
}

pub fn change_settings(tx: &mut Tx<'_>, address: &Address, change: Change<Settings>) -> Result<Settings, StoreError> {
    let mut settings = tx.load(&key::settings(address))?.unwrap_or_else(|| Settings::new(address.clone()));
    let before = (settings.quiet, settings.zone.clone());
    change(&mut settings);
    put_settings(tx, &settings)?;
    if before != (settings.quiet, settings.zone.clone()) {
        queue::hasten(tx, address)?;
    }
    Ok(settings)
}

pub fn change_subscription(
    tx: &mut Tx<'_>,
    id: &SubscriptionId,
    change: Change<Subscription>,
) -> Result<Option<Subscription>, StoreError> {
    let Some(mut subscription) = tx.load::<Subscription>(&key::subscription(id))? else { return Ok(None) };
    change(&mut subscription);
    put_subscription(tx, &mut subscription)?;
    Ok(Some(subscription))
}

/// Lets every subscription of an address rest, and what is queued for it with them.
pub fn pause(tx: &mut Tx<'_>, address: &Address, pause: &Pause) -> Result<(), StoreError> {
    for mut subscription in subscriptions_of(tx, address)? {
        if subscription.pause.is_none() {
            subscription.pause = Some(pause.clone());
            put_subscription(tx, &mut subscription)?;
        }
    }
    queue::bury(tx, address, &pause.reason, pause.since)
}

pub fn ask(tx: &mut Tx<'_>, question: &Question) -> Result<(), StoreError> {
    let latest = key::question_of(&question.at, &question.person);
    if let Some(old) = tx.get(&latest)? {
        tx.remove(key::question(&String::from_utf8_lossy(&old)));
    }
    tx.put(latest, question.token.as_bytes().to_vec())?;
    tx.save(key::question(&question.token), question)
}

pub fn take_question(tx: &mut Tx<'_>, token: &str) -> Result<Option<Question>, StoreError> {
    let Some(question) = tx.load::<Question>(&key::question(token))? else { return Ok(None) };
    tx.remove(key::question(token));
    tx.remove(key::question_of(&question.at, &question.person));
    Ok(Some(question))
}

pub fn vote(tx: &mut Tx<'_>, vote: &Vote) -> Result<Option<bool>, StoreError> {
    let key = key::vote(&vote.at, &vote.person, &vote.item);
    let before = tx.load(&key)?;
    tx.save(key, &vote.is_useful)?;
    Ok(before)
}
