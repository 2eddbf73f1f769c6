//! What Telegram's answers mean for a delivery (failures, section 3): one table. An answer that is
//! not known is a passing trouble, never a silent loss.

use crate::model::delivery::Verdict;
use crate::model::subscription::Address;

use super::rest::CallError;

/// What follows from a failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Verdict(Verdict),
    /// Our message is not well-formed, or its picture cannot be had: it is said again in a simpler
    /// form.
    Malformed(String),
}

/// What an address that takes no messages is told to be, by a part of Telegram's description
/// (td, and the Bot API server's Client.cpp), in the order in which they are looked for.
const GONE: &[(&str, &str)] = &[
    ("bot was blocked", "that person has blocked the bot"),
    ("user_is_blocked", "that person has blocked the bot"),
    ("bot was kicked", "the bot was removed from that chat"),
    ("is deactivated", "that account was deleted"),
    ("user_deactivated", "that account was deleted"),
    ("group chat was deleted", "the group was deleted"),
    ("group chat was deactivated", "the group was deleted"),
    ("is not a member", "the bot is no longer in that chat"),
    ("can't initiate conversation", "that person has not started the bot: they open it and press Start"),
    ("can't send messages to bots", "that is a bot, which takes no messages"),
    ("can't send messages to the user", "that person takes no messages from the bot"),
    ("chat not found", "the bot does not know that chat, or is no longer in it"),
    ("user not found", "the bot does not know that person"),
    ("peer_id_invalid", "the bot does not know that chat, or is no longer in it"),
    ("channel_private", "the bot is no longer in that chat"),
    ("not enough rights", "the bot may not write there: its rights in the chat's settings do not allow it"),
    ("have no rights", "the bot may not write there: its rights in the chat's settings do not allow it"),
    ("need administrator rights", "the bot may not write there: make it an administrator that may post"),
    ("chat_admin_required", "the bot may not write there: make it an administrator that may post"),
    ("chat_write_forbidden", "the bot may not write there: its rights in the chat's settings do not allow it"),
    ("chat_send_plain_forbidden", "the bot may not write there: its rights in the chat's settings do not allow it"),
    ("chat_restricted", "the bot may not write there: its rights in the chat's settings do not allow it"),
    ("chat_guest_send_forbidden", "the bot has to join that group before it may write there"),
    ("topic_closed", "the topic was closed"),
    ("topic_deleted", "the topic was deleted"),
    ("message thread not found", "the topic was deleted"),
];

/// Parts of descriptions of what is wrong with a picture; without it the message may pass.
const PICTURE: &[&str] = &["photo", "image", "webpage", "web page", "http url", "media"];

/// `to`: where it was to go.
pub fn failure(error: CallError, to: &Address) -> Failure {
    Failure::Verdict(match error {
        CallError::Wait { until, why } => Verdict::Later { at: until, reason: why },
        CallError::NotSent(reason) => Verdict::Retry { reason },
        CallError::NoAnswer(reason) => Verdict::Unsure { reason },
        CallError::Refused { migrate_to: Some(chat), .. } => {
            Verdict::Moved { to: Address { channel: chat.to_string(), ..to.clone() } }
        }
        // The token. The next call is not made before its pause is over.
        CallError::Refused { code: 401 | 404, description, .. } => Verdict::Retry { reason: description },
        CallError::Refused { code, description, .. } => {
            let said = description.to_lowercase();
            let is_picture = PICTURE.iter().any(|part| said.contains(part));
            let gone = GONE.iter().find(|(part, _)| said.contains(part)).map(|(_, reason)| *reason);
            match (code, gone) {
                (400 | 413, _) if is_picture => return Failure::Malformed(description),
                (400 | 403, Some(reason)) => Verdict::Gone { reason: reason.to_owned() },
                (400 | 413, None) => return Failure::Malformed(description),
                _ => {
                    tracing::warn!("Telegram answered {code} ({description}), which is taken for a passing trouble");
                    Verdict::Retry { reason: format!("{code}: {description}") }
                }
            }
        }
    })
}
