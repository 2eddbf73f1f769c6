//! The process dies at every commit: nothing is lost, and nothing comes twice but what was on its way
//! to the terminal at that moment.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use tidings::analyst::embedded::Embedded;
use tidings::app::{App, Ports, fetcher};
use tidings::config::{Config, Environment};
use tidings::metrics::Metrics;
use tidings::model::card::Card;
use tidings::model::decision::Decision;
use tidings::model::delivery::{Delivery, DeliveryState, Verdict};
use tidings::model::feed::{Feed, FeedRecord};
use tidings::model::id::{DeliveryId, FeedId, ItemId};
use tidings::model::item::Item;
use tidings::model::seen::SeenSet;
use tidings::model::subscription::{Address, Subscription};
use tidings::platform::terminal::{Output, Terminal};
use tidings::port::{Clock, Counts, DueFeed, Intake, Lease, Publication, Store, StoreError};
use tidings::store::sled::SledStore;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::world::FixedClock;
use crate::world::server::{FeedServer, Served};

/// A store that ends the process at the n-th commit, before it or after it.
struct Tripwire {
    inner: SledStore,
    countdown: AtomicUsize,
    is_before: bool,
}

impl Tripwire {
    fn before(&self, commit: &str) {
        if self.is_before && self.countdown.fetch_sub(1, Ordering::SeqCst) == 1 {
            die(commit);
        }
    }

    fn after(&self, commit: &str) {
        if !self.is_before && self.countdown.fetch_sub(1, Ordering::SeqCst) == 1 {
            die(commit);
        }
    }
}

fn die(commit: &str) {
    eprintln!("dies at {commit}");
    std::process::abort();
}

#[async_trait]
impl Store for Tripwire {
    async fn sync_feeds(&self, feeds: &[Feed], address: &Address, now: Timestamp) -> Result<(), StoreError> {
        self.before("sync");
        self.inner.sync_feeds(feeds, address, now).await?;
        self.after("sync");
        Ok(())
    }
    async fn feeds(&self) -> Result<Vec<FeedRecord>, StoreError> {
        self.inner.feeds().await
    }
    async fn feed(&self, id: &FeedId) -> Result<Option<FeedRecord>, StoreError> {
        self.inner.feed(id).await
    }
    async fn due_feeds(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(Vec<DueFeed>, Option<Timestamp>), StoreError> {
        self.inner.due_feeds(since, now).await
    }
    async fn seen(&self, feed: &FeedId) -> Result<Option<SeenSet>, StoreError> {
        self.inner.seen(feed).await
    }
    async fn commit_intake(&self, intake: Intake) -> Result<(), StoreError> {
        self.before("intake");
        self.inner.commit_intake(intake).await?;
        self.after("intake");
        Ok(())
    }
    async fn note_polls(&self, records: Vec<FeedRecord>) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        self.before("note");
        self.inner.note_polls(records).await?;
        self.after("note");
        Ok(())
    }
    async fn pending_items(&self, max: usize) -> Result<Vec<Item>, StoreError> {
        self.inner.pending_items(max).await
    }
    async fn subscriptions_to(&self, feed: &FeedId) -> Result<Vec<Subscription>, StoreError> {
        self.inner.subscriptions_to(feed).await
    }
    async fn publish(&self, publication: Publication) -> Result<(), StoreError> {
        self.before("notice");
        self.inner.publish(publication).await?;
        self.after("notice");
        Ok(())
    }
    async fn card(&self, item: &ItemId) -> Result<Option<Card>, StoreError> {
        self.inner.card(item).await
    }
    async fn decisions(&self, item: &ItemId) -> Result<Vec<Decision>, StoreError> {
        self.inner.decisions(item).await
    }
    async fn lease(&self, now: Timestamp, max: usize) -> Result<(Vec<Lease>, Option<Timestamp>), StoreError> {
        // Only where there is something to lease, and nothing on its way that dies as well.
        let states: Vec<DeliveryState> =
            self.inner.deliveries(usize::MAX).await?.into_iter().map(|one| one.state).collect();
        let is_any = |is: fn(&DeliveryState) -> bool| states.iter().any(is);
        if is_any(|one| matches!(one, DeliveryState::Queued { .. }))
            && !is_any(|one| matches!(one, DeliveryState::Sending { .. }))
        {
            self.before("lease");
        }
        let leased = self.inner.lease(now, max).await?;
        if !leased.0.is_empty() {
            // Durable, and not known to anybody.
            self.after("lease");
        }
        Ok(leased)
    }
    async fn settle(&self, lease: Lease, verdict: Verdict, now: Timestamp) -> Result<Delivery, StoreError> {
        self.before("settle");
        let settled = self.inner.settle(lease, verdict, now).await?;
        self.after("settle");
        Ok(settled)
    }
    async fn deliveries(&self, max: usize) -> Result<Vec<Delivery>, StoreError> {
        self.inner.deliveries(max).await
    }
    async fn retry_dead(&self, id: &DeliveryId, now: Timestamp) -> Result<Delivery, StoreError> {
        self.inner.retry_dead(id, now).await
    }
    fn parsing(&self, feed: &FeedId, document: &[u8]) -> Result<(), StoreError> {
        self.before("parsing");
        self.inner.parsing(feed, document)
    }
    fn parsed(&self, feed: &FeedId) {
        self.inner.parsed(feed);
        self.after("parsed");
    }
    async fn counts(&self) -> Result<Counts, StoreError> {
        self.inner.counts().await
    }
    async fn forget_before(&self, before: Timestamp, max: usize) -> Result<usize, StoreError> {
        self.inner.forget_before(before, max).await
    }
}

/// Where a child process works, and when it dies.
const FOLDER: &str = "TIDINGS_TEST_FOLDER";
const FEED: &str = "TIDINGS_TEST_FEED";
const NOW: &str = "TIDINGS_TEST_NOW";
const TRIPWIRE: &str = "TIDINGS_TEST_TRIPWIRE";

/// The child process of the test below; without its variables it has nothing to do.
#[tokio::test]
async fn child() {
    let (Ok(folder), Ok(feed), Ok(now), Ok(tripwire)) =
        (std::env::var(FOLDER), std::env::var(FEED), std::env::var(NOW), std::env::var(TRIPWIRE))
    else {
        return;
    };
    let (when, count) = tripwire.split_once(':').unwrap();
    let folder = PathBuf::from(folder);
    let clock = FixedClock::new(&now);
    let inner = SledStore::open(&folder.join("data"), clock.now()).await.unwrap();
    let countdown = AtomicUsize::new(count.parse().unwrap());
    let store = Arc::new(Tripwire { inner, countdown, is_before: when == "before" });
    // What the last process was sending is in doubt now, and that is durable.
    store.after("open");
    let text = format!("[watch]\nallow_private = [\"127.0.0.1\"]\n[[feeds]]\nurl = \"{feed}\"\n");
    let config = Config::parse(&text, Path::new("config.toml"), &Environment::default()).unwrap();
    let ledger = OpenOptions::new().create(true).append(true).open(folder.join("ledger")).unwrap();
    let ports = Ports {
        fetcher: Arc::new(fetcher(&config, clock.clone())),
        clock,
        store,
        analyst: Arc::new(Embedded::new(&config.labels())),
        platforms: vec![Arc::new(Terminal::new(Output::Json, ledger, CancellationToken::new()))],
        metrics: Metrics::default(),
    };
    App::new(&config, ports).await.unwrap().run_until_idle().await.unwrap();
}

/// Runs the child; true when it came to its end, else the commit it died at.
async fn run_child(folder: &Path, feed: &Served, now: &str, tripwire: &str) -> Result<(), String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture"])
        .env(FOLDER, folder)
        .env(FEED, feed.url())
        .env(NOW, now)
        .env(TRIPWIRE, tripwire)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match said.lines().find_map(|line| line.strip_prefix("dies at ")) {
        Some(commit) => Err(commit.to_owned()),
        None if output.status.success() => Ok(()),
        None => panic!("the child failed: {said}"),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

/// How often each headline stands in a ledger. A last line that was cut off counts as not written.
pub fn headlines(ledger: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for line in ledger.lines() {
        if let Ok(card) = serde_json::from_str::<serde_json::Value>(line) {
            *counts.entry(card["headline"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    counts
}

#[tokio::test]
async fn a_death_at_any_commit_loses_nothing_and_repeats_only_what_was_on_its_way() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    let start = tempfile::tempdir().unwrap();
    run_child(start.path(), &feed, "2026-11-23T09:00:00Z", "after:1000").await.unwrap();
    for title in ["First", "Second", "Third"] {
        feed.publish(title);
    }
    let mut deaths = Vec::new();
    for when in ["before", "after"] {
        for count in 1.. {
            let folder = tempfile::tempdir().unwrap();
            copy(start.path(), folder.path());
            let tripwire = format!("{when}:{count}");
            let Err(commit) = run_child(folder.path(), &feed, "2026-11-23T10:00:00Z", &tripwire).await else { break };
            // The next life dies as soon as it has put the doubts in order, the third one lives.
            let second = run_child(folder.path(), &feed, "2026-11-23T10:10:00Z", "after:1").await;
            assert_eq!(second, Err("open".to_owned()), "{tripwire} ({commit})");
            for now in ["2026-11-23T10:30:00Z", "2026-11-23T13:00:00Z"] {
                run_child(folder.path(), &feed, now, "after:1000").await.unwrap();
            }
            let counts = headlines(&fs::read_to_string(folder.path().join("ledger")).unwrap());
            let times: Vec<usize> =
                ["First", "Second", "Third"].iter().map(|title| counts.get(*title).copied().unwrap_or(0)).collect();
            let twice = times.iter().filter(|times| **times == 2).count();
            assert!(!counts.contains_key("Old"), "{tripwire} ({commit}): the baseline was announced");
            assert!(times.iter().all(|times| (1..=2).contains(times)), "{tripwire} ({commit}): {counts:?}");
            // Written to the terminal, and dead before that was written down.
            let was_on_its_way = commit == "settle" && when == "before";
            assert_eq!(twice, usize::from(was_on_its_way), "{tripwire} ({commit}): {counts:?}");
            deaths.push(format!("{when} {commit}"));
        }
    }
    for commit in ["sync", "parsing", "intake", "notice", "lease", "settle"] {
        assert!(
            deaths.iter().any(|death| *death == format!("before {commit}")),
            "no death before {commit}: {deaths:?}"
        );
    }
    for commit in ["open", "sync", "parsed", "intake", "notice", "lease", "settle"] {
        assert!(deaths.iter().any(|death| *death == format!("after {commit}")), "no death after {commit}: {deaths:?}");
    }
    println!("{} deaths: {deaths:?}", deaths.len());
}

#[tokio::test]
async fn a_death_at_the_note_of_a_quiet_poll_costs_one_request_at_most() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    let folder = tempfile::tempdir().unwrap();
    run_child(folder.path(), &feed, "2026-11-23T09:00:00Z", "after:1000").await.unwrap();
    for (when, now) in [("before", "2026-11-23T10:00:00Z"), ("after", "2026-11-23T12:00:00Z")] {
        let asked = feed.asked().len();
        let mut commits = 1..;
        // Nothing new: after opening and syncing, the note is what there is to write.
        loop {
            let tripwire = format!("{when}:{}", commits.next().unwrap());
            match run_child(folder.path(), &feed, now, &tripwire).await {
                Err(commit) if commit == "note" => break,
                Err(_) => {}
                Ok(()) => panic!("no death {when} the note"),
            }
        }
        run_child(folder.path(), &feed, now, "after:1000").await.unwrap();
        assert!(feed.asked().len() - asked <= 2, "{when}: asked {} times", feed.asked().len() - asked);
    }
    feed.publish("New");
    run_child(folder.path(), &feed, "2026-11-23T18:00:00Z", "after:1000").await.unwrap();
    let counts = headlines(&fs::read_to_string(folder.path().join("ledger")).unwrap());
    assert_eq!(counts, HashMap::from([("New".to_owned(), 1)]));
}
