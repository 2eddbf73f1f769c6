//! The methods of the Web API: whose token, which scopes, how often.

/// Whose token a method takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Any,
    Bot,
    App,
}

pub struct Method {
    pub name: &'static str,
    pub token: Token,
    /// One of them is needed.
    pub scopes: &'static [&'static str],
    pub per_minute: u32,
    /// Counted per channel, by the second.
    pub posts: bool,
    /// Others take forms alone, and hear nothing of what JSON says.
    pub takes_json: bool,
}

/// Slack's tiers, requests in a minute. Of the first it says "one or more", and bears bursts.
const TIER_1: u32 = 10;
const TIER_2: u32 = 20;
const TIER_3: u32 = 50;
const TIER_4: u32 = 100;
/// Methods with limits of their own, hundreds in a minute.
const SPECIAL: u32 = 600;

const READ: &[&str] = &["channels:read", "groups:read", "im:read", "mpim:read"];
const HISTORY: &[&str] = &["channels:history", "groups:history", "im:history", "mpim:history"];
const WRITE: &[&str] = &["chat:write"];

/// Takes a form or JSON.
const fn writes(name: &'static str, scopes: &'static [&'static str], per_minute: u32) -> Method {
    Method { name, token: Token::Bot, scopes, per_minute, posts: false, takes_json: true }
}

/// Takes a form or a query.
const fn reads(name: &'static str, scopes: &'static [&'static str], per_minute: u32) -> Method {
    Method { name, token: Token::Bot, scopes, per_minute, posts: false, takes_json: false }
}

const METHODS: &[Method] = &[
    Method { token: Token::Any, ..writes("api.test", &[], TIER_4) },
    Method { token: Token::Any, ..writes("auth.test", &[], SPECIAL) },
    Method { token: Token::App, ..writes("apps.connections.open", &["connections:write"], TIER_1) },
    Method { posts: true, ..writes("chat.postMessage", WRITE, SPECIAL) },
    writes("chat.postEphemeral", WRITE, TIER_4),
    writes("chat.update", WRITE, TIER_3),
    writes("chat.delete", WRITE, TIER_3),
    reads("chat.getPermalink", &[], SPECIAL),
    writes("views.open", &[], TIER_4),
    writes("views.push", &[], TIER_4),
    writes("views.update", &[], TIER_4),
    writes("views.publish", &[], TIER_4),
    reads("conversations.list", READ, TIER_2),
    reads("conversations.info", READ, TIER_3),
    reads("conversations.members", READ, TIER_4),
    writes("conversations.open", &["im:write", "mpim:write", "channels:manage", "groups:write"], TIER_3),
    writes("conversations.join", &["channels:join"], TIER_3),
    reads("conversations.history", HISTORY, TIER_3),
    reads("conversations.replies", HISTORY, TIER_3),
    reads("users.info", &["users:read"], TIER_4),
    reads("team.info", &["team:read"], TIER_3),
    reads("bots.info", &["users:read"], TIER_3),
    reads("files.getUploadURLExternal", &["files:write"], TIER_4),
    writes("files.completeUploadExternal", &["files:write"], TIER_4),
    reads("files.info", &["files:read"], TIER_4),
];

pub fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}
