//! A look at the bare markup before a parser may see it: bounded depth, attributes and tags, no
//! document type, every element closed. What is merely sloppy is mended on the way.

use std::borrow::Cow;

use super::markup::{Tag, TagError, TagKind};
use super::mend::Mender;
use super::{ParseError, Place};

/// Elements inside each other. Real feeds stay under 40.
pub const DEPTH_MAX: usize = 256;
/// Attributes of one element.
pub const ATTRIBUTES_MAX: usize = 256;

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
}

/// A document that is safe to parse.
pub struct Scanned<'a> {
    pub text: Cow<'a, str>,
    pub root: Root,
    pub root_name: &'a str,
}

/// Walks the markup once.
///
/// # Errors
/// When a limit is passed or the document ends before its root element does.
pub fn prescan(text: &str) -> Result<Scanned<'_>, ParseError> {
    let mut open: Vec<&str> = Vec::with_capacity(16);
    let mut mender: Option<Mender<'_>> = None;
    let mut doctype = None;
    let mut at = 0;
    while let Some(tag) = Tag::next(text, at).map_err(|error| describe(error, text, mender.as_ref()))? {
        at = tag.end;
        match (&mut mender, tag.kind) {
            (_, TagKind::Skipped) => {}
            (None, TagKind::Doctype) => doctype = Some(tag),
            (None, TagKind::Start | TagKind::Empty) => {
                let root = Root::of(&tag);
                if matches!(root, Root::Html | Root::Other) {
                    return Ok(Scanned { text: Cow::Borrowed(text), root, root_name: tag.name });
                }
                mender = Some(Mender::new(text, root, &tag, doctype.as_ref()));
                open.push(tag.name);
            }
            (None, _) => {}
            (Some(mender), TagKind::Start | TagKind::Empty) => {
                check_attributes(text, &tag)?;
                if tag.name == "item" {
                    close_up_to_channel(mender, &tag, &mut open);
                }
                mender.opening(&tag, &open);
                if tag.kind == TagKind::Start {
                    if open.len() == DEPTH_MAX {
                        return Err(ParseError::TooDeep { place: Place::of(text, tag.start) });
                    }
                    open.push(tag.name);
                }
            }
            (Some(mender), TagKind::End) => close(mender, &tag, &mut open),
            (Some(mender), TagKind::Doctype) => mender.remove(&tag),
            (Some(mender), TagKind::Text) => mender.bare_bracket(&tag),
        }
        if let (Some(mender), true) = (&mut mender, open.is_empty()) {
            mender.cut_after(at);
            break;
        }
    }
    let Some(mender) = mender else { return Err(ParseError::NotMarkup { found: excerpt(text) }) };
    if let Some(inside) = open.last() {
        return Err(ParseError::Truncated {
            inside: format!("<{inside}>"),
            entries: mender.entries(),
            bytes: text.len(),
        });
    }
    let (root, root_name) = mender.root();
    Ok(Scanned { text: mender.finish(), root, root_name })
}

/// Closes the element that an end tag names, and whatever was left open inside it; an end tag
/// that closes nothing is dropped.
fn close<'a>(mender: &mut Mender<'a>, tag: &Tag<'a>, open: &mut Vec<&'a str>) {
    let Some(depth) = open.iter().rposition(|name| *name == tag.name) else {
        mender.remove(tag);
        return;
    };
    while open.len() > depth + 1 {
        if let Some(name) = open.pop() {
            mender.close_left_open(tag, name, open);
        }
    }
    open.pop();
    mender.closing(tag, open);
}

/// No item stands inside anything but its channel: what is open there was left open by mistake.
fn close_up_to_channel<'a>(mender: &mut Mender<'a>, item: &Tag<'a>, open: &mut Vec<&'a str>) {
    while open.len() > 2 && open.contains(&"channel") && open.last() != Some(&"channel") {
        if let Some(name) = open.pop() {
            mender.close_left_open(item, name, open);
        }
    }
}

fn describe(error: TagError, text: &str, mender: Option<&Mender<'_>>) -> ParseError {
    match error {
        TagError::TooLong { start } => ParseError::TagTooLong { place: Place::of(text, start) },
        TagError::CutOff { inside } => ParseError::Truncated {
            inside: inside.to_owned(),
            entries: mender.map_or(0, Mender::entries),
            bytes: text.len(),
        },
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
