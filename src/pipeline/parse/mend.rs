//! Makes sloppy or ancient feeds look like what feed-rs reads: RSS of any version like RSS 2.0,
//! Atom 0.3 like Atom 1.0, a bare `&` like `&amp;`.
//!
//! All of it is a list of small replacements in the text; a sound feed has none and is not copied.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::dialects::{ATOM, NAMESPACES, RSS, UNREAD};
use super::edits::Edits;
use super::frames::{Frame, Rename};
use super::markup::{Tag, TagKind, stray_quotes};
use super::prescan::Root;
use super::scopes::{Declared, Scopes};

/// Places that are mended in one document; what has more is no feed.
pub const MENDS_MAX: usize = 200_000;
/// Bytes of an address that anything is resolved against.
const BASE_BYTES_MAX: usize = 2048;
/// Bytes of a namespace. The longest that means anything to us has 55.
const NAMESPACE_BYTES_MAX: usize = 256;

pub struct Mender<'a> {
    text: &'a str,
    root: Root,
    root_name: &'a str,
    frames: Vec<Frame<'a>>,
    edits: Edits,
    scopes: Scopes,
    has_channel: bool,
    /// The items stand in the root itself and were given a channel.
    lacks_channel: bool,
    entries: usize,
    /// Up to here text has been looked at for bare ampersands.
    text_from: usize,
    start: usize,
    end: usize,
}

impl<'a> Mender<'a> {
    /// What stands before the root is not the feed's.
    pub fn new(text: &'a str, root: Root, tag: &Tag<'a>) -> Self {
        let mut mender = Self {
            text,
            root,
            root_name: tag.name,
            frames: Vec::new(),
            edits: Edits::default(),
            scopes: Scopes::default(),
            has_channel: false,
            lacks_channel: false,
            entries: 0,
            text_from: tag.end,
            start: tag.start,
            end: text.len(),
        };
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

    /// What is declared around the element at hand.
    pub fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// How many things are looked through at the next tag.
    pub fn lookups(&self) -> usize {
        self.frames.last().map_or(0, Frame::len)
    }

    /// Whether there is more to mend than is worth it.
    pub fn is_beyond_repair(&self) -> bool {
        self.edits.count() > MENDS_MAX
    }

    /// An element is opened inside those in `open`.
    pub fn opening(&mut self, tag: &Tag<'a>, open: &[&'a str]) {
        self.text_before(tag);
        self.scopes.leave(open.len());
        self.start_tag(tag, open.len());
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.depth == open.len()) {
            frame.child(tag);
        }
        match self.root {
            Root::Rss | Root::Rdf => self.rss_opening(tag, open.len()),
            Root::Atom => self.text_type(tag, open.len()),
            Root::Html | Root::Other => {}
        }
        if tag.kind == TagKind::Start && matches!(tag.name, "item" | "entry" | "channel" | "author") {
            self.frames.push(Frame::new(tag.name, open.len() + 1));
        }
    }

    /// An end tag closes an element inside those in `open`.
    pub fn closing(&mut self, tag: &Tag<'a>, open: &[&'a str]) {
        self.text_before(tag);
        self.closed(tag.name, open.len(), Some(tag));
        if tag.is_crooked {
            self.edits.replace(tag.name_end(), tag.end - 1 - tag.name_end(), "");
        }
        if tag.local_name() == UNREAD.0 {
            self.edits.replace(tag.name_start(), tag.name.len(), UNREAD.1);
        }
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
        let name = if name.rsplit(':').next() == Some(UNREAD.0) { UNREAD.1 } else { name };
        self.edits.insert(tag.start, format!("</{name}>"));
    }

    pub fn remove(&mut self, tag: &Tag<'_>) {
        self.text_from = self.text_from.max(tag.end);
        self.edits.replace(tag.start, tag.end - tag.start, "");
    }

    /// A `<` in running text.
    pub fn bare_bracket(&mut self, tag: &Tag<'_>) {
        self.edits.replace(tag.start, tag.end - tag.start, "&lt;");
    }

    /// The root element ends at `end`; what follows is not the feed's.
    pub fn cut_after(&mut self, end: usize) {
        self.end = end;
    }

    /// The mended text.
    pub fn finish(self) -> Cow<'a, str> {
        self.edits.apply(self.text, self.start..self.end)
    }

    /// The root's own name, version and default namespace.
    fn root_tag(&mut self, tag: &Tag<'a>) {
        let family = if self.root == Root::Atom { ATOM } else { RSS };
        if let Some(default) = tag.attribute(self.text, "xmlns")
            && default.value != family
            && !NAMESPACES.iter().any(|(_, known)| *known == default.value)
        {
            self.edits.replace(default.start, default.value.len(), family);
        }
        let version = tag.attribute(self.text, "version");
        match (self.root, version) {
            (Root::Rdf, _) => self.edits.replace(tag.name_start(), tag.name.len(), "rss version=\"2.0\""),
            (Root::Rss, Some(version)) if version.value != "2.0" => {
                self.edits.replace(version.start, version.value.len(), "2.0");
            }
            (Root::Rss, None) => self.edits.insert(tag.name_start() + tag.name.len(), " version=\"2.0\""),
            _ => {}
        }
        if self.root == Root::Atom {
            let name = if tag.local_name() == "entry" { "entry" } else { "feed" };
            self.frames.push(Frame::new(name, 1));
        }
        self.start_tag(tag, 0);
    }

    fn root_end(&mut self, tag: &Tag<'a>) {
        if !self.has_channel {
            self.edits.insert(tag.start, "<channel></channel>");
        } else if self.root == Root::Rdf || self.lacks_channel {
            self.edits.insert(tag.start, "</channel>");
        }
        if self.root == Root::Rdf {
            self.edits.replace(tag.name_start(), tag.name.len(), "rss");
        }
    }

    /// What any start tag inside `depth` others may need, whatever it means.
    fn start_tag(&mut self, tag: &Tag<'a>, depth: usize) {
        if tag.local_name() == UNREAD.0 {
            self.edits.replace(tag.name_start(), tag.name.len(), UNREAD.1);
        }
        if tag.is_crooked {
            self.straighten(tag);
        }
        let declared = self.declarations(tag);
        if tag.kind == TagKind::Start {
            self.scopes.enter(depth, declared);
        }
    }

    /// Writes a tag so that every parser sees the same name and the same end.
    fn straighten(&mut self, tag: &Tag<'a>) {
        let name_end = tag.name_end();
        let after_name = self.text.as_bytes().get(name_end..tag.end).unwrap_or_default();
        // Its last slash is the one that makes it empty.
        let slash = after_name.iter().rposition(|byte| *byte == b'/').filter(|_| tag.kind == TagKind::Empty);
        if let Some(slash) = slash {
            self.edits.replace(name_end + slash, after_name.len() - slash, "/>");
        }
        match after_name.first() {
            Some(b'/') => self.edits.replace(name_end, 1, " "),
            Some(b'=') => self.edits.insert(name_end, " "),
            _ => {}
        }
        for stray in stray_quotes(after_name) {
            self.edits.replace(name_end + stray, 1, " ");
        }
    }

    /// Notes namespaces and base addresses, calls the known ones by their proper names and leaves
    /// out those that are too long to be meant.
    fn declarations(&mut self, tag: &Tag<'a>) -> Declared {
        let mut declared = Declared::default();
        // `<a xmlns="">` has at least ten bytes beyond the name.
        let source = self.text.get(tag.start..tag.end).unwrap_or_default();
        if source.len() < tag.name.len() + 10 || !source.contains("xml") {
            return declared;
        }
        for attribute in tag.attributes(self.text) {
            let length = attribute.value.len();
            if attribute.name.starts_with("xmlns") {
                declared.namespaces += 1;
                let known = NAMESPACES.iter().find(|(wild, _)| *wild == attribute.value);
                if let Some((_, proper)) = known {
                    self.edits.replace(attribute.start, length, *proper);
                } else if length > NAMESPACE_BYTES_MAX {
                    self.edits.replace(attribute.start, length, "urn:unknown");
                }
            } else if attribute.name == "xml:base" {
                if self.scopes.base_bytes() + declared.base_bytes + length > BASE_BYTES_MAX {
                    self.edits.replace(attribute.start, length, "");
                } else {
                    declared.base_bytes += length;
                }
            }
        }
        declared
    }

    fn rss_opening(&mut self, tag: &Tag<'a>, depth: usize) {
        match tag.name {
            "channel" if depth == 1 => self.has_channel = true,
            "item" if depth == 1 => {
                if !self.has_channel {
                    self.has_channel = true;
                    self.lacks_channel = true;
                    self.edits.insert(tag.start, "<channel>");
                }
                // The item's identity in RSS 1.0 (section 5.5).
                if let (Some(about), TagKind::Start) = (tag.attribute(self.text, "rdf:about"), tag.kind) {
                    self.edits.insert(tag.end, format!("<guid>{}</guid>", about.value.replace('<', "&lt;")));
                }
            }
            name if name.starts_with("media:") => self.text_type(tag, depth),
            _ => {}
        }
    }

    /// Text types that are not among those the format has (RFC 4287, section 3.1.1; Media RSS,
    /// media:title): media types, none, nonsense.
    fn text_type(&mut self, tag: &Tag<'a>, depth: usize) {
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
                self.edits.replace(kind.start, kind.value.len(), "text/html");
            }
            return;
        }
        let is_binary = tag.name == "content" && !value.starts_with("text") && !is_markup && value.contains('/');
        if is_binary {
            self.hide(tag, depth);
        } else if kind.value != proper {
            self.edits.replace(kind.start, kind.value.len(), proper);
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
        self.edits.replace(tag.end, encoded.len(), escaped);
        match kind {
            Some(kind) => self.edits.replace(kind.start, kind.value.len(), "html"),
            None => self.edits.insert(tag.name_start() + tag.name.len(), " type=\"html\""),
        }
        true
    }

    /// Pictures and archives inside an entry are not for reading: the element goes unrecognised.
    fn hide(&mut self, tag: &Tag<'a>, depth: usize) {
        if tag.kind == TagKind::Empty {
            self.edits.replace(tag.name_start(), tag.name.len(), "binary");
        } else if let Some(frame) = self.frames.last_mut().filter(|frame| frame.depth == depth) {
            frame.hide(tag);
        }
    }

    /// An element inside `depth` others has ended, with or without its own end tag.
    fn closed(&mut self, name: &'a str, depth: usize, end_tag: Option<&Tag<'a>>) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.depth == depth {
            let hidden = frame.child_ended(name, end_tag);
            hidden.into_iter().flatten().for_each(|name| self.rename(&name));
        } else if frame.depth == depth + 1 && frame.name == name {
            self.entries += usize::from(matches!(frame.name, "item" | "entry"));
            let needed = self.frames.pop().map(Frame::needed).unwrap_or_default();
            needed.iter().for_each(|name| self.rename(name));
        }
    }

    fn rename(&mut self, name: &Rename) {
        self.edits.replace(name.start, name.length, name.proper);
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
                self.edits.replace(from + at, 1, "&amp;");
            }
            if self.is_beyond_repair() {
                break;
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
