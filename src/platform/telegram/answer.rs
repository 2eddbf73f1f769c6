//! Answering what people say and press: rights and places are looked up, the desk is asked, and its
//! answer is said where it belongs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::access::Access;
use super::inbound::{self, DEEP_LINK, Heard, Pressed, Speaker, Spoken};
use super::lower::{self, Call, Envelope};
use super::places;
use super::rest::{CallError, Rest};
use crate::model::doc::{Block, Button, Doc};
use crate::model::press::Press;
use crate::model::subscription::Address;
use crate::model::word::{Kind, Word};
use crate::port::{Attachment, Clock, Content, Desk, FILE_BYTES_MAX, Invocation, Line, Reply, Said};

/// Of the small window that answers a press (Bot API, answerCallbackQuery).
const ALERT_MAX: usize = 200;
/// A word that takes longer is announced by "typing…".
const PATIENCE: Duration = Duration::from_millis(1500);
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
/// Of a deep link (Bot API, Deep linking), in characters.
const PAYLOAD_MAX: usize = 64;

pub struct Answers {
    pub rest: Arc<Rest>,
    pub access: Arc<Access>,
    pub clock: Arc<dyn Clock>,
    pub words: &'static [Word],
    /// What was said below which card, and when.
    said: Mutex<HashMap<(String, i32, String), Timestamp>>,
}

impl Answers {
    pub fn new(rest: Arc<Rest>, access: Arc<Access>, clock: Arc<dyn Clock>, words: &'static [Word]) -> Self {
        Self { rest, access, clock, words, said: Mutex::default() }
    }

    /// Does what an update asks for.
    pub async fn hear(&self, update: &Value, desk: Arc<dyn Desk>) {
        let me = match self.access.me().await {
            Ok(me) => me,
            Err(error) => return tracing::warn!("Telegram could not be asked who the bot is: {error}"),
        };
        match inbound::heard(update, &me, self.words) {
            Some(Heard::Moved { from, to }) => desk.moved(from, to).await,
            Some(Heard::Line(spoken)) => {
                let (reply, file) = match self.line(&spoken, &me.name, desk).await {
                    Ok(reply) => (reply.doc, reply.file),
                    Err(doc) => (doc, None),
                };
                let envelope = Envelope::to(&spoken.at).answering(spoken.message).silent(true);
                self.say(&reply, &envelope, file.as_ref()).await;
            }
            Some(Heard::Press(pressed)) => self.press(&pressed, &me.name, desk).await,
            None => {}
        }
    }

    /// The answer to a line.
    ///
    /// # Errors
    /// What is said instead of asking the desk.
    async fn line(&self, spoken: &Spoken, me: &str, desk: Arc<dyn Desk>) -> Result<Reply, Doc> {
        let word = inbound::word_of(&spoken.line, self.words);
        let may_manage = match spoken.who {
            Speaker::Alone | Speaker::Anonymous => true,
            Speaker::Channel => false,
            Speaker::Member => {
                let known = self.access.manages_lately(&spoken.at.channel, &spoken.from.id).await;
                known.map_err(|error| unasked(&error))?
            }
        };
        if word.is_some_and(|word| word.name == "alerts on") && spoken.who != Speaker::Alone {
            self.check_direct(spoken, me).await?;
        }
        let takes = |kind: Kind| word.is_none_or(|word| word.arguments.iter().any(|argument| argument.kind == kind));
        let places = match takes(Kind::Place) {
            true => places::places(&spoken.line, &spoken.from.id, &self.access).await.map_err(Doc::says)?,
            false => Vec::new(),
        };
        let file = match &spoken.file {
            Some(file) if word.is_some() && takes(Kind::File) => Some(self.file(file).await?),
            _ => None,
        };
        let said = Said::Line(Line { text: spoken.line.clone(), places, file });
        let invocation = Invocation { from: spoken.from.clone(), at: spoken.at.clone(), may_manage, said };
        let mut thinking = tokio::spawn(async move { desk.answer(invocation).await });
        if let Ok(answer) = tokio::time::timeout(PATIENCE, &mut thinking).await {
            return Ok(answer.unwrap_or_else(|_| crashed()));
        }
        self.typing(&spoken.at).await;
        Ok(thinking.await.unwrap_or_else(|_| crashed()))
    }

    /// Alerts go to one person alone, and a bot may write to nobody who has not started it.
    async fn check_direct(&self, spoken: &Spoken, me: &str) -> Result<(), Doc> {
        if spoken.who == Speaker::Member {
            let body = json!({ "chat_id": number(&spoken.from.direct.channel), "action": "typing" });
            match self.rest.ask("sendChatAction", &body).await {
                Err(CallError::Refused { code: 400 | 403, .. }) => {}
                // Of passing troubles the alert itself will tell.
                Ok(_) | Err(_) => return Ok(()),
            }
        }
        let (payload, then) = match payload(&spoken.line) {
            Some(payload) => (payload, "They begin with that.".to_owned()),
            None => ("hello".to_owned(), format!("Then say it there again: {}", spoken.line)),
        };
        let url = format!("https://t.me/{me}?start={payload}");
        let text = format!(
            "Alerts come to you alone, and you have not opened the bot yet: press the button, then Start. {then}"
        );
        let button = Button::open("Open the bot", &url);
        Err(Doc::new(vec![Block::Paragraph(text.into()), Block::Buttons(vec![button])]))
    }

    /// A file that came with a word. Its address holds the token, so it is read here.
    async fn file(&self, file: &teloxide_core::types::Document) -> Result<Attachment, Doc> {
        let name = file.file_name.clone().unwrap_or_else(|| "the file".to_owned());
        match self.rest.file(&file.file.id.0, FILE_BYTES_MAX).await {
            Ok(Some(bytes)) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Attachment { name, content: Content::Here(text) }),
                Err(_) => Err(Doc::says(format!("{name} is not a text in UTF-8."))),
            },
            Ok(None) => Err(Doc::says(format!(
                "{name} is longer than {} KiB. Put it on the web and write its address.",
                FILE_BYTES_MAX / 1024
            ))),
            Err(error) => {
                tracing::warn!("A file could not be read from Telegram: {error}");
                Err(Doc::says(format!("{name} could not be read now. Send it again in a minute.")))
            }
        }
    }

    async fn typing(&self, at: &Address) {
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
        let may_manage = match pressed.is_private {
            true => Ok(true),
            false => self.access.manages(&pressed.at.channel, &pressed.from.id).await,
        };
        let may_manage = match may_manage {
            Ok(may_manage) => may_manage,
            Err(error) => {
                tracing::warn!("Telegram could not be asked what somebody may do: {error}");
                return self.confirm(pressed, Some(UNASKED)).await;
            }
        };
        let key = (pressed.at.channel.clone(), pressed.message, press.to_string());
        if is_depth(press) && !pressed.is_private && self.stands_there(&key) {
            return self.confirm(pressed, Some("It was just said: see the answers to this message.")).await;
        }
        // Of an anonymous administrator's question any administrator may say what was meant.
        let is_answer = matches!(press, Press::Yes(_) | Press::No(_));
        let from = match pressed.asked_anonymous && is_answer && may_manage {
            true => inbound::anonymous(&pressed.at),
            false => pressed.from.clone(),
        };
        let said = Said::Press(press.clone());
        let invocation = Invocation { from, at: pressed.at.clone(), may_manage, said };
        let mut thinking = tokio::spawn(async move { desk.answer(invocation).await });
        let reply = match tokio::time::timeout(PRESS_PATIENCE, &mut thinking).await {
            Ok(answer) => {
                let reply = answer.unwrap_or_else(|_| crashed());
                match lower::short(&reply.doc, ALERT_MAX).filter(|_| reply.file.is_none()) {
                    Some(text) => return self.confirm(pressed, Some(&text)).await,
                    None if pressed.is_channel => return self.say_alone(pressed, me, &reply).await,
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
            return self.say_alone(pressed, me, &reply).await;
        }
        let envelope = Envelope::to(&pressed.at).answering(pressed.message).silent(true);
        if self.say(&reply.doc, &envelope, reply.file.as_ref()).await && is_depth(press) {
            self.note(key);
        }
    }

    /// What stands in a channel is for all its readers; an answer is for the one who asked.
    async fn say_alone(&self, pressed: &Pressed, me: &str, reply: &Reply) {
        let envelope = Envelope::to(&pressed.from.direct);
        if self.say(&reply.doc, &envelope, reply.file.as_ref()).await {
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

    /// Says an answer, in as many messages as it takes. True when Telegram took all of it.
    async fn say(&self, doc: &Doc, envelope: &Envelope, file: Option<&(String, String)>) -> bool {
        for call in lower::answer(doc, envelope, file.is_some()) {
            if !self.send(&call, file.filter(|_| call.method == lower::DOCUMENT)).await {
                return false;
            }
        }
        true
    }

    async fn send(&self, call: &Call, file: Option<&(String, String)>) -> bool {
        let mut call = call.clone();
        for attempt in 1..=TRIES {
            let pause = match self.rest.reply(&call, file).await {
                Ok(_) => return true,
                Err(CallError::Wait { until, .. }) => {
                    Duration::try_from(until.duration_since(self.clock.now())).unwrap_or(PAUSE)
                }
                // Somebody waits: rather twice than not at all.
                Err(CallError::NotSent(_) | CallError::NoAnswer(_)) => PAUSE,
                Err(CallError::Refused { code: 403, description, .. }) => {
                    tracing::debug!("An answer could not be given: {description}");
                    return false;
                }
                Err(error) => {
                    tracing::error!("Telegram does not take an answer of ours ({error}); its plain form is sent");
                    let Some(plain) = lower::plain(&call) else { return false };
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

const TOO_OLD: &str = "That button is of an older version and does nothing any more.";
const UNASKED: &str = "Telegram could not be asked what you may do here. Try again in a minute.";

fn unasked(error: &CallError) -> Doc {
    tracing::warn!("Telegram could not be asked what somebody may do: {error}");
    Doc::says(UNASKED)
}

fn crashed() -> Reply {
    Reply::private(Doc::says("That did not work: the bot stumbled over it. Nothing was changed."))
}

/// What many would ask of one card, with one answer for all.
fn is_depth(press: &Press) -> bool {
    matches!(press, Press::Insight(_) | Press::Why(_))
}

/// Chats and topics are numbers.
fn number(id: &str) -> Value {
    id.parse::<i64>().map_or_else(|_| Value::from(id), Value::from)
}

/// The deep link's payload that says the same as this line, if it names audiences alone and they fit.
fn payload(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let audiences = match words.as_slice() {
        [command, audiences] if command.contains('_') => audiences,
        [_, _, audiences] => audiences,
        _ => return None,
    };
    let audiences = audiences.strip_prefix("audience:").unwrap_or(audiences);
    if audiences.eq_ignore_ascii_case("all") {
        return Some(DEEP_LINK.to_owned());
    }
    let payload = format!("{DEEP_LINK}_{}", audiences.replace(',', "_"));
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (payload.len() <= PAYLOAD_MAX && payload.chars().all(fits) && !audiences.contains('_')).then_some(payload)
}
