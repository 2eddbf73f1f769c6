//! What people do: commands, buttons, menus, modals, shortcuts and words.

use std::sync::LazyLock;
use std::time::Instant;

use regex::{Captures, Regex};
use serde_json::{Map, Value, json};

use super::Slack;
use super::interactions::{Interaction, InteractionId, Kind, Said};
use super::state::{APP, BOT, Id, Place, State, TEAM, Ts};
use super::views::{Fill, View};

/// Who asks, and where.
#[derive(Clone, Copy, Default)]
struct Asking {
    person: Option<Id>,
    channel: Option<Id>,
    message: Option<Ts>,
    view: Option<Id>,
}

impl State {
    /// Begins an interaction and sends it to the bot. Its payload learns the trigger and the response URL.
    fn ask(&mut self, kind: Kind, asking: Asking, action: Option<&str>, mut payload: Value) -> InteractionId {
        let id = InteractionId::from(self.next_number());
        let has_trigger = !matches!(kind, Kind::Event | Kind::Suggestion | Kind::Closing);
        let has_url = matches!(kind, Kind::Command | Kind::Press | Kind::Shortcut) && asking.channel.is_some();
        let trigger = if has_trigger { format!("{id}.1.trigger") } else { String::new() };
        let secret = if has_url { format!("secret{id}") } else { String::new() };
        if has_trigger {
            payload["trigger_id"] = json!(trigger);
        }
        if has_url {
            payload["response_url"] = json!(format!("http://{}/response/{id}/{secret}", self.address));
        }
        let interaction = Interaction {
            kind,
            person: asking.person,
            channel: asking.channel,
            message: asking.message,
            view: asking.view,
            action: action.map(str::to_owned),
            payload,
            delivered: Instant::now(),
            begun_at: self.now,
            attempts: 0,
            trigger,
            is_trigger_used: false,
            has_lapsed: false,
            secret,
            uses: 0,
            said: Said::default(),
        };
        self.interactions.insert(id, interaction);
        self.deliver(id, "");
        id
    }

    /// What every interactive payload holds.
    fn interactive(&self, kind: &str, person: Id) -> Value {
        let name = self.name_of(person);
        json!({
            "type": kind, "token": "verification", "api_app_id": APP, "enterprise": null,
            "is_enterprise_install": false, "team": {"id": TEAM, "domain": "sim"},
            "user": {"id": person, "username": name, "name": name, "team_id": TEAM},
        })
    }

    fn command_payload(&self, person: Id, channel: Id, command: &str, text: &str) -> Value {
        let place = &self.channels[&channel];
        assert!(!place.is_deleted && !place.is_archived, "nobody can say anything there any more");
        assert!(place.members.contains(&person) || place.place == Place::Public, "they are not in that channel");
        let shown_name = if place.place == Place::Private { "privategroup" } else { &place.name };
        json!({
            "token": "verification", "team_id": TEAM, "team_domain": "sim", "channel_id": channel,
            "channel_name": shown_name, "user_id": person, "user_name": self.name_of(person), "command": command,
            "text": if self.escapes { self.escaped(text) } else { text.to_owned() },
            "api_app_id": APP, "is_enterprise_install": "false",
        })
    }

    /// Channels, people and addresses as Slack writes them where `should_escape` is set.
    fn escaped(&self, text: &str) -> String {
        static MARKS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?P<url>https?://[^\s<>]+)|(?P<mark>[#@])(?P<name>[\w.-]+)|(?P<bare>\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|example)\b(?:/[^\s<>]*)?)")
                .unwrap()
        });
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let written = |found: &Captures| {
            let whole = &found[0];
            if found.name("url").is_some() {
                return format!("<{whole}>");
            }
            if found.name("bare").is_some() {
                return format!("<http://{whole}|{whole}>");
            }
            let name = &found["name"];
            let known = if &found["mark"] == "#" {
                self.channels.values().find(|one| one.name == name).map(|one| format!("<#{}|{name}>", one.id))
            } else {
                self.people.values().find(|one| one.name == name).map(|one| format!("<@{}|{name}>", one.id))
            };
            known.unwrap_or_else(|| whole.to_owned())
        };
        MARKS.replace_all(&text, written).into_owned()
    }

    /// The one control of that name under a message or in a view.
    fn control(controls: Vec<Value>, action: &str) -> Value {
        let mut found: Vec<Value> = controls.iter().filter(|one| one["action_id"] == action).cloned().collect();
        assert!(found.len() < 2, "several controls are called {action}");
        found.pop().unwrap_or_else(|| panic!("there is no {action} among {controls:?}"))
    }

    fn message_context(&self, payload: &mut Value, ts: Ts) {
        let message = &self.messages[&ts];
        assert!(!message.is_deleted, "the message is gone");
        let channel = message.channel;
        payload["container"] = json!({
            "type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": message.is_ephemeral(),
        });
        payload["channel"] = json!({"id": channel, "name": self.channels[&channel].name});
        if !message.is_ephemeral() {
            payload["message"] = self.wire_message(message, true);
        }
    }

    fn view_context(&self, payload: &mut Value, view: Id) {
        assert!(self.views[&view].is_open, "the view is closed");
        payload["container"] = json!({"type": "view", "view_id": view});
        payload["view"] = self.wire_view(view);
    }

    /// What is sent of a control that was used.
    fn used(&self, control: &Value, chosen: &[&str]) -> Value {
        let kind = control["type"].as_str().unwrap_or_default();
        let mut action = json!({
            "type": kind, "action_id": control["action_id"], "block_id": control["block_id"],
            "action_ts": format!("{:.6}", self.now),
        });
        if kind == "button" {
            action["text"] = control["text"].clone();
            for key in ["value", "style", "url"] {
                if !control[key].is_null() {
                    action[key] = control[key].clone();
                }
            }
            return action;
        }
        assert!(!chosen.is_empty() || kind.starts_with("multi") || kind == "checkboxes", "choose something");
        let fill = Fill::from(chosen);
        let (slot, value) = self.chosen(control, &fill);
        action[slot] = value;
        action
    }

    fn press(&mut self, person: Id, ts: Ts, action: &str, chosen: &[&str]) -> InteractionId {
        let message = self.messages.get(&ts).expect("a message to press on");
        let channel = message.channel;
        assert!(message.seen_by.is_none_or(|own| own == person), "they do not see the message");
        let control = Self::control(message.controls(), action);
        let mut payload = self.interactive("block_actions", person);
        self.message_context(&mut payload, ts);
        payload["state"] = json!({"values": {}});
        payload["actions"] = json!([self.used(&control, chosen)]);
        let asking = Asking { person: Some(person), channel: Some(channel), message: Some(ts), view: None };
        self.ask(Kind::Press, asking, Some(action), payload)
    }

    fn press_in(&mut self, view: Id, action: &str, chosen: &[&str]) -> InteractionId {
        let (person, control) = (self.views[&view].person, Self::control(self.views[&view].controls(), action));
        let mut payload = self.interactive("block_actions", person);
        self.view_context(&mut payload, view);
        payload["actions"] = json!([self.used(&control, chosen)]);
        let asking = Asking { person: Some(person), view: Some(view), ..Asking::default() };
        self.ask(Kind::Press, asking, Some(action), payload)
    }

    /// An event for the bot.
    fn event(&mut self, person: Option<Id>, mut event: Value) -> InteractionId {
        let number = self.next_number();
        event["event_ts"] = json!(format!("{:.6}", self.now));
        let payload = json!({
            "token": "verification", "team_id": TEAM, "context_team_id": TEAM, "api_app_id": APP, "event": event,
            "type": "event_callback", "event_id": format!("Ev0SIM{number}"), "event_time": self.now as u64,
            "authorizations": [{
                "enterprise_id": null, "team_id": TEAM, "user_id": BOT, "is_bot": true, "is_enterprise_install": false,
            }],
            "is_ext_shared_channel": false,
        });
        self.ask(Kind::Event, Asking { person, ..Asking::default() }, None, payload)
    }

    fn write(&mut self, person: Id, channel: Id, text: &str) -> Option<InteractionId> {
        let body = Map::from_iter([("text".to_owned(), json!(text))]);
        let message = self.new_message(channel, person, &body);
        let ts = message.ts;
        let calls_bot = message.pings.users.contains(&BOT.to_string());
        let wire = json!({"user": person, "text": text, "ts": ts, "team": TEAM, "channel": channel});
        self.messages.insert(ts, message);
        let place = &self.channels[&channel];
        let mut event = wire;
        if place.place == Place::Direct && self.scopes.contains("im:history") {
            event["type"] = json!("message");
            event["channel_type"] = json!("im");
        } else if calls_bot && place.has_bot() && self.scopes.contains("app_mentions:read") {
            event["type"] = json!("app_mention");
        } else {
            return None;
        }
        Some(self.event(Some(person), event))
    }
}

/// What people do. Each returns the interaction, for [`Slack::answer`].
impl Slack {
    /// Somebody sends a slash command: `say_command(alice, news, "/news", "subscribe acme")`.
    pub fn say_command(&self, person: Id, channel: Id, command: &str, text: &str) -> InteractionId {
        self.inner.with(|state| {
            let payload = state.command_payload(person, channel, command, text);
            let asking = Asking { person: Some(person), channel: Some(channel), ..Asking::default() };
            state.ask(Kind::Command, asking, None, payload)
        })
    }

    /// Somebody presses a button under a message.
    pub fn press(&self, person: Id, message: Ts, action: &str) -> InteractionId {
        self.inner.with(|state| state.press(person, message, action, &[]))
    }

    /// Somebody chooses from a menu under a message, by values or by what is to be read.
    pub fn choose(&self, person: Id, message: Ts, action: &str, chosen: &[&str]) -> InteractionId {
        self.inner.with(|state| state.press(person, message, action, chosen))
    }

    /// Whoever sees a modal or a home tab presses a button there.
    pub fn press_in(&self, view: Id, action: &str) -> InteractionId {
        self.inner.with(|state| state.press_in(view, action, &[]))
    }

    /// Whoever sees a modal or a home tab chooses from a menu there that is not part of the form.
    pub fn choose_in(&self, view: Id, action: &str, chosen: &[&str]) -> InteractionId {
        self.inner.with(|state| state.press_in(view, action, chosen))
    }

    /// Whoever sees a view has typed `text` into an external menu and looks for suggestions.
    pub fn suggests(&self, view: Id, action: &str, text: &str) -> InteractionId {
        self.inner.with(|state| {
            let View { person, .. } = state.views[&view];
            let control = State::control(state.views[&view].controls(), action);
            let kind = control["type"].as_str().unwrap_or_default();
            assert!(kind.ends_with("external_select"), "{action} is a {kind}, and asks nobody");
            let mut payload = state.interactive("block_suggestion", person);
            state.view_context(&mut payload, view);
            payload["action_id"] = control["action_id"].clone();
            payload["block_id"] = control["block_id"].clone();
            payload["value"] = json!(text);
            let asking = Asking { person: Some(person), view: Some(view), ..Asking::default() };
            state.ask(Kind::Suggestion, asking, Some(action), payload)
        })
    }

    /// Somebody has typed `text` into an external menu under a message and looks for suggestions.
    pub fn suggests_under(&self, person: Id, message: Ts, action: &str, text: &str) -> InteractionId {
        self.inner.with(|state| {
            let on = &state.messages[&message];
            let (channel, control) = (on.channel, State::control(on.controls(), action));
            let mut payload = state.interactive("block_suggestion", person);
            state.message_context(&mut payload, message);
            payload["action_id"] = control["action_id"].clone();
            payload["block_id"] = control["block_id"].clone();
            payload["value"] = json!(text);
            let asking = Asking { person: Some(person), channel: Some(channel), message: Some(message), view: None };
            state.ask(Kind::Suggestion, asking, Some(action), payload)
        })
    }

    /// Whoever sees a modal fills it in, by label, action or block, and submits it.
    pub fn submits(&self, view: Id, fills: &[(&str, Fill)]) -> InteractionId {
        self.inner.with(|state| {
            let (person, channel) = (state.views[&view].person, state.views[&view].channel);
            let values = state.values(view, fills);
            state.check_filled(view, &values, fills);
            let mut payload = state.interactive("view_submission", person);
            state.view_context(&mut payload, view);
            payload["view"]["state"] = json!({"values": values});
            payload["response_urls"] = json!([]);
            payload.as_object_mut().unwrap().remove("container");
            let asking = Asking { person: Some(person), channel, message: None, view: Some(view) };
            state.ask(Kind::Submission, asking, None, payload)
        })
    }

    /// Whoever sees a modal closes it. The bot hears of it if it asked to.
    pub fn closes(&self, view: Id) -> Option<InteractionId> {
        self.inner.with(|state| {
            let person = state.views[&view].person;
            let mut payload = state.interactive("view_closed", person);
            state.view_context(&mut payload, view);
            payload["is_cleared"] = json!(false);
            payload.as_object_mut().unwrap().remove("container");
            let closed = state.views.get_mut(&view).unwrap();
            closed.is_open = false;
            let asking = Asking { person: Some(person), view: Some(view), ..Asking::default() };
            (closed.body["notify_on_close"] == true).then(|| state.ask(Kind::Closing, asking, None, payload))
        })
    }

    /// Somebody uses a shortcut on a message.
    pub fn shortcut(&self, person: Id, message: Ts, callback_id: &str) -> InteractionId {
        self.inner.with(|state| {
            let mut payload = state.interactive("message_action", person);
            state.message_context(&mut payload, message);
            payload["message"] = state.wire_message(&state.messages[&message], true);
            payload["message_ts"] = json!(message);
            payload["callback_id"] = json!(callback_id);
            payload["action_ts"] = json!(format!("{:.6}", state.now));
            payload.as_object_mut().unwrap().remove("container");
            let channel = Some(state.messages[&message].channel);
            let asking = Asking { person: Some(person), channel, ..Asking::default() };
            state.ask(Kind::Shortcut, asking, None, payload)
        })
    }

    /// Somebody uses a shortcut that belongs to no message.
    pub fn global_shortcut(&self, person: Id, callback_id: &str) -> InteractionId {
        self.inner.with(|state| {
            let mut payload = state.interactive("shortcut", person);
            payload["callback_id"] = json!(callback_id);
            payload["action_ts"] = json!(format!("{:.6}", state.now));
            state.ask(Kind::Shortcut, Asking { person: Some(person), ..Asking::default() }, None, payload)
        })
    }

    /// Somebody opens the app's home tab.
    pub fn opens_home(&self, person: Id) -> InteractionId {
        self.inner.with(|state| {
            let channel = state.dm(person);
            let mut event = json!({"type": "app_home_opened", "user": person, "channel": channel, "tab": "home"});
            if let Some(view) = state.homes.get(&person) {
                event["view"] = state.wire_view(*view);
            }
            state.event(Some(person), event)
        })
    }

    /// Somebody writes into a channel. The bot hears of it in its direct messages, and where it is called
    /// by name.
    pub fn writes(&self, person: Id, channel: Id, text: &str) -> Option<InteractionId> {
        self.inner.with(|state| state.write(person, channel, text))
    }

    /// Somebody invites the bot into a channel.
    pub fn invite_bot(&self, channel: Id, by: Id) -> InteractionId {
        self.inner.with(|state| {
            let place = state.channels.get_mut(&channel).unwrap();
            place.members.insert(BOT);
            let kind = if place.place == Place::Private { "G" } else { "C" };
            let event = json!({
                "type": "member_joined_channel", "user": BOT, "channel": channel, "channel_type": kind, "team": TEAM,
                "inviter": by,
            });
            state.event(Some(by), event)
        })
    }

    /// The app is removed from the workspace: the bot hears it, and its token is good for nothing.
    pub fn uninstall(&self) -> [InteractionId; 2] {
        self.inner.with(|state| {
            state.bot_token_error = Some("account_inactive");
            let revoked = json!({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}});
            [revoked, json!({"type": "app_uninstalled"})].map(|event| state.event(None, event))
        })
    }
}
