//! Slack: cards as blocks, words behind one slash command. Sends through one request function with a
//! limiter of our own; listens by sockets, or by signed requests.

mod access;
mod answer;
mod call;
mod checks;
mod files;
mod find;
mod form;
mod heard;
mod home;
mod hub;
mod insight;
pub mod limit;
pub mod line;
mod lower;
pub mod manifest;
mod modal;
pub mod once;
mod parts;
pub mod pulse;
pub mod rest;
mod send;
pub mod signature;
mod socket;
mod text;
pub mod verdict;
mod webhook;
mod works;

use std::sync::Arc;

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
use heard::Kind;
use hub::Hub;
use lower::Form;
use rest::Rest;
use socket::Sockets;
use verdict::{Failure, failure};
use webhook::{Endpoint, Gate};

/// Slack's own address.
const API_DEFAULT: &str = "https://slack.com";
/// What a direct message's address begins with; a person's id follows.
const DIRECT: &str = "@";
/// `[slack]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub api_url: Option<String>,
    pub transport: Transport,
    /// The slash command, such as `/tidings`.
    pub command: String,
}

impl Default for Config {
    fn default() -> Self {
        Self { api_url: None, transport: Transport::Socket, command: "/tidings".to_owned() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    Socket,
    Http,
}

/// Secrets from the environment.
pub struct Secrets {
    pub token: Secret,
    /// `SLACK_APP_TOKEN`, needed for `transport = "socket"`.
    pub app_token: Option<Secret>,
    /// `SLACK_SIGNING_SECRET`, needed for `transport = "http"`.
    pub signing_secret: Option<Secret>,
}

/// How words come in.
enum Ears {
    Sockets(Secret),
    Requests(Arc<Gate>),
}

pub struct Slack {
    rest: Arc<Rest>,
    access: Arc<Access>,
    hub: Arc<Hub>,
    ears: Ears,
    clock: Arc<dyn Clock>,
}

/// The request body of a post, as it would be sent.
pub fn preview(doc: &Doc, delivery: &str) -> Value {
    send::post(doc, Form::Whole, None, ("C0123456789", None), delivery)
}

impl Slack {
    /// # Errors
    /// What is missing or wrong, in words for the operator.
    pub fn new(
        config: &Config,
        secrets: Secrets,
        words: &'static [Word],
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let base = config.api_url.as_deref().unwrap_or(API_DEFAULT);
        let ears = match (config.transport, secrets.app_token, secrets.signing_secret) {
            (Transport::Socket, Some(token), _) => Ears::Sockets(token),
            (Transport::Socket, None, _) => {
                return Err(
                    "[slack] transport = \"socket\" needs SLACK_APP_TOKEN (xapp-...), from Basic Information, \
                            App-Level Tokens, with the scope connections:write"
                        .to_owned(),
                );
            }
            (Transport::Http, _, Some(secret)) => Ears::Requests(Arc::new(Gate::new(secret, clock.clone()))),
            (Transport::Http, _, None) => {
                return Err("[slack] transport = \"http\" needs SLACK_SIGNING_SECRET, from Basic Information, \
                            App Credentials"
                    .to_owned());
            }
        };
        let rest = Arc::new(Rest::new(base, secrets.token, clock.clone())?);
        let access = Arc::new(Access::new(rest.clone(), clock.clone()));
        let hub = Arc::new(Hub::new(rest.clone(), access.clone(), clock.clone(), words));
        Ok(Self { rest, access, hub, ears, clock })
    }

    /// The endpoints for `transport = "http"`.
    pub fn webhooks(&self) -> Vec<Arc<dyn Webhook>> {
        let Ears::Requests(gate) = &self.ears else { return Vec::new() };
        let endpoint =
            |kind| Arc::new(Endpoint { kind, gate: gate.clone(), hub: self.hub.clone() }) as Arc<dyn Webhook>;
        [Kind::Event, Kind::Command, Kind::Interactive].map(endpoint).to_vec()
    }
}

#[async_trait]
impl Platform for Slack {
    fn kind(&self) -> PlatformKind {
        PlatformKind::Slack
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

    async fn find(&self, lease: &Lease, _doc: &Doc) -> Found {
        match self.try_find(lease).await {
            Ok(found) => found,
            // A rate limit, no answer, Slack's own trouble: it is asked again.
            Err(error) if verdict::passes(&error) => Found::AskLater { reason: error.to_string() },
            // Without the history nobody can tell; the doctor says that this is so.
            Err(error) => {
                tracing::debug!("Slack does not show what was posted: {error}");
                Found::Unknown { resend: true }
            }
        }
    }

    async fn listen(&self, desk: Arc<dyn Desk>, stop: CancellationToken) {
        match &self.ears {
            Ears::Requests(_) => stop.cancelled().await,
            Ears::Sockets(token) => {
                let sockets = Sockets { rest: self.rest.clone(), token: token.clone(), hub: self.hub.clone() };
                sockets.run(desk, stop).await;
            }
        }
        // What was acknowledged is not said again by Slack.
        self.hub.finish().await;
    }

    fn can_call(&self) -> CanCall {
        call::can_call
    }

    async fn check(&self, addresses: &[Address]) -> Vec<Check> {
        let app_token = match &self.ears {
            Ears::Sockets(token) => Some(token),
            Ears::Requests(_) => None,
        };
        Checks { rest: &self.rest, access: &self.access, app_token }.all(addresses).await
    }
}
