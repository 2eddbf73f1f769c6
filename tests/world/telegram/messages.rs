//! Messages: saying, changing and taking them back.

use serde_json::{Value, json};

use super::api::{Outcome, Refused, bad, forbidden};
use super::chats::What;
use super::entities::{self, Entity, utf16};
use super::http::{File, Request};
use super::links::{Links, found_beside};
use super::markup;
use super::methods::Method;
use super::state::{BOT, ChatId, ChatKind, MessageId, Place, State, TopicId, UserId, right};

const TEXT_MAX: usize = 4096;
const CAPTION_MAX: usize = 1024;
const PHOTO_BYTES_MAX: usize = 10 * 1024 * 1024;
const DOCUMENT_BYTES_MAX: usize = 50 * 1024 * 1024;
const DELETABLE_SECS: f64 = 48.0 * 3600.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    Person(UserId),
    Bot,
    /// Speaks for the group.
    AnonymousAdmin,
    /// Speaks for the channel.
    Channel,
}

/// One message, of the bot or of somebody.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: MessageId,
    pub chat: ChatId,
    pub topic: Option<TopicId>,
    pub sender: Sender,
    /// The caption, where there is a photo or a document.
    pub text: String,
    pub entities: Vec<Entity>,
    /// What clients make clickable.
    pub links: Links,
    /// `reply_markup`.
    pub markup: Option<Value>,
    /// File ids.
    pub photo: Option<String>,
    pub document: Option<String>,
    /// The address that the photo was fetched from.
    pub photo_url: Option<String>,
    /// The photo or document, where it was sent in parts.
    pub file: Option<File>,
    /// `link_preview_options`.
    pub link_preview: Option<Value>,
    /// Comes without a sound.
    pub is_silent: bool,
    pub is_protected: bool,
    pub reply_to: Option<MessageId>,
    pub edits: usize,
    pub is_deleted: bool,
    pub sent_at: f64,
    pub edited_at: Option<f64>,
    /// When it was said and last changed, among all that happened.
    pub said: u64,
    pub changed: u64,
    /// What it tells of, if nobody said it.
    pub service: Option<Value>,
}

impl Message {
    pub fn new(place: Place, sender: Sender) -> Self {
        Self {
            id: 0,
            chat: place.chat,
            topic: place.topic,
            sender,
            text: String::new(),
            entities: Vec::new(),
            links: Links::default(),
            markup: None,
            photo: None,
            document: None,
            photo_url: None,
            file: None,
            link_preview: None,
            is_silent: false,
            is_protected: false,
            reply_to: None,
            edits: 0,
            is_deleted: false,
            sent_at: 0.0,
            edited_at: None,
            said: 0,
            changed: 0,
            service: None,
        }
    }

    pub fn is_of_bot(&self) -> bool {
        self.sender == Sender::Bot
    }

    /// Every button under it, as it was sent.
    pub fn buttons(&self) -> Vec<&Value> {
        let rows = self.markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array());
        rows.into_iter().flatten().filter_map(Value::as_array).flatten().collect()
    }

    /// The pieces of the text that have a format.
    pub fn formatted(&self, kind: &str) -> Vec<&str> {
        self.entities.iter().filter(|one| one.kind == kind).map(|one| &self.text[one.start..one.end]).collect()
    }

    /// The page that is previewed below the text.
    pub fn preview(&self) -> Option<String> {
        let options = self.link_preview.clone().unwrap_or_default();
        if options["is_disabled"] == true || self.photo.is_some() || self.document.is_some() {
            return None;
        }
        let first_of_all = || self.links.urls.first().or(self.links.text_links.first().map(|(_, target)| target));
        options["url"].as_str().map(str::to_owned).or_else(|| first_of_all().cloned())
    }

    /// Those of the sender, and those that clients find.
    pub fn all_entities(&self) -> Vec<Value> {
        let own = self.entities.iter().map(|one| one.wire.clone());
        let found = found_beside(&self.text, &self.entities);
        let found = found.iter().map(|one| entities::wire(&self.text, one.kind, (one.start, one.end)));
        let mut all: Vec<Value> = own.chain(found).collect();
        all.sort_by_key(|one| (one["offset"].as_u64(), std::cmp::Reverse(one["length"].as_u64())));
        all
    }

    fn write(&mut self, text: String, entities: Vec<Entity>) {
        self.links = Links::of(&text, &entities);
        self.text = text;
        self.entities = entities;
    }

    fn is_captioned(&self) -> bool {
        self.photo.is_some() || self.document.is_some()
    }
}

/// A text and its entities within the bounds.
fn read_text(request: &Request, name: &str) -> Result<(String, Vec<Entity>), Refused> {
    if request.text("parse_mode").is_some_and(|mode| !mode.is_empty()) {
        return Err(bad("SIMULATOR: parse_mode means markup; only entities are simulated"));
    }
    let text = request.text(name).unwrap_or_default();
    let is_caption = name == "caption";
    if text.trim().is_empty() && !is_caption {
        return Err(bad("message text is empty"));
    }
    if utf16(&text) > if is_caption { CAPTION_MAX } else { TEXT_MAX } {
        return Err(bad(if is_caption { "message caption is too long" } else { "message is too long" }));
    }
    let field = if is_caption { "caption_entities" } else { "entities" };
    let entities = request.json(field, "entities")?;
    let entities = entities::check(&text, entities.as_ref())?;
    Ok((text, entities))
}

/// `reply_markup` within the bounds.
fn read_markup(request: &Request) -> Result<Option<Value>, Refused> {
    let markup = request.json("reply_markup", "reply keyboard markup")?;
    markup::check(markup.as_ref())?;
    Ok(markup.filter(|markup| markup["inline_keyboard"].as_array().is_none_or(|rows| !rows.is_empty())))
}

fn read_preview(request: &Request) -> Result<Option<Value>, Refused> {
    let options = request.json("link_preview_options", "link preview options")?;
    let url = options.as_ref().and_then(|options| options["url"].as_str());
    match url.filter(|url| !entities::is_link(url)) {
        Some(_) => Err(bad("SIMULATOR: Telegram would silently drop the preview of what is no address")),
        None => Ok(options),
    }
}

impl State {
    /// What would be said, if nothing is wrong with it. The new file is not yet kept.
    pub fn draft(&self, method: Method, request: &Request) -> Result<Message, Refused> {
        let what = match method {
            Method::SendPhoto => What::Photo,
            Method::SendDocument => What::Document,
            _ => What::Text,
        };
        let text = read_text(request, if what == What::Text { "text" } else { "caption" })?;
        let (markup, link_preview) = (read_markup(request)?, read_preview(request)?);
        let mut message = Message::new(self.place_of(request, what)?, Sender::Bot);
        message.write(text.0, text.1);
        message.markup = markup;
        message.link_preview = link_preview;
        message.is_silent = request.truth("disable_notification")?;
        message.is_protected = request.truth("protect_content")?;
        message.reply_to = self.replied_to(message.chat, request)?;
        match what {
            What::Text => {}
            What::Photo => self.attach_photo(&mut message, request)?,
            What::Document => self.attach_document(&mut message, request)?,
        }
        Ok(message)
    }

    fn replied_to(&self, chat: ChatId, request: &Request) -> Result<Option<MessageId>, Refused> {
        let Some(parameters) = request.json("reply_parameters", "reply parameters")? else { return Ok(None) };
        let id = parameters["message_id"].as_i64().ok_or_else(|| bad("can't parse reply parameters JSON object"))?;
        let elsewhere = parameters.get("chat_id").filter(|other| **other != json!(chat));
        if elsewhere.is_some() {
            return Err(bad("SIMULATOR: replies into other chats are not simulated"));
        }
        let is_there = self.messages.get(&(chat, id)).is_some_and(|message| !message.is_deleted);
        match (is_there, parameters["allow_sending_without_reply"] == true) {
            (true, _) => Ok(Some(id)),
            (false, true) => Ok(None),
            (false, false) => Err(bad("message to be replied not found")),
        }
    }

    /// The file that a field names, if it came with the request.
    fn uploaded<'a>(&self, field: &str, request: &'a Request) -> Result<Option<&'a File>, Refused> {
        let named = request.text(field);
        let name = named.as_deref().map_or(Some(field), |text| text.strip_prefix("attach://"));
        let Some(name) = name else { return Ok(None) };
        let file = request.files.get(name);
        match file {
            None if named.is_some() => Err(bad("wrong file identifier/HTTP URL specified")),
            None => Err(bad(&format!("there is no {field} in the request"))),
            Some(file) if file.bytes.is_empty() => Err(bad("file must be non-empty")),
            Some(file) => Ok(Some(file)),
        }
    }

    fn attach_photo(&self, message: &mut Message, request: &Request) -> Result<(), Refused> {
        message.photo = Some(String::new());
        if let Some(file) = self.uploaded("photo", request)? {
            let begins = |magic: &[u8]| file.bytes.starts_with(magic);
            let is_picture = begins(b"\x89PNG") || begins(b"\xff\xd8\xff") || begins(b"GIF8") || begins(b"RIFF");
            if !is_picture {
                return Err(bad("IMAGE_PROCESS_FAILED"));
            }
            if file.bytes.len() > PHOTO_BYTES_MAX {
                return Err(bad("file of size bigger than 10 MB cannot be sent as a photo"));
            }
            message.file = Some(file.clone());
            return Ok(());
        }
        let named = request.text("photo").unwrap_or_default();
        if !named.contains("://") {
            let is_known =
                self.files.contains_key(&named) || self.messages.values().any(|one| one.photo.as_ref() == Some(&named));
            message.photo = Some(named);
            return if is_known { Ok(()) } else { Err(bad("wrong file identifier/HTTP URL specified")) };
        }
        if self.pages.contains(&named) {
            return Err(bad("wrong type of the web page content"));
        }
        if !self.pictures.contains(&named) {
            return Err(bad("failed to get HTTP URL content"));
        }
        message.photo_url = Some(named);
        Ok(())
    }

    fn attach_document(&self, message: &mut Message, request: &Request) -> Result<(), Refused> {
        let file = self.uploaded("document", request)?;
        let file = file.ok_or_else(|| bad("SIMULATOR: documents come in parts of the request"))?;
        if file.bytes.len() > DOCUMENT_BYTES_MAX {
            return Err(super::api::refuse(413, "Request Entity Too Large"));
        }
        message.document = Some(String::new());
        message.file = Some(file.clone());
        Ok(())
    }

    pub fn send(&mut self, method: Method, request: &Request) -> Outcome {
        let mut message = self.draft(method, request)?;
        let id = format!("AgAC{}", self.next());
        if let Some(file) = &message.file {
            self.files.insert(id.clone(), file.clone());
        }
        for kept in [&mut message.photo, &mut message.document].into_iter().flatten() {
            if kept.is_empty() {
                kept.clone_from(&id);
            }
        }
        let message = self.keep(message);
        Ok(self.wire_message(&message))
    }

    /// Gives a message its number and its time.
    pub fn keep(&mut self, mut message: Message) -> Message {
        message.said = self.next();
        message.changed = message.said;
        message.sent_at = self.now;
        let chat = self.chat_mut(message.chat);
        chat.last_message += 1;
        message.id = chat.last_message;
        self.messages.insert((message.chat, message.id), message.clone());
        message
    }

    /// The bot's message that a request is about. `to`: what is to be done with it.
    pub fn own_message(&self, request: &Request, to: &str) -> Result<&Message, Refused> {
        if request.text("inline_message_id").is_some() {
            return Err(bad("SIMULATOR: inline messages are not simulated"));
        }
        let chat = self.chat_of(request)?;
        let id = request.whole("message_id")?.ok_or_else(|| bad("message identifier is not specified"))?;
        let message = self.messages.get(&(chat.id, id)).filter(|message| !message.is_deleted);
        message.ok_or_else(|| bad(&format!("message to {to} not found")))
    }

    /// The message as it would be.
    pub fn draft_edit(&self, method: Method, request: &Request) -> Result<Message, Refused> {
        let form = match method {
            Method::EditMessageText => Some(read_text(request, "text")?),
            Method::EditMessageCaption => Some(read_text(request, "caption")?),
            _ => None,
        };
        let (markup, link_preview) = (read_markup(request)?, read_preview(request)?);
        let before = self.own_message(request, "edit")?;
        if !before.is_of_bot() {
            return Err(bad("message can't be edited"));
        }
        match method {
            Method::EditMessageText if before.is_captioned() => {
                return Err(bad("there is no text in the message to edit"));
            }
            Method::EditMessageCaption if !before.is_captioned() => {
                return Err(bad("there is no caption in the message to edit"));
            }
            _ => {}
        }
        let mut after = before.clone();
        if let Some((text, entities)) = form {
            after.write(text, entities);
            after.link_preview = link_preview.or(after.link_preview);
        }
        after.markup = markup;
        let wires = |message: &Message| message.entities.iter().map(|one| one.wire.clone()).collect::<Vec<_>>();
        let is_same = after.text == before.text && wires(&after) == wires(before) && after.markup == before.markup;
        if is_same && after.link_preview == before.link_preview {
            return Err(bad("message is not modified: specified new message content and reply markup are exactly \
                 the same as a current content and reply markup of the message"));
        }
        Ok(after)
    }

    pub fn edit(&mut self, method: Method, request: &Request) -> Outcome {
        let mut message = self.draft_edit(method, request)?;
        let place = &self.chats[&message.chat];
        if place.kind == ChatKind::Private && self.people[&message.chat].talk == super::state::Talk::Blocked {
            return Err(forbidden("bot was blocked by the user"));
        }
        message.edits += 1;
        message.edited_at = Some(self.now);
        message.changed = self.next();
        self.messages.insert((message.chat, message.id), message.clone());
        Ok(self.wire_message(&message))
    }

    pub fn delete(&mut self, request: &Request) -> Outcome {
        let message = self.own_message(request, "delete")?;
        let is_too_old = self.now - message.sent_at > DELETABLE_SECS;
        let status = self.chats[&message.chat].status(BOT);
        if !status.has(right::DELETE) {
            if !message.is_of_bot() && self.chats[&message.chat].kind != ChatKind::Private {
                return Err(bad("message can't be deleted"));
            }
            if is_too_old {
                return Err(bad("message can't be deleted for everyone"));
            }
        }
        let key = (message.chat, message.id);
        self.messages.get_mut(&key).expect("a message just found").is_deleted = true;
        Ok(json!(true))
    }
}
