//! What the bot is told, by requests to its own HTTP server.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

use super::api::{Outcome, Refused, bad};
use super::http::Request;
use super::methods::Method;
use super::state::State;
use super::{Inner, Telegram};

const SECRET_MAX: usize = 256;
/// How often an update is posted again when it was not taken.
const ATTEMPTS: usize = 3;

#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: String,
    pub secret: Option<String>,
    max_connections: i64,
    has_certificate: bool,
    last_error: Option<(i64, String)>,
}

impl State {
    /// What would be set, if nothing is wrong with it; nothing for an empty address.
    pub fn draft_webhook(&self, request: &Request) -> Result<Option<Webhook>, Refused> {
        let url = request.text("url").unwrap_or_default();
        if url.is_empty() {
            return Ok(None);
        }
        let parsed = url::Url::parse(&url).map_err(|_| bad("bad webhook: invalid webhook URL specified"))?;
        if parsed.scheme() != "https" {
            return Err(bad("bad webhook: An HTTPS URL must be provided for webhook"));
        }
        if ![Some(80), Some(88), Some(443), Some(8443)].contains(&parsed.port_or_known_default()) {
            return Err(bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"));
        }
        let secret = request.text("secret_token").filter(|secret| !secret.is_empty());
        if let Some(secret) = &secret {
            if secret.len() > SECRET_MAX {
                return Err(bad("secret token is too long"));
            }
            if !secret.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
                return Err(bad("secret token contains unallowed characters"));
            }
        }
        let max_connections = request.whole("max_connections")?.unwrap_or(40).clamp(1, 100);
        Ok(Some(Webhook { url, secret, max_connections, has_certificate: false, last_error: None }))
    }

    pub fn set_webhook(&mut self, request: &Request) -> Outcome {
        let webhook = self.draft_webhook(request)?;
        self.remember_allowed(request)?;
        self.drop_pending(request)?;
        self.updates.webhook = webhook;
        Ok(json!(true))
    }

    pub fn delete_webhook(&mut self, request: &Request) -> Outcome {
        self.drop_pending(request)?;
        self.updates.webhook = None;
        Ok(json!(true))
    }

    fn drop_pending(&mut self, request: &Request) -> Result<(), Refused> {
        if request.truth("drop_pending_updates")? {
            self.updates.queue.clear();
        }
        Ok(())
    }

    pub fn wire_webhook(&self) -> Value {
        let mut wire =
            json!({"url": "", "has_custom_certificate": false, "pending_update_count": self.updates.queue.len()});
        if let Some(webhook) = &self.updates.webhook {
            wire["url"] = json!(webhook.url);
            wire["has_custom_certificate"] = json!(webhook.has_certificate);
            wire["max_connections"] = json!(webhook.max_connections);
            wire["ip_address"] = json!("192.0.2.1");
            if let Some((date, message)) = &webhook.last_error {
                wire["last_error_date"] = json!(date);
                wire["last_error_message"] = json!(message);
            }
        }
        if let Some(allowed) = &self.updates.allowed {
            wire["allowed_updates"] = json!(allowed);
        }
        wire
    }

    fn next_to_post(&mut self) -> Option<(Webhook, Value)> {
        Some((self.updates.webhook.clone()?, self.updates.queue.front()?.clone()))
    }

    /// An update was taken by the bot, and perhaps answered by a call in the body.
    fn was_posted(&mut self, update: &Value, answer: &[u8]) {
        self.updates.queue.retain(|one| one["update_id"] != update["update_id"]);
        let Ok(Value::Object(mut parameters)) = serde_json::from_slice::<Value>(answer) else { return };
        let name = parameters.remove("method");
        let Some(method) = name.as_ref().and_then(Value::as_str).and_then(Method::of) else { return };
        let token = Some(self.token.clone());
        self.serve(&Request { token, method: Some(method), parameters, ..Request::default() });
    }

    fn was_not_posted(&mut self, status: u16) {
        let date = self.date();
        if let Some(webhook) = &mut self.updates.webhook {
            webhook.last_error = Some((date, format!("Wrong response from the webhook: {status}")));
        }
    }
}

/// Status and body; 0 if nobody is there.
async fn post(to: SocketAddr, path: &str, secret: Option<&str>, update: &Value) -> (u16, Vec<u8>) {
    let body = update.to_string();
    let secret = secret.map(|secret| format!("X-Telegram-Bot-Api-Secret-Token: {secret}\r\n")).unwrap_or_default();
    let length = body.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{secret}\r\n{body}"
    );
    let mut answer = Vec::new();
    let asked = async {
        let mut stream = TcpStream::connect(to).await?;
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_end(&mut answer).await
    };
    if asked.await.is_err() {
        return (0, Vec::new());
    }
    let status = String::from_utf8_lossy(&answer).split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    let head = memchr::memmem::find(&answer, b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    (status, answer.split_off(head))
}

async fn post_pending(inner: &Inner, to: SocketAddr) -> Vec<u16> {
    let mut statuses = Vec::new();
    while let Some((webhook, update)) = inner.look(State::next_to_post) {
        let path = url::Url::parse(&webhook.url).unwrap().path().to_owned();
        let mut is_taken = false;
        for _ in 0..ATTEMPTS {
            let (status, answer) = post(to, &path, webhook.secret.as_deref(), &update).await;
            statuses.push(status);
            is_taken = status == 200;
            if is_taken {
                inner.with(|state| state.was_posted(&update, &answer));
                break;
            }
            inner.look(|state| state.was_not_posted(status));
        }
        if !is_taken {
            return statuses;
        }
    }
    statuses
}

async fn deliver(inner: Arc<Inner>, to: SocketAddr) {
    let mut changes = inner.changed.subscribe();
    loop {
        changes.mark_unchanged();
        post_pending(&inner, to).await;
        if changes.changed().await.is_err() {
            return;
        }
    }
}

/// Updates are posted as long as this lives.
pub struct Delivery(AbortHandle);

impl Drop for Delivery {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Updates by webhook. Nothing is posted before a test says so.
impl Telegram {
    /// Updates that nobody has taken yet.
    pub fn pending_updates(&self) -> Vec<Value> {
        self.inner.look(|state| state.updates.queue.iter().cloned().collect())
    }

    /// The address that the bot has set, and its secret.
    pub fn webhook(&self) -> Option<(String, Option<String>)> {
        self.inner.look(|state| state.updates.webhook.clone().map(|webhook| (webhook.url, webhook.secret)))
    }

    /// As if the webhook had been set with a certificate that no authority has signed.
    pub fn certify_webhook(&self) {
        self.inner.with(|state| state.updates.webhook.as_mut().expect("a webhook").has_certificate = true);
    }

    /// Posts all that is pending to the bot's server at `to`, one after the other, each up to three times
    /// until it is answered 200; then stops. Every status that came, 0 for none.
    pub async fn post_updates(&self, to: SocketAddr) -> Vec<u16> {
        post_pending(&self.inner, to).await
    }

    /// From now on whatever is pending is posted to the bot's server at `to` of itself, as long as what
    /// is returned lives. What was not taken is tried again with the next that happens.
    pub fn deliver_to(&self, to: SocketAddr) -> Delivery {
        Delivery(tokio::spawn(deliver(self.inner.clone(), to)).abort_handle())
    }

    /// Posts anything, with any secret or none, to `path`: a forgery, or a repetition. The status.
    pub async fn post_forged(&self, to: SocketAddr, path: &str, secret: Option<&str>, update: &Value) -> u16 {
        post(to, path, secret, update).await.0
    }
}
