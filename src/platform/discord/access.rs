//! What Discord knows of places: channels and their kinds, direct messages, the bot's own rights.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use serenity::model::Permissions;

use super::DIRECT;
use super::rest::{CallError, Rest};
use crate::model::subscription::Address;

/// Kinds of channels (Channel Types).
pub const ANNOUNCEMENT: u64 = 5;
pub const FORUM: u64 = 15;
const THREADS: std::ops::RangeInclusive<u64> = 10..=12;
/// Places that are remembered.
const PLACES_MAX: usize = 50_000;

/// What the bot needs in a channel: to see it, to post cards with pictures and files, to look back
/// whether a post arrived, to answer in threads.
pub const NEEDED: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::ATTACH_FILES)
    .union(Permissions::READ_MESSAGE_HISTORY)
    .union(Permissions::SEND_MESSAGES_IN_THREADS);

pub struct Access {
    rest: Arc<Rest>,
    /// Direct channels, by person.
    directs: Mutex<HashMap<String, String>>,
    kinds: Mutex<HashMap<String, u64>>,
    own_id: Mutex<Option<String>>,
}

impl Access {
    pub fn new(rest: Arc<Rest>) -> Self {
        Self { rest, directs: Mutex::default(), kinds: Mutex::default(), own_id: Mutex::default() }
    }

    /// The channel of an address; a person's is opened.
    pub async fn channel_of(&self, address: &Address) -> Result<String, CallError> {
        let Some(person) = address.channel.strip_prefix(DIRECT) else { return Ok(address.channel.clone()) };
        if let Some(known) = get(&self.directs, person) {
            return Ok(known);
        }
        let channel = self.rest.post("/users/@me/channels", &json!({ "recipient_id": person })).await?;
        let id = text(&channel, "id");
        put(&self.directs, person, id.clone());
        put(&self.kinds, &id, 1);
        Ok(id)
    }

    pub async fn kind_of(&self, channel: &str) -> Result<u64, CallError> {
        if let Some(known) = get(&self.kinds, channel) {
            return Ok(known);
        }
        let found = self.rest.get(&format!("/channels/{channel}")).await?;
        let kind = found.get("type").and_then(Value::as_u64).unwrap_or(0);
        put(&self.kinds, channel, kind);
        Ok(kind)
    }

    /// The open threads of a forum.
    pub async fn threads_of(&self, forum: &str) -> Result<Vec<String>, CallError> {
        let channel = self.rest.get(&format!("/channels/{forum}")).await?;
        let guild = text(&channel, "guild_id");
        let active = self.rest.get(&format!("/guilds/{guild}/threads/active")).await?;
        let threads = active.get("threads").and_then(Value::as_array);
        let of_forum = |thread: &&Value| text(thread, "parent_id") == forum;
        Ok(threads.into_iter().flatten().filter(of_forum).map(|thread| text(thread, "id")).collect())
    }

    /// Whether the bot wrote a message itself.
    pub async fn is_own(&self, message: &Value) -> Result<bool, CallError> {
        let own = self.own_id().await?;
        Ok(message.get("author").is_some_and(|author| text(author, "id") == own))
    }

    async fn own_id(&self) -> Result<String, CallError> {
        let known = self.own_id.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let id = text(&self.rest.get("/users/@me").await?, "id");
        *self.own_id.lock().unwrap_or_else(PoisonError::into_inner) = Some(id.clone());
        Ok(id)
    }

    /// The rights that the bot lacks in a channel (Permissions, Permission Overwrites).
    pub async fn missing(&self, address: &Address) -> Result<Permissions, CallError> {
        let mut channel = self.rest.get(&format!("/channels/{}", address.channel)).await?;
        if channel.get("type").and_then(Value::as_u64).is_some_and(|kind| THREADS.contains(&kind)) {
            // Threads have the overwrites of the channel they hang from.
            channel = self.rest.get(&format!("/channels/{}", text(&channel, "parent_id"))).await?;
        }
        let guild_id = text(&channel, "guild_id");
        let own = self.own_id().await?;
        let member = self.rest.get(&format!("/guilds/{guild_id}/members/{own}")).await?;
        let roles = self.rest.get(&format!("/guilds/{guild_id}/roles")).await?;
        let mut mine: Vec<String> = strings(member.get("roles"));
        mine.push(guild_id);
        let of_mine = |role: &&Value| mine.contains(&text(role, "id"));
        let has = roles.as_array().into_iter().flatten().filter(of_mine).map(|role| bits(role, "permissions"));
        let mut allowed = has.fold(Permissions::empty(), |all, one| all | one);
        if allowed.contains(Permissions::ADMINISTRATOR) {
            return Ok(Permissions::empty());
        }
        // Overwrites of @everyone, then of roles, then of the member.
        let overwrites: Vec<&Value> =
            channel.get("permission_overwrites").and_then(Value::as_array).into_iter().flatten().collect();
        let everyone = mine.last().cloned().unwrap_or_default();
        let of = |ids: &[String]| -> (Permissions, Permissions) {
            let chosen = overwrites.iter().filter(|one| ids.contains(&text(one, "id")));
            chosen.fold((Permissions::empty(), Permissions::empty()), |(deny, allow), one| {
                (deny | bits(one, "deny"), allow | bits(one, "allow"))
            })
        };
        let others: Vec<String> = mine.iter().filter(|id| **id != everyone).cloned().collect();
        for (deny, allow) in [of(&[everyone]), of(&others), of(&[own])] {
            allowed = (allowed - deny) | allow;
        }
        Ok(NEEDED - allowed)
    }
}

fn bits(value: &Value, name: &str) -> Permissions {
    let bits = value.get(name).and_then(Value::as_str).and_then(|text| text.parse().ok()).unwrap_or(0);
    Permissions::from_bits_truncate(bits)
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}

pub fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn get<T: Clone>(map: &Mutex<HashMap<String, T>>, key: &str) -> Option<T> {
    map.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
}

fn put<T>(map: &Mutex<HashMap<String, T>>, key: &str, value: T) {
    let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
    if map.len() >= PLACES_MAX {
        map.clear();
    }
    map.insert(key.to_owned(), value);
}
