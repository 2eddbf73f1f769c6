//! The limits of Discord's forms, with its own words for what is wrong and where.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::messages::IS_EPHEMERAL;
use super::rest::{Refused, refuse};

const MAY_SET_FLAGS: u64 = 1 << 2 | 1 << 12 | IS_COMPONENTS_V2;
const IS_COMPONENTS_V2: u64 = 1 << 15;
const EMBEDS_CHARACTERS_MAX: usize = 6000;
const COMMAND_CHARACTERS_MAX: usize = 8000;

/// A body under examination: what is wrong is gathered first and refused at the end.
pub struct Form<'a> {
    body: &'a Value,
    /// Where the examined part is inside the body: "" or "/data".
    at: String,
    errors: Value,
}

impl<'a> Form<'a> {
    pub fn of(body: &'a Value, at: &str) -> Self {
        Self { body, at: at.to_owned(), errors: Value::Null }
    }

    fn get(&self, path: &str) -> &'a Value {
        self.body.pointer(&format!("{}{path}", self.at)).unwrap_or(&Value::Null)
    }

    /// The paths of a list's elements. Says so when the list is too long or not one.
    fn list(&mut self, path: &str, max: usize) -> Vec<String> {
        let list = self.get(path);
        let count = list.as_array().map_or(0, Vec::len);
        if !list.is_null() && !list.is_array() {
            self.complain(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        }
        if count > max {
            self.complain(path, "BASE_TYPE_MAX_LENGTH", &format!("Must be {max} or fewer in length."));
        }
        (0..count).map(|index| format!("{path}/{index}")).collect()
    }

    pub fn complain(&mut self, path: &str, code: &str, message: &str) {
        let mut place = &mut self.errors;
        for key in format!("{}{path}", self.at).split('/').skip(1) {
            place = &mut place[key];
        }
        let error = json!({"code": code, "message": message});
        match place["_errors"].as_array_mut() {
            Some(errors) => errors.push(error),
            None => place["_errors"] = json!([error]),
        }
    }

    /// A text of so many characters; `min` 0 if it may be absent.
    pub fn text(&mut self, path: &str, min: usize, max: usize) {
        let value = self.get(path);
        let Some(text) = value.as_str() else {
            if !value.is_null() {
                self.complain(path, "STRING_TYPE_CONVERT", &format!("Could not interpret \"{value}\" as string."));
            } else if min > 0 {
                self.complain(path, "BASE_TYPE_REQUIRED", "This field is required");
            }
            return;
        };
        if min > 0 && text.trim().is_empty() {
            self.complain(path, "BASE_TYPE_REQUIRED", "This field is required");
        } else if text.chars().count() > max && min > 0 {
            self.complain(path, "BASE_TYPE_BAD_LENGTH", &format!("Must be between {min} and {max} in length."));
        } else if text.chars().count() > max {
            self.complain(path, "BASE_TYPE_MAX_LENGTH", &format!("Must be {max} or fewer in length."));
        }
    }

    fn url(&mut self, path: &str, max: usize, schemes: &[&str]) {
        self.text(path, 0, max);
        let Some(text) = self.get(path).as_str() else { return };
        let Ok(url) = url::Url::parse(text) else {
            return self.complain(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
        };
        if !schemes.contains(&url.scheme()) {
            let among = schemes.iter().map(|scheme| format!("'{scheme}'")).collect::<Vec<_>>().join(", ");
            let words = format!("Scheme \"{}\" is not supported. Scheme must be one of ({among}).", url.scheme());
            self.complain(path, "URL_TYPE_INVALID_SCHEME", &words);
        }
    }

    pub fn end(self) -> Result<(), Refused> {
        if self.errors.is_null() {
            return Ok(());
        }
        let mut refused = refuse(400, 50035, "Invalid Form Body");
        refused.body["errors"] = self.errors;
        Err(refused)
    }
}

/// A message to a channel, an edit, or an answer to an interaction.
pub fn message(mut form: Form) -> Result<(), Refused> {
    let flags = form.get("/flags").as_u64().unwrap_or(0);
    let is_answer = form.at == "/data";
    let may_set = MAY_SET_FLAGS | if is_answer { IS_EPHEMERAL } else { 0 };
    if flags & !may_set != 0 {
        form.complain("/flags", "BITFIELD_INVALID_FLAGS", "Invalid flags");
    }
    form.text("/content", 0, 2000);
    nonce(&mut form);
    embeds(&mut form);
    components(&mut form, flags & IS_COMPONENTS_V2 != 0);
    allowed_mentions(&mut form);
    form.list("/attachments", 10);
    form.end()
}

/// A message that is sent by an interaction's token may be for one person alone.
pub fn followup(body: &Value) -> Result<(), Refused> {
    let mut body = body.clone();
    if let Some(flags) = body["flags"].as_u64() {
        body["flags"] = json!(flags & !IS_EPHEMERAL);
    }
    message(Form::of(&body, ""))
}

fn nonce(form: &mut Form) {
    let nonce = form.get("/nonce");
    if nonce.is_i64() || nonce.is_u64() {
        return;
    }
    form.text("/nonce", 0, 25);
}

fn embeds(form: &mut Form) {
    let mut total = 0;
    let measure = |form: &Form, path: String| form.get(&path).as_str().map_or(0, |text| text.chars().count());
    for embed in form.list("/embeds", 10) {
        form.text(&format!("{embed}/title"), 0, 256);
        form.text(&format!("{embed}/description"), 0, 4096);
        form.text(&format!("{embed}/footer/text"), 0, 2048);
        form.text(&format!("{embed}/author/name"), 0, 256);
        for (path, schemes) in [
            ("url", &["http", "https"][..]),
            ("author/url", &["http", "https"]),
            ("author/icon_url", &["http", "https", "attachment"]),
            ("footer/icon_url", &["http", "https", "attachment"]),
            ("image/url", &["http", "https", "attachment"]),
            ("thumbnail/url", &["http", "https", "attachment"]),
        ] {
            form.url(&format!("{embed}/{path}"), 2048, schemes);
        }
        for part in ["title", "description", "footer/text", "author/name"] {
            total += measure(form, format!("{embed}/{part}"));
        }
        for field in form.list(&format!("{embed}/fields"), 25) {
            form.text(&format!("{field}/name"), 1, 256);
            form.text(&format!("{field}/value"), 1, 1024);
            total += measure(form, format!("{field}/name")) + measure(form, format!("{field}/value"));
        }
        timestamp_and_colour(form, &embed);
        let has = |part: &&str| !form.get(&format!("{embed}/{part}")).is_null();
        if !["title", "description", "fields", "image", "thumbnail", "author", "footer", "url"].iter().any(has) {
            form.complain(&format!("{embed}/description"), "BASE_TYPE_REQUIRED", "This field is required");
        }
    }
    if total > EMBEDS_CHARACTERS_MAX {
        let words = format!("Embed size exceeds maximum size of {EMBEDS_CHARACTERS_MAX}");
        form.complain("/embeds", "MAX_EMBED_SIZE_EXCEEDED", &words);
    }
}

fn timestamp_and_colour(form: &mut Form, embed: &str) {
    if let Some(text) = form.get(&format!("{embed}/timestamp")).as_str()
        && text.parse::<jiff::Timestamp>().is_err()
    {
        let words = format!("Could not parse {text}. Should be ISO8601.");
        form.complain(&format!("{embed}/timestamp"), "DATE_TIME_TYPE_PARSE", &words);
    }
    if form.get(&format!("{embed}/color")).as_u64().is_some_and(|colour| colour > 0xFF_FF_FF) {
        let words = "int value should be less than or equal to 16777215.";
        form.complain(&format!("{embed}/color"), "NUMBER_TYPE_MAX", words);
    }
}

/// Rows of buttons or one menu each; or, with the flag, any component of the second version.
fn components(form: &mut Form, is_version_2: bool) {
    if is_version_2 {
        return components_of_version_2(form);
    }
    let mut ids = BTreeSet::new();
    for row in form.list("/components", 5) {
        if form.get(&format!("{row}/type")) != 1 {
            form.complain(&format!("{row}/type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).");
            continue;
        }
        let controls = format!("{row}/components");
        let count = form.get(&controls).as_array().map_or(0, Vec::len);
        if !(1..=5).contains(&count) {
            form.complain(&controls, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
        }
        for control in (0..count).map(|index| format!("{controls}/{index}")) {
            match form.get(&format!("{control}/type")).as_u64() {
                Some(2) => button(form, &control),
                Some(3) => menu(form, &control, count),
                Some(5..=8) => form.text(&format!("{control}/custom_id"), 1, 100),
                _ => form.complain(
                    &format!("{control}/type"),
                    "UNION_TYPE_CHOICES",
                    "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
                ),
            }
            let path = format!("{control}/custom_id");
            if form.get(&path).as_str().is_some_and(|id| !ids.insert(id.to_owned())) {
                form.complain(&path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
            }
        }
    }
}

fn button(form: &mut Form, at: &str) {
    form.text(&format!("{at}/label"), 0, 80);
    let is_link = form.get(&format!("{at}/style")) == 5;
    let has = |key: &str| !form.get(&format!("{at}/{key}")).is_null();
    let (has_id, has_url, has_face) = (has("custom_id"), has("url"), has("label") || has("emoji"));
    if has_id && has_url {
        let words = "A custom id and url cannot both be specified";
        form.complain(&format!("{at}/custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", words);
    }
    if !has_face {
        form.complain(at, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji");
    }
    if is_link {
        if !has_url {
            form.complain(&format!("{at}/url"), "BASE_TYPE_REQUIRED", "This field is required");
        }
        form.url(&format!("{at}/url"), 512, &["http", "https", "discord"]);
        return;
    }
    form.text(&format!("{at}/custom_id"), 1, 100);
    if !form.get(&format!("{at}/style")).as_u64().is_some_and(|style| (1..=4).contains(&style)) {
        form.complain(&format!("{at}/style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6).");
    }
}

fn menu(form: &mut Form, at: &str, in_row: usize) {
    form.text(&format!("{at}/custom_id"), 1, 100);
    form.text(&format!("{at}/placeholder"), 0, 150);
    if in_row > 1 {
        let words = "The specified component exceeds the maximum width";
        form.complain(at, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", words);
    }
    let options = format!("{at}/options");
    if !(1..=25).contains(&form.get(&options).as_array().map_or(0, Vec::len)) {
        form.complain(&options, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.");
    }
    for option in form.list(&options, 25) {
        form.text(&format!("{option}/label"), 1, 100);
        form.text(&format!("{option}/value"), 1, 100);
        form.text(&format!("{option}/description"), 0, 100);
    }
}

fn components_of_version_2(form: &mut Form) {
    fn count(component: &Value) -> (usize, usize) {
        let text = component["content"].as_str().map_or(0, |text| text.chars().count());
        let below = component["components"].as_array().into_iter().flatten().chain(component.get("accessory"));
        below.map(count).fold((1, text), |sum, more| (sum.0 + more.0, sum.1 + more.1))
    }
    for legacy in ["content", "embeds", "poll", "sticker_ids"] {
        let value = form.get(&format!("/{legacy}"));
        if value.as_str().is_some_and(|text| !text.is_empty()) || value.as_array().is_some_and(|list| !list.is_empty())
        {
            let words = format!("The '{legacy}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
            form.complain(&format!("/{legacy}"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", &words);
        }
    }
    let all = form.get("/components").as_array().into_iter().flatten();
    let (components, characters) = all.map(count).fold((0, 0), |sum, more| (sum.0 + more.0, sum.1 + more.1));
    if components > 40 {
        form.complain("/components", "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in length.");
    }
    if characters > 4000 {
        let words = "The total length of displayable text must be 4000 or fewer";
        form.complain("/components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", words);
    }
}

fn allowed_mentions(form: &mut Form) {
    let parse = form.get("/allowed_mentions/parse").as_array().cloned().unwrap_or_default();
    for (index, kind) in parse.iter().enumerate() {
        if ![json!("users"), json!("roles"), json!("everyone")].contains(kind) {
            let words = "Value must be one of ('users', 'everyone', 'roles').";
            form.complain(&format!("/allowed_mentions/parse/{index}"), "BASE_TYPE_CHOICES", words);
        }
    }
    for kind in ["users", "roles"] {
        let listed = form.list(&format!("/allowed_mentions/{kind}"), 100);
        if !listed.is_empty() && parse.contains(&json!(kind)) {
            let words = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            form.complain("/allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", &words);
        }
    }
}

/// Choices for somebody who is typing.
pub fn choices(body: &Value) -> Result<(), Refused> {
    let mut form = Form::of(body, "/data");
    for choice in form.list("/choices", 25) {
        form.text(&format!("{choice}/name"), 1, 100);
        if !form.get(&format!("{choice}/value")).is_number() {
            form.text(&format!("{choice}/value"), 1, 100);
        }
    }
    form.end()
}

/// All commands of an application at once.
pub fn commands(body: &Value) -> Result<(), Refused> {
    let count = body.as_array().map_or(0, Vec::len);
    if count > 100 {
        return Err(refuse(400, 30032, "Maximum number of application commands reached (100)"));
    }
    let mut form = Form::of(body, "");
    let mut names = BTreeSet::new();
    for command in form.list("", 100) {
        named(&mut form, &command);
        let name = form.get(&format!("{command}/name"));
        if !names.insert(name.to_string()) {
            let words = "Application command names must be unique";
            form.complain(&format!("{command}/name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", words);
        }
        options(&mut form, &command);
        if characters(form.get(&command)) > COMMAND_CHARACTERS_MAX {
            let words = format!("Command exceeds maximum size ({COMMAND_CHARACTERS_MAX})");
            form.complain(&command, "APPLICATION_COMMAND_TOO_LARGE", &words);
        }
    }
    form.end()
}

fn named(form: &mut Form, at: &str) {
    static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[-_'\p{L}\p{N}]{1,32}$").unwrap());
    form.text(&format!("{at}/name"), 1, 32);
    let name = form.get(&format!("{at}/name")).as_str().unwrap_or_default();
    if !name.is_empty() && name.chars().count() <= 32 && (!NAME.is_match(name) || name.to_lowercase() != name) {
        form.complain(&format!("{at}/name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
    form.text(&format!("{at}/description"), 1, 100);
}

fn options(form: &mut Form, at: &str) {
    let mut names = BTreeSet::new();
    let mut may_be_required = true;
    for option in form.list(&format!("{at}/options"), 25) {
        named(form, &option);
        if !names.insert(form.get(&format!("{option}/name")).to_string()) {
            let words = "Option names must be unique";
            form.complain(&format!("{option}/name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", words);
        }
        let is_required = form.get(&format!("{option}/required")) == true;
        if is_required && !may_be_required {
            let words = "Required options must be placed before non-required options";
            form.complain(&option, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words);
        }
        may_be_required &= is_required;
        let choices = form.list(&format!("{option}/choices"), 25);
        for choice in &choices {
            form.text(&format!("{choice}/name"), 1, 100);
            if !form.get(&format!("{choice}/value")).is_number() {
                form.text(&format!("{choice}/value"), 1, 100);
            }
        }
        if !choices.is_empty() && form.get(&format!("{option}/autocomplete")) == true {
            let words = "Autocomplete cannot be used with choices";
            form.complain(&option, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE_MUTUALLY_EXCLUSIVE", words);
        }
        options(form, &option);
    }
}

/// Names, descriptions and values of a command and all below it.
fn characters(command: &Value) -> usize {
    let own = ["name", "description", "value"].into_iter().filter_map(|key| command[key].as_str());
    let own: usize = own.map(|text| text.chars().count()).sum();
    let below = ["options", "choices"].into_iter().filter_map(|key| command[key].as_array()).flatten();
    own + below.map(characters).sum::<usize>()
}
