//! Who may settle a delivery: only the holder of the lease. That a message was accepted is a fact,
//! whoever says it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use tidings::metrics::Metrics;
use tidings::model::delivery::{DeliveryState, LEASE, Verdict};
use tidings::model::doc::Doc;
use tidings::model::label::Labels;
use tidings::model::subscription::{Address, PlatformKind};
use tidings::port::{Check, Clock, Desk, Found, Lease, Platform, Store};
use tidings::store::sled::check;
use tidings::worker::deliver::{Deliver, Outbox};
use tidings::worker::{Hint, Worker};
use tokio_util::sync::CancellationToken;

use crate::store::{at, now, one_lease, open, publish, publish_to_all, sent};
use crate::world::{FixedClock, START, hours, minutes};

fn retry() -> Verdict {
    Verdict::Retry { reason: "late".to_owned() }
}

async fn state(store: &Arc<dyn Store>) -> DeliveryState {
    store.deliveries(1).await.unwrap().pop().unwrap().state
}

/// A lease that has ended, and the lease that came after it.
async fn overtaken(store: &Arc<dyn Store>) -> (Lease, Lease) {
    publish(store, 1, &Address::terminal()).await;
    let stale = one_lease(store, now()).await;
    let fresh = one_lease(store, at(LEASE)).await;
    assert!(fresh.in_doubt());
    (stale, fresh)
}

#[tokio::test]
async fn a_verdict_that_comes_after_its_lease_changes_nothing() {
    let later = Verdict::Later { at: at(hours(9)), reason: "429".to_owned() };
    let moved = Verdict::Moved { to: Address { channel: "elsewhere".to_owned(), ..Address::terminal() } };
    let unsure = Verdict::Unsure { reason: "no answer".to_owned() };
    let gone = Verdict::Gone { reason: "gone".to_owned() };
    let refused = Verdict::Refused { reason: "too long".to_owned() };
    for verdict in [retry(), later, moved, unsure, gone, refused] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).await;
        let (stale, fresh) = overtaken(&store).await;
        let held = fresh.delivery().clone();
        let after = store.settle(stale, verdict.clone(), at(minutes(3))).await.unwrap();
        assert_eq!(after, held, "{verdict:?}");
        assert!(store.lease(at(minutes(3)), 10).await.unwrap().0.is_empty(), "{verdict:?} frees nothing");
        store.settle(fresh, sent(), at(minutes(3))).await.unwrap();
        assert!(matches!(state(&store).await, DeliveryState::Sent { .. }), "{verdict:?}");
        drop(store);
        assert_eq!(check(&folder.path().join("data")).unwrap().problems, Vec::<String>::new());
    }
}

#[tokio::test]
async fn that_it_was_accepted_is_taken_from_anyone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let (stale, fresh) = overtaken(&store).await;
    store.settle(stale, sent(), at(minutes(3))).await.unwrap();
    assert!(matches!(state(&store).await, DeliveryState::Sent { .. }));
    store.settle(fresh, retry(), at(minutes(3))).await.unwrap();
    assert!(matches!(state(&store).await, DeliveryState::Sent { .. }), "what is sent stays sent");
    assert_eq!(store.counts().await.unwrap().open_deliveries, 0);
    assert!(store.lease(at(hours(1)), 10).await.unwrap().0.is_empty());
    drop(store);
    assert_eq!(check(&folder.path().join("data")).unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn a_dead_letter_that_arrived_after_all_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let (stale, fresh) = overtaken(&store).await;
    store.settle(fresh, Verdict::Refused { reason: "no".to_owned() }, at(minutes(3))).await.unwrap();
    assert_eq!(store.counts().await.unwrap().dead_deliveries, 1);
    store.settle(stale, sent(), at(minutes(4))).await.unwrap();
    assert!(matches!(state(&store).await, DeliveryState::Sent { .. }));
    assert_eq!(store.counts().await.unwrap().dead_deliveries, 0);
    drop(store);
    let data = folder.path().join("data");
    assert_eq!(check(&data).unwrap().problems, Vec::<String>::new());
    let store = open(folder.path()).await;
    while store.forget_before(at(hours(1)), 10).await.unwrap() > 0 {}
    assert!(store.deliveries(1).await.unwrap().is_empty());
    drop(store);
    assert_eq!(check(&data).unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn every_lease_but_the_last_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 1, &Address::terminal()).await;
    let mut stale = Vec::new();
    let mut time = now();
    for _ in 0..2 {
        stale.push(one_lease(&store, time).await);
        time = time.checked_add(LEASE).unwrap();
    }
    let fresh = one_lease(&store, time).await;
    for lease in stale {
        store.settle(lease, retry(), time).await.unwrap();
    }
    assert!(store.lease(time, 10).await.unwrap().0.is_empty());
    let later = time.checked_add(SignedDuration::from_secs(1)).unwrap();
    assert!(matches!(store.settle(fresh, sent(), later).await.unwrap().state, DeliveryState::Sent { .. }));
}

#[tokio::test]
async fn a_send_that_never_began_leaves_the_doubt_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let clock = FixedClock::new(START);
    publish(&store, 1, &Address::terminal()).await;
    let outbox = Outbox {
        store: store.clone(),
        platforms: Vec::new(),
        clock: clock.clone(),
        labels: Labels::default(),
        zone: TimeZone::UTC,
        metrics: Metrics::default(),
    };
    let mut deliver = Deliver::new(outbox, Hint::default());
    deliver.step().await.unwrap();
    deliver.drain().await;
    clock.pass(minutes(1));
    let lease = one_lease(&store, clock.now()).await;
    assert!(!lease.in_doubt(), "its platform is off: it was not sent");
    store.settle(lease, Verdict::Unsure { reason: "no answer".to_owned() }, clock.now()).await.unwrap();
    for _ in 0..3 {
        clock.pass(minutes(20));
        deliver.step().await.unwrap();
        deliver.drain().await;
    }
    clock.pass(minutes(20));
    assert!(one_lease(&store, clock.now()).await.in_doubt(), "it may have arrived before its platform was off");
}

#[tokio::test]
async fn a_delivery_that_died_in_doubt_is_revived_in_doubt() {
    let unsure = || Verdict::Unsure { reason: "no answer".to_owned() };
    let refused = || Verdict::Refused { reason: "it may have arrived and is not sent twice".to_owned() };
    for last in [refused(), Verdict::Gone { reason: "deleted".to_owned() }, unsure()] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).await;
        publish(&store, 1, &Address::terminal()).await;
        let first = now();
        let lease = one_lease(&store, first).await;
        store.settle(lease, unsure(), at(minutes(1))).await.unwrap();
        let lease = one_lease(&store, at(hours(73))).await;
        let dead = store.settle(lease, last.clone(), at(hours(73))).await.unwrap();
        assert!(matches!(dead.state, DeliveryState::Dead { .. }), "{last:?}");
        store.retry_dead(&dead.id, at(hours(74))).await.unwrap();
        let lease = one_lease(&store, at(hours(74))).await;
        assert!(lease.in_doubt(), "{last:?}");
        assert_eq!(lease.delivery().first_sent(), first, "{last:?}: it is looked for since then");
    }
    // What was proven not to have arrived is sent again as if for the first time.
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 1, &Address::terminal()).await;
    let lease = one_lease(&store, now()).await;
    store.settle(lease, unsure(), now()).await.unwrap();
    let lease = one_lease(&store, at(hours(1))).await;
    store.settle(lease, retry(), at(hours(1))).await.unwrap();
    let lease = one_lease(&store, at(hours(2))).await;
    let dead = store.settle(lease, Verdict::Gone { reason: "deleted".to_owned() }, at(hours(2))).await.unwrap();
    store.retry_dead(&dead.id, at(hours(3))).await.unwrap();
    assert!(!one_lease(&store, at(hours(3))).await.in_doubt());
}

/// A platform that never says whether anything arrived.
struct Mute;

#[async_trait]
impl Platform for Mute {
    fn kind(&self) -> PlatformKind {
        PlatformKind::Terminal
    }

    async fn send(&self, _lease: &Lease, _doc: &Doc) -> Verdict {
        Verdict::Unsure { reason: "no answer".to_owned() }
    }

    async fn find(&self, _lease: &Lease, _doc: &Doc) -> Found {
        std::future::pending().await
    }

    async fn listen(&self, _desk: Arc<dyn Desk>, _stop: CancellationToken) {}

    async fn check(&self, _addresses: &[Address]) -> Vec<Check> {
        Vec::new()
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_that_never_ends_is_ended_before_the_lease_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let clock = FixedClock::new(START);
    publish(&store, 1, &Address::terminal()).await;
    let outbox = Outbox {
        store: store.clone(),
        platforms: vec![Arc::new(Mute)],
        clock: clock.clone(),
        labels: Labels::default(),
        zone: TimeZone::UTC,
        metrics: Metrics::default(),
    };
    let mut deliver = Deliver::new(outbox, Hint::default());
    for _ in 0..2 {
        let began = tokio::time::Instant::now();
        deliver.step().await.unwrap();
        deliver.drain().await;
        assert!(began.elapsed() < std::time::Duration::try_from(LEASE).unwrap());
        clock.pass(minutes(2));
        let DeliveryState::Queued { in_doubt, .. } = state(&store).await else { panic!("it is open") };
        assert!(in_doubt);
    }
}

/// The tree below the store. A process that another test starts may hold its lock for a moment.
fn raw(data: &Path) -> sled::Db {
    loop {
        if let Ok(raw) = sled::Config::new().path(data).open() {
            return raw;
        }
    }
}

#[tokio::test]
async fn a_look_through_finds_deliveries_that_nobody_would_ever_send() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 2, &Address::terminal()).await;
    drop(store);
    let data = folder.path().join("data");
    {
        let raw = raw(&data);
        let first = raw.scan_prefix(b"Q").keys().next().unwrap().unwrap();
        raw.remove(first).unwrap();
        raw.flush().unwrap();
    }
    let problems = check(&data).unwrap().problems;
    assert!(problems.iter().any(|problem| problem.contains("is in no queue")), "{problems:?}");
    {
        let raw = raw(&data);
        for key in raw.scan_prefix(b"A").keys() {
            raw.remove(key.unwrap()).unwrap();
        }
        raw.flush().unwrap();
    }
    let problems = check(&data).unwrap().problems;
    assert!(problems.iter().any(|problem| problem.contains("is never due")), "{problems:?}");
}

/// Nobody can tell what became of it, and twice is better than not at all: but not for ever.
#[tokio::test]
async fn a_post_without_any_answer_is_not_repeated_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let clock = FixedClock::new(START);
    publish(&store, 1, &Address::terminal()).await;
    let mute = Arc::new(Deaf::default());
    let hint: Hint = Arc::default();
    let outbox = Outbox {
        store: store.clone(),
        platforms: vec![mute.clone()],
        clock: clock.clone(),
        labels: Labels::default(),
        zone: TimeZone::UTC,
        metrics: Metrics::default(),
    };
    let mut worker = Deliver::new(outbox, hint);
    for _ in 0..200 {
        worker.step().await.unwrap();
        worker.drain().await;
        clock.pass(minutes(10));
    }
    assert_eq!(mute.0.load(Ordering::Relaxed), 4);
    let DeliveryState::Dead { reason, .. } = state(&store).await else { panic!("{:?}", state(&store).await) };
    assert!(reason.contains("it may have arrived"), "{reason}");
    // The operator knows better.
    let id = store.deliveries(1).await.unwrap()[0].id.clone();
    store.retry_dead(&id, clock.now()).await.unwrap();
    worker.step().await.unwrap();
    worker.drain().await;
    assert_eq!(mute.0.load(Ordering::Relaxed), 5);
}

/// Takes everything and answers nothing.
#[derive(Default)]
struct Deaf(AtomicUsize);

#[async_trait]
impl Platform for Deaf {
    fn kind(&self) -> PlatformKind {
        PlatformKind::Terminal
    }

    async fn send(&self, _: &Lease, _: &Doc) -> Verdict {
        self.0.fetch_add(1, Ordering::Relaxed);
        Verdict::Unsure { reason: "no answer".to_owned() }
    }

    async fn find(&self, _: &Lease, _: &Doc) -> Found {
        Found::Unknown { resend: true }
    }

    async fn listen(&self, _: Arc<dyn Desk>, _: CancellationToken) {}

    async fn check(&self, _: &[Address]) -> Vec<Check> {
        Vec::new()
    }
}

/// Whoever hangs has its share of the sends, and no more.
#[tokio::test]
async fn a_platform_that_hangs_leaves_room_for_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let channel =
        |number| Address { platform: PlatformKind::Slack, channel: format!("C{number}"), ..Address::terminal() };
    let channels: Vec<Address> = (0..60).map(channel).collect();
    publish_to_all(&store, 0, &channels).await;
    let (first, _) = store.lease(now(), 30).await.unwrap();
    assert!(first.iter().all(|one| one.delivery().to.platform == PlatformKind::Slack));
    let (none, next) = store.lease_beside(now(), 30, &[PlatformKind::Slack]).await.unwrap();
    assert!(none.is_empty() && next.is_none(), "{next:?}");
    publish_to_all(&store, 1, &[Address::terminal()]).await;
    let (other, _) = store.lease_beside(now(), 30, &[PlatformKind::Slack]).await.unwrap();
    assert_eq!(other.len(), 1);
}
