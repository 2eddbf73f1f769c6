//! From feed-rs's model to ours: plain text, absolute links, one identity. What is the same for every
//! format is used for JSON too.

use feed_rs::model;
use jiff::Timestamp;
use url::Url;

use super::plain::{first_image, html_to_text, looks_like_html, one_line, paragraphs, title_to_text};
use crate::model::feed::{Body, Entry, FeedKind, ParsedFeed};

/// Authors and categories kept of one entry, and the characters of each.
pub const NAMES_MAX: usize = 20;
const NAME_CHARS_MAX: usize = 120;
/// Characters of a title. The longest in the corpus of real feeds has 300.
const TITLE_CHARS_MAX: usize = 1000;
/// Bytes of a link (RFC 9110 asks for at least 8,000; browsers and platforms stop at about 2,000).
pub const URL_BYTES_MAX: usize = 2048;

/// feed-rs takes chrono's times.
pub fn to_chrono(timestamp: Timestamp) -> Option<chrono::DateTime<chrono::Utc>> {
    chrono::DateTime::from_timestamp(timestamp.as_second(), 0)
}

fn from_chrono(time: chrono::DateTime<chrono::Utc>) -> Option<Timestamp> {
    Timestamp::from_second(time.timestamp()).ok()
}

pub fn feed(feed: model::Feed, base: Option<&str>) -> ParsedFeed {
    let base = base.and_then(|base| Url::parse(base).ok());
    let home_url = home_link(&feed).and_then(|link| absolute(&link.href, base.as_ref()));
    let own = feed.links.iter().find(|link| link.rel.as_deref() == Some("self")).map(|link| link.href.as_str());
    // Without an address of our own, the feed's word for its own is the best base there is.
    let link_base = base.or_else(|| [own, home_url.as_deref()].into_iter().flatten().find_map(link_base));
    ParsedFeed {
        kind: match feed.feed_type {
            model::FeedType::Atom => FeedKind::Atom,
            model::FeedType::JSON => FeedKind::Json,
            model::FeedType::RSS0 | model::FeedType::RSS1 | model::FeedType::RSS2 => FeedKind::Rss,
        },
        title: feed.title.as_ref().and_then(|text| title(&text.content)),
        home_url,
        language: feed.language.as_deref().and_then(language),
        ttl_minutes: feed.ttl,
        rights: feed.rights.as_ref().and_then(|text| title(&text.content)),
        entries: feed.entries.into_iter().map(|one| entry(one, link_base.as_ref())).collect(),
    }
}

fn entry(entry: model::Entry, base: Option<&Url>) -> Entry {
    let id = Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty());
    let url = entry_link(&entry.links).and_then(|link| absolute(&link.href, base));
    // An RSS guid is the permalink unless it says otherwise (RSS 2.0, element guid).
    let permalink = || id.as_deref().filter(|id| id.starts_with("http")).and_then(|id| absolute(id, None));
    let image = image_of(&entry).and_then(|image| absolute(&image, base));
    let summary = entry.summary.and_then(|text| body(text.content, text.content_type.subty() != "plain"));
    let content = entry.content.and_then(|content| body(content.body?, content.content_type.subty() != "plain"));
    Entry {
        url: url.or_else(permalink),
        title: entry.title.as_ref().and_then(|text| title(&text.content)),
        published: entry.published.and_then(from_chrono),
        updated: entry.updated.and_then(from_chrono),
        authors: names(entry.authors.iter().map(author_name)),
        categories: names(entry.categories.iter().map(|one| one.label.clone().unwrap_or_else(|| one.term.clone()))),
        summary: summary.or_else(|| media_description(&entry.media)),
        content,
        image,
        id,
    }
}

/// An entry with its words made plain, and the picture in them if it has no other.
pub fn plain_entry(entry: Entry) -> Entry {
    let picture =
        || [&entry.content, &entry.summary].into_iter().flatten().find_map(|body| first_image(body.as_written()));
    let image = entry.image.clone().or_else(picture);
    let plain = |body: &Option<Body>| body.as_ref().and_then(plain_text).map(Body::Plain);
    Entry { summary: plain(&entry.summary), content: plain(&entry.content), image, ..entry }
}

/// The words of a body as plain text; nothing where no word is left.
pub fn plain_text(body: &Body) -> Option<String> {
    let text = match body {
        Body::Html(html) => html_to_text(html),
        Body::Plain(text) => paragraphs(text),
    };
    (!text.is_empty()).then_some(text)
}

pub fn title(text: &str) -> Option<String> {
    let title: String = title_to_text(text).chars().take(TITLE_CHARS_MAX).collect();
    (!title.is_empty()).then_some(title)
}

/// A language tag in lower case.
pub fn language(tag: &str) -> Option<String> {
    let tag = tag.trim();
    (!tag.is_empty()).then(|| tag.to_lowercase())
}

/// What links are resolved against, if it is not so long that they would all become as long.
pub fn link_base(url: &str) -> Option<Url> {
    Url::parse(url).ok().filter(|_| url.len() <= URL_BYTES_MAX)
}

/// RSS descriptions are HTML by custom although they come without a type, so whatever has a tag
/// or an entity is read as HTML.
pub fn body(text: String, is_html: bool) -> Option<Body> {
    if text.trim().is_empty() {
        return None;
    }
    Some(if is_html || looks_like_html(&text) { Body::Html(text) } else { Body::Plain(text) })
}

fn media_description(media: &[model::MediaObject]) -> Option<Body> {
    media.iter().find_map(|object| body(object.description.as_ref()?.content.clone(), true))
}

pub fn names(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in all.map(|name| title_to_text(&name).chars().take(NAME_CHARS_MAX).collect::<String>()) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
        if names.len() == NAMES_MAX {
            break;
        }
    }
    names
}

/// RSS writes authors as `address (name)`; feed-rs then has the role as name.
fn author_name(person: &model::Person) -> String {
    let Some(email) = person.email.as_deref().filter(|_| person.name == "author") else { return person.name.clone() };
    match email.split_once('(') {
        Some((_, name)) => one_line(name.trim_end().trim_end_matches(')')),
        None => one_line(email),
    }
}

/// The site a feed belongs to: not the feed itself, nor a hub.
fn home_link(feed: &model::Feed) -> Option<&model::Link> {
    feed.links.iter().find(|link| matches!(link.rel.as_deref(), None | Some("alternate")))
}

/// The article: `alternate` first (RFC 4287, section 4.2.7.2), then any link that is not something else.
fn entry_link(links: &[model::Link]) -> Option<&model::Link> {
    let is = |link: &&model::Link, rel: Option<&str>| link.rel.as_deref() == rel;
    links.iter().find(|link| is(link, Some("alternate"))).or_else(|| links.iter().find(|link| is(link, None)))
}

/// An http(s) link, absolute, or nothing.
pub fn absolute(href: &str, base: Option<&Url>) -> Option<String> {
    let href = href.trim();
    if href.len() > URL_BYTES_MAX {
        return None;
    }
    // A link that is absolute is kept as it is written: it may be compared with what others say.
    let is_web = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    let has_host = href.split_once("://").is_some_and(|(_, rest)| rest.starts_with(char::is_alphanumeric));
    if is_web(href) && has_host && !href.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Some(href.to_owned());
    }
    let url = match (Url::parse(href), base) {
        (Ok(url), _) => url,
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) if !href.is_empty() => base.join(href).ok()?,
        _ => return None,
    };
    (is_web(url.as_str()) && url.as_str().len() <= URL_BYTES_MAX).then(|| url.to_string())
}

fn image_of(entry: &model::Entry) -> Option<String> {
    let contents = entry.media.iter().flat_map(|object| &object.content);
    let picture = contents.into_iter().find(|content| {
        let is_image = content.content_type.as_ref().is_some_and(|kind| kind.ty() == "image");
        is_image || content.url.as_ref().is_some_and(|url| is_image_path(url.path()))
    });
    let thumbnail = || entry.media.iter().flat_map(|object| &object.thumbnails).next().map(|one| one.image.uri.clone());
    picture.and_then(|content| content.url.as_ref()).map(Url::to_string).or_else(thumbnail)
}

fn is_image_path(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(extension.as_str(), "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif")
}
