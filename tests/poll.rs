//! Who is polled when, and what one feed's trouble does to the others.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tidings::fetch::{Guard, Limits, SafeFetcher};
use tidings::metrics::Metrics;
use tidings::model::feed::{Feed, FeedRecord};
use tidings::model::subscription::Address;
use tidings::pipeline::timing::Bounds;
use tidings::port::{Clock, Store, StoreError};
use tidings::store::sled::SledStore;
use tidings::worker::poll::{Poll, Poller};
use tidings::worker::{Hint, Progress, Worker};
use tokio::sync::Semaphore;

use crate::world::faults::Faulty;
use crate::world::server::{Answer, FeedServer, Served};
use crate::world::{FixedClock, START, minutes};

/// The poll worker alone, with a store that may refuse.
struct Rounds {
    poll: Poll,
    hint: Hint,
    store: Arc<Faulty>,
    clock: Arc<FixedClock>,
    _folder: TempDir,
}

impl Rounds {
    async fn of(feeds: &[&Served], concurrency: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = FixedClock::new(START);
        let store = Faulty::on(Arc::new(SledStore::open(folder.path(), clock.now()).await.unwrap()));
        let guard = Guard::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let limits = Limits { timeout: Duration::from_secs(2), max_bytes: 1024 * 1024 };
        let hint = Hint::default();
        let poller = Poller {
            store: store.clone(),
            fetcher: Arc::new(SafeFetcher::new(guard, limits, clock.clone())),
            clock: clock.clone(),
            bounds: Bounds { interval: minutes(15), min_interval: minutes(5) },
            metrics: Metrics::default(),
            intake: Hint::default(),
            parsers: Poller::parsers(),
        };
        let poll = Poll::new(poller, hint.clone(), concurrency);
        let rounds = Self { poll, hint, store, clock, _folder: folder };
        rounds.watch(feeds).await;
        rounds
    }

    async fn watch(&self, feeds: &[&Served]) {
        let feeds: Vec<Feed> = feeds.iter().map(|feed| Feed::new(&feed.url())).collect();
        self.store.sync_feeds(&feeds, &Address::terminal(), self.clock.now()).await.unwrap();
    }

    /// Steps until nothing is left to do at this time.
    async fn run(&mut self) -> Result<Progress, StoreError> {
        loop {
            let progress = self.poll.step().await?;
            if !progress.is_busy {
                return Ok(progress);
            }
            self.wait().await;
        }
    }

    /// Until a poll has ended or a little time has passed.
    async fn wait(&self) {
        let _ = tokio::time::timeout(Duration::from_millis(10), self.hint.notified()).await;
    }

    async fn pass(&mut self, by: SignedDuration) -> Progress {
        self.clock.pass(by);
        self.run().await.unwrap()
    }

    /// Steps until `is_so`, or until it has not become so for a while.
    async fn step_until(&mut self, is_so: impl Fn() -> bool) -> Progress {
        for _ in 0..500 {
            let progress = self.poll.step().await.unwrap();
            if is_so() {
                return progress;
            }
            self.wait().await;
        }
        panic!("it has not become so");
    }

    async fn record(&self, feed: &Served) -> FeedRecord {
        let all = self.store.feeds().await.unwrap();
        all.into_iter().find(|record| record.feed.url == feed.url()).unwrap()
    }

    async fn news(&self) -> Vec<String> {
        self.store.pending_items(1000).await.unwrap().into_iter().map(|item| item.title).collect()
    }
}

fn asked(feeds: &[Served]) -> usize {
    feeds.iter().map(|feed| feed.asked().len()).sum()
}

fn refs(feeds: &[Served]) -> Vec<&Served> {
    feeds.iter().collect()
}

#[tokio::test]
async fn a_host_is_asked_by_two_polls_at_once() {
    let server = FeedServer::start().await;
    let gate = Arc::new(Semaphore::new(0));
    let feeds: Vec<Served> = (0..7).map(|n| server.page(&format!("/{n}"), Answer::Held(gate.clone()))).collect();
    let other = FeedServer::start_at("127.0.0.2").await.page("/other", Answer::Held(gate.clone()));
    let mut rounds = Rounds::of(&[refs(&feeds), vec![&other]].concat(), 64).await;
    // Two of them timed out last time: their lane of their own gives the host no third poll.
    for slow in &feeds[..2] {
        let mut record = rounds.record(slow).await;
        record.state.health.timeouts = 1;
        rounds.store.note_polls(vec![record]).await.unwrap();
    }
    for round in 1..=4 {
        let expected = (2 * round).min(7);
        rounds.step_until(|| asked(&feeds) == expected && other.asked().len() == 1).await;
        for _ in 0..5 {
            rounds.poll.step().await.unwrap();
            rounds.wait().await;
        }
        assert_eq!(asked(&feeds), expected, "no more than two at once");
        gate.add_permits(if round == 1 { 3 } else { 2 });
    }
    rounds.run().await.unwrap();
}

#[tokio::test]
async fn a_host_that_asks_for_patience_is_left_alone_by_all_its_feeds() {
    for at_once in [1, 2] {
        let server = FeedServer::start().await;
        let feeds: Vec<Served> = (0..10).map(|n| server.feed(&format!("{n}"))).collect();
        for feed in &feeds {
            feed.answer_next(Answer::status(503).with("Retry-After", "3600"));
        }
        let mut rounds = Rounds::of(&refs(&feeds), at_once).await;
        rounds.run().await.unwrap();
        assert_eq!(asked(&feeds), at_once, "those that were under way");
        let progress = rounds.pass(minutes(59)).await;
        assert_eq!(asked(&feeds), at_once);
        assert!(progress.next.unwrap() > rounds.clock.now());
        rounds.pass(minutes(2)).await;
        assert_eq!(asked(&feeds), 2 * at_once);
    }
}

#[tokio::test]
async fn a_host_waits_as_long_as_it_asked_and_not_as_long_as_a_sick_feed_of_its() {
    let server = FeedServer::start().await;
    let sick = server.page("/sick", Answer::status(503).with("Retry-After", "1"));
    let healthy = server.feed("healthy");
    let mut rounds = Rounds::of(&[&sick, &healthy], 1).await;
    rounds.run().await.unwrap();
    rounds.pass(SignedDuration::from_secs(2)).await;
    let mut last = healthy.asked().len();
    assert_eq!(last, 1);
    for _ in 0..5 {
        rounds.pass(minutes(20)).await;
        rounds.pass(SignedDuration::from_secs(2)).await;
        assert!(healthy.asked().len() > last, "the healthy feed is polled at its own pace");
        last = healthy.asked().len();
    }
    assert!(sick.asked().len() < last);
}

#[tokio::test]
async fn nothing_is_done_for_a_paused_host_while_there_is_no_room_for_it() {
    let gate = Arc::new(Semaphore::new(0));
    let [server, other] = [FeedServer::start().await, FeedServer::start_at("127.0.0.2").await];
    let first = server.page("/a", Answer::status(503).with("Retry-After", "4"));
    let second = server.feed("b");
    let long = other.page("/long", Answer::Held(gate.clone()));
    let mut rounds = Rounds::of(&[&first, &second], 1).await;
    rounds.run().await.unwrap();
    rounds.watch(&[&first, &second, &long]).await;
    rounds.step_until(|| long.asked().len() == 1).await;
    rounds.clock.pass(SignedDuration::from_secs(10));
    let progress = rounds.poll.step().await.unwrap();
    let now = rounds.clock.now();
    assert!(progress.next.is_none_or(|next| next > now), "{progress:?} at {now}");
    gate.add_permits(1);
    rounds.run().await.unwrap();
    assert_eq!(first.asked().len() + second.asked().len(), 2);
}

#[tokio::test]
async fn what_goes_wrong_with_one_feed_is_its_own_failure() {
    let server = FeedServer::start().await;
    let [large, deadly, healthy] = ["large", "deadly", "healthy"].map(|name| server.feed(name));
    let mut rounds = Rounds::of(&[&large, &deadly, &healthy], 64).await;
    rounds.run().await.unwrap();
    rounds.store.watcher.refuse_items_of(&large.url());
    rounds.store.watcher.die_at(&deadly.url());
    for feed in [&large, &deadly, &healthy] {
        feed.publish("Something new");
    }
    rounds.pass(minutes(20)).await;
    assert_eq!(rounds.news().await, ["Something new"], "of the healthy feed");
    for (feed, words) in [(&large, "70000 bytes"), (&deadly, "this feed is deadly")] {
        let health = rounds.record(feed).await.state.health;
        assert_eq!(health.failures, 1);
        assert!(health.last_error.as_ref().unwrap().contains(words), "{health:?}");
    }
    // They back off, and their validators are as they were: nothing is skipped later.
    let before = asked(&[large.clone(), deadly.clone()]);
    for _ in 0..12 {
        rounds.pass(SignedDuration::from_secs(5)).await;
    }
    assert_eq!(asked(&[large.clone(), deadly.clone()]), before);
    assert_eq!(rounds.record(&healthy).await.state.health.failures, 0);
}

#[tokio::test]
async fn a_full_disk_pauses_all_polls_and_no_feed_is_forgotten() {
    let server = FeedServer::start().await;
    let feeds: Vec<Served> = (0..6).map(|n| server.feed(&format!("{n}"))).collect();
    let mut rounds = Rounds::of(&refs(&feeds), 64).await;
    rounds.run().await.unwrap();
    rounds.store.watcher.fill_up();
    feeds[0].publish("While the disk was full");
    rounds.clock.pass(minutes(30));
    let before = asked(&feeds);
    let mut refusals = 0;
    for _ in 0..20 {
        rounds.clock.pass(SignedDuration::from_secs(5));
        match rounds.run().await {
            Err(StoreError::DiskFull { .. }) => refusals += 1,
            other => panic!("{other:?}"),
        }
        rounds.wait().await;
    }
    assert_eq!(refusals, 20);
    assert!(asked(&feeds) <= before + feeds.len(), "each is asked once at most");
    rounds.store.watcher.make_room();
    rounds.run().await.unwrap();
    assert_eq!(rounds.news().await, ["While the disk was full"]);
    for feed in &feeds {
        assert!(rounds.record(feed).await.state.next_poll > rounds.clock.now());
    }
    let before: Vec<usize> = feeds.iter().map(|feed| feed.asked().len()).collect();
    rounds.pass(minutes(60)).await;
    for (feed, before) in feeds.iter().zip(before) {
        assert!(feed.asked().len() > before, "{} is polled again", feed.url());
    }
}

#[tokio::test]
async fn a_new_etag_for_the_same_document_is_remembered() {
    let server = FeedServer::start().await;
    let document = "<rss version=\"2.0\"><channel><title>a</title></channel></rss>";
    let feed = server.feed("acme");
    for etag in ["\"1\"", "\"2\"", "\"3\""] {
        feed.answer_next(Answer::ok(document).with("ETag", etag));
    }
    let mut rounds = Rounds::of(&[&feed], 1).await;
    let mut received: Vec<Timestamp> = Vec::new();
    rounds.run().await.unwrap();
    for _ in 0..3 {
        received.extend(rounds.record(&feed).await.state.validators.at);
        rounds.pass(minutes(60)).await;
    }
    let sent: Vec<Option<String>> =
        feed.asked().iter().map(|asked| asked.headers.get("if-none-match").cloned()).collect();
    let etag = |text: &str| Some(text.to_owned());
    assert_eq!(sent, [None, etag("\"1\""), etag("\"2\""), etag("\"3\"")]);
    assert!(received.is_sorted() && received[0] < received[2], "{received:?}");
    assert_eq!(rounds.store.watcher.parsed_count(), 2, "the same document is not parsed again");
}

#[tokio::test]
async fn an_unchanged_body_without_validators_is_not_parsed_again() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.without_etag();
    feed.publish("Something");
    let mut rounds = Rounds::of(&[&feed], 1).await;
    rounds.run().await.unwrap();
    rounds.pass(minutes(120)).await;
    assert_eq!((feed.asked().len(), rounds.store.watcher.parsed_count()), (2, 1), "the body was told from its hash");
    assert_eq!(rounds.record(&feed).await.state.health.failures, 0);
}
