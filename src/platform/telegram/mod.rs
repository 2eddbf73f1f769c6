//! Telegram: cards as text with entities, words as commands. Sends through one request function
//! with a limiter of our own; listens by long polling, or by a webhook.

mod access;
mod answer;
mod checks;
mod draft;
mod inbound;
mod intake;
mod limit;
mod line;
mod lower;
mod pace;
mod places;
mod poll;
mod register;
mod reply;
mod rest;
mod send;
mod text;
mod verdict;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use teloxide_core::types::BotCommand;
use tokio_util::sync::CancellationToken;

use crate::model::delivery::Verdict;
use crate::model::doc::Doc;
use crate::model::secret::Secret;
use crate::model::subscription::{Address, PlatformKind};
use crate::model::word::Word;
use crate::port::{CanCall, Check, Clock, Desk, Found, Lease, Platform, Target, Webhook};

use access::Access;
use answer::Answers;
use checks::Checks;
use intake::Intake;
use lower::Envelope;
use poll::Poll;
use rest::{CallError, Rest};

/// Telegram's own address.
const API_DEFAULT: &str = "https://api.telegram.org";
/// How long between attempts to set the menus.
const REGISTER_PAUSE: Duration = Duration::from_secs(60);

/// Half of what a group takes in a minute, so that the other half is left to the posts.
const WORDS_PER_MINUTE: u32 = 10;

/// `[telegram]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub api_url: Option<String>,
    pub transport: Transport,
    pub on_doubt: OnDoubt,
    /// How many words a minute of one person, and in one chat, are answered.
    pub words_per_minute: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            api_url: None,
            transport: Transport::default(),
            on_doubt: OnDoubt::default(),
            words_per_minute: WORDS_PER_MINUTE,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    #[default]
    Poll,
    Webhook,
}

/// What to do with a message that may have arrived: nobody can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnDoubt {
    #[default]
    Resend,
    Drop,
}

pub struct Telegram {
    rest: Arc<Rest>,
    access: Arc<Access>,
    intake: Arc<Intake>,
    endpoint: Option<Arc<webhook::Endpoint>>,
    clock: Arc<dyn Clock>,
    transport: Transport,
    on_doubt: OnDoubt,
    words: &'static [Word],
}

/// Where messages to one person go: their private chat has their id.
fn direct(person: &str) -> Address {
    Address { platform: PlatformKind::Telegram, workspace: String::new(), channel: person.to_owned(), thread: None }
}

/// The request body of a post, as it would be sent to a channel of that name.
pub fn preview(doc: &Doc) -> Value {
    lower::post(doc, &Envelope::to(&direct("@channel"))).body
}

impl Telegram {
    /// # Errors
    /// What is missing or wrong, in words for the operator.
    pub fn new(config: &Config, token: Secret, words: &'static [Word], clock: Arc<dyn Clock>) -> Result<Self, String> {
        let base = config.api_url.as_deref().unwrap_or(API_DEFAULT);
        let rest = Arc::new(Rest::new(base, token, clock.clone())?);
        let access = Arc::new(Access::new(rest.clone(), clock.clone()));
        let pace = usize::try_from(config.words_per_minute.max(1)).unwrap_or(usize::MAX);
        let answers = Answers::new(access.clone(), clock.clone(), words, pace);
        let intake = Arc::new(Intake::new(Arc::new(answers)));
        let endpoint = match config.transport {
            Transport::Poll => None,
            Transport::Webhook => Some(Arc::new(webhook::Endpoint::new(rest.clone(), intake.clone()))),
        };
        let (transport, on_doubt) = (config.transport, config.on_doubt);
        Ok(Self { rest, access, intake, endpoint, clock, transport, on_doubt, words })
    }

    /// The endpoint for `transport = "webhook"`.
    pub fn webhook(&self) -> Option<Arc<dyn Webhook>> {
        self.endpoint.clone().map(|endpoint| endpoint as Arc<dyn Webhook>)
    }

    /// Tells Telegram which words there are, until it has understood.
    async fn register(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let Err(error) = self.set_menus().await else { return };
            // Of the token an error has told already.
            tracing::warn!("The menus of words cannot be set at Telegram now: {error}");
            tokio::select! {
                () = tokio::time::sleep(REGISTER_PAUSE) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn set_menus(&self) -> Result<(), CallError> {
        for menu in register::menus(self.words) {
            let known = self.rest.ask("getMyCommands", &menu.question()).await?;
            let known: Vec<BotCommand> = serde_json::from_value(known).unwrap_or_default();
            if known != menu.commands {
                self.rest.ask("setMyCommands", &menu.body()).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Platform for Telegram {
    fn kind(&self) -> PlatformKind {
        PlatformKind::Telegram
    }

    async fn send(&self, lease: &Lease, doc: &Doc) -> Verdict {
        self.deliver(lease, doc).await
    }

    /// Bots cannot read what they have sent.
    async fn find(&self, lease: &Lease, _doc: &Doc) -> Found {
        match lease.target() {
            // Changing a message twice changes nothing, so nobody needs to know.
            Target::Edit(_) => Found::No,
            Target::New | Target::Answer(_) | Target::Nowhere => {
                Found::Unknown { resend: self.on_doubt == OnDoubt::Resend }
            }
        }
    }

    async fn listen(&self, desk: Arc<dyn Desk>, stop: CancellationToken) {
        let poll = Poll { rest: self.rest.clone(), clock: self.clock.clone(), intake: self.intake.clone() };
        let words = async {
            match &self.endpoint {
                Some(endpoint) => endpoint.run(stop.clone()).await,
                None => poll.run(desk, stop.clone()).await,
            }
        };
        // Without its name the bot cannot tell what is said to it: words wait at Telegram until then.
        if self.intake.begins(&stop).await {
            tokio::join!(self.register(&stop), words);
        }
        self.intake.finish().await;
    }

    fn can_call(&self) -> CanCall {
        lower::can_call
    }

    async fn check(&self, addresses: &[Address]) -> Vec<Check> {
        let checks = Checks { rest: &self.rest, access: &self.access, transport: self.transport };
        checks.all(addresses).await
    }
}
