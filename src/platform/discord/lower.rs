//! A message in Discord's form: an embed with its buttons. Limits are Discord's own
//! (platforms, section E); nothing here is ever refused for its size.

use serde_json::{Value, json};
use serenity::builder::{CreateAllowedMentions, CreateMessage};
use serenity::model::channel::{MessageFlags, Nonce};
use serenity::model::id::RoleId;

use super::draft::{Draft, Line, draft};
use super::rest::File;
use super::text::bare;
use crate::locale::Words;
use crate::model::doc::{Block, Doc, Picture};
use crate::model::subscription::Address;
use crate::platform::cut::{cut, units};

/// Messages of one answer (an interaction takes five follow-ups, platforms section G).
const MESSAGES_MAX: usize = 5;
/// The description of an attachment (Message, Attachment Structure).
const ALT_MAX: usize = 1024;

/// Who is called by a post, what makes Discord take it once, and what it answers.
#[derive(Clone, Copy, Default)]
pub struct Envelope<'a> {
    pub nonce: Option<&'a str>,
    pub mention: Option<&'a str>,
    /// The id of the message that it is a reply to.
    pub answers: Option<&'a str>,
}

/// A post: one message. What is folded stands behind its button.
pub fn post(doc: &Doc, envelope: &Envelope<'_>) -> Value {
    let mut draft = draft(doc);
    draft.shrink();
    let mut message = CreateMessage::new().embed(draft.embed(doc.accent)).components(draft.rows());
    let roles = roles(envelope.mention.unwrap_or_default());
    let calls: Vec<String> = roles.iter().map(|role| format!("<@&{role}>")).collect();
    if !calls.is_empty() {
        message = message.content(calls.join(" "));
    }
    message = message.allowed_mentions(CreateAllowedMentions::new().roles(roles));
    with_picture(addressed(message, envelope), doc)
}

/// What takes the place of a post: it calls nobody, and whoever was called stays named.
pub fn edit(doc: &Doc) -> Value {
    let mut draft = draft(doc);
    draft.shrink();
    let message = CreateMessage::new().embed(draft.embed(doc.accent)).components(draft.rows());
    let mut edit = to_value(&message.allowed_mentions(CreateAllowedMentions::new()));
    if let Some(fields) = edit.as_object_mut() {
        // What is not named stays as it is.
        fields.entry("components").or_insert_with(|| json!([]));
        fields.insert("attachments".to_owned(), json!([]));
    }
    with_picture(edit, doc)
}

/// The nonce, and the message that is answered.
fn addressed(mut message: CreateMessage, envelope: &Envelope<'_>) -> Value {
    if let Some(nonce) = envelope.nonce {
        message = message.nonce(Nonce::String(nonce.to_owned())).enforce_nonce(true);
    }
    let mut value = to_value(&message);
    let Some((fields, answered)) = value.as_object_mut().zip(envelope.answers) else { return value };
    // A message that somebody has deleted is answered all the same.
    fields.insert("message_reference".to_owned(), json!({ "message_id": answered, "fail_if_not_exists": false }));
    if let Some(mentions) = fields.get_mut("allowed_mentions").and_then(Value::as_object_mut) {
        mentions.insert("replied_user".to_owned(), false.into());
    }
    value
}

/// Names the doc's picture, which goes along as the first file; the embed shows it.
fn with_picture(mut body: Value, doc: &Doc) -> Value {
    if let (Some(fields), Some(picture)) = (body.as_object_mut(), &doc.picture) {
        let alt = bare(picture.alt.as_str(), ALT_MAX);
        let attachment = json!({ "id": 0, "filename": picture.name, "description": alt });
        fields.insert("attachments".to_owned(), json!([attachment]));
    }
    body
}

/// The files of a doc, which [`post`], [`edit`] and the first message of [`answer`] name.
pub fn files(doc: &Doc) -> Vec<File> {
    let file = |picture: &Picture| File { name: picture.name.to_owned(), bytes: picture.png.to_vec() };
    doc.picture.iter().map(file).collect()
}

/// The least that a post can be, for the day that Discord refuses the whole of it.
pub fn plain_post(doc: &Doc, envelope: &Envelope<'_>) -> Value {
    let draft = draft(doc);
    let url = draft.url.map(|url| format!("\n{}", cut(&url, 1000))).unwrap_or_default();
    let text = if draft.title.is_empty() { first_lines(&draft.lines) } else { draft.title };
    let message = CreateMessage::new()
        .content(format!("{text}{url}"))
        .allowed_mentions(CreateAllowedMentions::new())
        .flags(MessageFlags::SUPPRESS_EMBEDS);
    addressed(message, envelope)
}

/// As many whole lines as the plain form holds; one line always fits.
fn first_lines(lines: &[Line]) -> String {
    const PLAIN_MAX: usize = 2000;
    let mut text = String::new();
    for line in lines {
        if units(&text) + units(&line.text) + 1 > PLAIN_MAX {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line.text);
    }
    if text.is_empty() { "…".to_owned() } else { text }
}

/// An answer: as many messages as it takes. The last says so when even that was not enough.
pub fn answer(doc: &Doc) -> Vec<Value> {
    let whole = draft(doc);
    let mut parts = split(&whole.lines);
    let left_out: Vec<Line> = parts.split_off(parts.len().min(MESSAGES_MAX)).concat();
    let last = parts.len().saturating_sub(1);
    let drafts = parts.into_iter().enumerate().map(|(number, lines)| {
        let mut draft = Draft { lines, ..Draft::default() };
        if number == 0 {
            (draft.author, draft.title, draft.url) = (whole.author.clone(), whole.title.clone(), whole.url.clone());
            (draft.fields, draft.image) = (whole.fields.clone(), whole.image.clone());
        }
        if number == last {
            (draft.footer, draft.buttons) = (whole.footer.clone(), whole.buttons.clone());
            if !left_out.is_empty() {
                draft.leave_out(&left_out);
            }
        }
        draft.shrink();
        draft
    });
    let message = |(number, draft): (usize, Draft)| {
        let message = CreateMessage::new().embed(draft.embed(doc.accent)).components(draft.rows());
        let body = to_value(&message.allowed_mentions(CreateAllowedMentions::new()));
        if number == 0 { with_picture(body, doc) } else { body }
    };
    drafts.enumerate().map(message).collect()
}

/// Lines in portions of one description each.
fn split(lines: &[Line]) -> Vec<Vec<Line>> {
    // Room is left for the other texts of the embed.
    const PART_MAX: usize = 3500;
    let mut parts: Vec<Vec<Line>> = vec![Vec::new()];
    let mut used = 0;
    for line in lines {
        let size = units(&line.text) + 1;
        if used + size > PART_MAX && used > 0 {
            parts.push(Vec::new());
            used = 0;
        }
        used += size;
        if let Some(part) = parts.last_mut() {
            part.push(line.clone());
        }
    }
    parts
}

/// The headline of a message, for the name of a thread.
pub fn name(doc: &Doc, max: usize) -> String {
    let headline = doc.blocks.iter().find_map(|block| match block {
        Block::Headline { text, .. } | Block::Paragraph(text) => Some(bare(text.as_str(), max)),
        _ => None,
    });
    headline.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| Words::new(doc.language).say("platform-news"))
}

/// Title and description of the first embed of a message, by which it is known again.
pub fn signature(message: &Value) -> (Option<&str>, Option<&str>) {
    let embed = message.get("embeds").and_then(|embeds| embeds.get(0));
    let text = |name: &str| embed.and_then(|embed| embed.get(name)).and_then(Value::as_str).map(str::trim);
    (text("title"), text("description"))
}

/// The ids in mentions of roles, `<@&123>`.
fn roles(mentions: &str) -> Vec<RoleId> {
    let id = |mention: &str| mention.strip_prefix("<@&")?.strip_suffix('>')?.parse().ok().filter(|id| *id != 0);
    mentions.split_whitespace().filter_map(id).map(RoleId::new).collect()
}

/// Whether a post can call whom somebody names so: roles, and not the one that is everybody, which has
/// the server's own id. The error says what to write.
pub fn can_call(at: &Address, mention: &str) -> Result<(), &'static str> {
    match roles(mention).as_slice() {
        [role] if role.to_string() != at.workspace => Ok(()),
        [_] => Err("That role is everybody, whom no post calls. Name another one."),
        _ => Err("Only roles can be called here: choose one after typing @, so that it stands there as <@&…>."),
    }
}

fn to_value(message: &CreateMessage) -> Value {
    let mut value = serde_json::to_value(message).unwrap_or_default();
    // The builder leaves out an empty list of buttons and spells out what is not set.
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}
