//! A message in Telegram's form: text with entities, a picture where all of it fits below one, a
//! keyboard. Never markup strings: what a feed says cannot break them. Nothing here is ever refused
//! for its size.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use teloxide_core::payloads::{SendMessage, SendPhoto};
use teloxide_core::types::{
    ChatId, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, MessageId, Recipient,
    ReplyMarkup, ReplyParameters, ThreadId,
};
use url::Url;

use super::draft::Draft;
use super::text::{Rich, quiet, web};
use crate::model::doc::{Action, Block, Button, Doc, Picture, visible};
use crate::model::press::{PRESS_BYTES_MAX, Press};
use crate::model::subscription::Address;
use crate::platform::cut::cut;

/// Of a message, after entities (Bot API, sendMessage). Counted here in UTF-16 units, which are
/// never fewer than what Telegram counts.
pub const TEXT_MAX: usize = 4096;
/// Of a caption (Bot API, sendPhoto).
pub const CAPTION_MAX: usize = 1024;
/// Entities of a message; further ones are dropped by Telegram (td, MessageEntity.cpp).
pub const ENTITIES_MAX: usize = 100;
/// The methods that send a picture and a file.
pub const PHOTO: &str = "sendPhoto";
pub const DOCUMENT: &str = "sendDocument";
/// The part of a request with a picture of ours.
const PICTURE: &str = "picture";
/// What of a message can be changed (Bot API, editMessageText, editMessageCaption).
const EDITABLE: &[&str] =
    &["chat_id", "text", "entities", "caption", "caption_entities", "link_preview_options", "reply_markup"];
const BUTTONS_OF_ROW: usize = 3;
/// Buttons of a message (td, InlineKeyboard: 100).
const BUTTONS_MAX: usize = 100;
const LABEL_MAX: usize = 64;

/// A method of the Bot API, the body of its request, and the file that goes along.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub method: &'static str,
    pub body: Value,
    pub file: Option<File>,
}

/// A file in a part of its own of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub part: &'static str,
    pub name: String,
    pub bytes: Arc<Vec<u8>>,
}

impl Call {
    pub fn new(method: &'static str, payload: &impl Serialize) -> Self {
        Self { method, body: serde_json::to_value(payload).unwrap_or_default(), file: None }
    }
}

/// Where a message goes, and how loudly.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    chat: Recipient,
    thread: Option<ThreadId>,
    reply_to: Option<MessageId>,
    is_silent: bool,
    /// Who is called, as `@name`.
    calls: Option<String>,
    /// The place that buttons are about, where the message does not tell it.
    about: Option<String>,
}

impl Envelope {
    pub fn to(address: &Address) -> Self {
        let thread = address.thread.as_deref().and_then(|thread| thread.parse().ok());
        Self {
            chat: recipient(&address.channel),
            thread: thread.map(|thread| ThreadId(MessageId(thread))),
            reply_to: None,
            is_silent: false,
            calls: None,
            // Of old messages Telegram does not tell the topic (Bot API, InaccessibleMessage).
            about: address.thread.is_some().then(|| press_place(address)),
        }
    }

    /// Buttons are about that place.
    pub fn about(self, place: &Address) -> Self {
        let there = Self::to(place);
        let is_here = there.chat == self.chat && there.thread == self.thread;
        if is_here { self } else { Self { about: Some(press_place(place)), ..self } }
    }

    pub fn silent(self, is_silent: bool) -> Self {
        Self { is_silent, ..self }
    }

    pub fn answering(self, message: i32) -> Self {
        Self { reply_to: Some(MessageId(message)), ..self }
    }

    /// The same for a message that follows one of them.
    pub fn answering_nothing(self) -> Self {
        Self { reply_to: None, ..self }
    }

    /// `mention`: names such as `@alice`; anything else calls nobody.
    pub fn calling(self, mention: Option<&str>) -> Self {
        let calls = mention.filter(|mention| are_names(mention));
        Self { calls: calls.map(|names| names.split_whitespace().collect::<Vec<_>>().join(" ")), ..self }
    }

    fn reply(&self) -> Option<ReplyParameters> {
        // What was answered may be deleted by now; the answer still stands.
        self.reply_to.map(|message| ReplyParameters::new(message).allow_sending_without_reply())
    }
}

/// Public names of people, as Telegram gives them out (5 to 32 letters, digits and underscores).
fn are_names(mention: &str) -> bool {
    let is_name = |name: &str| {
        let letters = name.strip_prefix('@').unwrap_or_default();
        (5..=32).contains(&letters.len()) && letters.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    !mention.trim().is_empty() && mention.split_whitespace().all(is_name)
}

/// Whether posts can call whom somebody names so. The error says what to write.
pub fn can_call(_at: &Address, mention: &str) -> Result<(), &'static str> {
    match are_names(mention) {
        true => Ok(()),
        false => Err("Only people with a public name can be called here: write @alice_smith, or several with blanks."),
    }
}

/// What stands behind a press in a button's data, if it is about another place.
const PLACE_MARK: char = '|';

fn press_place(place: &Address) -> String {
    let thread = place.thread.as_deref().map(|thread| format!("/{thread}")).unwrap_or_default();
    format!("{PLACE_MARK}{}{thread}", place.channel)
}

/// A button's data taken apart: the press, and the chat and topic that it is about.
pub fn pressed(data: &str) -> (Option<Press>, Option<(i64, Option<String>)>) {
    let Some((press, place)) = data.split_once(PLACE_MARK) else { return (Press::parse(data), None) };
    let (chat, thread) = place.split_once('/').map_or((place, None), |(chat, thread)| (chat, Some(thread)));
    let thread = thread.map(str::parse::<i32>).transpose();
    match (chat.parse(), thread) {
        (Ok(chat), Ok(thread)) => (Press::parse(press), Some((chat, thread.map(|thread| thread.to_string())))),
        _ => (None, None),
    }
}

/// A chat by its number, or a public channel by its name.
fn recipient(channel: &str) -> Recipient {
    match channel.parse() {
        Ok(id) => Recipient::Id(ChatId(id)),
        Err(_) => Recipient::ChannelUsername(channel.to_owned()),
    }
}

/// A post: with its picture above it where all of it fits there, else as text.
pub fn post(doc: &Doc, envelope: &Envelope) -> Call {
    photo(doc, envelope).unwrap_or_else(|| text_post(doc, envelope))
}

/// A post as a picture with a caption, if it has one and all of it fits below.
fn photo(doc: &Doc, envelope: &Envelope) -> Option<Call> {
    let draft = Draft::new(doc, envelope.calls.as_deref());
    let input = match (&doc.picture, &draft.image) {
        (Some(_), _) => attached(),
        (None, Some(image)) => InputFile::url(image.clone()),
        (None, None) => return None,
    };
    let whole = draft.whole();
    if whole.units() > CAPTION_MAX || whole.entities().len() > ENTITIES_MAX {
        return None;
    }
    let mut photo = SendPhoto::new(envelope.chat.clone(), input);
    photo.message_thread_id = envelope.thread;
    photo.caption = Some(whole.text().to_owned());
    photo.caption_entities = Some(whole.entities().to_vec());
    photo.disable_notification = envelope.is_silent.then_some(true);
    photo.reply_parameters = envelope.reply();
    photo.reply_markup = keyboard(&draft.buttons, envelope);
    Some(Call { file: doc.picture.as_ref().map(file), ..Call::new(PHOTO, &photo) })
}

/// A picture of ours as a message of its own, behind the one that it belongs to.
pub fn picture(picture: &Picture, envelope: &Envelope) -> Call {
    let mut photo = SendPhoto::new(envelope.chat.clone(), attached());
    photo.message_thread_id = envelope.thread;
    photo.disable_notification = Some(true);
    photo.reply_parameters = envelope.reply();
    Call { file: Some(file(picture)), ..Call::new(PHOTO, &photo) }
}

/// A file in a part of the same request (Bot API, Sending files).
fn attached() -> InputFile {
    InputFile::file_id(format!("attach://{PICTURE}").into())
}

fn file(picture: &Picture) -> File {
    File { part: PICTURE, name: picture.name.to_owned(), bytes: picture.png.clone() }
}

/// A post as text, cut to fit.
pub fn text_post(doc: &Doc, envelope: &Envelope) -> Call {
    let draft = Draft::new(doc, envelope.calls.as_deref());
    let mut message = message(&draft.fitting(TEXT_MAX), envelope);
    // The article's own preview stands for its picture, and only where it has one. It is kept small,
    // since the card has said already what it would repeat. Whatever else the text names gets none:
    // a preview of our choice, or none at all.
    message.link_preview_options = Some(match (&draft.image, &draft.link) {
        (Some(_), Some(link)) => preview(link),
        _ => no_preview(),
    });
    message.reply_markup = keyboard(&draft.buttons, envelope);
    Call::new("sendMessage", &message)
}

/// What takes the place of a text.
pub fn edit_text(doc: &Doc, envelope: &Envelope, message: i32) -> Call {
    let mut call = text_post(doc, envelope);
    if let Some(fields) = call.body.as_object_mut() {
        fields.retain(|name, _| EDITABLE.contains(&name.as_str()));
        fields.insert("message_id".to_owned(), message.into());
    }
    Call { method: "editMessageText", ..call }
}

/// What takes the place of the words below a picture, cut to fit there.
pub fn edit_caption(doc: &Doc, envelope: &Envelope, message_id: i32) -> Call {
    let draft = Draft::new(doc, envelope.calls.as_deref());
    let mut message = message(&draft.fitting(CAPTION_MAX), envelope);
    message.reply_markup = keyboard(&draft.buttons, envelope);
    let mut call = captioned(Call::new("editMessageCaption", &message));
    if let Some(fields) = call.body.as_object_mut() {
        fields.retain(|name, _| EDITABLE.contains(&name.as_str()));
        fields.insert("message_id".to_owned(), message_id.into());
    }
    call
}

/// A text as a caption.
pub fn captioned(mut call: Call) -> Call {
    if let Some(fields) = call.body.as_object_mut() {
        for (text, caption) in [("text", "caption"), ("entities", "caption_entities")] {
            if let Some(value) = fields.remove(text) {
                fields.insert(caption.to_owned(), value);
            }
        }
    }
    call
}

/// The least that a post can be, for the day that Telegram refuses the whole of it.
pub fn plain_post(doc: &Doc, envelope: &Envelope) -> Call {
    let draft = Draft::new(doc, envelope.calls.as_deref());
    let title = doc.blocks.iter().find_map(|block| match block {
        Block::Headline { text, .. } | Block::Paragraph(text) => Some(text.as_str()),
        _ => None,
    });
    let text = title.map(str::to_owned).unwrap_or_else(|| Rich::lines(&draft.lines).text().to_owned());
    let mut text = cut(&quiet(&text), 900);
    if let Some(link) = &draft.link {
        text.push('\n');
        text.push_str(link.as_str());
    }
    let mut message = SendMessage::new(envelope.chat.clone(), not_empty(&text));
    message.message_thread_id = envelope.thread;
    message.disable_notification = envelope.is_silent.then_some(true);
    message.reply_parameters = envelope.reply();
    message.link_preview_options = Some(no_preview());
    Call::new("sendMessage", &message)
}

pub fn message(text: &Rich, envelope: &Envelope) -> SendMessage {
    // Telegram drops entities beyond its limit, and an address would lose the box that keeps it from
    // being linked: then all goes without, and without links.
    let (words, entities) = match text.entities().len() <= ENTITIES_MAX {
        true => (text.text().to_owned(), text.entities().to_vec()),
        false => (quiet(text.text()), Vec::new()),
    };
    let mut message = SendMessage::new(envelope.chat.clone(), not_empty(&words));
    message.message_thread_id = envelope.thread;
    message.entities = Some(entities);
    message.disable_notification = envelope.is_silent.then_some(true);
    message.reply_parameters = envelope.reply();
    message
}

fn not_empty(text: &str) -> &str {
    if text.trim().is_empty() { "…" } else { text }
}

fn preview(link: &Url) -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: false,
        url: Some(link.as_str().to_owned()),
        prefer_small_media: true,
        prefer_large_media: false,
        show_above_text: false,
    }
}

pub fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

pub fn keyboard(buttons: &[Button], envelope: &Envelope) -> Option<ReplyMarkup> {
    let about = envelope.about.as_deref().unwrap_or_default();
    let buttons = buttons.iter().filter_map(|one| button(one, about));
    let buttons: Vec<InlineKeyboardButton> = buttons.take(BUTTONS_MAX).collect();
    let rows: Vec<Vec<InlineKeyboardButton>> = buttons.chunks(BUTTONS_OF_ROW).map(<[_]>::to_vec).collect();
    (!rows.is_empty()).then(|| ReplyMarkup::InlineKeyboard(InlineKeyboardMarkup::new(rows)))
}

fn button(button: &Button, about: &str) -> Option<InlineKeyboardButton> {
    let label = cut(&visible(button.label.as_str()), LABEL_MAX);
    match &button.action {
        Action::Open(url) => web(url).map(|url| InlineKeyboardButton::url(label, url)),
        Action::Press(press) => {
            let data = format!("{press}{about}");
            (data.len() <= PRESS_BYTES_MAX).then(|| InlineKeyboardButton::callback(label, data))
        }
    }
}
