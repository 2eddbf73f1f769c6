//! What an address has settled for itself: silence, recaps, weights.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};

use super::id::ItemId;
use super::language::Language;
use super::subscription::Address;

/// The settings of one address. An address without any has the defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub address: Address,
    /// An IANA name; without it the operator's `[digest] timezone`.
    pub zone: Option<String>,
    pub quiet: Option<Quiet>,
    pub mutes: Vec<Mute>,
    pub recap: Option<Schedule>,
    /// Posts in an announcement channel are published to its followers as well.
    pub crosspost: bool,
    /// Cards in any one hour, at most.
    pub hourly_max: Option<u32>,
    /// What readers found useful: `source:x` and `topic:x`, from minus to plus [`WEIGHT_MAX`]. Orders
    /// recaps and nothing else.
    pub weights: BTreeMap<String, i32>,
    /// The language of the interface; without it English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Each report of a story is a card of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unfolded: bool,
    /// Alerts in any one day, at most; without it [`ALERTS_DAILY_MAX`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_max: Option<u32>,
}

/// The most that a source or topic weighs, up or down.
pub const WEIGHT_MAX: i32 = 5;

/// Alerts to one person in one day, unless that person wants another number.
pub const ALERTS_DAILY_MAX: u32 = 20;

impl Settings {
    pub fn new(address: Address) -> Self {
        Self {
            address,
            zone: None,
            quiet: None,
            mutes: Vec::new(),
            recap: None,
            crosspost: false,
            hourly_max: None,
            weights: BTreeMap::new(),
            language: None,
            is_unfolded: false,
            daily_max: None,
        }
    }

    /// Whether anything here keeps a card back or puts it off.
    pub fn holds_anything(&self) -> bool {
        self.quiet.is_some() || !self.mutes.is_empty() || self.hourly_max.is_some()
    }
}

/// Hours in which nothing is posted; what comes meanwhile waits for their end. May cross midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    pub from: Time,
    pub to: Time,
}

/// Something that an address does not want to hear of for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    pub what: Muted,
    /// Without it, until it is unmuted.
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Muted {
    /// By the name that cards show.
    Source(String),
    Topic(String),
    /// By the item that told it.
    Story(ItemId),
    All,
}

/// When a recap is made, in the reader's own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    Day,
    Week(#[serde(with = "weekday")] Weekday),
}

/// A recap that comes by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub period: Period,
    pub time: Time,
    /// An IANA name.
    pub zone: String,
    /// When it was asked for; recaps begin there.
    pub since: Timestamp,
}

/// Weekdays as numbers from Monday, 1 (ISO 8601).
mod weekday {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(day: &Weekday, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i8(day.to_monday_one_offset())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Weekday, D::Error> {
        Weekday::from_monday_one_offset(i8::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
