//! What stands behind a button: a few words that fit every platform's limit and outlive a restart.

use std::fmt;

use super::id::ItemId;

/// The version of the ids below. Buttons of another one say that they are too old.
const VERSION: &str = "1";
/// The smallest limit on a button's id (Telegram Bot API, `callback_data`), in bytes.
pub const PRESS_BYTES_MAX: usize = 64;

/// A button that was pressed. What it needs to know beyond this is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// The depth of a card.
    Insight(ItemId),
    /// Why a card came here.
    Why(ItemId),
    /// What of a card could be muted.
    Mute(ItemId),
    MuteSource(ItemId),
    MuteTopic(ItemId),
    MuteStory(ItemId),
    /// The end of what they muted.
    UnmuteSource(ItemId),
    UnmuteTopic(ItemId),
    UnmuteStory(ItemId),
    /// No more alerts to whoever presses.
    AlertsOff,
    Useful(ItemId),
    NotUseful(ItemId),
    /// Yes to a question that was asked.
    Yes(String),
    /// No to it.
    No(String),
}

impl Press {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Insight(item) => ("i", item.as_str()),
            Self::Why(item) => ("w", item.as_str()),
            Self::Mute(item) => ("m", item.as_str()),
            Self::MuteSource(item) => ("ms", item.as_str()),
            Self::MuteTopic(item) => ("mt", item.as_str()),
            Self::MuteStory(item) => ("my", item.as_str()),
            Self::UnmuteSource(item) => ("us", item.as_str()),
            Self::UnmuteTopic(item) => ("ut", item.as_str()),
            Self::UnmuteStory(item) => ("uy", item.as_str()),
            Self::AlertsOff => ("ao", "me"),
            Self::Useful(item) => ("u", item.as_str()),
            Self::NotUseful(item) => ("n", item.as_str()),
            Self::Yes(token) => ("yes", token),
            Self::No(token) => ("no", token),
        }
    }

    /// The press behind a button's id. `None` when no button of this version has it.
    pub fn parse(id: &str) -> Option<Self> {
        let (version, rest) = id.split_once(':')?;
        let (kind, argument) = rest.split_once(':')?;
        if version != VERSION || argument.is_empty() || id.len() > PRESS_BYTES_MAX {
            return None;
        }
        let item = || ItemId::new(argument);
        Some(match kind {
            "i" => Self::Insight(item()),
            "w" => Self::Why(item()),
            "m" => Self::Mute(item()),
            "ms" => Self::MuteSource(item()),
            "mt" => Self::MuteTopic(item()),
            "my" => Self::MuteStory(item()),
            "us" => Self::UnmuteSource(item()),
            "ut" => Self::UnmuteTopic(item()),
            "uy" => Self::UnmuteStory(item()),
            "ao" => Self::AlertsOff,
            "u" => Self::Useful(item()),
            "n" => Self::NotUseful(item()),
            "yes" => Self::Yes(argument.to_owned()),
            "no" => Self::No(argument.to_owned()),
            _ => return None,
        })
    }
}

impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, argument) = self.parts();
        write!(f, "{VERSION}:{kind}:{argument}")
    }
}
