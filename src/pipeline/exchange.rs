//! Subscriptions as files: OPML, which every feed reader knows, and JSON. What OPML has no word for
//! (filter, cadence, topics) stands in attributes of our own namespace.

use std::collections::BTreeSet;

use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::reader::Reader;
use quick_xml::{Writer, XmlVersion};
use serde::{Deserialize, Serialize};

use crate::locale::Words;
use crate::model::phrase::Phrase;
use crate::model::subscription::Mode;

/// Bytes of a file that is read.
const FILE_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Subscriptions in one file.
const OUTLINES_MAX: usize = 10_000;
const NAMESPACE: &str = "https://github.com/tidings/opml";

/// One subscription on its way in or out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outline {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Instead of a feed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub topics: BTreeSet<String>,
    /// Everything, instead of a feed or topics.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Without it a subscription that is there keeps its own, as with the filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
}

/// The JSON form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    subscriptions: Vec<Outline>,
}

const VERSION: u32 = 1;

/// Why a file cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Words::default().phrase(&self.phrase()))]
pub enum ExchangeError {
    TooLarge,
    TooMany,
    Unreadable(String),
    Empty,
    Newer(u32),
}

impl ExchangeError {
    /// In words for the person whose file it is.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::TooLarge => Phrase::of("words-file-too-large"),
            Self::TooMany => Phrase::of("words-file-too-many").count("max", OUTLINES_MAX),
            Self::Unreadable(why) => Phrase::of("words-file-unreadable").and("error", why.as_str()),
            Self::Empty => Phrase::of("words-file-empty"),
            Self::Newer(version) => Phrase::of("words-file-newer").and("version", *version),
        }
    }
}

/// Reads OPML or JSON, whichever it is.
///
/// # Errors
/// In words for the person whose file it is.
pub fn read(text: &str) -> Result<Vec<Outline>, ExchangeError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(ExchangeError::TooLarge);
    }
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let outlines = if text.starts_with('{') { read_json(text)? } else { read_opml(text)? };
    match outlines.len() {
        0 => Err(ExchangeError::Empty),
        count if count > OUTLINES_MAX => Err(ExchangeError::TooMany),
        _ => Ok(outlines),
    }
}

fn read_json(text: &str) -> Result<Vec<Outline>, ExchangeError> {
    let file: File = serde_json::from_str(text).map_err(|error| ExchangeError::Unreadable(error.to_string()))?;
    if file.version > VERSION { Err(ExchangeError::Newer(file.version)) } else { Ok(file.subscriptions) }
}

fn read_opml(text: &str) -> Result<Vec<Outline>, ExchangeError> {
    let unreadable = |why: String| ExchangeError::Unreadable(why);
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut outlines = Vec::new();
    let mut is_opml = false;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            // A document type can define entities without end.
            Ok(Event::DocType(_)) => return Err(unreadable("it has a document type".to_owned())),
            Ok(Event::Start(element) | Event::Empty(element)) => match element.local_name().as_ref() {
                b"opml" => is_opml = true,
                b"outline" if is_opml => outlines.extend(outline(&element, &reader)),
                _ => {}
            },
            Ok(_) => {}
            Err(error) => return Err(unreadable(format!("{error} at byte {}", reader.error_position()))),
        }
        if outlines.len() > OUTLINES_MAX {
            return Err(ExchangeError::TooMany);
        }
    }
    if is_opml { Ok(outlines) } else { Err(unreadable("there is no <opml> in it".to_owned())) }
}

/// A subscription, unless the outline is only a folder.
fn outline(element: &BytesStart<'_>, reader: &Reader<&[u8]>) -> Option<Outline> {
    let mut outline = Outline::default();
    let mut text = None;
    for attribute in element.attributes().with_checks(false).flatten() {
        let Ok(value) = attribute.decoded_and_normalized_value(XmlVersion::Implicit1_0, reader.decoder()) else {
            continue;
        };
        let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        match attribute.key.as_ref().to_ascii_lowercase().as_slice() {
            b"xmlurl" | b"url" => outline.feed = outline.feed.or(value),
            b"htmlurl" => outline.site = value,
            b"title" => outline.title = value,
            b"text" => text = value,
            b"tidings:filter" => outline.filter = value,
            b"tidings:all" => outline.all = value.is_some(),
            b"tidings:topics" => {
                outline.topics =
                    value.iter().flat_map(|topics| topics.split(',')).map(|one| one.trim().to_owned()).collect();
            }
            b"tidings:mode" => {
                let named = |mode: &Mode| value.as_deref() == Some(mode.name());
                outline.mode = Mode::ALL.into_iter().find(named);
            }
            _ => {}
        }
    }
    outline.title = outline.title.or(text);
    (outline.feed.is_some() || outline.all || !outline.topics.is_empty()).then_some(outline)
}

/// The subscriptions as JSON.
pub fn to_json(outlines: &[Outline]) -> String {
    let file = File { version: VERSION, subscriptions: outlines.to_vec() };
    serde_json::to_string_pretty(&file).expect("outlines are plain text") + "\n"
}

/// The subscriptions as OPML 2.0.
pub fn to_opml(outlines: &[Outline]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = write_opml(&mut writer, outlines);
    written.expect("memory takes what is written to it");
    String::from_utf8_lossy(&writer.into_inner()).into_owned() + "\n"
}

fn write_opml(writer: &mut Writer<Vec<u8>>, outlines: &[Outline]) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let opml = BytesStart::new("opml").with_attributes([("version", "2.0"), ("xmlns:tidings", NAMESPACE)]);
    writer.write_event(Event::Start(opml))?;
    writer.write_event(Event::Start(BytesStart::new("head")))?;
    writer.write_event(Event::Start(BytesStart::new("title")))?;
    writer.write_event(Event::Text(BytesText::new("Subscriptions of tidings")))?;
    writer.write_event(Event::End(BytesEnd::new("title")))?;
    writer.write_event(Event::End(BytesEnd::new("head")))?;
    writer.write_event(Event::Start(BytesStart::new("body")))?;
    for outline in outlines {
        writer.write_event(Event::Empty(element(outline)))?;
    }
    writer.write_event(Event::End(BytesEnd::new("body")))?;
    writer.write_event(Event::End(BytesEnd::new("opml")))
}

fn element(outline: &Outline) -> BytesStart<'static> {
    let mut element = BytesStart::new("outline");
    let topics = outline.topics.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    let name = match (&outline.title, outline.feed.as_deref()) {
        (Some(title), _) => title.as_str(),
        (None, Some(feed)) => feed,
        (None, None) if outline.all => "everything",
        (None, None) => topics.as_str(),
    };
    element.push_attribute(("text", name));
    if let Some(feed) = &outline.feed {
        element.push_attribute(("type", "rss"));
        element.push_attribute(("xmlUrl", feed.as_str()));
    }
    if let Some(site) = &outline.site {
        element.push_attribute(("htmlUrl", site.as_str()));
    }
    if outline.all {
        element.push_attribute(("tidings:all", "yes"));
    }
    if !topics.is_empty() {
        element.push_attribute(("tidings:topics", topics.as_str()));
    }
    if let Some(filter) = &outline.filter {
        element.push_attribute(("tidings:filter", filter.as_str()));
    }
    if let Some(mode) = outline.mode.filter(|mode| *mode != Mode::Instant) {
        element.push_attribute(("tidings:mode", mode.name()));
    }
    element
}
