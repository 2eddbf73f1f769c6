//! Looking through the store.

use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use super::guarded;
use super::key;
use super::open;
use super::tx::{VALUE_BYTES_MAX, failure};
use crate::model::card::Card;
use crate::model::decision::Decision;
use crate::model::delivery::{Delivery, DeliveryState};
use crate::model::feed::FeedRecord;
use crate::model::health::ToldHealth;
use crate::model::held::Held;
use crate::model::item::Item;
use crate::model::seen::SeenSet;
use crate::model::settings::Settings;
use crate::model::story::Story;
use crate::model::subscription::Subscription;
use crate::port::{Question, StoreError};

/// What a look through the store found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub records: u64,
    pub bytes: u64,
    /// What is wrong, one line each.
    pub problems: Vec<String>,
    /// What a restore that did not come to its end left beside the store.
    pub unfinished: Option<PathBuf>,
}

/// Reads every record and checks that it is what its key says, and that what refers to something
/// finds it.
///
/// # Errors
/// When the store cannot be opened or read at all.
pub fn check(path: &Path) -> Result<Report, StoreError> {
    let disk = open::open_existing(path)?;
    let report = guarded(path, || look_through(&disk.db, path))?;
    Ok(Report { unfinished: Some(open::restoring(path)).filter(|folder| folder.exists()), ..report })
}

fn look_through(db: &sled::Db, path: &Path) -> Result<Report, StoreError> {
    let mut report = Report::default();
    for pair in db.iter() {
        let (key, value) = pair.map_err(|error| failure(path, &error))?;
        report.records += 1;
        report.bytes += (key.len() + value.len()) as u64;
        if let Err(problem) = check_record(db, &key, &value) {
            report.problems.push(format!("{}: {problem}", String::from_utf8_lossy(&key)));
        }
    }
    Ok(report)
}

fn check_record(db: &sled::Db, key: &[u8], value: &[u8]) -> Result<(), String> {
    fn readable<T: serde::de::DeserializeOwned>(value: &[u8]) -> Result<(), String> {
        serde_json::from_slice::<T>(value).map(drop).map_err(|error| error.to_string())
    }
    let refers_to = |prefix: &[u8], id: &[u8]| {
        let target = [prefix, id].concat();
        let found = db.contains_key(&target).map_err(|error| error.to_string())?;
        if found { Ok(()) } else { Err(format!("{} is missing", String::from_utf8_lossy(&target))) }
    };
    let after_time = || key.get(9..).unwrap_or_default();
    if value.len() > VALUE_BYTES_MAX {
        return Err(format!("{} bytes are too many", value.len()));
    }
    match key.get(..1).unwrap_or_default() {
        key::FEEDS => readable::<FeedRecord>(value),
        key::DUE_FEEDS => refers_to(key::FEEDS, after_time()),
        key::SEEN => SeenSet::default().extend_from_bytes(value).ok_or_else(|| "not a seen set".to_owned()),
        key::SUBSCRIPTIONS => readable::<Subscription>(value),
        key::NUMBERS => refers_to(key::SUBSCRIPTIONS, value),
        key::SETTINGS => readable::<Settings>(value),
        key::QUESTIONS => readable::<Question>(value),
        key::QUESTION_OF => refers_to(key::QUESTIONS, value),
        key::VOTES | key::RECAPS | key::RECALLED | key::JOURNAL => readable::<IgnoredAny>(value),
        key::STORIES => readable::<Story>(value),
        key::STORY_OF_ITEM => refers_to(key::STORIES, value),
        key::SKETCHES => readable::<IgnoredAny>(value),
        key::LINKS => refers_to(key::ITEMS, after_time()),
        key::HISTORY => refers_to(key::DELIVERIES, after_address_and_time(key)),
        key::ITEMS => readable::<Item>(value),
        key::PENDING => refers_to(key::ITEMS, value),
        key::PENDING_OF_ITEM => refers_to(&[], value),
        key::ITEMS_BY_TIME => refers_to(key::ITEMS, after_time()),
        key::CARDS => readable::<Card>(value),
        key::DECISIONS => readable::<Decision>(value),
        key::DELIVERIES => check_delivery(db, value),
        key::DEAD => refers_to(key::DELIVERIES, key.get(1..).unwrap_or_default()),
        key::HEALTH => readable::<ToldHealth>(value),
        key::HELD => readable::<Held>(value),
        key::WAITING => refers_to(&[], value),
        key::QUEUES => refers_to(key::DELIVERIES, value),
        key::DUE_ADDRESSES => readable::<IgnoredAny>(value),
        key::DUE_OF_ADDRESS => refers_to(&[], value),
        key::SETTLED_BY_TIME => refers_to(key::DELIVERIES, after_time()),
        key::SUBSCRIPTIONS_OF_FEED | key::LAST_NUMBER => Ok(()),
        _ if key == key::SCHEMA || key == key::SEQUENCE => Ok(()),
        _ => Err("no record has such a key".to_owned()),
    }
}

/// What follows `<letter><address>\0<millis>`.
fn after_address_and_time(key: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, key).unwrap_or(key.len());
    key.get(end + 9..).unwrap_or_default()
}

/// What is open must be in its queue, or nobody ever sends it; what is dead must be findable.
fn check_delivery(db: &sled::Db, value: &[u8]) -> Result<(), String> {
    let delivery: Delivery = serde_json::from_slice(value).map_err(|error| error.to_string())?;
    let found = |key: &[u8]| db.get(key).map_err(|error| error.to_string());
    if delivery.is_open() {
        let queued = found(&key::queued(&delivery.to, delivery.sequence))?;
        if queued.is_none_or(|id| id != delivery.id.as_str().as_bytes()) {
            return Err("it is open and is in no queue".to_owned());
        }
        if found(&key::due_of_address(&delivery.to))?.is_none() {
            return Err(format!("it is open and {} is never due", delivery.to));
        }
    }
    if matches!(delivery.state, DeliveryState::Dead { .. }) && found(&key::dead(&delivery.id))?.is_none() {
        return Err("it is dead and not among the dead".to_owned());
    }
    Ok(())
}
