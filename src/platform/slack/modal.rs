//! A word's arguments as a form, made from the command table, and what was put into it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::heard::SAY;
use super::text::{bare, plain_text};
use crate::locale::Words;
use crate::model::subscription::Address;
use crate::model::word::{Argument, Kind, Word};
use crate::port::Choice;

/// Limits of views and their parts (platforms, section E).
const TITLE_MAX: usize = 24;
const OPTION_TEXT_MAX: usize = 75;
const OPTION_VALUE_MAX: usize = 150;
const OPTIONS_MAX: usize = 100;
const HINT_MAX: usize = 2000;
/// The longest query (design, section 7).
const QUERY_MAX: usize = 500;
/// The longest text that a field takes.
const TEXT_MAX: usize = 3000;
/// The field for a file's address, beside the one for the file itself.
pub const ADDRESS: &str = "address";

/// What a form remembers: what is said when it is sent, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    pub word: String,
    pub at: Address,
    /// The channel where it was asked for.
    pub channel: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_url: Option<String>,
}

/// The form for a word, with what is given already.
pub fn view(word: &Word, given: &[(String, String)], metadata: &Metadata) -> Value {
    let known = |name: &str| given.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    let mut blocks = vec![json!({ "type": "section", "text": plain_text(&Words::default().summary(word), TEXT_MAX) })];
    for argument in word.arguments {
        blocks.push(input(word, argument, known(argument.name)));
        if argument.kind == Kind::File {
            blocks.push(address_input(known(argument.name)));
        }
    }
    json!({
        "type": "modal",
        "callback_id": SAY,
        "private_metadata": serde_json::to_string(metadata).unwrap_or_default(),
        "title": plain_text(&titled(word.name), TITLE_MAX),
        "submit": plain_text("Send", TITLE_MAX),
        "close": plain_text("Cancel", TITLE_MAX),
        "blocks": blocks,
    })
}

/// `filter set` as `Filter set`.
fn titled(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn input(word: &Word, argument: &Argument, given: Option<&str>) -> Value {
    let is_optional = !argument.is_required || argument.kind == Kind::File;
    json!({
        "type": "input",
        "block_id": argument.name,
        "optional": is_optional,
        "label": plain_text(&titled(argument.name), OPTION_TEXT_MAX),
        "hint": plain_text(&Words::default().argument(word, argument), HINT_MAX),
        "element": element(argument, given),
    })
}

fn address_input(given: Option<&str>) -> Value {
    json!({
        "type": "input",
        "block_id": ADDRESS,
        "optional": true,
        "label": plain_text("Or its address", OPTION_TEXT_MAX),
        "element": with_initial(json!({ "type": "plain_text_input", "action_id": ADDRESS }), given),
    })
}

fn element(argument: &Argument, given: Option<&str>) -> Value {
    let id = argument.name;
    match argument.kind {
        Kind::Choice(choices) => {
            let all: Vec<Value> = choices.iter().filter_map(|choice| option(choice, choice)).collect();
            let select = json!({ "type": "static_select", "action_id": id, "options": all });
            with_option(select, given.filter(|given| choices.contains(given)))
        }
        Kind::Number(min, max) => {
            let number = json!({
                "type": "number_input",
                "action_id": id,
                "is_decimal_allowed": false,
                "min_value": min.to_string(),
                "max_value": max.to_string(),
            });
            let is_inside = |given: &&str| given.parse::<i64>().is_ok_and(|number| (min..=max).contains(&number));
            with_initial(number, given.filter(is_inside))
        }
        Kind::Place => json!({
            "type": "conversations_select",
            "action_id": id,
            "filter": { "include": ["public", "private"], "exclude_bot_users": true },
        }),
        Kind::File => json!({ "type": "file_input", "action_id": id, "max_files": 1 }),
        Kind::Text => {
            let is_query = matches!(id, "query" | "filter");
            let max = if is_query { QUERY_MAX } else { TEXT_MAX };
            let text = json!({ "type": "plain_text_input", "action_id": id, "multiline": is_query, "max_length": max });
            with_initial(text, given.filter(|given| given.chars().count() <= max))
        }
        Kind::Completed => {
            let select = json!({ "type": "external_select", "action_id": id, "min_query_length": 0 });
            with_option(select, given)
        }
    }
}

fn with_initial(mut element: Value, given: Option<&str>) -> Value {
    if let (Some(given), Some(fields)) = (given, element.as_object_mut()) {
        fields.insert("initial_value".to_owned(), given.into());
    }
    element
}

fn with_option(mut element: Value, given: Option<&str>) -> Value {
    if let (Some(chosen), Some(fields)) = (given.and_then(|given| option(given, given)), element.as_object_mut()) {
        fields.insert("initial_option".to_owned(), chosen);
    }
    element
}

/// `None`: it is too long to be chosen.
fn option(label: &str, value: &str) -> Option<Value> {
    let fits = !value.is_empty() && value.chars().count() <= OPTION_VALUE_MAX;
    let label = if label.trim().is_empty() { value } else { label };
    fits.then(|| json!({ "text": plain_text(label, OPTION_TEXT_MAX), "value": value }))
}

/// The choices for what is being typed, which is always one itself.
pub fn options(typed: &str, choices: &[Choice]) -> Value {
    let typed = typed.trim();
    let is_known = choices.iter().any(|choice| choice.value.eq_ignore_ascii_case(typed));
    let own = (!typed.is_empty() && !is_known).then(|| option(&bare(typed, OPTION_TEXT_MAX), typed)).flatten();
    let all = choices.iter().filter_map(|choice| option(&choice.label, &choice.value)).chain(own);
    json!({ "options": all.take(OPTIONS_MAX).collect::<Vec<Value>>() })
}

/// What stands in a field: text, a choice, a conversation's id.
pub fn text_of(value: &Value) -> Option<&str> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let chosen = || value.get("selected_option").and_then(|option| option.get("value")?.as_str());
    let text =
        text("value").or_else(|| text("selected_conversation")).or_else(|| text("selected_channel")).or_else(chosen);
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Name and private address of the file in a field.
pub fn file_of(value: &Value) -> Option<(String, String)> {
    let file = value.get("files")?.get(0)?;
    let text = |name: &str| file.get(name).and_then(Value::as_str).map(str::to_owned);
    Some((text("name").unwrap_or_default(), text("url_private_download").or_else(|| text("url_private"))?))
}

/// Errors at their fields.
pub fn errors(errors: &[(String, String)]) -> Value {
    let errors: serde_json::Map<String, Value> =
        errors.iter().map(|(field, why)| (field.clone(), Value::String(why.clone()))).collect();
    json!({ "response_action": "errors", "errors": errors })
}
