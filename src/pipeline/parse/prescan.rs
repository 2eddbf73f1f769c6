//! A look at the bare markup before a parser may see it: bounded depth, attributes, tags and costs,
//! no document type, every element closed. What is merely sloppy is mended on the way.

use std::borrow::Cow;

use super::costs::Costs;
use super::markup::{Tag, TagError, TagKind};
use super::mend::Mender;
use super::{ParseError, Place};

/// Elements inside each other. Real feeds stay under 40.
pub const DEPTH_MAX: usize = 256;
/// Attributes of one element.
pub const ATTRIBUTES_MAX: usize = 256;
/// Namespaces declared around one element. Each name is looked up among them.
pub const NAMESPACES_MAX: usize = 256;
/// Tags of a page that are looked at for a feed that was wrapped in it.
const WRAPPING_TAGS_MAX: usize = 8;

/// The kinds of document that a root element tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    Rss,
    Rdf,
    Atom,
    Html,
    Other,
}

impl Root {
    fn of(tag: &Tag<'_>) -> Self {
        match tag.local_name() {
            "rss" => Self::Rss,
            "RDF" => Self::Rdf,
            "feed" | "entry" => Self::Atom,
            name if name.eq_ignore_ascii_case("html") => Self::Html,
            _ => Self::Other,
        }
    }

    fn is_feed(self) -> bool {
        matches!(self, Self::Rss | Self::Rdf | Self::Atom)
    }
}

/// A document that is safe to parse.
pub struct Scanned<'a> {
    pub text: Cow<'a, str>,
    pub root: Root,
    pub root_name: &'a str,
    /// Tags, and what was looked through at each: a measure of work.
    pub steps: usize,
}

/// Walks the markup once. `base_bytes`: the length of the address that links are resolved against.
///
/// # Errors
/// When a limit is passed or the document ends before its root element does.
pub fn prescan(text: &str, base_bytes: usize) -> Result<Scanned<'_>, ParseError> {
    let mut at = 0;
    while let Some(tag) = Tag::next(text, at).map_err(|error| describe(error, text, 0))? {
        at = tag.end;
        if !matches!(tag.kind, TagKind::Start | TagKind::Empty) {
            continue;
        }
        let wrapped = if Root::of(&tag) == Root::Html { wrapped_feed(text, &tag) } else { None };
        let root = wrapped.unwrap_or(tag);
        let kind = Root::of(&root);
        if !kind.is_feed() {
            return Ok(Scanned { text: Cow::Borrowed(text), root: kind, root_name: root.name, steps: 0 });
        }
        check_attributes(text, &root)?;
        let (mender, costs) = (Mender::new(text, kind, &root), Costs::new(text.len()));
        return Walk { text, open: vec![root.name], mender, costs, base_bytes, steps: 0 }.from(root.end);
    }
    Err(ParseError::NotMarkup { found: excerpt(text) })
}

/// The root of a feed that stands in a page as its only content: `<html><body><feed>`.
fn wrapped_feed<'a>(text: &'a str, html: &Tag<'a>) -> Option<Tag<'a>> {
    let mut at = html.end;
    for _ in 0..WRAPPING_TAGS_MAX {
        let tag = Tag::next(text, at).ok()??;
        at = tag.end;
        match tag.kind {
            TagKind::Start if Root::of(&tag).is_feed() && tag.name != "entry" => return Some(tag),
            TagKind::Start | TagKind::Empty | TagKind::End => {
                let is_frame = ["head", "body"].iter().any(|name| tag.name.eq_ignore_ascii_case(name));
                if !is_frame {
                    return None;
                }
            }
            TagKind::Skipped | TagKind::Doctype | TagKind::Text => {}
        }
    }
    None
}

/// On the way through a feed, inside its root.
struct Walk<'a> {
    text: &'a str,
    open: Vec<&'a str>,
    mender: Mender<'a>,
    costs: Costs,
    base_bytes: usize,
    steps: usize,
}

impl<'a> Walk<'a> {
    fn from(mut self, root_end: usize) -> Result<Scanned<'a>, ParseError> {
        let mut at = root_end;
        while let Some(tag) = Tag::next(self.text, at).map_err(|error| self.describe(error))? {
            at = tag.end;
            self.steps += 1 + self.mender.lookups();
            match tag.kind {
                TagKind::Skipped => {}
                TagKind::Start | TagKind::Empty => self.start(&tag)?,
                TagKind::End => self.end(&tag),
                TagKind::Doctype => self.mender.remove(&tag),
                TagKind::Text => self.mender.bare_bracket(&tag),
            }
            if self.mender.is_beyond_repair() {
                return Err(ParseError::BeyondRepair { place: Place::of(self.text, tag.start) });
            }
            if self.open.is_empty() {
                self.mender.cut_after(at);
                break;
            }
        }
        if let Some(inside) = self.open.last() {
            let inside = format!("<{inside}>");
            return Err(ParseError::Truncated { inside, entries: self.mender.entries(), bytes: self.text.len() });
        }
        let (root, root_name) = self.mender.root();
        Ok(Scanned { text: self.mender.finish(), root, root_name, steps: self.steps })
    }

    fn start(&mut self, tag: &Tag<'a>) -> Result<(), ParseError> {
        check_attributes(self.text, tag)?;
        if tag.name == "item" {
            self.close_up_to_channel(tag);
        }
        self.mender.opening(tag, &self.open);
        let scopes = self.mender.scopes();
        if scopes.namespaces() > NAMESPACES_MAX {
            return Err(ParseError::TooManyNamespaces { place: Place::of(self.text, tag.start) });
        }
        self.costs.add(tag.local_name(), self.base_bytes + scopes.base_bytes())?;
        if tag.kind == TagKind::Start {
            if self.open.len() == DEPTH_MAX {
                return Err(ParseError::TooDeep { place: Place::of(self.text, tag.start) });
            }
            self.open.push(tag.name);
        }
        Ok(())
    }

    /// Closes the element that an end tag names, and whatever was left open inside it; an end tag
    /// that closes nothing is dropped.
    fn end(&mut self, tag: &Tag<'a>) {
        self.steps += self.open.len();
        let Some(depth) = self.open.iter().rposition(|name| *name == tag.name) else {
            self.mender.remove(tag);
            return;
        };
        while self.open.len() > depth + 1 {
            if let Some(name) = self.open.pop() {
                self.mender.close_left_open(tag, name, &self.open);
            }
        }
        self.open.pop();
        self.mender.closing(tag, &self.open);
    }

    /// No item stands inside anything but its channel: what is open there was left open by mistake.
    fn close_up_to_channel(&mut self, item: &Tag<'a>) {
        while self.open.len() > 2 && self.open.contains(&"channel") && self.open.last() != Some(&"channel") {
            if let Some(name) = self.open.pop() {
                self.mender.close_left_open(item, name, &self.open);
            }
        }
    }

    fn describe(&self, error: TagError) -> ParseError {
        describe(error, self.text, self.mender.entries())
    }
}

fn describe(error: TagError, text: &str, entries: usize) -> ParseError {
    match error {
        TagError::TooLong { start } => ParseError::TagTooLong { place: Place::of(text, start) },
        TagError::CutOff { inside } => ParseError::Truncated { inside: inside.to_owned(), entries, bytes: text.len() },
    }
}

fn check_attributes(text: &str, tag: &Tag<'_>) -> Result<(), ParseError> {
    // Counting `=` bounds the attributes from above; only a suspicious tag is read in full.
    let bytes = text.as_bytes().get(tag.start..tag.end).unwrap_or_default();
    let is_suspicious = bytes.len() > ATTRIBUTES_MAX && memchr::memchr_iter(b'=', bytes).count() > ATTRIBUTES_MAX;
    if is_suspicious && tag.attributes(text).nth(ATTRIBUTES_MAX).is_some() {
        return Err(ParseError::TooManyAttributes { place: Place::of(text, tag.start) });
    }
    Ok(())
}

/// The first words of something that is not markup, for an error message.
fn excerpt(text: &str) -> String {
    text.split_whitespace().take(8).collect::<Vec<_>>().join(" ").chars().take(60).collect()
}
