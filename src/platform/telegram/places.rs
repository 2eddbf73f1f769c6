//! Other places that a line names: `to:@channel`, `to:-100123`, `to:-100123/45` for a topic,
//! `to:https://t.me/channel`.

use serde_json::Value;

use super::access::{Access, Standing, text};
use super::rest::CallError;
use crate::model::subscription::{Address, PlatformKind};
use crate::port::Place;

/// What stands before a place in a line.
const NAMED: &str = "to:";
/// Places of one line that are looked up.
const PLACES_MAX: usize = 3;

/// A place as it is written: the chat, and the topic in it.
struct Written {
    chat: String,
    thread: Option<String>,
}

/// Who names a place.
pub struct Asker<'a> {
    pub access: &'a Access,
    pub person: &'a str,
    /// The group in whose name an administrator speaks: in that one they may do everything.
    pub home: Option<&'a Address>,
}

/// A line without the place at its end, and that place as it is written.
pub fn split(line: &str) -> Option<(&str, &str)> {
    let (rest, last) = line.trim_end().rsplit_once(char::is_whitespace)?;
    let token = named(last)?;
    read(token).map(|_| (rest.trim_end(), token))
}

/// What is written behind `to:`.
fn named(piece: &str) -> Option<&str> {
    let (name, token) = piece.split_at_checked(NAMED.len())?;
    name.eq_ignore_ascii_case(NAMED).then(|| token.trim_matches('"'))
}

impl Asker<'_> {
    /// The places that a line names to be posted to, each as it is written there.
    ///
    /// # Errors
    /// Why one of them cannot be written to, in words for the person who named it.
    pub async fn places(&self, line: &str) -> Result<Vec<(String, Place)>, String> {
        let mut found = Vec::new();
        for token in line.split_whitespace().filter_map(named).take(PLACES_MAX) {
            let Some(written) = read(token) else { continue };
            let chat = self.chat(&written, token).await?;
            let standing = self.standing(&chat, token).await?;
            let may_manage = standing == Standing::Manages;
            // Who may not post there themselves learns nothing of what the bot may.
            if may_manage
                && let Some(missing) = self.access.missing(&chat).await.map_err(|error| asked(error, token))?
            {
                return Err(format!("Nothing can be posted to {token}: {missing}. Then say it again."));
            }
            found.push((token.to_owned(), Place { address: address(&chat, &written), may_manage }));
        }
        Ok(found)
    }

    /// The place that a word is about. Who is not in it learns nothing of it.
    ///
    /// # Errors
    /// Why nothing can be asked about it, in words for the person who named it.
    pub async fn elsewhere(&self, token: &str) -> Result<Place, String> {
        let written = read(token).ok_or_else(|| unknown(token))?;
        let chat = self.chat(&written, token).await?;
        match self.standing(&chat, token).await? {
            Standing::Stranger => Err(format!("Only members of {token} may ask about it.")),
            standing => Ok(Place { address: address(&chat, &written), may_manage: standing == Standing::Manages }),
        }
    }

    async fn chat(&self, written: &Written, token: &str) -> Result<Value, String> {
        let chat = self.access.chat(&written.chat).await.map_err(|error| asked(error, token))?;
        if id(&chat).is_empty() {
            return Err(unknown(token));
        }
        if text(&chat, "type") == "private" {
            return Err(format!("{token} is a person. Posts go to groups and channels; alerts come to you alone."));
        }
        Ok(chat)
    }

    async fn standing(&self, chat: &Value, token: &str) -> Result<Standing, String> {
        let id = id(chat);
        if self.home.is_some_and(|home| home.channel == id) {
            return Ok(Standing::Manages);
        }
        match self.access.standing(&id, self.person).await.map_err(|error| asked(error, token))? {
            Standing::Hidden => Err(format!(
                "Telegram does not tell the bot who manages {token}: make the bot an administrator there, and say it again."
            )),
            standing => Ok(standing),
        }
    }
}

fn id(chat: &Value) -> String {
    chat.get("id").and_then(Value::as_i64).map(|id| id.to_string()).unwrap_or_default()
}

/// A topic is one in a forum alone: elsewhere the number of a link is that of a message. The topic
/// "General" is the forum itself (Bot API, message_thread_id).
fn address(chat: &Value, written: &Written) -> Address {
    let is_forum = chat.get("is_forum").and_then(Value::as_bool) == Some(true);
    let thread = written.thread.clone().filter(|thread| is_forum && thread != "1");
    Address { platform: PlatformKind::Telegram, workspace: String::new(), channel: id(chat), thread }
}

fn unknown(token: &str) -> String {
    format!("The bot does not know {token}. Add it there (in a channel as an administrator) and say it again.")
}

fn asked(error: CallError, token: &str) -> String {
    match error {
        CallError::Refused { .. } => unknown(token),
        _ => "Telegram could not be asked about that place. Say it again in a minute.".to_owned(),
    }
}

fn read(token: &str) -> Option<Written> {
    let link = token.trim_start_matches("https://").trim_start_matches("http://").strip_prefix("t.me/");
    // A private chat's link: t.me/c/123/45 is topic 45 of -100123, t.me/c/123/45/678 a message in it.
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
    let mut parts = text.split(['/', '?']);
    let chat = parts.next().unwrap_or_default();
    let thread = parts.next().and_then(|thread| thread.parse::<u32>().ok());
    (chat, thread.map(|thread| thread.to_string()))
}
