//! What Slack tells of what people do, by socket or by request: the same payloads either way.

use serde_json::Value;

use super::access::text;
use crate::model::id::ItemId;
use crate::model::press::Press;

/// Which of Slack's three ways it came (envelope types of Socket Mode, request URLs over HTTP).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Command,
    Interactive,
    Event,
}

/// Somebody, somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub team: String,
    pub user: String,
    /// Empty in views, which are nowhere.
    pub channel: String,
    /// Set where it was in a thread, and not at its beginning.
    pub thread: Option<String>,
    pub response_url: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Command {
        origin: Origin,
        text: String,
        trigger: String,
    },
    Press {
        origin: Origin,
        action: String,
        /// The message with the button.
        message: String,
    },
    Submission {
        origin: Origin,
        metadata: String,
        /// What was put in, by argument.
        values: Vec<(String, Value)>,
    },
    Typing {
        argument: String,
        typed: String,
        metadata: String,
    },
    /// "Why is this here?" of a message.
    Why {
        origin: Origin,
        item: Option<ItemId>,
    },
    Home {
        origin: Origin,
    },
    /// A line to the app itself.
    Message {
        origin: Origin,
        text: String,
        /// Name and private address of the first file.
        file: Option<(String, String)>,
    },
    /// Nothing that is answered.
    Nothing,
}

impl Heard {
    /// Who did it, where that matters.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Command { origin, .. }
            | Self::Press { origin, .. }
            | Self::Submission { origin, .. }
            | Self::Why { origin, .. }
            | Self::Home { origin }
            | Self::Message { origin, .. } => Some(origin),
            Self::Typing { .. } | Self::Nothing => None,
        }
    }
}

/// The callback of the message shortcut.
pub const WHY: &str = "why";
/// The callback of our modals.
pub const SAY: &str = "say";

/// Reads a payload.
pub fn heard(kind: Kind, payload: &Value) -> Heard {
    match kind {
        Kind::Command => command(payload),
        Kind::Interactive => match payload.get("type").and_then(Value::as_str) {
            Some("block_actions") => press(payload),
            Some("view_submission") => submission(payload),
            Some("block_suggestion") => typing(payload),
            Some("message_action") if text(payload, "callback_id") == WHY => why(payload),
            _ => Heard::Nothing,
        },
        Kind::Event => event(payload),
    }
}

/// The name under which Slack says it again, if it does.
pub fn name(kind: Kind, payload: &Value) -> Option<String> {
    let field = match kind {
        Kind::Event => "event_id",
        Kind::Command | Kind::Interactive => "trigger_id",
    };
    Some(text(payload, field)).filter(|name| !name.is_empty())
}

fn command(payload: &Value) -> Heard {
    let origin = Origin {
        team: text(payload, "team_id"),
        user: text(payload, "user_id"),
        channel: text(payload, "channel_id"),
        thread: None,
        response_url: some_text(payload, "response_url"),
    };
    Heard::Command { origin, text: text(payload, "text"), trigger: text(payload, "trigger_id") }
}

/// Who did something in a message or a view.
fn origin(payload: &Value) -> Origin {
    let id = |name: &str| payload.get(name).map(|one| text(one, "id")).unwrap_or_default();
    let container = |name: &str| payload.get("container").map(|one| text(one, name)).unwrap_or_default();
    let channel = Some(id("channel")).filter(|channel| !channel.is_empty());
    Origin {
        team: payload
            .get("user")
            .map(|user| text(user, "team_id"))
            .filter(|team| !team.is_empty() && id("team").is_empty())
            .unwrap_or_else(|| id("team")),
        user: id("user"),
        channel: channel.unwrap_or_else(|| container("channel_id")),
        thread: thread_of(payload),
        response_url: some_text(payload, "response_url"),
    }
}

/// The thread that a message hangs in; the first message of a thread stands in the channel.
fn thread_of(payload: &Value) -> Option<String> {
    let of = |part: &str, name: &str| payload.get(part).and_then(|one| some_text(one, name));
    let thread = of("message", "thread_ts").or_else(|| of("container", "thread_ts"))?;
    (Some(&thread) != message_ts(payload).as_ref()).then_some(thread)
}

fn message_ts(payload: &Value) -> Option<String> {
    let of = |part: &str, name: &str| payload.get(part).and_then(|one| some_text(one, name));
    of("container", "message_ts").or_else(|| of("message", "ts"))
}

fn press(payload: &Value) -> Heard {
    let action = payload.get("actions").and_then(|actions| actions.get(0)).map(|action| text(action, "action_id"));
    match action {
        Some(action) => {
            Heard::Press { origin: origin(payload), action, message: message_ts(payload).unwrap_or_default() }
        }
        None => Heard::Nothing,
    }
}

fn submission(payload: &Value) -> Heard {
    let Some(view) = payload.get("view").filter(|view| text(view, "callback_id") == SAY) else { return Heard::Nothing };
    let blocks = view.get("state").and_then(|state| state.get("values")).and_then(Value::as_object);
    let first = |(block, actions): (&String, &Value)| {
        let (_, value) = actions.as_object()?.iter().next()?;
        Some((block.clone(), value.clone()))
    };
    let values = blocks.into_iter().flatten().filter_map(first).collect();
    Heard::Submission { origin: origin(payload), metadata: text(view, "private_metadata"), values }
}

fn typing(payload: &Value) -> Heard {
    let metadata = payload.get("view").map(|view| text(view, "private_metadata")).unwrap_or_default();
    Heard::Typing { argument: text(payload, "block_id"), typed: text(payload, "value"), metadata }
}

fn why(payload: &Value) -> Heard {
    let item = payload.get("message").and_then(|message| message.get("blocks")).and_then(item_of);
    Heard::Why { origin: origin(payload), item }
}

/// The item that the buttons of a card are about.
fn item_of(blocks: &Value) -> Option<ItemId> {
    let elements = blocks.as_array()?.iter().filter_map(|block| block.get("elements")?.as_array()).flatten();
    let presses = elements.filter_map(|element| Press::parse(element.get("action_id")?.as_str()?));
    presses.into_iter().find_map(|press| match press {
        Press::Insight(item)
        | Press::Why(item)
        | Press::Mute(item)
        | Press::MuteSource(item)
        | Press::MuteTopic(item)
        | Press::MuteStory(item)
        | Press::UnmuteSource(item)
        | Press::UnmuteTopic(item)
        | Press::UnmuteStory(item)
        | Press::Useful(item)
        | Press::NotUseful(item) => Some(item),
        Press::AlertsOff | Press::Yes(_) | Press::No(_) => None,
    })
}

fn event(payload: &Value) -> Heard {
    let Some(event) = payload.get("event") else { return Heard::Nothing };
    let origin = Origin {
        team: text(payload, "team_id"),
        user: text(event, "user"),
        channel: text(event, "channel"),
        thread: some_text(event, "thread_ts"),
        response_url: None,
    };
    match text(event, "type").as_str() {
        "app_home_opened" if text(event, "tab") == "home" => Heard::Home { origin },
        "message" if is_said_by_a_person(event) => {
            let file = event.get("files").and_then(|files| files.get(0)).and_then(|file| {
                Some((
                    text(file, "name"),
                    some_text(file, "url_private_download").or_else(|| some_text(file, "url_private"))?,
                ))
            });
            Heard::Message { origin, text: text(event, "text"), file }
        }
        _ => Heard::Nothing,
    }
}

/// A line in the app's own conversation: not the app's own words, no change of older ones.
fn is_said_by_a_person(event: &Value) -> bool {
    let subtype = event.get("subtype").and_then(Value::as_str);
    text(event, "channel_type") == "im"
        && event.get("bot_id").is_none()
        && matches!(subtype, None | Some("file_share"))
        && !text(event, "user").is_empty()
}

fn some_text(value: &Value, name: &str) -> Option<String> {
    Some(text(value, name)).filter(|text| !text.is_empty())
}
