//! The menus of commands: per scope and language, and which of them somebody is shown.

use serde_json::{Value, json};

use super::Telegram;
use super::api::{Outcome, Refused, bad};
use super::http::Request;
use super::state::{ChatId, ChatKind, State, UserId};

const COMMANDS_MAX: usize = 100;
const NAME_MAX: usize = 32;
const DESCRIPTION_MAX: usize = 256;

/// A scope and a language, as one key each.
type Whose = (String, String);

impl State {
    fn scope(&self, request: &Request) -> Result<Whose, Refused> {
        let scope = request.json("scope", "bot command scope")?.unwrap_or_else(|| json!({"type": "default"}));
        let kind =
            scope["type"].as_str().ok_or_else(|| bad("can't parse BotCommandScope: can't find field \"type\""))?;
        let chat = || {
            let named = match &scope["chat_id"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            self.find_chat(&named).ok_or_else(|| bad("chat not found"))
        };
        let key = match kind {
            "default" | "all_private_chats" | "all_group_chats" | "all_chat_administrators" => kind.to_owned(),
            "chat" | "chat_administrators" => {
                let id = chat()?;
                if self.chats[&id].kind == ChatKind::Channel {
                    return Err(bad("can't change commands in channel chats"));
                }
                if kind == "chat_administrators" && self.chats[&id].kind == ChatKind::Private {
                    return Err(bad("can't use specified scope in private chats"));
                }
                format!("{kind} {id}")
            }
            "chat_member" => {
                let user = scope["user_id"].as_i64().filter(|user| self.people.contains_key(user));
                format!("{kind} {} {}", chat()?, user.ok_or_else(|| bad("user not found"))?)
            }
            _ => return Err(bad("can't parse BotCommandScope: unsupported type specified")),
        };
        let language = request.text("language_code").unwrap_or_default();
        let is_code = language.is_empty() || language.len() == 2 && language.chars().all(|c| c.is_ascii_lowercase());
        if is_code { Ok((key, language)) } else { Err(bad("invalid language code specified")) }
    }

    /// What would be set, if nothing is wrong with it.
    pub fn draft_commands(&self, request: &Request) -> Result<(Whose, Vec<Value>), Refused> {
        let list = request.json("commands", "commands")?.ok_or_else(|| bad("can't parse commands JSON object"))?;
        let list = list.as_array().ok_or_else(|| bad("expected an Array of BotCommand"))?.clone();
        if list.len() > COMMANDS_MAX {
            return Err(bad("BOT_COMMANDS_TOO_MUCH"));
        }
        let mut names = std::collections::BTreeSet::new();
        for command in &list {
            let text = |field: &str| {
                let found = command[field].as_str().map(str::to_owned);
                found.ok_or_else(|| bad(&format!("can't parse BotCommand: can't find field \"{field}\"")))
            };
            let (name, description) = (text("command")?, text("description")?);
            let name = name.strip_prefix('/').unwrap_or(&name).to_owned();
            if name.is_empty() {
                return Err(bad("command must be non-empty"));
            }
            if name.chars().count() > NAME_MAX {
                return Err(bad("command length must not exceed 32"));
            }
            if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
                return Err(bad("BOT_COMMAND_INVALID"));
            }
            if description.trim().is_empty() {
                return Err(bad("command description must be non-empty"));
            }
            if description.chars().count() > DESCRIPTION_MAX {
                return Err(bad("command description length must not exceed 256"));
            }
            if !names.insert(name) {
                return Err(bad("SIMULATOR: a command is there twice"));
            }
        }
        Ok((self.scope(request)?, list))
    }

    pub fn set_commands(&mut self, request: &Request) -> Outcome {
        let (whose, commands) = self.draft_commands(request)?;
        self.commands.insert(whose, commands);
        Ok(json!(true))
    }

    pub fn get_commands(&self, request: &Request) -> Outcome {
        let whose = self.scope(request)?;
        Ok(Value::Array(self.commands.get(&whose).cloned().unwrap_or_default()))
    }

    pub fn delete_commands(&mut self, request: &Request) -> Outcome {
        let whose = self.scope(request)?;
        self.commands.remove(&whose);
        Ok(json!(true))
    }

    /// The narrowest scope that has something, in the person's language before any other.
    fn menu(&self, person: UserId, chat: ChatId) -> Vec<String> {
        let place = &self.chats[&chat];
        let mut scopes = vec![];
        if place.kind == ChatKind::Private {
            scopes.extend([format!("chat {chat}"), "all_private_chats".to_owned()]);
        } else {
            let is_administrator = place.status(person).is_administrator();
            scopes.push(format!("chat_member {chat} {person}"));
            if is_administrator {
                scopes.push(format!("chat_administrators {chat}"));
            }
            scopes.push(format!("chat {chat}"));
            if is_administrator {
                scopes.push("all_chat_administrators".to_owned());
            }
            scopes.push("all_group_chats".to_owned());
        }
        scopes.push("default".to_owned());
        let language = self.people[&person].language.chars().take(2).collect::<String>();
        let keys = scopes.into_iter().flat_map(|scope| [(scope.clone(), language.clone()), (scope, String::new())]);
        let found = keys.filter_map(|key| self.commands.get(&key)).find(|commands| !commands.is_empty());
        let names = found.into_iter().flatten().filter_map(|command| command["command"].as_str());
        names.map(|name| name.trim_start_matches('/').to_owned()).collect()
    }
}

impl Telegram {
    /// The commands that somebody is shown in a chat when they type a slash.
    pub fn menu(&self, person: UserId, chat: ChatId) -> Vec<String> {
        self.inner.look(|state| state.menu(person, chat))
    }

    /// The commands as the bot set them. `scope`: `default`, `chat -100…`, `chat_member -100… 5…`.
    pub fn commands(&self, scope: &str, language: &str) -> Vec<Value> {
        let key = (scope.to_owned(), language.to_owned());
        self.inner.look(|state| state.commands.get(&key).cloned().unwrap_or_default())
    }
}
