//! One request to Slack's Web API: every call goes through here, sees the limiter first, and teaches
//! it afterwards. Reading methods take forms, writing ones JSON (Web API, Request format).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use url::Url;

use super::limit::{Limiter, Wait};
use crate::model::secret::Secret;
use crate::platform::http::{Http, NoResponse, Response};
use crate::platform::pause::Pause;
use crate::port::{Clock, FILE_BYTES_MAX};

const USER_AGENT: &str = concat!("tidings/", env!("CARGO_PKG_VERSION"));
pub const POST: &str = "chat.postMessage";
/// A token that was refused is tried again this rarely.
const DEAD_TOKEN_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// What Slack says of a token that is dead (failures, row 42).
pub const DEAD_TOKEN: &[&str] =
    &["token_revoked", "token_expired", "invalid_auth", "account_inactive", "not_authed", "no_service"];
/// What it says in words instead of a 429.
const TOO_FAST: &[&str] = &["ratelimited", "rate_limited"];
/// Where Slack's own addresses are: answers, files.
const SLACK_HOSTS: &[&str] = &["slack.com", "slack-gov.com", "slack-files.com"];

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Not before this time. Nothing was sent, or it was turned away by a rate limit.
    Wait { until: Timestamp, why: String },
    /// Proven not to have arrived.
    NotSent(String),
    /// Nobody knows whether it arrived.
    NoAnswer(String),
    /// Slack says no: its code, and what it adds.
    Refused { code: String, detail: String },
}

/// A post's channel, and what it is.
#[derive(Clone, Copy)]
enum Post<'a> {
    /// A message of the queue.
    Queued(&'a str),
    /// An answer to somebody who waits for it.
    Answer(&'a str),
}

impl CallError {
    /// Whether Slack refused with one of these codes.
    pub fn is(&self, codes: &[&str]) -> bool {
        matches!(self, Self::Refused { code, .. } if codes.contains(&code.as_str()))
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait { until, why } => write!(f, "{why}, until {until}"),
            Self::NotSent(why) | Self::NoAnswer(why) => f.write_str(why),
            Self::Refused { code, detail } if detail.is_empty() => f.write_str(code),
            Self::Refused { code, detail } => write!(f, "{code}: {detail}"),
        }
    }
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
    /// # Errors
    /// When the system has no working TLS, in words.
    pub fn new(base: &str, token: Secret, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let http = Http::new("Slack", USER_AGENT)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { http, base, token, limiter: Mutex::default(), refused: Mutex::default(), clock })
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    /// Calls a method that reads.
    pub async fn read(&self, method: &str, arguments: &[(&str, &str)]) -> Result<Value, CallError> {
        self.call(method, None, true, |request| request.form(arguments)).await
    }

    /// Calls a method that changes something.
    pub async fn write(&self, method: &str, body: &Value) -> Result<Value, CallError> {
        self.call(method, None, true, |request| json(request, body)).await
    }

    /// Posts a message of the queue. One channel takes one a second.
    pub async fn post(&self, channel: &str, body: &Value) -> Result<Value, CallError> {
        self.call(POST, Some(Post::Queued(channel)), true, |request| json(request, body)).await
    }

    /// Posts an answer, which does not wait for the queue's messages; they wait for it.
    pub async fn post_answer(&self, channel: &str, body: &Value) -> Result<Value, CallError> {
        self.call(POST, Some(Post::Answer(channel)), true, |request| json(request, body)).await
    }

    /// The scopes that the token has, if Slack tells, with its answer to `auth.test`.
    pub async fn scopes(&self) -> Result<(Value, Option<Vec<String>>), CallError> {
        let (answer, headers) = self.call_for_headers("auth.test", None, true, |request| request).await?;
        let scopes = headers.get("x-oauth-scopes").and_then(|value| value.to_str().ok());
        Ok((answer, scopes.map(|list| list.split(',').map(|scope| scope.trim().to_owned()).collect())))
    }

    /// Whether the token of the sockets works. Its troubles are not those of the other one.
    pub async fn try_socket(&self, app_token: &Secret) -> Result<Value, CallError> {
        self.call("apps.connections.open", None, false, |request| request.bearer_auth(app_token.reveal())).await
    }

    async fn call(
        &self,
        method: &str,
        post: Option<Post<'_>>,
        is_own: bool,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Value, CallError> {
        Ok(self.call_for_headers(method, post, is_own, fill).await?.0)
    }

    async fn call_for_headers(
        &self,
        method: &str,
        post: Option<Post<'_>>,
        is_own: bool,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<(Value, HeaderMap), CallError> {
        let now = self.clock.now();
        if is_own {
            self.check_token(now)?;
        }
        self.take(method, post, now).map_err(|wait| CallError::Wait { until: wait.until, why: wait.why.to_owned() })?;
        let mut request = fill(self.http.request(Method::POST, &format!("{}/api/{method}", self.base)));
        if is_own {
            request = request.bearer_auth(self.token.reveal());
        }
        let response = self.http.send(request).await.map_err(unanswered)?;
        let answer = self.understand(&response, method, post)?;
        if is_own {
            self.note_token(answer.get("error").and_then(Value::as_str))?;
        }
        refusal(&answer).map_or(Ok((answer, response.headers)), Err)
    }

    /// What Slack says, if it says anything that can be understood.
    fn understand(&self, response: &Response, method: &str, post: Option<Post<'_>>) -> Result<Value, CallError> {
        let json = response.json().filter(|json| json.get("ok").is_some_and(Value::is_boolean));
        let code = json.as_ref().and_then(|json| json.get("error")).and_then(Value::as_str).unwrap_or_default();
        if response.status == 429 || TOO_FAST.contains(&code) {
            let until = self.refused(method, post, retry_after(&response.headers));
            return Err(CallError::Wait { until, why: "Slack's rate limit".to_owned() });
        }
        match (response.status, json) {
            (503, None) if retry_after(&response.headers).is_some() => {
                Err(CallError::NotSent("Slack is not available".to_owned()))
            }
            (200..=499, Some(json)) => Ok(json),
            // A proxy's page, a server's failure: it may have been carried out.
            (status, _) => Err(CallError::NoAnswer(format!("Slack answered {status}"))),
        }
    }

    fn take(&self, method: &str, post: Option<Post<'_>>, now: Timestamp) -> Result<(), Wait> {
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        match post {
            None => limiter.take(method, None, now),
            Some(Post::Queued(channel)) => limiter.take(method, Some(channel), now),
            Some(Post::Answer(channel)) => limiter.take_answer(method, channel, now),
        }
    }

    fn refused(&self, method: &str, post: Option<Post<'_>>, pause: Option<SignedDuration>) -> Timestamp {
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        match post {
            None => limiter.refused(method, None, pause, now),
            Some(Post::Queued(channel)) => limiter.refused(method, Some(channel), pause, now),
            Some(Post::Answer(channel)) => limiter.refused_answer(method, channel, pause, now),
        }
    }

    fn check_token(&self, now: Timestamp) -> Result<(), CallError> {
        let refused = *self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match refused.filter(|pause| pause.holds(now)) {
            Some(pause) => Err(dead_token(pause.until)),
            None => Ok(()),
        }
    }

    fn note_token(&self, code: Option<&str>) -> Result<(), CallError> {
        let now = self.clock.now();
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(code) = code.filter(|code| DEAD_TOKEN.contains(code)) else {
            *refused = None;
            return Ok(());
        };
        let pause = Pause::new(now, DEAD_TOKEN_PAUSE);
        if refused.replace(pause).is_none() {
            tracing::error!(
                "Slack refuses the token ({code}): nothing is sent there until SLACK_BOT_TOKEN is set anew"
            );
        }
        Err(dead_token(pause.until))
    }

    /// Whether an address is Slack's own, or that of the server which stands for it.
    fn is_slacks(&self, url: &str) -> bool {
        let (Ok(url), Ok(base)) = (Url::parse(url), Url::parse(&self.base)) else { return false };
        let is_host = |host: &str| SLACK_HOSTS.iter().any(|own| host == *own || host.ends_with(&format!(".{own}")));
        let is_own = url.scheme() == "https" && url.host_str().is_some_and(is_host);
        is_own || (url.origin() == base.origin() && url.origin().is_tuple())
    }

    /// Says something through a `response_url`, which needs no token.
    pub async fn respond(&self, response_url: &str, body: &Value) -> Result<(), CallError> {
        if !self.is_slacks(response_url) {
            return Err(CallError::NotSent("the response_url is not Slack's".to_owned()));
        }
        let response = self.http.send(json(self.http.request(Method::POST, response_url), body)).await;
        let response = response.map_err(unanswered)?;
        match response.status {
            200..=299 => match response.json().as_ref().and_then(refusal) {
                Some(refused) => Err(refused),
                None => Ok(()),
            },
            status @ 400..=499 => {
                let detail: String = String::from_utf8_lossy(&response.body).chars().take(200).collect();
                Err(CallError::Refused { code: status.to_string(), detail })
            }
            status => Err(CallError::NoAnswer(format!("Slack answered {status}"))),
        }
    }

    /// Puts a file where Slack said that it wants it.
    pub async fn upload(&self, upload_url: &str, bytes: Vec<u8>) -> Result<(), CallError> {
        if !self.is_slacks(upload_url) {
            return Err(CallError::NotSent("the upload's address is not Slack's".to_owned()));
        }
        let response = self.http.send(self.http.request(Method::POST, upload_url).body(bytes)).await;
        match response.map_err(unanswered)?.status {
            200..=299 => Ok(()),
            status => Err(CallError::NoAnswer(format!("Slack answered {status}"))),
        }
    }

    /// Reads a file that somebody sent to the app: at most [`FILE_BYTES_MAX`]. The token goes to Slack
    /// alone.
    pub async fn download(&self, url: &str) -> Result<Vec<u8>, CallError> {
        if !self.is_slacks(url) {
            return Err(CallError::NotSent("the file's address is not Slack's".to_owned()));
        }
        let request = self.http.request(Method::GET, url).bearer_auth(self.token.reveal());
        // No more of it than is taken: somebody may send a film.
        let response = self.http.send_for(request, FILE_BYTES_MAX).await.map_err(unanswered)?;
        let kind = response.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        match response.status {
            200 if kind.starts_with("text/html") => {
                Err(CallError::NotSent("Slack gave a page instead of it".to_owned()))
            }
            200 if response.body.len() <= FILE_BYTES_MAX => Ok(response.body),
            200 => Err(CallError::Refused { code: "file_too_long".to_owned(), detail: String::new() }),
            status => Err(CallError::NoAnswer(format!("Slack answered {status}"))),
        }
    }
}

fn json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    // Slack warns of JSON without a charset.
    request.header("content-type", "application/json; charset=utf-8").body(body.to_string())
}

fn unanswered(error: NoResponse) -> CallError {
    match error {
        NoResponse::NotSent(why) => CallError::NotSent(why),
        NoResponse::NoAnswer(why) => CallError::NoAnswer(why),
    }
}

fn dead_token(until: Timestamp) -> CallError {
    CallError::Wait { until, why: "Slack refuses the token; set a new SLACK_BOT_TOKEN".to_owned() }
}

/// The no in an answer, with the scope that is missing or the places that Slack complains of.
fn refusal(answer: &Value) -> Option<CallError> {
    if answer.get("ok").and_then(Value::as_bool) != Some(false) {
        return None;
    }
    let code = answer.get("error").and_then(Value::as_str).unwrap_or("unknown_error").to_owned();
    let needed = answer.get("needed").and_then(Value::as_str);
    let messages = answer.get("response_metadata").and_then(|data| data.get("messages")?.as_array()?.first()?.as_str());
    let detail = needed.or(messages).unwrap_or_default().chars().take(300).collect();
    Some(CallError::Refused { code, detail })
}

fn retry_after(headers: &HeaderMap) -> Option<SignedDuration> {
    let secs: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    let millis = (secs * 1000.0).ceil().clamp(0.0, 86_400_000.0);
    (!millis.is_nan()).then_some(SignedDuration::from_millis(millis as i64))
}
