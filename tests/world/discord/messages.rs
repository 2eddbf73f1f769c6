//! Messages: making, editing, reading and deleting them, and whom they ping.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::gateway::intent;
use super::http::Request;
use super::limits::{self, Form};
use super::people::InteractionId;
use super::rest::{Accepted, Outcome, Refused, refuse};
use super::state::{BOT, Channel, Id, State, permission};
use super::{ANNOUNCEMENTS, DIRECT, FORUM, TEXT, THREAD};

/// How long a nonce is remembered. Discord says "the past few minutes".
pub const NONCE_SECS: f64 = 180.0;

const IS_CROSSPOSTED: u64 = 1 << 0;
pub const IS_EPHEMERAL: u64 = 1 << 6;
const IS_LOADING: u64 = 1 << 7;

#[derive(Clone, Debug)]
pub struct File {
    pub id: Id,
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// Whom a message reaches by name. Discord's rules: the content counts, embeds do not. To be on the
/// safe side it is not asked whether the bot may mention everyone, and code blocks count as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// `@everyone` or `@here`.
    pub everyone: bool,
    pub users: BTreeSet<Id>,
    pub roles: BTreeSet<Id>,
}

impl Pings {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn of(body: &Value) -> Self {
        static USERS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<@!?(\d+)>").unwrap());
        static ROLES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<@&(\d+)>").unwrap());
        let content = body["content"].as_str().unwrap_or("");
        let named = |pattern: &Regex| -> BTreeSet<Id> {
            pattern.captures_iter(content).filter_map(|found| found[1].parse().ok()).collect()
        };
        let allowed = &body["allowed_mentions"];
        let may = |kind: &str, whom: Id| {
            let lists =
                |key: &str, value: String| allowed[key].as_array().is_some_and(|all| all.contains(&json!(value)));
            allowed.is_null() || lists("parse", kind.to_owned()) || lists(kind, whom.to_string())
        };
        Self {
            everyone: (content.contains("@everyone") || content.contains("@here")) && may("everyone", 0),
            users: named(&USERS).into_iter().filter(|whom| may("users", *whom)).collect(),
            roles: named(&ROLES).into_iter().filter(|whom| may("roles", *whom)).collect(),
        }
    }
}

/// One message of the bot, or of somebody.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: Id,
    pub channel: Id,
    pub author: Id,
    /// The message that it is a reply to.
    pub replies_to: Option<Id>,
    /// As the bot sent it, edits included.
    pub body: Value,
    pub nonce: Option<String>,
    pub files: Vec<File>,
    pub pings: Pings,
    pub edits: usize,
    pub is_crossposted: bool,
    /// Seen by one person alone.
    pub is_ephemeral: bool,
    pub is_deleted: bool,
    /// "Thinking ...", until the answer comes.
    pub is_loading: bool,
    /// The thread that it began.
    pub thread: Option<Id>,
    /// The interaction that it answers.
    pub answers: Option<InteractionId>,
    pub sent_at: f64,
    pub edited_at: Option<f64>,
}

impl Message {
    pub fn content(&self) -> &str {
        self.body["content"].as_str().unwrap_or("")
    }

    /// Every button and menu, whatever it stands in.
    pub fn controls(&self) -> Vec<&Value> {
        fn gather<'a>(component: &'a Value, into: &mut Vec<&'a Value>) {
            if component.get("custom_id").is_some() || component.get("url").is_some() {
                into.push(component);
            }
            let below = component["components"].as_array().into_iter().flatten().chain(component.get("accessory"));
            below.for_each(|component| gather(component, into));
        }
        let mut all = Vec::new();
        self.body["components"].as_array().into_iter().flatten().for_each(|row| gather(row, &mut all));
        all
    }

    pub fn is_readable(&self) -> bool {
        !self.is_deleted && !self.is_ephemeral
    }

    pub fn kind(&self) -> u8 {
        match (self.answers, self.replies_to) {
            (Some(_), _) => 20,
            (None, Some(_)) => 19,
            (None, None) => 0,
        }
    }

    pub fn flags(&self) -> u64 {
        let own = self.body["flags"].as_u64().unwrap_or(0) & !IS_EPHEMERAL;
        let set = |flag: u64, is_set: bool| if is_set { flag } else { 0 };
        own | set(IS_CROSSPOSTED, self.is_crossposted)
            | set(IS_EPHEMERAL, self.is_ephemeral)
            | set(IS_LOADING, self.is_loading)
    }

    /// Nothing that could be shown.
    pub fn is_empty(&self) -> bool {
        let has = |key: &str| self.body[key].as_array().is_some_and(|list| !list.is_empty());
        self.content().trim().is_empty()
            && !["embeds", "components", "sticker_ids"].into_iter().any(has)
            && self.files.is_empty()
            && self.body.get("poll").is_none_or(Value::is_null)
    }
}

/// The channel, and whether the bot may be there.
impl State {
    pub fn channel(&self, id: Id) -> Result<&Channel, Refused> {
        let unknown = || refuse(404, 10003, "Unknown Channel");
        let channel = self.channels.get(&id).filter(|channel| !channel.is_deleted).ok_or_else(unknown)?;
        if channel.parent.is_some_and(|parent| self.channels[&parent].is_deleted) {
            return Err(unknown());
        }
        if self.permissions(BOT, channel) & permission::VIEW_CHANNEL == 0 {
            return Err(refuse(403, 50001, "Missing Access"));
        }
        Ok(channel)
    }

    fn require(&self, channel: &Channel, needed: u64) -> Result<(), Refused> {
        if self.permissions(BOT, channel) & needed == needed {
            return Ok(());
        }
        Err(refuse(403, 50013, "Missing Permissions"))
    }

    /// Whether the bot may write this there.
    fn may_write(&self, channel: &Channel, body: &Value, files: &[File]) -> Result<(), Refused> {
        if let Some(person) = channel.recipient.map(|whom| &self.people[&whom]) {
            if !self.may_dm(person) {
                let words = "Cannot send messages to this user due to having no mutual guilds";
                return Err(refuse(403, 50278, words));
            }
            return if person.takes_dms {
                Ok(())
            } else {
                Err(refuse(403, 50007, "Cannot send messages to this user"))
            };
        }
        if ![TEXT, ANNOUNCEMENTS, THREAD].contains(&channel.kind) {
            return Err(refuse(400, 50008, "Cannot send messages in a non-text channel"));
        }
        if channel.is_archived && channel.is_locked {
            return Err(refuse(400, 50083, "Thread is archived"));
        }
        let is_thread = channel.kind == THREAD;
        self.require(
            channel,
            if is_thread { permission::SEND_MESSAGES_IN_THREADS } else { permission::SEND_MESSAGES },
        )?;
        if body["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty()) {
            self.require(channel, permission::EMBED_LINKS)?;
        }
        if !files.is_empty() {
            self.require(channel, permission::ATTACH_FILES)?;
        }
        Ok(())
    }
}

/// Requests about messages.
impl State {
    pub fn create_message(&mut self, request: &Request) -> Outcome {
        let channel_id = request.id(1)?;
        let channel = self.channel(channel_id)?;
        limits::message(Form::of(&request.body, ""))?;
        self.may_write(channel, &request.body, &request.files)?;
        let replies_to = self.replied_to(channel, &request.body)?;
        let nonce = nonce_of(&request.body);
        if request.body["enforce_nonce"] == json!(true)
            && let Some(first) = self.message_with_nonce(nonce.as_deref())
        {
            return Ok(Accepted::ok(self.wire_message(first)));
        }
        let message = self.new_message(channel_id, &request.body, &request.files);
        if message.is_empty() {
            return Err(refuse(400, 50006, "Cannot send an empty message"));
        }
        self.channels.get_mut(&channel_id).unwrap().is_archived = false;
        Ok(Accepted::ok(self.keep_message(Message { nonce, replies_to, ..message })))
    }

    /// The message that `message_reference` names, if it is there.
    fn replied_to(&self, channel: &Channel, body: &Value) -> Result<Option<Id>, Refused> {
        let Some(reference) = body.get("message_reference").filter(|one| !one.is_null()) else { return Ok(None) };
        let own = json!(channel.id.to_string());
        if reference.get("channel_id").is_some_and(|other| *other != own) {
            return Err(refuse(400, 50035, "Cannot reply to a message in a different channel"));
        }
        if channel.recipient.is_none() && self.permissions(BOT, channel) & permission::READ_MESSAGE_HISTORY == 0 {
            return Err(refuse(403, 160_002, "Cannot reply without permission to read message history"));
        }
        let id = reference["message_id"].as_str().and_then(|id| id.parse::<Id>().ok());
        let there = id.and_then(|id| self.messages.get(&id));
        match there.filter(|one| one.channel == channel.id && one.is_readable()) {
            Some(message) => Ok(Some(message.id)),
            None if reference["fail_if_not_exists"] == json!(false) => Ok(None),
            None => {
                let mut refused = refuse(400, 50035, "Invalid Form Body");
                let error = json!({"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"});
                refused.body["errors"] = json!({"message_reference": {"_errors": [error]}});
                Err(refused)
            }
        }
    }

    fn message_with_nonce(&self, nonce: Option<&str>) -> Option<&Message> {
        let is_young = |message: &&Message| message.sent_at >= self.now - NONCE_SECS;
        let mut all = self.messages.values().filter(is_young);
        all.find(|message| nonce.is_some() && message.nonce.as_deref() == nonce)
    }

    pub fn new_message(&mut self, channel: Id, body: &Value, files: &[File]) -> Message {
        let mut message = Message {
            id: self.new_id(),
            channel,
            author: BOT,
            replies_to: None,
            body: body.clone(),
            nonce: None,
            files: Vec::new(),
            pings: Pings::of(body),
            edits: 0,
            is_crossposted: false,
            is_ephemeral: false,
            is_deleted: false,
            is_loading: false,
            thread: None,
            answers: None,
            sent_at: self.now,
            edited_at: None,
        };
        self.attach(&mut message, files);
        message
    }

    fn attach(&mut self, message: &mut Message, files: &[File]) {
        for file in files {
            let file = File { id: self.new_id(), ..file.clone() };
            self.attachments.insert(file.id, file.clone());
            message.files.push(file);
        }
    }

    /// Keeps a message and tells the gateway of it.
    pub fn keep_message(&mut self, message: Message) -> Value {
        let wire = self.wire_message(&message);
        let (channel, is_readable) = (message.channel, message.is_readable());
        self.messages.insert(message.id, message);
        if is_readable {
            let channel = &self.channels[&channel];
            let needed = if channel.kind == DIRECT { intent::DIRECT_MESSAGES } else { intent::GUILD_MESSAGES };
            let mut event = wire.clone();
            if let Some(guild) = channel.guild {
                event["guild_id"] = json!(guild.to_string());
            }
            self.dispatch(channel.guild, needed, "MESSAGE_CREATE", event);
        }
        wire
    }

    /// A message of a channel, for whoever may read there.
    fn found(&self, channel: Id, message: Id) -> Result<&Message, Refused> {
        let channel = self.channel(channel)?;
        let is_here = |message: &&Message| message.channel == channel.id && message.is_readable();
        self.messages.get(&message).filter(is_here).ok_or_else(|| refuse(404, 10008, "Unknown Message"))
    }

    pub fn read_message(&mut self, request: &Request) -> Outcome {
        let message = self.found(request.id(1)?, request.id(3)?)?;
        self.require(&self.channels[&message.channel], permission::READ_MESSAGE_HISTORY)?;
        Ok(Accepted::ok(self.wire_message(message)))
    }

    /// Newest first. Without the permission there is nothing to read, and no error.
    pub fn read_messages(&mut self, request: &Request) -> Outcome {
        let channel = self.channel(request.id(1)?)?;
        let number = |key: &str| request.query.get(key).and_then(|text| text.parse::<u64>().ok());
        let limit = number("limit").unwrap_or(50);
        if !(1..=100).contains(&limit) {
            let mut form = Form::of(&Value::Null, "");
            form.complain("/limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.");
            form.end()?;
        }
        if self.permissions(BOT, channel) & permission::READ_MESSAGE_HISTORY == 0 {
            return Ok(Accepted::ok(json!([])));
        }
        let (after, before) = (number("after").unwrap_or(0), number("before").unwrap_or(u64::MAX));
        let all: Vec<_> = self.readable(channel.id).filter(|one| one.id > after && one.id < before).collect();
        let surplus = all.len().saturating_sub(limit as usize);
        // Those next to `after` when it is given, the newest otherwise.
        let wanted = if after > 0 { &all[..all.len() - surplus] } else { &all[surplus..] };
        Ok(Accepted::ok(wanted.iter().rev().map(|message| self.wire_message(message)).collect()))
    }

    pub fn edit_message(&mut self, request: &Request) -> Outcome {
        let message = self.found(request.id(1)?, request.id(3)?)?;
        if message.author != BOT {
            return Err(refuse(403, 50005, "Cannot edit a message authored by another user"));
        }
        let message = message.id;
        limits::message(Form::of(&request.body, ""))?;
        if self.channels[&self.messages[&message].channel].is_archived {
            return Err(refuse(400, 50083, "Thread is archived"));
        }
        Ok(Accepted::ok(self.change_message(message, request)?))
    }

    /// Lays the fields of an edit over a message.
    pub fn change_message(&mut self, id: Id, request: &Request) -> Result<Value, Refused> {
        let mut message = self.messages[&id].clone();
        for (key, value) in request.body.as_object().into_iter().flatten() {
            message.body[key] = value.clone();
        }
        if let Some(kept) = request.body["attachments"].as_array() {
            let ids: Vec<_> = kept.iter().map(|file| file["id"].clone()).collect();
            message.files.retain(|file| ids.contains(&json!(file.id.to_string())));
        }
        self.attach(&mut message, &request.files);
        if message.is_empty() {
            return Err(refuse(400, 50006, "Cannot send an empty message"));
        }
        message.edits += usize::from(!message.is_loading);
        message.edited_at = (!message.is_loading).then_some(self.now);
        message.is_loading = false;
        let wire = self.wire_message(&message);
        self.messages.insert(id, message);
        Ok(wire)
    }

    pub fn delete_message(&mut self, request: &Request) -> Outcome {
        let message = self.found(request.id(1)?, request.id(3)?)?.id;
        self.messages.get_mut(&message).unwrap().is_deleted = true;
        Ok(Accepted::empty())
    }

    pub fn crosspost(&mut self, request: &Request) -> Outcome {
        let message = self.found(request.id(1)?, request.id(3)?)?;
        let channel = &self.channels[&message.channel];
        if channel.kind != ANNOUNCEMENTS {
            return Err(refuse(400, 50024, "Cannot execute action on this channel type"));
        }
        if message.is_crossposted {
            return Err(refuse(400, 40033, "This message has already been crossposted"));
        }
        self.require(channel, permission::SEND_MESSAGES)?;
        let message = self.messages.get_mut(&request.id(3)?).unwrap();
        message.is_crossposted = true;
        let message = message.clone();
        Ok(Accepted::ok(self.wire_message(&message)))
    }

    /// A post in a forum, or a thread of a text channel without a message.
    pub fn create_thread(&mut self, request: &Request) -> Outcome {
        let parent = self.channel(request.id(1)?)?;
        let (parent_id, is_forum) = (parent.id, parent.kind == FORUM);
        let mut form = Form::of(&request.body, "");
        form.text("/name", 1, 100);
        form.end()?;
        let name = request.body["name"].as_str().unwrap_or_default();
        if !is_forum {
            self.require(parent, permission::CREATE_PUBLIC_THREADS)?;
            let id = self.new_id();
            self.add_thread(parent_id, name, id);
            return Ok(Accepted::created(self.wire_channel(id)));
        }
        limits::message(Form::of(&request.body, "/message"))?;
        self.require(parent, permission::SEND_MESSAGES)?;
        let message = self.new_message(parent_id, &request.body["message"], &request.files);
        if message.is_empty() {
            return Err(refuse(400, 50006, "Cannot send an empty message"));
        }
        // The first message of a post has the id of its thread.
        let id = message.id;
        self.add_thread(parent_id, name, id);
        let message = self.keep_message(Message { channel: id, thread: Some(id), ..message });
        let mut wire = self.wire_channel(id);
        wire["message"] = message;
        Ok(Accepted::created(wire))
    }

    /// A thread that begins at a message.
    pub fn create_thread_from_message(&mut self, request: &Request) -> Outcome {
        let message = self.found(request.id(1)?, request.id(3)?)?;
        let (id, channel) = (message.id, message.channel);
        let mut form = Form::of(&request.body, "");
        form.text("/name", 1, 100);
        form.end()?;
        if message.thread.is_some() {
            return Err(refuse(400, 160004, "A thread has already been created for this message"));
        }
        self.require(&self.channels[&channel], permission::CREATE_PUBLIC_THREADS)?;
        self.messages.get_mut(&id).unwrap().thread = Some(id);
        self.add_thread(channel, request.body["name"].as_str().unwrap_or_default(), id);
        Ok(Accepted::created(self.wire_channel(id)))
    }
}

/// A nonce may be text or a number.
fn nonce_of(body: &Value) -> Option<String> {
    match &body["nonce"] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
