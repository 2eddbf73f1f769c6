//! What becomes of a request: limits, token, permission, effect, and the ledger before the answer.

use std::collections::{HashMap, VecDeque};

use serde_json::{Value, json};

use super::faults::{After, Before, failure};
use super::http::{Reply, Request};
use super::messages::File;
use super::routes::in_the_specification;
use super::state::{BOT, Id, State, permission};
use super::{Kind, limits, schema};

const LEDGER_MAX: usize = 100_000;
const BAN_AFTER: usize = 10_000;
const BAN_WINDOW_SECS: f64 = 600.0;

/// An accepted request, written down before it was answered.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: Kind,
    pub method: String,
    /// After `/api/v10`.
    pub path: String,
    pub body: Value,
    pub files: Vec<File>,
    /// Seconds since 1970.
    pub at: f64,
}

/// A refused request.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub kind: Kind,
    pub path: String,
    pub status: u16,
    /// Discord's own, 0 when there is none.
    pub code: u64,
    pub body: Value,
    pub at: f64,
}

pub struct Accepted {
    pub status: u16,
    pub body: Value,
}

impl Accepted {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, body }
    }

    pub fn created(body: Value) -> Self {
        Self { status: 201, body }
    }

    pub fn empty() -> Self {
        Self { status: 204, body: Value::Null }
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

pub fn refuse(status: u16, code: u64, message: &str) -> Refused {
    let body = json!({"message": message, "code": code});
    Refused { status, body, headers: Vec::new(), instead: None }
}

fn instead(reply: Reply) -> Refused {
    let status = match reply {
        Reply::Json { status, .. } | Reply::Html(status) => status,
        Reply::Bytes(_) | Reply::HangUp | Reply::Silence => 0,
    };
    Refused { status, body: Value::Null, headers: Vec::new(), instead: Some(Box::new(reply)) }
}

/// How many requests there may be until when.
#[derive(Clone, Copy, Default)]
struct Bucket {
    used: u32,
    resets_at: f64,
}

impl Bucket {
    /// Whether there was room for one more.
    fn take(&mut self, now: f64, limit: u32, seconds: f64) -> bool {
        if now >= self.resets_at {
            *self = Self { used: 0, resets_at: now + seconds };
        }
        self.used += 1;
        self.used <= limit
    }
}

pub struct Rest {
    pub ledger: Vec<Entry>,
    pub refusals: Vec<Refusal>,
    pub invalid_total: usize,
    invalid_lately: VecDeque<f64>,
    buckets: HashMap<(Kind, String), Bucket>,
    all: Bucket,
    in_channel: (u32, f64),
    in_all: u32,
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            ledger: Vec::new(),
            refusals: Vec::new(),
            invalid_total: 0,
            invalid_lately: VecDeque::new(),
            buckets: HashMap::new(),
            all: Bucket::default(),
            in_channel: (5, 5.0),
            in_all: 50,
        }
    }
}

impl Rest {
    pub fn limit_rates(&mut self, in_channel: u32, seconds: f64, in_all: u32) {
        self.in_channel = (in_channel, seconds);
        self.in_all = in_all;
    }

    fn bucket(&mut self, request: &Request) -> Option<&mut Bucket> {
        let key = (request.kind?, request.segments.get(1)?.clone());
        key.0.has_bucket().then(|| self.buckets.entry(key).or_default())
    }

    /// One more request of the bot, and of this route in this channel.
    fn take(&mut self, request: &Request, now: f64) -> Result<(), Refused> {
        let (limit, seconds) = self.in_channel;
        let is_exempt = request.kind.is_some_and(Kind::has_own_token);
        if !is_exempt && !self.all.take(now, self.in_all, 1.0) {
            return Err(too_many(self.all.resets_at - now, true));
        }
        let Some(bucket) = self.bucket(request) else { return Ok(()) };
        if bucket.take(now, limit, seconds) { Ok(()) } else { Err(too_many(bucket.resets_at - now, false)) }
    }

    /// A 429 that a test ordered holds for its time.
    fn exhaust(&mut self, request: &Request, now: f64, retry_after: f64, is_global: bool) {
        let full = Bucket { used: u32::MAX / 2, resets_at: now + retry_after };
        if is_global {
            self.all = full;
        } else if let Some(bucket) = self.bucket(request) {
            *bucket = full;
        }
    }

    fn headers(&mut self, request: &Request, now: f64) -> Vec<(&'static str, String)> {
        let limit = self.in_channel.0;
        let Some(bucket) = self.bucket(request).filter(|bucket| bucket.used > 0) else { return Vec::new() };
        let remaining = limit.saturating_sub(bucket.used);
        let resets_after = (bucket.resets_at - now).max(0.0);
        vec![
            ("X-RateLimit-Limit", limit.to_string()),
            ("X-RateLimit-Remaining", remaining.to_string()),
            ("X-RateLimit-Reset", format!("{:.3}", bucket.resets_at)),
            ("X-RateLimit-Reset-After", format!("{resets_after:.3}")),
            ("X-RateLimit-Bucket", format!("{:?}", request.kind()).to_lowercase()),
        ]
    }

    pub fn note_invalid(&mut self, now: f64) {
        self.invalid_total += 1;
        self.invalid_lately.push_back(now);
    }

    fn is_banned(&mut self, now: f64) -> bool {
        while self.invalid_lately.front().is_some_and(|at| *at <= now - BAN_WINDOW_SECS) {
            self.invalid_lately.pop_front();
        }
        self.invalid_lately.len() >= BAN_AFTER
    }
}

fn too_many(retry_after: f64, is_global: bool) -> Refused {
    let body = json!({"message": "You are being rate limited.", "retry_after": retry_after, "global": is_global});
    let scope = if is_global { "global" } else { "user" };
    let mut headers = vec![("Retry-After", format!("{}", retry_after.ceil())), ("X-RateLimit-Scope", scope.to_owned())];
    if is_global {
        headers.push(("X-RateLimit-Global", "true".to_owned()));
    }
    Refused { status: 429, body, headers, instead: None }
}

impl State {
    pub fn serve(&mut self, request: &Request) -> Reply {
        let outcome = self.judge(request);
        let mut headers = self.rest.headers(request, self.now);
        match outcome {
            Ok(accepted) => {
                self.enter(request);
                if let Some(after) = self.faults.take_after(request.kind()) {
                    return match after {
                        After::Status(status) => failure(status),
                        After::HangUp => Reply::HangUp,
                        After::Silence => Reply::Silence,
                    };
                }
                if request.kind == Some(Kind::Attachment) {
                    let id = request.id(1).ok();
                    return Reply::Bytes(self.attachments[&id.expect("judged")].bytes.clone());
                }
                Reply::Json { status: accepted.status, headers, body: accepted.body }
            }
            Err(refused) => {
                self.note(request, &refused);
                headers.extend(refused.headers);
                let reply = Reply::Json { status: refused.status, headers, body: refused.body };
                refused.instead.map_or(reply, |instead| *instead)
            }
        }
    }

    fn enter(&mut self, request: &Request) {
        assert!(self.rest.ledger.len() < LEDGER_MAX, "the ledger is full");
        self.rest.ledger.push(Entry {
            kind: request.kind(),
            method: request.method.clone(),
            path: request.path.clone(),
            body: request.body.clone(),
            files: request.files.clone(),
            at: self.now,
        });
    }

    fn note(&mut self, request: &Request, refused: &Refused) {
        if [401, 403, 429].contains(&refused.status) {
            self.rest.note_invalid(self.now);
        }
        assert!(self.rest.refusals.len() < LEDGER_MAX, "too many refusals");
        self.rest.refusals.push(Refusal {
            kind: request.kind(),
            path: request.path.clone(),
            status: refused.status,
            code: refused.body["code"].as_u64().unwrap_or(0),
            body: refused.body.clone(),
            at: self.now,
        });
    }

    fn judge(&mut self, request: &Request) -> Outcome {
        if self.rest.is_banned(self.now) {
            return Err(instead(Reply::Html(429)));
        }
        match self.faults.take_before(request.kind()) {
            None => {}
            Some(Before::Refuse { status, code }) => return Err(refuse(status, code, "Refused by the simulator")),
            Some(Before::RateLimit { retry_after, is_global }) => {
                self.rest.exhaust(request, self.now, retry_after, is_global);
                return Err(too_many(retry_after, is_global));
            }
            Some(Before::Fail(status)) => return Err(instead(failure(status))),
            Some(Before::HangUp) => return Err(instead(Reply::HangUp)),
            Some(Before::Silence) => return Err(instead(Reply::Silence)),
        }
        let Some(kind) = request.kind else { return Err(refuse(404, 0, "404: Not Found")) };
        let own = request.headers.get("authorization").and_then(|value| value.strip_prefix("Bot "));
        if kind != Kind::Gateway && !kind.has_own_token() && (self.token.is_empty() || own != Some(&self.token)) {
            return Err(refuse(401, 0, "401: Unauthorized"));
        }
        self.rest.take(request, self.now)?;
        if request.json.is_none() {
            return Err(refuse(400, 50109, "The request body contains invalid JSON."));
        }
        // What both judge is refused in Discord's words; what only the document knows, in the document's.
        let complaint = in_the_specification(kind, &request.segments)
            .and_then(|(method, path)| schema::complaint(method, path, &request.body));
        let Some(complaint) = complaint else { return self.act(kind, request) };
        self.check_form(kind, request)?;
        let mut refused = refuse(400, 50035, "Invalid Form Body");
        refused.body["errors"] = json!({"_errors": [{"code": "OPENAPI", "message": complaint}]});
        Err(refused)
    }

    /// Only what is wrong with the form, without any effect.
    fn check_form(&self, kind: Kind, request: &Request) -> Result<(), Refused> {
        use limits::Form;
        match kind {
            Kind::CreateMessage | Kind::EditMessage | Kind::EditAnswer => limits::message(Form::of(&request.body, "")),
            Kind::Followup => limits::followup(&request.body),
            Kind::WriteCommands => limits::commands(&request.body),
            Kind::Callback => self.check_callback(&request.body),
            Kind::CreateThread | Kind::CreateThreadFromMessage => {
                let mut form = Form::of(&request.body, "");
                form.text("/name", 1, 100);
                form.end()?;
                limits::message(Form::of(&request.body, "/message"))
            }
            _ => Ok(()),
        }
    }

    fn act(&mut self, kind: Kind, request: &Request) -> Outcome {
        match kind {
            Kind::Any => Err(refuse(404, 0, "404: Not Found")),
            Kind::Gateway => Ok(Accepted::ok(json!({"url": self.gateway_url()}))),
            Kind::GatewayBot => Ok(Accepted::ok(self.wire_gateway())),
            Kind::Me => Ok(Accepted::ok(self.wire_user(BOT))),
            Kind::Application => Ok(Accepted::ok(self.wire_application())),
            Kind::MyGuilds => Ok(Accepted::ok(self.wire_own_guilds())),
            Kind::User => self.read_user(request),
            Kind::OpenDm => self.open_dm(request),
            Kind::Channel => self.channel(request.id(1)?).map(|channel| Accepted::ok(self.wire_channel(channel.id))),
            Kind::Typing => self.channel(request.id(1)?).map(|_| Accepted::empty()),
            Kind::Guild => self.guild_of(request).map(|guild| Accepted::ok(self.wire_guild(guild))),
            Kind::GuildChannels => self.guild_of(request).map(|guild| Accepted::ok(self.wire_channels(guild, false))),
            Kind::GuildThreads => self
                .guild_of(request)
                .map(|guild| Accepted::ok(json!({"threads": self.wire_channels(guild, true), "members": []}))),
            Kind::ArchivedThreads => self.archived_threads(request),
            Kind::Roles => self.guild_of(request).map(|guild| Accepted::ok(self.wire_roles(guild))),
            Kind::Member => self.read_member(request),
            Kind::ReadCommands => self.read_commands(request),
            Kind::WriteCommands => self.write_commands(request),
            Kind::CreateMessage => self.create_message(request),
            Kind::ReadMessages => self.read_messages(request),
            Kind::ReadMessage => self.read_message(request),
            Kind::EditMessage => self.edit_message(request),
            Kind::DeleteMessage => self.delete_message(request),
            Kind::Crosspost => self.crosspost(request),
            Kind::CreateThread => self.create_thread(request),
            Kind::CreateThreadFromMessage => self.create_thread_from_message(request),
            Kind::Callback => self.callback(request),
            Kind::Followup => self.followup(request),
            Kind::ReadAnswer => self.read_answer(request),
            Kind::EditAnswer => self.edit_answer(request),
            Kind::DeleteAnswer => self.delete_answer(request),
            Kind::Attachment => {
                let file = self.attachments.get(&request.id(1)?);
                file.map(|_| Accepted::empty()).ok_or_else(|| refuse(404, 0, "404: Not Found"))
            }
        }
    }

    fn wire_own_guilds(&self) -> Value {
        let joined = self.guilds.values().filter(|guild| guild.has_bot).map(|guild| {
            json!({
                "id": guild.id.to_string(), "name": guild.name, "icon": null, "owner": false, "features": [],
                "permissions": guild.roles[0].permissions.to_string(),
            })
        });
        Value::Array(joined.collect())
    }

    fn guild_of(&self, request: &Request) -> Result<Id, Refused> {
        let guild = self.guilds.get(&request.id(1)?).ok_or_else(|| refuse(404, 10004, "Unknown Guild"))?;
        if guild.has_bot { Ok(guild.id) } else { Err(refuse(403, 50001, "Missing Access")) }
    }

    /// Newest first. All archive at one moment here, so there is one page.
    fn archived_threads(&self, request: &Request) -> Outcome {
        let parent = self.channel(request.id(1)?)?;
        let is_below = |thread: &&super::state::Channel| {
            thread.parent == Some(parent.id) && thread.is_archived && !thread.is_deleted
        };
        let threads: Vec<Value> =
            self.channels.values().rev().filter(is_below).map(|thread| self.wire_channel(thread.id)).collect();
        Ok(Accepted::ok(json!({"threads": threads, "members": [], "has_more": false})))
    }

    fn read_member(&self, request: &Request) -> Outcome {
        let member = self.wire_member(self.guild_of(request)?, request.id(3)?);
        member.map(Accepted::ok).ok_or_else(|| refuse(404, 10007, "Unknown Member"))
    }

    fn read_user(&self, request: &Request) -> Outcome {
        let user = request.id(1)?;
        if user != BOT && !self.people.contains_key(&user) {
            return Err(refuse(404, 10013, "Unknown User"));
        }
        Ok(Accepted::ok(self.wire_user(user)))
    }

    fn open_dm(&mut self, request: &Request) -> Outcome {
        let recipient = &request.body["recipient_id"];
        let id = recipient.as_str().and_then(|text| text.parse().ok()).or(recipient.as_u64());
        let known = id.filter(|id| self.people.contains_key(id));
        let person = known.ok_or_else(|| refuse(400, 50033, "Invalid Recipient(s)"))?;
        let channel = self.dm(person);
        Ok(Accepted::ok(self.wire_channel(channel)))
    }

    /// Whose commands: the application's, or those of one guild.
    fn commands_of(&self, request: &Request) -> Result<Option<Id>, Refused> {
        if request.id(1)? != BOT {
            return Err(refuse(404, 10002, "Unknown Application"));
        }
        let is_of_guild = request.segments.len() > 3;
        let guild = if is_of_guild { Some(request.id(3)?) } else { None };
        match guild.map(|guild| self.guilds.get(&guild).is_some_and(|guild| guild.has_bot)) {
            Some(false) => Err(refuse(403, 50001, "Missing Access")),
            Some(true) | None => Ok(guild),
        }
    }

    fn read_commands(&self, request: &Request) -> Outcome {
        let whose = self.commands_of(request)?;
        Ok(Accepted::ok(Value::Array(self.commands.get(&whose).cloned().unwrap_or_default())))
    }

    fn write_commands(&mut self, request: &Request) -> Outcome {
        let whose = self.commands_of(request)?;
        limits::commands(&request.body)?;
        let old = self.commands.remove(&whose).unwrap_or_default();
        let mut commands = Vec::new();
        for command in request.body.as_array().into_iter().flatten() {
            let mut command = command.clone();
            // A command that keeps its name keeps its id.
            let before = old.iter().find(|before| before["name"] == command["name"]);
            command["id"] = before.map_or_else(|| json!(self.new_id().to_string()), |before| before["id"].clone());
            command["application_id"] = json!(BOT.to_string());
            command["version"] = json!(self.new_id().to_string());
            if command["type"].is_null() {
                command["type"] = json!(1);
            }
            if command.get("default_member_permissions").is_none() {
                command["default_member_permissions"] = Value::Null;
            }
            commands.push(command);
        }
        self.commands.insert(whose, commands.clone());
        Ok(Accepted::ok(Value::Array(commands)))
    }

    /// Who may use what the bot registered, as a person with these permissions sees it.
    pub fn is_offered(command: &Value, permissions: u64) -> bool {
        let needed = command["default_member_permissions"].as_str().and_then(|text| text.parse::<u64>().ok());
        permissions & permission::ADMINISTRATOR != 0 || needed.is_none_or(|needed| permissions & needed == needed)
    }
}
