//! What Discord knows of places: channels and their kinds, direct messages, the bot's own rights.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use serenity::model::Permissions;

use super::DIRECT;
use super::rest::{CallError, Rest};
use crate::model::subscription::Address;
use crate::port::Clock;

/// Kinds of channels (Channel Types).
pub const ANNOUNCEMENT: u64 = 5;
pub const FORUM: u64 = 15;
pub const THREAD: u64 = 11;
const THREADS: std::ops::RangeInclusive<u64> = 10..=12;
/// Places that are remembered.
const PLACES_MAX: usize = 50_000;
/// How long a channel's kind is believed: its owners can make another of it.
const KIND_KEPT: SignedDuration = SignedDuration::from_mins(10);
/// Threads that one request lists, and requests for the archived ones of a forum.
const THREADS_OF_PAGE: usize = 100;
const ARCHIVE_PAGES_MAX: usize = 5;

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
    clock: Arc<dyn Clock>,
    /// Direct channels, by person.
    directs: Mutex<HashMap<String, String>>,
    /// What channels are, and when that was asked.
    kinds: Mutex<HashMap<String, (u64, Timestamp)>>,
    own_id: Mutex<Option<String>>,
}

impl Access {
    pub fn new(rest: Arc<Rest>, clock: Arc<dyn Clock>) -> Self {
        Self { rest, clock, directs: Mutex::default(), kinds: Mutex::default(), own_id: Mutex::default() }
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
        Ok(id)
    }

    pub async fn kind_of(&self, channel: &str) -> Result<u64, CallError> {
        let now = self.clock.now();
        if let Some((kind, asked)) = get(&self.kinds, channel)
            && now.duration_since(asked).abs() < KIND_KEPT
        {
            return Ok(kind);
        }
        self.ask_kind_of(channel).await
    }

    /// Also when it seems to be known: an answer did not fit it.
    pub async fn ask_kind_of(&self, channel: &str) -> Result<u64, CallError> {
        let found = self.rest.get(&format!("/channels/{channel}")).await?;
        let kind = found.get("type").and_then(Value::as_u64).unwrap_or(0);
        put(&self.kinds, channel, (kind, self.clock.now()));
        Ok(kind)
    }

    /// The bot's own threads of a forum that began after the snowflake `after`, open and archived.
    /// `None`: there are more than can be looked through.
    pub async fn own_threads(&self, forum: &str, after: u64) -> Result<Option<Vec<String>>, CallError> {
        let own = self.own_id().await?;
        let guild = text(&self.rest.get(&format!("/channels/{forum}")).await?, "guild_id");
        let mut found = Vec::new();
        let mut gather = |listed: &Value| {
            let threads = listed.get("threads").and_then(Value::as_array);
            let ids = threads.into_iter().flatten().filter(|thread| {
                let is_later = text(thread, "id").parse::<u64>().is_ok_and(|id| id > after);
                is_later && text(thread, "parent_id") == forum && text(thread, "owner_id") == own
            });
            found.extend(ids.map(|thread| text(thread, "id")));
        };
        gather(&self.rest.get(&format!("/guilds/{guild}/threads/active")).await?);
        // Newest first by the time of archiving, which is never before that of beginning.
        let mut before = String::new();
        for _ in 0..ARCHIVE_PAGES_MAX {
            let path = format!("/channels/{forum}/threads/archived/public?limit={THREADS_OF_PAGE}{before}");
            let archived = self.rest.get(&path).await?;
            gather(&archived);
            let last = archived.get("threads").and_then(|threads| threads.as_array()?.last());
            let since = last
                .map(|last| last.get("thread_metadata").map_or_else(String::new, |one| text(one, "archive_timestamp")));
            let is_over = archived.get("has_more").and_then(Value::as_bool) != Some(true);
            match since.and_then(|since| since.parse::<Timestamp>().ok()) {
                Some(since) if !is_over && snowflake(since) > after => before = format!("&before={since}"),
                _ => return Ok(Some(found)),
            }
        }
        Ok(None)
    }

    pub async fn own_id(&self) -> Result<String, CallError> {
        let known = self.own_id.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let id = text(&self.rest.get("/users/@me").await?, "id");
        *self.own_id.lock().unwrap_or_else(PoisonError::into_inner) = Some(id.clone());
        Ok(id)
    }

    /// The rights that the bot lacks in a channel.
    pub async fn missing(&self, channel: &str) -> Result<Permissions, CallError> {
        Ok(NEEDED - self.rights(channel).await?.0)
    }

    /// Those among them without which nothing can be posted there.
    pub async fn missing_to_post(&self, channel: &str) -> Result<Permissions, CallError> {
        let (rights, is_thread) = self.rights(channel).await?;
        let send = if is_thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
        Ok((Permissions::VIEW_CHANNEL | Permissions::EMBED_LINKS | send) - rights)
    }

    /// The bot's rights in a channel, and whether it is a thread (Permissions, Permission Overwrites).
    async fn rights(&self, channel: &str) -> Result<(Permissions, bool), CallError> {
        let mut channel = self.rest.get(&format!("/channels/{channel}")).await?;
        let is_thread = channel.get("type").and_then(Value::as_u64).is_some_and(|kind| THREADS.contains(&kind));
        if is_thread {
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
            return Ok((Permissions::all(), is_thread));
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
        Ok((allowed, is_thread))
    }
}

/// The first id of a moment (Reference, Snowflakes).
pub fn snowflake(at: Timestamp) -> u64 {
    const EPOCH_MS: i64 = 1_420_070_400_000;
    u64::try_from(at.as_millisecond() - EPOCH_MS).unwrap_or(0) << 22
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
