//! Items as JSON Lines: `{"id","title","url","source","published","lang","text"}`.

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use serde::Deserialize;

use crate::model::id::{FeedId, ItemId};
use crate::model::item::{Item, Source};
use crate::pipeline::parse::dates;

#[derive(Deserialize)]
struct Line {
    id: String,
    title: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    text: String,
}

/// Reads the items of a file. `name` is for messages.
pub fn read(bytes: &[u8], name: &str, now: Timestamp) -> anyhow::Result<Vec<Item>> {
    let text = std::str::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8 text"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let line: Line = serde_json::from_str(line).map_err(|error| {
                anyhow!("{name} line {}: {error}; an item is {{\"id\",\"title\",\"url\",\"source\",\"published\",\"lang\",\"text\"}}", number + 1)
            })?;
            Ok(item(line, now))
        })
        .collect()
}

/// The text stays exactly as given: quotes point into it.
fn item(line: Line, now: Timestamp) -> Item {
    Item {
        id: ItemId::new(line.id),
        feed: FeedId::of_url(line.source.as_deref().unwrap_or_default()),
        title: line.title,
        body: line.text,
        url: line.url,
        authors: Vec::new(),
        categories: Vec::new(),
        image: None,
        lang: line.lang,
        published: line.published.as_deref().and_then(dates::parse),
        collected: now,
        source: Source { name: line.source.unwrap_or_default(), url: None },
        rights: None,
        topics: Vec::new(),
    }
}
