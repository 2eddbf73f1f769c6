//! Who wants to hear of what, and where.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{FeedId, SubscriptionId};
use super::label::Urgency;

/// The platforms that an address can be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlatformKind {
    Discord,
    Slack,
    Telegram,
    Terminal,
}

impl PlatformKind {
    /// The name in addresses and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Discord => "discord",
            Self::Slack => "slack",
            Self::Telegram => "telegram",
            Self::Terminal => "terminal",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Discord => "Discord",
            Self::Slack => "Slack",
            Self::Telegram => "Telegram",
            Self::Terminal => "the terminal",
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

/// What an address wants to hear of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wants {
    /// The items of one feed.
    Feed(FeedId),
    /// Items of any feed on one of these topics.
    Topics(BTreeSet<String>),
    /// The items of every feed that the bot watches.
    All,
    /// Items of any feed that concern one of these audiences, as alerts to one person.
    Alerts { audiences: BTreeSet<String>, urgency: Option<Urgency> },
}

impl Wants {
    /// What makes a subscription the same one again. An address has one set of alerts.
    fn key(&self) -> String {
        match self {
            Self::Feed(feed) => format!("feed:{feed}"),
            Self::Topics(topics) => {
                format!("topics:{}", topics.iter().map(String::as_str).collect::<Vec<_>>().join(","))
            }
            Self::All => "all".to_owned(),
            Self::Alerts { .. } => "alerts".to_owned(),
        }
    }
}

/// How often an address hears of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    #[default]
    Instant,
    /// Collected into the recap of the day.
    Daily,
    /// Collected into the recap of the week.
    Weekly,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::Instant, Self::Daily, Self::Weekly];

    pub fn name(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }
}

/// Why a subscription rests, until somebody resumes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub since: Timestamp,
    pub reason: String,
}

/// Why a subscription rests that somebody has paused.
const ASKED: &str = "as asked";

impl Pause {
    /// Somebody wants silence.
    pub fn as_asked(since: Timestamp) -> Self {
        Self { since, reason: ASKED.to_owned() }
    }

    pub fn is_asked(&self) -> bool {
        self.reason == ASKED
    }
}

/// Who made a subscription, and so who may end it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// `[[feeds]]` of the configuration.
    Config,
    /// A command.
    #[default]
    Chat,
}

/// An address wants to hear of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub id: SubscriptionId,
    /// What people type to name it. Given by the store, unique at the address, never given twice.
    pub number: u32,
    pub to: Address,
    pub wants: Wants,
    /// A query in its canonical form.
    pub filter: Option<String>,
    pub mode: Mode,
    pub pause: Option<Pause>,
    pub origin: Origin,
    /// Where to tell the person who made it that it rests.
    pub owner: Option<Address>,
    /// Who is called when something is posted, in the platform's own words.
    pub mention: Option<String>,
    pub created: Timestamp,
}

impl Subscription {
    pub fn new(to: Address, wants: Wants, origin: Origin, created: Timestamp) -> Self {
        Self {
            id: SubscriptionId::of_wants(&to.to_string(), &wants.key()),
            number: 0,
            to,
            wants,
            filter: None,
            mode: Mode::Instant,
            pause: None,
            origin,
            owner: None,
            mention: None,
            created,
        }
    }

    /// The feed it is to, if it is to one feed alone.
    pub fn feed(&self) -> Option<&FeedId> {
        match &self.wants {
            Wants::Feed(feed) => Some(feed),
            Wants::Topics(_) | Wants::All | Wants::Alerts { .. } => None,
        }
    }
}
