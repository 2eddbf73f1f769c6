//! Updates that Telegram brings itself (`transport = "webhook"`), with a secret in a header.
//!
//! Nobody has to copy that secret: the operator tells Telegram the address once, and the bot sets
//! it again with the secret as soon as it sees it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::access::text;
use super::inbound::UPDATES;
use super::intake::Intake;
use super::rest::{CallError, Rest};
use crate::port::{Desk, WebAnswer, WebCall, Webhook};

pub const PATH: &str = "/telegram/webhook";
const SECRET: &str = "x-telegram-bot-api-secret-token";
/// How often is looked whether the address is still set.
const LOOK_EVERY: Duration = Duration::from_secs(300);
/// The same while there is none.
const WAIT_FOR_ADDRESS: Duration = Duration::from_secs(20);

pub struct Endpoint {
    rest: Arc<Rest>,
    intake: Arc<Intake>,
}

impl Endpoint {
    pub fn new(rest: Arc<Rest>, intake: Arc<Intake>) -> Self {
        Self { rest, intake }
    }

    /// Looks after the address until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut claimed: Option<String> = None;
        let mut is_told = false;
        loop {
            let pause = match self.look_after(&mut claimed).await {
                Ok(true) => LOOK_EVERY,
                Ok(false) => {
                    if !is_told {
                        tracing::warn!("Telegram does not know where this bot is; {}", how_to_set());
                    }
                    is_told = true;
                    WAIT_FOR_ADDRESS
                }
                Err(error) => {
                    tracing::warn!("Telegram could not be asked about the webhook: {error}");
                    LOOK_EVERY
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Sets an address again that has come from elsewhere, with our secret. False: there is none.
    async fn look_after(&self, claimed: &mut Option<String>) -> Result<bool, CallError> {
        let info = self.rest.ask("getWebhookInfo", &json!({})).await?;
        let url = text(&info, "url");
        if url.is_empty() {
            *claimed = None;
            return Ok(false);
        }
        // Somebody has set it anew, without the secret.
        let is_refused_here = text(&info, "last_error_message").contains("401");
        if claimed.as_deref() != Some(url) || is_refused_here {
            let body = json!({ "url": url, "secret_token": self.rest.webhook_secret(), "allowed_updates": UPDATES });
            self.rest.ask("setWebhook", &body).await?;
            if claimed.is_none() {
                tracing::info!("Telegram brings what people say to {url}");
            }
            *claimed = Some(url.to_owned());
        }
        Ok(true)
    }

    /// Whether Telegram sent it; compared without telling by the time it takes where it differs.
    fn is_genuine(&self, call: &WebCall) -> bool {
        let expected = self.rest.webhook_secret();
        let given = call.header(SECRET).unwrap_or_default();
        let difference =
            expected.bytes().zip(given.bytes()).fold(0u8, |difference, (one, other)| difference | (one ^ other));
        given.len() == expected.len() && difference == 0
    }
}

/// What an operator does once.
pub fn how_to_set() -> String {
    format!(
        "tell it once: curl \"https://api.telegram.org/bot$TELEGRAM_TOKEN/setWebhook?url=https://YOUR.HOST{PATH}\" \
         (the bot adds the secret itself)"
    )
}

#[async_trait]
impl Webhook for Endpoint {
    fn path(&self) -> &'static str {
        PATH
    }

    async fn receive(&self, call: WebCall, desk: Arc<dyn Desk>) -> WebAnswer {
        if !self.is_genuine(&call) {
            return plain(401, "wrong secret token");
        }
        let Ok(update) = serde_json::from_slice::<Value>(&call.body) else {
            return plain(400, "not an update");
        };
        // Telegram brings it again after anything but a 200.
        match self.intake.try_begin(update, &desk).await {
            true => plain(200, ""),
            false => plain(503, "too much at once"),
        }
    }
}

fn plain(status: u16, text: &str) -> WebAnswer {
    WebAnswer { status, content_type: "text/plain; charset=utf-8", body: text.as_bytes().to_vec() }
}
