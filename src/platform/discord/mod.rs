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
mod send;
mod text;
mod verdict;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::model::delivery::Verdict;
use crate::model::doc::Doc;
use crate::model::secret::Secret;
use crate::model::subscription::{Address, PlatformKind};
use crate::model::word::Word;
use crate::port::{CanCall, Check, Clock, Desk, Found, Lease, Platform, Webhook};

use access::Access;
use checks::Checks;
use find::Marks;
use gateway::Gateway;
use lower::Envelope;
use rest::{CallError, Rest};
use verdict::{Failure, failure};

/// Discord's own address.
const API_DEFAULT: &str = "https://discord.com";
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
    lower::post(doc, &Envelope { nonce: Some(nonce), ..Envelope::default() })
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
