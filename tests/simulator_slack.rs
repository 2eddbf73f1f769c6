//! The simulated Slack, proven over raw HTTP and raw websockets: what it says is what Slack's
//! documentation says, and what a bot does is what it sees.

mod faults;
mod forms;
mod http_mode;
mod limits;
mod rules;
mod sockets;

use std::collections::HashMap;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::world::slack::{APP_TOKEN, BOT_TOKEN, Id, Role, Slack, Ts};

/// A response as it came over the wire.
struct Response {
    status: u16,
    headers: HashMap<String, String>,
    body: Value,
    text: String,
}

impl Response {
    fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }

    fn ts(&self) -> Ts {
        self.body["ts"].as_str().unwrap_or_else(|| panic!("{}", self.body)).parse().unwrap()
    }
}

/// One request by hand. `None` if the connection ended without an answer.
async fn request(slack: &Slack, verb: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Response> {
    let path = path.strip_prefix(&slack.url()).unwrap_or(path);
    let mut stream = TcpStream::connect(slack.url().trim_start_matches("http://")).await.unwrap();
    let mut head = format!("{verb} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(&[head.as_bytes(), b"\r\n", body].concat()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.ok()?;
    let response = String::from_utf8(response).unwrap();
    let (head, text) = response.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let pairs = head.lines().filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Some(Response { status, headers, body: serde_json::from_str(text).unwrap_or(Value::Null), text: text.to_owned() })
}

async fn call_as(slack: &Slack, token: &str, method: &str, args: &Value) -> Option<Response> {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json; charset=utf-8")];
    request(slack, "POST", &format!("/api/{method}"), &headers, args.to_string().as_bytes()).await
}

/// A method with JSON and the bot's token.
async fn call(slack: &Slack, method: &str, args: &Value) -> Response {
    call_as(slack, BOT_TOKEN, method, args).await.expect("an answer")
}

/// A method with a form and the bot's token.
async fn ask(slack: &Slack, method: &str, args: &[(&str, &str)]) -> Response {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    let body = form.extend_pairs(args).append_pair("token", BOT_TOKEN).finish();
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    request(slack, "POST", &format!("/api/{method}"), &headers, body.as_bytes()).await.expect("an answer")
}

/// Something for a response URL.
async fn respond(slack: &Slack, url: &str, body: &Value) -> Response {
    let headers = [("Content-Type", "application/json")];
    request(slack, "POST", url, &headers, body.to_string().as_bytes()).await.expect("an answer")
}

/// A Slack with a channel and Alice, who made it.
async fn town() -> (Slack, Id, Id) {
    let slack = Slack::start().await;
    let alice = slack.person("alice", Role::Admin);
    let news = slack.channel("news", alice);
    (slack, news, alice)
}

/// A bot's end of a socket.
struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    async fn try_open(slack: &Slack, url: &str) -> Option<Self> {
        let stream = TcpStream::connect(slack.url().trim_start_matches("http://")).await.unwrap();
        client_async(url, stream).await.ok().map(|(socket, _)| Self(socket))
    }

    /// Opens a socket and hears its `hello`.
    async fn open(slack: &Slack) -> Self {
        let mut socket = Self::try_open(slack, &ticket(slack).await).await.unwrap();
        let hello = socket.next().await;
        assert_eq!(hello["type"], "hello", "{hello}");
        socket
    }

    /// The next message. Null when the socket has ended.
    async fn next(&mut self) -> Value {
        loop {
            match self.0.next().await {
                Some(Ok(Frame::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Frame::Close(_)) | Err(_)) | None => return Value::Null,
                Some(Ok(_)) => {}
            }
        }
    }

    async fn acknowledge(&mut self, envelope: &Value, payload: Value) {
        let mut ack = json!({"envelope_id": envelope["envelope_id"]});
        if !payload.is_null() {
            ack["payload"] = payload;
        }
        self.0.send(Frame::Text(ack.to_string())).await.unwrap();
    }
}

/// The address of a socket, for one use.
async fn ticket(slack: &Slack) -> String {
    let opened = call_as(slack, APP_TOKEN, "apps.connections.open", &json!({})).await.unwrap();
    opened.body["url"].as_str().unwrap_or_else(|| panic!("{}", opened.body)).to_owned()
}

fn of(count: usize) -> String {
    "x".repeat(count)
}

fn many(count: usize, one: impl Fn(usize) -> Value) -> Value {
    Value::Array((0..count).map(one).collect())
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": text}})
}

fn button(id: &str, label: &str) -> Value {
    json!({"type": "button", "action_id": id, "text": plain(label), "value": "v"})
}

/// A message with one button; its name.
async fn with_button(slack: &Slack, channel: Id) -> Ts {
    let actions = json!({"type": "actions", "elements": [button("why", "Why")]});
    call(slack, "chat.postMessage", &json!({"channel": channel, "text": "t", "blocks": [section("News"), actions]}))
        .await
        .ts()
}
