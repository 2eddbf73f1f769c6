//! The app's manifest: everything that Slack must know of the app, so that nobody has to click it
//! together.

use serde_json::{Value, json};

use super::heard::WHY;
use super::{Config, Transport};

/// What the app may do, and no more. Each is why:
pub const SCOPES: &[&str] = &[
    // The slash command and the message shortcut.
    "commands",
    // Cards, answers, insights.
    "chat:write",
    // Who made a channel, and whether the app is in it.
    "channels:read",
    "groups:read",
    // Whether a post in doubt has arrived, and whether an insight was said.
    "channels:history",
    "groups:history",
    // Lines to the app, and posts in doubt there.
    "im:history",
    // Alerts to one person.
    "im:write",
    // Who may manage a channel.
    "users:read",
    // Exports and pictures.
    "files:write",
    // Imports.
    "files:read",
];
/// Without these a post whose answer was lost may come twice.
pub const HISTORY: &[&str] = &["channels:history", "groups:history", "im:history"];
pub const EVENTS: &[&str] = &["app_home_opened", "message.im"];
/// The host that is put in by hand.
const HOST: &str = "https://YOUR-HOST";
/// A command's usage hint is one line.
const HINT: &str = "subscribe https://blog.rust-lang.org, or help";

/// The manifest for this configuration.
pub fn manifest(config: &Config) -> Value {
    let is_http = config.transport == Transport::Http;
    let mut command = json!({
        "command": config.command,
        "description": "News for this channel: subscribe, filter, mute, ask why",
        "usage_hint": HINT,
        "should_escape": true,
    });
    let mut events = json!({ "bot_events": EVENTS });
    let mut interactivity = json!({ "is_enabled": true });
    if is_http {
        put(&mut command, "url", &format!("{HOST}/slack/commands"));
        put(&mut events, "request_url", &format!("{HOST}/slack/events"));
        put(&mut interactivity, "request_url", &format!("{HOST}/slack/interactivity"));
        put(&mut interactivity, "message_menu_options_url", &format!("{HOST}/slack/interactivity"));
    }
    json!({
        "_metadata": { "major_version": 2, "minor_version": 1 },
        "display_information": {
            "name": "tidings",
            "description": "News cards whose every sentence is traced to its source",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": true,
                "messages_tab_enabled": true,
                "messages_tab_read_only_enabled": false,
            },
            "bot_user": { "display_name": "tidings", "always_online": true },
            "shortcuts": [{
                "name": "Why is this here?",
                "type": "message",
                "callback_id": WHY,
                "description": "Why a card was posted here",
            }],
            "slash_commands": [command],
        },
        "oauth_config": { "scopes": { "bot": SCOPES } },
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": false,
            "socket_mode_enabled": !is_http,
            "token_rotation_enabled": false,
        },
    })
}

fn put(value: &mut Value, name: &str, text: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(name.to_owned(), text.into());
    }
}
