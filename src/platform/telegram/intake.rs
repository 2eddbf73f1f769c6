//! Updates on their way to the desk: each once, several at a time, never more than can be borne.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Semaphore;

use super::answer::Answers;
use crate::port::Desk;

/// Words that are worked on at the same time; the next ones wait at Telegram.
const AT_ONCE_MAX: u32 = 32;
/// How long the end waits for what was begun.
const FINISH_MAX: Duration = Duration::from_secs(8);
/// Updates that are remembered, so that none is taken twice.
const REMEMBERED: usize = 4096;

pub struct Intake {
    answers: Arc<Answers>,
    places: Arc<Semaphore>,
    taken: Mutex<VecDeque<i64>>,
}

impl Intake {
    pub fn new(answers: Arc<Answers>) -> Self {
        Self { answers, places: Arc::new(Semaphore::new(AT_ONCE_MAX as usize)), taken: Mutex::default() }
    }

    /// Begins the work of an update as soon as there is room for it.
    pub async fn begin(&self, update: Value, desk: &Arc<dyn Desk>) {
        // Closed by nobody.
        let Ok(place) = self.places.clone().acquire_owned().await else { return };
        self.work(update, desk.clone(), place).await;
    }

    /// Begins it if there is room now.
    pub async fn try_begin(&self, update: Value, desk: &Arc<dyn Desk>) -> bool {
        let Ok(place) = self.places.clone().try_acquire_owned() else { return false };
        self.work(update, desk.clone(), place).await;
        true
    }

    /// Waits for what was begun, within reason.
    pub async fn finish(&self) {
        if tokio::time::timeout(FINISH_MAX, self.places.acquire_many(AT_ONCE_MAX)).await.is_err() {
            tracing::warn!("Some words from Telegram are still being worked on; they get no answer");
        }
    }

    async fn work(&self, update: Value, desk: Arc<dyn Desk>, place: tokio::sync::OwnedSemaphorePermit) {
        if !self.is_first(id(&update)) {
            return;
        }
        let answers = self.answers.clone();
        let is_move = is_move(&update);
        let work = tokio::spawn(async move {
            answers.hear(&update, desk).await;
            drop(place);
        });
        if is_move {
            // What is said in the new place must find there what was subscribed in the old one.
            drop(work.await);
        }
    }

    fn is_first(&self, id: i64) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.contains(&id) {
            return false;
        }
        if taken.len() >= REMEMBERED {
            taken.pop_front();
        }
        taken.push_back(id);
        true
    }
}

/// Whether it tells of a group that has become a supergroup.
fn is_move(update: &Value) -> bool {
    update.get("message").is_some_and(|message| message.get("migrate_to_chat_id").is_some())
}

/// The number of an update, by which it is confirmed.
pub fn id(update: &Value) -> i64 {
    update.get("update_id").and_then(Value::as_i64).unwrap_or_default()
}
