//! Distinct identifiers, so that a feed can never be passed where an item is wanted.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hex digits of a SHA-256 over the parts, each preceded by its length so that no two lists of
/// parts collide by concatenation.
fn digest(parts: &[&str], bytes: usize) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes an identifier that was made before (from the store, a command line, a file).
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A feed, named by the URL it was added with; it keeps its id when the feed moves.
    FeedId
);
id!(
    /// An item of a feed, and the card made from it.
    ItemId
);
id!(
    /// A story, named by its first item.
    StoryId
);
id!(
    /// An address's wish to hear of something.
    SubscriptionId
);
id!(
    /// One notice to one address. 24 hex digits, so that it fits a Discord nonce (25 characters).
    DeliveryId
);

impl FeedId {
    pub fn of_url(url: &str) -> Self {
        Self(digest(&["feed", url], 8))
    }
}

impl ItemId {
    /// `key` is the item's identity inside its feed (guid, link or fingerprint).
    pub fn of_key(feed: &FeedId, key: &str) -> Self {
        Self(digest(&["item", feed.as_str(), key], 10))
    }
}

impl StoryId {
    /// The story that begins with this item.
    pub fn of(first: &ItemId) -> Self {
        Self(first.as_str().to_owned())
    }
}

impl SubscriptionId {
    pub fn of_wants(address: &str, wants: &str) -> Self {
        Self(digest(&["subscription", address, wants], 8))
    }
}

impl DeliveryId {
    pub fn of_notice(notice: &str, address: &str) -> Self {
        Self(digest(&["delivery", notice, address], 12))
    }
}

/// A name for something that is asked once: short, and not to be guessed from another one.
pub fn token(parts: &[&str]) -> String {
    digest(parts, 8)
}
