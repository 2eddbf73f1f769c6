//! The news of a period for one address: what is told of it, and what is kept of what was told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::id::{ItemId, StoryId};

/// The news of a period for one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recap {
    /// Names the period in the reader's time: `2026-W48 09:00`, `2026-11-25 08:30`. A period is
    /// told once.
    pub key: String,
    #[serde(alias = "is_weekly", deserialize_with = "recap_kind")]
    pub kind: RecapKind,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Items by topic, the most important first.
    pub groups: Vec<Group>,
    /// Stories of the period that found no room, in all parts.
    pub left_out: usize,
    /// Which message of several it is, from 0: a long recap is cut between groups.
    #[serde(default)]
    pub part: u32,
    #[serde(default = "one")]
    pub parts: u32,
    /// How many stories all parts tell.
    #[serde(default)]
    pub counts: Counts,
    /// What there is to say of an item beside its card. Items of which there is nothing are not here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub about: BTreeMap<ItemId, About>,
    /// For the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
}

/// What a recap is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecapKind {
    Day,
    Week,
    /// What came in quiet hours.
    Quiet,
    /// Alerts beyond the day's limit.
    Overflow,
}

/// Recaps were daily or weekly, as a boolean, before there were others.
fn recap_kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<RecapKind, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        IsWeekly(bool),
        Kind(RecapKind),
    }
    Ok(match Stored::deserialize(deserializer)? {
        Stored::IsWeekly(true) => RecapKind::Week,
        Stored::IsWeekly(false) => RecapKind::Day,
        Stored::Kind(kind) => kind,
    })
}

fn one() -> u32 {
    1
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub topic: String,
    pub items: Vec<ItemId>,
    /// Stories on this topic that found no room.
    #[serde(default)]
    pub left_out: usize,
}

/// How many stories are told, and how they stand to the recap before. Without one before, all three
/// are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub stories: usize,
    pub new: usize,
    pub continued: usize,
    pub resolved: usize,
}

/// What a recap says of a story beside its card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// Items that report it, this one included.
    pub reports: usize,
}

/// How a story stands to the last recap of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Not told in it.
    New,
    /// Told in it, and reported again since.
    Continued,
    /// Told in it, and a report since says that it is over.
    Resolved,
}

/// How much was told of which topic, period by period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// The first day of each period in the reader's time, the oldest first.
    pub periods: Vec<Date>,
    /// Each topic's stories, one number a period; the most told topic first.
    pub topics: Vec<(String, Vec<u32>)>,
}

/// What is kept of an address's last recap of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    pub until: Timestamp,
    pub stories: BTreeSet<StoryId>,
}

/// An item that an address was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub at: Timestamp,
    pub item: ItemId,
    /// The first topic of its card.
    pub topic: String,
}
