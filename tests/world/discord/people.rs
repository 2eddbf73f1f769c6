//! What people do: slash commands, words half typed, buttons, menus; over the gateway, or as signed
//! bytes for a bot that takes its interactions by HTTP.

use std::time::Instant;

use ed25519_dalek::Signer;
use serde_json::{Map, Value, json};

use super::answers::Said;
use super::gateway::intent;
use super::messages::File;
use super::state::{BOT, Channel, Id, State};
use super::{DIRECT, Discord, Message};

pub type InteractionId = Id;

/// The value of a command's option.
#[derive(Clone, Debug)]
pub enum Input {
    Text(String),
    Whole(i64),
    Number(f64),
    Truth(bool),
    User(Id),
    Channel(Id),
    Role(Id),
    /// Name and content.
    File(String, Vec<u8>),
}

impl From<&str> for Input {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Input {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<bool> for Input {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl Input {
    /// The type of option that takes it, as Discord numbers them.
    fn kind(&self) -> u8 {
        match self {
            Self::Text(_) => 3,
            Self::Whole(_) => 4,
            Self::Truth(_) => 5,
            Self::User(_) => 6,
            Self::Channel(_) => 7,
            Self::Role(_) => 8,
            Self::Number(_) => 10,
            Self::File(..) => 11,
        }
    }
}

pub struct Interaction {
    pub token: String,
    /// Command 2, component 3, autocomplete 4.
    pub kind: u8,
    pub person: Id,
    pub channel: Id,
    /// The message that the component stands on.
    pub message: Option<Id>,
    pub begun: Instant,
    pub begun_at: f64,
    /// As if three seconds were over.
    pub has_lapsed: bool,
    pub said: Said,
}

const COMMAND: u8 = 2;
const COMPONENT: u8 = 3;
const AUTOCOMPLETE: u8 = 4;

impl State {
    /// What Discord sends about an interaction, apart from `data`.
    fn interaction(&mut self, kind: u8, person: Id, channel: Id, data: Value, message: Option<Id>) -> (Id, Value) {
        let id = self.new_id();
        let token = format!("token-of-{id}");
        let place = self.channels[&channel].clone();
        assert!(!place.is_deleted, "nobody can say anything in a deleted channel");
        let mut payload = json!({
            "id": id.to_string(), "application_id": BOT.to_string(), "type": kind, "token": token, "version": 1,
            "data": data, "channel_id": channel.to_string(), "channel": self.wire_channel(channel), "entitlements": [],
            "locale": self.people[&person].locale, "app_permissions": self.bot_permissions(channel).to_string(),
            "attachment_size_limit": 10_485_760,
        });
        let owner = if self.people[&person].has_installed { ("1", person.to_string()) } else { ("0", "0".to_owned()) };
        if let Some(guild) = place.guild {
            payload["context"] = json!(0);
            payload["guild_id"] = json!(guild.to_string());
            payload["guild_locale"] = json!("en-US");
            payload["guild"] = json!({"id": guild.to_string(), "locale": "en-US", "features": []});
            payload["member"] = self.wire_invoker(guild, person, &place);
            payload["authorizing_integration_owners"] = json!({"0": guild.to_string()});
        } else {
            payload["context"] = json!(1);
            payload["user"] = self.wire_user(person);
            payload["authorizing_integration_owners"] = json!({owner.0: owner.1});
        }
        if let Some(message) = message {
            payload["message"] = self.wire_message(&self.messages[&message]);
        }
        let (begun, begun_at) = (Instant::now(), self.now);
        let said = Said::default();
        let interaction =
            Interaction { token, kind, person, channel, message, begun, begun_at, has_lapsed: false, said };
        self.interactions.insert(id, interaction);
        (id, payload)
    }

    /// `digest weekly` becomes the command and an option of type 1; the inputs stand innermost.
    fn command(
        &mut self,
        kind: u8,
        (person, channel): (Id, Id),
        words: &str,
        inputs: &[(&str, Input)],
        focus: Option<(&str, &str)>,
    ) -> (Id, Value) {
        let mut words = words.split(' ');
        let name = words.next().expect("a command has a name");
        let below: Vec<_> = words.collect();
        let place = self.channels[&channel].clone();
        let defined = self.defined(name, &place);
        let leaf = defined.as_ref().map(|command| descend(command, &below).clone());
        let mut resolved = Map::new();
        let mut options: Vec<Value> = Vec::new();
        for (option, input) in inputs {
            let kind = input.kind();
            check_input(leaf.as_ref(), name, option, kind);
            let value = self.resolve(input, (person, &place), &mut resolved);
            options.push(json!({"name": option, "type": kind, "value": value}));
        }
        if let Some((option, text)) = focus {
            let kind = leaf.as_ref().map_or(json!(3), |leaf| find_option(leaf, option)["type"].clone());
            options.push(json!({"name": option, "type": kind, "value": text, "focused": true}));
        } else if let Some(leaf) = &leaf {
            check_required(leaf, name, inputs);
        }
        for (depth, word) in below.iter().enumerate().rev() {
            let kind = if depth + 1 == below.len() { 1 } else { 2 };
            options = vec![json!({"name": word, "type": kind, "options": options})];
        }
        let id = defined.map_or_else(|| json!(self.new_id().to_string()), |command| command["id"].clone());
        let mut data = json!({"id": id, "name": name, "type": 1, "options": options});
        if !resolved.is_empty() {
            data["resolved"] = Value::Object(resolved);
        }
        self.interaction(kind, person, channel, data, None)
    }

    /// The command as registered. `None` as long as the bot registered nothing at all.
    fn defined(&self, name: &str, place: &Channel) -> Option<Value> {
        if self.commands.is_empty() {
            return None;
        }
        let of_guild = place.guild.and_then(|guild| self.commands.get(&Some(guild)));
        let all = of_guild.into_iter().chain(self.commands.get(&None)).flatten();
        let found = all.clone().find(|command| command["name"] == name);
        let command = found.unwrap_or_else(|| panic!("Discord offers no /{name}: the bot did not register it"));
        assert!(is_offered_in(command, place), "Discord does not offer /{name} in this kind of channel");
        Some(command.clone())
    }

    /// The value as Discord writes it, with what it stands for.
    fn resolve(&mut self, input: &Input, (person, place): (Id, &Channel), resolved: &mut Map<String, Value>) -> Value {
        let mut note = |kind: &str, id: Id, object: Value| {
            let objects = resolved.entry(kind).or_insert_with(|| json!({}));
            objects[id.to_string()] = object;
            json!(id.to_string())
        };
        match input {
            Input::Text(text) => json!(text),
            Input::Whole(number) => json!(number),
            Input::Number(number) => json!(number),
            Input::Truth(truth) => json!(truth),
            Input::User(user) => {
                if let Some(guild) = place.guild {
                    let mut member = self.wire_member(guild, *user).unwrap_or_default();
                    member.as_object_mut().map(|member| member.remove("user"));
                    note("members", *user, member);
                }
                note("users", *user, self.wire_user(*user))
            }
            Input::Channel(channel) => {
                let mut object = self.wire_channel(*channel);
                // What the one who names it may do there.
                object["permissions"] = json!(self.permissions(person, &self.channels[channel]).to_string());
                note("channels", *channel, object)
            }
            Input::Role(role) => {
                let all = self.wire_roles(place.guild.expect("roles are in guilds"));
                let id = json!(role.to_string());
                let found = all.as_array().unwrap().iter().find(|one| one["id"] == id);
                note("roles", *role, found.expect("a role of the guild").clone())
            }
            Input::File(name, bytes) => {
                let content_type = "application/octet-stream".to_owned();
                let file = File { id: self.new_id(), name: name.clone(), content_type, bytes: bytes.clone() };
                self.attachments.insert(file.id, file.clone());
                note("attachments", file.id, self.wire_file(&file))
            }
        }
    }

    /// A press on what stands under a message.
    fn press(&mut self, person: Id, message: Id, custom_id: &str, values: Option<&[&str]>) -> (Id, Value) {
        let on: &Message = self.messages.get(&message).expect("a message to press on");
        assert!(!on.is_deleted, "the message is gone");
        let control = on.controls().into_iter().find(|control| control["custom_id"] == custom_id);
        let control = control.unwrap_or_else(|| panic!("there is no {custom_id} under the message: {}", on.body));
        assert!(control["disabled"] != true, "{custom_id} is disabled");
        let mut data = json!({"custom_id": custom_id, "component_type": control["type"], "id": 1});
        if let Some(values) = values {
            data["values"] = json!(values);
        }
        let channel = on.channel;
        self.interaction(COMPONENT, person, channel, data, Some(message))
    }

    fn tell(&mut self, (id, payload): (Id, Value)) -> InteractionId {
        let guild = payload["guild_id"].as_str().map(|guild| guild.parse().unwrap());
        self.dispatch(guild, intent::NONE, "INTERACTION_CREATE", payload);
        id
    }

    pub fn public_key_hex(&self) -> String {
        hex(self.signing_key.verifying_key().as_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where a command is to be seen: everywhere, unless it names its contexts.
fn is_offered_in(command: &Value, place: &Channel) -> bool {
    let context = u64::from(place.kind == DIRECT);
    let lists_context = command["contexts"].as_array().is_none_or(|all| all.contains(&json!(context)));
    lists_context && (context == 0 || command["dm_permission"] != false)
}

fn find_option<'a>(leaf: &'a Value, name: &str) -> &'a Value {
    let mut all = leaf["options"].as_array().into_iter().flatten();
    all.find(|option| option["name"] == name).unwrap_or_else(|| panic!("Discord offers no option {name}: {leaf}"))
}

fn descend<'a>(command: &'a Value, below: &[&str]) -> &'a Value {
    below.iter().fold(command, |command, word| find_option(command, word))
}

fn check_input(leaf: Option<&Value>, command: &str, option: &str, kind: u8) {
    let Some(leaf) = leaf else { return };
    let defined = &find_option(leaf, option)["type"];
    assert!(*defined == kind, "the option {option} of /{command} is of type {defined}, not {kind}");
}

fn check_required(leaf: &Value, command: &str, inputs: &[(&str, Input)]) {
    for option in leaf["options"].as_array().into_iter().flatten() {
        let is_given = inputs.iter().any(|(name, _)| option["name"] == *name);
        assert!(is_given || option["required"] != true, "/{command} cannot be sent without {}", option["name"]);
    }
}

/// What people do.
impl Discord {
    /// Somebody sends a slash command: `interact(alice, news, "digest weekly", &[])`.
    pub fn interact(&self, person: Id, channel: Id, command: &str, options: &[(&str, Input)]) -> InteractionId {
        self.inner.with(|state| {
            let interaction = state.command(COMMAND, (person, channel), command, options, None);
            state.tell(interaction)
        })
    }

    /// Somebody has typed `text` into an option and looks for suggestions.
    pub fn types(&self, person: Id, channel: Id, command: &str, option: &str, text: &str) -> InteractionId {
        self.inner.with(|state| {
            let interaction = state.command(AUTOCOMPLETE, (person, channel), command, &[], Some((option, text)));
            state.tell(interaction)
        })
    }

    /// Somebody presses a button.
    pub fn press(&self, person: Id, message: Id, custom_id: &str) -> InteractionId {
        self.inner.with(|state| {
            let interaction = state.press(person, message, custom_id, None);
            state.tell(interaction)
        })
    }

    /// Somebody chooses from a menu.
    pub fn choose(&self, person: Id, message: Id, custom_id: &str, values: &[&str]) -> InteractionId {
        self.inner.with(|state| {
            let interaction = state.press(person, message, custom_id, Some(values));
            state.tell(interaction)
        })
    }

    /// The payload of a slash command, for a bot that takes it by HTTP.
    pub fn command_payload(
        &self,
        person: Id,
        channel: Id,
        command: &str,
        options: &[(&str, Input)],
    ) -> (InteractionId, Value) {
        self.inner.with(|state| state.command(COMMAND, (person, channel), command, options, None))
    }

    /// The payload of suggestions looked for, for a bot that takes it by HTTP.
    pub fn typing_payload(
        &self,
        person: Id,
        channel: Id,
        command: &str,
        option: &str,
        text: &str,
    ) -> (InteractionId, Value) {
        self.inner.with(|state| state.command(AUTOCOMPLETE, (person, channel), command, &[], Some((option, text))))
    }

    /// The payload of a button, for a bot that takes it by HTTP.
    pub fn press_payload(&self, person: Id, message: Id, custom_id: &str) -> (InteractionId, Value) {
        self.inner.with(|state| state.press(person, message, custom_id, None))
    }

    /// What Discord sends to see whether somebody is there.
    pub fn ping_payload(&self) -> Value {
        let id = self.inner.with(State::new_id).to_string();
        json!({"id": id, "application_id": BOT.to_string(), "type": 1, "token": "ping", "version": 1, "entitlements": []})
    }

    /// Headers and body as Discord would post them.
    pub fn signed_interaction(&self, payload: &Value) -> (Vec<(String, String)>, Vec<u8>) {
        let body = serde_json::to_vec(payload).unwrap();
        let (key, now) = self.inner.with(|state| (state.signing_key.clone(), state.now));
        let timestamp = (now as u64).to_string();
        let signature = key.sign(&[timestamp.as_bytes(), &body].concat());
        let headers = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("X-Signature-Ed25519".to_owned(), hex(&signature.to_bytes())),
            ("X-Signature-Timestamp".to_owned(), timestamp),
        ];
        (headers, body)
    }

    /// What the bot's operator copies from the developer portal.
    pub fn public_key_hex(&self) -> String {
        self.inner.with(|state| state.public_key_hex())
    }

    /// The commands that Discord shows to somebody in a channel.
    pub fn offers(&self, person: Id, channel: Id) -> Vec<String> {
        self.inner.with(|state| {
            let place = &state.channels[&channel];
            let permissions = state.permissions(person, place);
            let of_guild = place.guild.and_then(|guild| state.commands.get(&Some(guild)));
            let all = of_guild.into_iter().chain(state.commands.get(&None)).flatten();
            let visible = all.filter(|one| is_offered_in(one, place) && State::is_offered(one, permissions));
            visible.map(|command| command["name"].as_str().unwrap().to_owned()).collect()
        })
    }

    /// The address of a file that somebody attached.
    pub fn attachment(&self, name: &str) -> String {
        self.inner.with(|state| {
            let file = state.attachments.values().find(|file| file.name == name).expect("a file of that name");
            state.wire_file(file)["url"].as_str().unwrap().to_owned()
        })
    }

    /// As if three seconds had passed without an answer.
    pub fn let_lapse(&self, id: InteractionId) {
        self.inner.with(|state| state.interactions.get_mut(&id).unwrap().has_lapsed = true);
    }
}
