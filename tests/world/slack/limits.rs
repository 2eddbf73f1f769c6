//! The limits of Slack's forms, with its own words for what is wrong and where.
//!
//! Blocks that Slack has introduced since 2025 for agents (cards, carousels, plans, data tables) are
//! not known here, and are refused as unsupported.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::{Refused, refuse, refuse_for};
use super::{elements, rich};

/// Where blocks are to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    Message,
    Modal,
    Home,
}

pub const MESSAGE_BLOCKS_MAX: usize = 50;
pub const VIEW_BLOCKS_MAX: usize = 100;
pub const ID_MAX: usize = 255;
pub const SECTION_TEXT_MAX: usize = 3000;
pub const FIELDS_MAX: usize = 10;
pub const FIELD_TEXT_MAX: usize = 2000;
pub const HEADER_MAX: usize = 150;
pub const CONTEXT_ELEMENTS_MAX: usize = 10;
pub const ACTIONS_MAX: usize = 25;
pub const TEXT_MAX: usize = 3000;
pub const IMAGE_URL_MAX: usize = 3000;
pub const ALT_TEXT_MAX: usize = 2000;
pub const IMAGE_TITLE_MAX: usize = 2000;
pub const MARKDOWN_MAX: usize = 12_000;
pub const TABLE_ROWS_MAX: usize = 100;
pub const TABLE_COLUMNS_MAX: usize = 20;
pub const INPUT_LABEL_MAX: usize = 2000;
pub const VIEW_TITLE_MAX: usize = 24;
pub const PRIVATE_METADATA_MAX: usize = 3000;
/// Undocumented. Measured by users of Slack at about 13,200, with what is around the texts.
pub const BLOCKS_CHARACTERS_MAX: usize = 13_200;
/// Undocumented as well.
const METADATA_CHARACTERS_MAX: usize = 8000;
const VIEW_BYTES_MAX: usize = 250_000;

/// A body under examination: what is wrong is gathered first and refused at the end.
pub struct Form<'a> {
    body: &'a Value,
    /// What stands before each path in Slack's words: "" or "/view".
    root: &'static str,
    errors: Vec<String>,
    broken_pictures: &'a [String],
}

impl<'a> Form<'a> {
    pub fn of(body: &'a Value) -> Self {
        Self { body, root: "", errors: Vec::new(), broken_pictures: &[] }
    }

    pub fn end(self) -> Result<(), Vec<String>> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }

    pub fn get(&self, path: &str) -> &'a Value {
        self.body.pointer(path).unwrap_or(&Value::Null)
    }

    pub fn kind(&self, at: &str) -> &'a str {
        self.get(&format!("{at}/type")).as_str().unwrap_or_default()
    }

    pub fn complain(&mut self, path: &str, words: &str) {
        self.errors.push(format!("{words} [json-pointer:{}{path}]", self.root));
    }

    pub fn require(&mut self, at: &str, field: &str) -> bool {
        let is_there = !self.get(&format!("{at}/{field}")).is_null();
        if !is_there {
            self.complain(at, &format!("missing required field: {field}"));
        }
        is_there
    }

    /// A text of so many characters; it may be absent, not empty.
    pub fn string(&mut self, path: &str, max: usize) {
        match self.get(path) {
            Value::Null => {}
            Value::String(text) if text.is_empty() => self.complain(path, "must be more than 0 characters"),
            Value::String(text) if text.chars().count() > max => {
                self.complain(path, &format!("must be less than {} characters", max + 1));
            }
            Value::String(_) => {}
            _ => self.complain(path, "must provide a string"),
        }
    }

    /// A text object, which may be absent.
    pub fn text(&mut self, path: &str, max: usize, may_be_mrkdwn: bool) {
        let value = self.get(path);
        if value.is_null() {
            return;
        }
        if !value.is_object() {
            return self.complain(path, "must provide an object");
        }
        match self.kind(path) {
            "plain_text" => {}
            "mrkdwn" if may_be_mrkdwn => {}
            "mrkdwn" => return self.complain(&format!("{path}/type"), "must be one of: plain_text"),
            _ => return self.complain(&format!("{path}/type"), "must be one of: plain_text, mrkdwn"),
        }
        if self.require(path, "text") {
            self.string(&format!("{path}/text"), max);
        }
    }

    /// The paths of a list's elements. Says so when there are too few, too many, or it is no list.
    pub fn list(&mut self, path: &str, min: usize, max: usize) -> Vec<String> {
        let Some(all) = self.get(path).as_array() else {
            if !self.get(path).is_null() {
                self.complain(path, "must be an array");
            }
            return Vec::new();
        };
        if all.len() > max {
            self.complain(path, &format!("no more than {max} items allowed"));
        }
        if all.len() < min {
            self.complain(path, &format!("no fewer than {min} items required"));
        }
        (0..all.len()).map(|index| format!("{path}/{index}")).collect()
    }

    /// An address that Slack opens in a browser.
    pub fn url(&mut self, path: &str, max: usize) {
        self.string(path, max);
        let Some(text) = self.get(path).as_str().filter(|text| !text.is_empty()) else { return };
        if url::Url::parse(text).is_err() {
            self.complain(path, "must be a valid URL");
        }
    }

    /// A picture, which Slack loads before it takes the message.
    pub fn image(&mut self, at: &str) {
        let has_file = !self.get(&format!("{at}/slack_file")).is_null();
        let path = format!("{at}/image_url");
        if !has_file && self.require(at, "image_url") {
            self.string(&path, IMAGE_URL_MAX);
            let text = self.get(&path).as_str().unwrap_or_default();
            let is_web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !is_web || self.broken_pictures.iter().any(|start| text.starts_with(start)) {
                self.complain(&path, "downloading image failed");
            }
        }
        if self.require(at, "alt_text") {
            self.string(&format!("{at}/alt_text"), ALT_TEXT_MAX);
        }
    }
}

/// The blocks of a message or an attachment: `holder` is the list itself, or what has `blocks`.
pub fn blocks(holder: &Value, surface: Surface, broken_pictures: &[String]) -> Result<(), Refused> {
    let body = if holder.is_array() { serde_json::json!({"blocks": holder}) } else { holder.clone() };
    if !body["blocks"].is_array() {
        return Err(refuse("invalid_blocks_format"));
    }
    let mut form = Form { body: &body, root: "", errors: Vec::new(), broken_pictures };
    check_blocks(&mut form, surface);
    if form.errors.is_empty() { Ok(()) } else { Err(refuse_for("invalid_blocks", &form.errors)) }
}

/// What a message weighs: its texts, and what is around them.
pub fn size(blocks: Option<&Value>) -> Result<(), Refused> {
    let characters = blocks.map_or(0, |blocks| blocks.to_string().chars().count());
    if characters > BLOCKS_CHARACTERS_MAX { Err(refuse("msg_blocks_too_long")) } else { Ok(()) }
}

pub fn metadata(metadata: Option<&Value>) -> Result<(), Refused> {
    let Some(metadata) = metadata else { return Ok(()) };
    let has_type = metadata["event_type"].as_str().is_some_and(|text| !text.is_empty());
    let payload = metadata["event_payload"].as_object().filter(|_| has_type);
    let payload = payload.ok_or_else(|| refuse("invalid_metadata_format"))?;
    if payload.values().any(Value::is_null) {
        return Err(refuse("invalid_metadata_schema"));
    }
    let characters = metadata.to_string().chars().count();
    if characters > METADATA_CHARACTERS_MAX { Err(refuse("metadata_too_large")) } else { Ok(()) }
}

/// A modal or a home tab.
pub fn view(view: &Value, surface: Surface, broken_pictures: &[String]) -> Result<(), Refused> {
    if view.to_string().len() > VIEW_BYTES_MAX {
        return Err(refuse("view_too_large"));
    }
    let mut form = Form { body: view, root: "/view", errors: Vec::new(), broken_pictures };
    let expected = if surface == Surface::Home { "home" } else { "modal" };
    if form.kind("") != expected {
        form.complain("/type", &format!("must be one of: {expected}"));
    }
    if surface == Surface::Modal {
        form.require("", "title");
        for part in ["/title", "/submit", "/close"] {
            form.text(part, VIEW_TITLE_MAX, false);
        }
    }
    for part in ["/callback_id", "/external_id"] {
        form.string(part, ID_MAX);
    }
    let metadata = form.get("/private_metadata").as_str().unwrap_or_default();
    if metadata.chars().count() > PRIVATE_METADATA_MAX {
        form.complain("/private_metadata", &format!("must be less than {} characters", PRIVATE_METADATA_MAX + 1));
    }
    form.require("", "blocks");
    check_blocks(&mut form, surface);
    let blocks = view["blocks"].as_array().into_iter().flatten();
    let has_input = blocks.clone().any(|block| block["type"] == "input");
    if surface == Surface::Modal && has_input && view["submit"].is_null() {
        form.complain("", "missing required field: submit");
    }
    if form.errors.is_empty() { Ok(()) } else { Err(refuse_for("invalid_arguments", &form.errors)) }
}

fn check_blocks(form: &mut Form, surface: Surface) {
    let max = if surface == Surface::Message { MESSAGE_BLOCKS_MAX } else { VIEW_BLOCKS_MAX };
    let (mut ids, mut markdown, mut tables) = (BTreeSet::new(), 0, 0);
    for at in form.list("/blocks", 0, max) {
        let id = format!("{at}/block_id");
        form.string(&id, ID_MAX);
        let own = form.get(&id).as_str().unwrap_or_default();
        if !own.is_empty() && !ids.insert(own.to_owned()) {
            form.complain(&id, &format!("`block_id` must be unique: {own}"));
        }
        unique_actions(form, &at);
        match form.kind(&at) {
            "markdown" if surface == Surface::Message => {
                if form.require(&at, "text") {
                    form.string(&format!("{at}/text"), MARKDOWN_MAX);
                    markdown += form.get(&format!("{at}/text")).as_str().map_or(0, |text| text.chars().count());
                }
            }
            "table" if surface == Surface::Message => {
                tables += 1;
                rich::table(form, &at);
            }
            kind => block(form, &at, kind),
        }
    }
    if markdown > MARKDOWN_MAX && form.errors.is_empty() {
        form.complain("/blocks", &format!("markdown must be less than {} characters in all", MARKDOWN_MAX + 1));
    }
    if tables > 1 {
        form.complain("/blocks", "only_one_table_allowed");
    }
}

fn unique_actions(form: &mut Form, at: &str) {
    let mut ids = BTreeSet::new();
    for index in 0..form.get(&format!("{at}/elements")).as_array().map_or(0, Vec::len) {
        let path = format!("{at}/elements/{index}/action_id");
        let own = form.get(&path).as_str().unwrap_or_default();
        if !own.is_empty() && !ids.insert(own.to_owned()) {
            form.complain(&path, &format!("`action_id` must be unique in its block: {own}"));
        }
    }
}

fn block(form: &mut Form, at: &str, kind: &str) {
    match kind {
        "section" => section(form, at),
        "divider" => {}
        "header" => {
            if form.require(at, "text") {
                form.text(&format!("{at}/text"), HEADER_MAX, false);
            }
        }
        "image" => {
            form.image(at);
            form.text(&format!("{at}/title"), IMAGE_TITLE_MAX, false);
        }
        "context" => {
            form.require(at, "elements");
            for element in form.list(&format!("{at}/elements"), 1, CONTEXT_ELEMENTS_MAX) {
                match form.kind(&element) {
                    "image" => form.image(&element),
                    "plain_text" | "mrkdwn" => form.text(&element, TEXT_MAX, true),
                    other => form.complain(&format!("{element}/type"), &format!("unsupported type: {other}")),
                }
            }
        }
        "actions" => {
            form.require(at, "elements");
            for element in form.list(&format!("{at}/elements"), 1, ACTIONS_MAX) {
                elements::check(form, &element, elements::IN_ACTIONS);
            }
        }
        "input" => {
            if form.require(at, "label") {
                form.text(&format!("{at}/label"), INPUT_LABEL_MAX, false);
            }
            form.text(&format!("{at}/hint"), INPUT_LABEL_MAX, false);
            if form.require(at, "element") {
                elements::check(form, &format!("{at}/element"), elements::IN_INPUT);
            }
        }
        "rich_text" => rich::text(form, at),
        "video" => {
            for field in ["video_url", "thumbnail_url", "alt_text", "title"] {
                form.require(at, field);
            }
        }
        other => form.complain(&format!("{at}/type"), &format!("unsupported type: {other}")),
    }
}

fn section(form: &mut Form, at: &str) {
    let (has_text, has_fields) = (
        !form.get(&format!("{at}/text")).is_null(),
        form.get(&format!("{at}/fields")).as_array().is_some_and(|fields| !fields.is_empty()),
    );
    if !has_text && !has_fields {
        form.complain(at, "missing required field: text");
    }
    form.text(&format!("{at}/text"), SECTION_TEXT_MAX, true);
    for field in form.list(&format!("{at}/fields"), 1, FIELDS_MAX) {
        form.text(&field, FIELD_TEXT_MAX, true);
    }
    if !form.get(&format!("{at}/accessory")).is_null() {
        elements::check(form, &format!("{at}/accessory"), elements::IN_SECTION);
    }
}

/// Whether an element can be acted upon.
pub fn is_interactive(kind: &str) -> bool {
    elements::IN_INPUT.contains(&kind) || elements::IN_ACTIONS.contains(&kind)
}

/// The limits under the names that the library slackblocks gives them.
pub const NAMED: &[(&str, usize)] = &[
    ("MESSAGE_BLOCKS_MAX_ITEMS", MESSAGE_BLOCKS_MAX),
    ("VIEW_BLOCKS_MAX_ITEMS", VIEW_BLOCKS_MAX),
    ("BLOCK_ID_MAX_LENGTH", ID_MAX),
    ("ACTION_ID_MAX_LENGTH", ID_MAX),
    ("VIEW_CALLBACK_ID_MAX_LENGTH", ID_MAX),
    ("SECTION_TEXT_MAX_LENGTH", SECTION_TEXT_MAX),
    ("SECTION_FIELDS_MAX_ITEMS", FIELDS_MAX),
    ("SECTION_FIELDS_ITEM_MAX_LENGTH", FIELD_TEXT_MAX),
    ("HEADER_TEXT_MAX_LENGTH", HEADER_MAX),
    ("CONTEXT_ELEMENTS_MAX_ITEMS", CONTEXT_ELEMENTS_MAX),
    ("ACTIONS_ELEMENTS_MAX_ITEMS", ACTIONS_MAX),
    ("TEXT_MAX_LENGTH", TEXT_MAX),
    ("IMAGE_IMAGE_URL_MAX_LENGTH", IMAGE_URL_MAX),
    ("IMAGE_ALT_TEXT_MAX_LENGTH", ALT_TEXT_MAX),
    ("IMAGE_TITLE_MAX_LENGTH", IMAGE_TITLE_MAX),
    ("MARKDOWN_TEXT_MAX_LENGTH", MARKDOWN_MAX),
    ("TABLE_ROWS_MAX_ITEMS", TABLE_ROWS_MAX),
    ("TABLE_COLUMNS_MAX_ITEMS", TABLE_COLUMNS_MAX),
    ("INPUT_LABEL_MAX_LENGTH", INPUT_LABEL_MAX),
    ("VIEW_TITLE_MAX_LENGTH", VIEW_TITLE_MAX),
    ("VIEW_PRIVATE_METADATA_MAX_LENGTH", PRIVATE_METADATA_MAX),
    ("BUTTON_TEXT_MAX_LENGTH", elements::BUTTON_TEXT_MAX),
    ("BUTTON_VALUE_MAX_LENGTH", elements::BUTTON_VALUE_MAX),
    ("BUTTON_URL_MAX_LENGTH", elements::URL_MAX),
    ("OPTION_TEXT_MAX_LENGTH", elements::OPTION_TEXT_MAX),
    ("OPTION_VALUE_MAX_LENGTH", elements::OPTION_VALUE_MAX),
    ("SELECT_OPTIONS_MAX_ITEMS", elements::OPTIONS_MAX),
    ("CHECKBOXES_OPTIONS_MAX_ITEMS", elements::CHECKBOXES_MAX),
    ("OVERFLOW_OPTIONS_MAX_ITEMS", elements::OVERFLOW_MAX),
    ("SELECT_PLACEHOLDER_MAX_LENGTH", elements::PLACEHOLDER_MAX),
];
