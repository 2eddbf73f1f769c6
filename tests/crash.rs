//! The process is killed, at every commit and at random: nothing is lost, and nothing comes twice
//! but what was on its way to the terminal at that moment.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tidings::analyst::embedded::Embedded;
use tidings::app::{App, Ports, fetcher};
use tidings::config::{Config, Environment};
use tidings::metrics::Metrics;
use tidings::model::card::Card;
use tidings::model::decision::Decision;
use tidings::model::delivery::{Delivery, Verdict};
use tidings::model::feed::{Feed, FeedRecord};
use tidings::model::id::{DeliveryId, FeedId, ItemId};
use tidings::model::item::Item;
use tidings::model::seen::SeenSet;
use tidings::model::subscription::{Address, Subscription};
use tidings::platform::terminal::{Output, Terminal};
use tidings::port::{Body, Clock, Counts, DueFeed, Intake, Lease, Publication, Store, StoreError};
use tidings::store::sled::SledStore;
use tokio::io::{AsyncBufReadExt, BufReader};
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
        self.inner.sync_feeds(feeds, address, now).await
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
        self.inner.note_polls(records).await
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
        let leased = self.inner.lease(now, max).await?;
        if !leased.0.is_empty() {
            // Before the lease is known to anybody, and after it is durable.
            self.before("lease");
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
    fn parsing(&self, feed: &FeedId, document: &Body, base: &str) -> Result<(), StoreError> {
        self.before("parsing");
        self.inner.parsing(feed, document, base)
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
fn headlines(ledger: &str) -> HashMap<String, usize> {
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
            run_child(folder.path(), &feed, "2026-11-23T10:30:00Z", "after:1000").await.unwrap();
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
    for commit in ["parsing", "intake", "notice", "lease", "settle"] {
        assert!(deaths.iter().any(|death| death.ends_with(commit)), "no death at {commit}: {deaths:?}");
    }
    println!("{} deaths: {deaths:?}", deaths.len());
}

const KILLS: usize = 50;
const FEEDS: usize = 6;

#[tokio::test]
async fn fifty_kills_at_random_moments() {
    let server = FeedServer::start().await;
    let feeds: Vec<Served> = (0..FEEDS).map(|n| server.feed(&format!("feed{n}"))).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut config =
        "[watch]\ninterval = \"1s\"\nallow_private = [\"127.0.0.1\"]\n[store]\npath = \"data\"\n".to_owned();
    feeds.iter().for_each(|feed| config.push_str(&format!("[[feeds]]\nurl = \"{}\"\n", feed.url())));
    fs::write(folder.path().join("config.toml"), config).unwrap();
    let ledger = folder.path().join("ledger");

    // A first life for the baseline, until every feed has been asked.
    let mut first = start(folder.path(), &ledger);
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    while feeds.iter().any(|feed| feed.asked().len() < 2) {
        ticks.tick().await;
    }
    first.kill().await.unwrap();

    let mut expected = Vec::new();
    let mut random = fastrand::Rng::with_seed(7);
    for kill in 0..KILLS {
        let mut life = start(folder.path(), &ledger);
        let end = tokio::time::Instant::now() + Duration::from_millis(random.u64(10..500));
        while tokio::time::Instant::now() < end {
            let title = format!("Item {} of life {kill}", expected.len());
            feeds[random.usize(0..FEEDS)].publish(&title);
            expected.push(title);
            ticks.tick().await;
        }
        life.kill().await.unwrap();
    }
    finish(folder.path(), &ledger, &expected).await;
    let counts = headlines(&fs::read_to_string(&ledger).unwrap());
    let lost: Vec<&String> = expected.iter().filter(|title| !counts.contains_key(*title)).collect();
    let twice = counts.values().filter(|times| **times == 2).count();
    let more = counts.values().filter(|times| **times > 2).count();
    println!("{KILLS} kills: {} items, {} lost, {twice} came twice", expected.len(), lost.len());
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert_eq!(more, 0, "no item came more than twice: {counts:?}");
    assert!(twice <= KILLS, "at most one write is in flight at each kill, {twice} came twice");
    assert_eq!(counts.len(), expected.len(), "nothing was invented");
}

fn start(folder: &Path, ledger: &Path) -> tokio::process::Child {
    let out = OpenOptions::new().create(true).append(true).open(ledger).unwrap();
    command(folder).stdout(Stdio::from(out)).stderr(Stdio::from(log(folder))).spawn().unwrap()
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(["run", "--output", "json"]).current_dir(folder).kill_on_drop(true);
    command
}

fn log(folder: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap()
}

/// A last life, until everything has been said or nothing more comes.
async fn finish(folder: &Path, ledger: &Path, expected: &[String]) {
    let said = fs::read_to_string(ledger).unwrap_or_default();
    let mut missing: std::collections::HashSet<&String> = expected.iter().collect();
    missing.retain(|title| !headlines(&said).contains_key(*title));
    let mut life = command(folder).stdout(Stdio::piped()).stderr(Stdio::from(log(folder))).spawn().unwrap();
    let mut lines = BufReader::new(life.stdout.take().unwrap()).lines();
    let mut more = String::new();
    let reading = async {
        while !missing.is_empty() {
            let Some(line) = lines.next_line().await.unwrap() else { break };
            let card: serde_json::Value = serde_json::from_str(&line).unwrap();
            missing.retain(|title| *title != card["headline"].as_str().unwrap());
            more.push_str(&format!("{line}\n"));
        }
    };
    // The condition is checked by the caller; this only bounds the wait.
    let _ = tokio::time::timeout(Duration::from_secs(60), reading).await;
    life.kill().await.unwrap();
    fs::write(ledger, said + &more).unwrap();
}
