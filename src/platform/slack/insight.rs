//! The depth of a card, as a reply in its thread: said once, for everybody. Who asks again is shown
//! where it is.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer::{Voice, set};
use super::heard::Origin;
use super::lower;
use super::rest::CallError;
use crate::model::doc::{Block, Doc, Link};
use crate::port::Reply;

/// The metadata by which our replies are known again.
const EVENT: &str = "tidings_insight";
/// How long a reply is remembered without looking, and how many.
const AGE: SignedDuration = SignedDuration::from_hours(24);
const KNOWN_MAX: usize = 10_000;
/// Replies of a thread that are looked through.
const REPLIES: &str = "200";

/// Where the depth of a card is: the reply's timestamp, once Slack has given one.
#[derive(Clone, Debug)]
struct Told {
    since: Timestamp,
    ts: Option<String>,
}

/// The replies that were made, by channel and card's message.
#[derive(Default)]
pub struct Insights {
    known: Mutex<HashMap<String, Told>>,
}

impl Insights {
    /// Says the depth under its card, or where it stands already. `card`: the timestamp of the card's
    /// message.
    pub async fn tell(&self, voice: Voice<'_>, origin: &Origin, card: &str, doc: &Doc) {
        let key = format!("{}/{card}", origin.channel);
        if let Some(known) = self.begin(&key, voice.clock.now()) {
            return match known {
                Some(ts) => voice.say(origin, Reply::private(place(voice, origin, &ts).await)).await,
                None => voice.say(origin, Reply::private(Doc::says("It is just being written under the card."))).await,
            };
        }
        match made(voice, origin, card).await {
            Some(ts) => {
                self.end(&key, Some(&ts), voice.clock.now());
                voice.say(origin, Reply::private(place(voice, origin, &ts).await)).await;
            }
            None => match make(voice, origin, card, doc).await {
                Ok(ts) => self.end(&key, Some(&ts), voice.clock.now()),
                Err(error) => {
                    self.end(&key, None, voice.clock.now());
                    tracing::warn!("Slack did not take an insight under its card: {error}");
                    // For the asker alone is better than not at all.
                    voice.say(origin, Reply::private(doc.clone())).await;
                }
            },
        }
    }

    /// What is known of it. `None`: nothing yet, and it is now being made.
    fn begin(&self, key: &str, now: Timestamp) -> Option<Option<String>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_kept = |one: &Told| now.duration_since(one.since).abs() < AGE;
        if let Some(one) = known.get(key).filter(|one| is_kept(one)) {
            return Some(one.ts.clone());
        }
        if known.len() >= KNOWN_MAX {
            known.retain(|_, one| is_kept(one));
        }
        if known.len() >= KNOWN_MAX {
            known.clear();
        }
        known.insert(key.to_owned(), Told { since: now, ts: None });
        None
    }

    fn end(&self, key: &str, ts: Option<&str>, now: Timestamp) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match ts {
            Some(ts) => drop(known.insert(key.to_owned(), Told { since: now, ts: Some(ts.to_owned()) })),
            None => drop(known.remove(key)),
        }
    }
}

/// The thread that a card's replies hang in: its own, unless it is a reply itself.
fn thread<'a>(origin: &'a Origin, card: &'a str) -> &'a str {
    origin.thread.as_deref().unwrap_or(card)
}

/// Looks for a reply from before a restart.
async fn made(voice: Voice<'_>, origin: &Origin, card: &str) -> Option<String> {
    let arguments = [
        ("channel", origin.channel.as_str()),
        ("ts", thread(origin, card)),
        ("include_all_metadata", "true"),
        ("limit", REPLIES),
    ];
    // Without the scope for it nothing is found, and it is said again.
    let answer = voice.rest.read("conversations.replies", &arguments).await.ok()?;
    let is_it = |message: &&Value| {
        let Some(metadata) = message.get("metadata") else { return false };
        let of = metadata.get("event_payload").and_then(|payload| payload.get("card")?.as_str());
        metadata.get("event_type").and_then(Value::as_str) == Some(EVENT) && of == Some(card)
    };
    let messages = answer.get("messages")?.as_array()?;
    messages.iter().find(is_it)?.get("ts")?.as_str().map(str::to_owned)
}

async fn make(voice: Voice<'_>, origin: &Origin, card: &str, doc: &Doc) -> Result<String, CallError> {
    let mut first = None;
    for message in lower::answer(doc) {
        let mut body = message.body();
        set(&mut body, "channel", origin.channel.as_str().into());
        set(&mut body, "thread_ts", thread(origin, card).into());
        set(&mut body, "metadata", json!({ "event_type": EVENT, "event_payload": { "card": card } }));
        let posted = voice.rest.post_answer(&origin.channel, &body).await;
        match (posted, &first) {
            (Ok(posted), None) => first = posted.get("ts").and_then(Value::as_str).map(str::to_owned),
            (Ok(_), Some(_)) => {}
            (Err(error), None) => return Err(error),
            (Err(error), Some(_)) => tracing::warn!("Slack did not take the rest of an insight: {error}"),
        }
    }
    first.ok_or_else(|| CallError::NoAnswer("Slack names no message".to_owned()))
}

/// Where the reply is.
async fn place(voice: Voice<'_>, origin: &Origin, ts: &str) -> Doc {
    let arguments = [("channel", origin.channel.as_str()), ("message_ts", ts)];
    let url = voice.rest.read("chat.getPermalink", &arguments).await.ok();
    let url = url.and_then(|answer| answer.get("permalink")?.as_str().map(str::to_owned));
    let link = Link { label: "The insight is in the card's thread.".into(), url, note: None };
    Doc::new(vec![Block::Links(vec![link])])
}
