//! JSON Feed (jsonfeed.org, version 1.1) as the world writes it: titles left out, ids that are
//! numbers, a version that says http.
//!
//! Read in one go, keeping only what is wanted: a document tree would be a hundred times as large as
//! a document like `[{},{},{}]`.

use serde::Deserialize as _;
use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use serde_json::Number;
use serde_json::de::Deserializer;
use url::Url;

use super::loose::{Any, Loose};
use super::normalise::{NAMES_MAX, absolute, body, language, link_base, names, title};
use super::{ENTRIES_MAX, ParseError, dates};
use crate::model::feed::{Entry, FeedKind, ParsedFeed};

/// Names of a list that are looked at; [`NAMES_MAX`] different ones are kept.
const NAMES_READ_MAX: usize = 5 * NAMES_MAX;
/// Authors of the feed that an entry without any is given. Each entry has its own copy.
const INHERITED_MAX: usize = 3;

/// Reads a JSON Feed.
///
/// # Errors
/// What is wrong, where this is no JSON or no JSON Feed.
pub fn read(text: &str, base: Option<&str>) -> Result<ParsedFeed, ParseError> {
    let wrong = |what: &str| ParseError::Json { what: what.to_owned() };
    let mut reader = Deserializer::from_str(text);
    let Any(feed) = Any::<Feed>::deserialize(&mut reader).map_err(|error| wrong(&error.to_string()))?;
    reader.end().map_err(|error| wrong(&error.to_string()))?;
    if !feed.version.text().is_some_and(|version| version.contains("jsonfeed.org/version/1")) {
        return Err(wrong("it has no \"version\" of jsonfeed.org"));
    }
    match feed.items {
        Some(Items::Wrong) => return Err(wrong("its \"items\" are not a list")),
        Some(Items::TooMany) => return Err(ParseError::TooManyEntries),
        Some(Items::Read(_)) | None => {}
    }
    Ok(feed.finish(base))
}

/// A text, if it is one. Numbers count: many ids are written so.
#[derive(Default)]
struct Text(Option<String>);

impl Text {
    fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }

    fn trimmed(self) -> Option<String> {
        self.0.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

impl Loose for Text {
    fn text(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }

    fn number(number: Number) -> Self {
        Self(Some(number.to_string()))
    }
}

/// A list of texts, or of people or files of which one text each is wanted.
#[derive(Default)]
struct List<T>(Vec<T>);

impl<T: Loose> Loose for List<T> {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut all = Vec::new();
        while all.len() < NAMES_READ_MAX
            && let Some(Any(one)) = list.next_element()?
        {
            all.push(one);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(all))
    }
}

/// A tag: only a text counts.
#[derive(Default)]
struct Tag(Option<String>);

impl Loose for Tag {
    fn text(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

#[derive(Default)]
struct Person(Option<String>);

impl Loose for Person {
    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Ok(Self(field(object, "name")?))
    }
}

#[derive(Default)]
struct Attachment(Option<String>);

impl Loose for Attachment {
    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Ok(Self(field(object, "url")?))
    }
}

/// One text of an object.
fn field<'de, A: MapAccess<'de>>(mut object: A, wanted: &str) -> Result<Option<String>, A::Error> {
    let mut found = Tag::default();
    while let Some(Any(Tag(key))) = object.next_key()? {
        if key.as_deref() == Some(wanted) {
            Any(found) = object.next_value()?;
        } else {
            object.next_value::<IgnoredAny>()?;
        }
    }
    Ok(found.0)
}

#[derive(Default)]
struct Feed {
    version: Text,
    title: Text,
    home_page_url: Text,
    feed_url: Text,
    language: Text,
    author: Person,
    authors: List<Person>,
    items: Option<Items>,
}

impl Loose for Feed {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut feed = Self::default();
        while let Some(Any(Tag(key))) = object.next_key()? {
            match key.as_deref().unwrap_or_default() {
                "version" => Any(feed.version) = object.next_value()?,
                "title" => Any(feed.title) = object.next_value()?,
                "home_page_url" => Any(feed.home_page_url) = object.next_value()?,
                "feed_url" => Any(feed.feed_url) = object.next_value()?,
                "language" => Any(feed.language) = object.next_value()?,
                "author" => Any(feed.author) = object.next_value()?,
                "authors" => Any(feed.authors) = object.next_value()?,
                "items" => feed.items = Some(object.next_value::<Any<Items>>()?.0),
                _ => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(feed)
    }
}

impl Feed {
    fn finish(self, base: Option<&str>) -> ParsedFeed {
        let home = self.home_page_url.0.or(self.feed_url.0).map(|url| as_browsers_write(&url));
        let base = base.and_then(link_base);
        let home_url = home.and_then(|url| absolute(&url, base.as_ref()));
        let base = base.or_else(|| home_url.as_deref().and_then(link_base));
        let authors = people(self.author, self.authors, INHERITED_MAX);
        let items = match self.items {
            Some(Items::Read(items)) => items,
            Some(Items::Wrong | Items::TooMany) | None => Vec::new(),
        };
        ParsedFeed {
            kind: FeedKind::Json,
            title: self.title.text().and_then(title),
            home_url,
            language: self.language.text().and_then(language),
            entries: items.into_iter().map(|item| item.finish(base.as_ref(), &authors)).collect(),
            ttl_minutes: None,
            rights: None,
        }
    }
}

/// The items of a feed. Anything in the list that is no object is passed over.
#[derive(Default)]
enum Items {
    Read(Vec<Item>),
    TooMany,
    /// No list at all.
    #[default]
    Wrong,
}

impl Loose for Items {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut items: Vec<Item> = Vec::new();
        while let Some(Any(item)) = list.next_element::<Any<Option<Item>>>()? {
            if items.len() == ENTRIES_MAX {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Self::TooMany);
            }
            items.extend(item);
        }
        Ok(Self::Read(items))
    }
}

#[derive(Default)]
struct Item {
    id: Text,
    url: Text,
    external_url: Text,
    title: Text,
    content_html: Text,
    content_text: Text,
    summary: Text,
    date_published: Text,
    date_modified: Text,
    author: Person,
    authors: List<Person>,
    tags: List<Tag>,
    attachments: List<Attachment>,
}

impl Loose for Option<Item> {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let mut item = Item::default();
        while let Some(Any(Tag(key))) = object.next_key()? {
            match key.as_deref().unwrap_or_default() {
                "id" => Any(item.id) = object.next_value()?,
                "url" => Any(item.url) = object.next_value()?,
                "external_url" => Any(item.external_url) = object.next_value()?,
                "title" => Any(item.title) = object.next_value()?,
                "content_html" => Any(item.content_html) = object.next_value()?,
                "content_text" => Any(item.content_text) = object.next_value()?,
                "summary" => Any(item.summary) = object.next_value()?,
                "date_published" => Any(item.date_published) = object.next_value()?,
                "date_modified" => Any(item.date_modified) = object.next_value()?,
                "author" => Any(item.author) = object.next_value()?,
                "authors" => Any(item.authors) = object.next_value()?,
                "tags" => Any(item.tags) = object.next_value()?,
                "attachments" => Any(item.attachments) = object.next_value()?,
                _ => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Some(item))
    }
}

impl Item {
    fn finish(self, base: Option<&Url>, authors_of_feed: &[String]) -> Entry {
        let file = || self.attachments.0.into_iter().find_map(|file| file.0);
        let link = self.url.0.or(self.external_url.0).or_else(file);
        let id = self.id.trimmed();
        // An id that is an address is the item's (JSON Feed 1.1, "Items").
        let permalink = || id.as_deref().filter(|id| id.starts_with("http")).and_then(|id| absolute(id, None));
        let own_authors = people(self.author, self.authors, NAMES_MAX);
        let html = self.content_html.trimmed().and_then(|text| body(text, true));
        let plain = self.content_text.trimmed().and_then(|text| body(text, false));
        let summary = self.summary.trimmed().and_then(|text| body(text, false));
        let (content, rest) = if html.is_some() { (html, plain) } else { (plain, None) };
        let date = |text: &Text| {
            let exact = text.text().and_then(dates::parse)?;
            jiff::Timestamp::from_second(exact.as_second()).ok()
        };
        Entry {
            url: link.and_then(|url| absolute(&as_browsers_write(&url), base)).or_else(permalink),
            title: self.title.text().and_then(title),
            published: date(&self.date_published),
            updated: date(&self.date_modified),
            authors: if own_authors.is_empty() { authors_of_feed.to_vec() } else { own_authors },
            categories: names(self.tags.0.into_iter().filter_map(|tag| tag.0)),
            summary: summary.or(rest),
            content,
            image: None,
            id,
        }
    }
}

fn people(first: Person, more: List<Person>, max: usize) -> Vec<String> {
    let mut people = names([first].into_iter().chain(more.0).filter_map(|person| person.0));
    people.truncate(max);
    people
}

/// An absolute address as browsers write it: with a path, if only `/`.
fn as_browsers_write(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), String::from)
}
