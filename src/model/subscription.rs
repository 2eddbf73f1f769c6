//! Who wants to hear of what, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::id::{FeedId, SubscriptionId};

/// The platforms that an address can be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlatformKind {
    Terminal,
}

impl PlatformKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
        }
    }
}

/// A place where notices go. What the channel names is known to its platform alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    pub platform: PlatformKind,
    /// A workspace, server or team, where the platform has them.
    pub workspace: String,
    pub channel: String,
    /// A thread or topic inside the channel.
    pub thread: Option<String>,
}

impl Address {
    /// The one address of the terminal platform: the standard output of this process.
    pub fn terminal() -> Self {
        Self { platform: PlatformKind::Terminal, workspace: String::new(), channel: "stdout".to_owned(), thread: None }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.platform.name())?;
        if !self.workspace.is_empty() {
            write!(f, "{}/", self.workspace)?;
        }
        f.write_str(&self.channel)?;
        match &self.thread {
            Some(thread) => write!(f, "/{thread}"),
            None => Ok(()),
        }
    }
}

/// An address wants the items of a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub to: Address,
    pub feed: FeedId,
}

impl Subscription {
    pub fn new(to: Address, feed: FeedId) -> Self {
        Self { id: SubscriptionId::of_feed(&to.to_string(), &feed), to, feed }
    }
}
