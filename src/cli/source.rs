//! What a command was pointed at: a file, a URL, or standard input.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use url::Url;

use super::table::short;
use crate::app::{self, SystemClock};
use crate::config::Config;
use crate::model::feed::ParsedFeed;
use crate::pipeline::discover;
use crate::pipeline::parse::{Document, ParseError, parse};
use crate::port::{FetchRequest, Fetcher};
use crate::progress::Progress;

/// Feeds tried of a site that names several or none.
const CANDIDATES_MAX: usize = 8;

/// Characters of an address that fit a line beside other words.
const ADDRESS_SHOWN: usize = 50;

/// Bytes with what is known of them.
pub struct Source {
    pub bytes: Vec<u8>,
    content_type: Option<String>,
    /// Where they are from, if that has an address.
    pub url: Option<String>,
    /// For messages.
    name: String,
}

/// Reads what `name` stands for.
pub async fn read(name: &str, config: &Config) -> anyhow::Result<Source> {
    if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        return Ok(Source { bytes, content_type: None, url: None, name: "standard input".to_owned() });
    }
    if name.starts_with("http://") || name.starts_with("https://") {
        return fetch(name, &app::fetcher(config, Arc::new(SystemClock))).await;
    }
    let bytes = std::fs::read(Path::new(name)).with_context(|| format!("cannot read {name}"))?;
    Ok(Source { bytes, content_type: None, url: None, name: name.to_owned() })
}

/// What a URL answers.
pub async fn fetch(url: &str, fetcher: &dyn Fetcher) -> anyhow::Result<Source> {
    let _progress = Progress::timed(format!("waiting for {}", short(url, ADDRESS_SHOWN)));
    let fetched = fetcher.fetch(&FetchRequest::new(url)).await?;
    let body = fetched.body.ok_or_else(|| anyhow!("{url} answered that nothing has changed, without being asked"))?;
    Ok(Source { bytes: body.bytes, content_type: body.content_type, url: Some(fetched.url), name: url.to_owned() })
}

/// The feed that a source is, or that its page leads to. `base` goes before the source's own
/// address.
pub async fn feed(source: &Source, base: Option<&str>, config: &Config) -> anyhow::Result<ParsedFeed> {
    let document = Document {
        bytes: &source.bytes,
        content_type: source.content_type.as_deref(),
        base: base.or(source.url.as_deref()),
    };
    match (parse(document), source.url.as_deref()) {
        (Err(error @ ParseError::Html { .. }), Some(page)) => {
            let found = discovered(page, &source.bytes, config).await;
            found.ok_or_else(|| anyhow!("{}: {error}", source.name))
        }
        (parsed, _) => parsed.map_err(|error| anyhow!("{}: {error}", source.name)),
    }
}

async fn discovered(page: &str, html: &[u8], config: &Config) -> Option<ParsedFeed> {
    let base = Url::parse(page).ok()?;
    let named = discover::links(&String::from_utf8_lossy(html), &base);
    let places = if named.is_empty() { discover::common_places(&base) } else { named };
    let fetcher = app::fetcher(config, Arc::new(SystemClock));
    for place in places.into_iter().take(CANDIDATES_MAX) {
        let Ok(source) = fetch(place.as_str(), &fetcher).await else { continue };
        let document = Document {
            bytes: &source.bytes,
            content_type: source.content_type.as_deref(),
            base: source.url.as_deref(),
        };
        if let Ok(parsed) = parse(document) {
            eprintln!("{page} is a page; its feed is {place}");
            return Some(parsed);
        }
    }
    None
}
