//! A document from anywhere to a [`ParsedFeed`], or an error that says what was found instead.
//!
//! No document may kill or stall the process: its encoding is settled, its markup bounded by
//! [`prescan`], and only then feed-rs reads it. JSON is read by [`json`], which keeps no more than
//! it needs.

mod costs;
pub mod dates;
mod dialects;
mod edits;
mod encoding;
mod frames;
mod json;
mod loose;
mod markup;
mod mend;
mod normalise;
pub mod plain;
mod prescan;
mod scopes;

use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::parser::Builder;

use crate::model::feed::ParsedFeed;

pub use costs::ENTRIES_MAX;
pub use markup::TAG_BYTES_MAX;
pub use mend::MENDS_MAX;
use normalise::URL_BYTES_MAX;
pub use normalise::{plain_entry, plain_text};
pub use prescan::{ATTRIBUTES_MAX, DEPTH_MAX, NAMESPACES_MAX};
use prescan::{Root, prescan};

/// What a feed server sent, and where from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document<'a> {
    pub bytes: &'a [u8],
    /// The `Content-Type` header, for its charset.
    pub content_type: Option<&'a str>,
    /// The address of the document, against which relative links are resolved.
    pub base: Option<&'a str>,
}

/// A place in a document, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    fn of(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a document is not read as a feed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the document is empty")]
    Empty,
    #[error("this is an HTML page{}, not a feed; try the site's RSS link", titled(.title))]
    Html { title: Option<String> },
    #[error("this is not a feed but a document of another kind (its root element is <{root}>)")]
    OtherXml { root: String },
    #[error("this is not a feed: it starts with \"{found}\"")]
    NotMarkup { found: String },
    #[error("the text is not readable: the server or the document says {stated}, it looks like {guessed}")]
    WrongCharset { stated: String, guessed: &'static str },
    #[error("the feed is cut off after {bytes} bytes and {entries} complete entries, inside {inside}")]
    Truncated { inside: String, entries: usize, bytes: usize },
    #[error("elements are nested deeper than {DEPTH_MAX} at {place}")]
    TooDeep { place: Place },
    #[error("an element has more than {ATTRIBUTES_MAX} attributes at {place}")]
    TooManyAttributes { place: Place },
    #[error("a tag is longer than {TAG_BYTES_MAX} bytes at {place}")]
    TagTooLong { place: Place },
    #[error("more than {NAMESPACES_MAX} namespaces are declared at {place}")]
    TooManyNamespaces { place: Place },
    #[error("the feed has more than {ENTRIES_MAX} entries")]
    TooManyEntries,
    #[error("the feed is made of so many small parts that reading it would take more than {} MB", .bytes_max / 1_000_000)]
    TooCostly { bytes_max: usize },
    #[error("the feed is broken in more than {MENDS_MAX} places, the last of them at {place}")]
    BeyondRepair { place: Place },
    #[error("the JSON is not a JSON Feed: {what}")]
    Json { what: String },
    #[error("the feed cannot be read: {what}")]
    Unreadable { what: String },
}

fn titled(title: &Option<String>) -> String {
    title.as_deref().map(|title| format!(" (\"{title}\")")).unwrap_or_default()
}

/// Reads a feed document of any format.
///
/// # Errors
/// [`ParseError`] says what was found and where; nothing is half read.
pub fn parse(document: Document<'_>) -> Result<ParsedFeed, ParseError> {
    // Nothing panics on anything we know of; a document we do not know must not end the process
    // either.
    let parsed = catch_unwind(AssertUnwindSafe(|| parse_text(&text_of(document)?, document.base)));
    parsed.unwrap_or_else(|_| Err(ParseError::Unreadable { what: "the parser gave up on it".to_owned() }))
}

fn parse_text(text: &str, base: Option<&str>) -> Result<ParsedFeed, ParseError> {
    // What is resolved against an address becomes as long as it is.
    let base = base.filter(|base| base.len() <= URL_BYTES_MAX);
    if text.starts_with('{') {
        return json::read(text, base);
    }
    let scanned = prescan(text, base.map_or(0, str::len))?;
    match scanned.root {
        Root::Rss | Root::Rdf | Root::Atom => read(&scanned.text, base),
        Root::Html => Err(ParseError::Html { title: html_title(text) }),
        Root::Other => Err(ParseError::OtherXml { root: scanned.root_name.to_owned() }),
    }
}

/// How many things are looked at before a document may be parsed. It grows as the document does, and
/// no faster: a test says so.
///
/// # Errors
/// As [`parse`].
pub fn steps(document: Document<'_>) -> Result<usize, ParseError> {
    Ok(prescan(&text_of(document)?, document.base.map_or(0, str::len))?.steps)
}

/// The document's text from its first `<` or `{` on, without an XML declaration (its encoding is
/// no longer true).
///
/// # Errors
/// When there is nothing, or nothing readable.
fn text_of(document: Document<'_>) -> Result<Cow<'_, str>, ParseError> {
    let text = encoding::decode(document.bytes, document.content_type.and_then(charset_of))
        .map_err(|wrong| ParseError::WrongCharset { stated: wrong.stated, guessed: wrong.guessed })?;
    let text = encoding::strip_controls(text);
    let Some(start) = text.find(|c: char| !c.is_whitespace() && c != '\u{FEFF}') else { return Err(ParseError::Empty) };
    let body = text.get(start..).unwrap_or_default();
    // Some servers print warnings before the document; the markup is what counts.
    let markup = body.find(['<', '{']).and_then(|markup| body.get(markup..)).unwrap_or(body);
    let after = match markup.strip_prefix("<?xml").and_then(|declaration| declaration.split_once("?>")) {
        Some((_, after)) => after.trim_start(),
        None => markup,
    };
    let from = text.len() - after.len();
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(from..).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.drain(..from);
            Cow::Owned(text)
        }
    })
}

/// The `charset` parameter of a content type (RFC 9110, section 8.3.2).
fn charset_of(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let (_, value) =
        parameters.filter_map(|p| p.split_once('=')).find(|(k, _)| k.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches(['"', '\'']))
}

fn read(text: &str, base: Option<&str>) -> Result<ParsedFeed, ParseError> {
    let parser = Builder::new()
        .base_uri(base)
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|text| dates::parse(text).and_then(normalise::to_chrono))
        .build();
    let feed = parser.parse(text.as_bytes()).map_err(|error| ParseError::Unreadable { what: error.to_string() })?;
    Ok(normalise::feed(feed, base))
}

fn html_title(text: &str) -> Option<String> {
    let start = text.find("<title")?;
    let rest = text.get(start..)?;
    let (_, inner) = rest.split_once('>')?;
    let (title, _) = inner.split_once("</")?;
    let title = plain::title_to_text(plain::cut(title, 200));
    (!title.is_empty()).then_some(title)
}
