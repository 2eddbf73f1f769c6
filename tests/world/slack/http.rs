//! HTTP/1.1 by hand, so that it can hang up in the middle; and the way to the sockets.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::state::Id;
use super::{Inner, sockets};
use crate::world::http::{Headers, Stream, read_body, read_head, request_line};

/// Where a request goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// A method of the Web API.
    Api(String),
    /// An answer to an interaction: number and secret.
    Response(u64, String),
    Upload(Id),
    Download(Id),
    #[default]
    Nowhere,
}

/// One request, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub verb: String,
    pub target: Target,
    pub headers: Headers,
    /// From the query, the form or the JSON.
    pub args: Map<String, Value>,
    /// What is wrong with the body.
    pub form_error: Option<&'static str>,
    pub is_json: bool,
    pub token: Option<String>,
    pub bytes: Vec<u8>,
}

impl Request {
    /// The method's name, by which faults and the ledger know it.
    pub fn method(&self) -> &str {
        match &self.target {
            Target::Api(method) => method,
            Target::Response(..) => "response_url",
            Target::Upload(_) => "upload",
            Target::Download(_) => "download",
            Target::Nowhere => "nowhere",
        }
    }

    pub fn text(&self, key: &str) -> Option<&str> {
        self.args.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A channel, person or the like.
    pub fn id(&self, key: &str) -> Option<Id> {
        self.text(key)?.parse().ok()
    }

    /// In forms truths are words.
    pub fn flag(&self, key: &str) -> bool {
        match self.args.get(key) {
            Some(Value::Bool(truth)) => *truth,
            Some(Value::String(text)) => text == "true" || text == "1",
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            _ => false,
        }
    }

    pub fn number(&self, key: &str) -> Option<u64> {
        let value = self.args.get(key)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    }

    /// What may come as JSON or as a text of JSON. The error is that it is neither.
    pub fn json(&self, key: &str) -> Result<Value, ()> {
        match self.args.get(key) {
            None => Ok(Value::Null),
            Some(Value::String(text)) if text.is_empty() => Ok(Value::Null),
            Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| ()),
            Some(value) => Ok(value.clone()),
        }
    }
}

/// What goes back.
#[derive(Debug)]
pub enum Reply {
    Json {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Value,
    },
    /// As the servers before Slack speak when something is wrong with it.
    Html(u16),
    Bytes(Vec<u8>),
    HangUp,
    Silence,
}

/// One connection, until it ends.
pub async fn serve(stream: TcpStream, inner: Arc<Inner>) {
    let mut stream = BufReader::new(stream);
    while let Some((head, headers)) = read_head(&mut stream).await {
        let Some((verb, path)) = request_line(&head) else { return };
        if headers.get("upgrade").is_some_and(|to| to.eq_ignore_ascii_case("websocket")) {
            return sockets::serve(stream, inner, &path, &headers).await;
        }
        let is_last = headers.get("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let Some(bytes) = read_body(&mut stream, &headers).await else { return };
        let request = take_apart(verb, &path, headers, bytes);
        let reply = answer(&inner, &request).await;
        if !write(&mut stream, reply).await || is_last {
            return;
        }
    }
}

/// Through the gates that a test has put up, before it is decided and after.
async fn answer(inner: &Inner, request: &Request) -> Reply {
    let method = request.method();
    if let Some(gate) = inner.with(|state| state.faults.gate_before(method)) {
        gate.pass().await;
    }
    let (reply, gate) = inner.with(|state| {
        let reply = state.serve(request);
        (reply, state.faults.gate_after(method))
    });
    if let Some(gate) = gate {
        gate.pass().await;
    }
    reply
}

fn target_of(path: &str) -> Target {
    // Whatever stands before is the operator's own prefix.
    if let Some((_, method)) = path.split_once("/api/") {
        return Target::Api(method.to_owned());
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let target = match segments.as_slice() {
        ["response", id, secret] => id.parse().ok().map(|id| Target::Response(id, (*secret).to_owned())),
        ["upload", id] => id.parse().ok().map(Target::Upload),
        ["files", id, _] => id.parse().ok().map(Target::Download),
        _ => None,
    };
    target.unwrap_or_default()
}

fn pairs(text: &[u8]) -> Map<String, Value> {
    url::form_urlencoded::parse(text).map(|(key, value)| (key.into_owned(), json!(value))).collect()
}

fn take_apart(verb: String, path: &str, headers: Headers, bytes: Vec<u8>) -> Request {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let target = target_of(path);
    let mut request = Request { verb, target, args: pairs(query.as_bytes()), ..Request::default() };
    let content_type = headers.get("content-type").cloned().unwrap_or_default();
    if matches!(request.target, Target::Upload(_)) {
        request.bytes = file_of(&content_type, bytes);
    } else if content_type.starts_with("application/json") {
        request.is_json = true;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => request.args.extend(object),
            Ok(_) => request.form_error = Some("json_not_object"),
            Err(_) => request.form_error = Some("invalid_json"),
        }
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        request.args.extend(pairs(&bytes));
    } else if !bytes.is_empty() {
        request.form_error = Some(if content_type.is_empty() { "missing_post_type" } else { "invalid_post_type" });
    }
    let bearer = headers.get("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
    // A token inside of JSON is not looked at.
    let given = request.args.remove("token").filter(|_| !request.is_json);
    request.token = bearer.or_else(|| given?.as_str().map(str::to_owned));
    request.headers = headers;
    request
}

/// A file as it is, or as a part of a form.
fn file_of(content_type: &str, bytes: Vec<u8>) -> Vec<u8> {
    let Some((_, boundary)) = content_type.split_once("boundary=") else { return bytes };
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let starts: Vec<usize> = memchr::memmem::find_iter(&bytes, delimiter.as_bytes()).collect();
    let [start, end, ..] = starts.as_slice() else { return bytes };
    let part = &bytes[start + delimiter.len() + 2..end - 2];
    memchr::memmem::find(part, b"\r\n\r\n").map_or_else(Vec::new, |blank| part[blank + 4..].to_vec())
}

/// Whether the connection can be used again.
async fn write(stream: &mut Stream, reply: Reply) -> bool {
    let (status, headers, content_type, body) = match reply {
        Reply::Json { status, headers, body } => {
            (status, headers, "application/json; charset=utf-8", serde_json::to_vec(&body).unwrap())
        }
        Reply::Html(status) => {
            let page = format!("<!DOCTYPE html><html><head><title>{status}</title></head><body>Slack</body></html>");
            (status, Vec::new(), "text/html", page.into_bytes())
        }
        Reply::Bytes(bytes) => (200, Vec::new(), "application/octet-stream", bytes),
        Reply::HangUp => return false,
        Reply::Silence => {
            // Until the other side gives up.
            let _ = stream.read_u8().await;
            return false;
        }
    };
    let mut head = format!("HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(&[head.as_bytes(), &body].concat()).await.is_ok()
}
