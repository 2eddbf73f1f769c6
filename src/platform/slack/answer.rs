//! Saying an answer: through the response_url that Slack gave, else to the asker alone in the
//! channel; in the app's own conversation as messages.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::access::Access;
use super::heard::Origin;
use super::lower::{self, Message};
use super::rest::{CallError, Rest};
use crate::model::doc::{Block, Doc, Sentence};
use crate::port::{Clock, Reply};

/// An answer that Slack does not take yet is tried this often, this far apart.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// Everything that an answer needs.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    pub rest: &'a Rest,
    pub access: &'a Access,
    pub clock: &'a dyn Clock,
}

impl Voice<'_> {
    /// Says a reply to who asked.
    pub async fn say(&self, origin: &Origin, reply: Reply) {
        let mut doc = reply.doc;
        if let Some((name, text)) = &reply.file {
            let said = match self.send_file(origin, name, text).await {
                Ok(()) => "The file is in your messages with this app.".to_owned(),
                Err(error) => format!("The file could not be sent: {error}."),
            };
            doc.blocks.push(Block::List(vec![Sentence { text: said.into(), mark: None }]));
        }
        for message in lower::answer(&doc) {
            if !self.say_one(origin, &message, reply.private).await {
                return;
            }
        }
    }

    /// True when Slack took it.
    async fn say_one(&self, origin: &Origin, message: &Message, is_private: bool) -> bool {
        for attempt in 1..=TRIES {
            let error = match self.try_say(origin, message, is_private).await {
                Ok(()) => return true,
                Err(error) => error,
            };
            let pause = match &error {
                CallError::Wait { until, .. } => pause_until(until.duration_since(self.clock.now())),
                CallError::NotSent(_) | CallError::NoAnswer(_) => PAUSE,
                CallError::Refused { .. } => {
                    tracing::warn!("Slack did not take an answer: {error}");
                    return false;
                }
            };
            if attempt < TRIES {
                tokio::time::sleep(pause).await;
            }
        }
        tracing::warn!("Slack did not take an answer in {TRIES} tries");
        false
    }

    async fn try_say(&self, origin: &Origin, message: &Message, is_private: bool) -> Result<(), CallError> {
        let mut body = message.body();
        if let Some(response_url) = &origin.response_url {
            let kind = if is_private { "ephemeral" } else { "in_channel" };
            set(&mut body, "response_type", kind.into());
            set(&mut body, "replace_original", false.into());
            match self.rest.respond(response_url, &body).await {
                // Used up or too old: there are other ways.
                Err(CallError::Refused { code, detail }) => {
                    tracing::debug!("A response_url is not taken any more ({code}: {detail})");
                }
                said => return said,
            }
            if let Some(fields) = body.as_object_mut() {
                fields.retain(|name, _| name != "response_type" && name != "replace_original");
            }
        }
        let is_direct = origin.channel.is_empty() || origin.channel.starts_with('D');
        let channel = if origin.channel.is_empty() {
            self.access.channel_of(&super::access::direct(&origin.team, &origin.user)).await?
        } else {
            origin.channel.clone()
        };
        set(&mut body, "channel", channel.as_str().into());
        if let Some(thread) = &origin.thread {
            set(&mut body, "thread_ts", thread.as_str().into());
        }
        if is_private && !is_direct {
            set(&mut body, "user", origin.user.as_str().into());
            return self.rest.write("chat.postEphemeral", &body).await.map(drop);
        }
        self.rest.post_answer(&channel, &body).await.map(drop)
    }

    /// Puts a file into the asker's own conversation with the app: nothing of it is for others.
    async fn send_file(&self, origin: &Origin, name: &str, text: &str) -> Result<(), CallError> {
        let channel = self.access.channel_of(&super::access::direct(&origin.team, &origin.user)).await?;
        let length = text.len().to_string();
        let place = self.rest.read("files.getUploadURLExternal", &[("filename", name), ("length", &length)]).await?;
        let field = |name: &str| place.get(name).and_then(Value::as_str).unwrap_or_default();
        self.rest.upload(field("upload_url"), text.as_bytes().to_vec()).await?;
        let body = json!({ "files": [{ "id": field("file_id"), "title": name }], "channel_id": channel });
        self.rest.write("files.completeUploadExternal", &body).await.map(drop)
    }
}

fn pause_until(wait: SignedDuration) -> Duration {
    Duration::try_from(wait).unwrap_or(PAUSE).min(PAUSE_MAX)
}

/// Sets a field of a request.
pub fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// What is said when the desk stumbled.
pub fn crashed() -> Reply {
    Reply::private(Doc::says("That did not work: the bot stumbled over it. Nothing was changed."))
}
