//! The app's Home tab: a person's own subscriptions and alerts, and how the feeds are doing.

use std::sync::Arc;

use serde_json::{Value, json};

use super::access::{direct, person};
use super::answer::Voice;
use super::heard::Origin;
use super::hub::answered;
use super::lower::blocks_of_view;
use super::text::plain_text;
use crate::model::doc::Doc;
use crate::port::{Desk, Invocation, Said};

/// A view takes a hundred blocks (platforms, section E); each half gets its share.
const BLOCKS_OF_HALF: usize = 45;
const HEADER_MAX: usize = 150;

/// Puts it together and shows it.
pub async fn show(voice: Voice<'_>, origin: &Origin, desk: Arc<dyn Desk>) {
    let own = say(origin, "subscriptions", desk.clone()).await;
    let state = say(origin, "status", desk).await;
    let view = view(&own, &state);
    let body = json!({ "user_id": origin.user, "view": view });
    if let Err(error) = voice.rest.write("views.publish", &body).await {
        tracing::warn!("Slack did not take a Home tab: {error}");
    }
}

/// What the desk answers to a person at their own address.
async fn say(origin: &Origin, word: &str, desk: Arc<dyn Desk>) -> Doc {
    let at = direct(&origin.team, &origin.user);
    let said = Said::Word { word: word.to_owned(), arguments: Vec::new() };
    let from = person(&origin.team, &origin.user);
    answered(desk, Invocation { from, at, may_manage: true, said }).await.doc
}

fn view(own: &Doc, state: &Doc) -> Value {
    let header = |words: &str| json!({ "type": "header", "text": plain_text(words, HEADER_MAX) });
    let mut blocks = vec![header("Your subscriptions and alerts")];
    blocks.extend(blocks_of_view(own, BLOCKS_OF_HALF));
    blocks.extend([json!({ "type": "divider" }), header("Feeds")]);
    blocks.extend(blocks_of_view(state, BLOCKS_OF_HALF));
    let more = "Write to me under Messages: help shows what can be said.";
    blocks.push(json!({ "type": "context", "elements": [plain_text(more, HEADER_MAX)] }));
    json!({ "type": "home", "blocks": blocks })
}
