//! A look at an address that somebody named: the feed that it is, or that its page leads to.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use url::Url;

use crate::model::feed::{ParsedFeed, Validators};
use crate::model::seen::body_hash;
use crate::pipeline::discover;
use crate::pipeline::parse::{Document, ParseError, parse};
use crate::port::{Body, FetchError, FetchRequest, Fetched, Fetcher};

/// Feeds tried of a site that names several or none.
const CANDIDATES_MAX: usize = 8;

/// A feed that was found.
pub struct Looked {
    /// Where it is.
    pub url: String,
    pub parsed: ParsedFeed,
    pub validators: Validators,
}

impl Looked {
    /// The usual time between its items, by their own dates.
    pub fn gap(&self) -> Option<SignedDuration> {
        let mut dates: Vec<Timestamp> =
            self.parsed.entries.iter().filter_map(|entry| entry.published.or(entry.updated)).collect();
        dates.sort_unstable();
        let (first, last) = (dates.first()?, dates.last()?);
        let gaps = i32::try_from(dates.len().checked_sub(1).filter(|gaps| *gaps > 0)?).ok()?;
        Some(last.duration_since(*first) / gaps)
    }
}

/// Why no feed was found.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("{url}: {error}")]
    NoFeed { url: String, error: ParseError },
    #[error("{url} gives no document")]
    NoBody { url: String },
    #[error("reading {url} crashed the parser")]
    Crashed { url: String },
}

/// Fetches and reads `url`; from a page it goes on to the page's feed.
///
/// # Errors
/// In words for the person who named it.
pub async fn look(
    fetcher: &Arc<dyn Fetcher>,
    parsers: &Arc<Semaphore>,
    url: &str,
    now: Timestamp,
) -> Result<Looked, LookError> {
    let fetched = fetcher.fetch(&FetchRequest::new(url)).await?;
    let Fetched { url: place, body: Some(body), .. } = fetched else {
        return Err(LookError::NoBody { url: url.to_owned() });
    };
    let page = body.bytes.clone();
    match read(parsers, url, &place, body, now).await {
        Err(LookError::NoFeed { error: error @ ParseError::Html { .. }, .. }) => {
            let found = discover(fetcher, parsers, &place, &page, now).await;
            found.ok_or(LookError::NoFeed { url: url.to_owned(), error })
        }
        outcome => outcome,
    }
}

/// `url` is what is asked next time, `place` where the answer came from.
async fn read(
    parsers: &Arc<Semaphore>,
    url: &str,
    place: &str,
    body: Body,
    now: Timestamp,
) -> Result<Looked, LookError> {
    let validators = Validators {
        url: Some(place.to_owned()),
        etag: body.etag.clone(),
        last_modified: body.last_modified.clone(),
        body_hash: Some(body_hash(&body.bytes)),
        at: Some(now),
    };
    let base = place.to_owned();
    let turn = parsers.clone().acquire_owned().await.ok();
    let parsing = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        parse(Document { bytes: &body.bytes, content_type: body.content_type.as_deref(), base: Some(&base) })
    });
    let parsed = parsing.await.map_err(|_| LookError::Crashed { url: url.to_owned() })?;
    let parsed = parsed.map_err(|error| LookError::NoFeed { url: url.to_owned(), error })?;
    Ok(Looked { url: url.to_owned(), parsed, validators })
}

/// The feeds that a page names, else those at the usual places; the first that is one.
async fn discover(
    fetcher: &Arc<dyn Fetcher>,
    parsers: &Arc<Semaphore>,
    page: &str,
    html: &[u8],
    now: Timestamp,
) -> Option<Looked> {
    let base = Url::parse(page).ok()?;
    let named = discover::links(&String::from_utf8_lossy(html), &base);
    let places = if named.is_empty() { discover::common_places(&base) } else { named };
    for place in places.into_iter().take(CANDIDATES_MAX) {
        let Ok(fetched) = fetcher.fetch(&FetchRequest::new(place.as_str())).await else { continue };
        let Fetched { url: answered, body: Some(body), .. } = fetched else { continue };
        if let Ok(found) = read(parsers, place.as_str(), &answered, body, now).await {
            return Some(found);
        }
    }
    None
}
