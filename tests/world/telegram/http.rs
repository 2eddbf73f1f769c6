//! HTTP/1.1 by hand, so that it can hang up in the middle: parameters in the query, as a form, as
//! JSON or in parts, which are all the same to Telegram.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::Inner;
use super::methods::Method;
use super::updates::wait_for_updates;
use crate::world::http::{Headers, Stream, read_body, read_head, request_line};

/// A file as it was sent.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// One request, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What stands after `/bot`; `None` if the path is of another kind.
    pub token: Option<String>,
    /// `None` if there is no such method.
    pub method: Option<Method>,
    /// Below `/file/bot<token>/`.
    pub file_path: Option<String>,
    /// Strings, unless the body is JSON.
    pub parameters: Map<String, Value>,
    /// By the name of the field.
    pub files: HashMap<String, File>,
    /// What is wrong with the body as a whole.
    pub complaint: Option<String>,
}

impl Request {
    pub fn method(&self) -> Method {
        self.method.unwrap_or(Method::Any)
    }
}

/// What goes back.
#[derive(Clone, Debug)]
pub enum Reply {
    Json {
        status: u16,
        body: Value,
    },
    /// As the servers before Telegram speak when something is wrong with it.
    Html(u16),
    Bytes(Vec<u8>),
    HangUp,
    Silence,
}

/// What comes of a request: something at once, or updates when there are any.
pub enum Decision {
    Reply(Reply),
    Wait(super::updates::Poll),
}

/// One connection, until it ends.
pub async fn serve(stream: TcpStream, inner: Arc<Inner>) {
    let mut stream = BufReader::new(stream);
    while let Some((head, headers)) = read_head(&mut stream).await {
        let Some((_, target)) = request_line(&head) else { return };
        let is_last = headers.get("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let Some(bytes) = read_body(&mut stream, &headers).await else { return };
        let request = take_apart(&target, &headers, &bytes);
        let reply = answer(&inner, &request, &mut stream).await;
        if !write(&mut stream, reply).await || is_last {
            return;
        }
    }
}

/// Through the gates that a test has put up, before it is decided and after.
async fn answer(inner: &Inner, request: &Request, stream: &mut Stream) -> Reply {
    let method = request.method();
    if let Some(gate) = inner.with(|state| state.faults.gate_before(method)) {
        gate.pass().await;
    }
    let (decision, gate) = inner.with(|state| {
        let decision = state.serve(request);
        (decision, state.faults.gate_after(method))
    });
    let reply = match decision {
        Decision::Reply(reply) => reply,
        Decision::Wait(poll) => wait_for_updates(inner, &poll, stream).await,
    };
    if let Some(gate) = gate {
        gate.pass().await;
    }
    reply
}

fn take_apart(target: &str, headers: &Headers, bytes: &[u8]) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request::default();
    request.read_path(&path.replace("%3A", ":"));
    request.read_form(query.as_bytes());
    let content_type = headers.get("content-type").cloned().unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_lowercase();
    match kind.as_str() {
        _ if bytes.is_empty() => {}
        "application/x-www-form-urlencoded" => request.read_form(bytes),
        "application/json" => match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => request.parameters.extend(object),
            Ok(_) => request.complaint = Some("Bad Request: JSON object expected".to_owned()),
            Err(_) => request.complaint = Some("Bad Request: can't parse request body as JSON".to_owned()),
        },
        "multipart/form-data" => match content_type.split_once("boundary=") {
            Some((_, boundary)) => request.read_parts(bytes, boundary.trim_matches('"')),
            None => request.complaint = Some("Bad Request: boundary not found".to_owned()),
        },
        // Telegram reads nothing else, and finds the parameters missing.
        _ => {}
    }
    request
}

impl Request {
    /// `/<prefix>/bot<token>/<method>` or `/<prefix>/file/bot<token>/<path>`.
    fn read_path(&mut self, path: &str) {
        let segments: Vec<&str> = path.split('/').collect();
        let Some(at) = segments.iter().position(|segment| segment.starts_with("bot")) else { return };
        self.token = segments[at].strip_prefix("bot").map(str::to_owned);
        let rest = segments[at + 1..].join("/");
        if at > 0 && segments[at - 1] == "file" {
            self.file_path = Some(rest);
        } else {
            self.method = Method::of(&rest);
        }
    }

    fn read_form(&mut self, bytes: &[u8]) {
        let pairs = url::form_urlencoded::parse(bytes).into_owned();
        self.parameters.extend(pairs.map(|(name, value)| (name, json!(value))));
    }

    fn read_parts(&mut self, bytes: &[u8], boundary: &str) {
        let delimiter = format!("--{boundary}");
        let starts: Vec<usize> = memchr::memmem::find_iter(bytes, delimiter.as_bytes()).collect();
        for pair in starts.windows(2) {
            let Some(part) = bytes.get(pair[0] + delimiter.len() + 2..pair[1].saturating_sub(2)) else { continue };
            let Some(blank) = memchr::memmem::find(part, b"\r\n\r\n") else { continue };
            let (head, content) = (String::from_utf8_lossy(&part[..blank]), &part[blank + 4..]);
            let quoted = |key: &str| Some(head.split_once(&format!(" {key}=\""))?.1.split_once('"')?.0.to_owned());
            let content_type =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-type: ").map(str::to_owned));
            match (quoted("name"), quoted("filename")) {
                (Some(field), Some(name)) => {
                    let content_type = content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
                    self.files.insert(field, File { name, content_type, bytes: content.to_vec() });
                }
                (Some(field), None) => {
                    self.parameters.insert(field, json!(String::from_utf8_lossy(content)));
                }
                _ => self.complaint = Some("Bad Request: field name in multipart/form-data not found".to_owned()),
            }
        }
    }
}

/// Whether the connection can be used again.
async fn write(stream: &mut Stream, reply: Reply) -> bool {
    let (status, content_type, body) = match reply {
        Reply::Json { status, body } => (status, "application/json", serde_json::to_vec(&body).unwrap()),
        Reply::Html(status) => {
            let page = format!("<html><head><title>{status}</title></head><body><center>nginx</center></body></html>");
            (status, "text/html", page.into_bytes())
        }
        Reply::Bytes(bytes) => (200, "application/octet-stream", bytes),
        Reply::HangUp => return false,
        Reply::Silence => {
            // Until the other side gives up.
            let _ = stream.read_u8().await;
            return false;
        }
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
    let bytes = [head.as_bytes(), &body].concat();
    stream.write_all(&bytes).await.is_ok()
}
