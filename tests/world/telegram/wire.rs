//! Objects as Telegram writes them.

use serde_json::{Map, Value, json};

use super::messages::{Message, Sender};
use super::state::{ANONYMOUS_ADMIN, BOT, BOT_NAME, ChatId, ChatKind, State, Status, UserId, right};

/// Rights that no story is about: everybody with a right has them, nobody else.
const OTHER_RIGHTS: [&str; 8] = [
    "can_manage_chat",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_tags",
];

const PERMISSIONS: [&str; 16] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

fn permissions(may: bool) -> Value {
    Value::Object(PERMISSIONS.iter().map(|name| ((*name).to_owned(), json!(may))).collect())
}

impl State {
    pub fn wire_user(&self, id: UserId) -> Value {
        if id == BOT {
            return json!({"id": BOT, "is_bot": true, "first_name": "Test", "username": BOT_NAME});
        }
        if id == ANONYMOUS_ADMIN {
            return json!({"id": id, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"});
        }
        let person = &self.people[&id];
        let name = if person.is_deactivated { "" } else { &person.name };
        let mut user = json!({"id": id, "is_bot": false, "first_name": name, "language_code": person.language});
        if let Some(username) = &person.username {
            user["username"] = json!(username);
        }
        user
    }

    pub fn wire_me(&self) -> Value {
        let mut me = self.wire_user(BOT);
        merge(
            &mut me,
            json!({
                "can_join_groups": true, "can_read_all_group_messages": self.hears_all,
                "supports_inline_queries": false, "can_connect_to_business": false, "has_main_web_app": false,
                "supports_guest_queries": false, "has_topics_enabled": false, "allows_users_to_create_topics": false,
                "can_manage_bots": false, "supports_join_request_queries": false,
            }),
        );
        me
    }

    pub fn wire_chat(&self, id: ChatId) -> Value {
        let chat = &self.chats[&id];
        let mut wire = json!({"id": id, "type": chat.kind.name()});
        if chat.kind == ChatKind::Private {
            let person = &self.people[&id];
            wire["first_name"] = json!(person.name);
            wire["username"] = json!(person.username);
        } else {
            wire["title"] = json!(chat.title);
            if let Some(username) = &chat.username {
                wire["username"] = json!(username);
            }
        }
        if chat.is_forum {
            wire["is_forum"] = json!(true);
        }
        wire
    }

    /// What `getChat` says besides.
    pub fn wire_full_chat(&self, id: ChatId) -> Value {
        let chat = &self.chats[&id];
        let mut wire = self.wire_chat(id);
        merge(
            &mut wire,
            json!({
                "accent_color_id": 1, "max_reaction_count": 11,
                "accepted_gift_types": {
                    "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
                    "premium_subscription": false, "gifts_from_channels": false,
                },
            }),
        );
        if chat.kind.is_group() {
            wire["permissions"] = permissions(true);
            for name in ["can_send_photos", "can_send_documents"] {
                wire["permissions"][name] = json!(chat.may_send_media);
            }
            wire["permissions"]["can_send_messages"] = json!(chat.may_write);
        }
        wire
    }

    pub fn wire_member(&self, chat: ChatId, whom: UserId, status: &Status) -> Value {
        let user = self.wire_user(whom);
        match status {
            Status::Creator => json!({"status": "creator", "user": user, "is_anonymous": false}),
            Status::Member => json!({"status": "member", "user": user}),
            Status::Left => json!({"status": "left", "user": user}),
            Status::Kicked => json!({"status": "kicked", "user": user, "until_date": 0}),
            Status::Restricted => {
                let mut wire = permissions(false);
                merge(&mut wire, json!({"status": "restricted", "user": user, "is_member": true, "until_date": 0}));
                wire
            }
            Status::Administrator { rights, is_anonymous } => {
                let mut wire = json!({
                    "status": "administrator", "user": user, "is_anonymous": is_anonymous, "can_be_edited": false,
                });
                let kind = self.chats[&chat].kind;
                let of_channel = [right::POST, right::EDIT];
                let of_group = [right::PIN, right::TOPICS];
                for name in right::ALL {
                    let is_elsewhere = if kind == ChatKind::Channel { of_group } else { of_channel }.contains(name);
                    if !is_elsewhere {
                        wire[name] = json!(rights.contains(name));
                    }
                }
                OTHER_RIGHTS.iter().for_each(|name| wire[name] = json!(!rights.is_empty()));
                wire
            }
        }
    }

    pub fn wire_message(&self, message: &Message) -> Value {
        let mut wire = self.wire_flat_message(message);
        let original = message.reply_to.and_then(|id| self.messages.get(&(message.chat, id)));
        if let Some(original) = original {
            wire["reply_to_message"] = self.wire_flat_message(original);
        }
        wire
    }

    /// Without what it replies to.
    fn wire_flat_message(&self, message: &Message) -> Value {
        let mut wire =
            json!({"message_id": message.id, "date": message.sent_at as i64, "chat": self.wire_chat(message.chat)});
        match message.sender {
            Sender::Person(id) => wire["from"] = self.wire_user(id),
            Sender::Bot if self.chats[&message.chat].kind != ChatKind::Channel => wire["from"] = self.wire_user(BOT),
            Sender::Bot | Sender::Channel => wire["sender_chat"] = self.wire_chat(message.chat),
            Sender::AnonymousAdmin => {
                wire["from"] = self.wire_user(ANONYMOUS_ADMIN);
                wire["sender_chat"] = self.wire_chat(message.chat);
            }
        }
        if let Some(topic) = message.topic {
            wire["message_thread_id"] = json!(topic);
            wire["is_topic_message"] = json!(true);
        }
        if let Some(edited_at) = message.edited_at {
            wire["edit_date"] = json!(edited_at as i64);
        }
        if message.is_protected {
            wire["has_protected_content"] = json!(true);
        }
        if let Some(service) = &message.service {
            merge(&mut wire, service.clone());
        }
        merge(&mut wire, self.wire_content(message));
        wire
    }

    fn wire_content(&self, message: &Message) -> Value {
        let mut wire = Map::new();
        let is_captioned = message.photo.is_some() || message.document.is_some();
        let (text, entities) = if is_captioned { ("caption", "caption_entities") } else { ("text", "entities") };
        if !message.text.is_empty() {
            wire.insert(text.to_owned(), json!(message.text));
        }
        let all = message.all_entities();
        if !all.is_empty() {
            wire.insert(entities.to_owned(), json!(all));
        }
        if let Some(photo) = &message.photo {
            let size = json!({"file_id": photo, "file_unique_id": format!("u{photo}"), "width": 640, "height": 360});
            wire.insert("photo".to_owned(), json!([size]));
        }
        if let Some(document) = &message.document {
            let file = &self.files[document];
            let wire_file = json!({
                "file_id": document, "file_unique_id": format!("u{document}"), "file_name": file.name,
                "mime_type": file.content_type, "file_size": file.bytes.len(),
            });
            wire.insert("document".to_owned(), wire_file);
        }
        if let Some(markup) = message.markup.as_ref().filter(|markup| markup.get("inline_keyboard").is_some()) {
            wire.insert("reply_markup".to_owned(), markup.clone());
        }
        if let Some(options) = &message.link_preview {
            wire.insert("link_preview_options".to_owned(), options.clone());
        }
        Value::Object(wire)
    }
}
