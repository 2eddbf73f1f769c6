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
use super::rest::{CallError, Rest, SECRET_SALT};
use crate::port::{Desk, WebAnswer, WebCall, Webhook};

pub const PATH: &str = "/telegram/webhook";
const SECRET: &str = "x-telegram-bot-api-secret-token";
/// How often is looked whether the address is still set.
const LOOK_EVERY: Duration = Duration::from_secs(60);
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
        let mut told: Option<String> = None;
        loop {
            let pause = match self.look_after(&mut claimed).await {
                Ok(None) => LOOK_EVERY,
                Ok(Some(missing)) => {
                    if told.as_ref() != Some(&missing) {
                        tracing::warn!("{missing}");
                    }
                    told = Some(missing);
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

    /// Sets an address of ours again that has come from elsewhere, with our secret and all else as it
    /// was. What is missing, in words for the operator.
    async fn look_after(&self, claimed: &mut Option<String>) -> Result<Option<String>, CallError> {
        let info = self.rest.ask("getWebhookInfo", &json!({})).await?;
        let url = text(&info, "url");
        if url.is_empty() || !url.ends_with(PATH) {
            *claimed = None;
            return Ok(Some(match url {
                "" => format!("Telegram does not know where this bot is; {}", how_to_set()),
                url => format!("The webhook {} is none of this bot's; {}", self.rest.masked(url), how_to_set()),
            }));
        }
        // Somebody has set it anew, without the secret.
        let is_refused_here = text(&info, "last_error_message").contains("401");
        if claimed.as_deref() == Some(url) && !is_refused_here {
            return Ok(None);
        }
        // It cannot be read back, and setting the address without it would lose it.
        if info.get("has_custom_certificate").and_then(Value::as_bool) == Some(true) {
            if is_refused_here {
                return Ok(Some(format!(
                    "The webhook has a certificate of its own and no secret; {}",
                    how_to_certify()
                )));
            }
            return Ok(None);
        }
        let mut body = json!({ "url": url, "secret_token": self.rest.webhook_secret(), "allowed_updates": UPDATES });
        // Not its `ip_address`: that is also told where Telegram has looked it up itself.
        if let (Some(fields), Some(value)) = (body.as_object_mut(), info.get("max_connections")) {
            fields.insert("max_connections".to_owned(), value.clone());
        }
        self.rest.ask("setWebhook", &body).await?;
        if claimed.is_none() {
            tracing::info!("Telegram brings what people say to {}", self.rest.masked(url));
        }
        *claimed = Some(url.to_owned());
        Ok(None)
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

/// The same with a certificate that no authority has signed: only who has it can set it.
pub fn how_to_certify() -> String {
    format!(
        "set it with both: curl -F certificate=@cert.pem -F url=https://YOUR.HOST{PATH} \
         -F secret_token=$(printf '{}%s' \"$TELEGRAM_TOKEN\" | sha256sum | cut -c1-64) \
         \"https://api.telegram.org/bot$TELEGRAM_TOKEN/setWebhook\"",
        SECRET_SALT.escape_default()
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
