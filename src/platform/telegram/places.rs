//! Other places that a line names: `to:@channel`, `to:-100123`, `to:-100123/45` for a topic,
//! `to:https://t.me/channel`.

use super::access::{Access, text};
use super::rest::CallError;
use crate::model::subscription::{Address, PlatformKind};
use crate::port::Place;

/// What stands before a place in a line.
const NAMED: &str = "to:";

/// A place as it is written: the chat, and the topic in it.
struct Written {
    chat: String,
    thread: Option<String>,
}

/// The places that a line names, each as it is written there.
///
/// # Errors
/// Why one of them cannot be written to, in words for the person who named it.
pub async fn places(line: &str, person: &str, access: &Access) -> Result<Vec<(String, Place)>, String> {
    let mut found = Vec::new();
    for piece in line.split_whitespace() {
        let Some((name, token)) = piece.split_at_checked(NAMED.len()) else { continue };
        if !name.eq_ignore_ascii_case(NAMED) {
            continue;
        }
        let token = token.trim_matches('"');
        if let Some(written) = read(token) {
            found.push((token.to_owned(), place(&written, token, person, access).await?));
        }
    }
    Ok(found)
}

fn read(token: &str) -> Option<Written> {
    let link = token.trim_start_matches("https://").trim_start_matches("http://").strip_prefix("t.me/");
    // A private chat's link: t.me/c/123/45 is topic 45 of -100123.
    if let Some(private) = link.and_then(|link| link.strip_prefix("c/")) {
        let (chat, thread) = parts(private);
        return chat.parse::<u64>().ok().map(|chat| Written { chat: format!("-100{chat}"), thread });
    }
    let (chat, thread) = parts(link.unwrap_or(token));
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let chat = match (link, chat.strip_prefix('@'), chat.strip_prefix('-')) {
        (Some(_), ..) if is_name(chat) => format!("@{chat}"),
        (None, Some(name), _) if is_name(name) => chat.to_owned(),
        (None, None, Some(number)) if number.parse::<u64>().is_ok() => chat.to_owned(),
        _ => return None,
    };
    Some(Written { chat, thread })
}

fn parts(text: &str) -> (&str, Option<String>) {
    let (chat, thread) = text.split_once('/').unwrap_or((text, ""));
    (chat, thread.parse::<u32>().ok().map(|thread| thread.to_string()))
}

async fn place(written: &Written, token: &str, person: &str, access: &Access) -> Result<Place, String> {
    let unknown =
        || format!("The bot does not know {token}. Add it there (in a channel as an administrator) and say it again.");
    let asked = |error: CallError| match error {
        CallError::Refused { .. } => unknown(),
        _ => "Telegram could not be asked about that place. Say it again in a minute.".to_owned(),
    };
    let chat = access.chat(&written.chat).await.map_err(asked)?;
    let id = chat.get("id").and_then(serde_json::Value::as_i64).ok_or_else(unknown)?.to_string();
    if text(&chat, "type") == "private" {
        return Err(format!("{token} is a person. Posts go to groups and channels; alerts come to you alone."));
    }
    let may_manage = access.manages(&id, person).await.map_err(asked)?;
    // Who may not post there themselves learns nothing of what the bot may.
    if may_manage && let Some(missing) = access.missing(&chat).await.map_err(asked)? {
        return Err(format!("Nothing can be posted to {token}: {missing}. Then say it again."));
    }
    let address = Address {
        platform: PlatformKind::Telegram,
        workspace: String::new(),
        channel: id,
        thread: written.thread.clone(),
    };
    Ok(Place { address, may_manage })
}
