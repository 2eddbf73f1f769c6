//! What Telegram knows: people, chats, topics, and who may do what where.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::api::Api;
use super::faults::Faults;
use super::http::File;
use super::messages::Message;
use super::people::{Turn, TurnId};
use super::updates::Updates;

/// Chats, people, messages within a chat, topics within a chat.
pub type ChatId = i64;
pub type UserId = i64;
pub type MessageId = i64;
pub type TopicId = i64;

/// The bot's own user.
pub const BOT: UserId = 7_000_000_001;
pub const BOT_NAME: &str = "the_test_bot";
/// Who speaks for an administrator that stays anonymous.
pub const ANONYMOUS_ADMIN: UserId = 1_087_968_824;

/// What administrators may do, by Telegram's own names.
pub mod right {
    pub const CHANGE_INFO: &str = "can_change_info";
    pub const DELETE: &str = "can_delete_messages";
    pub const EDIT: &str = "can_edit_messages";
    pub const PIN: &str = "can_pin_messages";
    pub const POST: &str = "can_post_messages";
    pub const PROMOTE: &str = "can_promote_members";
    pub const TOPICS: &str = "can_manage_topics";
    /// All of the above.
    pub const ALL: &[&str] = &[CHANGE_INFO, DELETE, EDIT, PIN, POST, PROMOTE, TOPICS];
}

/// Where something is said: a chat, or a topic in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub chat: ChatId,
    pub topic: Option<TopicId>,
}

impl From<ChatId> for Place {
    fn from(chat: ChatId) -> Self {
        Self { chat, topic: None }
    }
}

impl From<(ChatId, TopicId)> for Place {
    fn from((chat, topic): (ChatId, TopicId)) -> Self {
        Self { chat, topic: Some(topic) }
    }
}

/// How somebody stands with the bot in private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    Never,
    Open,
    Blocked,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub username: Option<String>,
    pub language: String,
    pub talk: Talk,
    pub is_deactivated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    Private,
    Group,
    Supergroup,
    Channel,
}

impl ChatKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
            Self::Channel => "channel",
        }
    }

    pub fn is_group(self) -> bool {
        matches!(self, Self::Group | Self::Supergroup)
    }
}

/// What somebody is in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    Creator,
    Administrator {
        rights: BTreeSet<&'static str>,
        is_anonymous: bool,
    },
    Member,
    /// Is there and may not write.
    Restricted,
    Left,
    Kicked,
}

impl Status {
    pub fn administrator(rights: &[&'static str]) -> Self {
        Self::Administrator { rights: rights.iter().copied().collect(), is_anonymous: false }
    }

    pub fn is_there(&self) -> bool {
        !matches!(self, Self::Left | Self::Kicked)
    }

    pub fn is_administrator(&self) -> bool {
        matches!(self, Self::Creator | Self::Administrator { .. })
    }

    pub fn has(&self, right: &str) -> bool {
        match self {
            Self::Creator => true,
            Self::Administrator { rights, .. } => rights.contains(right),
            Self::Member | Self::Restricted | Self::Left | Self::Kicked => false,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Topic {
    pub name: String,
    pub is_closed: bool,
}

#[derive(Clone, Debug)]
pub struct Chat {
    pub id: ChatId,
    pub kind: ChatKind,
    pub title: String,
    pub username: Option<String>,
    pub is_forum: bool,
    pub topics: BTreeMap<TopicId, Topic>,
    pub members: BTreeMap<UserId, Status>,
    pub last_message: MessageId,
    pub migrated_to: Option<ChatId>,
    pub is_deleted: bool,
    /// What everybody who is no administrator may do.
    pub may_write: bool,
    pub may_send_media: bool,
}

impl Chat {
    pub fn status(&self, of: UserId) -> Status {
        self.members.get(&of).cloned().unwrap_or(Status::Left)
    }
}

pub struct State {
    /// Seconds since 1970, at this change of the state.
    pub now: f64,
    last_id: i64,
    /// Counts what happens, for what came after what.
    pub sequence: u64,
    pub token: String,
    /// The bot hears everything that is said in groups, not only what is meant for it.
    pub hears_all: bool,
    pub people: BTreeMap<UserId, Person>,
    pub chats: BTreeMap<ChatId, Chat>,
    pub messages: BTreeMap<(ChatId, MessageId), Message>,
    pub turns: BTreeMap<TurnId, Turn>,
    /// By file id.
    pub files: BTreeMap<String, File>,
    /// By scope and language.
    pub commands: BTreeMap<(String, String), Vec<Value>>,
    /// Pictures on the web, and pages that are none.
    pub pictures: BTreeSet<String>,
    pub pages: BTreeSet<String>,
    pub updates: Updates,
    pub api: Api,
    pub faults: Faults,
}

impl State {
    pub fn new(now: f64) -> Self {
        Self {
            now,
            last_id: 0,
            sequence: 0,
            token: super::TOKEN.to_owned(),
            hears_all: false,
            people: BTreeMap::new(),
            chats: BTreeMap::new(),
            messages: BTreeMap::new(),
            turns: BTreeMap::new(),
            files: BTreeMap::new(),
            commands: BTreeMap::new(),
            pictures: BTreeSet::new(),
            pages: BTreeSet::new(),
            updates: Updates::default(),
            api: Api::default(),
            faults: Faults::default(),
        }
    }

    pub fn next(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// The moment as Telegram writes it.
    pub fn date(&self) -> i64 {
        self.now as i64
    }

    fn new_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    pub fn add_person(&mut self, name: &str) -> UserId {
        let id = 5_000_000_000 + self.new_id();
        let username = name.to_lowercase().replace(' ', "_");
        let person = Person {
            name: name.to_owned(),
            username: Some(username),
            language: "en".to_owned(),
            talk: Talk::Never,
            is_deactivated: false,
        };
        self.people.insert(id, person);
        self.chats.insert(id, new_chat(id, ChatKind::Private, name));
        id
    }

    pub fn add_chat(&mut self, kind: ChatKind, title: &str) -> ChatId {
        let number = self.new_id();
        let id = if kind == ChatKind::Group { -4_000_000_000 - number } else { -1_002_000_000_000 - number };
        let creator = self.add_person(&format!("Owner of {title}"));
        let mut chat = new_chat(id, kind, title);
        chat.members.insert(creator, Status::Creator);
        self.chats.insert(id, chat);
        let own = if kind == ChatKind::Channel { Status::administrator(right::ALL) } else { Status::Member };
        self.set_status(id, BOT, own, creator);
        id
    }

    pub fn add_topic(&mut self, chat: ChatId, name: &str) -> TopicId {
        let creator = self.creator(chat);
        let service = json!({"forum_topic_created": {"name": name, "icon_color": 7_322_096}});
        // A topic has the id of the message that tells of it.
        let id = self.chats[&chat].last_message + 1;
        let topic = Topic { name: name.to_owned(), is_closed: false };
        self.chats.get_mut(&chat).unwrap().topics.insert(id, topic);
        self.add_service(creator, Place { chat, topic: Some(id) }, service);
        id
    }

    pub fn close_topic(&mut self, chat: ChatId, topic: TopicId, is_closed: bool) {
        let known = self.chat_mut(chat).topics.get_mut(&topic).expect("a topic of the chat");
        known.is_closed = is_closed;
        let what = if is_closed { "forum_topic_closed" } else { "forum_topic_reopened" };
        self.add_service(self.creator(chat), (chat, topic).into(), json!({what: {}}));
    }

    pub fn delete_topic(&mut self, chat: ChatId, topic: TopicId) {
        self.chat_mut(chat).topics.remove(&topic);
        let all = self.messages.values_mut().filter(|one| one.chat == chat && one.topic == Some(topic));
        all.for_each(|message| message.is_deleted = true);
    }

    pub fn add_member(&mut self, chat: ChatId, name: &str, status: Status) -> UserId {
        let person = self.add_person(name);
        self.chat_mut(chat).members.insert(person, status);
        person
    }

    pub fn creator(&self, chat: ChatId) -> UserId {
        let mut members = self.chats[&chat].members.iter();
        members.find(|(_, status)| **status == Status::Creator).map(|(id, _)| *id).expect("a chat has its creator")
    }

    /// Changes what somebody is in a chat, and tells of it.
    pub fn set_status(&mut self, chat: ChatId, whom: UserId, status: Status, by: UserId) {
        let before = self.chats[&chat].status(whom);
        if before == status {
            return;
        }
        self.chats.get_mut(&chat).unwrap().members.insert(whom, status.clone());
        let update = json!({
            "chat": self.wire_chat(chat), "from": self.wire_user(by), "date": self.date(),
            "old_chat_member": self.wire_member(chat, whom, &before),
            "new_chat_member": self.wire_member(chat, whom, &status),
        });
        let place = &self.chats[&chat];
        let kind = if whom == BOT { "my_chat_member" } else { "chat_member" };
        if whom == BOT || place.status(BOT).is_administrator() {
            self.tell(kind, update);
        }
    }

    /// What somebody does about the bot in private: starts it, blocks it.
    pub fn set_talk(&mut self, person: UserId, talk: Talk) {
        let known = self.people.get_mut(&person).expect("a person");
        let before = std::mem::replace(&mut known.talk, talk);
        let status = |talk: Talk| if talk == Talk::Blocked { Status::Kicked } else { Status::Member };
        if status(before) != status(talk) {
            let update = json!({
                "chat": self.wire_chat(person), "from": self.wire_user(person), "date": self.date(),
                "old_chat_member": self.wire_member(person, BOT, &status(before)),
                "new_chat_member": self.wire_member(person, BOT, &status(talk)),
            });
            self.tell("my_chat_member", update);
        }
    }

    /// A group becomes a supergroup with another id.
    pub fn migrate(&mut self, group: ChatId) -> ChatId {
        let number = self.new_id();
        let id = -1_002_000_000_000 - number;
        let old = self.chats.get_mut(&group).expect("a group");
        assert!(old.kind == ChatKind::Group && old.migrated_to.is_none(), "only groups become supergroups");
        let supergroup = Chat { id, kind: ChatKind::Supergroup, last_message: 0, ..old.clone() };
        self.chats.insert(id, supergroup);
        let creator = self.creator(group);
        self.add_service(creator, group.into(), json!({"migrate_to_chat_id": id}));
        self.add_service(super::state::ANONYMOUS_ADMIN, id.into(), json!({"migrate_from_chat_id": group}));
        self.chats.get_mut(&group).unwrap().migrated_to = Some(id);
        id
    }

    pub fn chat_mut(&mut self, chat: ChatId) -> &mut Chat {
        self.chats.get_mut(&chat).expect("a chat of this Telegram")
    }

    pub fn person_mut(&mut self, person: UserId) -> &mut Person {
        self.people.get_mut(&person).expect("a person of this Telegram")
    }

    /// What of the bot can be read in a place, oldest first. Without a topic: in all of the chat.
    pub fn readable(&self, place: Place) -> impl DoubleEndedIterator<Item = &Message> {
        let of_chat = self.messages.range((place.chat, 0)..=(place.chat, MessageId::MAX)).map(|(_, message)| message);
        of_chat.filter(move |message| {
            message.is_of_bot() && !message.is_deleted && (place.topic.is_none() || message.topic == place.topic)
        })
    }
}

fn new_chat(id: ChatId, kind: ChatKind, title: &str) -> Chat {
    Chat {
        id,
        kind,
        title: title.to_owned(),
        username: None,
        is_forum: false,
        topics: BTreeMap::new(),
        members: BTreeMap::new(),
        last_message: 0,
        migrated_to: None,
        is_deleted: false,
        may_write: true,
        may_send_media: true,
    }
}
