//! Updates by long polling. One poller has a token at a time: where there is another, this one
//! waits until that is gone.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::inbound::UPDATES;
use super::intake::{self, Intake};
use super::rest::{CallError, Rest};
use crate::port::{Clock, Desk};

/// How long Telegram holds a poll that has nothing to bring (Bot API, getUpdates: 50 at most).
const HELD: Duration = Duration::from_secs(25);
/// A poll that has not come back this long after that is dead, and made again.
const GRACE: Duration = Duration::from_secs(15);
/// Pauses after failures: doubled each time.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// Kinds of trouble that are told of, until words come again.
const TROUBLES_MAX: usize = 8;
/// For the last word before the end.
const GOODBYE: Duration = Duration::from_secs(2);

pub struct Poll {
    pub rest: Arc<Rest>,
    pub clock: Arc<dyn Clock>,
    pub intake: Arc<Intake>,
}

impl Poll {
    /// Takes updates until `stop`.
    pub async fn run(&self, desk: Arc<dyn Desk>, stop: CancellationToken) {
        // What was begun is confirmed by asking for what comes after it.
        let mut next = None;
        let mut pause = PAUSE_MIN;
        let mut trouble: Vec<String> = Vec::new();
        loop {
            let polled = tokio::select! {
                () = stop.cancelled() => break,
                polled = self.poll(next) => polled,
            };
            let error = match polled {
                Ok(updates) => {
                    if !trouble.is_empty() {
                        tracing::info!("Telegram answers again, after: {}", trouble.join("; "));
                        trouble.clear();
                    }
                    pause = PAUSE_MIN;
                    for update in updates {
                        let id = intake::id(&update);
                        tokio::select! {
                            () = stop.cancelled() => break,
                            () = self.intake.begin(update, &desk) => next = Some(id + 1),
                        }
                    }
                    continue;
                }
                Err(error) => error,
            };
            if is_webhook(&error) {
                self.end_webhook().await;
            }
            let wait = self.pause_after(&error, pause);
            self.complain(error, &mut trouble, wait);
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(wait) => {}
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
        self.say_goodbye(next).await;
    }

    async fn poll(&self, next: Option<i64>) -> Result<Vec<Value>, CallError> {
        let mut body = json!({ "timeout": HELD.as_secs(), "allowed_updates": UPDATES });
        if let (Some(fields), Some(next)) = (body.as_object_mut(), next) {
            fields.insert("offset".to_owned(), next.into());
        }
        let answer = self.rest.ask_for_long("getUpdates", &body, HELD + GRACE);
        // The client's own clock may stand still with a dead connection.
        match tokio::time::timeout(HELD + GRACE, answer).await {
            Ok(answer) => Ok(answer?.as_array().cloned().unwrap_or_default()),
            Err(_) => Err(CallError::NoAnswer("a poll did not come back".to_owned())),
        }
    }

    /// A refused token and a rate limit say themselves when to come again.
    fn pause_after(&self, error: &CallError, pause: Duration) -> Duration {
        match error {
            CallError::Wait { until, .. } => {
                let left = until.duration_since(self.clock.now());
                Duration::try_from(left).unwrap_or(pause).clamp(PAUSE_MIN, PAUSE_MAX * 5)
            }
            _ => pause,
        }
    }

    /// Once for each kind of trouble, however long it lasts.
    fn complain(&self, error: CallError, trouble: &mut Vec<String>, wait: Duration) {
        let what = match &error {
            CallError::Refused { code: 409, .. } if !is_webhook(&error) => {
                "another bot polls with this token; this one goes on when that has ended".to_owned()
            }
            CallError::Refused { code: 401, .. } => "the token is refused".to_owned(),
            CallError::Wait { why, .. } => why.clone(),
            other => other.to_string(),
        };
        // Of the token an error has told already.
        let is_told = matches!(error, CallError::Refused { code: 401, .. });
        if trouble.contains(&what) || trouble.len() >= TROUBLES_MAX {
            return;
        }
        if !is_told {
            tracing::warn!(
                "No words come from Telegram: {what}; asking again in {} s, and then less often",
                wait.as_secs()
            );
        }
        trouble.push(what);
    }

    /// With a webhook set Telegram gives nothing to polls.
    async fn end_webhook(&self) {
        match self.rest.ask("deleteWebhook", &json!({ "drop_pending_updates": false })).await {
            Ok(_) => tracing::info!("A webhook was set for this token; it is taken away, since the bot polls"),
            Err(error) => tracing::warn!("A webhook is set for this token and cannot be taken away: {error}"),
        }
    }

    /// Confirms what was begun, so that the next start does not begin it again.
    async fn say_goodbye(&self, next: Option<i64>) {
        if next.is_none() {
            return;
        }
        let body = json!({ "offset": next, "timeout": 0, "limit": 1, "allowed_updates": UPDATES });
        if let Err(error) = self.rest.ask_for_long("getUpdates", &body, GOODBYE).await {
            tracing::debug!("The last words could not be confirmed to Telegram: {error}");
        }
    }
}

/// Telegram's own words for it (Bot API server, Client.cpp).
fn is_webhook(error: &CallError) -> bool {
    matches!(error, CallError::Refused { code: 409, description, .. } if description.contains("webhook"))
}
