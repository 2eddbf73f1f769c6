//! HTTP/1.1 by hand, so that it can hang up in the middle; and the way to the gateway.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::messages::File;
use super::rest::{Refused, refuse};
use super::routes::{Kind, classify};
use super::state::Id;
use super::{Inner, gateway};
use crate::world::http::{Headers, Stream, read_body, read_head, request_line};

/// One request, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// After `/api/v10`, without the query.
    pub path: String,
    pub segments: Vec<String>,
    pub query: HashMap<String, String>,
    pub headers: Headers,
    /// `payload_json` when the body comes in parts. `None` when it is not JSON.
    pub json: Option<Value>,
    pub body: Value,
    pub files: Vec<File>,
    pub kind: Option<Kind>,
}

impl Request {
    /// A segment of the path as a snowflake.
    pub fn id(&self, segment: usize) -> Result<Id, Refused> {
        let text = &self.segments[segment];
        text.parse().map_err(|_| {
            let mut refused = refuse(400, 50035, "Invalid Form Body");
            let words = format!("Value \"{text}\" is not snowflake.");
            refused.body["errors"]["id"]["_errors"] =
                serde_json::json!([{"code": "NUMBER_TYPE_COERCE", "message": words}]);
            refused
        })
    }

    pub fn kind(&self) -> Kind {
        self.kind.unwrap_or(Kind::Any)
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
    /// As the servers before Discord speak when something is wrong with it.
    Html(u16),
    Bytes(Vec<u8>),
    HangUp,
    Silence,
}

/// One connection, until it ends.
pub async fn serve(stream: TcpStream, inner: Arc<Inner>) {
    let mut stream = BufReader::new(stream);
    while let Some((head, headers)) = read_head(&mut stream).await {
        let Some((method, target)) = request_line(&head) else { return };
        if headers.get("upgrade").is_some_and(|to| to.eq_ignore_ascii_case("websocket")) {
            return gateway::serve(stream, inner, &target, &headers).await;
        }
        let is_last = headers.get("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let Some(bytes) = read_body(&mut stream, &headers).await else { return };
        let request = take_apart(method, &target, headers, &bytes);
        let reply = answer(&inner, &request).await;
        if !write(&mut stream, reply).await || is_last {
            return;
        }
    }
}

/// Through the gates that a test has put up, before it is decided and after.
async fn answer(inner: &Inner, request: &Request) -> Reply {
    let kind = request.kind();
    if let Some(gate) = inner.with(|state| state.faults.gate_before(kind)) {
        gate.pass().await;
    }
    let (reply, gate) = inner.with(|state| {
        let reply = state.serve(request);
        (reply, state.faults.gate_after(kind))
    });
    if let Some(gate) = gate {
        gate.pass().await;
    }
    reply
}

fn take_apart(method: String, target: &str, headers: Headers, bytes: &[u8]) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // Whatever stands before is the operator's own prefix.
    let path = path.split_once("/api/v10").map_or(path, |(_, rest)| rest).replace("%40", "@");
    let segments: Vec<String> = path.split('/').skip(1).map(str::to_owned).collect();
    let kind = classify(&method, &segments.iter().map(String::as_str).collect::<Vec<_>>());
    let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let content_type = headers.get("content-type").cloned().unwrap_or_default();
    let boundary =
        content_type.starts_with("multipart/form-data").then(|| content_type.split_once("boundary=")).flatten();
    let (json, files) = match boundary {
        Some((_, boundary)) => read_parts(bytes, boundary.trim_matches('"')),
        None if bytes.is_empty() => (Some(Value::Null), Vec::new()),
        None => (serde_json::from_slice(bytes).ok(), Vec::new()),
    };
    let body = json.clone().unwrap_or_default();
    Request { method, path, segments, query, headers, json, body, files, kind }
}

/// `payload_json` and `files[n]`.
fn read_parts(bytes: &[u8], boundary: &str) -> (Option<Value>, Vec<File>) {
    let delimiter = format!("--{boundary}");
    let starts: Vec<usize> = memchr::memmem::find_iter(bytes, delimiter.as_bytes()).collect();
    let (mut json, mut files) = (Some(Value::Null), Vec::new());
    for pair in starts.windows(2) {
        let part = &bytes[pair[0] + delimiter.len() + 2..pair[1] - 2];
        let Some(blank) = memchr::memmem::find(part, b"\r\n\r\n") else { continue };
        let (head, content) = (String::from_utf8_lossy(&part[..blank]), &part[blank + 4..]);
        let quoted = |key: &str| Some(head.split_once(&format!(" {key}=\""))?.1.split_once('"')?.0.to_owned());
        let content_type =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-type: ").map(str::to_owned));
        match (quoted("name").as_deref(), quoted("filename")) {
            (Some("payload_json"), _) => json = serde_json::from_slice(content).ok(),
            (Some(name), Some(filename)) if name.starts_with("files[") => files.push(File {
                id: 0,
                name: filename,
                content_type: content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
                bytes: content.to_vec(),
            }),
            _ => {}
        }
    }
    (json, files)
}

/// Whether the connection can be used again.
async fn write(stream: &mut Stream, reply: Reply) -> bool {
    let (status, headers, content_type, body) = match reply {
        Reply::Json { status, headers, body } => {
            let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(&body).unwrap() };
            (status, headers, "application/json", body)
        }
        Reply::Html(status) => {
            let page = format!("<html><head><title>{status}</title></head><body>cloudflare</body></html>");
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
    if status != 204 {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let bytes = [head.as_bytes(), &body].concat();
    stream.write_all(&bytes).await.is_ok()
}
