//! What becomes of a request: token, scopes, limits, effect, and the ledger before the answer.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::catalogue::{Method, Token, find};
use super::faults::{ANY, After, Before};
use super::http::{Reply, Request, Target};
use super::state::{Id, State};
use super::{APP_TOKEN, BOT_TOKEN};

const LEDGER_MAX: usize = 100_000;

/// An accepted request, written down before it was answered.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As Slack names it, or `response_url`, `upload`, `download`.
    pub method: String,
    pub args: Value,
    /// Seconds since 1970.
    pub at: f64,
}

/// A refused request.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub method: String,
    pub args: Value,
    pub status: u16,
    /// Slack's own, empty when there is none.
    pub error: String,
    pub body: Value,
    pub at: f64,
}

#[derive(Default)]
pub struct Accepted {
    pub body: Map<String, Value>,
    pub warnings: Vec<&'static str>,
    /// Something else than JSON.
    pub instead: Option<Box<Reply>>,
}

impl Accepted {
    pub fn with(body: Value) -> Self {
        let Value::Object(body) = body else { panic!("an answer is an object: {body}") };
        Self { body, ..Self::default() }
    }
}

#[derive(Debug)]
pub struct Refused {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(&'static str, String)>,
    /// Something else than an answer.
    pub instead: Option<Box<Reply>>,
}

pub type Outcome = Result<Accepted, Refused>;

/// Slack refuses with 200.
pub fn refuse(error: &str) -> Refused {
    Refused { status: 200, body: json!({"ok": false, "error": error}), headers: Vec::new(), instead: None }
}

/// Refused, and why in detail.
pub fn refuse_for(error: &str, complaints: &[String]) -> Refused {
    let mut refused = refuse(error);
    refused.body["errors"] = json!(complaints);
    let messages: Vec<_> = complaints.iter().map(|words| format!("[ERROR] {words}")).collect();
    refused.body["response_metadata"] = json!({"messages": messages});
    refused
}

fn instead(reply: Reply) -> Refused {
    let status = match reply {
        Reply::Json { status, .. } | Reply::Html(status) => status,
        Reply::Bytes(_) | Reply::HangUp | Reply::Silence => 0,
    };
    Refused { status, body: Value::Null, headers: Vec::new(), instead: Some(Box::new(reply)) }
}

fn too_many(retry_after: f64) -> Refused {
    let seconds = retry_after.ceil().max(1.0);
    let headers = vec![("Retry-After", format!("{seconds}"))];
    Refused { status: 429, headers, ..refuse("ratelimited") }
}

/// Room for so many at once, and for more as time goes by.
struct Bucket {
    left: f64,
    at: f64,
    /// A 429 that a test ordered.
    closed_until: f64,
}

impl Bucket {
    /// Takes one. The error is how long to wait.
    fn take(&mut self, now: f64, burst: f64, per_second: f64) -> Result<(), f64> {
        if now < self.closed_until {
            return Err(self.closed_until - now);
        }
        self.left = ((now - self.at).max(0.0) * per_second + self.left).min(burst);
        self.at = now;
        if self.left < 1.0 {
            return Err((1.0 - self.left) / per_second);
        }
        self.left -= 1.0;
        Ok(())
    }
}

pub struct Rest {
    pub ledger: Vec<Entry>,
    pub refusals: Vec<Refusal>,
    buckets: HashMap<(String, Option<Id>), Bucket>,
    closed_until: f64,
    /// Messages in one channel: at once, and in a second.
    posting: (f64, f64),
    /// Requests in a minute that a test has set.
    per_minute: HashMap<String, u32>,
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            ledger: Vec::new(),
            refusals: Vec::new(),
            buckets: HashMap::new(),
            closed_until: 0.0,
            posting: (5.0, 1.0),
            per_minute: HashMap::new(),
        }
    }
}

impl Rest {
    pub fn limit_rates(&mut self, burst: u32, per_second: f64) {
        self.posting = (f64::from(burst), per_second);
        self.buckets.clear();
    }

    pub fn limit_method(&mut self, method: &str, per_minute: u32) {
        self.per_minute.insert(method.to_owned(), per_minute);
        self.buckets.clear();
    }

    fn limits(&self, method: &Method) -> (f64, f64) {
        if method.posts {
            return self.posting;
        }
        let set = self.per_minute.get(method.name).or(self.per_minute.get(ANY));
        let per_minute = f64::from(*set.unwrap_or(&method.per_minute));
        (per_minute, per_minute / 60.0)
    }

    fn bucket(&mut self, method: &Method, request: &Request, now: f64) -> &mut Bucket {
        let (burst, _) = self.limits(method);
        let channel = request.id("channel").filter(|_| method.posts);
        let fresh = Bucket { left: burst, at: now, closed_until: 0.0 };
        self.buckets.entry((method.name.to_owned(), channel)).or_insert(fresh)
    }

    fn take(&mut self, method: &Method, request: &Request, now: f64) -> Result<(), Refused> {
        if now < self.closed_until {
            return Err(too_many(self.closed_until - now));
        }
        let (burst, per_second) = self.limits(method);
        self.bucket(method, request, now).take(now, burst, per_second).map_err(too_many)
    }

    fn close(&mut self, request: &Request, now: f64, retry_after: f64, is_for_all: bool) {
        if is_for_all {
            self.closed_until = now + retry_after;
        } else if let Some(method) = find(request.method()) {
            self.bucket(method, request, now).closed_until = now + retry_after;
        }
    }
}

impl State {
    pub fn serve(&mut self, request: &Request) -> Reply {
        let outcome = self.judge(request);
        let mut headers = self.headers(request);
        match outcome {
            Ok(accepted) => {
                self.enter(request);
                if let Some(after) = self.faults.take_after(request.method()) {
                    return match after {
                        After::Status(status) => Reply::Html(status),
                        After::Html => Reply::Html(200),
                        After::Error(error) => Reply::Json { status: 200, headers, body: refuse(error).body },
                        After::HangUp => Reply::HangUp,
                        After::Silence => Reply::Silence,
                    };
                }
                if let Some(instead) = accepted.instead {
                    return *instead;
                }
                Reply::Json { status: 200, headers, body: with_warnings(accepted, request) }
            }
            Err(refused) => {
                self.note(request, &refused);
                headers.extend(refused.headers);
                let reply = Reply::Json { status: refused.status, headers, body: refused.body };
                refused.instead.map_or(reply, |instead| *instead)
            }
        }
    }

    fn headers(&self, request: &Request) -> Vec<(&'static str, String)> {
        let own: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        let accepted = find(request.method()).map_or(String::new(), |method| method.scopes.join(","));
        vec![("x-oauth-scopes", own.join(",")), ("x-accepted-oauth-scopes", accepted)]
    }

    fn enter(&mut self, request: &Request) {
        assert!(self.rest.ledger.len() < LEDGER_MAX, "the ledger is full");
        let args = Value::Object(request.args.clone());
        self.rest.ledger.push(Entry { method: request.method().to_owned(), args, at: self.now });
    }

    fn note(&mut self, request: &Request, refused: &Refused) {
        assert!(self.rest.refusals.len() < LEDGER_MAX, "too many refusals");
        self.rest.refusals.push(Refusal {
            method: request.method().to_owned(),
            args: Value::Object(request.args.clone()),
            status: refused.status,
            error: refused.body["error"].as_str().unwrap_or_default().to_owned(),
            body: refused.body.clone(),
            at: self.now,
        });
    }

    fn judge(&mut self, request: &Request) -> Outcome {
        match self.faults.take_before(request.method()) {
            None => {}
            Some(Before::Refuse(error)) => return Err(refuse(error)),
            Some(Before::RateLimit { retry_after, is_for_all }) => {
                self.rest.close(request, self.now, retry_after, is_for_all);
                return Err(too_many(retry_after));
            }
            Some(Before::Fail(status)) => return Err(instead(Reply::Html(status))),
            Some(Before::HangUp) => return Err(instead(Reply::HangUp)),
            Some(Before::Silence) => return Err(instead(Reply::Silence)),
        }
        match &request.target {
            Target::Api(name) => self.judge_method(name, request),
            Target::Response(id, secret) => self.respond(*id, secret, request),
            Target::Upload(id) => self.take_upload(*id, request),
            Target::Download(id) => self.give_file(*id, request),
            Target::Nowhere => Err(instead(Reply::Html(404))),
        }
    }

    fn judge_method(&mut self, name: &str, request: &Request) -> Outcome {
        if request.verb != "POST" && request.verb != "GET" {
            return Err(instead(Reply::Html(405)));
        }
        let method = find(name).ok_or_else(|| {
            let mut refused = refuse("unknown_method");
            refused.body["req_method"] = json!(name);
            refused
        })?;
        self.check_token(method, request)?;
        self.rest.take(method, request, self.now)?;
        if let Some(error) = request.form_error {
            return Err(refuse(error));
        }
        if request.is_json && !method.takes_json {
            // As if nothing had been said.
            let request = Request { args: Map::new(), is_json: false, ..request.clone() };
            return self.act(method, &request);
        }
        self.act(method, request)
    }

    fn check_token(&self, method: &Method, request: &Request) -> Result<(), Refused> {
        let token = request.token.as_deref().filter(|token| !token.is_empty()).ok_or_else(|| refuse("not_authed"))?;
        let (is_bot, error) = match token {
            BOT_TOKEN => (true, self.bot_token_error),
            APP_TOKEN => (false, self.app_token_error),
            _ => return Err(refuse("invalid_auth")),
        };
        if let Some(error) = error {
            return Err(refuse(error));
        }
        match method.token {
            Token::Bot if !is_bot => return Err(refuse("not_allowed_token_type")),
            Token::App if is_bot => return Err(refuse("not_allowed_token_type")),
            Token::App | Token::Any => return Ok(()),
            Token::Bot => {}
        }
        if method.scopes.is_empty() || method.scopes.iter().any(|scope| self.scopes.contains(*scope)) {
            return Ok(());
        }
        Err(self.missing_scope(method.scopes))
    }

    /// Without every one of these scopes.
    pub fn missing_scope(&self, needed: &[&str]) -> Refused {
        let mut refused = refuse("missing_scope");
        let provided: Vec<_> = self.scopes.iter().map(String::as_str).collect();
        refused.body["needed"] = json!(needed.join(","));
        refused.body["provided"] = json!(provided.join(","));
        refused
    }

    fn act(&mut self, method: &Method, request: &Request) -> Outcome {
        match method.name {
            "api.test" => Ok(Accepted::with(json!({"args": request.args}))),
            "auth.test" => Ok(self.auth_test()),
            "apps.connections.open" => self.open_connection(),
            "chat.postMessage" => self.post_message(request),
            "chat.postEphemeral" => self.post_ephemeral(request),
            "chat.update" => self.update_message(request),
            "chat.delete" => self.delete_message(request),
            "chat.getPermalink" => self.permalink(request),
            "views.open" => self.open_view(request),
            "views.push" => self.push_view(request),
            "views.update" => self.update_view(request),
            "views.publish" => self.publish_view(request),
            "conversations.list" => self.list_channels(request),
            "conversations.info" => self.channel_info(request),
            "conversations.members" => self.channel_members(request),
            "conversations.open" => self.open_dm(request),
            "conversations.join" => self.join_channel(request),
            "conversations.history" => self.history(request),
            "conversations.replies" => self.replies(request),
            "users.info" => self.user_info(request),
            "team.info" => Ok(self.team_info()),
            "bots.info" => self.bot_info(request),
            "files.getUploadURLExternal" => self.begin_upload(request),
            "files.completeUploadExternal" => self.complete_upload(request),
            "files.info" => self.file_info(request),
            other => unreachable!("{other} is in the catalogue and does nothing"),
        }
    }
}

fn with_warnings(accepted: Accepted, request: &Request) -> Value {
    let Accepted { mut body, mut warnings, .. } = accepted;
    body.insert("ok".to_owned(), json!(true));
    let content_type = request.headers.get("content-type").map_or("", String::as_str);
    if request.is_json && !content_type.contains("charset") {
        warnings.push("missing_charset");
    }
    let mut body = Value::Object(body);
    if !warnings.is_empty() {
        body["warning"] = json!(warnings.join(","));
        body["response_metadata"]["warnings"] = json!(warnings);
    }
    body
}
