//! Posting to Telegram, changing and answering what was posted.

use std::time::Duration;

use serde_json::Value;

use super::Telegram;
use super::lower::{self, Call, Envelope};
use super::rest::CallError;
use super::verdict::{Failure, failure};
use crate::model::delivery::{Delivery, Verdict};
use crate::model::doc::{Doc, Picture};
use crate::model::subscription::Address;
use crate::port::{Lease, Target};

/// With its picture a send ends within this time, so that it is not taken for unanswered.
const PICTURE_UNTIL: Duration = Duration::from_secs(20);
/// What Telegram says of an edit that changes nothing (Bot API server, Client.cpp; td, MessagesManager).
const NOT_MODIFIED: &str = "message is not modified";
/// What it says of a text that stands below a picture.
const IS_CAPTION: &str = "there is no text in the message to edit";

impl Telegram {
    pub(super) async fn deliver(&self, lease: &Lease, doc: &Doc) -> Verdict {
        let to = &lease.delivery().to;
        let envelope = Envelope::to(to);
        match lease.target() {
            Target::Edit(receipt) => match message_of(receipt, to) {
                Some(message) => self.edit(lease.delivery(), &envelope, message, doc).await,
                // It stands in the chat that this one was before.
                None => Verdict::Sent { receipt: None },
            },
            Target::Answer(receipt) => {
                let envelope = match message_of(receipt, to) {
                    Some(message) => envelope.answering(message),
                    None => envelope,
                };
                self.post(lease, envelope, doc).await
            }
            Target::New | Target::Nowhere => self.post(lease, envelope, doc).await,
        }
    }

    /// Tries the forms of a post, the fullest first. Each is sent only after Telegram has said that
    /// it did not take the one before. A picture that has no room for the words comes behind them: they are
    /// the message, and stand whatever becomes of it.
    async fn post(&self, lease: &Lease, envelope: Envelope, doc: &Doc) -> Verdict {
        let until = tokio::time::sleep(PICTURE_UNTIL);
        let delivery = lease.delivery();
        let envelope = envelope.calling(delivery.mention.as_deref());
        let text = lower::text_post(doc, &envelope);
        // Perhaps it was the picture that took too long: once in doubt, it is left out.
        let first = if lease.in_doubt() { text.clone() } else { lower::post(doc, &envelope) };
        let mut forms = vec![first, text, lower::plain_post(doc, &envelope)];
        forms.dedup();
        let mut refused = String::new();
        for form in &forms {
            match self.try_post(form, &delivery.to).await {
                Ok(message) => {
                    let picture = doc.picture.as_ref().filter(|_| form.file.is_none() && !lease.in_doubt());
                    if let (Some(picture), Some(message)) = (picture, message) {
                        tokio::select! {
                            biased;
                            () = until => tracing::warn!("Telegram took too long over a message; its picture is left out"),
                            () = self.show(picture, Envelope::to(&delivery.to).answering(message)) => {}
                        }
                    }
                    let receipt = message.map(|message| receipt(message, &delivery.to));
                    return Verdict::Sent { receipt };
                }
                Err(Failure::Verdict(verdict)) => return verdict,
                Err(Failure::Malformed(why)) if form.method == lower::PHOTO => {
                    tracing::info!(delivery.id = %delivery.id, "Telegram does not take the picture of a card ({why}); it goes without");
                    refused = why;
                }
                Err(Failure::Malformed(why)) => {
                    tracing::error!(delivery.id = %delivery.id, "Telegram does not take a message of ours ({why}); its plain form is sent");
                    refused = why;
                }
            }
        }
        Verdict::Refused { reason: refused }
    }

    /// The number of the message.
    async fn try_post(&self, form: &Call, to: &Address) -> Result<Option<i32>, Failure> {
        let sent = self.rest.post(form).await.map_err(|error| failure(error, to))?;
        Ok(sent.get("message_id").and_then(Value::as_i64).and_then(|id| id.try_into().ok()))
    }

    async fn show(&self, picture: &Picture, envelope: Envelope) {
        if let Err(error) = self.rest.reply(&lower::picture(picture, &envelope)).await {
            tracing::warn!("A picture could not be shown on Telegram: {error}");
        }
    }

    /// Changes a message. Doing it twice changes nothing; what cannot be changed stays as it is.
    async fn edit(&self, delivery: &Delivery, envelope: &Envelope, message: i32, doc: &Doc) -> Verdict {
        let done = Verdict::Sent { receipt: Some(receipt(message, &delivery.to)) };
        let mut outcome = self.rest.post(&lower::edit_text(doc, envelope, message)).await;
        if says(&outcome, IS_CAPTION) {
            outcome = self.rest.post(&lower::edit_caption(doc, envelope, message)).await;
        }
        match outcome {
            Ok(_) => done,
            Err(CallError::Refused { description, .. }) if description.contains(NOT_MODIFIED) => done,
            // Deleted, too old, out of reach, in another chat by now. The next post tells what is wrong
            // with the place.
            Err(CallError::Refused { code: 400 | 403 | 413, description, .. }) => {
                tracing::debug!("A message on Telegram could not be changed: {description}");
                Verdict::Sent { receipt: None }
            }
            Err(error) => match failure(error, &delivery.to) {
                Failure::Verdict(verdict) => verdict,
                Failure::Malformed(reason) => Verdict::Retry { reason },
            },
        }
    }
}

fn says(outcome: &Result<Value, CallError>, words: &str) -> bool {
    matches!(outcome, Err(CallError::Refused { description, .. }) if description.contains(words))
}

/// A message's chat and number. A group that has become a supergroup counts from one again.
fn receipt(message: i32, to: &Address) -> String {
    format!("{}/{message}", to.channel)
}

/// The number of the message of a receipt, if it stands in this chat. Receipts were numbers alone before.
fn message_of(receipt: &str, to: &Address) -> Option<i32> {
    match receipt.rsplit_once('/') {
        Some((chat, message)) => message.parse().ok().filter(|_| chat == to.channel),
        None => receipt.parse().ok(),
    }
}
