//! What the bot is called, and who may do what in a chat. Read from the answers as they are: what a
//! newer Bot API adds to them must not make them unreadable.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::rest::{CallError, Rest};
use crate::port::Clock;

/// How long a right that was looked up counts for words. Presses are always looked up anew.
const KNOWN_FOR: SignedDuration = SignedDuration::from_mins(1);
/// Rights that are remembered.
const KNOWN_MAX: usize = 10_000;

/// The bot itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    pub id: i64,
    /// Without the `@`.
    pub name: String,
    pub can_join_groups: bool,
    /// Whether its privacy mode is off.
    pub hears_everything: bool,
}

/// What somebody is in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// May change what is posted there.
    Manages,
    Member,
    Stranger,
    /// Telegram does not say: the list of members is hidden, and the bot is no administrator.
    Hidden,
}

pub struct Access {
    pub(super) rest: Arc<Rest>,
    clock: Arc<dyn Clock>,
    me: Mutex<Option<Me>>,
    /// Chat and person: what they are there, and when that was looked up.
    known: Mutex<HashMap<(String, String), (Standing, Timestamp)>>,
}

impl Access {
    pub fn new(rest: Arc<Rest>, clock: Arc<dyn Clock>) -> Self {
        Self { rest, clock, me: Mutex::default(), known: Mutex::default() }
    }

    /// Asked once.
    pub async fn me(&self) -> Result<Me, CallError> {
        let known = self.me.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(me) => Ok(me),
            None => self.ask_me().await,
        }
    }

    /// Asked now.
    pub async fn ask_me(&self) -> Result<Me, CallError> {
        let answer = self.rest.ask("getMe", &json!({})).await?;
        let can = |name: &str| answer.get(name).and_then(Value::as_bool).unwrap_or(false);
        let me = Me {
            id: answer.get("id").and_then(Value::as_i64).unwrap_or_default(),
            name: text(&answer, "username").to_owned(),
            can_join_groups: can("can_join_groups"),
            hears_everything: can("can_read_all_group_messages"),
        };
        *self.me.lock().unwrap_or_else(PoisonError::into_inner) = Some(me.clone());
        Ok(me)
    }

    /// What a person is in a chat, as Telegram says now.
    pub async fn standing(&self, chat: &str, person: &str) -> Result<Standing, CallError> {
        let standing = match self.member(chat, person).await {
            Ok(member) => standing(&member),
            Err(CallError::Refused { code: 400 | 403, description, .. }) => refused(&description),
            Err(error) => return Err(error),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert((chat.to_owned(), person.to_owned()), (standing, self.clock.now()));
        Ok(standing)
    }

    /// The same, as it was within the last minute.
    pub async fn standing_lately(&self, chat: &str, person: &str) -> Result<Standing, CallError> {
        let key = (chat.to_owned(), person.to_owned());
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        match known {
            Some((standing, at)) if self.clock.now().duration_since(at).abs() < KNOWN_FOR => Ok(standing),
            _ => self.standing(chat, person).await,
        }
    }

    /// A chat, by its number or public name.
    pub async fn chat(&self, chat: &str) -> Result<Value, CallError> {
        self.rest.ask("getChat", &json!({ "chat_id": id(chat) })).await
    }

    pub async fn member(&self, chat: &str, person: &str) -> Result<Value, CallError> {
        self.rest.ask("getChatMember", &json!({ "chat_id": id(chat), "user_id": id(person) })).await
    }

    /// What keeps the bot from posting to a chat. `None`: nothing does.
    pub async fn missing(&self, chat: &Value) -> Result<Option<&'static str>, CallError> {
        if text(chat, "type") == "private" {
            return Ok(None);
        }
        let me = self.me().await?;
        let id = chat.get("id").and_then(Value::as_i64).unwrap_or_default();
        let member = self.member(&id.to_string(), &me.id.to_string()).await?;
        Ok(missing(chat, &member))
    }
}

/// Numbers as numbers: Telegram reads both, people's stand-ins and proxies do not.
fn id(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn can(value: &Value, name: &str) -> Option<bool> {
    value.get(name).and_then(Value::as_bool)
}

/// What a member may do. To change what is posted in a channel is for those who may post there
/// (Bot API, ChatMemberAdministrator: the right is stated for channels alone).
fn standing(member: &Value) -> Standing {
    match text(member, "status") {
        "creator" => Standing::Manages,
        "administrator" if can(member, "can_post_messages") != Some(false) => Standing::Manages,
        "administrator" | "member" => Standing::Member,
        "restricted" if can(member, "is_member") == Some(true) => Standing::Member,
        _ => Standing::Stranger,
    }
}

/// Why there is no word about a member (Bot API server, Client.cpp; td, ChatManager).
fn refused(description: &str) -> Standing {
    let said = description.to_lowercase();
    match said.contains("member list is inaccessible") || said.contains("chat_admin_required") {
        true => Standing::Hidden,
        false => Standing::Stranger,
    }
}

fn missing(chat: &Value, member: &Value) -> Option<&'static str> {
    let is_channel = text(chat, "type") == "channel";
    let may_members = chat.get("permissions").and_then(|all| can(all, "can_send_messages")) != Some(false);
    match text(member, "status") {
        "creator" => None,
        "administrator" if is_channel && can(member, "can_post_messages") != Some(true) => {
            Some("the bot lacks the right Post Messages; give it that among the channel's administrators")
        }
        "administrator" => None,
        "member" | "restricted" if is_channel => Some("the bot is no administrator; make it one, with Post Messages"),
        "restricted" if can(member, "can_send_messages") != Some(true) => {
            Some("the bot may not write there; lift its restriction in the group's settings")
        }
        "member" if !may_members => Some("members may not write there; make the bot an administrator"),
        "member" | "restricted" => None,
        _ => Some("the bot is not in that chat; add it there"),
    }
}
