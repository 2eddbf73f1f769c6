//! What stands under a message.

use serde_json::Value;

use super::api::{Refused, bad};
use super::entities::is_link;

const BUTTONS_MAX: usize = 100;
const BUTTONS_IN_ROW_MAX: usize = 8;
const DATA_BYTES_MAX: usize = 64;

/// # Errors
/// Telegram's own words for what cannot stand there.
pub fn check(markup: Option<&Value>) -> Result<(), Refused> {
    let Some(markup) = markup else { return Ok(()) };
    let object = markup.as_object().ok_or_else(|| bad("object expected as reply markup"))?;
    let Some(keyboard) = object.get("inline_keyboard") else {
        let is_known = ["keyboard", "remove_keyboard", "force_reply"].iter().any(|name| object.contains_key(*name));
        return if is_known || object.is_empty() {
            Ok(())
        } else {
            Err(bad("can't parse reply keyboard markup JSON object"))
        };
    };
    let rows = keyboard.as_array().ok_or_else(|| bad("field \"inline_keyboard\" must be of type Array"))?;
    let mut count = 0;
    for row in rows {
        let row = row.as_array().ok_or_else(|| bad("inline keyboard row must be an Array"))?;
        if row.len() > BUTTONS_IN_ROW_MAX {
            return Err(bad("SIMULATOR: Telegram would silently drop buttons after the eighth of a row"));
        }
        count += row.len();
        row.iter().try_for_each(check_button)?;
    }
    if count > BUTTONS_MAX {
        return Err(bad("reply markup is too long"));
    }
    Ok(())
}

const ACTIONS: [&str; 10] = [
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
];

fn check_button(button: &Value) -> Result<(), Refused> {
    let unparsed = |what: &str| bad(&format!("can't parse inline keyboard button: {what}"));
    let object = button.as_object().ok_or_else(|| unparsed("object expected"))?;
    let text = object.get("text").and_then(Value::as_str).ok_or_else(|| unparsed("can't find field \"text\""))?;
    if text.trim().is_empty() {
        return Err(unparsed("text must be non-empty"));
    }
    match ACTIONS.iter().filter(|action| object.contains_key(**action)).count() {
        0 => return Err(unparsed("text buttons are unallowed in the inline keyboard")),
        1 => {}
        _ => return Err(bad("SIMULATOR: a button does exactly one thing")),
    }
    if let Some(data) = object.get("callback_data") {
        let bytes = data.as_str().map_or(0, str::len);
        if bytes == 0 || bytes > DATA_BYTES_MAX {
            return Err(bad("BUTTON_DATA_INVALID"));
        }
    }
    if let Some(url) = object.get("url") {
        let url = url.as_str().unwrap_or_default();
        if !is_link(url) {
            let why = if url.contains("://") { "Wrong HTTP URL" } else { "URL host is empty" };
            return Err(bad(&format!("inline keyboard button URL '{url}' is invalid: {why}")));
        }
    }
    Ok(())
}
