//! A message in Slack's form: blocks. Limits are Slack's own (platforms, section E); nothing here is
//! ever refused for its size.

use serde_json::{Value, json};

use super::call;
use super::parts::{Part, compile, parts};
use super::text::{bracketed, escaped, host, is_web, plain_text};
use crate::locale::Words;
use crate::model::doc::{Action, Block, Button, Doc};
use crate::model::press::Press;

const BLOCKS_MAX: usize = 50;
const ACTIONS_MAX: usize = 25;
const LABEL_MAX: usize = 75;
const FOOTER_MAX: usize = 1000;
/// The text beside the blocks: what notifications show. Slack takes more; a section's text is 3000.
const TEXT_MAX: usize = 3000;
/// The JSON of all blocks, in characters. Slack refuses some 13,200 (platforms, section E),
/// undocumented.
const CHARS_MAX: usize = 10_000;
/// Messages of one answer: a response_url takes five (platforms, section E).
pub const MESSAGES_MAX: usize = 5;
/// Characters and blocks of one message among several; room is left for header, buttons and footer.
const PORTION_MAX: usize = 8_000;
const PORTION_BLOCKS_MAX: usize = 40;

/// How much of a message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Whole,
    /// Slack looks at pictures while it takes a message, and may not like one.
    WithoutPictures,
    /// Words and the link alone, for the day that Slack refuses the whole of it.
    Plain,
}

/// The text and the blocks of one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub text: String,
    pub blocks: Vec<Value>,
}

impl Message {
    /// The fields that every message has. Names are not turned into mentions, nor addresses into
    /// previews, and `text` is literal.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "text": self.text,
            "mrkdwn": false,
            "parse": "none",
            "link_names": false,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        if let Some(fields) = body.as_object_mut().filter(|_| !self.blocks.is_empty()) {
            fields.insert("blocks".to_owned(), self.blocks.clone().into());
        }
        body
    }
}

/// A post: one message. What is folded stands behind its button.
pub fn post(doc: &Doc, form: Form, mention: Option<&str>) -> Message {
    let text = summary(doc, form);
    if form == Form::Plain {
        let calls = mention.map(call::in_text).filter(|calls| !calls.is_empty());
        let text = calls.map_or_else(|| text.clone(), |calls| format!("{calls}\n{text}"));
        return Message { text, blocks: Vec::new() };
    }
    let (mut body, buttons, footer) = taken_apart(doc, form);
    body.splice(0..0, mention.and_then(Part::mention));
    let foot: Vec<Value> = actions(&buttons).into_iter().chain(context(&footer_text(doc, &footer))).collect();
    let room = CHARS_MAX.saturating_sub(foot.iter().map(|block| block.to_string().chars().count()).sum());
    let fits = |body: &[Part]| size(body) <= room && compile(body).len() + foot.len() <= BLOCKS_MAX;
    if !fits(&body) {
        // Whoever reads it sees that there was more.
        let more = Part::paragraph("…");
        while body.len() > 1 && !fits(&[body.as_slice(), std::slice::from_ref(&more)].concat()) {
            body.pop();
        }
        body.push(more);
    }
    let mut blocks = compile(&body);
    blocks.extend(foot);
    Message { text, blocks }
}

/// An answer: as many messages as it takes. The last says so when even that was not enough.
pub fn answer(doc: &Doc) -> Vec<Message> {
    let (body, buttons, footer) = taken_apart(doc, Form::Whole);
    let mut portions = portions(body);
    if portions.len() > MESSAGES_MAX {
        portions.truncate(MESSAGES_MAX);
        if let Some(last) = portions.last_mut() {
            last.push(Part::paragraph("…"));
        }
    }
    let count = portions.len();
    let message = |(number, portion): (usize, Vec<Part>)| {
        let mut blocks = compile(&portion);
        if number + 1 == count {
            blocks.extend(actions(&buttons));
            blocks.extend(context(&footer_text(doc, &footer)));
        }
        if count > 1 {
            let part = [("part", (number + 1).into()), ("parts", count.into())];
            blocks.extend(context(&Words::new(doc.language).with("platform-part", &part)));
        }
        Message { text: summary(doc, Form::Whole), blocks }
    };
    portions.into_iter().enumerate().map(message).collect()
}

/// The blocks of an answer for a view, which knows no tables.
pub fn blocks_of_view(doc: &Doc, max: usize) -> Vec<Value> {
    let body: Vec<Part> = parts(&doc.blocks).into_iter().flat_map(Part::without_table).collect();
    compile(&body).into_iter().take(max).collect()
}

/// Parts in messages of one portion and one table each (Table block, Usage info).
fn portions(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let mut portions: Vec<Vec<Part>> = vec![Vec::new()];
    for part in parts {
        let Some(last) = portions.last_mut() else { break };
        let has_table = part.is_table() && last.iter().any(Part::is_table);
        let is_full = size(last) + part.size > PORTION_MAX || compile(last).len() >= PORTION_BLOCKS_MAX;
        // A heading goes with what it stands over.
        let moved: Vec<Part> = if has_table || is_full {
            let kept = last.iter().rposition(|one| !one.is_heading).map_or(0, |at| at + 1);
            if kept > 0 { last.split_off(kept) } else { Vec::new() }
        } else {
            Vec::new()
        };
        if (has_table || is_full) && !last.is_empty() {
            portions.push(moved);
        }
        if let Some(last) = portions.last_mut() {
            last.push(part);
        }
    }
    portions.retain(|portion| !portion.is_empty());
    if portions.is_empty() {
        portions.push(vec![Part::paragraph("…")]);
    }
    portions
}

fn size(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.size).sum()
}

/// What stands in the middle, what can be pressed, what stands at the foot.
fn taken_apart(doc: &Doc, form: Form) -> (Vec<Part>, Vec<Button>, Vec<String>) {
    let (mut buttons, mut footer, mut middle) = (Vec::new(), Vec::new(), Vec::new());
    for block in &doc.blocks {
        match block {
            Block::Buttons(more) => buttons.extend(more.iter().cloned()),
            Block::Footer(lines) => footer.extend(lines.iter().map(|line| line.as_str().to_owned())),
            Block::Image { .. } if form != Form::Whole => {}
            // A headline whose link is a button is Slack's own header, which cannot be a link.
            Block::Headline { text, url } if url.as_deref().is_none_or(|url| is_button(doc, url)) => {
                middle.push(Block::Headline { text: text.clone(), url: None });
            }
            other => middle.push(other.clone()),
        }
    }
    (parts(&middle), buttons, footer)
}

fn is_button(doc: &Doc, url: &str) -> bool {
    let opens = |button: &Button| matches!(&button.action, Action::Open(own) if own == url && is_web(own));
    doc.blocks.iter().any(|block| matches!(block, Block::Buttons(buttons) if buttons.iter().any(opens)))
}

/// The buttons in one row.
fn actions(buttons: &[Button]) -> Option<Value> {
    let elements: Vec<Value> =
        buttons.iter().enumerate().filter_map(|(number, one)| button(number, one)).take(ACTIONS_MAX).collect();
    (!elements.is_empty()).then(|| json!({ "type": "actions", "elements": elements }))
}

fn button(number: usize, button: &Button) -> Option<Value> {
    // Labels are ours, and some begin with an emoji.
    let label = json!({ "type": "plain_text", "text": escaped(button.label.as_str(), LABEL_MAX), "emoji": true });
    match &button.action {
        // Slack tells of these presses as well; the id says that there is nothing to do.
        Action::Open(url) => is_web(url)
            .then(|| json!({ "type": "button", "action_id": format!("open:{number}"), "text": label, "url": url })),
        Action::Press(press) => {
            let mut button = json!({ "type": "button", "action_id": press.to_string(), "text": label });
            if let (Press::Yes(_), Some(fields)) = (press, button.as_object_mut()) {
                fields.insert("style".to_owned(), "danger".into());
            }
            Some(button)
        }
    }
}

/// Rights and origin, after the host that the headline leads to.
fn footer_text(doc: &Doc, footer: &[String]) -> String {
    let url = doc.blocks.iter().find_map(|block| match block {
        Block::Headline { url, .. } => url.as_deref(),
        _ => None,
    });
    let host = url.filter(|url| is_web(url)).and_then(host);
    let words = footer.join(" ");
    match (host, words.is_empty()) {
        (Some(host), false) => format!("{host} · {words}"),
        (Some(host), true) => host,
        (None, _) => words,
    }
}

fn context(words: &str) -> Option<Value> {
    let is_said = !words.trim().is_empty();
    is_said.then(|| json!({ "type": "context", "elements": [plain_text(words, FOOTER_MAX)] }))
}

/// What a notification shows, and what stands there when blocks cannot: headline and hook; in the
/// plain form with the link.
fn summary(doc: &Doc, form: Form) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut link = None;
    for block in &doc.blocks {
        match block {
            Block::Headline { text, url } => {
                words.push(text.as_str());
                link = url.as_deref().and_then(bracketed);
            }
            Block::Lead(text) => words.push(text.as_str()),
            Block::Heading(text) | Block::Paragraph(text) if words.is_empty() => words.push(text.as_str()),
            _ => {}
        }
    }
    let link = link.filter(|link| form == Form::Plain && link.len() < TEXT_MAX / 2);
    let room = TEXT_MAX - link.as_ref().map_or(0, |link| link.len() + 1);
    let text = escaped(&words.join("\n"), room);
    let text = if text.trim().is_empty() { Words::new(doc.language).say("platform-news") } else { text };
    match link {
        Some(link) => format!("{text}\n{link}"),
        None => text,
    }
}
