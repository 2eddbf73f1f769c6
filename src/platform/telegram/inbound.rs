//! What people do on Telegram: words, presses, and groups that move. Who may do what is looked up
//! by whoever needs it.

use serde_json::Value;
use teloxide_core::types::{
    CallbackQuery, Chat, Document, MaybeInaccessibleMessage, Message, Update, UpdateKind, User,
};

use super::access::Me;
use super::direct;
use super::lower::pressed as pressed_data;
use crate::model::press::Press;
use crate::model::subscription::{Address, PlatformKind};
use crate::model::word::{ALIASES, Word};
use crate::port::Person;

/// Whom Telegram names for an administrator who writes as the group (Bot API, Message.sender_chat).
const ANONYMOUS: u64 = 1_087_968_824;
/// What a deep link's payload begins with (README, Telegram).
pub const DEEP_LINK: &str = "alerts";

/// The kinds of updates that are asked for. Edited words are not said again; what stands in a
/// channel is for its readers, and is managed from the private chat.
pub const UPDATES: [&str; 2] = ["message", "callback_query"];

#[derive(Debug)]
pub enum Heard {
    Line(Box<Spoken>),
    Press(Box<Pressed>),
    /// A group has become a supergroup.
    Moved {
        from: Address,
        to: Address,
    },
}

/// Who a message is from, as far as rights go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Somebody in their own private chat.
    Alone,
    /// Somebody in a group.
    Member,
    /// An administrator who shows the group's name instead of their own.
    Anonymous,
    /// A channel that speaks in a group: nobody knows who stands behind it.
    Channel,
}

/// A line that somebody wrote.
#[derive(Debug)]
pub struct Spoken {
    pub from: Person,
    pub at: Address,
    pub who: Speaker,
    /// The message that is answered.
    pub message: i32,
    pub line: String,
    /// The audiences of a link that somebody has opened; the line says the same.
    pub linked: Option<String>,
    /// A file with the line, or with the message that it replies to.
    pub file: Option<Document>,
}

/// A pressed button.
#[derive(Debug)]
pub struct Pressed {
    pub id: String,
    pub from: Person,
    pub at: Address,
    /// The place that the button is about, where that is another one.
    pub about: Option<Address>,
    /// The question of this message was put to an administrator without a name.
    pub asked_anonymous: bool,
    pub is_private: bool,
    pub is_channel: bool,
    /// The message that has the button.
    pub message: i32,
    /// `None`: no button of this version has that id.
    pub press: Option<Press>,
}

/// Understands an update. `None`: it is nothing for the bot.
pub fn heard(update: &Value, me: &Me, words: &[Word]) -> Option<Heard> {
    // By way of text: teloxide reads the kind of an update from borrowed names alone.
    match serde_json::from_str::<Update>(&lean(update).to_string()).ok()?.kind {
        UpdateKind::Message(message) => moved(&message).or_else(|| line(&message, me, words)),
        UpdateKind::CallbackQuery(query) => pressed(query),
        _ => None,
    }
}

/// An update without what is not needed. teloxide's types are strict: one part of a message that
/// they do not know, and the whole of it would go unheard.
fn lean(update: &Value) -> Value {
    const MESSAGE: [&str; 15] = [
        "message_id",
        "message_thread_id",
        "is_topic_message",
        "date",
        "from",
        "sender_chat",
        "chat",
        "text",
        "caption",
        "document",
        "reply_to_message",
        "is_automatic_forward",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "via_bot",
    ];
    fn message(value: &mut Value) {
        let Some(fields) = value.as_object_mut() else { return };
        fields.retain(|name, _| MESSAGE.contains(&name.as_str()));
        if let Some(document) = fields.get_mut("document").and_then(Value::as_object_mut) {
            document.retain(|name, _| name != "thumbnail" && name != "thumb" && name != "mime_type");
        }
        fields.get_mut("reply_to_message").into_iter().for_each(message);
    }
    let mut update = update.clone();
    update.get_mut("message").into_iter().for_each(message);
    update.get_mut("callback_query").and_then(|query| query.get_mut("message")).into_iter().for_each(message);
    update
}

fn moved(message: &Message) -> Option<Heard> {
    let to = message.migrate_to_chat_id()?;
    Some(Heard::Moved { from: place(message.chat.id.0, None), to: place(to.0, None) })
}

fn line(message: &Message, me: &Me, words: &[Word]) -> Option<Heard> {
    if message.is_automatic_forward() || message.chat.is_channel() {
        return None;
    }
    let who = speaker(message)?;
    let text = message.text().or_else(|| message.caption()).unwrap_or_default().trim();
    let own_file = message.document();
    let line =
        if who == Speaker::Alone { in_private(text, own_file, me)? } else { in_group(text, message, me, words)? };
    let payload = command(text).filter(|(name, ..)| name == "start").map(|(_, _, payload)| payload);
    let linked = payload.and_then(audiences);
    let at = address(&message.chat, message);
    let from = match who {
        Speaker::Alone | Speaker::Member => person(message.from.as_ref()?),
        // They share one name, and nothing can be sent to them alone.
        Speaker::Anonymous => anonymous(&at),
        Speaker::Channel => Person { id: message.sender_chat.as_ref()?.id.to_string(), direct: at.clone() },
    };
    let file = own_file.or_else(|| message.reply_to_message().and_then(Message::document)).cloned();
    Some(Heard::Line(Box::new(Spoken { from, at, who, message: message.id.0, line, linked, file })))
}

fn speaker(message: &Message) -> Option<Speaker> {
    if message.chat.is_private() {
        return message.from.as_ref().filter(|from| !from.is_bot).map(|_| Speaker::Alone);
    }
    match (&message.sender_chat, &message.from) {
        (Some(sender), Some(from)) if sender.id == message.chat.id && from.id.0 == ANONYMOUS => {
            Some(Speaker::Anonymous)
        }
        (Some(_), _) => Some(Speaker::Channel),
        (None, Some(from)) if !from.is_bot => Some(Speaker::Member),
        (None, _) => None,
    }
}

/// In private everything is said to the bot.
fn in_private(text: &str, file: Option<&Document>, me: &Me) -> Option<String> {
    if text.is_empty() {
        // A file alone can only be meant for one word, which asks first.
        return file.map(|_| "import".to_owned());
    }
    let Some((name, bot, rest)) = command(text) else { return Some(text.to_owned()) };
    if bot.is_some_and(|bot| !bot.eq_ignore_ascii_case(&me.name)) {
        return None;
    }
    Some(if name == "start" { started(rest) } else { said(&name, rest) })
}

/// What opening the bot says: by a deep link what that stands for, otherwise hello.
fn started(payload: &str) -> String {
    audiences(payload).map_or_else(|| "help".to_owned(), |audiences| format!("alerts on {audiences}"))
}

/// The audiences that a deep link names.
fn audiences(payload: &str) -> Option<String> {
    match payload.strip_prefix(DEEP_LINK)? {
        "" => Some("all".to_owned()),
        audiences => audiences.strip_prefix('_').map(|audiences| audiences.replace('_', ",")),
    }
}

/// In a group only commands are, and answers to the bot's questions.
fn in_group(text: &str, message: &Message, me: &Me, words: &[Word]) -> Option<String> {
    let Some((name, bot, rest)) = command(text) else {
        let is_answer = text.eq_ignore_ascii_case("yes") || text.eq_ignore_ascii_case("no");
        let asked = message.reply_to_message().and_then(|asked| asked.from.as_ref());
        let is_ours = asked.is_some_and(|asked| i64::try_from(asked.id.0) == Ok(me.id));
        return (is_answer && is_ours).then(|| text.to_owned());
    };
    match bot {
        Some(bot) if !bot.eq_ignore_ascii_case(&me.name) => None,
        Some(_) if name == "start" => Some(started(rest)),
        Some(_) => Some(said(&name, rest)),
        // Said to all bots of the group: heard only where it is one of our words.
        None => word_of(text, words).map(|_| text.to_owned()),
    }
}

/// `/name@bot rest`: the name in lower case, the bot, the rest.
fn command(text: &str) -> Option<(String, Option<&str>, &str)> {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let first = first.strip_prefix('/')?;
    let (name, bot) = match first.split_once('@') {
        Some((name, bot)) => (name, Some(bot)),
        None => (first, None),
    };
    Some((name.to_lowercase(), bot, rest.trim()))
}

/// A command without the bot that it names.
fn said(name: &str, rest: &str) -> String {
    format!("/{name} {rest}").trim_end().to_owned()
}

/// The word of the table that a line begins with: `/filter_set`, `/filter set`, `filter set`.
pub fn word_of<'a>(line: &str, words: &'a [Word]) -> Option<&'a Word> {
    let mut pieces = line.split_whitespace();
    let first = pieces.next()?.trim_start_matches('/').split('@').next()?.to_lowercase().replace('_', " ");
    let first = ALIASES.iter().find(|(alias, _)| *alias == first).map_or(first, |(_, name)| (*name).to_owned());
    let two = pieces.next().map(|second| format!("{first} {}", second.to_lowercase()));
    let named = |name: &str| words.iter().find(|word| word.name == name);
    two.and_then(|two| named(&two)).or_else(|| named(&first))
}

fn pressed(query: CallbackQuery) -> Option<Heard> {
    let message = query.message.as_ref()?;
    let chat = message.chat();
    let at = match message {
        MaybeInaccessibleMessage::Regular(message) => address(chat, message),
        MaybeInaccessibleMessage::Inaccessible(_) => place(chat.id.0, None),
    };
    let (press, about) = query.data.as_deref().map(pressed_data).unwrap_or_default();
    let asked = message.regular_message().and_then(|message| message.reply_to_message());
    Some(Heard::Press(Box::new(Pressed {
        id: query.id.0.clone(),
        from: person(&query.from),
        at,
        about: about.map(|(chat, thread)| place(chat, thread)),
        asked_anonymous: asked.and_then(speaker) == Some(Speaker::Anonymous),
        is_private: chat.is_private(),
        is_channel: chat.is_channel(),
        message: message.id().0,
        press,
    })))
}

/// Somebody who administers a place without a name.
pub fn anonymous(at: &Address) -> Person {
    Person { id: ANONYMOUS.to_string(), direct: at.clone() }
}

fn person(user: &User) -> Person {
    let id = user.id.to_string();
    Person { direct: direct(&id), id }
}

/// A private chat is one place, whatever topics it has.
fn address(chat: &Chat, message: &Message) -> Address {
    // Replies carry a thread as well; only in a forum it is a place of its own.
    let thread = message.thread_id.filter(|_| message.is_topic_message && !chat.is_private());
    place(chat.id.0, thread.map(|thread| thread.0.0.to_string()))
}

fn place(chat: i64, thread: Option<String>) -> Address {
    Address { platform: PlatformKind::Telegram, workspace: String::new(), channel: chat.to_string(), thread }
}
