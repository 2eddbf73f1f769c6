//! Which chat a request means, whether the bot may be there, and what it is told of it.

use serde_json::{Value, json};

use super::api::{Outcome, Refused, bad, forbidden, refuse};
use super::http::Request;
use super::state::{BOT, Chat, ChatId, ChatKind, Place, State, Status, Talk, right};

/// What is to be said, as Telegram names it when it may not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Text,
    Photo,
    Document,
}

impl What {
    fn words(self) -> &'static str {
        match self {
            Self::Text => "text messages",
            Self::Photo => "photos",
            Self::Document => "documents",
        }
    }
}

const GENERAL_TOPIC: i64 = 1;

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

impl State {
    /// By number, or by the name of a public chat.
    pub fn find_chat(&self, text: &str) -> Option<ChatId> {
        if let Some(name) = text.strip_prefix('@') {
            let bears = |chat: &&Chat| {
                let own = chat.username.as_ref().filter(|_| chat.kind != ChatKind::Private);
                own.is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            return self.chats.values().find(bears).map(|chat| chat.id);
        }
        text.parse().ok().filter(|id| self.chats.contains_key(id))
    }

    /// The chat that a request names, if the bot can see it.
    ///
    /// # Errors
    /// Telegram's words for why it cannot.
    pub fn chat_of(&self, request: &Request) -> Result<&Chat, Refused> {
        let text = request.text("chat_id").filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| bad("chat_id is empty"))?;
        let id = self.find_chat(&text).ok_or_else(|| bad("chat not found"))?;
        let chat = &self.chats[&id];
        if let Some(new) = chat.migrated_to {
            let mut refused = bad("group chat was upgraded to a supergroup chat");
            refused.parameters = json!({"migrate_to_chat_id": new});
            return Err(refused);
        }
        match chat.kind {
            ChatKind::Private => {
                let person = &self.people[&id];
                if person.is_deactivated {
                    return Err(forbidden("user is deactivated"));
                }
            }
            ChatKind::Group if chat.is_deleted => return Err(forbidden("the group chat was deleted")),
            ChatKind::Supergroup | ChatKind::Channel if chat.is_deleted => return Err(bad("chat not found")),
            ChatKind::Group | ChatKind::Supergroup | ChatKind::Channel => {}
        }
        match chat.status(BOT) {
            Status::Kicked => Err(forbidden(&format!("bot was kicked from the {} chat", chat.kind.name()))),
            Status::Left if chat.kind != ChatKind::Private && chat.username.is_none() => {
                Err(forbidden(&format!("bot is not a member of the {} chat", chat.kind.name())))
            }
            _ => Ok(chat),
        }
    }

    /// Where a request wants something said, if the bot may.
    ///
    /// # Errors
    /// Telegram's words for why it may not.
    pub fn place_of(&self, request: &Request, what: What) -> Result<Place, Refused> {
        let chat = self.chat_of(request)?;
        self.check_may_say(chat, what)?;
        let Some(thread) = request.whole("message_thread_id")?.filter(|thread| *thread != 0) else {
            return Ok(chat.id.into());
        };
        let found = chat.topics.get(&thread).filter(|_| chat.is_forum && thread != GENERAL_TOPIC);
        let topic = found.ok_or_else(|| bad("message thread not found"))?;
        if topic.is_closed && !chat.status(BOT).has(right::TOPICS) {
            return Err(bad("TOPIC_CLOSED"));
        }
        Ok(Place { chat: chat.id, topic: Some(thread) })
    }

    fn check_may_say(&self, chat: &Chat, what: What) -> Result<(), Refused> {
        let status = chat.status(BOT);
        let no_rights = || bad(&format!("not enough rights to send {} to the chat", what.words()));
        match chat.kind {
            ChatKind::Private => match self.people[&chat.id].talk {
                Talk::Never => Err(forbidden("bot can't initiate conversation with a user")),
                Talk::Blocked => Err(forbidden("bot was blocked by the user")),
                Talk::Open => Ok(()),
            },
            ChatKind::Channel if !status.is_there() => Err(forbidden("bot is not a member of the channel chat")),
            ChatKind::Channel if !status.has(right::POST) => Err(bad("need administrator rights in the channel chat")),
            ChatKind::Channel => Ok(()),
            ChatKind::Group | ChatKind::Supergroup => match status {
                Status::Left => Err(forbidden(&format!("bot is not a member of the {} chat", chat.kind.name()))),
                Status::Creator | Status::Administrator { .. } => Ok(()),
                Status::Member if chat.may_write && (chat.may_send_media || what == What::Text) => Ok(()),
                Status::Member | Status::Restricted | Status::Kicked => Err(no_rights()),
            },
        }
    }

    pub fn chat_action(&mut self, request: &Request) -> Outcome {
        request.word("action", &ACTIONS)?;
        self.place_of(request, What::Text)?;
        Ok(json!(true))
    }

    pub fn get_chat(&self, request: &Request) -> Outcome {
        let chat = self.chat_of(request)?;
        if chat.kind == ChatKind::Private && self.people[&chat.id].talk == Talk::Never {
            return Err(bad("chat not found"));
        }
        Ok(self.wire_full_chat(chat.id))
    }

    pub fn get_member(&self, request: &Request) -> Outcome {
        let chat = self.chat_of(request)?;
        let whom = request.whole("user_id")?.ok_or_else(|| bad("invalid user_id specified"))?;
        if whom != BOT && !self.people.contains_key(&whom) {
            return Err(bad("invalid user_id specified"));
        }
        if chat.kind == ChatKind::Private {
            let is_in_it = whom == BOT || whom == chat.id;
            let status = if is_in_it { Ok(Status::Member) } else { Err(bad("member not found")) };
            return status.map(|status| self.wire_member(chat.id, whom, &status));
        }
        if chat.kind == ChatKind::Channel && !chat.status(BOT).is_administrator() {
            return Err(bad("member list is inaccessible"));
        }
        Ok(self.wire_member(chat.id, whom, &chat.status(whom)))
    }

    pub fn get_administrators(&self, request: &Request) -> Outcome {
        let chat = self.chat_of(request)?;
        if chat.kind == ChatKind::Private {
            return Err(bad("there are no administrators in the private chat"));
        }
        if chat.kind == ChatKind::Channel && !chat.status(BOT).is_administrator() {
            return Err(bad("member list is inaccessible"));
        }
        let with_bots = request.truth("return_bots")?;
        let is_shown = |whom: i64| whom != BOT || with_bots || chat.status(BOT).is_administrator();
        let all = chat.members.iter().filter(|(whom, status)| status.is_administrator() && is_shown(**whom));
        Ok(Value::Array(all.map(|(whom, status)| self.wire_member(chat.id, *whom, status)).collect()))
    }

    pub fn get_file(&self, request: &Request) -> Outcome {
        let id = request.text("file_id").ok_or_else(|| bad("file_id not specified"))?;
        let file = self.files.get(&id).ok_or_else(|| bad("invalid file_id"))?;
        let size = file.bytes.len();
        if size > 20 * 1024 * 1024 {
            return Err(refuse(400, "Bad Request: file is too big"));
        }
        let path = format!("documents/{id}");
        Ok(json!({"file_id": id, "file_unique_id": format!("u{id}"), "file_size": size, "file_path": path}))
    }
}
