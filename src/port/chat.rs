//! Where messages are read, and where people's words are answered. The two narrow waists: everything
//! outbound is a [`Doc`], everything inbound is an [`Invocation`].

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::model::delivery::{Anchor, Delivery, Verdict};
use crate::model::doc::Doc;
use crate::model::press::Press;
use crate::model::subscription::{Address, PlatformKind};

/// The right to send one delivery. Not `Clone`; [`Store::settle`](super::Store::settle) consumes it.
#[derive(Debug)]
pub struct Lease {
    delivery: Delivery,
    in_doubt: bool,
    receipt: Option<String>,
}

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// It stands for itself.
    New,
    /// It takes the place of the message of this receipt.
    Edit(&'a str),
    /// It answers the message of this receipt, in its thread.
    Answer(&'a str),
    /// It was to take the place of a message that never arrived.
    Nowhere,
}

impl Lease {
    /// Only a store makes leases, after the `Sending` state is durable.
    pub fn new(delivery: Delivery, in_doubt: bool) -> Self {
        Self { delivery, in_doubt, receipt: None }
    }

    /// The lease of a delivery that stands on an earlier one: the receipt of that, if it was sent.
    pub fn on(self, receipt: Option<String>) -> Self {
        Self { receipt, ..self }
    }

    /// Where its message goes.
    pub fn target(&self) -> Target<'_> {
        match (&self.delivery.anchor, &self.receipt) {
            (Some(Anchor::Edits(_)), Some(receipt)) => Target::Edit(receipt),
            (Some(Anchor::Edits(_)), None) => Target::Nowhere,
            (Some(Anchor::Answers(_)), Some(receipt)) => Target::Answer(receipt),
            (Some(Anchor::Answers(_)) | None, _) => Target::New,
        }
    }

    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Whether an earlier send of this delivery may have been accepted.
    pub fn in_doubt(&self) -> bool {
        self.in_doubt
    }
}

/// What a platform knows of a delivery in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Yes {
        receipt: Option<String>,
    },
    No,
    /// The platform cannot tell. `resend`: whether twice is better than not at all there.
    Unknown {
        resend: bool,
    },
    /// It could not be asked now; it is asked again.
    AskLater {
        reason: String,
    },
}

/// One line of `tidings doctor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub is_ok: bool,
    /// What was looked at and found; what to do, if it is not well.
    pub text: String,
}

impl Check {
    pub fn ok(text: impl Into<String>) -> Self {
        Self { is_ok: true, text: text.into() }
    }

    pub fn problem(text: impl Into<String>) -> Self {
        Self { is_ok: false, text: text.into() }
    }
}

/// Whether posts to an address can call whom somebody names so. The error says what to write instead.
pub type CanCall = fn(&Address, &str) -> Result<(), &'static str>;

/// A place where messages are read.
#[async_trait]
pub trait Platform: Send + Sync {
    fn kind(&self) -> PlatformKind;

    /// Sends one message. Every outcome is a verdict, so that none is lost on the way.
    async fn send(&self, lease: &Lease, doc: &Doc) -> Verdict;

    /// Looks whether a delivery in doubt has arrived; `doc` is what was or would be sent.
    async fn find(&self, lease: &Lease, doc: &Doc) -> Found;

    /// Takes people's words to the desk until `stop`; comes back early only when it cannot go on.
    async fn listen(&self, desk: Arc<dyn Desk>, stop: CancellationToken);

    /// Whether posts can call whom a person names in the words of this platform.
    fn can_call(&self) -> CanCall {
        |_, _| Ok(())
    }

    /// Whether it would work: the token, and what may be done at these addresses.
    async fn check(&self, addresses: &[Address]) -> Vec<Check>;
}

/// Somebody who says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The platform's own id.
    pub id: String,
    /// Where messages to this person alone go.
    pub direct: Address,
}

/// Another place that a person named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub address: Address,
    /// Whether that person may change what is posted there.
    pub may_manage: bool,
}

/// Bytes of a file that a platform reads itself.
pub const FILE_BYTES_MAX: usize = 48 * 1024;

/// A file that came with a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Where anybody can fetch it.
    At(String),
    /// What it says, from platforms that give files to the bot alone: at most [`FILE_BYTES_MAX`].
    Here(String),
}

/// A line of text, and what is known of it beyond its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    /// Places that it names, each as it is written there.
    pub places: Vec<(String, Place)>,
    /// A file that came along.
    pub file: Option<Attachment>,
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// An argument as its platform understood it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Place(Place),
    File(Attachment),
}

/// An argument beside those of the table: nobody typed the word, but somebody opened a link that says
/// it, perhaps without knowing what it says. Such a word replaces nothing.
pub const BY_LINK: &str = "by link";

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A word of the command table with arguments by name: from platforms that take commands apart.
    Word {
        word: String,
        arguments: Vec<(String, Value)>,
    },
    Line(Line),
    Press(Press),
}

/// One thing that somebody said somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    pub from: Person,
    pub at: Address,
    /// Whether this person may change what is posted there, as the platform says now.
    pub may_manage: bool,
    pub said: Said,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub doc: Doc,
    /// For the asker alone.
    pub private: bool,
    /// What was said could not be done; the words say why.
    pub is_refusal: bool,
    /// A file's name and text.
    pub file: Option<(String, String)>,
    /// What does not fit the first message, in messages of its own after it.
    pub more: Vec<Doc>,
}

impl Reply {
    pub fn private(doc: Doc) -> Self {
        Self { doc, private: true, is_refusal: false, file: None, more: Vec::new() }
    }

    pub fn refusal(doc: Doc) -> Self {
        Self { is_refusal: true, ..Self::private(doc) }
    }

    pub fn public(doc: Doc) -> Self {
        Self { doc, private: false, is_refusal: false, file: None, more: Vec::new() }
    }
}

/// What is being typed into an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub at: Address,
    pub word: String,
    pub argument: String,
    pub typed: String,
}

/// One way to complete it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub label: String,
    pub value: String,
}

/// Answers people. Never sends.
#[async_trait]
pub trait Desk: Send + Sync {
    async fn answer(&self, invocation: Invocation) -> Reply;

    async fn suggest(&self, suggestion: Suggestion) -> Vec<Choice>;

    /// A place has another address from now on.
    async fn moved(&self, from: Address, to: Address);
}

/// A request to one of the platforms' endpoints.
#[derive(Clone, Debug)]
pub struct WebCall {
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl WebCall {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The answer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAnswer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

/// An endpoint that a platform calls.
#[async_trait]
pub trait Webhook: Send + Sync {
    /// Where it is, under `[web] listen` (design, section 8).
    fn path(&self) -> &'static str;

    async fn receive(&self, call: WebCall, desk: Arc<dyn Desk>) -> WebAnswer;
}
