//! One request to Discord's API: every call goes through here, sees the limiter first, and teaches
//! it afterwards. serenity's own client hides `Retry-After` when it is pointed at another address
//! (platforms, section D), so it is used for the gateway alone.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderMap, RETRY_AFTER};
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::limit::{Limiter, RateHeaders};
use crate::model::secret::Secret;
use crate::platform::http::{Http, NoResponse, Response};
use crate::platform::pause::Pause;
use crate::port::Clock;

const API: &str = "/api/v10";
/// Discord asks for the project's address and its version (API reference, User Agent).
const USER_AGENT: &str = concat!("DiscordBot (https://github.com/tidings/tidings, ", env!("CARGO_PKG_VERSION"), ")");
/// A token that was refused is tried again this rarely.
const DEAD_TOKEN_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// How long nothing is asked after a page that is not Discord's own stood in the way.
const WALL_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// Discord's code for requests that its wall blocks.
const BLOCKED: u64 = 40333;

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Not before this time. Nothing was sent, or it was turned away by a rate limit.
    Wait { until: Timestamp, why: String },
    /// Proven not to have arrived.
    NotSent(String),
    /// Nobody knows whether it arrived.
    NoAnswer(String),
    /// Discord says no.
    Refused { status: u16, code: u64, message: String },
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait { until, why } => write!(f, "{why}, until {until}"),
            Self::NotSent(why) | Self::NoAnswer(why) => f.write_str(why),
            Self::Refused { status, code: 0, message } => write!(f, "{status}: {message}"),
            Self::Refused { code, message, .. } => write!(f, "{code}: {message}"),
        }
    }
}

/// A file that goes along with a message.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

pub struct Rest {
    http: Http,
    /// Scheme, host, port and prefix, without a slash at the end.
    base: String,
    token: Secret,
    limiter: Mutex<Limiter>,
    /// The token is refused.
    refused: Mutex<Option<Pause>>,
    clock: Arc<dyn Clock>,
}

impl Rest {
    pub fn new(base: &str, token: Secret, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let http = Http::new("Discord", USER_AGENT)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { http, base, token, limiter: Mutex::default(), refused: Mutex::default(), clock })
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    pub fn token(&self) -> &Secret {
        &self.token
    }

    pub async fn get(&self, path: &str) -> Result<Value, CallError> {
        self.call(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(Method::POST, path, Some(body), &[]).await
    }

    pub async fn post_with(&self, path: &str, body: &Value, files: &[File]) -> Result<Value, CallError> {
        self.call(Method::POST, path, Some(body), files).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(Method::PUT, path, Some(body), &[]).await
    }

    pub async fn patch(&self, path: &str, body: &Value, files: &[File]) -> Result<Value, CallError> {
        self.call(Method::PATCH, path, Some(body), files).await
    }

    /// Answers to interactions have limits of their own and must not wait for the others.
    async fn call(&self, method: Method, path: &str, body: Option<&Value>, files: &[File]) -> Result<Value, CallError> {
        let is_interaction = path.starts_with("/interactions/") || path.starts_with("/webhooks/");
        let route = format!("{method} {}", route_of(path));
        let now = self.clock.now();
        if !is_interaction {
            self.check_token(now)?;
            let taken = self.limiter().take(&route, now);
            taken.map_err(|wait| CallError::Wait { until: wait.until, why: wait.why })?;
        }
        let mut request = self.http.request(method, &format!("{}{API}{path}", self.base));
        if !is_interaction {
            request = request.header(AUTHORIZATION, format!("Bot {}", self.token.reveal()));
        }
        request = match body {
            Some(body) if !files.is_empty() => request.multipart(form(body, files)),
            Some(body) => request.json(body),
            None => request,
        };
        let response = self.http.send(request).await.map_err(|error| match error {
            NoResponse::NotSent(why) => CallError::NotSent(why),
            NoResponse::NoAnswer(why) => CallError::NoAnswer(why),
        })?;
        self.read(&response, &route, is_interaction)
    }

    fn check_token(&self, now: Timestamp) -> Result<(), CallError> {
        let refused = *self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match refused.filter(|pause| pause.holds(now)) {
            Some(Pause { until, .. }) => {
                Err(CallError::Wait { until, why: "Discord refuses the token; set a new DISCORD_TOKEN".to_owned() })
            }
            None => Ok(()),
        }
    }

    fn read(&self, response: &Response, route: &str, is_interaction: bool) -> Result<Value, CallError> {
        let now = self.clock.now();
        let status = response.status;
        let mut rates = rates(&response.headers);
        let json = response.json();
        let field = |name: &str| json.as_ref().and_then(|json| json.get(name));
        if status == 429 {
            let stated = field("retry_after").and_then(Value::as_f64).map(seconds);
            rates.retry_after = stated.max(rates.retry_after);
            // A page instead of JSON comes from the wall before Discord, which counts everything.
            rates.is_global |= json.is_none() || field("global").and_then(Value::as_bool) == Some(true);
        }
        self.limiter().learn(route, status, &rates, now);
        // An interaction has a token of its own, which ends after fifteen minutes.
        if json.is_some() && !is_interaction {
            self.note_token(status, now);
        }
        let message = field("message").and_then(Value::as_str).unwrap_or("no reason given").to_owned();
        let code = field("code").and_then(Value::as_u64).unwrap_or(0);
        match status {
            200..=299 if json.is_none() && !response.body.is_empty() => {
                Err(CallError::NoAnswer("something else than Discord answered".to_owned()))
            }
            200..=299 => Ok(json.unwrap_or(Value::Null)),
            429 => {
                let pause = rates.retry_after.unwrap_or(SignedDuration::from_secs(1));
                let until = now.checked_add(pause).unwrap_or(Timestamp::MAX);
                Err(CallError::Wait { until, why: "Discord's rate limit".to_owned() })
            }
            503 if rates.retry_after.is_some() => Err(CallError::NotSent("Discord is not available".to_owned())),
            408 | 500..=599 => Err(CallError::NoAnswer(format!("Discord answered {status}"))),
            _ if json.is_none() || code == BLOCKED => Err(self.wall(status, now)),
            status => Err(CallError::Refused { status, code, message: with_place(message, field("errors")) }),
        }
    }

    /// A proxy or a wall answers in Discord's place: that says nothing about what was asked for, and
    /// whatever else is asked would fare the same.
    fn wall(&self, status: u16, now: Timestamp) -> CallError {
        let pause = Pause::new(now, WALL_PAUSE);
        let why = format!("something before Discord answers {status} in its place");
        tracing::warn!("{why}; nothing is sent there until {}", pause.until);
        self.limiter().block(pause);
        CallError::Wait { until: pause.until, why }
    }

    fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_token(&self, status: u16, now: Timestamp) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if status != 401 {
            *refused = None;
        } else if refused.replace(Pause::new(now, DEAD_TOKEN_PAUSE)).is_none() {
            tracing::error!("Discord refuses the token: nothing is sent there until DISCORD_TOKEN is set anew");
        }
    }
}

/// The part of a path that has a bucket of its own: up to the id of its channel or guild.
fn route_of(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let mut parts = Vec::new();
    for (number, part) in path.split('/').enumerate() {
        let is_id = part.len() >= 15 && part.chars().all(|c| c.is_ascii_digit());
        // /channels/{id}/...: the first id counts, later ones (messages) do not.
        parts.push(if is_id && number > 2 { "{id}" } else { part });
    }
    parts.join("/")
}

fn rates(headers: &HeaderMap) -> RateHeaders {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let secs = |name: &str| text(name).and_then(|text| text.parse::<f64>().ok()).map(seconds);
    RateHeaders {
        bucket: text("x-ratelimit-bucket").map(str::to_owned),
        remaining: text("x-ratelimit-remaining").and_then(|text| text.parse().ok()),
        reset_after: secs("x-ratelimit-reset-after"),
        retry_after: secs(RETRY_AFTER.as_str()),
        is_global: text("x-ratelimit-global").is_some() || text("x-ratelimit-scope") == Some("global"),
    }
}

/// Seconds as Discord states them, never less than nothing and never more than a day.
fn seconds(secs: f64) -> SignedDuration {
    let millis = (secs * 1000.0).ceil().clamp(0.0, 86_400_000.0);
    SignedDuration::from_millis(if millis.is_nan() { 0 } else { millis as i64 })
}

/// The first place that Discord complains of.
fn with_place(message: String, errors: Option<&Value>) -> String {
    fn first(value: &Value, path: &str) -> Option<String> {
        let fields = value.as_object()?;
        if let Some(reason) = fields.get("_errors").and_then(|errors| errors.get(0)?.get("message")?.as_str()) {
            return Some(format!("{path}: {reason}"));
        }
        fields.iter().find_map(|(name, inner)| first(inner, &format!("{path}/{name}")))
    }
    match errors.and_then(|errors| first(errors, "")) {
        Some(place) => format!("{message} ({place})"),
        None => message,
    }
}

fn form(body: &Value, files: &[File]) -> Form {
    let form = Form::new().text("payload_json", body.to_string());
    files.iter().enumerate().fold(form, |form, (number, file)| {
        let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone());
        form.part(format!("files[{number}]"), part)
    })
}
