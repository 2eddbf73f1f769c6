//! The same by HTTP: what Slack posts to a bot, with its signature.

use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::interactions::{InteractionId, Kind};
use super::state::State;
use super::{Inner, SIGNING_SECRET, Slack};
use crate::world::http::{read_body, read_head};

const EVENTS: &str = "/slack/events";
const COMMANDS: &str = "/slack/commands";
const INTERACTIVITY: &str = "/slack/interactivity";

pub type Headers = Vec<(String, String)>;

/// A request on its way to the bot.
pub struct Post {
    pub id: InteractionId,
    pub url: String,
    pub headers: Headers,
    pub body: Vec<u8>,
}

/// HMAC-SHA256, as in RFC 2104.
fn hmac(key: &[u8], message: &[u8]) -> String {
    const BLOCK: usize = 64;
    assert!(key.len() <= BLOCK, "longer keys would be hashed first");
    let pad = |with: u8| -> Vec<u8> { (0..BLOCK).map(|index| key.get(index).copied().unwrap_or(0) ^ with).collect() };
    let inner = Sha256::digest([pad(0x36).as_slice(), message].concat());
    let outer = Sha256::digest([pad(0x5c).as_slice(), inner.as_slice()].concat());
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `v0=...` over the time and the body.
pub fn signature(timestamp: u64, body: &[u8]) -> String {
    let message = [format!("v0:{timestamp}:").as_bytes(), body].concat();
    format!("v0={}", hmac(SIGNING_SECRET.as_bytes(), &message))
}

fn headers(timestamp: u64, body: &[u8]) -> Headers {
    let content_type = if body.starts_with(b"{") { "application/json" } else { "application/x-www-form-urlencoded" };
    [
        ("Content-Type", content_type.to_owned()),
        ("X-Slack-Request-Timestamp", timestamp.to_string()),
        ("X-Slack-Signature", signature(timestamp, body)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// Path and body of an interaction.
fn written(kind: Kind, payload: &Value) -> (&'static str, Vec<u8>) {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    match kind {
        Kind::Event => (EVENTS, payload.to_string().into_bytes()),
        Kind::Command => {
            for (key, value) in payload.as_object().into_iter().flatten() {
                form.append_pair(key, value.as_str().unwrap_or_default());
            }
            (COMMANDS, form.finish().into_bytes())
        }
        _ => {
            form.append_pair("payload", &payload.to_string());
            (INTERACTIVITY, form.finish().into_bytes())
        }
    }
}

impl State {
    pub fn post(&mut self, id: InteractionId, retry: u32, reason: &str) {
        let interaction = &self.interactions[&id];
        let (path, body) = written(interaction.kind, &interaction.payload);
        let mut headers = headers(self.now as u64, &body);
        if retry > 0 {
            headers.push(("X-Slack-Retry-Num".to_owned(), retry.to_string()));
            headers.push(("X-Slack-Retry-Reason".to_owned(), format!("http_{reason}")));
        }
        let url = format!("{}{path}", self.request_url.as_deref().expect("posts go somewhere"));
        let _ = self.outbox.send(Post { id, url, headers, body });
    }

    /// What the bot answered to a post. Anything but 200 is a failure.
    fn posted(&mut self, id: InteractionId, answered: Option<(u16, Vec<u8>)>) {
        match answered {
            Some((200, body)) => {
                let text = String::from_utf8_lossy(&body).into_owned();
                self.acknowledge(id, &serde_json::from_str(&text).unwrap_or(json!(text)));
            }
            Some(_) | None => self.lapse(id, "error"),
        }
    }
}

/// Brings posts to the bot, one task each.
pub async fn deliver(mut posts: mpsc::UnboundedReceiver<Post>, inner: Arc<Inner>) {
    let mut under_way = JoinSet::new();
    while let Some(post) = posts.recv().await {
        while under_way.try_join_next().is_some() {}
        let inner = inner.clone();
        under_way.spawn(async move {
            let answered = send(&post.url, &post.headers, &post.body).await;
            inner.with(|state| state.posted(post.id, answered));
        });
    }
}

/// Status and body. `None` if the connection ended without an answer.
async fn send(url: &str, headers: &Headers, body: &[u8]) -> Option<(u16, Vec<u8>)> {
    let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
    let mut stream = BufReader::new(TcpStream::connect(host).await.ok()?);
    let mut head = format!("POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(&[head.as_bytes(), body].concat()).await.ok()?;
    let (first, headers) = read_head(&mut stream).await?;
    let status = first.split(' ').nth(1)?.parse().ok()?;
    Some((status, read_body(&mut stream, &headers).await?))
}

impl Slack {
    /// From now on everything is posted to the bot, which listens at `http://host:port`.
    pub fn post_to(&self, url: &str) {
        self.inner.with(|state| state.request_url = Some(url.trim_end_matches('/').to_owned()));
    }

    /// Path, headers and body as Slack would post an interaction, for a test that posts it by itself,
    /// late or with something changed.
    pub fn signed(&self, id: InteractionId) -> (&'static str, Headers, Vec<u8>) {
        self.inner.with(|state| {
            let interaction = &state.interactions[&id];
            let (path, body) = written(interaction.kind, &interaction.payload);
            (path, headers(state.now as u64, &body), body)
        })
    }

    /// Headers with a true signature of some other time, in seconds since 1970.
    pub fn signed_at(&self, timestamp: u64, body: &[u8]) -> Headers {
        headers(timestamp, body)
    }

    /// Posts to the bot whatever it is. `None` if the connection ended without an answer.
    pub async fn post(&self, url: &str, headers: &Headers, body: &[u8]) -> Option<(u16, Vec<u8>)> {
        send(url, headers, body).await
    }

    /// Asks the bot at this address for the challenge, as when its operator enters the address.
    /// Whether the bot gave it back.
    pub async fn verifies_url(&self, url: &str) -> bool {
        let challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P";
        let body = json!({"type": "url_verification", "token": "t", "challenge": challenge}).to_string();
        let now = self.inner.with(|state| state.now as u64);
        let answered = send(&format!("{url}{EVENTS}"), &headers(now, body.as_bytes()), body.as_bytes()).await;
        let Some((200, answer)) = answered else { return false };
        let json: Value = serde_json::from_slice(&answer).unwrap_or_default();
        json["challenge"] == challenge || answer == challenge.as_bytes()
    }
}
