//! Whether a delivery in doubt has arrived: what the bot posted since its first send is looked through.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::SignedDuration;
use serde_json::Value;

use super::access::{self, Access, snowflake, text};
use super::lower::{self, Envelope};
use super::rest::{CallError, Rest};
use crate::model::delivery::Delivery;
use crate::model::doc::Doc;

/// Our clock and Discord's may differ by this much.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(5);
/// Messages of one request.
const PAGE: usize = 100;
/// Messages that are looked through for one delivery.
const MESSAGES_MAX: usize = 1000;
/// Messages that stand for themselves, and replies (Message Types).
const POSTS: [u64; 2] = [0, 19];
/// Deliveries whose search is remembered.
const MARKS_MAX: usize = 10_000;

/// What a search came to.
pub enum Search {
    /// The message as Discord has it.
    There(Value),
    Missing,
    /// So much was posted since then that not all of it was looked through.
    TooMuch,
}

/// How far a channel was looked through.
#[derive(Clone, Copy)]
struct Mark {
    /// The last message that was looked at.
    after: u64,
    count: usize,
}

/// Where searches stopped when Discord's limits interrupted them: the next look goes on there.
#[derive(Default)]
pub struct Marks(Mutex<HashMap<String, Mark>>);

impl Marks {
    fn get(&self, delivery: &Delivery) -> Option<Mark> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(delivery.id.as_str()).copied()
    }

    fn put(&self, delivery: &Delivery, mark: Mark) {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if marks.len() >= MARKS_MAX {
            marks.clear();
        }
        marks.insert(delivery.id.as_str().to_owned(), mark);
    }

    fn remove(&self, delivery: &Delivery) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(delivery.id.as_str());
    }
}

/// What a search stands on.
pub struct Seeker<'a> {
    pub rest: &'a Rest,
    pub access: &'a Access,
    pub marks: &'a Marks,
}

impl Seeker<'_> {
    pub async fn search(
        &self,
        delivery: &Delivery,
        doc: &Doc,
        (channel, kind): (&str, u64),
    ) -> Result<Search, CallError> {
        let since = delivery.first_sent().checked_sub(CLOCKS_APART).unwrap_or(delivery.first_sent());
        let after = snowflake(since);
        let wanted = Wanted::new(delivery, doc, self.access.own_id().await?);
        if kind == access::FORUM {
            return self.in_forum(channel, after, &wanted).await;
        }
        let found = self.in_channel(channel, delivery, after, &wanted).await?;
        self.marks.remove(delivery);
        Ok(found)
    }

    /// Oldest first, from the first send on.
    async fn in_channel(
        &self,
        channel: &str,
        delivery: &Delivery,
        after: u64,
        wanted: &Wanted,
    ) -> Result<Search, CallError> {
        let mut mark = self.marks.get(delivery).unwrap_or(Mark { after, count: 0 });
        while mark.count < MESSAGES_MAX {
            let path = format!("/channels/{channel}/messages?limit={PAGE}&after={}", mark.after);
            let page = self.rest.get(&path).await?;
            let messages = page.as_array().map(Vec::as_slice).unwrap_or_default();
            if let Some(found) = messages.iter().find(|message| wanted.is(message)) {
                return Ok(Search::There(found.clone()));
            }
            if messages.len() < PAGE {
                return Ok(Search::Missing);
            }
            let newest = messages.iter().filter_map(|message| text(message, "id").parse().ok()).max();
            mark = Mark { after: newest.unwrap_or(mark.after), count: mark.count + messages.len() };
            self.marks.put(delivery, mark);
        }
        Ok(Search::TooMuch)
    }

    /// A post of a forum is the first message of a thread, with the thread's own id.
    async fn in_forum(&self, forum: &str, after: u64, wanted: &Wanted) -> Result<Search, CallError> {
        let Some(threads) = self.access.own_threads(forum, after).await? else { return Ok(Search::TooMuch) };
        for thread in threads {
            match self.rest.get(&format!("/channels/{thread}/messages/{thread}")).await {
                Ok(message) if wanted.is(&message) => return Ok(Search::There(message)),
                // Somebody deleted it, or its thread.
                Ok(_) | Err(CallError::Refused { code: 10003 | 10008, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Search::Missing)
    }
}

/// By what a message is known again.
struct Wanted {
    own_id: String,
    nonce: String,
    whole: Value,
    plain: Value,
}

impl Wanted {
    fn new(delivery: &Delivery, doc: &Doc, own_id: String) -> Self {
        let envelope = Envelope::default();
        let (whole, plain) = (lower::post(doc, &envelope), lower::plain_post(doc, &envelope));
        Self { own_id, nonce: delivery.id.as_str().to_owned(), whole, plain }
    }

    /// Whether a message is it: by its nonce, by its buttons, by its words, or by those of the plain form.
    fn is(&self, message: &Value) -> bool {
        let is_own = message.get("author").is_some_and(|author| text(author, "id") == self.own_id);
        // Answers to commands can have the same words.
        let is_post = POSTS.contains(&message.get("type").and_then(Value::as_u64).unwrap_or(0));
        if !is_own || !is_post {
            return false;
        }
        let (own, its) = (presses(&self.whole), presses(message));
        let words = |message: &Value| text(message, "content").trim().to_owned();
        let is_plain =
            its.is_empty() && lower::signature(message) == (None, None) && words(message) == words(&self.plain);
        message.get("nonce").and_then(Value::as_str) == Some(&self.nonce)
            || (!own.is_empty() && its == own)
            || (own.is_empty() && lower::signature(message) == lower::signature(&self.whole))
            || is_plain
    }
}

/// What the buttons of a message do.
fn presses(message: &Value) -> Vec<&str> {
    let rows = message.get("components").and_then(Value::as_array);
    let buttons = rows.into_iter().flatten().filter_map(|row| row.get("components")?.as_array()).flatten();
    buttons.filter_map(|button| button.get("custom_id")?.as_str()).collect()
}
