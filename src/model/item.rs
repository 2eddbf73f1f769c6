//! An item: one entry of a feed, normalised, with an identity that lasts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::id::{FeedId, ItemId};
use super::seen::fingerprint;

/// The publication an item comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub name: String,
    pub url: Option<String>,
}

/// One item, as it was when it was collected. Never changed afterwards: an edited title does not
/// change what was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub id: ItemId,
    pub feed: FeedId,
    pub title: String,
    /// Plain text: the entry's content, else its summary.
    pub body: String,
    pub url: Option<String>,
    pub authors: Vec<String>,
    pub categories: Vec<String>,
    pub image: Option<String>,
    pub lang: Option<String>,
    pub published: Option<Timestamp>,
    /// When we first saw it. Orders items; in-feed dates never do.
    pub collected: Timestamp,
    pub source: Source,
    pub rights: Option<String>,
    /// Topics that the feed vouches for.
    pub topics: Vec<String>,
}

impl Item {
    /// The text that every quote on a card points into: title, blank line, body.
    pub fn text(&self) -> String {
        format!("{}\n\n{}", self.title, self.body)
    }
}

/// A link without what changes while the article stays: scheme, `www.`, a trailing slash, and
/// parameters that say where a reader comes from.
///
/// The fragment stays: changelogs, comments and live pages name their items by it. One that says
/// nothing but where a reader comes from (`#rss`, `#xtor=RSS-1`) goes. A site that hangs an
/// unknown one on all its links is absorbed by the titles and texts that go with them.
pub fn link_key(link: &str) -> String {
    let Ok(url) = Url::parse(link) else { return link.to_owned() };
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let mut key = format!("{host}{}", url.path().trim_end_matches('/'));
    for (name, value) in url.query_pairs().filter(|(name, _)| !is_tracking(name)) {
        key.push_str(&format!("&{name}={value}"));
    }
    if let Some(fragment) = url.fragment().filter(|fragment| names_something(fragment)) {
        key.push_str(&format!("#{fragment}"));
    }
    key
}

fn is_tracking(parameter: &str) -> bool {
    parameter.starts_with("utm_") || matches!(parameter, "fbclid" | "gclid" | "mc_cid" | "mc_eid" | "ref_src")
}

fn names_something(fragment: &str) -> bool {
    let is_mark = |part: &str| {
        let name = part.split('=').next().unwrap_or_default().to_ascii_lowercase();
        let is_word = matches!(name.as_str(), "" | "rss" | "atom" | "feed" | "xtor" | "ref" | "source" | "echobox");
        is_word || is_tracking(&name) || name.starts_with("at_") || name.starts_with("ns_")
    };
    !fragment.split('&').all(is_mark)
}

/// What links of the same article have in common.
pub fn link_fingerprint(link: &str) -> u64 {
    fingerprint(&link_key(link))
}
