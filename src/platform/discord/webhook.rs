//! Interactions over HTTP: signed by Discord, answered in the response (`transport = "http"`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serenity::interactions_endpoint::Verifier;
use serenity::model::application::Interaction;

use super::answer;
use super::rest::Rest;
use crate::port::{Clock, Desk, WebAnswer, WebCall, Webhook};

/// A request that is older, or lies further ahead, is a replay (failures, row 45).
const WINDOW: SignedDuration = SignedDuration::from_mins(5);
/// Signatures that are remembered for that long; more in five minutes are no people's work.
const SIGNATURES_MAX: usize = 100_000;

pub struct Endpoint {
    public_key: String,
    verifier: Verifier,
    rest: Arc<Rest>,
    clock: Arc<dyn Clock>,
    /// Signatures that were taken, and when.
    taken: Mutex<HashMap<String, Timestamp>>,
}

impl Endpoint {
    /// `public_key`: 64 hex digits, from the application's page.
    pub fn new(public_key: &str, rest: Arc<Rest>, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let wrong = || "DISCORD_PUBLIC_KEY is not the 64 hex digits of the application's page".to_owned();
        let verifier = Verifier::try_new(bytes(public_key).ok_or_else(wrong)?).map_err(|_| wrong())?;
        Ok(Self { public_key: public_key.to_owned(), verifier, rest, clock, taken: Mutex::default() })
    }

    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    /// Whether Discord signed it, lately, and for the first time.
    fn is_genuine(&self, call: &WebCall) -> bool {
        let (Some(signature), Some(stamp)) = (call.header("x-signature-ed25519"), call.header("x-signature-timestamp"))
        else {
            return false;
        };
        let now = self.clock.now();
        let at = stamp.parse().ok().and_then(|secs| Timestamp::from_second(secs).ok());
        let is_lately = at.is_some_and(|at| now.duration_since(at).abs() <= WINDOW);
        is_lately && self.verifier.verify(signature, stamp, &call.body).is_ok() && self.is_first(signature, now)
    }

    fn is_first(&self, signature: &str, now: Timestamp) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= SIGNATURES_MAX {
            taken.retain(|_, at| now.duration_since(*at).abs() <= WINDOW * 2);
        }
        taken.len() < SIGNATURES_MAX && taken.insert(signature.to_lowercase(), now).is_none()
    }
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    let hex = hex.trim();
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (number, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * number..2 * number + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[async_trait]
impl Webhook for Endpoint {
    fn path(&self) -> &'static str {
        "/discord/interactions"
    }

    async fn receive(&self, call: WebCall, desk: Arc<dyn Desk>) -> WebAnswer {
        if !self.is_genuine(&call) {
            return plain(401, "invalid request signature");
        }
        let Ok(interaction) = serde_json::from_slice::<Interaction>(&call.body) else {
            return plain(400, "not an interaction");
        };
        let Some((first, pending)) = answer::begin(interaction, desk).await else {
            return plain(400, "not an interaction that is answered");
        };
        if let Some(pending) = pending {
            let (rest, clock) = (self.rest.clone(), self.clock.clone());
            tokio::spawn(async move { answer::finish(pending, &rest, clock.as_ref()).await });
        }
        WebAnswer { status: 200, content_type: "application/json", body: first.to_string().into_bytes() }
    }
}

fn plain(status: u16, text: &str) -> WebAnswer {
    WebAnswer { status, content_type: "text/plain; charset=utf-8", body: text.as_bytes().to_vec() }
}
