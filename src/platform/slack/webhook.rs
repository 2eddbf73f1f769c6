//! Requests from Slack: signed, and answered in the response (`transport = "http"`).

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::access::text;
use super::heard::Kind;
use super::hub::{Hub, fields, interaction};
use super::once::Once;
use super::signature;
use crate::model::secret::Secret;
use crate::port::{Clock, Desk, WebAnswer, WebCall, Webhook};

/// A request that is older, or lies further ahead, is a replay (failures, row 45).
const WINDOW: SignedDuration = SignedDuration::from_mins(5);
/// Signatures are remembered for as long as they could be taken; more of them are no people's work.
const SIGNATURES_MAX: usize = 100_000;

/// What the three endpoints share.
pub struct Gate {
    secret: Secret,
    clock: Arc<dyn Clock>,
    taken: Once,
}

impl Gate {
    pub fn new(secret: Secret, clock: Arc<dyn Clock>) -> Self {
        Self { secret, clock, taken: Once::new(WINDOW * 2, SIGNATURES_MAX) }
    }

    /// Whether Slack signed it, lately, and for the first time.
    fn is_genuine(&self, call: &WebCall) -> bool {
        let (Some(signature), Some(stamp)) =
            (call.header("x-slack-signature"), call.header("x-slack-request-timestamp"))
        else {
            return false;
        };
        let now = self.clock.now();
        let at = stamp.parse().ok().and_then(|secs| Timestamp::from_second(secs).ok());
        let is_lately = at.is_some_and(|at| now.duration_since(at).abs() <= WINDOW);
        is_lately
            && signature::is_right(self.secret.reveal(), stamp, &call.body, signature)
            && self.taken.is_first(signature, now)
    }
}

/// One of the three addresses that Slack calls.
pub struct Endpoint {
    pub kind: Kind,
    pub gate: Arc<Gate>,
    pub hub: Arc<Hub>,
}

#[async_trait]
impl Webhook for Endpoint {
    fn path(&self) -> &'static str {
        match self.kind {
            Kind::Event => "/slack/events",
            Kind::Command => "/slack/commands",
            Kind::Interactive => "/slack/interactivity",
        }
    }

    async fn receive(&self, call: WebCall, desk: Arc<dyn Desk>) -> WebAnswer {
        if !self.gate.is_genuine(&call) {
            return plain(401, "invalid request signature");
        }
        let payload = match self.kind {
            Kind::Event => serde_json::from_slice(&call.body).ok(),
            Kind::Command => Some(fields(&call.body)),
            Kind::Interactive => interaction(&call.body),
        };
        let Some(payload) = payload else { return plain(400, "not a payload of Slack's") };
        // Slack asks once whether the address is ours.
        if self.kind == Kind::Event && text(&payload, "type") == "url_verification" {
            return plain(200, &text(&payload, "challenge"));
        }
        match self.hub.clone().take(self.kind, None, payload, desk).await {
            Some(answer) => json(&answer),
            None => plain(200, ""),
        }
    }
}

fn json(value: &Value) -> WebAnswer {
    WebAnswer { status: 200, content_type: "application/json", body: value.to_string().into_bytes() }
}

fn plain(status: u16, text: &str) -> WebAnswer {
    WebAnswer { status, content_type: "text/plain; charset=utf-8", body: text.as_bytes().to_vec() }
}
