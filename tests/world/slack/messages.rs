//! Messages: making, editing, reading and deleting them.

use serde_json::{Map, Value, json};

use super::api::{Accepted, Outcome, Refused, refuse};
use super::http::Request;
use super::interactions::InteractionId;
use super::limits::{self, Surface};
use super::oracle::{Link, Pings, Reading};
use super::state::{APP, BOT, BOT_ID, Channel, Id, Place, State, TEAM, Ts};

const TEXT_MAX: usize = 40_000;
const EDITED_TEXT_MAX: usize = 4_000;
const ATTACHMENTS_MAX: usize = 100;

#[derive(Clone, Debug)]
pub struct File {
    pub id: Id,
    pub name: String,
    pub title: String,
    pub bytes: Vec<u8>,
    /// Bytes that were announced.
    pub length: usize,
    pub is_uploaded: bool,
    pub owner: Id,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub channel: Id,
    pub ts: Ts,
    pub author: Id,
    pub text: String,
    pub blocks: Vec<Value>,
    pub attachments: Vec<Value>,
    /// `event_type` and `event_payload`, or null.
    pub metadata: Value,
    /// The message below which it stands.
    pub thread: Option<Ts>,
    /// A reply that the channel sees as well.
    pub is_broadcast: bool,
    /// Who alone sees it.
    pub seen_by: Option<Id>,
    /// The interaction that it answers.
    pub answers: Option<InteractionId>,
    pub pings: Pings,
    pub links: Vec<Link>,
    /// What is to be read, without Slack's marks.
    pub words: String,
    pub files: Vec<File>,
    pub edits: u32,
    pub is_deleted: bool,
    /// The body as it was sent.
    pub body: Map<String, Value>,
}

impl Message {
    pub fn is_ephemeral(&self) -> bool {
        self.seen_by.is_some()
    }

    /// Everything that can be pressed or chosen from: the elements as Slack keeps them.
    pub fn controls(&self) -> Vec<Value> {
        let inside = self.attachments.iter().filter_map(|attachment| attachment["blocks"].as_array()).flatten();
        self.blocks.iter().chain(inside).flat_map(controls_of).collect()
    }
}

/// The interactive elements of a block, each with the id of its block.
pub fn controls_of(block: &Value) -> Vec<Value> {
    let elements = block["elements"].as_array().into_iter().flatten();
    let all = elements.chain(block.get("accessory")).chain(block.get("element"));
    let interactive = all.filter(|element| element["action_id"].is_string());
    let with_block = interactive.map(|element| {
        let mut element = element.clone();
        element["block_id"] = block["block_id"].clone();
        element
    });
    with_block.collect()
}

impl State {
    /// Blocks as Slack keeps them: each with an id, and each action too.
    pub fn kept_blocks(&mut self, blocks: &Value) -> Vec<Value> {
        let mut blocks = blocks.as_array().cloned().unwrap_or_default();
        for block in &mut blocks {
            if block["block_id"].as_str().unwrap_or_default().is_empty() {
                block["block_id"] = json!(format!("b{:05}", self.next_number()));
            }
            let parts = ["accessory", "element"];
            let below = parts.iter().filter_map(|part| block.get(*part).map(|_| (*part).to_owned()));
            let mut paths: Vec<String> = below.map(|part| format!("/{part}")).collect();
            let count = block["elements"].as_array().map_or(0, Vec::len);
            paths.extend((0..count).map(|index| format!("/elements/{index}")));
            for path in paths {
                let element = block.pointer_mut(&path).unwrap();
                let kind = element["type"].as_str().unwrap_or_default();
                let is_interactive = limits::is_interactive(kind);
                if is_interactive && element["action_id"].as_str().unwrap_or_default().is_empty() {
                    element["action_id"] = json!(format!("a{:05}", self.next_number()));
                }
            }
        }
        blocks
    }

    /// The body with every JSON inside of it read, if the form is right.
    fn body_of(&self, request: &Request) -> Result<Map<String, Value>, Refused> {
        let mut body = request.args.clone();
        for (key, error) in [
            ("blocks", "invalid_blocks_format"),
            ("attachments", "invalid_attachments"),
            ("metadata", "invalid_metadata_format"),
        ] {
            match request.json(key).map_err(|()| refuse(error))? {
                Value::Null => drop(body.remove(key)),
                value => drop(body.insert(key.to_owned(), value)),
            }
        }
        Ok(body)
    }

    /// What Slack has against the body of a message, wherever it goes.
    pub fn check_message(&self, body: &Map<String, Value>) -> Result<(), Refused> {
        let is_filled = |key: &str| match body.get(key) {
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(Value::Array(all)) => !all.is_empty(),
            _ => false,
        };
        if let Some(blocks) = body.get("blocks") {
            limits::blocks(blocks, Surface::Message, &self.broken_pictures)?;
        }
        if is_filled("markdown_text") && (is_filled("text") || is_filled("blocks")) {
            return Err(refuse("markdown_text_conflict"));
        }
        if let Some(attachments) = body.get("attachments") {
            let all = attachments.as_array().ok_or_else(|| refuse("invalid_attachments"))?;
            if all.len() > ATTACHMENTS_MAX {
                return Err(refuse("too_many_attachments"));
            }
            for attachment in all.iter().filter_map(|attachment| attachment.get("blocks")) {
                limits::blocks(attachment, Surface::Message, &self.broken_pictures)?;
            }
        }
        limits::metadata(body.get("metadata"))?;
        if !["text", "markdown_text", "blocks", "attachments"].into_iter().any(is_filled) {
            return Err(refuse("no_text"));
        }
        Ok(())
    }

    /// A message, not yet posted.
    pub fn new_message(&mut self, channel: Id, author: Id, body: &Map<String, Value>) -> Message {
        let mut message = Message {
            channel,
            ts: self.new_ts(),
            author,
            text: String::new(),
            blocks: Vec::new(),
            attachments: Vec::new(),
            metadata: body.get("metadata").cloned().unwrap_or_default(),
            thread: None,
            is_broadcast: false,
            seen_by: None,
            answers: None,
            pings: Pings::default(),
            links: Vec::new(),
            words: String::new(),
            files: Vec::new(),
            edits: 0,
            is_deleted: false,
            body: Map::new(),
        };
        self.fill(&mut message, body);
        message
    }

    /// What a message says from now on.
    pub fn fill(&mut self, message: &mut Message, body: &Map<String, Value>) {
        let text = body.get("text").or(body.get("markdown_text")).and_then(Value::as_str).unwrap_or_default();
        message.text = text.chars().take(TEXT_MAX).collect();
        message.blocks = self.kept_blocks(body.get("blocks").unwrap_or(&Value::Null));
        message.attachments = body.get("attachments").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut shown = body.clone();
        shown.insert("text".to_owned(), json!(if body.contains_key("markdown_text") { "" } else { &message.text }));
        let reading = Reading::of(&shown);
        message.words = reading.words();
        message.pings = reading.pings;
        message.links = reading.links;
        message.body.clone_from(body);
    }

    /// A channel that the bot may know of.
    pub fn visible(&self, id: Option<Id>) -> Result<&Channel, Refused> {
        let unknown = || refuse("channel_not_found");
        let channel = self.channels.get(&id.ok_or_else(unknown)?).filter(|channel| !channel.is_deleted);
        let is_visible = |channel: &&Channel| channel.place == Place::Public || channel.has_bot();
        channel.filter(is_visible).ok_or_else(unknown)
    }

    /// Where a message is to go: a channel, `#name`, or a person.
    fn destination(&mut self, request: &Request) -> Result<Channel, Refused> {
        let name = request.text("channel").ok_or_else(|| refuse("channel_not_found"))?;
        let named = name.strip_prefix('#').unwrap_or(name);
        let of_name = self.channels.values().find(|channel| channel.name == named && !channel.is_deleted);
        let id = match name.parse() {
            Ok(person @ Id('U', _)) if self.people.contains_key(&person) => Some(self.dm(person)),
            Ok(id) => Some(id),
            Err(()) => of_name.map(|channel| channel.id),
        };
        let channel = self.visible(id)?.clone();
        if channel.is_archived {
            return Err(refuse("is_archived"));
        }
        if channel.place == Place::Direct && self.takes_no_dms {
            return Err(refuse("messages_tab_disabled"));
        }
        let writes_anywhere = channel.place == Place::Public && self.scopes.contains("chat:write.public");
        if !channel.has_bot() && !writes_anywhere {
            return Err(refuse("not_in_channel"));
        }
        if channel.is_restricted {
            return Err(refuse("restricted_action"));
        }
        Ok(channel)
    }

    /// The message below which a new one is to stand.
    fn thread_of(&self, channel: Id, request: &Request) -> Result<Option<Ts>, Refused> {
        let Some(text) = request.text("thread_ts") else { return Ok(None) };
        let ts: Ts = text.parse().map_err(|()| refuse("invalid_thread_ts"))?;
        let parent = self.messages.get(&ts).filter(|one| one.channel == channel && !one.is_ephemeral());
        let parent = parent.filter(|one| !one.is_deleted).ok_or_else(|| refuse("thread_not_found"))?;
        // A reply to a reply stands below the first message.
        Ok(Some(parent.thread.unwrap_or(ts)))
    }

    pub fn post_message(&mut self, request: &Request) -> Outcome {
        let channel = self.destination(request)?;
        let body = self.body_of(request)?;
        self.check_message(&body)?;
        limits::size(body.get("blocks"))?;
        let thread = self.thread_of(channel.id, request)?;
        let mut message = self.new_message(channel.id, BOT, &body);
        message.thread = thread;
        message.is_broadcast = thread.is_some() && request.flag("reply_broadcast");
        let is_cut = body.get("text").and_then(Value::as_str).is_some_and(|text| text.chars().count() > TEXT_MAX);
        let wire = self.wire_message(&message, true);
        let answer = json!({"channel": channel.id, "ts": message.ts, "message": wire});
        self.messages.insert(message.ts, message);
        let warnings = if is_cut { vec!["message_truncated"] } else { Vec::new() };
        Ok(Accepted { warnings, ..Accepted::with(answer) })
    }

    pub fn post_ephemeral(&mut self, request: &Request) -> Outcome {
        let channel = self.destination(request)?;
        let person = request.id("user").filter(|person| self.people.contains_key(person));
        let person = person.ok_or_else(|| refuse("user_not_found"))?;
        if !channel.members.contains(&person) {
            return Err(refuse("user_not_in_channel"));
        }
        let body = self.body_of(request)?;
        self.check_message(&body)?;
        limits::size(body.get("blocks"))?;
        let mut message = self.new_message(channel.id, BOT, &body);
        message.thread = self.thread_of(channel.id, request)?;
        message.seen_by = Some(person);
        message.answers = self.last_interaction_of(person);
        let ts = message.ts;
        if let Some(answers) = message.answers {
            self.interactions.get_mut(&answers).unwrap().said.messages.push(ts);
        }
        self.messages.insert(ts, message);
        Ok(Accepted::with(json!({"message_ts": ts})))
    }

    /// A message of the bot that is still there.
    fn own(&self, request: &Request, error: &str) -> Result<Ts, Refused> {
        let channel = self.visible(request.id("channel"))?.id;
        let ts: Ts = request.text("ts").and_then(|ts| ts.parse().ok()).ok_or_else(|| refuse("message_not_found"))?;
        let there = self.messages.get(&ts).filter(|one| one.channel == channel && !one.is_deleted);
        let message = there.filter(|one| !one.is_ephemeral()).ok_or_else(|| refuse("message_not_found"))?;
        if message.author == BOT { Ok(ts) } else { Err(refuse(error)) }
    }

    pub fn update_message(&mut self, request: &Request) -> Outcome {
        let ts = self.own(request, "cant_update_message")?;
        let mut body = self.body_of(request)?;
        if body.get("text").and_then(Value::as_str).is_some_and(|text| text.chars().count() > EDITED_TEXT_MAX) {
            return Err(refuse("msg_too_long"));
        }
        self.check_message(&body)?;
        limits::size(body.get("blocks"))?;
        let mut message = self.messages[&ts].clone();
        if let Some(metadata) = body.get("metadata") {
            message.metadata = metadata.clone();
        }
        if !body.contains_key("blocks") && body.contains_key("text") {
            // Blocks go away when a text alone comes.
            body.insert("blocks".to_owned(), json!([]));
        }
        self.fill(&mut message, &body);
        message.edits += 1;
        let wire = self.wire_message(&message, true);
        let answer = json!({"channel": message.channel, "ts": ts, "text": message.text, "message": wire});
        self.messages.insert(ts, message);
        Ok(Accepted::with(answer))
    }

    pub fn delete_message(&mut self, request: &Request) -> Outcome {
        let ts = self.own(request, "cant_delete_message")?;
        let message = self.messages.get_mut(&ts).unwrap();
        message.is_deleted = true;
        Ok(Accepted::with(json!({"channel": message.channel, "ts": ts})))
    }

    pub fn permalink(&self, request: &Request) -> Outcome {
        let channel = self.visible(request.id("channel"))?.id;
        let ts: Option<Ts> = request.text("message_ts").and_then(|ts| ts.parse().ok());
        let message = ts.and_then(|ts| self.messages.get(&ts)).filter(|one| one.channel == channel && !one.is_deleted);
        let message = message.ok_or_else(|| refuse("message_not_found"))?;
        let thread = message.thread.map_or(String::new(), |thread| format!("?thread_ts={thread}&cid={channel}"));
        let link = format!("https://sim.slack.com/archives/{channel}/p{}{thread}", message.ts.0);
        Ok(Accepted::with(json!({"channel": channel, "permalink": link})))
    }

    /// What is to be seen in a channel, by all or by one alone.
    pub fn seen(&self, channel: Id, by: Option<Id>) -> Vec<Message> {
        let is_seen = |one: &&Message| one.channel == channel && one.seen_by == by && !one.is_deleted;
        self.messages.values().filter(is_seen).cloned().collect()
    }

    pub fn wire_message(&self, message: &Message, with_metadata: bool) -> Value {
        let mut wire = json!({
            "type": "message", "ts": message.ts, "user": message.author, "text": message.text, "team": TEAM,
        });
        if message.author == BOT {
            wire["bot_id"] = json!(BOT_ID);
            wire["app_id"] = json!(APP);
            wire["bot_profile"] = json!({"id": BOT_ID, "app_id": APP, "user_id": BOT, "name": "tidings", "deleted": false, "team_id": TEAM});
        }
        if !message.blocks.is_empty() {
            wire["blocks"] = json!(message.blocks);
        }
        if !message.attachments.is_empty() {
            wire["attachments"] = json!(message.attachments);
        }
        if !message.files.is_empty() {
            wire["files"] = message.files.iter().map(|file| self.wire_file(file)).collect();
        }
        if message.edits > 0 {
            wire["edited"] = json!({"user": message.author, "ts": message.ts});
        }
        if with_metadata && !message.metadata.is_null() {
            wire["metadata"] = message.metadata.clone();
        }
        let below = self.messages.values().filter(|one| one.thread == Some(message.ts) && !one.is_deleted);
        let below: Vec<_> = below.filter(|one| !one.is_ephemeral()).map(|one| one.ts).collect();
        if let Some(last) = below.last() {
            wire["thread_ts"] = json!(message.ts);
            wire["reply_count"] = json!(below.len());
            wire["latest_reply"] = json!(last);
        }
        if let Some(thread) = message.thread {
            wire["thread_ts"] = json!(thread);
            wire["parent_user_id"] = json!(self.messages.get(&thread).map(|parent| parent.author));
            if message.is_broadcast {
                wire["subtype"] = json!("thread_broadcast");
            }
        }
        wire
    }
}
