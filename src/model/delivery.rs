//! One notice to one address, from queued to sent or dead.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::health::HealthReport;
use super::id::{DeliveryId, ItemId};
pub use super::recap::{Group, Recap, RecapKind};
use super::subscription::Address;

/// How long a sender may hold a delivery. Longer than [`SEND_TIMEOUT`], so that a live sender is
/// never overtaken.
pub const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How long one call to a platform may take.
pub const SEND_TIMEOUT: SignedDuration = SignedDuration::from_secs(30);
/// After trying for this long without success a delivery is dead (failures, section 3).
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(72);
/// A delivery whose attempts end without any verdict this often is dead: it may be what kills us.
pub const ATTEMPTS_WITHOUT_VERDICT_MAX: u32 = 5;
/// Doubt is looked into after this long, twice as long each time: most answers that did not come were
/// accepted.
pub const DOUBT_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// Sends in a row without an answer after which nothing is sent again where nobody can tell whether it
/// arrived: better one post too few than one every hour.
pub const DOUBTS_MAX: u32 = 4;
/// Why a delivery is put off that meets quiet hours; it goes on when they end or are ended.
pub const QUIET_HOURS: &str = "it is quiet there";
const BACKOFF_BASE: SignedDuration = SignedDuration::from_secs(2);
const BACKOFF_MAX: SignedDuration = SignedDuration::from_mins(15);

/// What is to be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Notice {
    Card(ItemId),
    /// A card that was posted before, with what is known of its story since.
    Amended(Amended),
    Recap(Recap),
    /// To the person who subscribed an address: it takes no posts any more.
    Resting(Resting),
    /// To the person who subscribed feeds: how these are doing.
    Health(HealthReport),
}

/// A card that changes because of another report of its story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// The card.
    pub item: ItemId,
    /// The report that came since.
    pub by: ItemId,
}

/// An address that is gone, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resting {
    pub address: Address,
    pub reason: String,
    pub since: Timestamp,
}

impl Notice {
    /// A text that names the notice, for [`DeliveryId::of_notice`].
    fn key(&self) -> String {
        match self {
            Self::Card(item) => format!("card:{item}"),
            Self::Amended(Amended { item, by }) => format!("amended:{item}:{by}"),
            Self::Recap(recap) if recap.part == 0 => format!("recap:{}", recap.key),
            Self::Recap(recap) => format!("recap:{}:{}", recap.key, recap.part),
            Self::Health(report) => format!("health:{}", report.at),
            Self::Resting(resting) => format!("resting:{}:{}", resting.address, resting.since),
        }
    }
}

/// One notice to one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub id: DeliveryId,
    pub notice: Notice,
    pub to: Address,
    /// Orders the deliveries of one address; given by the store.
    pub sequence: u64,
    pub created: Timestamp,
    pub state: DeliveryState,
    /// Sends begun that were not turned away by a rate limit.
    pub attempts: u32,
    /// When the first send was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_tried: Option<Timestamp>,
    /// Sends begun since the last verdict of any kind.
    pub without_verdict: u32,
    pub last_error: Option<String>,
    /// When the first send began that may have arrived without anybody knowing. A delivery that dies
    /// in doubt is revived in doubt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt_since: Option<Timestamp>,
    /// Sends in a row that brought no answer that tells.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub doubts: u32,
    /// The operator wants it sent, even if it may have arrived.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_insisted: bool,
    /// Who is called by it, in the platform's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<String>,
    /// The channel's followers elsewhere get it as well.
    #[serde(default)]
    pub to_followers: bool,
    /// The one who gets it has asked for it as an alert.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_alert: bool,
    /// The earlier delivery to the same address on whose message this one stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
}

/// How a delivery stands on an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// Its message takes the place of the earlier one, quietly.
    Edits(DeliveryId),
    /// Its message is a reply to the earlier one, in its thread.
    Answers(DeliveryId),
}

impl Anchor {
    /// The earlier delivery.
    pub fn on(&self) -> &DeliveryId {
        match self {
            Self::Edits(id) | Self::Answers(id) => id,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "is")]
pub enum DeliveryState {
    /// Waits until `due`. `in_doubt`: an earlier send may have been accepted.
    Queued {
        due: Timestamp,
        in_doubt: bool,
    },
    /// Somebody holds the lease.
    Sending {
        lease_until: Timestamp,
    },
    Sent {
        at: Timestamp,
        receipt: Option<String>,
    },
    /// The dead letter: kept for `deliveries --dead`, sent again by `--retry` alone.
    Dead {
        at: Timestamp,
        reason: String,
    },
}

/// What a platform said to a send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Accepted. The receipt is the platform's own id of the message.
    Sent { receipt: Option<String> },
    /// A rate limit: not before this time. Burns no attempt.
    Later { at: Timestamp, reason: String },
    /// Proven not accepted, worth another try.
    Retry { reason: String },
    /// No answer, or none that tells: it may have been accepted.
    Unsure { reason: String },
    /// The address is now another one.
    Moved { to: Address },
    /// The address is no more.
    Gone { reason: String },
    /// This notice will never be accepted there.
    Refused { reason: String },
}

impl Delivery {
    pub fn new(notice: Notice, to: Address, now: Timestamp) -> Self {
        Self {
            id: Self::id_of(&notice, &to),
            notice,
            to,
            sequence: 0,
            created: now,
            state: DeliveryState::Queued { due: now, in_doubt: false },
            attempts: 0,
            first_tried: None,
            without_verdict: 0,
            last_error: None,
            doubt_since: None,
            doubts: 0,
            is_insisted: false,
            mention: None,
            to_followers: false,
            is_alert: false,
            anchor: None,
        }
    }

    /// The id that a notice has at an address.
    pub fn id_of(notice: &Notice, to: &Address) -> DeliveryId {
        DeliveryId::of_notice(&notice.key(), &to.to_string())
    }

    /// Not to be sent before `due`.
    pub fn not_before(self, due: Timestamp) -> Self {
        Self { state: DeliveryState::Queued { due, in_doubt: false }, ..self }
    }

    /// It stands on an earlier delivery to the same address.
    pub fn on(self, anchor: Anchor) -> Self {
        Self { anchor: Some(anchor), ..self }
    }

    /// The item whose card it is.
    pub fn item(&self) -> Option<&ItemId> {
        match &self.notice {
            Notice::Card(item) => Some(item),
            Notice::Amended(_) | Notice::Recap(_) | Notice::Resting(_) | Notice::Health(_) => None,
        }
    }

    pub fn is_open(&self) -> bool {
        matches!(self.state, DeliveryState::Queued { .. } | DeliveryState::Sending { .. })
    }

    /// Takes the lease. False when the delivery has been begun too often without any verdict: it
    /// is then dead.
    pub fn begin(&mut self, now: Timestamp) -> bool {
        if self.without_verdict >= ATTEMPTS_WITHOUT_VERDICT_MAX {
            let reason = format!("begun {} times and never finished", self.without_verdict);
            self.state = DeliveryState::Dead { at: now, reason };
            return false;
        }
        self.attempts += 1;
        self.without_verdict += 1;
        self.first_tried.get_or_insert(now);
        self.state = DeliveryState::Sending { lease_until: later(now, LEASE) };
        true
    }

    /// The holder of the lease is gone: nobody knows whether the message arrived.
    pub fn orphaned(&mut self, now: Timestamp) {
        self.doubt();
        self.state = DeliveryState::Queued { due: now, in_doubt: true };
        self.last_error = Some("the process ended while sending".to_owned());
    }

    /// The send under way may have arrived.
    fn doubt(&mut self) {
        let begun = match self.state {
            DeliveryState::Sending { lease_until } => lease_until.checked_sub(LEASE).ok(),
            DeliveryState::Queued { .. } | DeliveryState::Sent { .. } | DeliveryState::Dead { .. } => None,
        };
        self.doubt_since = self.doubt_since.or(begun);
    }

    /// Since when messages may be it, for platforms that look back.
    pub fn first_sent(&self) -> Timestamp {
        self.doubt_since.unwrap_or(self.created)
    }

    /// Takes in what the platform said. `jitter` is a random number from 0 to 1.
    pub fn settle(&mut self, verdict: Verdict, now: Timestamp, jitter: f64) {
        self.without_verdict = 0;
        self.doubts = if matches!(verdict, Verdict::Unsure { .. }) { self.doubts + 1 } else { 0 };
        match verdict {
            Verdict::Sent { receipt } => {
                self.last_error = None;
                self.doubt_since = None;
                self.state = DeliveryState::Sent { at: now, receipt };
            }
            Verdict::Later { at, reason } => {
                self.attempts = self.attempts.saturating_sub(1);
                self.doubt_since = None;
                self.put_off(at.max(now), false, reason, now);
            }
            Verdict::Retry { reason } => {
                let due = later(now, backoff(self.attempts, jitter));
                self.doubt_since = None;
                self.put_off(due, false, reason, now);
            }
            Verdict::Unsure { reason } => {
                self.doubt();
                let pause = DOUBT_PAUSE * 2_i32.saturating_pow(self.doubts.saturating_sub(1).min(6));
                self.put_off(later(now, pause), true, reason, now);
            }
            Verdict::Moved { to } => {
                self.to = to;
                self.doubt_since = None;
                self.state = DeliveryState::Queued { due: now, in_doubt: false };
            }
            Verdict::Gone { reason } | Verdict::Refused { reason } => {
                self.last_error = Some(reason.clone());
                self.state = DeliveryState::Dead { at: now, reason };
            }
        }
    }

    /// Sends a dead letter again; whether it arrived before is as open as it was.
    pub fn revive(&mut self, now: Timestamp) {
        self.attempts = 0;
        self.doubts = 0;
        self.first_tried = None;
        self.without_verdict = 0;
        self.created = now;
        self.state = DeliveryState::Queued { due: now, in_doubt: self.doubt_since.is_some() };
    }

    fn put_off(&mut self, due: Timestamp, in_doubt: bool, reason: String, now: Timestamp) {
        self.state = if now.duration_since(self.first_tried.unwrap_or(now)) > GIVE_UP_AFTER {
            DeliveryState::Dead { at: now, reason: format!("gave up after {}: {reason}", hours(GIVE_UP_AFTER)) }
        } else {
            DeliveryState::Queued { due, in_doubt }
        };
        self.last_error = Some(reason);
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

fn hours(duration: SignedDuration) -> String {
    format!("{} hours", duration.as_hours())
}

/// Full jitter: anything up to `2 s * 2^attempts`, at most 15 minutes.
fn backoff(attempts: u32, jitter: f64) -> SignedDuration {
    let ceiling = BACKOFF_BASE.as_secs_f64() * f64::from(2u32.saturating_pow(attempts.min(16)));
    let ceiling = ceiling.min(BACKOFF_MAX.as_secs_f64());
    SignedDuration::from_millis((ceiling * 1000.0 * jitter.clamp(0.0, 1.0)) as i64)
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
