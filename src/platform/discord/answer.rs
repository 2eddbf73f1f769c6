//! Answering interactions: within three seconds, or by saying that an answer follows; for the asker
//! alone where it is private.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use serenity::model::application::Interaction;
use tokio::task::JoinHandle;

use super::rest::{CallError, File, Rest};
use super::{inbound, lower};
use crate::model::doc::Doc;
use crate::port::{Choice, Clock, Desk, Invocation, Reply};

/// An answer that takes longer is announced first: Discord waits three seconds in all (platforms,
/// section E).
const PATIENCE: Duration = Duration::from_millis(1500);
/// Kinds of first answers (Interactions, Receiving and Responding).
const PONG: u8 = 1;
const MESSAGE: u8 = 4;
const DEFERRED: u8 = 5;
const CHOICES: u8 = 8;
/// The flag of messages that the asker alone sees.
const EPHEMERAL: u64 = 64;
/// A follow-up that Discord does not take yet is tried this often, this far apart.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// What is left to say after the first answer.
pub struct Pending {
    /// Where follow-ups go: `/webhooks/{application}/{token}`.
    path: String,
    what: Left,
}

enum Left {
    /// The desk still thinks.
    Thinking(JoinHandle<Reply>),
    /// The answer has a file, which the first answer cannot carry everywhere.
    Whole(Reply),
    /// Messages that found no room in the first.
    More(Vec<Value>, bool),
}

/// The first answer to an interaction, and what follows. `None`: it wants no answer.
pub async fn begin(interaction: Interaction, desk: Arc<dyn Desk>) -> Option<(Value, Option<Pending>)> {
    match interaction {
        Interaction::Ping(_) => Some((json!({ "type": PONG }), None)),
        Interaction::Command(command) => {
            let path = format!("/webhooks/{}/{}", command.application_id, command.token);
            Some(first(inbound::command(&command), path, desk).await)
        }
        Interaction::Component(press) => {
            let path = format!("/webhooks/{}/{}", press.application_id, press.token);
            Some(match inbound::press(&press) {
                Some(invocation) => first(invocation, path, desk).await,
                None => (message(&Reply::private(too_old())).0, None),
            })
        }
        Interaction::Autocomplete(typing) => {
            let choices = match inbound::typing(&typing) {
                Some(suggestion) => tokio::time::timeout(PATIENCE, desk.suggest(suggestion)).await.unwrap_or_default(),
                None => Vec::new(),
            };
            Some((suggestions(&choices), None))
        }
        _ => None,
    }
}

fn too_old() -> Doc {
    Doc::says("That button is of an older version and does nothing any more.")
}

fn suggestions(choices: &[Choice]) -> Value {
    let choice = |one: &Choice| json!({ "name": one.label, "value": one.value });
    json!({ "type": CHOICES, "data": { "choices": choices.iter().map(choice).collect::<Vec<_>>() } })
}

async fn first(invocation: Invocation, path: String, desk: Arc<dyn Desk>) -> (Value, Option<Pending>) {
    let mut thinking = tokio::spawn(async move { desk.answer(invocation).await });
    let deferred = |is_private: bool| {
        let flags = if is_private { EPHEMERAL } else { 0 };
        json!({ "type": DEFERRED, "data": { "flags": flags } })
    };
    match tokio::time::timeout(PATIENCE, &mut thinking).await {
        // Nobody knows yet for whom it will be. What was announced to the asker alone stays so, all of it.
        Err(_) => (deferred(true), Some(Pending { path, what: Left::Thinking(thinking) })),
        Ok(Ok(reply)) if reply.file.is_some() => {
            (deferred(reply.private), Some(Pending { path, what: Left::Whole(reply) }))
        }
        Ok(outcome) => {
            let reply = outcome.unwrap_or_else(|_| crashed());
            let (first, more) = message(&reply);
            let left = (!more.is_empty()).then(|| Pending { path, what: Left::More(more, reply.private) });
            (first, left)
        }
    }
}

fn crashed() -> Reply {
    Reply::private(Doc::says("That did not work: the bot stumbled over it. Nothing was changed."))
}

/// The first answer as a message, and those that follow it.
fn message(reply: &Reply) -> (Value, Vec<Value>) {
    let mut messages = lower::answer(&reply.doc).into_iter().map(|body| with_privacy(body, reply.private));
    let first = messages.next().unwrap_or_default();
    (json!({ "type": MESSAGE, "data": first }), messages.collect())
}

fn with_privacy(mut body: Value, is_private: bool) -> Value {
    if let Some(fields) = body.as_object_mut().filter(|_| is_private) {
        fields.insert("flags".to_owned(), EPHEMERAL.into());
    }
    body
}

/// Says what is left.
pub async fn finish(pending: Pending, rest: &Rest, clock: &dyn Clock) {
    let path = pending.path;
    let (messages, file, is_private) = match pending.what {
        Left::More(more, is_private) => {
            return follow_up(&path, more, is_private, rest, clock).await;
        }
        Left::Whole(reply) => (lower::answer(&reply.doc), reply.file, reply.private),
        Left::Thinking(thinking) => {
            let reply = thinking.await.unwrap_or_else(|_| crashed());
            (lower::answer(&reply.doc), reply.file, true)
        }
    };
    let mut messages = messages.into_iter();
    let first = messages.next().unwrap_or_default();
    let original = format!("{path}/messages/@original");
    if say(&original, &first, file.as_ref(), rest, clock).await {
        follow_up(&path, messages.collect(), is_private, rest, clock).await;
    }
}

async fn follow_up(path: &str, messages: Vec<Value>, is_private: bool, rest: &Rest, clock: &dyn Clock) {
    for body in messages {
        if !say(path, &with_privacy(body, is_private), None, rest, clock).await {
            return;
        }
    }
}

/// Edits the first answer, or adds one. True when Discord took it.
async fn say(path: &str, body: &Value, file: Option<&File>, rest: &Rest, clock: &dyn Clock) -> bool {
    for attempt in 1..=TRIES {
        let outcome =
            if path.ends_with("@original") { rest.patch(path, body, file).await } else { rest.post(path, body).await };
        let pause = match outcome {
            Ok(_) => return true,
            Err(CallError::Wait { until, .. }) => {
                Duration::try_from(until.duration_since(clock.now())).unwrap_or(PAUSE)
            }
            // Discord may not have taken in the first answer yet.
            Err(CallError::Refused { status: 404, .. } | CallError::NotSent(_) | CallError::NoAnswer(_)) => PAUSE,
            Err(error) => {
                tracing::warn!("Discord did not take an answer to a command: {error}");
                return false;
            }
        };
        if attempt < TRIES {
            tokio::time::sleep(pause.min(PAUSE_MAX)).await;
        }
    }
    tracing::warn!("Discord did not take an answer to a command in {TRIES} tries");
    false
}
