//! What people do: write, press buttons, come and go, start the bot and block it.

use serde_json::{Value, json};

use super::Telegram;
use super::answers::CallbackAnswer;
use super::http::File;
use super::links::Links;
use super::messages::{Message, Sender};
use super::state::{BOT, BOT_NAME, ChatId, ChatKind, MessageId, Place, State, Status, Talk, UserId};

/// Something that a person said or pressed.
pub type TurnId = u64;

pub struct Turn {
    pub person: UserId,
    pub place: Place,
    /// What was said, or what was pressed on.
    pub message: MessageId,
    pub is_press: bool,
    pub begun: u64,
    pub begun_at: f64,
    /// As if the time for an answer were over.
    pub has_lapsed: bool,
    pub callback: Option<CallbackAnswer>,
    /// The update that told of it. `None` if the bot was not told.
    pub update: Option<u64>,
}

impl State {
    fn turn(&mut self, person: UserId, place: Place, message: MessageId, is_press: bool) -> TurnId {
        let id = self.next();
        let turn = Turn {
            person,
            place,
            message,
            is_press,
            begun: id,
            begun_at: self.now,
            has_lapsed: false,
            callback: None,
            update: None,
        };
        self.turns.insert(id, turn);
        id
    }

    /// Puts a message of somebody into a chat, and tells the bot if it is to hear of it.
    fn says(&mut self, person: UserId, message: Message) -> TurnId {
        let place = Place { chat: message.chat, topic: message.topic };
        self.check_may_say_as(person, place);
        if self.chats[&place.chat].kind == ChatKind::Private {
            self.set_talk(person, Talk::Open);
        }
        let message = self.keep(message);
        let id = self.turn(person, place, message.id, false);
        let kind = if self.chats[&place.chat].kind == ChatKind::Channel { "channel_post" } else { "message" };
        let update = if self.bot_hears(&message) { self.tell(kind, self.wire_message(&message)) } else { None };
        self.turns.get_mut(&id).expect("the turn just begun").update = update;
        id
    }

    fn check_may_say_as(&self, person: UserId, place: Place) {
        let chat = self.chats.get(&place.chat).expect("a chat of this Telegram");
        assert!(!chat.is_deleted && chat.migrated_to.is_none(), "nobody can say anything in a chat that is gone");
        let status = chat.status(person);
        match chat.kind {
            ChatKind::Private => assert!(chat.id == person, "a private chat is with one person"),
            ChatKind::Channel => assert!(status.is_administrator(), "only administrators post to channels"),
            ChatKind::Group | ChatKind::Supergroup => {
                let may = status.is_administrator() || status == Status::Member && chat.may_write;
                assert!(may, "{} may not write in {}", self.people[&person].name, chat.title);
            }
        }
        if let Some(topic) = place.topic {
            let known = chat.topics.get(&topic).expect("a topic of the chat");
            assert!(!known.is_closed || status.is_administrator(), "the topic {} is closed", known.name);
        }
    }

    /// In a group a bot hears what is meant for it, unless it is an administrator or set to hear all.
    fn bot_hears(&self, message: &Message) -> bool {
        let chat = &self.chats[&message.chat];
        let status = chat.status(BOT);
        if chat.kind == ChatKind::Private || status.is_administrator() || self.hears_all && status.is_there() {
            return true;
        }
        if !status.is_there() || chat.kind == ChatKind::Channel {
            return false;
        }
        let is_reply =
            message.reply_to.and_then(|id| self.messages.get(&(message.chat, id))).is_some_and(Message::is_of_bot);
        let own = format!("@{BOT_NAME}");
        let is_command = |command: &String| {
            message.text.starts_with(command.as_str()) && (!command.contains('@') || command.ends_with(&own))
        };
        is_reply || message.links.commands.iter().any(is_command) || message.links.mentions.contains(&own)
    }

    /// A message that tells what happened to the chat.
    pub fn add_service(&mut self, by: UserId, place: Place, service: Value) {
        let sender = if self.people.contains_key(&by) { Sender::Person(by) } else { Sender::AnonymousAdmin };
        let mut message = Message::new(place, sender);
        message.service = Some(service);
        let message = self.keep(message);
        let chat = &self.chats[&place.chat];
        if chat.status(BOT).is_there() {
            let kind = if chat.kind == ChatKind::Channel { "channel_post" } else { "message" };
            self.tell(kind, self.wire_message(&message));
        }
    }

    fn press(&mut self, person: UserId, on: &Message, data: &str) -> TurnId {
        let on = &self.messages[&(on.chat, on.id)];
        assert!(!on.is_deleted, "the message is gone");
        let buttons = on.buttons();
        let is_there = buttons.iter().any(|button| button["callback_data"] == data);
        assert!(is_there, "there is no {data} under the message: {buttons:?}");
        let chat = &self.chats[&on.chat];
        let sees = if chat.kind == ChatKind::Private { chat.id == person } else { chat.status(person).is_there() };
        assert!(sees || chat.username.is_some(), "{} does not see the message", self.people[&person].name);
        let (place, message) = (Place { chat: on.chat, topic: on.topic }, on.id);
        let wire = self.wire_message(on);
        let id = self.turn(person, place, message, true);
        let query = json!({
            "id": query_id(id), "from": self.wire_user(person), "message": wire,
            "chat_instance": format!("{}", place.chat.unsigned_abs()), "data": data,
        });
        let update = self.tell("callback_query", query);
        self.turns.get_mut(&id).expect("the turn just begun").update = update;
        id
    }

    fn comes_or_goes(&mut self, person: UserId, chat: ChatId, status: Status, (by, what): (UserId, &str)) {
        let was_there = self.chats[&chat].status(person).is_there();
        let is_there = status.is_there();
        self.set_status(chat, person, status, by);
        if self.chats[&chat].kind.is_group() && was_there != is_there {
            let user = self.wire_user(person);
            let service = if is_there { json!({what: [user]}) } else { json!({what: user}) };
            self.add_service(by, chat.into(), service);
        }
    }
}

pub fn query_id(turn: TurnId) -> String {
    format!("{}", 4_000_000_000_000_000_000 + turn)
}

fn written(place: Place, sender: Sender, text: &str) -> Message {
    let mut message = Message::new(place, sender);
    message.links = Links::of(text, &[]);
    text.clone_into(&mut message.text);
    message
}

/// What people do. Each verb that the bot may answer gives back a turn, for [`Telegram::answer`].
impl Telegram {
    /// Somebody writes: in private, in a group, in a topic, or to a channel that they administer.
    pub fn say(&self, person: UserId, place: impl Into<Place>, text: &str) -> TurnId {
        let place = place.into();
        self.inner.with(|state| {
            let is_channel = state.chats[&place.chat].kind == ChatKind::Channel;
            let sender = if is_channel { Sender::Channel } else { Sender::Person(person) };
            state.says(person, written(place, sender, text))
        })
    }

    /// An administrator writes in the name of the group.
    pub fn say_anonymously(&self, person: UserId, place: impl Into<Place>, text: &str) -> TurnId {
        let place = place.into();
        self.inner.with(|state| {
            let status = state.chats[&place.chat].status(person);
            assert!(status.is_administrator(), "only administrators are anonymous");
            state.says(person, written(place, Sender::AnonymousAdmin, text))
        })
    }

    /// Somebody answers a message, of the bot or of anybody, in its own place.
    pub fn reply(&self, person: UserId, to: &Message, text: &str) -> TurnId {
        let place = Place { chat: to.chat, topic: to.topic };
        self.inner.with(|state| {
            let message = Message { reply_to: Some(to.id), ..written(place, Sender::Person(person), text) };
            state.says(person, message)
        })
    }

    /// Somebody sends a file, with a caption: `name` and content.
    pub fn say_with_file(
        &self,
        person: UserId,
        place: impl Into<Place>,
        caption: &str,
        (name, bytes): (&str, &[u8]),
    ) -> TurnId {
        let place = place.into();
        self.inner.with(|state| {
            let id = format!("BQAC{}", state.next());
            let content_type = "application/octet-stream".to_owned();
            state.files.insert(id.clone(), File { name: name.to_owned(), content_type, bytes: bytes.to_vec() });
            let message = Message { document: Some(id), ..written(place, Sender::Person(person), caption) };
            state.says(person, message)
        })
    }

    /// Somebody changes what they said.
    pub fn edits(&self, turn: TurnId, text: &str) {
        self.inner.with(|state| {
            let Turn { place, message, .. } = state.turns[&turn];
            let (now, changed) = (state.now, state.next());
            let said = state.messages.get_mut(&(place.chat, message)).expect("what was said");
            said.links = Links::of(text, &[]);
            text.clone_into(&mut said.text);
            (said.edited_at, said.changed) = (Some(now), changed);
            let said = said.clone();
            if state.bot_hears(&said) {
                let is_post = state.chats[&said.chat].kind == ChatKind::Channel;
                let kind = if is_post { "edited_channel_post" } else { "edited_message" };
                state.tell(kind, state.wire_message(&said));
            }
        });
    }

    /// Somebody presses a button of the bot, by its `callback_data`.
    pub fn press(&self, person: UserId, on: &Message, data: &str) -> TurnId {
        self.inner.with(|state| state.press(person, on, data))
    }

    /// Somebody opens the bot by a link: `/start`, with what the link carries or nothing.
    pub fn starts(&self, person: UserId, payload: &str) -> TurnId {
        self.inner.with(|state| state.set_talk(person, Talk::Open));
        self.say(person, person, format!("/start {payload}").trim_end())
    }

    /// Somebody wants to hear no more of the bot.
    pub fn blocks(&self, person: UserId) {
        self.inner.with(|state| state.set_talk(person, Talk::Blocked));
    }

    /// Somebody wants to hear of the bot again.
    pub fn unblocks(&self, person: UserId) {
        self.inner.with(|state| state.set_talk(person, Talk::Open));
    }

    /// Somebody's account is gone.
    pub fn deactivates(&self, person: UserId) {
        self.inner.with(|state| state.person_mut(person).is_deactivated = true);
    }

    pub fn joins(&self, person: UserId, chat: ChatId) {
        self.inner.with(|state| state.comes_or_goes(person, chat, Status::Member, (person, "new_chat_members")));
    }

    pub fn leaves(&self, person: UserId, chat: ChatId) {
        self.inner.with(|state| state.comes_or_goes(person, chat, Status::Left, (person, "left_chat_member")));
    }

    /// Somebody is thrown out.
    pub fn bans(&self, person: UserId, chat: ChatId) {
        self.inner.with(|state| {
            let by = state.creator(chat);
            state.comes_or_goes(person, chat, Status::Kicked, (by, "left_chat_member"));
        });
    }

    /// Somebody becomes an administrator with these rights, or has these from now on.
    pub fn promote(&self, person: UserId, chat: ChatId, rights: &[&'static str]) {
        self.set_status(person, chat, Status::administrator(rights));
    }

    /// An administrator is a member like others again.
    pub fn demote(&self, person: UserId, chat: ChatId) {
        self.set_status(person, chat, Status::Member);
    }

    /// Whatever somebody is in a chat, by the hand of its owner.
    pub fn set_status(&self, person: UserId, chat: ChatId, status: Status) {
        self.inner.with(|state| state.set_status(chat, person, status, state.creator(chat)));
    }

    /// As if the time for the answer to a press were over.
    pub fn let_lapse(&self, turn: TurnId) {
        self.inner.with(|state| state.turns.get_mut(&turn).expect("a turn").has_lapsed = true);
    }
}
