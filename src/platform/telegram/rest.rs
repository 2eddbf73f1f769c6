//! One request to the Bot API: every call goes through here, sees the limiter first, and teaches it
//! afterwards. The address of each holds the token, so none is ever shown. teloxide's own client
//! sleeps ten seconds on any 5xx and hides whether a request arrived (platforms, section D), so only
//! its types are used.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::RETRY_AFTER;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::limit::{Limiter, Wait};
use super::lower::{Call, File};
use super::webhook::PATH;
use crate::model::secret::Secret;
use crate::platform::http::{Http, NoResponse, Response};
use crate::platform::pause::Pause;
use crate::port::Clock;

const USER_AGENT: &str = concat!("tidings/", env!("CARGO_PKG_VERSION"));
/// A token that was refused is tried again this rarely.
const DEAD_TOKEN_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// Answers that are not Telegram's own are waited out this long.
const ASTRAY_PAUSE: SignedDuration = SignedDuration::from_mins(2);
/// What a 429 without a number of seconds asks for.
const PAUSE_DEFAULT: SignedDuration = SignedDuration::from_secs(5);
/// No answer makes a chat wait longer; half a day has been seen (failures, row 37).
const PAUSE_MAX_SECS: i64 = 7 * 24 * 3600;
/// What the secret of the webhook is made of, beside the token.
pub const SECRET_SALT: &str = "tidings telegram webhook\n";

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Not before this time. Nothing was sent, or it was turned away by a rate limit.
    Wait { until: Timestamp, why: String },
    /// Proven not to have arrived.
    NotSent(String),
    /// Nobody knows whether it arrived.
    NoAnswer(String),
    /// Telegram says no.
    Refused {
        code: u16,
        description: String,
        /// The chat that the one asked for has become.
        migrate_to: Option<i64>,
    },
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait { until, why } => write!(f, "{why}, until {until}"),
            Self::NotSent(why) | Self::NoAnswer(why) => f.write_str(why),
            Self::Refused { code, description, .. } => write!(f, "{code}: {description}"),
        }
    }
}

pub struct Rest {
    http: Http,
    /// Scheme, host, port and prefix, without a slash at the end.
    base: String,
    token: Secret,
    limiter: Mutex<Limiter>,
    closed: Mutex<Option<(Pause, &'static str)>>,
    clock: Arc<dyn Clock>,
}

impl Rest {
    /// # Errors
    /// When the token cannot be one.
    pub fn new(base: &str, token: Secret, clock: Arc<dyn Clock>) -> Result<Self, String> {
        // It becomes part of an address.
        let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':');
        if token.reveal().is_empty() || !token.reveal().chars().all(is_sign) {
            return Err("TELEGRAM_TOKEN is not a token of @BotFather, such as 123456789:AAE...".to_owned());
        }
        let http = Http::new("Telegram", USER_AGENT)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { http, base, token, limiter: Mutex::default(), closed: Mutex::default(), clock })
    }

    /// What Telegram sends along with each request to the webhook: made from the token, so that the
    /// operator has one secret to keep, and known to nobody who has not got that.
    pub fn webhook_secret(&self) -> String {
        let digest = Sha256::digest(format!("{SECRET_SALT}{}", self.token.reveal()));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A question, or something that no rate limit is known for.
    pub async fn ask(&self, method: &str, body: &Value) -> Result<Value, CallError> {
        self.check_open()?;
        let chat = chat_of(body);
        self.read(&self.fetch(self.request(method).json(body)).await?, method, &chat, false)
    }

    /// A call that may take longer than others.
    pub async fn ask_for_long(&self, method: &str, body: &Value, timeout: Duration) -> Result<Value, CallError> {
        self.check_open()?;
        self.read(&self.fetch(self.request(method).json(body).timeout(timeout)).await?, method, "", false)
    }

    /// A post, as the limits allow.
    pub async fn post(&self, call: &Call) -> Result<Value, CallError> {
        self.check_open()?;
        let chat = chat_of(&call.body);
        let now = self.clock.now();
        self.limited(|limiter| limiter.take(&chat, now))?;
        self.read(&self.fetch(self.filled(call)).await?, call.method, &chat, true)
    }

    /// An answer to somebody who waits for it: not held back by our own counting of posts.
    pub async fn reply(&self, call: &Call) -> Result<Value, CallError> {
        self.check_open()?;
        let chat = chat_of(&call.body);
        let now = self.clock.now();
        self.limited(|limiter| {
            limiter.may(&chat, now)?;
            limiter.count(&chat, now);
            Ok(())
        })?;
        self.read(&self.fetch(self.filled(call)).await?, call.method, &chat, false)
    }

    /// What a file says that somebody sent, if it is no longer than `bytes_max`.
    pub async fn file(&self, id: &str, bytes_max: usize) -> Result<Option<Vec<u8>>, CallError> {
        let file = match self.ask("getFile", &json!({ "file_id": id })).await {
            Err(CallError::Refused { code: 400, description, .. }) if description.contains("too big") => {
                return Ok(None);
            }
            file => file?,
        };
        let size = file.get("file_size").and_then(Value::as_u64).unwrap_or(0);
        let Some(path) = file.get("file_path").and_then(Value::as_str) else { return Ok(None) };
        if size > bytes_max as u64 {
            return Ok(None);
        }
        let url = format!("{}/file/bot{}/{path}", self.base, self.token.reveal());
        let response = self.http.send(self.http.request(Method::GET, &url)).await.map_err(unanswered)?;
        match response.status {
            200 => Ok(Some(response.body).filter(|body| body.len() <= bytes_max)),
            code => {
                let description = "the file cannot be read".to_owned();
                Err(CallError::Refused { code, description, migrate_to: None })
            }
        }
    }

    fn request(&self, method: &str) -> RequestBuilder {
        self.http.request(Method::POST, &format!("{}/bot{}/{method}", self.base, self.token.reveal()))
    }

    fn filled(&self, call: &Call) -> RequestBuilder {
        let request = self.request(call.method);
        match &call.file {
            Some(file) => request.multipart(form(&call.body, file)),
            None => request.json(&call.body),
        }
    }

    async fn fetch(&self, request: RequestBuilder) -> Result<Response, CallError> {
        self.http.send(request).await.map_err(unanswered)
    }

    fn limited(&self, take: impl FnOnce(&mut Limiter) -> Result<(), Wait>) -> Result<(), CallError> {
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        take(&mut limiter).map_err(|wait| CallError::Wait { until: wait.until, why: wait.why })
    }

    fn check_open(&self) -> Result<(), CallError> {
        let now = self.clock.now();
        match self.closed.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some((pause, why)) if pause.holds(now) => {
                Err(CallError::Wait { until: pause.until, why: (*why).to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Closes the way for a while. True: it was open until now.
    fn close(&self, pause: SignedDuration, why: &'static str, now: Timestamp) -> bool {
        let before = self.closed.lock().unwrap_or_else(PoisonError::into_inner).replace((Pause::new(now, pause), why));
        before.is_none_or(|(_, before)| before != why)
    }

    fn read(&self, response: &Response, method: &str, chat: &str, is_post: bool) -> Result<Value, CallError> {
        let now = self.clock.now();
        let json = response.json();
        let field = |name: &str| json.as_ref().and_then(|json| json.get(name));
        let parameter = |name: &str| field("parameters").and_then(|all| all.get(name)?.as_i64());
        let is_ok = field("ok").and_then(Value::as_bool);
        match response.status {
            200..=299 if is_ok == Some(true) => {
                self.open();
                Ok(field("result").cloned().unwrap_or_default())
            }
            // A page of something that stands between.
            200..=299 => Err(CallError::NoAnswer("Telegram's answer is not JSON".to_owned())),
            429 => {
                let header = response.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
                let secs = parameter("retry_after").or(header);
                let pause = secs.map(|secs| SignedDuration::from_secs(secs.clamp(1, PAUSE_MAX_SECS)));
                let pause = pause.unwrap_or(PAUSE_DEFAULT);
                if !chat.is_empty() {
                    let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
                    match is_post {
                        true => limiter.pause(chat, pause, now),
                        false => limiter.pause_alone(chat, pause, now),
                    }
                }
                Err(CallError::Wait { until: after(now, pause), why: "Telegram's rate limit".to_owned() })
            }
            status @ 500..=599 => Err(CallError::NoAnswer(format!("Telegram answered {status}"))),
            code if is_ok == Some(false) => {
                self.note_refusal(code, method, now);
                let description = field("description").and_then(Value::as_str).unwrap_or("no reason given");
                let migrate_to = parameter("migrate_to_chat_id");
                Err(CallError::Refused { code, description: description.to_owned(), migrate_to })
            }
            code => Err(self.astray(code, now)),
        }
    }

    /// A proxy or a firewall says no: that is nobody's word about a chat, a message or the token.
    fn astray(&self, code: u16, now: Timestamp) -> CallError {
        const WHY: &str = "something between the bot and Telegram does not let it through";
        if self.close(ASTRAY_PAUSE, WHY, now) {
            tracing::warn!(
                "A page that is not Telegram's answers {code}: {WHY}; nothing is sent there meanwhile. Look at \
                 [telegram] api_url, proxies and firewalls"
            );
        }
        CallError::Wait { until: after(now, ASTRAY_PAUSE), why: WHY.to_owned() }
    }

    /// A token of the wrong form is "not found" (Bot API server, Client.cpp), and so is a method that
    /// a server of one's own does not know: there only `getMe` tells.
    fn note_refusal(&self, code: u16, method: &str, now: Timestamp) {
        if code != 401 && !(code == 404 && method == "getMe") {
            return self.open();
        }
        if self.close(DEAD_TOKEN_PAUSE, "Telegram refuses the token; set a new TELEGRAM_TOKEN", now) {
            tracing::error!("Telegram refuses the token: nothing is sent there until TELEGRAM_TOKEN is set anew");
        }
    }

    fn open(&self) {
        *self.closed.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// An address of a webhook as it may be shown: what is not ours may hold a token.
    pub fn masked(&self, url: &str) -> String {
        if url.ends_with(PATH) {
            return url.replace(self.token.reveal(), "…");
        }
        let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        format!("https://{}/…", host.unwrap_or_default())
    }
}

fn after(now: Timestamp, pause: SignedDuration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}

fn unanswered(error: NoResponse) -> CallError {
    match error {
        NoResponse::NotSent(why) => CallError::NotSent(why),
        NoResponse::NoAnswer(why) => CallError::NoAnswer(why),
    }
}

/// The chat that a call is about; nothing for others.
fn chat_of(body: &Value) -> String {
    match body.get("chat_id") {
        Some(Value::String(name)) => name.clone(),
        Some(id) => id.to_string(),
        None => String::new(),
    }
}

/// A body with a file as a form: what is not text is written as JSON (Bot API, Making requests).
fn form(body: &Value, file: &File) -> Form {
    let part = Part::bytes(file.bytes.to_vec()).file_name(file.name.clone());
    let fields = body.as_object().into_iter().flatten();
    let form = fields.fold(Form::new(), |form, (name, value)| match value {
        Value::String(text) => form.text(name.clone(), text.clone()),
        other => form.text(name.clone(), other.to_string()),
    });
    form.part(file.part, part)
}
