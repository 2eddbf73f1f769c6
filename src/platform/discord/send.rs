//! Posting to Discord, changing and answering what was posted, and looking whether a post in doubt has
//! arrived.

use serde_json::{Value, json};

use super::Discord;
use super::access;
use super::find::{Search, Seeker};
use super::lower::{self, Envelope};
use super::rest::{CallError, File};
use super::verdict::{self, Failure, failure};
use crate::model::delivery::{Delivery, Verdict};
use crate::model::doc::Doc;
use crate::port::{Found, Lease, Target};

/// The flag of a message that the channel's followers have got (Message Flags, CROSSPOSTED).
const CROSSPOSTED: u64 = 1;
/// What Discord says to a message that they have got already.
const ALREADY_CROSSPOSTED: u64 = 40033;
/// The name of a thread in a forum, in characters (Channel, Start Thread in Forum Channel).
const THREAD_NAME_MAX: usize = 100;
/// What is wrong with a reply, or with the thread of a forum that it was to stand in: deleted, archived
/// and locked, no right to read what it answers.
const NO_REPLY: &[u64] = &[10003, 10008, 50083, 160_002, 160_005];

impl Discord {
    pub(super) async fn try_send(&self, lease: &Lease, doc: &Doc) -> Result<Verdict, CallError> {
        if let Target::Edit(receipt) = lease.target() {
            return match self.edit(lease.delivery(), receipt, doc).await {
                Ok(()) => Ok(Verdict::Sent { receipt: Some(receipt.to_owned()) }),
                Err(error) if verdict::is_passing(&error) => Err(error),
                Err(error) if matches!(failure(error.clone()), Failure::Malformed(_)) => {
                    let id = &lease.delivery().id;
                    tracing::error!(delivery.id = %id, "Discord does not take a change of ours ({error}); the message stays as it was");
                    Ok(Verdict::Sent { receipt: None })
                }
                Err(error) => {
                    // Deleted, or out of reach: there is nothing to change. The next post tells what is
                    // wrong with the place.
                    tracing::debug!("A message on Discord could not be changed: {error}");
                    Ok(Verdict::Sent { receipt: None })
                }
            };
        }
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await.map_err(unsent)?;
        let kind = self.access.kind_of(&channel).await.map_err(unsent)?;
        let (kind, posted) = match self.post_where_it_belongs((&channel, kind), lease, doc).await {
            Err(CallError::Refused { code: 50013, .. }) => return Ok(self.without_rights(&channel).await),
            outcome => outcome?,
        };
        let receipt = posted.get("id").and_then(Value::as_str).map(str::to_owned);
        Ok(match self.follow_up(delivery, (&channel, kind), &posted).await {
            Ok(()) => Verdict::Sent { receipt },
            // The next attempt finds the post and publishes it.
            Err(reason) => Verdict::Unsure { reason },
        })
    }

    /// Changes a message. Doing it twice changes nothing.
    async fn edit(&self, delivery: &Delivery, message: &str, doc: &Doc) -> Result<(), CallError> {
        let channel = self.access.channel_of(&delivery.to).await.map_err(unsent)?;
        let kind = self.access.kind_of(&channel).await.map_err(unsent)?;
        // A post of a forum is the first message of a thread, with the thread's own id.
        let channel = if kind == access::FORUM { message } else { &channel };
        let path = format!("/channels/{channel}/messages/{message}");
        self.rest.patch(&path, &lower::edit(doc), &lower::files(doc)).await.map(drop)
    }

    /// A reply stands under what it answers, in a forum in that post's thread; where that cannot be, it is
    /// a post like others.
    async fn post_where_it_belongs(
        &self,
        place: (&str, u64),
        lease: &Lease,
        doc: &Doc,
    ) -> Result<(u64, Value), CallError> {
        let delivery = lease.delivery();
        let alone = Envelope { nonce: Some(delivery.id.as_str()), mention: delivery.mention.as_deref(), answers: None };
        if let Target::Answer(receipt) = lease.target() {
            let envelope = Envelope { answers: Some(receipt), ..alone };
            match self.post_in_some_form(thread_of(place, receipt), &envelope, doc).await {
                Err(CallError::Refused { code, .. }) if NO_REPLY.contains(&code) => {}
                outcome => return outcome,
            }
        }
        self.post_in_some_form(place, &alone, doc).await
    }

    /// The post, and what kind of channel took it. What does not fit is said again: without its picture, to
    /// a channel that has become another kind, or in the plainest form.
    async fn post_in_some_form(
        &self,
        (channel, mut kind): (&str, u64),
        envelope: &Envelope<'_>,
        doc: &Doc,
    ) -> Result<(u64, Value), CallError> {
        let (mut body, files) = (lower::post(doc, envelope), lower::files(doc));
        let mut outcome = self.post((channel, kind), &body, &files, doc).await;
        if let (Err(error @ CallError::Refused { .. }), false) = (&outcome, files.is_empty()) {
            tracing::warn!("Discord does not take a message with a picture ({error}); it is sent without");
            body = lower::post(&Doc { picture: None, ..doc.clone() }, envelope);
            outcome = self.post((channel, kind), &body, &[], doc).await;
        }
        if let Err(CallError::Refused { code: 50008 | 50024, .. }) = outcome {
            let now = self.access.ask_kind_of(channel).await.map_err(unsent)?;
            if now != kind {
                kind = now;
                outcome = self.post((channel, kind), &body, &[], doc).await;
            }
        }
        if let Err(error) = &outcome
            && let Failure::Malformed(why) = failure(error.clone())
        {
            let id = envelope.nonce.unwrap_or_default();
            tracing::error!(delivery.id = %id, "Discord does not take a message of ours ({why}); its plain form is sent");
            outcome = self.post((channel, kind), &lower::plain_post(doc, envelope), &[], doc).await;
        }
        Ok((kind, outcome?))
    }

    /// "Missing Permissions" is also said to a bot that is timed out, or while a change of rights is on
    /// its way: a place is given up only when the rights are really not there.
    async fn without_rights(&self, channel: &str) -> Verdict {
        match self.access.missing_to_post(channel).await {
            Ok(missing) if missing.is_empty() => {
                Verdict::Retry { reason: "Discord refuses a post although the bot has the rights (50013)".to_owned() }
            }
            Ok(missing) => Verdict::Gone { reason: format!("the bot may not write there: it needs {missing}") },
            Err(error) => match failure(unsent(error)) {
                Failure::Verdict(verdict) => verdict,
                Failure::Malformed(reason) => Verdict::Retry { reason },
            },
        }
    }

    async fn post(
        &self,
        (channel, kind): (&str, u64),
        body: &Value,
        files: &[File],
        doc: &Doc,
    ) -> Result<Value, CallError> {
        if kind != access::FORUM {
            return self.rest.post_with(&format!("/channels/{channel}/messages"), body, files).await;
        }
        // In a forum every post is a thread of its own. Threads know no nonce.
        let mut message = body.clone();
        if let Some(fields) = message.as_object_mut() {
            fields.retain(|name, _| name != "nonce" && name != "enforce_nonce");
        }
        let thread = json!({ "name": lower::name(doc, THREAD_NAME_MAX), "message": message });
        self.rest.post_with(&format!("/channels/{channel}/threads"), &thread, files).await
    }

    /// What a post still needs: to be published to the channel's followers, if it is to be. The error
    /// says why it is to be tried again; a refusal for good is left at that, since the post stands.
    async fn follow_up(&self, delivery: &Delivery, (channel, kind): (&str, u64), post: &Value) -> Result<(), String> {
        let is_published = post.get("flags").and_then(Value::as_u64).is_some_and(|flags| flags & CROSSPOSTED != 0);
        if !delivery.to_followers || kind != access::ANNOUNCEMENT || is_published {
            return Ok(());
        }
        let path = format!("/channels/{channel}/messages/{}/crosspost", access::text(post, "id"));
        match self.rest.post(&path, &json!({})).await {
            Ok(_) | Err(CallError::Refused { code: ALREADY_CROSSPOSTED, .. }) => Ok(()),
            Err(error) if verdict::is_passing(&error) => {
                Err(format!("it is posted, and not yet published to the channel's followers: {error}"))
            }
            Err(error) => {
                tracing::warn!("A post could not be published to the channel's followers: {error}");
                Ok(())
            }
        }
    }

    pub(super) async fn try_find(&self, lease: &Lease, doc: &Doc) -> Result<Found, CallError> {
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await?;
        let kind = self.access.kind_of(&channel).await?;
        let place = (channel.as_str(), kind);
        let seeker = Seeker { rest: &self.rest, access: &self.access, marks: &self.marks };
        let mut search = Search::Missing;
        match lease.target() {
            // Changing a message twice changes nothing, so nobody needs to know.
            Target::Edit(_) | Target::Nowhere => return Ok(Found::No),
            Target::Answer(receipt) if kind == access::FORUM => {
                search = match seeker.search(delivery, doc, thread_of(place, receipt)).await {
                    Err(CallError::Refused { code, .. }) if NO_REPLY.contains(&code) => Search::Missing,
                    outcome => outcome?,
                };
            }
            Target::Answer(_) | Target::New => {}
        }
        if matches!(search, Search::Missing) {
            search = seeker.search(delivery, doc, place).await?;
        }
        Ok(match search {
            Search::Missing => Found::No,
            // It stays a dead letter, which the operator sees: asking again would find even more.
            Search::TooMuch => Found::Unknown { resend: false },
            Search::There(post) => match self.follow_up(delivery, place, &post).await {
                Ok(()) => Found::Yes { receipt: post.get("id").and_then(Value::as_str).map(str::to_owned) },
                Err(reason) => Found::AskLater { reason },
            },
        })
    }
}

/// Where a reply to `message` goes. A post of a forum is the first message of a thread with the same id.
fn thread_of<'a>((channel, kind): (&'a str, u64), message: &'a str) -> (&'a str, u64) {
    if kind == access::FORUM { (message, access::THREAD) } else { (channel, kind) }
}

/// What goes wrong before anything is posted is no doubt.
fn unsent(error: CallError) -> CallError {
    match error {
        CallError::NoAnswer(why) => CallError::NotSent(why),
        other => other,
    }
}
