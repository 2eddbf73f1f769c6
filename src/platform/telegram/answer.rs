//! Answering what people say and press: rights and places are looked up, the desk is asked, and its
//! answer is said where it belongs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::access::{Access, Standing};
use super::inbound::{self, Heard, Pressed};
use super::lower::{self, Call, Envelope};
use super::pace::{Pace, Talkers};
use super::reply;
use super::rest::{CallError, Rest};
use crate::model::doc::Doc;
use crate::model::press::Press;
use crate::model::subscription::Address;
use crate::model::word::{Who, Word};
use crate::port::{Clock, Desk, Invocation, Reply, Said};

/// Of the small window that answers a press (Bot API, answerCallbackQuery).
const ALERT_MAX: usize = 200;
/// A word that takes longer is announced by "typing…".
pub(super) const PATIENCE: Duration = Duration::from_millis(1500);
/// A press is confirmed after this at the latest: Telegram forgets it soon.
const PRESS_PATIENCE: Duration = Duration::from_secs(5);
/// What stands below a card already is not said there again so soon.
const SAID_FOR: SignedDuration = SignedDuration::from_mins(10);
/// Cards of which that is remembered.
const SAID_MAX: usize = 10_000;
/// An answer that Telegram does not take yet is tried this often, this far apart.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(10);

pub struct Answers {
    pub rest: Arc<Rest>,
    pub access: Arc<Access>,
    pub clock: Arc<dyn Clock>,
    pub words: &'static [Word],
    /// What was said below which card, and when.
    said: Mutex<HashMap<(String, i32, String), Timestamp>>,
    talkers: Mutex<Talkers>,
}

impl Answers {
    /// `pace`: words a minute that are answered, of one person and in one chat.
    pub fn new(access: Arc<Access>, clock: Arc<dyn Clock>, words: &'static [Word], pace: usize) -> Self {
        let (rest, talkers) = (access.rest.clone(), Mutex::new(Talkers::new(pace)));
        Self { rest, access, clock, words, said: Mutex::default(), talkers }
    }

    /// Whether an update asks for something that changes nothing.
    pub async fn only_looks(&self, update: &Value) -> bool {
        let Ok(me) = self.access.me().await else { return false };
        match inbound::heard(update, &me, self.words) {
            Some(Heard::Line(spoken)) => {
                let word = inbound::word_of(&spoken.line, self.words);
                word.is_some_and(|word| word.who == Who::Everyone && !word.asks && word.name != "alerts on")
            }
            Some(Heard::Press(pressed)) => pressed.press.as_ref().is_some_and(is_depth),
            Some(Heard::Moved { .. }) | None => false,
        }
    }

    /// Does what an update asks for.
    pub async fn hear(&self, update: &Value, desk: Arc<dyn Desk>) {
        let me = match self.access.me().await {
            Ok(me) => me,
            // Asked once; no update is taken before.
            Err(error) => return tracing::warn!("Telegram could not be asked who the bot is: {error}"),
        };
        match inbound::heard(update, &me, self.words) {
            Some(Heard::Moved { from, to }) => desk.moved(from, to).await,
            Some(Heard::Line(spoken)) => {
                let envelope = Envelope::to(&spoken.at).answering(spoken.message).silent(true);
                let talkers = [talker(&spoken.from.id), format!("chat {}", spoken.at.channel)];
                let said = match self.pace(&talkers) {
                    Pace::Answer => self.line(&spoken, &me.name, desk).await,
                    Pace::SayEnough => Err(Doc::says(ENOUGH)),
                    Pace::Ignore => return,
                };
                let (reply, envelope) = match said {
                    Ok((reply, at)) => (reply, envelope.about(&at)),
                    Err(doc) => (Reply::refusal(doc), envelope),
                };
                let calls = reply::calls(&reply, &envelope);
                let now = self.clock.now();
                let more = calls.len().saturating_sub(1);
                self.talkers.lock().unwrap_or_else(PoisonError::into_inner).charge(&talkers, more, now);
                self.send_all(&calls).await;
            }
            Some(Heard::Press(pressed)) => self.press(&pressed, &me.name, desk).await,
            None => {}
        }
    }

    fn pace(&self, talkers: &[String]) -> Pace {
        self.talkers.lock().unwrap_or_else(PoisonError::into_inner).take(talkers, self.clock.now())
    }

    pub(super) async fn typing(&self, at: &Address) {
        let mut body = json!({ "chat_id": number(&at.channel), "action": "typing" });
        if let (Some(body), Some(thread)) = (body.as_object_mut(), &at.thread) {
            body.insert("message_thread_id".to_owned(), number(thread));
        }
        // A nicety: nothing hangs on it.
        drop(self.rest.ask("sendChatAction", &body).await);
    }

    /// Who presses is looked at now: rights may have changed since the card.
    async fn press(&self, pressed: &Pressed, me: &str, desk: Arc<dyn Desk>) {
        let Some(press) = &pressed.press else {
            return self.confirm(pressed, Some(TOO_OLD)).await;
        };
        // Presses are mostly answered in windows of their own, so they are counted by person alone.
        match self.pace(&[talker(&pressed.from.id)]) {
            Pace::Answer => {}
            Pace::SayEnough => return self.confirm(pressed, Some(ENOUGH)).await,
            Pace::Ignore => return self.confirm(pressed, None).await,
        }
        let may_manage = match self.may_press(pressed, press).await {
            Ok(may_manage) => may_manage,
            Err(why) => return self.confirm(pressed, Some(why)).await,
        };
        let at = pressed.about.as_ref().unwrap_or(&pressed.at).clone();
        // Of an old message Telegram no longer tells the topic; its button does.
        let here = if is_elsewhere(pressed) { &pressed.at } else { &at };
        let key = (pressed.at.channel.clone(), pressed.message, press.to_string());
        if is_depth(press) && !pressed.is_private && self.stands_there(&key) {
            return self.confirm(pressed, Some("It was just said: see the answers to this message.")).await;
        }
        // Of an anonymous administrator's question any administrator may say what was meant.
        let is_answer = matches!(press, Press::Yes(_) | Press::No(_));
        let from = match pressed.asked_anonymous && is_answer && may_manage {
            true => inbound::anonymous(&at),
            false => pressed.from.clone(),
        };
        let said = Said::Press(press.clone());
        let invocation = Invocation { from, at: at.clone(), may_manage, said };
        let mut thinking = tokio::spawn(async move { desk.answer(invocation).await });
        let reply = match tokio::time::timeout(PRESS_PATIENCE, &mut thinking).await {
            Ok(answer) => {
                let reply = answer.unwrap_or_else(|_| crashed());
                match reply::short(&reply, ALERT_MAX) {
                    Some(text) => return self.confirm(pressed, Some(&text)).await,
                    None if pressed.is_channel => return self.say_alone(pressed, me, (&reply, &at)).await,
                    None => self.confirm(pressed, None).await,
                }
                reply
            }
            Err(_) => {
                self.confirm(pressed, None).await;
                thinking.await.unwrap_or_else(|_| crashed())
            }
        };
        if pressed.is_channel {
            return self.say_alone(pressed, me, (&reply, &at)).await;
        }
        let envelope = Envelope::to(here).answering(pressed.message).silent(true).about(&at);
        if self.say(&reply, &envelope).await && is_depth(press) {
            self.note(key);
        }
    }

    /// Whether the one who presses may manage the place that it is about.
    ///
    /// # Errors
    /// Why nothing is done, in words for them.
    async fn may_press(&self, pressed: &Pressed, press: &Press) -> Result<bool, &'static str> {
        let changes = match press {
            Press::Mute(_) | Press::MuteSource(_) | Press::MuteTopic(_) | Press::MuteStory(_) => true,
            Press::UnmuteSource(_) | Press::UnmuteTopic(_) | Press::UnmuteStory(_) => true,
            Press::Insight(_) | Press::Why(_) | Press::Useful(_) | Press::NotUseful(_) => false,
            Press::AlertsOff | Press::Yes(_) | Press::No(_) => false,
        };
        let is_answer = matches!(press, Press::Yes(_) | Press::No(_));
        let is_elsewhere = is_elsewhere(pressed);
        let place = match &pressed.about {
            Some(about) if is_elsewhere => about,
            _ if pressed.is_private => return Ok(true),
            _ if !changes && !is_answer => return Ok(false),
            _ => &pressed.at,
        };
        match self.access.standing(&place.channel, &pressed.from.id).await {
            Ok(Standing::Manages) => Ok(true),
            Ok(Standing::Member) => Ok(false),
            // Of another place only who is in it is told anything.
            Ok(Standing::Stranger) if is_elsewhere => Err(STRANGER),
            Ok(Standing::Hidden) if changes || is_elsewhere => Err(HIDDEN),
            // Also who may change nothing may answer a question of their own.
            Ok(Standing::Stranger | Standing::Hidden) => Ok(false),
            Err(error) => {
                tracing::warn!("Telegram could not be asked what somebody may do: {error}");
                Err(UNASKED)
            }
        }
    }

    /// What stands in a channel is for all its readers; an answer is for the one who asked.
    async fn say_alone(&self, pressed: &Pressed, me: &str, (reply, at): (&Reply, &Address)) {
        let envelope = Envelope::to(&pressed.from.direct).about(at);
        if self.say(reply, &envelope).await {
            return self.confirm(pressed, Some("The answer is in your chat with the bot.")).await;
        }
        let url = format!("https://t.me/{me}?start=hello");
        let body = json!({ "callback_query_id": pressed.id, "url": url });
        drop(self.rest.ask("answerCallbackQuery", &body).await);
    }

    fn stands_there(&self, key: &(String, i32, String)) -> bool {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        said.is_some_and(|at| self.clock.now().duration_since(at).abs() < SAID_FOR)
    }

    fn note(&self, key: (String, i32, String)) {
        let now = self.clock.now();
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.len() >= SAID_MAX {
            said.retain(|_, at| now.duration_since(*at).abs() < SAID_FOR);
        }
        said.insert(key, now);
    }

    /// Tells Telegram that a press was understood, or the wheel on the button turns on.
    async fn confirm(&self, pressed: &Pressed, text: Option<&str>) {
        let mut body = json!({ "callback_query_id": pressed.id });
        if let (Some(fields), Some(text)) = (body.as_object_mut(), text) {
            fields.insert("text".to_owned(), text.into());
            fields.insert("show_alert".to_owned(), true.into());
        }
        if let Err(error) = self.rest.ask("answerCallbackQuery", &body).await {
            tracing::debug!("Telegram did not take the answer to a press: {error}");
        }
    }

    /// Says an answer, in as many messages as it takes. True when Telegram took all of its words.
    async fn say(&self, reply: &Reply, envelope: &Envelope) -> bool {
        self.send_all(&reply::calls(reply, envelope)).await
    }

    async fn send_all(&self, calls: &[Call]) -> bool {
        for call in calls {
            let is_picture = call.method == lower::PHOTO;
            // What a picture belongs to is said without it as well.
            if !self.send(call).await && !is_picture {
                return false;
            }
        }
        true
    }

    async fn send(&self, call: &Call) -> bool {
        let mut call = call.clone();
        for attempt in 1..=TRIES {
            let pause = match self.rest.reply(&call).await {
                Ok(_) => return true,
                Err(CallError::Wait { until, .. }) => {
                    Duration::try_from(until.duration_since(self.clock.now())).unwrap_or(PAUSE)
                }
                // Somebody waits: rather twice than not at all.
                Err(CallError::NotSent(_) | CallError::NoAnswer(_)) => PAUSE,
                Err(CallError::Refused { migrate_to: Some(chat), .. }) => {
                    if let Some(fields) = call.body.as_object_mut() {
                        fields.insert("chat_id".to_owned(), chat.into());
                        fields.remove("reply_parameters");
                    }
                    continue;
                }
                Err(CallError::Refused { code: 403, description, .. }) => {
                    tracing::debug!("An answer could not be given: {description}");
                    return false;
                }
                Err(error) => {
                    tracing::error!("Telegram does not take an answer of ours ({error}); its plain form is sent");
                    let Some(plain) = reply::plain(&call) else { return false };
                    call = plain;
                    continue;
                }
            };
            if attempt < TRIES {
                tokio::time::sleep(pause.min(PAUSE_MAX)).await;
            }
        }
        tracing::warn!("Telegram did not take an answer in {TRIES} tries");
        false
    }
}

/// Why somebody's rights are not known.
pub(super) const HIDDEN: &str =
    "Telegram does not tell the bot who manages this chat. Make the bot an administrator of it, and try again.";
const STRANGER: &str = "Only members of that chat may do this.";
const ENOUGH: &str = "That is a lot in one minute. The bot listens again in a minute.";
const TOO_OLD: &str = "That button is of an older version and does nothing any more.";
const UNASKED: &str = "Telegram could not be asked what you may do here. Try again in a minute.";

pub(super) fn unasked(error: &CallError) -> Doc {
    tracing::warn!("Telegram could not be asked what somebody may do: {error}");
    Doc::says(UNASKED)
}

pub(super) fn crashed() -> Reply {
    Reply::private(Doc::says("That did not work: the bot stumbled over it. Nothing was changed."))
}

/// Whether a button is about another chat than the one that it stands in.
fn is_elsewhere(pressed: &Pressed) -> bool {
    pressed.about.as_ref().is_some_and(|about| about.channel != pressed.at.channel)
}

fn talker(person: &str) -> String {
    format!("person {person}")
}

/// What many would ask of one card, with one answer for all.
fn is_depth(press: &Press) -> bool {
    matches!(press, Press::Insight(_) | Press::Why(_))
}

/// Chats and topics are numbers.
pub(super) fn number(id: &str) -> Value {
    id.parse::<i64>().map_or_else(|_| Value::from(id), Value::from)
}
