//! What the pages say, for a dead man's switch above all.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use tidings::metrics::Metrics;
use tidings::model::subscription::Address;
use tidings::port::{Choice, Clock, Desk, Invocation, Reply, Suggestion};
use tidings::web::{Site, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::cli::get;
use crate::store::{at, feed, intake, now, one_lease, open, publish, sent};
use crate::world::{FixedClock, START, hours, minutes};

/// No platform calls here.
struct Nobody;

#[async_trait]
impl Desk for Nobody {
    async fn answer(&self, _: Invocation) -> Reply {
        panic!("nobody was asked")
    }

    async fn suggest(&self, _: Suggestion) -> Vec<Choice> {
        panic!("nobody was asked")
    }

    async fn moved(&self, _: Address, _: Address) {
        panic!("nobody was asked")
    }
}

#[tokio::test]
async fn how_long_the_oldest_feed_and_delivery_wait_is_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let clock = FixedClock::new(START);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (metrics, webhooks, desk) = (Metrics::default(), Vec::new(), Arc::new(Nobody));
    let site = Site { store: store.clone(), clock: clock.clone(), metrics, webhooks, desk };
    tokio::spawn(serve(listener, site, CancellationToken::new()));
    let ages = async || {
        let page = get(port, "/metrics".to_owned()).await;
        let age = |name: &str| {
            let line = page.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {page}"));
            line.split(' ').nth(1).unwrap().parse::<u64>().unwrap()
        };
        (age("tidings_oldest_due_feed_seconds "), age("tidings_oldest_open_delivery_seconds "))
    };
    assert_eq!(ages().await, (0, 0), "nothing waits");

    store.sync_feeds(&[feed()], &Address::terminal(), now()).await.unwrap();
    publish(&store, 2, &Address::terminal()).await;
    clock.pass(minutes(30));
    assert_eq!(ages().await, (0, 1800), "the feed is due in half an hour");
    clock.pass(hours(2));
    assert_eq!(ages().await, (5400, 9000));
    store.commit_intake(intake(Vec::new(), at(hours(9)))).await.unwrap();
    for _ in 0..2 {
        let lease = one_lease(&store, clock.now()).await;
        clock.pass(SignedDuration::from_secs(7));
        assert_eq!(ages().await.0, 0);
        assert!(ages().await.1 >= 9000, "what is being sent is not sent yet");
        store.settle(lease, sent(), clock.now()).await.unwrap();
    }
    assert_eq!(ages().await, (0, 0));
}
