//! What Discord's answers mean for a delivery (failures, section 3). A code that is not known is a
//! passing trouble, never a silent loss.

use crate::model::delivery::Verdict;

use super::rest::CallError;

/// What follows from a failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Verdict(Verdict),
    /// Our message is not well-formed: it is said again in the plainest form.
    Malformed(String),
}

/// Codes of Discord's JSON errors (Opcodes and Status Codes, JSON).
pub fn failure(error: CallError) -> Failure {
    let verdict = match error {
        CallError::Wait { until, why } => Verdict::Later { at: until, reason: why },
        CallError::NotSent(reason) => Verdict::Retry { reason },
        CallError::NoAnswer(reason) => Verdict::Unsure { reason },
        CallError::Refused { status, code, message } => match (code, status) {
            // Unknown channel, guild, member; missing access or permissions; DMs closed or blocked;
            // a thread that is archived and locked; no mutual guilds; a channel of another kind; a
            // forum that wants tags, or a first post of its author.
            (10003 | 10004 | 10007 | 10013 | 50001 | 50007 | 50013 | 50033 | 50083 | 50278 | 160_005, _)
            | (40058 | 40067 | 50008 | 50024, _) => Verdict::Gone { reason: reason(code, &message) },
            // The place takes posts, and not this one: a filter of Discord's or of its owners.
            (20009 | 200_000 | 200_001 | 240_000, _) => Verdict::Refused { reason: reason(code, &message) },
            (50035 | 50006 | 50109 | 40005, _) => return Failure::Malformed(message),
            // Slow mode, announcement limits, direct messages opened too fast, active threads.
            (20016 | 20022 | 20028 | 20029 | 40003 | 160_006 | 160_007, _) | (_, 401) => {
                Verdict::Retry { reason: message }
            }
            (1.., 400) => return Failure::Malformed(message),
            // Also 403 and 404 without a code: that says nothing about the channel.
            _ => {
                tracing::warn!("Discord answered {code} ({status}: {message}), which is taken for a passing trouble");
                Verdict::Retry { reason: format!("{code}: {message}") }
            }
        },
    };
    Failure::Verdict(verdict)
}

/// Whether the same call may go well later.
pub fn is_passing(error: &CallError) -> bool {
    match error {
        CallError::Wait { .. } | CallError::NotSent(_) | CallError::NoAnswer(_) => true,
        CallError::Refused { status, code, .. } => {
            *code == 0 || *status == 401 || matches!(code, 20016 | 20022 | 20028 | 20029)
        }
    }
}

fn reason(code: u64, message: &str) -> String {
    match code {
        10003 => "the channel was deleted, or the bot can no longer see it".to_owned(),
        10004 => "the bot is no longer in that server".to_owned(),
        50001 => "the bot may not see that channel".to_owned(),
        20009 => "Discord takes it for explicit content".to_owned(),
        40058 => "posts there must be begun by their author, which the bot is not".to_owned(),
        40067 => "that forum asks for a tag on each post, which the bot cannot choose: switch that off in the \
                  forum's settings, or subscribe another channel"
            .to_owned(),
        50008 | 50024 => "that channel takes no messages".to_owned(),
        50033 => "nobody can be reached there".to_owned(),
        200_000 | 200_001 => "the server's AutoMod blocks it".to_owned(),
        240_000 => "Discord takes a link in it for harmful".to_owned(),
        50007 | 50278 => "that person takes no direct messages from the bot".to_owned(),
        50013 => "the bot may not write there: it needs Send Messages and Embed Links".to_owned(),
        50083 | 160_005 => "the thread is archived and locked".to_owned(),
        _ => format!("{message} ({code})"),
    }
}
