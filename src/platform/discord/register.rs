//! The command table as Discord's application commands.

use serde_json::{Value, json};

use crate::locale::Words;
use crate::model::language::Language;
use crate::model::word::{Argument, Kind, Who, Word};

/// Manage Channels, as Discord writes permissions.
const MANAGE_CHANNELS: &str = "16";
/// The languages beside English, as Discord names them (Reference, Locales).
const LOCALES: [(&str, Language); 5] = [
    ("zh-CN", Language::Chinese),
    ("de", Language::German),
    ("fr", Language::French),
    ("es-ES", Language::Spanish),
    ("ja", Language::Japanese),
];
const CHAT_INPUT: u8 = 1;
const SUBCOMMAND: u8 = 1;
const STRING: u8 = 3;
const INTEGER: u8 = 4;
const CHANNEL: u8 = 7;
const ATTACHMENT: u8 = 11;
/// Text, announcement, the three kinds of threads, forum: where posts can go.
const CHANNEL_TYPES: [u8; 6] = [0, 5, 10, 11, 12, 15];
/// In servers and in direct messages with the bot.
const CONTEXTS: [u8; 2] = [0, 1];
/// Installed into servers.
const INTEGRATIONS: [u8; 1] = [0];
/// The longest query (design, section 7).
const TEXT_MAX: u16 = 500;

/// Every command, for one bulk overwrite. Words of two parts are subcommands of their first one.
pub fn commands(words: &[Word]) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for word in words {
        let name = word.name.split(' ').next().unwrap_or(word.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let family = |name: &str| -> Vec<&Word> {
        words.iter().filter(|word| word.name == name || word.name.starts_with(&format!("{name} "))).collect()
    };
    names.into_iter().map(|name| command(name, &family(name))).collect()
}

fn command(name: &str, family: &[&Word]) -> Value {
    let options: Vec<Value> = match family {
        [word] if word.name == name => word.arguments.iter().map(|argument| option(word, argument)).collect(),
        words => words.iter().map(|word| subcommand(word)).collect(),
    };
    let summary = |words: Words| match family {
        [word] => words.summary(word),
        family => family.iter().map(|word| word.name).collect::<Vec<_>>().join(", "),
    };
    let is_for_managers = family.iter().all(|word| word.who == Who::Managers);
    json!({
        "type": CHAT_INPUT,
        "name": name,
        "description": summary(Words::default()),
        "description_localizations": localised(summary),
        "options": options,
        "default_member_permissions": is_for_managers.then_some(MANAGE_CHANNELS),
        "contexts": CONTEXTS,
        "integration_types": INTEGRATIONS,
    })
}

fn subcommand(word: &Word) -> Value {
    let name = word.name.split(' ').nth(1).unwrap_or(word.name);
    let options: Vec<Value> = word.arguments.iter().map(|argument| option(word, argument)).collect();
    json!({
        "type": SUBCOMMAND,
        "name": name,
        "description": Words::default().summary(word),
        "description_localizations": localised(|words| words.summary(word)),
        "options": options,
    })
}

/// A text in every language but English.
fn localised(text: impl Fn(Words) -> String) -> Value {
    LOCALES.iter().map(|(locale, language)| ((*locale).to_owned(), json!(text(Words::new(*language))))).collect()
}

fn option(word: &Word, argument: &Argument) -> Value {
    let mut option = json!({
        "name": argument.name,
        "description": Words::default().argument(word, argument),
        "description_localizations": localised(|words| words.argument(word, argument)),
        "required": argument.is_required,
    });
    let more = match argument.kind {
        Kind::Choice(choices) => {
            let choices: Vec<Value> = choices.iter().map(|choice| json!({ "name": choice, "value": choice })).collect();
            json!({ "type": STRING, "choices": choices })
        }
        Kind::Number(min, max) => json!({ "type": INTEGER, "min_value": min, "max_value": max }),
        Kind::Place => json!({ "type": CHANNEL, "channel_types": CHANNEL_TYPES }),
        Kind::File => json!({ "type": ATTACHMENT }),
        Kind::Text => json!({ "type": STRING, "max_length": TEXT_MAX }),
        Kind::Completed => json!({ "type": STRING, "autocomplete": true }),
    };
    if let (Some(option), Value::Object(more)) = (option.as_object_mut(), more) {
        option.extend(more);
    }
    option
}
