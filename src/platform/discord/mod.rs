//! Discord: cards as embeds with buttons, words as slash commands. Sends through one request
//! function with a limiter of our own; listens by gateway, or by signed HTTP requests.

mod access;
mod answer;
mod checks;
mod draft;
mod find;
mod gateway;
mod inbound;
mod limit;
mod lower;
mod register;
mod rest;
mod text;
mod verdict;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::model::delivery::{Delivery, Verdict};
use crate::model::doc::Doc;
use crate::model::secret::Secret;
use crate::model::subscription::{Address, PlatformKind};
use crate::model::word::Word;
use crate::port::{CanCall, Check, Clock, Desk, Found, Lease, Platform, Webhook};

use access::Access;
use checks::Checks;
use find::{Marks, Search, Seeker};
use gateway::Gateway;
use lower::Envelope;
use rest::{CallError, Rest};
use verdict::{Failure, failure};

/// Discord's own address.
const API_DEFAULT: &str = "https://discord.com";
/// The flag of a message that the channel's followers have got (Message Flags, CROSSPOSTED).
const CROSSPOSTED: u64 = 1;
/// What Discord says to a message that they have got already.
const ALREADY_CROSSPOSTED: u64 = 40033;
/// The name of a thread in a forum, in characters (Channel, Start Thread in Forum Channel).
const THREAD_NAME_MAX: usize = 100;
/// How long between attempts to register the commands.
const REGISTER_PAUSE: Duration = Duration::from_secs(60);
/// What a direct message's address begins with; a person's id follows.
const DIRECT: &str = "@";

/// `[discord]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub api_url: Option<String>,
    pub transport: Transport,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    #[default]
    Gateway,
    Http,
}

/// Secrets from the environment.
pub struct Secrets {
    pub token: Secret,
    /// `DISCORD_PUBLIC_KEY`, needed for `transport = "http"`.
    pub public_key: Option<Secret>,
}

pub struct Discord {
    rest: Arc<Rest>,
    access: Access,
    marks: Marks,
    clock: Arc<dyn Clock>,
    transport: Transport,
    endpoint: Option<Arc<webhook::Endpoint>>,
    words: &'static [Word],
}

/// Where messages to one person go.
fn direct(person: &str) -> Address {
    Address {
        platform: PlatformKind::Discord,
        workspace: String::new(),
        channel: format!("{DIRECT}{person}"),
        thread: None,
    }
}

/// The request body of a post, as it would be sent.
pub fn preview(doc: &Doc, nonce: &str) -> Value {
    lower::post(doc, &Envelope { nonce: Some(nonce), mention: None })
}

/// The bodies of an answer, as they would be sent.
pub fn preview_answer(doc: &Doc) -> Vec<Value> {
    lower::answer(doc)
}

impl Discord {
    /// # Errors
    /// What is missing or wrong, in words for the operator.
    pub fn new(
        config: &Config,
        secrets: Secrets,
        words: &'static [Word],
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let base = config.api_url.as_deref().unwrap_or(API_DEFAULT);
        let rest = Arc::new(Rest::new(base, secrets.token, clock.clone())?);
        let endpoint = match (config.transport, secrets.public_key) {
            (Transport::Gateway, _) => None,
            (Transport::Http, None) => {
                return Err(
                    "[discord] transport = \"http\" needs DISCORD_PUBLIC_KEY, from the application's page".to_owned()
                );
            }
            (Transport::Http, Some(key)) => {
                Some(Arc::new(webhook::Endpoint::new(key.reveal(), rest.clone(), clock.clone())?))
            }
        };
        let access = Access::new(rest.clone(), clock.clone());
        Ok(Self { rest, access, marks: Marks::default(), clock, transport: config.transport, endpoint, words })
    }

    /// The endpoint for `transport = "http"`.
    pub fn webhook(&self) -> Option<Arc<dyn Webhook>> {
        self.endpoint.clone().map(|endpoint| endpoint as Arc<dyn Webhook>)
    }

    async fn try_send(&self, lease: &Lease, doc: &Doc) -> Result<Verdict, CallError> {
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await.map_err(unsent)?;
        let kind = self.access.kind_of(&channel).await.map_err(unsent)?;
        let (kind, posted) = match self.post_in_some_form(&channel, kind, delivery, doc).await {
            Err(CallError::Refused { code: 50013, .. }) => return Ok(self.without_rights(&channel).await),
            outcome => outcome?,
        };
        let receipt = posted.get("id").and_then(Value::as_str).map(str::to_owned);
        Ok(match self.follow_up(delivery, (&channel, kind), &posted).await {
            Ok(()) => Verdict::Sent { receipt },
            // The next attempt finds the post and publishes it.
            Err(reason) => Verdict::Unsure { reason },
        })
    }

    /// The post, and what kind of channel took it. What does not fit is said again: to a channel that
    /// has become another kind, or in the plainest form.
    async fn post_in_some_form(
        &self,
        channel: &str,
        mut kind: u64,
        delivery: &Delivery,
        doc: &Doc,
    ) -> Result<(u64, Value), CallError> {
        let envelope = Envelope { nonce: Some(delivery.id.as_str()), mention: delivery.mention.as_deref() };
        let body = lower::post(doc, &envelope);
        let mut outcome = self.post(channel, kind, &body, doc).await;
        if let Err(CallError::Refused { code: 50008 | 50024, .. }) = outcome {
            let now = self.access.ask_kind_of(channel).await.map_err(unsent)?;
            if now != kind {
                kind = now;
                outcome = self.post(channel, kind, &body, doc).await;
            }
        }
        if let Err(error) = &outcome
            && let Failure::Malformed(why) = failure(error.clone())
        {
            tracing::error!(delivery.id = %delivery.id, "Discord does not take a message of ours ({why}); its plain form is sent");
            outcome = self.post(channel, kind, &lower::plain_post(doc, &envelope), doc).await;
        }
        Ok((kind, outcome?))
    }

    /// "Missing Permissions" is also said to a bot that is timed out, or while a change of rights is on
    /// its way: a place is given up only when the rights are really not there.
    async fn without_rights(&self, channel: &str) -> Verdict {
        match self.access.missing_to_post(channel).await {
            Ok(missing) if missing.is_empty() => {
                Verdict::Retry { reason: "Discord refuses a post although the bot has the rights (50013)".to_owned() }
            }
            Ok(missing) => Verdict::Gone { reason: format!("the bot may not write there: it needs {missing}") },
            Err(error) => match failure(unsent(error)) {
                Failure::Verdict(verdict) => verdict,
                Failure::Malformed(reason) => Verdict::Retry { reason },
            },
        }
    }

    async fn post(&self, channel: &str, kind: u64, body: &Value, doc: &Doc) -> Result<Value, CallError> {
        if kind != access::FORUM {
            return self.rest.post(&format!("/channels/{channel}/messages"), body).await;
        }
        // In a forum every post is a thread of its own. Threads know no nonce.
        let mut message = body.clone();
        if let Some(fields) = message.as_object_mut() {
            fields.retain(|name, _| name != "nonce" && name != "enforce_nonce");
        }
        let thread = json!({ "name": lower::name(doc, THREAD_NAME_MAX), "message": message });
        self.rest.post(&format!("/channels/{channel}/threads"), &thread).await
    }

    /// What a post still needs: to be published to the channel's followers, if it is to be. The error
    /// says why it is to be tried again; a refusal for good is left at that, since the post stands.
    async fn follow_up(&self, delivery: &Delivery, (channel, kind): (&str, u64), post: &Value) -> Result<(), String> {
        let is_published = post.get("flags").and_then(Value::as_u64).is_some_and(|flags| flags & CROSSPOSTED != 0);
        if !delivery.to_followers || kind != access::ANNOUNCEMENT || is_published {
            return Ok(());
        }
        let path = format!("/channels/{channel}/messages/{}/crosspost", access::text(post, "id"));
        match self.rest.post(&path, &json!({})).await {
            Ok(_) | Err(CallError::Refused { code: ALREADY_CROSSPOSTED, .. }) => Ok(()),
            Err(error) if verdict::is_passing(&error) => {
                Err(format!("it is posted, and not yet published to the channel's followers: {error}"))
            }
            Err(error) => {
                tracing::warn!("A post could not be published to the channel's followers: {error}");
                Ok(())
            }
        }
    }

    async fn try_find(&self, lease: &Lease, doc: &Doc) -> Result<Found, CallError> {
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await?;
        let kind = self.access.kind_of(&channel).await?;
        let seeker = Seeker { rest: &self.rest, access: &self.access, marks: &self.marks };
        Ok(match seeker.search(delivery, doc, (&channel, kind)).await? {
            Search::Missing => Found::No,
            // It stays a dead letter, which the operator sees: asking again would find even more.
            Search::TooMuch => Found::Unknown { resend: false },
            Search::There(post) => match self.follow_up(delivery, (&channel, kind), &post).await {
                Ok(()) => Found::Yes { receipt: post.get("id").and_then(Value::as_str).map(str::to_owned) },
                Err(reason) => Found::AskLater { reason },
            },
        })
    }

    /// Tells Discord which commands there are, until it has understood.
    async fn register(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let registered = match gateway::application(&self.rest).await {
                Ok(application) => {
                    let path = format!("/applications/{application}/commands");
                    self.rest.put(&path, &register::commands(self.words)).await.map(drop)
                }
                Err(error) => Err(error),
            };
            let Err(error) = registered else { return };
            tracing::error!("The commands cannot be registered with Discord: {error}");
            tokio::select! {
                () = tokio::time::sleep(REGISTER_PAUSE) => {}
                () = stop.cancelled() => {}
            }
        }
    }
}

/// What goes wrong before anything is posted is no doubt.
fn unsent(error: CallError) -> CallError {
    match error {
        CallError::NoAnswer(why) => CallError::NotSent(why),
        other => other,
    }
}

#[async_trait]
impl Platform for Discord {
    fn kind(&self) -> PlatformKind {
        PlatformKind::Discord
    }

    async fn send(&self, lease: &Lease, doc: &Doc) -> Verdict {
        match self.try_send(lease, doc).await {
            Ok(verdict) => verdict,
            Err(error) => match failure(error) {
                Failure::Verdict(verdict) => verdict,
                Failure::Malformed(reason) => Verdict::Refused { reason },
            },
        }
    }

    async fn find(&self, lease: &Lease, doc: &Doc) -> Found {
        match self.try_find(lease, doc).await {
            Ok(found) => found,
            // Where the bot may not look, sending tells what is wrong, and the nonce, which Discord knows
            // for some minutes, keeps it from coming twice.
            Err(CallError::Refused { status: 403 | 404, code: 1.., .. }) => Found::Unknown { resend: true },
            Err(error) => Found::AskLater { reason: error.to_string() },
        }
    }

    async fn listen(&self, desk: Arc<dyn Desk>, stop: CancellationToken) {
        self.register(&stop).await;
        match self.transport {
            Transport::Http => stop.cancelled().await,
            Transport::Gateway => {
                Gateway { rest: self.rest.clone(), clock: self.clock.clone() }.run(desk, stop).await;
            }
        }
    }

    fn can_call(&self) -> CanCall {
        lower::can_call
    }

    async fn check(&self, addresses: &[Address]) -> Vec<Check> {
        let public_key = self.endpoint.as_ref().map(|endpoint| endpoint.public_key());
        let checks = Checks { rest: &self.rest, access: &self.access, transport: self.transport, public_key };
        checks.all(addresses).await
    }
}
