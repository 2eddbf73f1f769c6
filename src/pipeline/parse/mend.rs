//! Makes sloppy or ancient feeds look like what feed-rs reads: RSS of any version like RSS 2.0,
//! Atom 0.3 like Atom 1.0, a bare `&` like `&amp;`.
//!
//! All of it is a list of small replacements in the text; a sound feed has none and is not copied.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::dialects::{ATOM, NAMESPACES, RSS, stand_ins};
use super::markup::{Tag, TagKind};
use super::prescan::Root;

struct Edit {
    start: usize,
    end: usize,
    text: Cow<'static, str>,
}

/// An item, entry, channel or feed that is open, with what was found in it.
struct Frame<'a> {
    name: &'a str,
    /// Elements open around its children.
    depth: usize,
    present: Vec<&'static str>,
    stand_ins: Vec<StandIn>,
}

struct StandIn {
    found: &'static str,
    proper: &'static str,
    edits: Vec<(usize, usize)>,
    is_open: bool,
}

pub struct Mender<'a> {
    text: &'a str,
    root: Root,
    root_name: &'a str,
    frames: Vec<Frame<'a>>,
    edits: Vec<Edit>,
    has_channel: bool,
    /// The items stand in the root itself and were given a channel.
    lacks_channel: bool,
    entries: usize,
    /// Up to here text has been looked at for bare ampersands.
    text_from: usize,
    end: usize,
}

impl<'a> Mender<'a> {
    pub fn new(text: &'a str, root: Root, tag: &Tag<'a>, doctype: Option<&Tag<'a>>) -> Self {
        let mut mender = Self {
            text,
            root,
            root_name: tag.name,
            frames: Vec::new(),
            edits: Vec::new(),
            has_channel: false,
            lacks_channel: false,
            entries: 0,
            text_from: tag.end,
            end: text.len(),
        };
        if let Some(doctype) = doctype {
            mender.remove(doctype);
        }
        mender.root_tag(tag);
        mender
    }

    pub fn root(&self) -> (Root, &'a str) {
        (self.root, self.root_name)
    }

    /// Complete items or entries so far.
    pub fn entries(&self) -> usize {
        self.entries
    }

    /// An element is opened inside those in `open`.
    pub fn opening(&mut self, tag: &Tag<'a>, open: &[&'a str]) {
        self.text_before(tag);
        self.namespaces(tag);
        self.child(tag, open.len());
        match self.root {
            Root::Rss | Root::Rdf => self.rss_opening(tag, open.len()),
            Root::Atom => self.text_type(tag),
            Root::Html | Root::Other => {}
        }
        if tag.kind == TagKind::Start && matches!(tag.name, "item" | "entry" | "channel" | "author") {
            self.frames.push(Frame {
                name: tag.name,
                depth: open.len() + 1,
                present: Vec::new(),
                stand_ins: Vec::new(),
            });
        }
    }

    /// An end tag closes an element inside those in `open`.
    pub fn closing(&mut self, tag: &Tag<'a>, open: &[&'a str]) {
        self.text_before(tag);
        self.closed(tag.name, open.len(), Some(tag));
        if self.root == Root::Rdf && tag.name == "channel" {
            // The items stand beside the channel, where RSS 2.0 has them inside it.
            self.remove(tag);
        }
        if open.is_empty() && matches!(self.root, Root::Rss | Root::Rdf) {
            self.root_end(tag);
        }
    }

    /// `name` was left open and ends where `tag` stands.
    pub fn close_left_open(&mut self, tag: &Tag<'a>, name: &'a str, open: &[&'a str]) {
        self.text_before(tag);
        self.closed(name, open.len(), None);
        self.insert(tag.start, format!("</{name}>"));
    }

    pub fn remove(&mut self, tag: &Tag<'_>) {
        self.text_from = self.text_from.max(tag.end);
        self.edits.push(Edit { start: tag.start, end: tag.end, text: Cow::Borrowed("") });
    }

    /// A `<` in running text.
    pub fn bare_bracket(&mut self, tag: &Tag<'_>) {
        self.edits.push(Edit { start: tag.start, end: tag.end, text: Cow::Borrowed("&lt;") });
    }

    /// The root element ends at `end`; what follows is not the feed's.
    pub fn cut_after(&mut self, end: usize) {
        self.end = end;
    }

    /// The mended text.
    pub fn finish(mut self) -> Cow<'a, str> {
        let text = self.text.get(..self.end).unwrap_or(self.text);
        if self.edits.is_empty() {
            return Cow::Borrowed(text);
        }
        self.edits.sort_by_key(|edit| edit.start);
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for edit in &self.edits {
            if edit.start < at {
                continue;
            }
            out.push_str(text.get(at..edit.start).unwrap_or_default());
            out.push_str(&edit.text);
            at = edit.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Cow::Owned(out)
    }

    fn insert(&mut self, at: usize, text: String) {
        self.edits.push(Edit { start: at, end: at, text: Cow::Owned(text) });
    }

    fn replace(&mut self, start: usize, length: usize, text: &'static str) {
        self.edits.push(Edit { start, end: start + length, text: Cow::Borrowed(text) });
    }

    /// The root's own name, version and default namespace.
    fn root_tag(&mut self, tag: &Tag<'a>) {
        self.namespaces(tag);
        let family = if self.root == Root::Atom { ATOM } else { RSS };
        if let Some(default) = tag.attribute(self.text, "xmlns")
            && default.value != family
            && !NAMESPACES.iter().any(|(_, known)| *known == default.value)
        {
            self.replace(default.start, default.value.len(), family);
        }
        let version = tag.attribute(self.text, "version");
        match (self.root, version) {
            (Root::Rdf, _) => self.replace(tag.name_start(), tag.name.len(), "rss version=\"2.0\""),
            (Root::Rss, Some(version)) if version.value != "2.0" => {
                self.replace(version.start, version.value.len(), "2.0");
            }
            (Root::Rss, None) => self.insert(tag.name_start() + tag.name.len(), " version=\"2.0\"".to_owned()),
            _ => {}
        }
        if self.root == Root::Atom {
            let name = if tag.local_name() == "entry" { "entry" } else { "feed" };
            self.frames.push(Frame { name, depth: 1, present: Vec::new(), stand_ins: Vec::new() });
        }
    }

    fn root_end(&mut self, tag: &Tag<'a>) {
        if !self.has_channel {
            self.insert(tag.start, "<channel></channel>".to_owned());
        } else if self.root == Root::Rdf || self.lacks_channel {
            self.insert(tag.start, "</channel>".to_owned());
        }
        if self.root == Root::Rdf {
            self.replace(tag.name_start(), tag.name.len(), "rss");
        }
    }

    fn namespaces(&mut self, tag: &Tag<'a>) {
        // `<a xmlns="">` has at least ten bytes beyond the name.
        let source = self.text.get(tag.start..tag.end).unwrap_or_default();
        if source.len() < tag.name.len() + 10 || !source.contains("xmlns") {
            return;
        }
        for attribute in tag.attributes(self.text).filter(|attribute| attribute.name.starts_with("xmlns")) {
            let known = NAMESPACES.iter().find(|(wild, _)| *wild == attribute.value);
            if let Some((_, proper)) = known {
                self.replace(attribute.start, attribute.value.len(), proper);
            }
        }
    }

    /// Notes a child of the innermost frame: the proper element, or one that may stand in for it.
    fn child(&mut self, tag: &Tag<'a>, depth: usize) {
        let Some(frame) = self.frames.last_mut().filter(|frame| frame.depth == depth) else { return };
        for (found, proper) in stand_ins(frame.name) {
            if *proper == tag.name && !frame.present.contains(proper) {
                frame.present.push(proper);
            }
            if *found == tag.name && !frame.stand_ins.iter().any(|one| one.found == *found) {
                let edits = vec![(tag.name_start(), tag.name.len())];
                let is_open = tag.kind == TagKind::Start;
                frame.stand_ins.push(StandIn { found, proper, edits, is_open });
            }
        }
    }

    fn rss_opening(&mut self, tag: &Tag<'a>, depth: usize) {
        match tag.name {
            "channel" if depth == 1 => self.has_channel = true,
            "item" if depth == 1 => {
                if !self.has_channel {
                    self.has_channel = true;
                    self.lacks_channel = true;
                    self.insert(tag.start, "<channel>".to_owned());
                }
                // The item's identity in RSS 1.0 (section 5.5).
                if let (Some(about), TagKind::Start) = (tag.attribute(self.text, "rdf:about"), tag.kind) {
                    self.insert(tag.end, format!("<guid>{}</guid>", about.value.replace('<', "&lt;")));
                }
            }
            name if name.starts_with("media:") => self.text_type(tag),
            _ => {}
        }
    }

    /// Text types that are not among those the format has (RFC 4287, section 3.1.1; Media RSS,
    /// media:title): media types, none, nonsense.
    fn text_type(&mut self, tag: &Tag<'a>) {
        let is_text = matches!(
            tag.local_name(),
            "title" | "subtitle" | "tagline" | "summary" | "rights" | "copyright" | "content" | "description" | "text"
        );
        if is_text && tag.name != "media:content" && self.encoded_text(tag) {
            return;
        }
        let Some(kind) = tag.attribute(self.text, "type").filter(|_| is_text && tag.name != "media:content") else {
            return;
        };
        let value = kind.value.to_ascii_lowercase();
        let is_markup = value.contains("ml");
        let proper = match (tag.name.starts_with("media:"), is_markup) {
            (true, true) => "html",
            (true, false) => "plain",
            (false, true) if value == "xhtml" => "xhtml",
            (false, true) => "html",
            (false, false) => "text",
        };
        if tag.name == "content" && tag.attribute(self.text, "src").is_some() {
            // Content elsewhere has a media type, and feed-rs insists on one.
            if !value.contains('/') {
                self.replace(kind.start, kind.value.len(), "text/html");
            }
            return;
        }
        let is_binary = tag.name == "content" && !value.starts_with("text") && !is_markup && value.contains('/');
        if is_binary {
            self.hide(tag);
        } else if kind.value != proper {
            self.replace(kind.start, kind.value.len(), proper);
        }
    }

    /// Text in base64 (Atom 0.3 `mode="base64"`, or a binary type on what is always text) is put in
    /// plainly. True when it was.
    fn encoded_text(&mut self, tag: &Tag<'a>) -> bool {
        let kind = tag.attribute(self.text, "type");
        let is_base64 = tag.attribute(self.text, "mode").is_some_and(|mode| mode.value == "base64");
        let is_octets = tag.name != "content" && kind.is_some_and(|kind| kind.value == "application/octet-stream");
        if !is_base64 && !is_octets {
            return false;
        }
        let rest = self.text.get(tag.end..).unwrap_or_default();
        let encoded = rest.split('<').next().unwrap_or_default();
        let letters: String = encoded.split_whitespace().collect();
        let Some(text) = STANDARD.decode(letters).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return false;
        };
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        self.edits.push(Edit { start: tag.end, end: tag.end + encoded.len(), text: Cow::Owned(escaped) });
        match kind {
            Some(kind) => self.replace(kind.start, kind.value.len(), "html"),
            None => self.insert(tag.name_start() + tag.name.len(), " type=\"html\"".to_owned()),
        }
        true
    }

    /// Pictures and archives inside an entry are not for reading: the element goes unrecognised.
    fn hide(&mut self, tag: &Tag<'a>) {
        if let Some(frame) = self.frames.last_mut() {
            let edits = vec![(tag.name_start(), tag.name.len())];
            frame.stand_ins.push(StandIn {
                found: "content",
                proper: "binary",
                edits,
                is_open: tag.kind == TagKind::Start,
            });
        }
    }

    /// An element inside `depth` others has ended, with or without its own end tag.
    fn closed(&mut self, name: &'a str, depth: usize, end_tag: Option<&Tag<'a>>) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.depth == depth {
            let open = frame.stand_ins.iter_mut().find(|one| one.is_open && one.found == name);
            if let (Some(stand_in), Some(tag)) = (open, end_tag) {
                stand_in.edits.push((tag.name_start(), tag.name.len()));
                stand_in.is_open = false;
            }
        } else if frame.depth == depth + 1 && frame.name == name {
            self.close_frame();
        }
    }

    fn close_frame(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.entries += usize::from(matches!(frame.name, "item" | "entry"));
        let mut taken = frame.present;
        // The table's order is the order of preference, not the document's.
        for (found, proper) in stand_ins(frame.name) {
            let stand_in =
                frame.stand_ins.iter().find(|one| one.found == *found && one.proper == *proper && !one.is_open);
            if let Some(stand_in) = stand_in.filter(|_| !taken.contains(proper)) {
                taken.push(proper);
                self.rename(stand_in);
            }
        }
        for binary in frame.stand_ins.iter().filter(|one| one.proper == "binary" && !one.is_open) {
            self.rename(binary);
        }
    }

    fn rename(&mut self, stand_in: &StandIn) {
        for (start, length) in &stand_in.edits {
            self.replace(*start, *length, stand_in.proper);
        }
    }

    /// Escapes each `&` in the text before `tag` that starts no reference.
    fn text_before(&mut self, tag: &Tag<'a>) {
        let from = std::mem::replace(&mut self.text_from, tag.end);
        let run = self.text.get(from..tag.start).unwrap_or_default();
        if memchr::memchr(b'&', run.as_bytes()).is_none() {
            return;
        }
        // A run may hold CDATA sections, where `&` means itself.
        if run.contains("<![") || run.contains("<!--") {
            return;
        }
        for at in memchr::memchr_iter(b'&', run.as_bytes()) {
            if !is_reference(run.get(at + 1..).unwrap_or_default()) {
                self.replace(from + at, 1, "&amp;");
            }
        }
    }
}

/// Whether text after `&` is `name;`, `#123;` or `#x1F;`.
fn is_reference(after: &str) -> bool {
    let Some(end) = after.bytes().take(32).position(|byte| byte == b';') else { return false };
    let name = after.get(..end).unwrap_or_default();
    match name.strip_prefix('#') {
        Some(number) => {
            let (digits, radix) = match number.strip_prefix('x') {
                Some(hex) => (hex, 16),
                None => (number, 10),
            };
            u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).is_some_and(|c| c != '\0')
        }
        None => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
    }
}
