//! What Slack's answers mean for a delivery (failures, section 3): one table. A code that is not in it
//! is a passing trouble, never a silent loss.

use super::rest::CallError;
use crate::model::delivery::Verdict;

/// What a code of Slack's means for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Nothing can be posted there any more; why, in words for the one who subscribed it.
    Gone(&'static str),
    /// Our message is not well-formed: it is said again in a plainer form.
    Malformed,
    /// Nobody knows whether it was carried out.
    Unsure,
    /// A passing trouble; what the operator can do, where that helps.
    Passing(&'static str),
}

use Class::{Gone, Malformed, Passing, Unsure};

/// Every code that is known (Web API reference: `chat.postMessage`, `conversations.open`, common
/// errors). Dead tokens and rate limits are seen by `rest` before.
pub const CODES: &[(&str, Class)] = &[
    (
        "channel_not_found",
        Gone("the channel was deleted, or the app can no longer see it; write /invite @tidings there"),
    ),
    ("invalid_channel", Gone("Slack knows no such channel")),
    ("is_archived", Gone("the channel is archived")),
    ("not_in_channel", Gone("the app is not in that channel; write /invite @tidings there")),
    ("user_not_in_channel", Gone("the app is not in that channel; write /invite @tidings there")),
    ("restricted_action", Gone("a setting of the workspace keeps the app from posting there")),
    ("restricted_action_read_only_channel", Gone("the channel can only be read")),
    ("restricted_action_thread_only_channel", Gone("the channel takes messages in threads alone")),
    ("restricted_action_non_threadable_channel", Gone("the channel takes no messages in threads")),
    ("restricted_action_thread_locked", Gone("the thread is locked")),
    ("thread_not_found", Gone("the thread was deleted")),
    ("message_not_found", Gone("the thread was deleted")),
    ("cannot_reply_to_message", Gone("that message takes no replies")),
    ("method_not_supported_for_channel_type", Gone("that is no conversation that takes messages")),
    ("no_permission", Gone("the app may not post there")),
    ("not_allowed", Gone("the app may not post there")),
    ("cannot_dm_bot", Gone("that is a bot, which takes no direct messages")),
    ("messages_tab_disabled", Gone("the app's Messages tab is switched off; see App Home on the app's page")),
    ("user_not_found", Gone("that person is no longer in the workspace")),
    ("user_not_visible", Gone("the app may not see that person")),
    ("user_disabled", Gone("that person's account is closed")),
    ("users_not_found", Gone("that person is no longer in the workspace")),
    ("invalid_user_combination", Gone("the app can have no conversation with that person")),
    ("team_not_found", Gone("the workspace is no longer there")),
    ("team_access_not_granted", Gone("the app is not installed in that workspace")),
    ("msg_too_long", Malformed),
    ("msg_blocks_too_long", Malformed),
    ("markdown_text_conflict", Malformed),
    ("no_text", Malformed),
    ("invalid_blocks", Malformed),
    ("invalid_blocks_format", Malformed),
    ("only_one_table_allowed", Malformed),
    ("too_many_attachments", Malformed),
    ("attachment_payload_limit_exceeded", Malformed),
    ("invalid_attachments", Malformed),
    ("invalid_metadata_format", Malformed),
    ("invalid_metadata_schema", Malformed),
    ("metadata_too_large", Malformed),
    ("metadata_must_be_sent_from_app", Malformed),
    ("invalid_arguments", Malformed),
    ("invalid_arg_name", Malformed),
    ("invalid_array_arg", Malformed),
    ("invalid_charset", Malformed),
    ("invalid_form_data", Malformed),
    ("invalid_post_type", Malformed),
    ("missing_post_type", Malformed),
    ("invalid_json", Malformed),
    ("json_not_object", Malformed),
    ("internal_error", Unsure),
    ("fatal_error", Unsure),
    ("service_unavailable", Unsure),
    ("request_timeout", Unsure),
    ("missing_scope", Passing("the app lacks a scope; run \"tidings doctor\"")),
    ("not_allowed_token_type", Passing("SLACK_BOT_TOKEN is no bot token; it begins with xoxb-")),
    ("access_denied", Passing("the workspace refuses the app; ask its admins")),
    ("ekm_access_denied", Passing("the workspace's admins have suspended its keys")),
    ("enterprise_is_restricted", Passing("the organisation refuses the app; ask its admins")),
    ("org_login_required", Passing("the workspace is being moved to an organisation")),
    ("team_added_to_org", Passing("the workspace is being moved to an organisation")),
    ("external_channel_migrating", Passing("the channel is being moved")),
    ("message_limit_exceeded", Passing("the workspace has sent too much for now")),
    ("two_factor_setup_required", Passing("the app's owner must set up two-factor authentication")),
];

/// What the app may not do, until its operator changes that.
const NO_RIGHT: &[&str] = &["missing_scope", "not_allowed_token_type"];

/// What follows from a failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Verdict(Verdict),
    Malformed(String),
}

/// What a code means. A code that is not known passes, with a warning.
pub fn class(code: &str) -> Class {
    let known = CODES.iter().find(|(known, _)| *known == code);
    known.map_or(Passing(""), |(_, class)| *class)
}

/// Whether the same question may be answered later: anything but a no for good, such as to an app that may
/// not look.
pub fn passes(error: &CallError) -> bool {
    let CallError::Refused { code, .. } = error else { return true };
    match class(code) {
        Unsure => true,
        Passing(advice) => !advice.is_empty() && !error.is(NO_RIGHT),
        Gone(_) | Malformed => false,
    }
}

/// What a failed call means for the message that it was to post.
pub fn failure(error: CallError) -> Failure {
    let (code, detail) = match error {
        CallError::Wait { until, why } => return Failure::Verdict(Verdict::Later { at: until, reason: why }),
        CallError::NotSent(reason) => return Failure::Verdict(Verdict::Retry { reason }),
        CallError::NoAnswer(reason) => return Failure::Verdict(Verdict::Unsure { reason }),
        CallError::Refused { code, detail } => (code, detail),
    };
    let said = if detail.is_empty() { code.clone() } else { format!("{code}: {detail}") };
    Failure::Verdict(match class(&code) {
        Gone(reason) => Verdict::Gone { reason: reason.to_owned() },
        Malformed => return Failure::Malformed(said),
        Unsure => Verdict::Unsure { reason: format!("Slack answered {said}") },
        Passing(advice) => {
            tracing::warn!("Slack answered {said}, which is taken for a passing trouble{}{advice}", gap(advice));
            Verdict::Retry { reason: format!("{said}{}{advice}", gap(advice)) }
        }
    })
}

fn gap(advice: &str) -> &'static str {
    if advice.is_empty() { "" } else { "; " }
}
