//! Saying an answer: through the response_url that Slack gave, else to the asker alone in the
//! channel; in the app's own conversation as messages.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use super::access::Access;
use super::files::{self, File};
use super::heard::Origin;
use super::lower::{self, Message};
use super::rest::{CallError, Rest};
use crate::locale::Words;
use crate::model::doc::{Block, Doc, Picture, Sentence};
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
    /// Says a reply to who asked: its messages in order, each with its picture behind it.
    pub async fn say(&self, origin: &Origin, reply: Reply) {
        let is_private = reply.private;
        let mut docs: Vec<Doc> = std::iter::once(reply.doc).chain(reply.more).collect();
        if let (Some((name, text)), Some(doc)) = (&reply.file, docs.first_mut()) {
            let said = match self.send_file(origin, name, text).await {
                Ok(()) => "The file is in your messages with this app.".to_owned(),
                Err(error) => format!("The file could not be sent: {error}."),
            };
            doc.blocks.push(Block::List(vec![Sentence { text: said.into(), mark: None }]));
        }
        let is_elsewhere = is_private && !is_direct(origin);
        if let Some(doc) = docs.iter_mut().rfind(|doc| doc.picture.is_some()).filter(|_| is_elsewhere) {
            let said = Words::default().say("words-picture-elsewhere");
            doc.blocks.push(Block::List(vec![Sentence { text: said.into(), mark: None }]));
        }
        for doc in &docs {
            for message in lower::answer(doc) {
                if !self.say_one(origin, &message, is_private).await {
                    return;
                }
            }
            if let Some(picture) = &doc.picture {
                self.show(origin, picture, is_private).await;
            }
        }
    }

    /// Shows a picture where its answer stands. What one person alone sees has no files, so theirs comes
    /// to their own conversation with the app.
    async fn show(&self, origin: &Origin, picture: &Picture, is_private: bool) {
        if !origin.channel.is_empty() && (!is_private || is_direct(origin)) {
            return files::show(self.rest, (&origin.channel, origin.thread.as_deref()), picture).await;
        }
        match self.access.channel_of(&super::access::direct(&origin.team, &origin.user)).await {
            Ok(channel) => files::show(self.rest, (&channel, None), picture).await,
            Err(error) => tracing::warn!("A picture could not be shown on Slack: {error}"),
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
        let is_direct = is_direct(origin);
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
        let file = File { name, title: name, alt: None, bytes: text.as_bytes().to_vec() };
        files::share(self.rest, (&channel, None), file).await
    }
}

/// Whether it was said to the app alone; views are nowhere else.
fn is_direct(origin: &Origin) -> bool {
    origin.channel.is_empty() || origin.channel.starts_with('D')
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
