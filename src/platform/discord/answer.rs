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
    /// The whole answer: it begins with a file, which the first answer cannot carry everywhere.
    Whole(Vec<Message>, bool),
    /// Messages that found no room in the first.
    More(Vec<Message>, bool),
}

/// One message of an answer.
struct Message {
    body: Value,
    files: Vec<File>,
    /// The same without its picture, for the day that Discord does not take that.
    bare: Option<Value>,
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
                None => (said_alone(&too_old()), None),
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

/// A first answer that nothing follows, for the asker alone.
fn said_alone(doc: &Doc) -> Value {
    let first = lower::answer(doc).into_iter().next().unwrap_or_default();
    json!({ "type": MESSAGE, "data": with_privacy(first, true) })
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
        Ok(outcome) => {
            let reply = outcome.unwrap_or_else(|_| crashed());
            let (mut all, is_private) = (messages(&reply), reply.private);
            if all.first().is_some_and(|first| !first.files.is_empty()) {
                return (deferred(is_private), Some(Pending { path, what: Left::Whole(all, is_private) }));
            }
            let more = all.split_off(all.len().min(1));
            let left = (!more.is_empty()).then(|| Pending { path, what: Left::More(more, is_private) });
            let first = all.pop().map(|first| with_privacy(first.body, is_private)).unwrap_or_default();
            (json!({ "type": MESSAGE, "data": first }), left)
        }
    }
}

fn crashed() -> Reply {
    Reply::private(Doc::says("That did not work: the bot stumbled over it. Nothing was changed."))
}

/// All messages of a reply, in order.
fn messages(reply: &Reply) -> Vec<Message> {
    let docs = std::iter::once(&reply.doc).chain(&reply.more);
    let mut messages: Vec<Message> = docs.flat_map(of_doc).collect();
    if let (Some((name, text)), Some(first)) = (&reply.file, messages.first_mut()) {
        if let Some(named) = first.body.get_mut("attachments").and_then(Value::as_array_mut) {
            named.push(json!({ "id": first.files.len(), "filename": name }));
        }
        first.files.push(File { name: name.clone(), bytes: text.clone().into_bytes() });
    }
    messages
}

/// A doc's picture stands in its first message.
fn of_doc(doc: &Doc) -> Vec<Message> {
    let bare = |body| Message { body, files: Vec::new(), bare: None };
    let mut messages: Vec<Message> = lower::answer(doc).into_iter().map(bare).collect();
    if let (Some(_), Some(first)) = (&doc.picture, messages.first_mut()) {
        first.files = lower::files(doc);
        first.bare = lower::answer(&Doc { picture: None, ..doc.clone() }).into_iter().next();
    }
    messages
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
    let (mut messages, is_private) = match pending.what {
        Left::More(more, is_private) => return follow_up(&path, more, is_private, rest, clock).await,
        Left::Whole(messages, is_private) => (messages, is_private),
        Left::Thinking(thinking) => (messages(&thinking.await.unwrap_or_else(|_| crashed())), true),
    };
    let more = messages.split_off(messages.len().min(1));
    let original = format!("{path}/messages/@original");
    if let Some(first) = messages.pop()
        && say(&original, first, rest, clock).await
    {
        follow_up(&path, more, is_private, rest, clock).await;
    }
}

async fn follow_up(path: &str, messages: Vec<Message>, is_private: bool, rest: &Rest, clock: &dyn Clock) {
    for message in messages {
        let private = |body| with_privacy(body, is_private);
        let message = Message { body: private(message.body), bare: message.bare.map(private), ..message };
        if !say(path, message, rest, clock).await {
            return;
        }
    }
}

/// Edits the first answer, or adds one. True when Discord took it.
async fn say(path: &str, mut message: Message, rest: &Rest, clock: &dyn Clock) -> bool {
    for attempt in 1..=TRIES {
        let (body, files) = (&message.body, &message.files);
        let outcome = if path.ends_with("@original") {
            rest.patch(path, body, files).await
        } else {
            rest.post_with(path, body, files).await
        };
        let pause = match outcome {
            Ok(_) => return true,
            Err(CallError::Wait { until, .. }) => {
                Duration::try_from(until.duration_since(clock.now())).unwrap_or(PAUSE)
            }
            // Discord may not have taken in the first answer yet.
            Err(CallError::Refused { status: 404, .. } | CallError::NotSent(_) | CallError::NoAnswer(_)) => PAUSE,
            Err(error) => match message.bare.take() {
                Some(body) => {
                    tracing::warn!("Discord does not take the picture of an answer ({error}); it goes without");
                    message.body = body;
                    // A file of words came behind it.
                    message.files.drain(..1);
                    continue;
                }
                None => {
                    tracing::warn!("Discord did not take an answer to a command: {error}");
                    return false;
                }
            },
        };
        if attempt < TRIES {
            tokio::time::sleep(pause.min(PAUSE_MAX)).await;
        }
    }
    tracing::warn!("Discord did not take an answer to a command in {TRIES} tries");
    false
}
