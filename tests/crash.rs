//! The process dies at every commit: nothing is lost, and nothing comes twice but what was on its way
//! to the terminal at that moment.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::time;
use tidings::analyst::embedded::Embedded;
use tidings::app::{App, Ports, fetcher};
use tidings::config::{Config, Environment};
use tidings::metrics::Metrics;
use tidings::model::settings::{Quiet, Settings};
use tidings::model::subscription::Address;
use tidings::platform::terminal::{Output, Terminal};
use tidings::port::{Clock, Store, StoreError};
use tidings::store::sled::SledStore;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::world::FixedClock;
use crate::world::server::{FeedServer, Served};
use crate::world::watched::{Step, Watched, Watcher};

/// Ends the process at the n-th commit, before it or after it.
pub struct Tripwire {
    countdown: AtomicUsize,
    is_before: bool,
}

impl Tripwire {
    /// `spec`: `before:3`, `after:1`.
    pub fn on(inner: SledStore, spec: &str) -> Arc<Watched<Self>> {
        let (when, count) = spec.split_once(':').unwrap();
        let countdown = AtomicUsize::new(count.parse().unwrap());
        Arc::new(Watched::new(Arc::new(inner), Self { countdown, is_before: when == "before" }))
    }

    fn count(&self, commit: &str) {
        if self.countdown.fetch_sub(1, Ordering::SeqCst) == 1 {
            eprintln!("dies at {commit}");
            std::process::abort();
        }
    }
}

impl Watcher for Tripwire {
    fn before(&self, step: &Step<'_>) -> Result<(), StoreError> {
        let is_commit = !matches!(step, Step::Seen(_) | Step::Notes { is_probe: true });
        if self.is_before && is_commit {
            self.count(step.name());
        }
        Ok(())
    }

    fn after(&self, step: &Step<'_>) {
        if !self.is_before && !matches!(step, Step::Notes { is_probe: true }) {
            self.count(step.name());
        }
    }
}

/// Where a child process works, and when it dies.
const FOLDER: &str = "TIDINGS_TEST_FOLDER";
const FEED: &str = "TIDINGS_TEST_FEED";
const NOW: &str = "TIDINGS_TEST_NOW";
/// Quiet hours from half past nine to noon.
const QUIET: &str = "TIDINGS_TEST_QUIET";
const TRIPWIRE: &str = "TIDINGS_TEST_TRIPWIRE";

/// The child process of the test below; without its variables it has nothing to do.
#[tokio::test]
async fn child() {
    let (Ok(folder), Ok(feed), Ok(now), Ok(tripwire)) =
        (std::env::var(FOLDER), std::env::var(FEED), std::env::var(NOW), std::env::var(TRIPWIRE))
    else {
        return;
    };
    let folder = PathBuf::from(folder);
    let clock = FixedClock::new(&now);
    let inner = SledStore::open(&folder.join("data"), clock.now()).await.unwrap();
    if std::env::var(QUIET).is_ok() {
        let quiet = Quiet { from: time(9, 30, 0, 0), to: time(12, 0, 0, 0) };
        let change = Box::new(move |settings: &mut Settings| settings.quiet = Some(quiet));
        inner.change_settings(&Address::terminal(), change).await.unwrap();
    }
    let store = Tripwire::on(inner, &tripwire);
    // What the last process was sending is in doubt now, and that is durable.
    store.watcher.after(&Step::Opened);
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
    run_child_with(folder, feed, (now, tripwire), &[]).await
}

async fn run_child_with(
    folder: &Path,
    feed: &Served,
    (now, tripwire): (&str, &str),
    more: &[(&str, &str)],
) -> Result<(), String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .envs(more.iter().copied())
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

pub fn copy(from: &Path, to: &Path) {
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
            // The next one is leased while the one before is on its way, or just after.
            let may_have_been = commit == "lease" && when == "before";
            assert!(
                twice == usize::from(was_on_its_way) || (may_have_been && twice == 1),
                "{tripwire} ({commit}): {counts:?}"
            );
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

/// How often a summary stands in a ledger.
fn summaries(ledger: &str) -> usize {
    ledger.lines().filter(|line| line.contains("\"recap\"") && line.contains("\"quiet\"")).count()
}

#[tokio::test]
async fn a_death_at_any_commit_around_quiet_hours_leaves_one_summary() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    let start = tempfile::tempdir().unwrap();
    let quiet = [(QUIET, "yes")];
    run_child(start.path(), &feed, "2026-11-23T09:00:00Z", "after:1000").await.unwrap();
    for title in ["Gateway flaw", "Cup final", "Chip factory"] {
        feed.publish(title);
    }
    let held = tempfile::tempdir().unwrap();
    copy(start.path(), held.path());
    run_child_with(held.path(), &feed, ("2026-11-23T10:00:00Z", "after:1000"), &quiet).await.unwrap();
    let mut deaths = Vec::new();
    for (from, now) in [(start.path(), "2026-11-23T10:00:00Z"), (held.path(), "2026-11-23T12:00:00Z")] {
        for when in ["before", "after"] {
            for count in 1.. {
                let folder = tempfile::tempdir().unwrap();
                copy(from, folder.path());
                let tripwire = format!("{when}:{count}");
                let Err(commit) = run_child_with(folder.path(), &feed, (now, &tripwire), &quiet).await else { break };
                for later in ["2026-11-23T12:30:00Z", "2026-11-23T16:00:00Z"] {
                    run_child_with(folder.path(), &feed, (later, "after:1000"), &quiet).await.unwrap();
                }
                let ledger = fs::read_to_string(folder.path().join("ledger")).unwrap();
                let told = summaries(&ledger);
                // Items that were not yet held when it died come on their own after the quiet hours.
                let cards = ledger.lines().filter(|line| line.contains("\"headline\"")).count();
                // The note of a quiet poll may be written while it is: dead then, it is as before the settling.
                let most = if commit == "note" || (commit == "settle" && when == "before") { 2 } else { 1 };
                let what = format!("{tripwire} ({commit}) at {now}: {ledger}");
                match now.contains("T12") {
                    true => assert!((1..=most).contains(&told) && cards == 0, "{what}"),
                    false => assert!(told <= 1 && (told == 1 || cards >= 1), "{what}"),
                }
                deaths.push(format!("{when} {commit}"));
            }
        }
    }
    for death in ["before notice", "after notice", "before summary", "after summary"] {
        assert!(deaths.iter().any(|known| known == death), "no death {death}: {deaths:?}");
    }
}
