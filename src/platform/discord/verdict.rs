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
            // a thread that is archived and locked; no mutual guilds.
            (10003 | 10004 | 10007 | 10013 | 50001 | 50007 | 50013 | 50083 | 50278 | 160_005 | 240_000, _) => {
                Verdict::Gone { reason: reason(code, &message) }
            }
            // Not a text channel.
            (50008 | 50024, _) => Verdict::Gone { reason: "that channel takes no messages".to_owned() },
            (50035 | 50006 | 50109, _) => return Failure::Malformed(message),
            // Slow mode and announcement limits of a channel.
            (20016 | 20022 | 20028 | 20029, _) | (_, 401) => Verdict::Retry { reason: message },
            (0, 404) => Verdict::Gone { reason: "Discord knows no such channel".to_owned() },
            (0, 403) => Verdict::Gone { reason: "the bot may not post there".to_owned() },
            (_, 400) => return Failure::Malformed(message),
            _ => {
                tracing::warn!("Discord answered {code} ({status}: {message}), which is taken for a passing trouble");
                Verdict::Retry { reason: format!("{code}: {message}") }
            }
        },
    };
    Failure::Verdict(verdict)
}

fn reason(code: u64, message: &str) -> String {
    match code {
        10003 => "the channel was deleted, or the bot can no longer see it".to_owned(),
        10004 => "the bot is no longer in that server".to_owned(),
        50001 => "the bot may not see that channel".to_owned(),
        50007 | 50278 => "that person takes no direct messages from the bot".to_owned(),
        50013 => "the bot may not write there: it needs Send Messages and Embed Links".to_owned(),
        50083 | 160_005 => "the thread is archived and locked".to_owned(),
        _ => format!("{message} ({code})"),
    }
}
