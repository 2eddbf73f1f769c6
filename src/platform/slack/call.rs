//! Whom a post calls: people and groups. Nobody calls everybody in a channel.

use serde_json::{Value, json};

use super::text::text;
use crate::model::subscription::Address;

/// Whom one subscription can call, at most.
const CALLED_MAX: usize = 10;

enum Called<'a> {
    Group(&'a str),
    Person(&'a str),
}

/// One mention as Slack writes it: `<!subteam^S1>`, `<@U1>`, and the same with a name behind a bar.
fn called(mention: &str) -> Option<Called<'_>> {
    let inside = mention.strip_prefix('<')?.strip_suffix('>')?;
    let target = inside.split_once('|').map_or(inside, |(target, _)| target);
    let is_id = |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match target.strip_prefix("!subteam^") {
        Some(group) => Some(group).filter(is_id).map(Called::Group),
        None => target.strip_prefix('@').filter(is_id).map(Called::Person),
    }
}

/// Those that a post calls, each once. Several subscriptions to one place call together, so there may be
/// any number of them, with blanks between.
fn all(mentions: &str) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for mention in mentions.split_whitespace() {
        if called(mention).is_some() && !all.contains(&mention) {
            all.push(mention);
        }
    }
    all
}

/// The elements of rich text that call them.
pub fn elements(mentions: &str) -> Vec<Value> {
    let element = |mention: &str| match called(mention)? {
        Called::Group(id) => Some(json!({ "type": "usergroup", "usergroup_id": id })),
        Called::Person(id) => Some(json!({ "type": "user", "user_id": id })),
    };
    let mut elements = Vec::new();
    for one in all(mentions).into_iter().filter_map(element) {
        if !elements.is_empty() {
            elements.push(text(" "));
        }
        elements.push(one);
    }
    elements
}

/// The same where there is text alone.
pub fn in_text(mentions: &str) -> String {
    all(mentions).join(" ")
}

/// Whether a post can call whom somebody names so. The error says what to write.
pub fn can_call(_at: &Address, mention: &str) -> Result<(), &'static str> {
    if mention.split_whitespace().any(|one| one.starts_with("<!") && called(one).is_none()) {
        return Err("That is everybody in the channel, whom no post calls. Name people or a user group.");
    }
    if mention.trim().is_empty() || mention.split_whitespace().any(|one| called(one).is_none()) {
        return Err("Only people and user groups can be called here: choose each after typing @, so that Slack makes \
                    a mention of it.");
    }
    match all(mention).len() {
        1..=CALLED_MAX => Ok(()),
        _ => Err("At most ten can be called. Make a user group of them."),
    }
}
