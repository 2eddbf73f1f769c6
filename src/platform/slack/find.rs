//! Whether a delivery in doubt has arrived: what was posted since its first send is looked through.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Slack;
use super::rest::CallError;
use super::send::{NO_THREAD, is_it, thread_of};
use crate::model::delivery::Delivery;
use crate::port::{Found, Lease, Target};

/// Messages of one page of the history, and pages that are looked through.
const PAGE: &str = "200";
const PAGES_MAX: usize = 10;
/// A post is looked for from a little before it was first sent: clocks differ.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_secs(60);
/// Until so long after its first sending a post has arrived, if that one was taken: longer than the lease.
const FIRST_LOOK: SignedDuration = SignedDuration::from_mins(4);

impl Slack {
    pub(super) async fn try_find(&self, lease: &Lease) -> Result<Found, CallError> {
        // Changing a message twice changes nothing, so nobody needs to know.
        if matches!(lease.target(), Target::Edit(_) | Target::Nowhere) {
            return Ok(Found::No);
        }
        let delivery = lease.delivery();
        let channel = self.access.channel_of(&delivery.to).await?;
        let (own, thread) = (delivery.to.thread.as_deref(), thread_of(lease));
        if thread != own {
            match self.search(delivery, (&channel, thread)).await {
                // An answer whose thread is gone stands beside it.
                Ok(Found::No) => {}
                Err(error) if error.is(NO_THREAD) => {}
                outcome => return outcome,
            }
        }
        self.search(delivery, (&channel, own)).await
    }

    /// Looks through what was posted since it was first sent: where most of it arrives, and then all that
    /// came later. Thousands of others' messages may have come since.
    async fn search(&self, delivery: &Delivery, place: (&str, Option<&str>)) -> Result<Found, CallError> {
        let sent = delivery.first_sent();
        let since = sent.checked_sub(CLOCKS_DIFFER).unwrap_or(sent);
        let until = sent.checked_add(FIRST_LOOK).unwrap_or(sent);
        if until >= self.clock.now() {
            return self.look(delivery, place, since, None).await;
        }
        match self.look(delivery, place, since, Some(until)).await? {
            Found::No => self.look(delivery, place, until, None).await,
            found => Ok(found),
        }
    }

    /// Looks through what was posted between two times.
    async fn look(
        &self,
        delivery: &Delivery,
        (channel, thread): (&str, Option<&str>),
        since: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<Found, CallError> {
        let stamp = |time: Timestamp| format!("{}.000000", time.as_second());
        let (oldest, latest) = (stamp(since), until.map(stamp));
        let mut cursor = String::new();
        for _ in 0..PAGES_MAX {
            let mut arguments = vec![
                ("channel", channel),
                ("include_all_metadata", "true"),
                ("inclusive", "true"),
                ("oldest", oldest.as_str()),
                ("limit", PAGE),
            ];
            arguments.extend(latest.as_deref().map(|latest| ("latest", latest)));
            if !cursor.is_empty() {
                arguments.push(("cursor", cursor.as_str()));
            }
            let page = match thread {
                Some(thread) => {
                    arguments.push(("ts", thread));
                    self.rest.read("conversations.replies", &arguments).await?
                }
                None => self.rest.read("conversations.history", &arguments).await?,
            };
            let messages = page.get("messages").and_then(Value::as_array);
            if let Some(found) = messages.into_iter().flatten().find(|message| is_it(message, delivery.id.as_str())) {
                return Ok(Found::Yes { receipt: found.get("ts").and_then(Value::as_str).map(str::to_owned) });
            }
            let next = page.get("response_metadata").and_then(|data| data.get("next_cursor")?.as_str());
            match next.filter(|next| !next.is_empty()) {
                Some(next) => cursor = next.to_owned(),
                None => return Ok(Found::No),
            }
        }
        Ok(Found::Unknown { resend: true })
    }
}
