//! Slack: cards as blocks, words behind one slash command. Sends through one request function with a
//! limiter of our own; listens by sockets, or by signed requests.

mod access;
mod answer;
mod call;
mod checks;
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
pub mod signature;
mod socket;
mod text;
pub mod verdict;
mod webhook;
mod works;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::model::delivery::{Delivery, Verdict};
use crate::model::doc::{Block, Doc};
use crate::model::secret::Secret;
use crate::model::subscription::{Address, PlatformKind};
use crate::model::word::Word;
use crate::port::{CanCall, Check, Clock, Desk, Found, Lease, Platform, Webhook};

use access::Access;
use answer::set;
use checks::Checks;
use heard::Kind;
use hub::Hub;
use lower::Form;
use rest::{CallError, Rest};
use socket::Sockets;
use verdict::{Failure, failure};
use webhook::{Endpoint, Gate};

/// Slack's own address.
const API_DEFAULT: &str = "https://slack.com";
/// What a direct message's address begins with; a person's id follows.
const DIRECT: &str = "@";
/// The metadata that our posts carry, by which they are known again.
const EVENT: &str = "tidings_delivery";
/// Messages of one page of the history, and pages that are looked through.
const PAGE: &str = "200";
const PAGES_MAX: usize = 10;
/// A post is looked for from a little before it was first sent: clocks differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(60);
/// Until so long after its first sending a post has arrived, if that one was taken: longer than the lease.
const FIRST_LOOK: SignedDuration = SignedDuration::from_mins(4);

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
    body(doc, Form::Whole, None, "C0123456789", None, delivery)
}

fn body(doc: &Doc, form: Form, mention: Option<&str>, channel: &str, thread: Option<&str>, delivery: &str) -> Value {
    let mut body = lower::post(doc, form, mention).body();
    set(&mut body, "channel", channel.into());
    if let Some(thread) = thread {
        set(&mut body, "thread_ts", thread.into());
    }
    set(&mut body, "metadata", json!({ "event_type": EVENT, "event_payload": { "delivery": delivery } }));
    body
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

    async fn try_send(&self, lease: &Lease, doc: &Doc) -> Result<Verdict, CallError> {
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await.map_err(unposted)?;
        let has_pictures = doc.blocks.iter().any(|block| matches!(block, Block::Image { .. }));
        let forms = [Form::Whole, Form::WithoutPictures, Form::Plain];
        let forms = forms.into_iter().filter(|form| has_pictures || *form != Form::WithoutPictures);
        let mut refused = None;
        for form in forms {
            match self.post(&channel, form, delivery, doc).await {
                Ok(posted) => {
                    let receipt = posted.get("ts").and_then(Value::as_str).map(str::to_owned);
                    return Ok(Verdict::Sent { receipt });
                }
                Err(error) => match failure(error.clone()) {
                    Failure::Malformed(why) => {
                        let id = &delivery.id;
                        tracing::warn!(delivery.id = %id, "Slack does not take a message of ours ({why}); a plainer form is sent");
                        refused = Some(error);
                    }
                    Failure::Verdict(_) => return Err(error),
                },
            }
        }
        Err(refused.unwrap_or_else(|| CallError::NotSent("nothing was sent".to_owned())))
    }

    async fn post(&self, channel: &str, form: Form, delivery: &Delivery, doc: &Doc) -> Result<Value, CallError> {
        let (thread, id) = (delivery.to.thread.as_deref(), delivery.id.as_str());
        let body = body(doc, form, delivery.mention.as_deref(), channel, thread, id);
        // A plainer form follows a refused one, which was no post.
        match form {
            Form::Whole => self.rest.post(channel, &body).await,
            Form::WithoutPictures | Form::Plain => self.rest.post_answer(channel, &body).await,
        }
    }

    /// Looks through what was posted since it was first sent: where most of it arrives, and then all that
    /// came later. Thousands of others' messages may have come since.
    async fn try_find(&self, delivery: &Delivery) -> Result<Found, CallError> {
        let channel = self.access.channel_of(&delivery.to).await?;
        let sent = delivery.first_sent();
        let since = sent.checked_sub(CLOCKS_DIFFER).unwrap_or(sent);
        let until = sent.checked_add(FIRST_LOOK).unwrap_or(sent);
        if until >= self.clock.now() {
            return self.look(delivery, &channel, since, None).await;
        }
        match self.look(delivery, &channel, since, Some(until)).await? {
            Found::No => self.look(delivery, &channel, until, None).await,
            found => Ok(found),
        }
    }

    /// Looks through what was posted between two times.
    async fn look(
        &self,
        delivery: &Delivery,
        channel: &str,
        since: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<Found, CallError> {
        let stamp = |time: Timestamp| format!("{}.000000", time.as_second());
        let (oldest, latest) = (stamp(since), until.map(stamp));
        let mut cursor = String::new();
        for _ in 0..PAGES_MAX {
            let mut arguments = vec![
                ("channel", channel),
                ("include_all_metadata", "true"),
                ("inclusive", "true"),
                ("oldest", oldest.as_str()),
                ("limit", PAGE),
            ];
            arguments.extend(latest.as_deref().map(|latest| ("latest", latest)));
            if !cursor.is_empty() {
                arguments.push(("cursor", cursor.as_str()));
            }
            let page = match &delivery.to.thread {
                Some(thread) => {
                    arguments.push(("ts", thread.as_str()));
                    self.rest.read("conversations.replies", &arguments).await?
                }
                None => self.rest.read("conversations.history", &arguments).await?,
            };
            let messages = page.get("messages").and_then(Value::as_array);
            if let Some(found) = messages.into_iter().flatten().find(|message| is_it(message, delivery.id.as_str())) {
                return Ok(Found::Yes { receipt: found.get("ts").and_then(Value::as_str).map(str::to_owned) });
            }
            let next = page.get("response_metadata").and_then(|data| data.get("next_cursor")?.as_str());
            match next.filter(|next| !next.is_empty()) {
                Some(next) => cursor = next.to_owned(),
                None => return Ok(Found::No),
            }
        }
        Ok(Found::Unknown { resend: true })
    }
}

/// What went wrong before anything was posted.
fn unposted(error: CallError) -> CallError {
    match error {
        CallError::NoAnswer(why) => CallError::NotSent(why),
        other => other,
    }
}

fn is_it(message: &Value, delivery: &str) -> bool {
    let Some(metadata) = message.get("metadata") else { return false };
    let of = metadata.get("event_payload").and_then(|payload| payload.get("delivery")?.as_str());
    metadata.get("event_type").and_then(Value::as_str) == Some(EVENT) && of == Some(delivery)
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
        match self.try_find(lease.delivery()).await {
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
