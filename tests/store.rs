//! What every store must do (one suite for all engines), and what sled's folder must survive.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tidings::analyst::embedded::Embedded;
use tidings::model::delivery::{ATTEMPTS_WITHOUT_VERDICT_MAX, Delivery, DeliveryState, LEASE, Notice, Verdict};
use tidings::model::feed::{Feed, FeedRecord, FeedState};
use tidings::model::id::{DeliveryId, ItemId, StoryId};
use tidings::model::item::{Item, Source};
use tidings::model::label::Labels;
use tidings::model::recap::{Counts, Group, Recalled, Recap, RecapKind};
use tidings::model::seen::{Seen, SeenSet};
use tidings::model::subscription::{Address, PlatformKind};
use tidings::port::{Intake, Lease, Publication, RecapMade, Store, StoreError};
use tidings::store::sled::{SledStore, backup, check, restore};

use crate::world::{hours, minutes};

pub fn now() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

pub fn at(offset: SignedDuration) -> Timestamp {
    now().checked_add(offset).unwrap()
}

pub async fn open(folder: &Path) -> Arc<dyn Store> {
    Arc::new(SledStore::open(&folder.join("data"), now()).await.unwrap())
}

pub fn feed() -> Feed {
    Feed::new("https://example.com/feed")
}

pub fn item(number: usize) -> Item {
    Item {
        id: ItemId::of_key(&feed().id, &number.to_string()),
        feed: feed().id,
        title: format!("Item {number}"),
        body: "Something was announced on Monday.".to_owned(),
        url: None,
        authors: Vec::new(),
        categories: Vec::new(),
        image: None,
        lang: None,
        published: None,
        collected: now(),
        source: Source { name: "Example".to_owned(), url: None },
        rights: None,
        topics: Vec::new(),
    }
}

pub fn intake(items: Vec<Item>, next_poll: Timestamp) -> Intake {
    let mut state = FeedState::new(&feed().url, next_poll);
    state.has_baseline = true;
    let mut seen = SeenSet::default();
    items.iter().enumerate().for_each(|(n, _)| seen.push(Seen { guid: n as u64 + 1, ..Seen::default() }));
    Intake { record: FeedRecord { feed: feed(), state }, seen: Some(seen), items }
}

fn elsewhere(channel: &str) -> Address {
    Address { channel: channel.to_owned(), ..Address::terminal() }
}

fn publication(item: &Item, to: &[Address]) -> Publication {
    let card = Embedded::new(&Labels::default()).card(item);
    let deliveries = to.iter().map(|to| Delivery::new(Notice::Card(item.id.clone()), to.clone(), now())).collect();
    Publication { card, decisions: Vec::new(), deliveries, held: Vec::new(), is_part: false, filing: None }
}

/// Takes in and publishes `count` items to an address.
pub async fn publish(store: &Arc<dyn Store>, count: usize, to: &Address) {
    store.commit_intake(intake((0..count).map(item).collect(), at(hours(1)))).await.unwrap();
    for item in store.pending_items(count).await.unwrap() {
        store.publish(publication(&item, std::slice::from_ref(to))).await.unwrap();
    }
}

/// Takes in and publishes one item to many.
pub async fn publish_to_all(store: &Arc<dyn Store>, number: usize, to: &[Address]) {
    store.commit_intake(intake(vec![item(number)], at(hours(1)))).await.unwrap();
    store.publish(publication(&item(number), to)).await.unwrap();
}

pub async fn one_lease(store: &Arc<dyn Store>, now: Timestamp) -> Lease {
    let (mut leases, _) = store.lease(now, 10).await.unwrap();
    assert_eq!(leases.len(), 1);
    leases.pop().unwrap()
}

pub fn sent() -> Verdict {
    Verdict::Sent { receipt: Some("m1".to_owned()) }
}

#[tokio::test]
async fn feeds_are_due_when_somebody_listens() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let other = Feed::new("https://example.com/other");
    store.sync_feeds(&[feed(), other.clone()], &Address::terminal(), now()).await.unwrap();
    let (due, _) = store.due_feeds(Timestamp::UNIX_EPOCH, now()).await.unwrap();
    assert_eq!(due.len(), 2);
    store.commit_intake(intake(Vec::new(), at(hours(1)))).await.unwrap();
    let (due, next) = store.due_feeds(Timestamp::UNIX_EPOCH, now()).await.unwrap();
    assert_eq!((due.len(), due[0].id.clone(), next), (1, other.id.clone(), Some(at(hours(1)))));
    store.sync_feeds(&[feed()], &Address::terminal(), now()).await.unwrap();
    let (due, next) = store.due_feeds(Timestamp::UNIX_EPOCH, now()).await.unwrap();
    assert_eq!((due.len(), next), (0, Some(at(hours(1)))));
    assert_eq!(store.feeds().await.unwrap().len(), 2, "what is known of a feed stays");
    let far = intake(Vec::new(), at(hours(24 * 365)));
    store.commit_intake(far).await.unwrap();
    store.sync_feeds(&[feed()], &Address::terminal(), now()).await.unwrap();
    assert_eq!(
        store.due_feeds(Timestamp::UNIX_EPOCH, now()).await.unwrap().0.len(),
        1,
        "a clock that was a year ahead silences nothing"
    );
}

#[tokio::test]
async fn an_intake_is_whole_and_the_memory_of_an_empty_feed_is_a_memory() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    assert_eq!(store.seen(&feed().id).await.unwrap(), None);
    store.commit_intake(intake(Vec::new(), now())).await.unwrap();
    assert_eq!(store.seen(&feed().id).await.unwrap(), Some(SeenSet::default()));
    let mut large = intake((0..3).map(item).collect(), now());
    let mut seen = SeenSet::default();
    (0..50_000).for_each(|n| seen.push(Seen { guid: n + 1, link: n, content: n, last_day: 7 }));
    large.seen = Some(seen.clone());
    store.commit_intake(large.clone()).await.unwrap();
    assert_eq!(store.seen(&feed().id).await.unwrap(), Some(seen), "50,000 items in values of 64 KB");
    store.commit_intake(large).await.unwrap();
    assert_eq!(store.counts().await.unwrap().pending_items, 3, "the same items again are the same");
    let titles: Vec<String> = store.pending_items(10).await.unwrap().into_iter().map(|item| item.title).collect();
    assert_eq!(titles, ["Item 0", "Item 1", "Item 2"]);
}

#[tokio::test]
async fn publishing_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 1, &Address::terminal()).await;
    store.publish(publication(&item(0), &[Address::terminal()])).await.unwrap();
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.pending_items, counts.open_deliveries), (0, 1));
    assert_eq!(store.card(&item(0).id).await.unwrap().unwrap().headline, "Item 0");
    let lease = one_lease(&store, now()).await;
    store.settle(lease, sent(), now()).await.unwrap();
    store.publish(publication(&item(0), &[Address::terminal()])).await.unwrap();
    assert_eq!(store.counts().await.unwrap().open_deliveries, 0, "what is sent stays sent");
}

#[tokio::test]
async fn a_recap_is_committed_with_all_of_its_messages_and_its_memory() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let to = Address::terminal();
    publish(&store, 2, &to).await;
    let recap = |part: u32| {
        let group = Group { topic: "cloud".to_owned(), items: vec![item(3 + part as usize).id], left_out: 0 };
        let (from, until) = (now(), at(SignedDuration::from_hours(1)));
        let (counts, about) = (Counts::default(), BTreeMap::new());
        let key = "2026-W48 09:00".to_owned();
        let kind = RecapKind::Week;
        Recap {
            key,
            kind,
            from,
            to: until,
            groups: vec![group],
            left_out: 0,
            part,
            parts: 2,
            counts,
            about,
            trend: None,
        }
    };
    let until = at(SignedDuration::from_hours(1));
    let told = Recalled { until, stories: [StoryId::new("a"), StoryId::new("b")].into() };
    let made = || RecapMade {
        until,
        deliveries: (0..2).map(|part| Delivery::new(Notice::Recap(recap(part)), to.clone(), until)).collect(),
        told: Some(told.clone()),
    };
    store.commit_recap(&to, true, made()).await.unwrap();
    let count = store.counts().await.unwrap().open_deliveries;
    // The same again changes nothing.
    store.commit_recap(&to, true, made()).await.unwrap();
    assert_eq!(store.counts().await.unwrap().open_deliveries, count);
    drop(store);
    let store = open(folder.path()).await;
    assert_eq!(store.recapped_until(&to, true).await.unwrap(), Some(until));
    assert_eq!(store.last_recap(&to, true).await.unwrap(), Some(told));
    assert_eq!(store.last_recap(&to, false).await.unwrap(), None);
    // A recap without anything to tell leaves the memory as it was.
    let later = at(SignedDuration::from_hours(2));
    store.commit_recap(&to, true, RecapMade { until: later, deliveries: Vec::new(), told: None }).await.unwrap();
    assert_eq!(store.recapped_until(&to, true).await.unwrap(), Some(later));
    assert!(store.last_recap(&to, true).await.unwrap().is_some());
    // Cards and recaps count for what was told, the newest first.
    let told = store.told_to(&to, now() - SignedDuration::from_hours(1), 10).await.unwrap();
    let items: Vec<&ItemId> = told.iter().map(|one| &one.item).collect();
    assert_eq!(items.len(), 4, "{told:?}");
    assert!(told.iter().filter(|one| one.topic == "cloud").all(|one| one.at < until));
    drop(store);
    assert_eq!(check(&folder.path().join("data")).unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn an_address_is_served_in_order_and_one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let (here, there) = (elsewhere("here"), elsewhere("there"));
    store.commit_intake(intake((0..3).map(item).collect(), at(hours(1)))).await.unwrap();
    for item in store.pending_items(3).await.unwrap() {
        store.publish(publication(&item, &[here.clone(), there.clone()])).await.unwrap();
    }
    let (leases, next) = store.lease(now(), 10).await.unwrap();
    assert_eq!(leases.len(), 2, "one for each address");
    assert_eq!(next, Some(at(LEASE)), "until they are settled or the lease ends");
    assert!(store.lease(now(), 10).await.unwrap().0.is_empty());
    let later = Verdict::Later { at: at(SignedDuration::from_secs(4)), reason: "busy".to_owned() };
    for lease in leases {
        assert_eq!(lease.delivery().notice, Notice::Card(item(0).id));
        let verdict = if lease.delivery().to == here { sent() } else { later.clone() };
        store.settle(lease, verdict, now()).await.unwrap();
    }
    let next = one_lease(&store, now()).await;
    assert_eq!((next.delivery().to.clone(), next.delivery().notice.clone()), (here, Notice::Card(item(1).id)));
    let blocked = one_lease(&store, at(minutes(1))).await;
    assert_eq!((blocked.delivery().to.clone(), blocked.delivery().notice.clone()), (there, Notice::Card(item(0).id)));
}

#[tokio::test]
async fn verdicts_have_their_consequences() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 1, &Address::terminal()).await;
    let lease = one_lease(&store, now()).await;
    let later = Verdict::Later { at: at(hours(2)), reason: "429".to_owned() };
    let delivery = store.settle(lease, later, now()).await.unwrap();
    assert_eq!(delivery.attempts, 0, "a rate limit burns no attempt");
    assert!(store.lease(at(hours(1)), 10).await.unwrap().0.is_empty());

    let lease = one_lease(&store, at(hours(2))).await;
    assert!(!lease.in_doubt());
    store.settle(lease, Verdict::Unsure { reason: "no answer".to_owned() }, at(hours(2))).await.unwrap();
    let lease = one_lease(&store, at(hours(3))).await;
    assert!(lease.in_doubt(), "doubt is looked into before it is sent again");
    let moved = Address { platform: PlatformKind::Terminal, ..elsewhere("moved") };
    store.settle(lease, Verdict::Moved { to: moved.clone() }, at(hours(3))).await.unwrap();
    let lease = one_lease(&store, at(hours(3))).await;
    assert_eq!(lease.delivery().to, moved);
    let dead = store.settle(lease, Verdict::Refused { reason: "too long".to_owned() }, at(hours(3))).await.unwrap();
    assert!(matches!(&dead.state, DeliveryState::Dead { reason, .. } if reason == "too long"));
    assert_eq!(store.counts().await.unwrap().dead_deliveries, 1);

    store.retry_dead(&dead.id, at(hours(4))).await.unwrap();
    let lease = one_lease(&store, at(hours(4))).await;
    store.settle(lease, sent(), at(hours(4))).await.unwrap();
    assert_eq!(store.counts().await.unwrap().dead_deliveries, 0);
    let error = store.retry_dead(&DeliveryId::new("nonsense"), now()).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no dead delivery nonsense");
}

#[tokio::test]
async fn what_is_refused_for_three_days_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 1, &Address::terminal()).await;
    let mut time = now();
    for attempt in 0.. {
        let (leases, next) = store.lease(time, 10).await.unwrap();
        for lease in leases {
            store.settle(lease, Verdict::Retry { reason: "closed".to_owned() }, time).await.unwrap();
        }
        let Some(next) = store.lease(time, 10).await.unwrap().1.or(next) else { break };
        assert!(next.duration_since(time) <= minutes(15), "never longer than 15 minutes apart");
        assert!(attempt < 20_000);
        time = next.max(time.checked_add(SignedDuration::from_secs(30)).unwrap());
    }
    assert!(time.duration_since(now()) >= hours(72));
    let delivery = store.deliveries(1).await.unwrap().pop().unwrap();
    assert!(
        matches!(delivery.state, DeliveryState::Dead { reason, .. } if reason.contains("gave up after 72 hours: closed"))
    );
}

#[tokio::test]
async fn a_lease_that_ends_is_doubt_and_a_delivery_that_kills_is_put_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 2, &Address::terminal()).await;
    let mut time = now();
    for attempt in 0..ATTEMPTS_WITHOUT_VERDICT_MAX {
        let lease = one_lease(&store, time).await;
        assert_eq!(lease.in_doubt(), attempt > 0);
        assert_eq!(lease.delivery().notice, Notice::Card(item(0).id));
        // The holder dies: nothing settles it.
        time = time.checked_add(LEASE).unwrap();
    }
    let lease = one_lease(&store, time).await;
    assert_eq!(lease.delivery().notice, Notice::Card(item(1).id), "the next one has its turn");
    assert_eq!(store.counts().await.unwrap().dead_deliveries, 1);
}

#[tokio::test]
async fn a_new_process_looks_into_what_the_last_one_was_sending() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 1, &Address::terminal()).await;
    drop(one_lease(&store, now()).await);
    drop(store);
    let store = open(folder.path()).await;
    assert!(one_lease(&store, now()).await.in_doubt(), "at once, not when the lease ends");
}

#[tokio::test]
async fn old_things_go_and_open_things_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 3, &Address::terminal()).await;
    let lease = one_lease(&store, now()).await;
    store.settle(lease, sent(), now()).await.unwrap();
    store.commit_intake(intake(vec![item(7)], at(hours(1)))).await.unwrap();
    while store.forget_before(at(hours(1)), 2).await.unwrap() > 0 {}
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.items, counts.pending_items, counts.open_deliveries), (1, 1, 2));
    assert_eq!(store.deliveries(10).await.unwrap().len(), 2);
    drop(store);
    assert!(check(&folder.path().join("data")).unwrap().problems.is_empty());
}

#[tokio::test]
async fn a_second_process_is_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    let _store = open(folder.path()).await;
    let path = folder.path().join("data");
    let Err(error) = SledStore::open(&path, now()).await else { panic!("opened twice") };
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert!(matches!(check(&path).unwrap_err(), StoreError::Locked { .. }));
}

#[tokio::test]
async fn a_backup_brings_everything_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    store.sync_feeds(&[feed()], &Address::terminal(), now()).await.unwrap();
    publish(&store, 3, &Address::terminal()).await;
    drop(store);
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    let file = backup(&data, &copy).unwrap();
    let whole = check(&data).unwrap();
    assert!(whole.records > 10 && whole.problems.is_empty());
    let store = open(folder.path()).await;
    let lease = one_lease(&store, now()).await;
    store.settle(lease, sent(), now()).await.unwrap();
    drop(store);
    let aside = restore(&data, &copy, now()).unwrap().unwrap();
    assert!(aside.join("db").exists(), "what was there is kept");
    assert_eq!(check(&data).unwrap().records, whole.records);
    assert_eq!(open(folder.path()).await.counts().await.unwrap().open_deliveries, 3);

    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let error = restore(&data, &copy, now()).unwrap_err().to_string();
    assert!(error.contains("checksum") || error.contains("not whole"), "{error}");
    fs::write(&file, &bytes[..middle]).unwrap();
    assert!(restore(&data, &copy, now()).unwrap_err().to_string().contains("not whole"));
    assert!(restore(&data, &folder.path().join("nowhere"), now()).is_err());
    assert_eq!(check(&data).unwrap().records, whole.records, "a bad backup changes nothing");
}

#[tokio::test]
async fn broken_snapshots_are_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 2, &Address::terminal()).await;
    drop(store);
    let data = folder.path().join("data");
    fs::write(data.join("snap.00000000000000FF"), b"").unwrap();
    fs::write(data.join("snap.00000000000000FE.generating"), b"half").unwrap();
    let store = open(folder.path()).await;
    assert_eq!(store.counts().await.unwrap().open_deliveries, 2);
}

#[tokio::test]
async fn a_damaged_or_newer_file_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    publish(&store, 20, &Address::terminal()).await;
    drop(store);
    let data = folder.path().join("data");
    let db = data.join("db");
    let whole = fs::read(&db).unwrap();
    for seed in 0..40u64 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut bytes = whole.clone();
        for _ in 0..4 {
            let at = random.usize(0..bytes.len());
            bytes[at] ^= 1 << random.u8(0..8);
        }
        fs::write(&db, &bytes).unwrap();
        // Opened with what is left, or refused; never a panic.
        match SledStore::open(&data, now()).await {
            Ok(store) => {
                let _ = store.counts().await;
            }
            Err(error) => assert!(error.to_string().contains("data"), "{error}"),
        }
        let _ = check(&data);
    }
    fs::write(&db, &whole).unwrap();
    {
        let raw = sled::Config::new().path(&data).open().unwrap();
        raw.insert(b"Mschema", &99u32.to_be_bytes()).unwrap();
        raw.flush().unwrap();
    }
    let Err(error) = SledStore::open(&data, now()).await else { panic!("a newer store was opened") };
    assert!(error.to_string().contains("schema 99"), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let Err(error) = SledStore::open(&file.join("data"), now()).await else { panic!("opened a file as a folder") };
    assert!(error.to_string().contains("file/data"), "{error}");
    assert!(check(&folder.path().join("nothing")).unwrap_err().to_string().contains("no store"));
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut large = item(0);
    large.body = "x".repeat(70_000);
    let error = store.commit_intake(intake(vec![large], now())).await.unwrap_err();
    assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
    assert_eq!(store.feeds().await.unwrap().len(), 0, "nothing of that intake is there");
    store.commit_intake(intake(vec![item(1)], now())).await.unwrap();
}

#[tokio::test]
async fn a_store_of_the_first_layout_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    // As the first layout had them: a feed that the configuration subscribes, its item, a delivery.
    {
        let store = open(folder.path()).await;
        store.sync_feeds(&[feed()], &Address::terminal(), now()).await.unwrap();
        publish(&store, 1, &Address::terminal()).await;
    }
    {
        let db = sled::Config::new().path(&path).open().unwrap();
        for prefix in ["B", "b", "N", "n", "J", "U", "H"] {
            let keys: Vec<_> = db.scan_prefix(prefix).keys().map(Result::unwrap).collect();
            keys.into_iter().for_each(|key| drop(db.remove(key).unwrap()));
        }
        let old = serde_json::json!({ "id": "0123", "to": Address::terminal(), "feed": feed().id });
        db.insert(format!("B{}/0123", feed().id), old.to_string().as_bytes()).unwrap();
        db.insert("Mschema", &1u32.to_be_bytes()).unwrap();
        db.flush().unwrap();
    }
    let store = open(folder.path()).await;
    let subscriptions = store.subscriptions_of(&Address::terminal()).await.unwrap();
    assert_eq!(subscriptions.iter().map(|one| (one.number, one.feed())).collect::<Vec<_>>(), [(1, Some(&feed().id))]);
    assert_eq!(store.deliveries_to(&Address::terminal(), Timestamp::UNIX_EPOCH, 10).await.unwrap().len(), 1);
    // The feed goes on being polled, and nothing is subscribed twice.
    store.sync_feeds(&[feed()], &Address::terminal(), now()).await.unwrap();
    assert_eq!(store.subscriptions().await.unwrap().len(), 1);
    assert!(!store.due_feeds(Timestamp::UNIX_EPOCH, at(hours(48))).await.unwrap().0.is_empty());
    drop(store);
    assert_eq!(check(&path).unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn a_store_whose_file_is_lost_is_damaged_and_not_new() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    drop(open(folder.path()).await);
    for lose in [|file: &Path| fs::write(file, b"").unwrap(), |file: &Path| fs::remove_file(file).unwrap()] {
        lose(&path.join("db"));
        let error = SledStore::open(&path, now()).await.err().unwrap();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains("its file db is missing or empty"), "{error}");
    }
}
