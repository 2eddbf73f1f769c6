//! Discord: cards as embeds with buttons, words as slash commands. Sends through one request
//! function with a limiter of our own; listens by gateway, or by signed HTTP requests.

mod access;
mod answer;
mod checks;
mod draft;
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

use crate::model::delivery::Verdict;
use crate::model::doc::Doc;
use crate::model::secret::Secret;
use crate::model::subscription::{Address, PlatformKind};
use crate::model::word::Word;
use crate::port::{Check, Clock, Desk, Found, Lease, Platform, Webhook};

use access::Access;
use checks::Checks;
use gateway::Gateway;
use lower::Envelope;
use rest::{CallError, Rest};
use verdict::{Failure, failure};

/// Discord's own address.
const API_DEFAULT: &str = "https://discord.com";
/// Messages that are looked through for one that may have arrived.
const HISTORY: u8 = 100;
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
        let access = Access::new(rest.clone());
        Ok(Self { rest, access, clock, transport: config.transport, endpoint, words })
    }

    /// The endpoint for `transport = "http"`.
    pub fn webhook(&self) -> Option<Arc<dyn Webhook>> {
        self.endpoint.clone().map(|endpoint| endpoint as Arc<dyn Webhook>)
    }

    async fn try_send(&self, lease: &Lease, doc: &Doc) -> Result<Verdict, CallError> {
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await?;
        let envelope = Envelope { nonce: Some(delivery.id.as_str()), mention: delivery.mention.as_deref() };
        let kind = self.access.kind_of(&channel).await?;
        let posted = match self.post(&channel, kind, &lower::post(doc, &envelope), doc).await {
            Err(error) => match failure(error.clone()) {
                Failure::Malformed(why) => {
                    tracing::error!(delivery.id = %delivery.id, "Discord does not take a message of ours ({why}); its plain form is sent");
                    self.post(&channel, kind, &lower::plain_post(doc, &envelope), doc).await?
                }
                Failure::Verdict(_) => return Err(error),
            },
            Ok(posted) => posted,
        };
        let receipt = posted.get("id").and_then(Value::as_str).map(str::to_owned);
        if delivery.to_followers && kind == access::ANNOUNCEMENT {
            self.publish(&channel, receipt.as_deref()).await;
        }
        Ok(Verdict::Sent { receipt })
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

    /// To the channel's followers elsewhere. The post itself stands whatever becomes of this.
    async fn publish(&self, channel: &str, message: Option<&str>) {
        let Some(message) = message else { return };
        let path = format!("/channels/{channel}/messages/{message}/crosspost");
        if let Err(error) = self.rest.post(&path, &json!({})).await {
            tracing::warn!("A post could not be published to the channel's followers: {error}");
        }
    }

    /// Looks through what was posted last.
    async fn try_find(&self, lease: &Lease, doc: &Doc) -> Result<Found, CallError> {
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await?;
        let sent = lower::post(doc, &Envelope { nonce: None, mention: None });
        let places = match self.access.kind_of(&channel).await? {
            access::FORUM => self.access.threads_of(&channel).await?,
            _ => vec![channel],
        };
        for place in places {
            let messages = self.rest.get(&format!("/channels/{place}/messages?limit={HISTORY}")).await?;
            for message in messages.as_array().into_iter().flatten() {
                if self.access.is_own(message).await? && is_it(message, delivery.id.as_str(), &sent) {
                    let receipt = message.get("id").and_then(Value::as_str).map(str::to_owned);
                    return Ok(Found::Yes { receipt });
                }
            }
        }
        Ok(Found::No)
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

/// Whether a message is the one that was sent: by its nonce, by its buttons, by its words.
fn is_it(message: &Value, nonce: &str, sent: &Value) -> bool {
    let ids = |message: &Value| -> Vec<String> {
        let rows = message.get("components").and_then(Value::as_array);
        let buttons = rows.into_iter().flatten().filter_map(|row| row.get("components")?.as_array()).flatten();
        buttons.filter_map(|button| button.get("custom_id")?.as_str().map(str::to_owned)).collect()
    };
    let own = ids(sent);
    message.get("nonce").and_then(Value::as_str) == Some(nonce)
        || (!own.is_empty() && ids(message) == own)
        || (own.is_empty() && lower::signature(message) == lower::signature(sent))
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
            // Without the history there is the nonce, which Discord knows for some minutes.
            Err(CallError::Refused { status: 403 | 404, .. }) => Found::Unknown { resend: true },
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

    async fn check(&self, addresses: &[Address]) -> Vec<Check> {
        let public_key = self.endpoint.as_ref().map(|endpoint| endpoint.public_key());
        let checks = Checks { rest: &self.rest, access: &self.access, transport: self.transport, public_key };
        checks.all(addresses).await
    }
}
