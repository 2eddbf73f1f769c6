//! An answer in Telegram's form: as many messages as it takes, with files and pictures, and the words alone
//! for the small window that a press opens.

use std::sync::Arc;

use teloxide_core::types::{MessageEntityKind, ReplyMarkup};

use super::draft::Draft;
use super::lower::{
    self, CAPTION_MAX, Call, DOCUMENT, ENTITIES_MAX, Envelope, File, PHOTO, TEXT_MAX, captioned, keyboard, message,
    no_preview,
};
use super::text::{Rich, quiet};
use crate::model::doc::{Doc, visible};
use crate::platform::cut::units;
use crate::port::Reply;

/// One message of an answer. Room is left for its number.
const PART_MAX: usize = TEXT_MAX - 16;
/// Messages of one doc.
const MESSAGES_MAX: usize = 5;

/// All messages of a reply, in order. The first answers what was said.
pub fn calls(reply: &Reply, envelope: &Envelope) -> Vec<Call> {
    let mut calls = of_doc(&reply.doc, reply.file.as_ref(), envelope);
    let after = envelope.clone().answering_nothing();
    calls.extend(reply.more.iter().flat_map(|doc| of_doc(doc, None, &after)));
    calls
}

/// An answer: as many messages as it takes, numbered. The last says so when even that was not
/// enough. A file or a picture comes with it where it fits below one, else behind it.
fn of_doc(doc: &Doc, file: Option<&(String, String)>, envelope: &Envelope) -> Vec<Call> {
    let draft = Draft::new(doc, None);
    let mut lines = draft.lines.clone();
    if !draft.depth.is_empty() {
        lines.push(Rich::lines(&draft.depth).cut(PART_MAX).within(MessageEntityKind::ExpandableBlockquote));
    }
    let footer = draft.footer();
    if !footer.is_blank() {
        lines.push(footer);
    }
    let parts = numbered(split(lines));
    if let ([only], Some(file)) = (parts.as_slice(), file)
        && only.units() <= CAPTION_MAX
    {
        return vec![document(only, file, keyboard(&draft.buttons, envelope), envelope)];
    }
    let last = parts.len().saturating_sub(1);
    let call = |(number, part): (usize, &Rich)| {
        let mut message = message(part, envelope);
        message.link_preview_options = Some(no_preview());
        if number > 0 {
            message.reply_parameters = None;
        }
        if number == last {
            message.reply_markup = keyboard(&draft.buttons, envelope);
        }
        Call::new("sendMessage", &message)
    };
    let mut calls: Vec<Call> = parts.iter().enumerate().map(call).collect();
    calls.extend(file.map(|file| document(&Rich::default(), file, None, envelope)));
    calls.extend(doc.picture.as_ref().map(|picture| lower::picture(picture, &envelope.clone().answering_nothing())));
    calls
}

/// A file with what is said below it.
fn document(
    caption: &Rich,
    (name, text): &(String, String),
    keyboard: Option<ReplyMarkup>,
    envelope: &Envelope,
) -> Call {
    // teloxide's own payload wants the file as well.
    let mut document = message(caption, envelope);
    document.reply_markup = keyboard;
    let mut call = captioned(Call::new(DOCUMENT, &document));
    if let Some(fields) = call.body.as_object_mut().filter(|_| caption.is_blank()) {
        fields.retain(|name, _| !name.starts_with("caption"));
    }
    let file = File { part: "document", name: name.clone(), bytes: Arc::new(text.clone().into_bytes()) };
    Call { file: Some(file), ..call }
}

/// Parts that belong together say so: 1/3.
fn numbered(mut parts: Vec<Rich>) -> Vec<Rich> {
    let is_more = parts.len() > MESSAGES_MAX;
    parts.truncate(MESSAGES_MAX);
    let count = parts.len();
    if count < 2 {
        return parts;
    }
    for (number, part) in parts.iter_mut().enumerate() {
        let is_cut = is_more && number + 1 == count;
        let mark = if is_cut { format!("… {}/{count}", number + 1) } else { format!("{}/{count}", number + 1) };
        *part = Rich::lines(&[std::mem::take(part), Rich::styled(&mark, MessageEntityKind::Italic)]);
    }
    parts
}

/// The words of an answer alone, if they are all of it, fit the small window that a press opens and need
/// no buttons.
pub fn short(reply: &Reply, max: usize) -> Option<String> {
    let doc = &reply.doc;
    if reply.file.is_some() || !reply.more.is_empty() || doc.picture.is_some() {
        return None;
    }
    let draft = Draft::new(doc, None);
    let whole = draft.whole();
    // Nothing is linked there, so the joiners have nothing to do.
    let text = visible(whole.text());
    (draft.buttons.is_empty() && draft.link.is_none() && !text.trim().is_empty() && units(&text) <= max).then_some(text)
}

/// Lines in portions of one message each.
fn split(lines: Vec<Rich>) -> Vec<Rich> {
    let mut parts: Vec<Rich> = Vec::new();
    let mut current: Vec<Rich> = Vec::new();
    let (mut used, mut entities) = (0, 0);
    for line in lines {
        let line = line.cut(PART_MAX);
        let is_full = used + line.units() + 1 > PART_MAX || entities + line.entities().len() >= ENTITIES_MAX;
        if is_full && !current.is_empty() {
            parts.push(Rich::lines(&std::mem::take(&mut current)));
            (used, entities) = (0, 0);
        }
        used += line.units() + 1;
        entities += line.entities().len();
        current.push(line);
    }
    parts.push(Rich::lines(&current));
    parts.retain(|part| !part.is_blank());
    if parts.is_empty() {
        parts.push(Rich::plain("…"));
    }
    parts
}

/// An answer without anything that could be wrong with it. `None`: it has nothing of the kind, or is a
/// picture alone.
pub fn plain(call: &Call) -> Option<Call> {
    let mut plain = call.clone();
    let fields = plain.body.as_object_mut()?;
    fields.retain(|name, _| !name.ends_with("entities") && !name.starts_with("reply_"));
    for text in ["text", "caption"].iter().filter_map(|name| call.body.get(name)?.as_str().map(|text| (*name, text))) {
        // Addresses have lost the boxes that kept them from being linked.
        fields.insert(text.0.to_owned(), quiet(text.1).into());
    }
    if call.method == PHOTO {
        let words = fields.remove("caption")?;
        fields.insert("text".to_owned(), words);
        fields.remove("photo");
        (plain.method, plain.file) = ("sendMessage", None);
    }
    (plain != *call).then_some(plain)
}
