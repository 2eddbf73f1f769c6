//! Updates on their way to the desk: each once, those of a chat in their order, several chats at a
//! time, never more than can be borne.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::answer::Answers;
use super::rest::CallError;
use crate::port::Desk;

/// Words that are worked on at the same time.
const AT_ONCE_MAX: usize = 32;
/// The same of one chat, where one that takes long is overtaken.
const OF_CHAT_MAX: usize = 2;
/// A word that only looks is overtaken by the chat's next one after this.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Chats of which is remembered what is worked on.
const CHATS_MAX: usize = 1000;
/// Words that wait here; the next ones wait at Telegram.
const WAITING_MAX: u32 = 512;
/// The same of one chat; further ones are dropped.
const WAITING_OF_CHAT_MAX: usize = 20;
/// How long the end waits for what was begun.
const FINISH_MAX: Duration = Duration::from_secs(8);
/// Updates that are remembered, so that none is taken twice.
const REMEMBERED: usize = 4096;
/// Pauses until the bot knows its name: doubled each time.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// An update that waits, and the place that it takes here.
struct Waiting {
    update: Value,
    desk: Arc<dyn Desk>,
    place: OwnedSemaphorePermit,
}

pub struct Intake {
    answers: Arc<Answers>,
    waiting: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
    /// Of each chat where something is done: who waits.
    chats: Arc<Mutex<HashMap<i64, VecDeque<Waiting>>>>,
    /// What is worked on in each chat, also what was overtaken.
    of_chats: Mutex<HashMap<i64, Arc<Semaphore>>>,
    taken: Mutex<VecDeque<i64>>,
}

impl Intake {
    pub fn new(answers: Arc<Answers>) -> Self {
        Self {
            answers,
            waiting: Arc::new(Semaphore::new(WAITING_MAX as usize)),
            at_once: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            chats: Arc::default(),
            of_chats: Mutex::default(),
            taken: Mutex::default(),
        }
    }

    /// Waits until words can be understood. False: it is over before.
    pub async fn begins(&self, stop: &CancellationToken) -> bool {
        let mut pause = PAUSE_MIN;
        let mut is_told = false;
        while let Err(error) = self.answers.access.me().await {
            // Of the token an error has told already.
            if !is_told && !matches!(error, CallError::Refused { code: 401 | 404, .. }) {
                tracing::warn!("Telegram could not be asked who the bot is ({error}); it is asked again");
                is_told = true;
            }
            tokio::select! {
                () = stop.cancelled() => return false,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
        true
    }

    /// Begins the work of an update as soon as there is room for it.
    pub async fn begin(&self, update: Value, desk: &Arc<dyn Desk>) {
        // Closed by nobody.
        let Ok(place) = self.waiting.clone().acquire_owned().await else { return };
        self.take(Waiting { update, desk: desk.clone(), place }).await;
    }

    /// Begins it if there is room now, and it can be understood.
    pub async fn try_begin(&self, update: Value, desk: &Arc<dyn Desk>) -> bool {
        let Ok(place) = self.waiting.clone().try_acquire_owned() else { return false };
        if self.answers.access.me().await.is_err() {
            return false;
        }
        self.take(Waiting { update, desk: desk.clone(), place }).await;
        true
    }

    /// Waits for what was begun, within reason.
    pub async fn finish(&self) {
        if tokio::time::timeout(FINISH_MAX, self.waiting.acquire_many(WAITING_MAX)).await.is_err() {
            tracing::warn!("Some words from Telegram are still being worked on; they get no answer");
        }
    }

    async fn take(&self, waiting: Waiting) {
        if !self.is_first(id(&waiting.update)) {
            return;
        }
        if is_move(&waiting.update) {
            // What is said in the new place must find there what was subscribed in the old one.
            return self.answers.hear(&waiting.update, waiting.desk).await;
        }
        let chat = chat(&waiting.update);
        let mut chats = self.chats.lock().unwrap_or_else(PoisonError::into_inner);
        match chats.get_mut(&chat) {
            Some(line) if line.len() < WAITING_OF_CHAT_MAX => line.push_back(waiting),
            Some(_) => tracing::debug!("Too many words of one chat wait; one is dropped"),
            None => {
                chats.insert(chat, VecDeque::from([waiting]));
                drop(chats);
                let room = [self.of_chat(chat), self.at_once.clone()];
                tokio::spawn(serve(self.answers.clone(), room, self.chats.clone(), chat));
            }
        }
    }

    fn of_chat(&self, chat: i64) -> Arc<Semaphore> {
        let mut known = self.of_chats.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CHATS_MAX {
            // Whatever works there holds it.
            known.retain(|_, room| Arc::strong_count(room) > 1);
        }
        known.entry(chat).or_insert_with(|| Arc::new(Semaphore::new(OF_CHAT_MAX))).clone()
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

/// Does what is said in one chat, in its order, until nothing waits there. One that changes nothing
/// and takes long, such as a look at a slow page, is overtaken.
async fn serve(
    answers: Arc<Answers>,
    [of_chat, at_once]: [Arc<Semaphore>; 2],
    chats: Arc<Mutex<HashMap<i64, VecDeque<Waiting>>>>,
    chat: i64,
) {
    loop {
        // Both are closed by nobody.
        let Ok(own) = of_chat.clone().acquire_owned().await else { return };
        let Ok(room) = at_once.clone().acquire_owned().await else { return };
        let Some(Waiting { update, desk, place }) = next(&chats, chat) else { return };
        let only_looks = answers.only_looks(&update).await;
        let answers = answers.clone();
        let mut work = tokio::spawn(async move {
            answers.hear(&update, desk).await;
            drop((own, room, place));
        });
        match only_looks {
            true => drop(tokio::time::timeout(PATIENCE, &mut work).await),
            false => drop(work.await),
        }
    }
}

/// The next of a chat. When there is none, the chat is forgotten in the same breath.
fn next(chats: &Mutex<HashMap<i64, VecDeque<Waiting>>>, chat: i64) -> Option<Waiting> {
    let mut chats = chats.lock().unwrap_or_else(PoisonError::into_inner);
    let next = chats.get_mut(&chat).and_then(VecDeque::pop_front);
    if next.is_none() {
        chats.remove(&chat);
    }
    next
}

/// The chat in which something was said, in whose order it is done. What is pressed is in the order
/// of the one who presses: many do it at once below one post.
fn chat(update: &Value) -> i64 {
    let of_word = || update.get("message")?.get("chat")?.get("id")?.as_i64();
    let of_press = || update.get("callback_query")?.get("from")?.get("id")?.as_i64();
    of_word().or_else(of_press).unwrap_or_default()
}

/// Whether it tells of a group that has become a supergroup.
fn is_move(update: &Value) -> bool {
    update.get("message").is_some_and(|message| message.get("migrate_to_chat_id").is_some())
}

/// The number of an update, by which it is confirmed.
pub fn id(update: &Value) -> i64 {
    update.get("update_id").and_then(Value::as_i64).unwrap_or_default()
}
