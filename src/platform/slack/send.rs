//! Posting to Slack, changing and answering what was posted.

use std::time::Duration;

use serde_json::{Value, json};

use super::Slack;
use super::answer::set;
use super::files;
use super::lower::{self, Form};
use super::rest::CallError;
use super::verdict::{self, Failure, failure};
use crate::model::delivery::{Delivery, Verdict};
use crate::model::doc::{Block, Doc};
use crate::port::{Lease, Target};

/// The metadata that our posts carry, by which they are known again.
const EVENT: &str = "tidings_delivery";
/// What is wrong with the thread of a message that was to be answered; the channel may be all right.
pub const NO_THREAD: &[&str] = &[
    "thread_not_found",
    "message_not_found",
    "cannot_reply_to_message",
    "restricted_action_thread_locked",
    "restricted_action_non_threadable_channel",
];
/// With its picture a send ends within this time, so that it is not taken for unanswered.
const PICTURE_UNTIL: Duration = Duration::from_secs(20);

/// A message of the queue. `to`: channel and thread.
pub fn post(doc: &Doc, form: Form, mention: Option<&str>, to: (&str, Option<&str>), delivery: &str) -> Value {
    let mut body = lower::post(doc, form, mention).body();
    set(&mut body, "channel", to.0.into());
    if let Some(thread) = to.1 {
        set(&mut body, "thread_ts", thread.into());
    }
    set(&mut body, "metadata", metadata(delivery));
    body
}

/// What takes the place of a message. Nobody is called by it.
fn edit(doc: &Doc, form: Form, (channel, ts): (&str, &str), delivery: &str) -> Value {
    let message = lower::post(doc, form, None);
    json!({
        "channel": channel,
        "ts": ts,
        "text": message.text,
        "blocks": message.blocks,
        "parse": "none",
        "link_names": false,
        "metadata": metadata(delivery),
    })
}

fn metadata(delivery: &str) -> Value {
    json!({ "event_type": EVENT, "event_payload": { "delivery": delivery } })
}

/// Whether a message is the one of this delivery.
pub fn is_it(message: &Value, delivery: &str) -> bool {
    let Some(metadata) = message.get("metadata") else { return false };
    let of = metadata.get("event_payload").and_then(|payload| payload.get("delivery")?.as_str());
    metadata.get("event_type").and_then(Value::as_str) == Some(EVENT) && of == Some(delivery)
}

/// The thread that a delivery stands in: that of its address, or of the message that it answers.
pub fn thread_of(lease: &Lease) -> Option<&str> {
    let own = lease.delivery().to.thread.as_deref();
    match lease.target() {
        Target::Answer(ts) => own.or(Some(ts)),
        Target::New | Target::Edit(_) | Target::Nowhere => own,
    }
}

/// What went wrong before anything was posted.
fn unposted(error: CallError) -> CallError {
    match error {
        CallError::NoAnswer(why) => CallError::NotSent(why),
        other => other,
    }
}

impl Slack {
    pub(super) async fn try_send(&self, lease: &Lease, doc: &Doc) -> Result<Verdict, CallError> {
        if let Target::Edit(ts) = lease.target() {
            return self.edit(lease.delivery(), ts, doc).await;
        }
        let until = tokio::time::sleep(PICTURE_UNTIL);
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await.map_err(unposted)?;
        let (own, mut thread) = (delivery.to.thread.as_deref(), thread_of(lease));
        let mut posted = self.post_in_some_form((&channel, thread), true, delivery, doc).await;
        if thread != own && posted.as_ref().is_err_and(|error| error.is(NO_THREAD)) {
            // Nothing can be said below what it answers: then beside it.
            thread = own;
            posted = self.post_in_some_form((&channel, thread), false, delivery, doc).await;
        }
        let receipt = posted?.get("ts").and_then(Value::as_str).map(str::to_owned);
        if let Some(picture) = &doc.picture {
            // The message stands, whatever becomes of its picture.
            tokio::select! {
                biased;
                () = until => tracing::warn!("Slack took too long over a message; its picture is left out"),
                () = files::show(&self.rest, (&channel, thread), picture) => {}
            }
        }
        Ok(Verdict::Sent { receipt })
    }

    /// The fullest form that Slack takes. `is_first`: it waits for the channel's pace.
    async fn post_in_some_form(
        &self,
        to: (&str, Option<&str>),
        is_first: bool,
        delivery: &Delivery,
        doc: &Doc,
    ) -> Result<Value, CallError> {
        let mut refused = None;
        for form in forms(doc) {
            let body = post(doc, form, delivery.mention.as_deref(), to, delivery.id.as_str());
            // A plainer form follows a refused one, which was no post.
            let posted = match form {
                Form::Whole if is_first => self.rest.post(to.0, &body).await,
                Form::Whole | Form::WithoutPictures | Form::Plain => self.rest.post_answer(to.0, &body).await,
            };
            let error = match posted {
                Ok(posted) => return Ok(posted),
                Err(error) => error,
            };
            match failure(error.clone()) {
                Failure::Malformed(why) => {
                    let id = &delivery.id;
                    tracing::warn!(delivery.id = %id, "Slack does not take a message of ours ({why}); a plainer form is sent");
                    refused = Some(error);
                }
                Failure::Verdict(_) => return Err(error),
            }
        }
        Err(refused.unwrap_or_else(|| CallError::NotSent("nothing was sent".to_owned())))
    }

    /// Changes a message. Doing it twice changes nothing; what cannot be changed stays as it is.
    async fn edit(&self, delivery: &Delivery, ts: &str, doc: &Doc) -> Result<Verdict, CallError> {
        let unchanged = Verdict::Sent { receipt: None };
        let channel = self.access.channel_of(&delivery.to).await.map_err(unposted)?;
        // It goes on being known as what it was.
        let first = delivery.anchor.as_ref().map_or(&delivery.id, |anchor| anchor.on());
        // Without blocks the text would be markup.
        for form in forms(doc).filter(|form| *form != Form::Plain) {
            let body = edit(doc, form, (&channel, ts), first.as_str());
            let error = match self.rest.write("chat.update", &body).await {
                Ok(_) => return Ok(Verdict::Sent { receipt: Some(ts.to_owned()) }),
                Err(error) => error,
            };
            if verdict::passes(&error) {
                return Err(error);
            }
            if !matches!(failure(error.clone()), Failure::Malformed(_)) {
                // Deleted, or out of reach. The next post tells what is wrong with the place.
                tracing::debug!("A message on Slack could not be changed: {error}");
                return Ok(unchanged);
            }
            let id = &delivery.id;
            tracing::warn!(delivery.id = %id, "Slack does not take a change of ours ({error})");
        }
        Ok(unchanged)
    }
}

/// The forms of a message, the fullest first.
fn forms(doc: &Doc) -> impl Iterator<Item = Form> {
    let has_pictures = doc.blocks.iter().any(|block| matches!(block, Block::Image { .. }));
    let forms = [Form::Whole, Form::WithoutPictures, Form::Plain];
    forms.into_iter().filter(move |form| has_pictures || *form != Form::WithoutPictures)
}
