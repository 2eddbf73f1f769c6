//! What becomes of a request: faults, token, rates, effect, and the ledger before the answer.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value, json};

use super::faults::{After, Before};
use super::http::{Decision, File, Reply, Request};
use super::methods::Method;
use super::schema;
use super::state::{ChatId, ChatKind, State};

const LEDGER_MAX: usize = 100_000;

/// An accepted request, written down before it was answered.
#[derive(Clone, Debug)]
pub struct Entry {
    pub method: Method,
    pub parameters: Map<String, Value>,
    pub files: HashMap<String, File>,
    /// Seconds since 1970.
    pub at: f64,
}

/// A refused request.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub method: Method,
    pub parameters: Map<String, Value>,
    /// 0 if no answer was given at all.
    pub status: u16,
    /// In Telegram's words.
    pub description: String,
    pub at: f64,
}

#[derive(Debug)]
pub struct Refused {
    pub status: u16,
    pub description: String,
    pub parameters: Value,
    /// Something else than an answer.
    pub instead: Option<Box<Reply>>,
}

/// What a method comes to: a result now, or updates later.
pub enum Done {
    Result(Value),
    Wait(super::updates::Poll),
}

pub type Outcome = Result<Value, Refused>;

pub fn refuse(status: u16, description: &str) -> Refused {
    Refused { status, description: description.to_owned(), parameters: Value::Null, instead: None }
}

pub fn bad(words: &str) -> Refused {
    refuse(400, &format!("Bad Request: {words}"))
}

pub fn forbidden(words: &str) -> Refused {
    refuse(403, &format!("Forbidden: {words}"))
}

pub fn too_many(retry_after: u64) -> Refused {
    let mut refused = refuse(429, &format!("Too Many Requests: retry after {retry_after}"));
    refused.parameters = json!({"retry_after": retry_after});
    refused
}

pub fn instead(reply: Reply) -> Refused {
    let status = match reply {
        Reply::Json { status, .. } | Reply::Html(status) => status,
        Reply::Bytes(_) | Reply::HangUp | Reply::Silence => 0,
    };
    Refused { instead: Some(Box::new(reply)), ..refuse(status, "") }
}

pub fn accepted(result: &Value) -> Reply {
    Reply::Json { status: 200, body: json!({"ok": true, "result": result}) }
}

impl Refused {
    pub fn reply(self) -> Reply {
        if let Some(reply) = self.instead {
            return *reply;
        }
        let mut body = json!({"ok": false, "error_code": self.status, "description": self.description});
        if !self.parameters.is_null() {
            body["parameters"] = self.parameters;
        }
        Reply::Json { status: self.status, body }
    }
}

/// What was done so far, and how much more may be.
pub struct Api {
    pub ledger: Vec<Entry>,
    pub refusals: Vec<Refusal>,
    /// Messages of a chat at once, of a group in a minute, and of all in a second.
    limits: (u32, u32, u32),
    in_chat: HashMap<ChatId, (f64, f64)>,
    in_group: HashMap<ChatId, VecDeque<f64>>,
    in_all: VecDeque<f64>,
    /// Until when nothing is taken.
    parked: HashMap<ChatId, f64>,
    all_parked: f64,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            ledger: Vec::new(),
            refusals: Vec::new(),
            limits: (3, 20, 30),
            in_chat: HashMap::new(),
            in_group: HashMap::new(),
            in_all: VecDeque::new(),
            parked: HashMap::new(),
            all_parked: 0.0,
        }
    }
}

/// Seconds as Telegram counts them: whole ones, and at least one.
fn whole_secs(secs: f64) -> u64 {
    secs.ceil().max(1.0) as u64
}

/// Takes a place in a window of time; otherwise how long until there is one.
fn take(window: &mut VecDeque<f64>, now: f64, limit: u32, seconds: f64) -> Result<(), Refused> {
    while window.front().is_some_and(|first| first + seconds <= now) {
        window.pop_front();
    }
    if window.len() < limit as usize {
        window.push_back(now);
        return Ok(());
    }
    Err(too_many(whole_secs(window.front().map_or(0.0, |first| first + seconds - now))))
}

impl Api {
    pub fn limit_rates(&mut self, in_chat: u32, in_group: u32, in_all: u32) {
        self.limits = (in_chat, in_group, in_all);
    }

    pub fn park(&mut self, chat: ChatId, until: f64) {
        self.parked.insert(chat, until);
    }

    pub fn park_all(&mut self, until: f64) {
        self.all_parked = until;
    }

    fn check_parked(&self, chat: Option<ChatId>, now: f64) -> Result<(), Refused> {
        let of_chat = chat.and_then(|chat| self.parked.get(&chat)).copied().unwrap_or(0.0);
        let until = of_chat.max(self.all_parked);
        if until > now { Err(too_many(whole_secs(until - now))) } else { Ok(()) }
    }

    /// One message more in a chat: some at once, then one a second.
    fn take_in_chat(&mut self, chat: ChatId, now: f64) -> Result<(), Refused> {
        let burst = f64::from(self.limits.0);
        let (level, at) = self.in_chat.entry(chat).or_insert((0.0, now));
        *level = (*level - (now - *at)).max(0.0);
        *at = now;
        if *level + 1.0 > burst {
            return Err(too_many(whole_secs(*level + 1.0 - burst)));
        }
        *level += 1.0;
        Ok(())
    }

    fn take(&mut self, method: Method, chat: Option<(ChatId, ChatKind)>, now: f64) -> Result<(), Refused> {
        if !method.is_limited() {
            return Ok(());
        }
        self.check_parked(chat.map(|(id, _)| id), now)?;
        if let (true, Some((id, kind))) = (method.is_send(), chat) {
            if kind.is_group() {
                take(self.in_group.entry(id).or_default(), now, self.limits.1, 60.0)?;
            }
            self.take_in_chat(id, now)?;
        }
        take(&mut self.in_all, now, self.limits.2, 1.0)
    }
}

impl State {
    /// Decides a request, and writes down what becomes of it.
    pub fn serve(&mut self, request: &Request) -> Decision {
        if let Some(path) = &request.file_path {
            return Decision::Reply(self.file(request, path));
        }
        match self.decide(request) {
            Ok(done) => {
                self.note(request);
                let after = self.faults.take_after(request.method());
                match done {
                    Done::Result(result) => Decision::Reply(after.map_or_else(|| accepted(&result), After::reply)),
                    Done::Wait(poll) => Decision::Wait(poll.with(after)),
                }
            }
            Err(refused) => Decision::Reply(self.refused(request, refused)),
        }
    }

    fn note(&mut self, request: &Request) {
        let entry = Entry {
            method: request.method(),
            parameters: request.parameters.clone(),
            files: request.files.clone(),
            at: self.now,
        };
        self.api.ledger.push(entry);
        assert!(self.api.ledger.len() < LEDGER_MAX, "a bot asks without end");
    }

    fn refused(&mut self, request: &Request, refused: Refused) -> Reply {
        self.note_refusal(request.method(), request.parameters.clone(), &refused);
        refused.reply()
    }

    pub fn note_refusal(&mut self, method: Method, parameters: Map<String, Value>, refused: &Refused) {
        let (status, description) = (refused.status, refused.description.clone());
        self.api.refusals.push(Refusal { method, parameters, status, description, at: self.now });
        assert!(self.api.refusals.len() < LEDGER_MAX, "a bot asks without end");
    }

    fn file(&mut self, request: &Request, path: &str) -> Reply {
        let is_own = !self.token.is_empty() && request.token.as_deref() == Some(&self.token);
        let file = path.strip_prefix("documents/").and_then(|id| self.files.get(id));
        match file.filter(|_| is_own) {
            Some(file) => Reply::Bytes(file.bytes.clone()),
            None => refuse(404, "Not Found").reply(),
        }
    }

    fn decide(&mut self, request: &Request) -> Result<Done, Refused> {
        let chat = self.addressed(request);
        let kind = request.method();
        if let Some(before) = self.faults.take_before(kind) {
            if let Before::RateLimit(retry_after) = before {
                let until = self.now + retry_after as f64;
                match chat {
                    Some((id, _)) => self.api.park(id, until),
                    None if kind.is_limited() => self.api.park_all(until),
                    None => {}
                }
            }
            return Err(before.refused());
        }
        if self.token.is_empty() || request.token.as_deref() != Some(&self.token) {
            return Err(refuse(401, "Unauthorized"));
        }
        let method = request.method.ok_or_else(|| refuse(404, "Not Found"))?;
        if let Some(complaint) = &request.complaint {
            return Err(refuse(400, complaint));
        }
        self.api.take(method, chat, self.now)?;
        // What both judge is refused in Telegram's words; what only the description knows, in its own.
        if let Some(complaint) = schema::complaint(request) {
            self.check_form(method, request)?;
            return Err(bad(&format!("SPECIFICATION: {complaint}")));
        }
        if method == Method::GetUpdates {
            return self.get_updates(request).map(Done::Wait);
        }
        self.act(method, request).map(Done::Result)
    }

    /// The chat that a request is about, if there is one.
    fn addressed(&self, request: &Request) -> Option<(ChatId, ChatKind)> {
        let id = self.find_chat(&request.text("chat_id")?)?;
        Some((id, self.chats[&id].kind))
    }

    /// Only what is wrong with the form, without any effect.
    fn check_form(&self, method: Method, request: &Request) -> Result<(), Refused> {
        match method {
            Method::SendMessage | Method::SendPhoto | Method::SendDocument => self.draft(method, request).map(|_| ()),
            Method::EditMessageText | Method::EditMessageCaption | Method::EditMessageReplyMarkup => {
                self.draft_edit(method, request).map(|_| ())
            }
            Method::DeleteMessage => self.own_message(request, "delete").map(|_| ()),
            Method::AnswerCallbackQuery => self.draft_callback(request).map(|_| ()),
            Method::SetMyCommands => self.draft_commands(request).map(|_| ()),
            Method::SetWebhook => self.draft_webhook(request).map(|_| ()),
            _ => Ok(()),
        }
    }

    pub fn act(&mut self, method: Method, request: &Request) -> Outcome {
        match method {
            Method::Any | Method::Send | Method::GetUpdates => Err(refuse(404, "Not Found")),
            Method::GetMe => Ok(self.wire_me()),
            Method::SetWebhook => self.set_webhook(request),
            Method::DeleteWebhook => self.delete_webhook(request),
            Method::GetWebhookInfo => Ok(self.wire_webhook()),
            Method::SendMessage | Method::SendPhoto | Method::SendDocument => self.send(method, request),
            Method::SendChatAction => self.chat_action(request),
            Method::EditMessageText | Method::EditMessageCaption | Method::EditMessageReplyMarkup => {
                self.edit(method, request)
            }
            Method::DeleteMessage => self.delete(request),
            Method::AnswerCallbackQuery => self.answer_callback(request),
            Method::SetMyCommands => self.set_commands(request),
            Method::GetMyCommands => self.get_commands(request),
            Method::DeleteMyCommands => self.delete_commands(request),
            Method::GetChat => self.get_chat(request),
            Method::GetChatMember => self.get_member(request),
            Method::GetChatAdministrators => self.get_administrators(request),
            Method::GetFile => self.get_file(request),
        }
    }
}
