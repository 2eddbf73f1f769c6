//! What a message does to its readers: whom it calls, where it leads, and what it says.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

/// Whom a message calls. To be on the safe side the fallback text counts beside blocks, and code counts too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// `channel`, `here` or `everyone`.
    pub everyone: BTreeSet<String>,
    /// Ids, or names where Slack was told to look for names.
    pub users: BTreeSet<String>,
    pub groups: BTreeSet<String>,
}

impl Pings {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A link as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub url: String,
    /// The address itself when there is no other.
    pub label: String,
}

#[derive(Default)]
pub struct Reading {
    pub pings: Pings,
    pub links: Vec<Link>,
    /// What stands there, in order, without Slack's marks.
    words: Vec<String>,
    /// Names are looked for: `@here` calls without brackets.
    finds_names: bool,
    /// Words of a fallback text are not shown.
    is_aside: bool,
}

impl Reading {
    /// Everything that a message holds. `body`: text, blocks, attachments, link_names, parse.
    pub fn of(body: &Map<String, Value>) -> Self {
        let is_true = |value: &Value| *value == true || *value == 1 || *value == "true" || *value == "1";
        let finds_names =
            body.get("link_names").is_some_and(is_true) || body.get("parse").is_some_and(|parse| parse == "full");
        let mut reading = Self { finds_names, ..Self::default() };
        let blocks = body.get("blocks").and_then(Value::as_array).filter(|blocks| !blocks.is_empty());
        reading.is_aside = blocks.is_some();
        let is_plain = body.get("mrkdwn") == Some(&Value::Bool(false));
        if let Some(text) = body.get("text").and_then(Value::as_str) {
            if is_plain { reading.plain(text) } else { reading.mrkdwn(text, true) }
        }
        reading.is_aside = false;
        if let Some(text) = body.get("markdown_text").and_then(Value::as_str) {
            reading.markdown(text);
        }
        blocks.into_iter().flatten().for_each(|block| reading.read(block));
        for attachment in body.get("attachments").and_then(Value::as_array).into_iter().flatten() {
            reading.attachment(attachment);
        }
        reading
    }

    /// What is to be read, blanks as one.
    pub fn words(&self) -> String {
        self.words.join("\n").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn show(&mut self, text: &str) {
        if !self.is_aside {
            self.words.push(unescaped(text));
        }
    }

    fn link(&mut self, url: &str, label: &str) {
        let (url, label) = (unescaped(url), unescaped(label));
        self.links.push(Link { label: if label.is_empty() { url.clone() } else { label }, url });
    }

    fn names(&mut self, text: &str) {
        static NAMES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"@([a-z0-9][a-z0-9._-]*)").unwrap());
        if !self.finds_names {
            return;
        }
        for found in NAMES.captures_iter(text) {
            match &found[1] {
                all @ ("here" | "channel" | "everyone") => self.pings.everyone.insert(all.to_owned()),
                name => self.pings.users.insert(name.to_owned()),
            };
        }
    }

    fn plain(&mut self, text: &str) {
        self.names(text);
        self.show(text);
    }

    /// Slack's own markup. `finds_links`: bare addresses become links.
    fn mrkdwn(&mut self, text: &str, finds_links: bool) {
        static MARKS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<([^<>|]+)(?:\|([^<>]*))?>").unwrap());
        self.names(text);
        let mut shown = String::new();
        let mut at = 0;
        for found in MARKS.captures_iter(text) {
            let whole = found.get(0).unwrap();
            let before = &text[at..whole.start()];
            if finds_links {
                self.bare_links(before);
            }
            shown.push_str(before);
            shown.push_str(&self.mark(&found[1], found.get(2).map_or("", |label| label.as_str())));
            at = whole.end();
        }
        if finds_links {
            self.bare_links(&text[at..]);
        }
        shown.push_str(&text[at..]);
        self.show(&without_styles(&shown));
    }

    /// What stands between `<` and `>`; returns what is shown of it.
    fn mark(&mut self, inside: &str, label: &str) -> String {
        let (first, rest) = inside.split_at(inside.chars().next().map_or(0, char::len_utf8));
        match first {
            "!" => {
                let word = rest.split('^').next().unwrap_or_default();
                if let Some(group) = rest.strip_prefix("subteam^") {
                    self.pings.groups.insert(group.to_owned());
                } else if ["channel", "here", "everyone", "group"].contains(&word) {
                    self.pings.everyone.insert(word.to_owned());
                }
                if label.is_empty() { format!("@{word}") } else { label.to_owned() }
            }
            "@" => {
                self.pings.users.insert(rest.to_owned());
                format!("@{}", if label.is_empty() { rest } else { label })
            }
            "#" => format!("#{}", if label.is_empty() { rest } else { label }),
            _ => {
                self.link(inside, label);
                if label.is_empty() { inside.to_owned() } else { label.to_owned() }
            }
        }
    }

    fn bare_links(&mut self, text: &str) {
        static BARE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:https?|ftp|mailto):[^\s<>]+").unwrap());
        let found: Vec<String> = BARE.find_iter(text).map(|one| one.as_str().to_owned()).collect();
        found.iter().for_each(|url| self.link(url, ""));
    }

    /// Standard Markdown, in which Slack's own brackets are marks as well.
    fn markdown(&mut self, text: &str) {
        static LINKS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[([^\]]*)\]\(([^)\s]+)[^)]*\)").unwrap());
        for found in LINKS.captures_iter(text) {
            self.link(&found[2], &found[1]);
        }
        let shown = LINKS.replace_all(text, "$1").into_owned();
        self.mrkdwn(&shown, true);
    }

    /// Any part of a block, whatever it is.
    fn read(&mut self, part: &Value) {
        let text = |key: &str| part[key].as_str().unwrap_or_default();
        match text("type") {
            "mrkdwn" => return self.mrkdwn(text("text"), part["verbatim"] != true),
            "plain_text" | "raw_text" => return self.plain(text("text")),
            "markdown" => return self.markdown(text("text")),
            "text" => return self.plain(text("text")),
            "link" => {
                self.link(text("url"), text("text"));
                return self.show(if text("text").is_empty() { text("url") } else { text("text") });
            }
            "user" => drop(self.pings.users.insert(text("user_id").to_owned())),
            "usergroup" => drop(self.pings.groups.insert(text("usergroup_id").to_owned())),
            "broadcast" => drop(self.pings.everyone.insert(text("range").to_owned())),
            "image" => {
                // What is said of a picture is read aloud, and seen where it cannot be loaded.
                return self.show(text("alt_text"));
            }
            _ => {}
        }
        let label = part["text"]["text"].as_str().unwrap_or_default();
        if !text("url").is_empty() {
            self.link(text("url"), label);
        }
        for key in
            ["title", "label", "text", "description", "fields", "elements", "accessory", "element", "rows", "hint"]
        {
            self.below(&part[key]);
        }
        self.below(&part["options"]);
    }

    fn below(&mut self, value: &Value) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.below(one)),
            Value::Object(_) => self.read(value),
            _ => {}
        }
    }

    fn attachment(&mut self, attachment: &Value) {
        for key in ["pretext", "author_name", "title", "text", "footer"] {
            if let Some(text) = attachment[key].as_str() {
                self.mrkdwn(text, true);
            }
        }
        for (link, label) in [("title_link", "title"), ("author_link", "author_name")] {
            if let Some(url) = attachment[link].as_str() {
                self.link(url, attachment[label].as_str().unwrap_or_default());
            }
        }
        for field in attachment["fields"].as_array().into_iter().flatten() {
            self.mrkdwn(field["title"].as_str().unwrap_or_default(), true);
            self.mrkdwn(field["value"].as_str().unwrap_or_default(), true);
        }
        self.below(&attachment["blocks"]);
    }
}

/// Slack's three entities resolved.
pub fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Bold, struck and code without their marks, where they stand around words.
fn without_styles(text: &str) -> String {
    static STYLES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)(^|[\s(])([*_~`]+)([^*_~`\n]+?)([*_~`]+)($|[\s).,:;!?])").unwrap());
    let once = STYLES.replace_all(text, "$1$3$5").into_owned();
    STYLES.replace_all(&once, "$1$3$5").into_owned()
}
