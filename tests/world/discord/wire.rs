//! The objects of Discord as JSON. Must not decide anything.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::messages::{File, Message, NONCE_SECS};
use super::state::{BOT, Channel, Id, State};
use super::{DIRECT, FORUM, THREAD};

/// A moment as Discord writes it.
pub fn moment(seconds: f64) -> String {
    Timestamp::from_millisecond((seconds * 1000.0) as i64).unwrap().to_string()
}

fn id(id: Id) -> String {
    id.to_string()
}

impl State {
    pub fn wire_user(&self, whom: Id) -> Value {
        if whom == BOT {
            return json!({
                "id": id(BOT), "username": "tidings", "discriminator": "0000", "avatar": null, "bot": true,
                "global_name": null, "public_flags": 0, "flags": 0, "verified": true, "mfa_enabled": true, "email": null,
            });
        }
        let name = &self.people[&whom].name;
        json!({
            "id": id(whom), "username": name, "discriminator": "0", "avatar": null, "global_name": name,
            "public_flags": 0, "bot": false,
        })
    }

    pub fn wire_member(&self, guild: Id, whom: Id) -> Option<Value> {
        let roles = self.guilds.get(&guild)?.members.get(&whom)?;
        Some(json!({
            "user": self.wire_user(whom), "nick": null, "avatar": null, "joined_at": "2024-01-01T00:00:00Z",
            "roles": roles.iter().map(|role| id(*role)).collect::<Vec<_>>(), "premium_since": null, "deaf": false,
            "mute": false, "flags": 0, "pending": false, "communication_disabled_until": null,
        }))
    }

    /// Somebody inside an interaction: with their permissions there.
    pub fn wire_invoker(&self, guild: Id, whom: Id, channel: &Channel) -> Value {
        let mut member = self.wire_member(guild, whom).expect("who is not in the guild says nothing there");
        member["permissions"] = json!(self.permissions(whom, channel).to_string());
        member
    }

    pub fn wire_roles(&self, guild: Id) -> Value {
        let roles = self.guilds[&guild].roles.iter().enumerate().map(|(position, role)| {
            json!({
                "id": id(role.id), "name": role.name, "permissions": role.permissions.to_string(), "color": 0,
                "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null}, "hoist": false,
                "managed": false, "mentionable": false, "position": position, "flags": 0,
            })
        });
        Value::Array(roles.collect())
    }

    pub fn wire_channel(&self, which: Id) -> Value {
        let channel = &self.channels[&which];
        if channel.kind == DIRECT {
            return json!({
                "id": id(which), "type": DIRECT, "last_message_id": null, "flags": 0,
                "recipients": channel.recipient.iter().map(|whom| self.wire_user(*whom)).collect::<Vec<_>>(),
            });
        }
        let overwrites = channel.overwrites.iter().map(|overwrite| {
            let is_role = self.guilds.values().any(|guild| guild.roles.iter().any(|role| role.id == overwrite.whom));
            json!({
                "id": id(overwrite.whom), "type": u8::from(!is_role), "allow": overwrite.allow.to_string(),
                "deny": overwrite.deny.to_string(),
            })
        });
        let mut wire = json!({
            "id": id(which), "type": channel.kind, "guild_id": channel.guild.map(id), "name": channel.name,
            "position": 0, "parent_id": channel.parent.map(id), "nsfw": false, "topic": null,
            "last_message_id": null, "rate_limit_per_user": 0, "flags": 0,
            "permission_overwrites": overwrites.collect::<Vec<_>>(),
        });
        if channel.kind == FORUM {
            wire["available_tags"] = json!([]);
        }
        if channel.kind == THREAD {
            wire["owner_id"] = json!(id(BOT));
            wire["message_count"] = json!(self.readable(which).count());
            wire["member_count"] = json!(1);
            wire["thread_metadata"] = json!({
                "archived": channel.is_archived, "locked": channel.is_locked, "auto_archive_duration": 1440,
                "archive_timestamp": moment(self.now), "create_timestamp": moment(self.now),
            });
        }
        wire
    }

    /// The channels of a guild, or its threads.
    pub fn wire_channels(&self, guild: Id, are_threads: bool) -> Value {
        let is_here = |channel: &&Channel| {
            channel.guild == Some(guild) && !channel.is_deleted && (channel.kind == THREAD) == are_threads
        };
        let all = self.channels.values().filter(is_here).filter(|channel| !channel.is_archived);
        Value::Array(all.map(|channel| self.wire_channel(channel.id)).collect())
    }

    pub fn wire_guild(&self, which: Id) -> Value {
        let guild = &self.guilds[&which];
        json!({
            "id": id(which), "name": guild.name, "icon": null, "splash": null, "discovery_splash": null,
            "owner_id": id(guild.owner), "afk_channel_id": null, "afk_timeout": 300, "widget_enabled": false,
            "verification_level": 1, "default_message_notifications": 1, "explicit_content_filter": 0,
            "roles": self.wire_roles(which), "emojis": [], "features": ["COMMUNITY", "NEWS"], "mfa_level": 0,
            "application_id": null, "system_channel_id": null, "system_channel_flags": 0, "rules_channel_id": null,
            "vanity_url_code": null, "description": null, "banner": null, "premium_tier": 0,
            "premium_subscription_count": 0, "preferred_locale": "en-US", "public_updates_channel_id": null,
            "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null,
        })
    }

    /// A guild as GUILD_CREATE tells of it.
    pub fn wire_new_guild(&self, which: Id) -> Value {
        let mut wire = self.wire_guild(which);
        let own = self.wire_member(which, BOT);
        let more = json!({
            "joined_at": "2024-01-01T00:00:00Z", "large": false, "unavailable": false,
            "member_count": self.guilds[&which].members.len(), "voice_states": [], "presences": [],
            "members": own.into_iter().collect::<Vec<_>>(), "channels": self.wire_channels(which, false),
            "threads": self.wire_channels(which, true), "stage_instances": [], "guild_scheduled_events": [],
        });
        wire.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        wire
    }

    pub fn wire_application(&self) -> Value {
        json!({
            "id": id(BOT), "name": "tidings", "icon": null, "description": "", "bot_public": true,
            "bot_require_code_grant": false, "verify_key": self.public_key_hex(), "team": null, "flags": 0,
            "owner": {"id": "1", "username": "owner", "discriminator": "0", "avatar": null, "global_name": null},
            "bot": self.wire_user(BOT), "approximate_guild_count": self.guilds.len(), "summary": "",
        })
    }

    pub fn wire_message(&self, message: &Message) -> Value {
        let body = &message.body;
        let list = |key: &str| body.get(key).filter(|list| list.is_array()).cloned().unwrap_or(json!([]));
        let mut embeds = list("embeds");
        for embed in embeds.as_array_mut().unwrap() {
            embed["type"] = json!("rich");
        }
        let mut wire = json!({
            "id": id(message.id), "channel_id": id(message.channel), "author": self.wire_user(message.author), "type": message.kind(),
            "content": message.content(), "timestamp": moment(message.sent_at), "tts": false, "pinned": false,
            "edited_timestamp": message.edited_at.map(moment), "mention_everyone": message.pings.everyone,
            "mentions": message.pings.users.iter().filter(|whom| self.people.contains_key(whom))
                .map(|whom| self.wire_user(*whom)).collect::<Vec<_>>(),
            "mention_roles": message.pings.roles.iter().map(|role| id(*role)).collect::<Vec<_>>(),
            "attachments": message.files.iter().map(|file| self.wire_file(file)).collect::<Vec<_>>(),
            "embeds": embeds, "components": list("components"), "flags": message.flags(),
        });
        if let Some(nonce) = message.nonce.as_ref().filter(|_| message.sent_at >= self.now - NONCE_SECS) {
            wire["nonce"] = json!(nonce);
        }
        if let Some(replied) = message.replies_to {
            wire["message_reference"] =
                json!({"type": 0, "channel_id": id(message.channel), "message_id": id(replied)});
        }
        if let Some(interaction) = message.answers {
            wire["application_id"] = json!(id(BOT));
            wire["webhook_id"] = json!(id(BOT));
            let of = &self.interactions[&interaction];
            wire["interaction_metadata"] = json!({
                "id": id(interaction), "type": of.kind, "user": self.wire_user(of.person),
                "authorizing_integration_owners": {},
            });
            if let Some(pressed) = of.message {
                wire["interaction_metadata"]["interacted_message_id"] = json!(id(pressed));
            }
        }
        wire
    }

    pub fn wire_file(&self, file: &File) -> Value {
        let url = format!("http://{}/attachments/{}/{}", self.address, file.id, file.name);
        json!({
            "id": id(file.id), "filename": file.name, "size": file.bytes.len(), "url": url, "proxy_url": url,
            "content_type": file.content_type,
        })
    }
}
