//! From a web page to its feeds.

use html5gum::emitters::callback::CallbackEvent;
use url::Url;

use super::parse::plain::{cut, walk};

/// Bytes of a page that are searched; `<link>` stands in its head.
const PAGE_BYTES_MAX: usize = 512 * 1024;
/// Feeds that one page may name.
const CANDIDATES_MAX: usize = 16;
/// Where feeds live on sites that do not name them.
const COMMON_PATHS: &[&str] =
    &["feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feeds/posts/default", "feed.json"];
/// Media types of feeds (RFC 4287, RSS Advisory Board, JSON Feed 1.1).
const FEED_TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "text/xml",
    "application/xml",
    "application/json",
];

/// The feeds that a page names by `<link rel="alternate">`, in its order.
pub fn links(html: &str, base: &Url) -> Vec<Url> {
    let mut found = Vec::new();
    let mut link = Link::default();
    walk(cut(html, PAGE_BYTES_MAX), |event| match event {
        CallbackEvent::OpenStartTag { name } => {
            link = Link { is_link: name == b"link", ..Link::default() };
        }
        CallbackEvent::AttributeName { name } => link.attribute = String::from_utf8_lossy(name).into_owned(),
        CallbackEvent::AttributeValue { value } if link.is_link => link.set(&String::from_utf8_lossy(value)),
        CallbackEvent::CloseStartTag { .. } if link.is_feed() => {
            if let Ok(url) = base.join(link.href.trim())
                && !found.contains(&url)
                && found.len() < CANDIDATES_MAX
            {
                found.push(url);
            }
        }
        _ => {}
    });
    found
}

/// Places to look on a site that names no feed: beside the page, then at the root.
pub fn common_places(page: &Url) -> Vec<Url> {
    let mut places = Vec::new();
    let mut folder = page.clone();
    folder.set_query(None);
    folder.set_fragment(None);
    if !folder.path().ends_with('/') {
        folder.set_path(&format!("{}/", folder.path()));
    }
    for root in [Some(folder), page.join("/").ok()].into_iter().flatten() {
        for path in COMMON_PATHS {
            if let Ok(place) = root.join(path)
                && !places.contains(&place)
            {
                places.push(place);
            }
        }
    }
    places
}

#[derive(Default)]
struct Link {
    is_link: bool,
    attribute: String,
    rel: String,
    kind: String,
    href: String,
}

impl Link {
    fn set(&mut self, value: &str) {
        match self.attribute.as_str() {
            "rel" => self.rel = value.to_ascii_lowercase(),
            "type" => self.kind = value.to_ascii_lowercase(),
            "href" => self.href = value.to_owned(),
            _ => {}
        }
    }

    fn is_feed(&self) -> bool {
        let kind = self.kind.split(';').next().unwrap_or_default().trim();
        let is_alternate = self.rel.split_ascii_whitespace().any(|rel| rel == "alternate" || rel == "feed");
        self.is_link && is_alternate && FEED_TYPES.contains(&kind) && !self.href.is_empty()
    }
}
