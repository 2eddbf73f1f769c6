//! What the bot answers to what people said and pressed.

use serde_json::json;

use super::Telegram;
use super::api::{Outcome, Refused, bad};
use super::http::Request;
use super::messages::Message;
use super::people::{TurnId, query_id};
use super::state::{BOT_NAME, State};

const CALLBACK_TEXT_MAX: usize = 200;
/// How long a press may wait for its answer.
const QUERY_SECS: f64 = 60.0;

/// What the bot showed to the one who pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallbackAnswer {
    pub text: String,
    /// In a box that has to be closed, not in a passing line.
    pub is_alert: bool,
    pub url: Option<String>,
    pub cache_secs: i64,
}

/// What came of a turn so far.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the bot said to the very message.
    pub replies: Vec<Message>,
    /// What it said since in the same place, or to the person in private; replies included.
    pub said: Vec<Message>,
    /// What it changed since in the same chat, as it is now.
    pub edits: Vec<Message>,
    /// What it showed to the one who pressed.
    pub callback: Option<CallbackAnswer>,
}

impl Answer {
    /// Every text of it in one.
    pub fn text(&self) -> String {
        self.said.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

impl State {
    /// Whose query is answered, and with what, if nothing is wrong with it.
    pub fn draft_callback(&self, request: &Request) -> Result<(TurnId, CallbackAnswer), Refused> {
        let text = request.text("text").unwrap_or_default();
        if text.chars().count() > CALLBACK_TEXT_MAX {
            return Err(bad("MESSAGE_TOO_LONG"));
        }
        let lapsed = || bad("query is too old and response timeout expired or query ID is invalid");
        let id = request.text("callback_query_id").unwrap_or_default();
        let (id, turn) =
            self.turns.iter().find(|(own, turn)| turn.is_press && query_id(**own) == id).ok_or_else(lapsed)?;
        if turn.callback.is_some() || turn.has_lapsed || self.now - turn.begun_at > QUERY_SECS {
            return Err(lapsed());
        }
        let url = request.text("url");
        let own = format!("t.me/{BOT_NAME}?start=");
        if url.as_ref().is_some_and(|url| !url.contains(&own)) {
            return Err(bad("URL_INVALID"));
        }
        let is_alert = request.truth("show_alert")?;
        let cache_secs = request.whole("cache_time")?.unwrap_or(0);
        Ok((*id, CallbackAnswer { text, is_alert, url, cache_secs }))
    }

    pub fn answer_callback(&mut self, request: &Request) -> Outcome {
        let (id, answer) = self.draft_callback(request)?;
        self.turns.get_mut(&id).expect("a turn just found").callback = Some(answer);
        Ok(json!(true))
    }

    /// What came of a turn so far.
    fn answer(&self, id: TurnId) -> Answer {
        let turn = self.turns.get(&id).expect("a turn of this Telegram");
        let own = self.messages.values().filter(|one| one.is_of_bot() && !one.is_deleted);
        let since = own.clone().filter(|one| one.said > turn.begun);
        let is_reply = |one: &&Message| one.chat == turn.place.chat && one.reply_to == Some(turn.message);
        let is_here = |one: &&Message| {
            let is_in_place = one.chat == turn.place.chat && one.topic == turn.place.topic;
            is_in_place || one.chat == turn.person
        };
        let is_edit = |one: &&Message| one.chat == turn.place.chat && one.edits > 0 && one.changed > turn.begun;
        let mut said: Vec<Message> = since.clone().filter(|one| is_reply(one) || is_here(one)).cloned().collect();
        said.sort_by_key(|one| one.said);
        Answer {
            replies: since.filter(is_reply).cloned().collect(),
            said,
            edits: own.filter(is_edit).cloned().collect(),
            callback: turn.callback.clone(),
        }
    }

    fn is_answered(&self, id: TurnId, answer: &Answer) -> bool {
        if self.turns[&id].is_press { answer.callback.is_some() } else { !answer.said.is_empty() }
    }
}

/// What the bot answers.
impl Telegram {
    /// Waits until a turn is answered: a message by any message there or in private, a press by
    /// `answerCallbackQuery`. For more than the first of several messages see [`Self::answer_when`].
    pub async fn answer(&self, id: TurnId) -> Answer {
        let find = |state: &mut State| Some(state.answer(id)).filter(|answer| state.is_answered(id, answer));
        self.inner.wait("an answer", find).await
    }

    /// Waits until the answer is as told.
    pub async fn answer_when(&self, id: TurnId, is_so: impl Fn(&Answer) -> bool) -> Answer {
        self.inner.wait("an answer as told", |state| Some(state.answer(id)).filter(&is_so)).await
    }

    /// What came of a turn by now.
    pub fn answer_so_far(&self, id: TurnId) -> Answer {
        self.inner.look(|state| state.answer(id))
    }

    /// Whether the bot was told of a turn at all. In groups it hears what is meant for it.
    pub fn is_told(&self, id: TurnId) -> bool {
        self.inner.look(|state| state.turns[&id].update.is_some())
    }

    /// Waits until the bot has confirmed that it knows of a turn.
    pub async fn heard(&self, id: TurnId) {
        let update = self.inner.look(|state| state.turns[&id].update).expect("a turn that the bot is told of");
        self.inner.wait("an update to be confirmed", |state| (!state.updates.is_pending(update)).then_some(())).await;
    }

    /// The message that somebody said, or pressed on.
    pub fn message_of(&self, id: TurnId) -> Message {
        self.inner.look(|state| state.messages[&(state.turns[&id].place.chat, state.turns[&id].message)].clone())
    }
}
