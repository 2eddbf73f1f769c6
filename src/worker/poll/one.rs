//! One poll: fetch, parse, sift, commit.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::metrics::Metrics;
use crate::model::feed::{FeedRecord, Moved, ParsedFeed, Validators};
use crate::model::id::FeedId;
use crate::model::seen::{SeenSet, body_hash};
use crate::pipeline::parse::plain::cut;
use crate::pipeline::parse::{Document, ParseError, parse};
use crate::pipeline::timing::{
    Bounds, Hints, RETRY_AFTER_MAX, after_failure, after_success, gone_for_good, is_sudden, permanent_move,
};
use crate::pipeline::{discover, sift};
use crate::port::{Body, Clock, FetchError, FetchRequest, Fetched, Fetcher, Intake, Store, StoreError};
use crate::worker::Hint;

/// Validators older than this are not sent: a server that always answers "not modified" would
/// otherwise be believed for ever (failures, row 14).
const VALIDATORS_MAX_AGE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// When a feed had more new items than one poll takes, the next comes after this.
const LEFT_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// Bytes of an error, and of a language, that are kept with the feed.
const ERROR_BYTES_MAX: usize = 500;
const LANG_BYTES_MAX: usize = 64;
/// Feeds tried of a site that names several or none.
const CANDIDATES_MAX: usize = 8;
/// Documents that are read at the same time, whatever the number of polls.
const PARSERS: usize = 2;

/// Everything one poll needs.
pub struct Poller {
    pub store: Arc<dyn Store>,
    pub fetcher: Arc<dyn Fetcher>,
    pub clock: Arc<dyn Clock>,
    pub bounds: Bounds,
    pub metrics: Metrics,
    /// Wakes the enrich worker.
    pub intake: Hint,
    /// Documents that may be read at once: each may need thirty times its size.
    pub parsers: Arc<Semaphore>,
}

/// How a poll ended.
#[derive(Debug, Default)]
pub struct Polled {
    /// The feed's record, where nothing else came of it: it is written down together with others.
    pub note: Option<FeedRecord>,
    /// The host asked to be left alone until then.
    pub host_not_before: Option<Timestamp>,
}

/// Why a poll brought nothing, with what the server said about trying again.
struct Failure {
    error: Problem,
    retry_after: Option<SignedDuration>,
}

#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Parse(#[from] ParseError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many files are open, or the like: no reason to give up the store.
    #[error(transparent)]
    Unnoted(StoreError),
}

impl From<Problem> for Failure {
    fn from(error: Problem) -> Self {
        let retry_after = match &error {
            Problem::Fetch(FetchError::Status { status: 429 | 503, retry_after_secs, .. }) => {
                retry_after_secs.map(|secs| SignedDuration::from_secs(i64::try_from(secs).unwrap_or(i64::MAX)))
            }
            _ => None,
        };
        Self { error, retry_after }
    }
}

/// What a successful poll found.
enum Found {
    /// The same document; with a body of its own, its validators.
    Unchanged(Option<Validators>),
    Feed(Box<Fresh>),
}

/// A feed as read, with the turn that it was read in.
type Parsed = (ParsedFeed, Option<OwnedSemaphorePermit>);

/// A feed that is not as it was, where it was found, and how to ask for it again.
struct Fresh {
    parsed: ParsedFeed,
    /// Others wait for their turn until this one is let go of.
    _turn: Option<OwnedSemaphorePermit>,
    url: String,
    validators: Validators,
}

impl Poller {
    /// As many turns as there may be documents read at once.
    pub fn parsers() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(PARSERS))
    }

    /// Polls a feed and commits what it brought, if it brought anything. Whatever goes wrong with
    /// this feed alone is a failure of this feed.
    ///
    /// # Errors
    /// When the store takes nothing at all; nothing has changed then.
    pub async fn poll(&self, id: &FeedId) -> Result<Polled, StoreError> {
        let Some(record) = self.store.feed(id).await? else { return Ok(Polled::default()) };
        let outcome = AssertUnwindSafe(self.ask(&record)).catch_unwind().await;
        match outcome.unwrap_or_else(|panic| Err(crash(panic.as_ref()))) {
            Ok(polled) => Ok(polled),
            Err(Problem::Store(error)) if error.is_of_all() => Err(error),
            Err(problem) => Ok(self.failed(record, problem.into(), self.clock.now())),
        }
    }

    async fn ask(&self, record: &FeedRecord) -> Result<Polled, Problem> {
        let fetched = self.fetcher.fetch(&self.request(record)).await?;
        let (hints, moved_to, found) = self.read(record, fetched).await?;
        let now = self.clock.now();
        let mut record = record.clone();
        record.state.last_poll = Some(now);
        match found {
            Found::Unchanged(validators) => {
                if let Some(validators) = validators {
                    record.state.validators = validators;
                }
                // Guids that are made anew at each poll would have made another document.
                record.state.guid_churn = 0;
                self.succeeded(&mut record, 0, hints, moved_to, now);
                Ok(Polled { note: Some(record), host_not_before: None })
            }
            Found::Feed(fresh) => {
                let Intake { mut record, seen, items } = self.take_in(record, &fresh, now).await?;
                drop(fresh);
                self.succeeded(&mut record, items.len(), hints, moved_to, now);
                Ok(self.commit(Intake { record, seen, items }).await?)
            }
        }
    }

    fn request(&self, record: &FeedRecord) -> FetchRequest {
        let known = &record.state.validators;
        let is_fresh = known.at.is_some_and(|at| self.clock.now().duration_since(at) < VALIDATORS_MAX_AGE);
        let validators = if is_fresh { known.clone() } else { Validators::default() };
        FetchRequest { url: record.state.url.clone(), validators }
    }

    async fn read(&self, record: &FeedRecord, fetched: Fetched) -> Result<(Hints, Option<String>, Found), Problem> {
        let max_age = fetched.max_age_secs.and_then(|secs| i64::try_from(secs).ok()).map(SignedDuration::from_secs);
        let hints = Hints { max_age, ..Hints::default() };
        let Some(body) = fetched.body else { return Ok((hints, fetched.moved_to, Found::Unchanged(None))) };
        let hash = body_hash(&body.bytes);
        let validators = Validators {
            url: Some(fetched.url.clone()),
            etag: body.etag.clone(),
            last_modified: body.last_modified.clone(),
            body_hash: Some(hash),
            at: Some(self.clock.now()),
        };
        if record.state.validators.body_hash == Some(hash) {
            return Ok((hints, fetched.moved_to, Found::Unchanged(Some(validators))));
        }
        match self.parse(&record.feed.id, body, &fetched.url).await {
            Ok((parsed, turn)) => Ok((
                hints,
                fetched.moved_to,
                Found::Feed(Box::new(Fresh { parsed, _turn: turn, url: record.state.url.clone(), validators })),
            )),
            Err((Problem::Parse(error @ ParseError::Html { .. }), page)) if record.state.last_success.is_none() => {
                let found = self.discover(record, &fetched.url, &page).await;
                found.map(|found| (hints, None, found)).ok_or(Problem::Parse(error))
            }
            Err((problem, _)) => Err(problem),
        }
    }

    /// Parses off the async threads when its turn comes, with a note in the store of what is being
    /// parsed. Gives the document back with an error.
    async fn parse(&self, feed: &FeedId, body: Body, base: &str) -> Result<Parsed, (Problem, Vec<u8>)> {
        // Before the note: a document that waits kills nobody.
        let turn = self.parsers.clone().acquire_owned().await.ok();
        let (store, feed, base) = (self.store.clone(), feed.clone(), base.to_owned());
        let parsing = tokio::task::spawn_blocking(move || {
            if let Err(error) = store.parsing(&feed, &body, &base) {
                let is_full = matches!(error, StoreError::DiskFull { .. });
                let problem = if is_full { Problem::Store(error) } else { Problem::Unnoted(error) };
                return Err((problem, body.bytes));
            }
            let document =
                Document { bytes: &body.bytes, content_type: body.content_type.as_deref(), base: Some(&base) };
            let parsed = parse(document);
            store.parsed(&feed);
            parsed.map(|parsed| (parsed, turn)).map_err(|error| (Problem::Parse(error), body.bytes))
        });
        parsing
            .await
            .unwrap_or_else(|error| Err((Problem::Store(StoreError::Crashed { what: error.to_string() }), Vec::new())))
    }

    /// A site URL leads to its feeds: those its page names, else those at the usual places.
    async fn discover(&self, record: &FeedRecord, page_url: &str, page: &[u8]) -> Option<Found> {
        let base = Url::parse(page_url).ok()?;
        let named = discover::links(&String::from_utf8_lossy(page), &base);
        let places = if named.is_empty() { discover::common_places(&base) } else { named };
        for place in places.into_iter().take(CANDIDATES_MAX) {
            let Ok(fetched) = self.fetcher.fetch(&FetchRequest::new(place.as_str())).await else { continue };
            let Some(body) = fetched.body else { continue };
            let validators = Validators {
                url: Some(fetched.url.clone()),
                etag: body.etag.clone(),
                last_modified: body.last_modified.clone(),
                body_hash: Some(body_hash(&body.bytes)),
                at: Some(self.clock.now()),
            };
            if let Ok((parsed, turn)) = self.parse(&record.feed.id, body, &fetched.url).await {
                tracing::info!(feed.id = %record.feed.id, "{} is a site; its feed is {place}", record.feed.url);
                return Some(Found::Feed(Box::new(Fresh { parsed, _turn: turn, url: place.to_string(), validators })));
            }
        }
        None
    }

    /// Tells new from known and brings the record up to date.
    async fn take_in(&self, mut record: FeedRecord, fresh: &Fresh, now: Timestamp) -> Result<Intake, StoreError> {
        let parsed = &fresh.parsed;
        let known = self.store.seen(&record.feed.id).await?;
        let before = known.clone();
        let sifted = sift::sift(&record, parsed, known, now);
        let state = &mut record.state;
        state.url = fresh.url.clone();
        state.title = parsed.title.clone();
        state.home_url = parsed.home_url.clone();
        state.language = parsed.language.clone().filter(|language| language.len() <= LANG_BYTES_MAX);
        state.rights = parsed.rights.clone();
        state.ttl_minutes = parsed.ttl_minutes;
        state.identity = sifted.identity;
        state.guid_churn = sifted.guid_churn;
        state.has_baseline = true;
        // What was left for the next poll must not be answered with "not modified".
        state.validators = if sifted.left == 0 { fresh.validators.clone() } else { Validators::default() };
        if sifted.absorbed > 0 {
            tracing::debug!(feed.id = %record.feed.id, absorbed = sifted.absorbed, "Known items under new ids");
        }
        let elapsed = state.last_success.map(|last| now.duration_since(last)).unwrap_or_default();
        if sifted.is_surge && is_sudden(&state.pace, elapsed, sifted.items.len() + sifted.left) {
            // Nothing is held back for it: much may have happened (failures, row 1).
            tracing::warn!(
                feed.id = %record.feed.id,
                "Most of {} is new at once; should these be old items under new names, they come once more",
                record.title()
            );
        }
        let seen: Option<SeenSet> = (before.as_ref() != Some(&sifted.seen)).then_some(sifted.seen);
        Ok(Intake { record, seen, items: sifted.items })
    }

    fn succeeded(&self, record: &mut FeedRecord, new: usize, hints: Hints, moved_to: Option<String>, now: Timestamp) {
        let state = &mut record.state;
        if let Some(last) = state.last_success {
            state.pace.observe(now.duration_since(last), new);
        }
        if state.health.last_error.is_some() {
            tracing::info!(feed.id = %record.feed.id, "{} works again", state.url);
        }
        state.health = Default::default();
        state.last_success = Some(now);
        if new > 0 {
            state.last_new = Some(now);
            state.usual = Some(state.pace);
        }
        if let Some(url) = permanent_move(&mut state.pending_move, moved_to.as_deref(), now) {
            tracing::info!(feed.id = %record.feed.id, "{} has moved to {url}", state.url);
            let host = |url: &str| Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
            if host(&url) != host(&state.url) {
                state.moved = Some(Moved { to: url.clone(), at: now });
            }
            state.url = url;
        }
        // A trusted server is polled at the operator's pace: `ttl` is a publisher's word to strangers.
        let ttl = state.ttl_minutes.filter(|_| !self.fetcher.trusts(&state.url));
        let hints = Hints { ttl: ttl.map(|minutes| SignedDuration::from_mins(minutes.into())), ..hints };
        state.next_poll = after_success(state, self.bounds, hints, now, fastrand::f64());
        if state.validators == Validators::default() {
            // Items were left for the next poll: it comes soon, but not in a circle.
            let soon = self.bounds.min_interval.min(LEFT_PAUSE);
            state.next_poll = now.checked_add(soon).unwrap_or(now);
        }
        let title = record.title().to_owned();
        self.metrics.poll(if new > 0 { "new" } else { "unchanged" });
        if new > 0 {
            tracing::info!(feed.id = %record.feed.id, new, "Took {new} new items from {title}");
        }
    }

    fn failed(&self, mut record: FeedRecord, failure: Failure, now: Timestamp) -> Polled {
        self.metrics.poll("failed");
        let state = &mut record.state;
        state.last_poll = Some(now);
        let is_news = state.health.failures == 0;
        state.health.failures += 1;
        state.health.failing_since.get_or_insert(now);
        state.health.last_error = Some(cut(&failure.error.to_string(), ERROR_BYTES_MAX).to_owned());
        let is_timeout = matches!(failure.error, Problem::Fetch(FetchError::Timeout { .. }));
        state.health.timeouts = if is_timeout { state.health.timeouts + 1 } else { 0 };
        let is_gone = matches!(failure.error, Problem::Fetch(FetchError::Status { status: 410, .. }));
        if is_gone && gone_for_good(&mut state.health, now) {
            state.health.parked = Some("its server says that it is gone for good (410)".to_owned());
            tracing::warn!(feed.id = %record.feed.id, "{} is gone for good and no longer polled", state.url);
        } else if !is_gone {
            (state.health.gone, state.health.gone_since) = (0, None);
        }
        let hints = Hints { retry_after: failure.retry_after, ..Hints::default() };
        state.next_poll = after_failure(&state.health, self.bounds, hints, now, fastrand::f64());
        if is_news {
            tracing::warn!(feed.id = %record.feed.id, "{} cannot be read: {}", state.url, failure.error);
        }
        // The host waits as long as it asked for, not as long as this feed's failures make it wait.
        let asked = failure.retry_after.map(|asked| asked.min(RETRY_AFTER_MAX));
        let host_not_before = asked.and_then(|asked| now.checked_add(asked).ok());
        Polled { note: Some(record), host_not_before }
    }

    async fn commit(&self, intake: Intake) -> Result<Polled, StoreError> {
        let new = intake.items.len();
        self.store.commit_intake(intake).await?;
        if new > 0 {
            self.metrics.items.inc_by(new as u64);
            self.intake.notify_one();
        }
        Ok(Polled::default())
    }
}

/// A panic in words.
fn crash(panic: &(dyn Any + Send)) -> Problem {
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
    Problem::Store(StoreError::Crashed { what: said.unwrap_or_else(|| "reading this feed".to_owned()) })
}
