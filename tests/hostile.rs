//! Items that are made to break the analyst or the store: they hold up nobody else.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt;
use jiff::tz::TimeZone;
use tidings::analyst::embedded::Embedded;
use tidings::metrics::Metrics;
use tidings::model::card::Card;
use tidings::model::item::{Item, Source};
use tidings::model::label::Labels;
use tidings::model::subscription::PlatformKind;
use tidings::pipeline::present;
use tidings::port::{Analyst, AnalystError};
use tidings::worker::book::Book;
use tidings::worker::enrich::Enrich;
use tidings::worker::stories::Stories;
use tidings::worker::{Hint, Worker};
use tokio::sync::Mutex;

use crate::store::{at, intake, item, open};
use crate::world::{FixedClock, START, World, hours};

/// Makes cards that do not fit the store, or dies, where the title asks for it.
struct Victim(Embedded);

impl Victim {
    fn new() -> Arc<Self> {
        Arc::new(Self(Embedded::new(&Labels::default())))
    }
}

#[async_trait]
impl Analyst for Victim {
    async fn analyse(&self, item: &Item) -> Result<Card, AnalystError> {
        let mut card = self.0.analyse(item).await?;
        if item.title.starts_with("Poison") {
            card.hook = "\u{1}".repeat(20_000);
        }
        assert!(!item.title.starts_with("Panic"), "an analyst that did not expect this");
        Ok(card)
    }
}

#[tokio::test]
async fn items_that_break_the_analyst_or_the_store_hold_up_no_neighbour() {
    let mut world = World::with_analyst(Victim::new()).await;
    let hostile = world.feed("hostile").await;
    let innocent = world.feed("innocent").await;
    world.run_until_idle().await;
    let mut expected: Vec<String> = (0..20).map(|n| format!("Poison {n}")).collect();
    expected.extend((0..20).map(|n| format!("Panic {n}")));
    expected.iter().for_each(|title| hostile.publish(title));
    world.pass(hours(1)).await;
    innocent.publish("Innocent neighbour");
    expected.push("Innocent neighbour".to_owned());
    world.pass(hours(1)).await;
    let mut headlines = world.screen.headlines();
    headlines.sort();
    expected.sort();
    assert_eq!(headlines, expected, "the hostile ones with title and link alone");
    let counts = world.store().counts().await.unwrap();
    assert_eq!((counts.pending_items, counts.open_deliveries), (0, 0));
}

#[tokio::test]
async fn a_batch_with_a_poisonous_item_wakes_the_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let mut poison = item(1);
    poison.title = "Poison".to_owned();
    store.commit_intake(intake(vec![item(0), poison, item(2)], at(hours(1)))).await.unwrap();
    let outbox = Hint::default();
    let mut enrich = Enrich {
        store: store.clone(),
        analyst: Victim::new(),
        clock: FixedClock::new(START),
        metrics: Metrics::default(),
        book: Arc::new(Book::new(store.clone())),
        stories: Mutex::new(Stories::new(store.clone())),
        platforms: vec![PlatformKind::Terminal],
        zone: TimeZone::UTC,
        outbox: outbox.clone(),
    };
    enrich.step().await.unwrap();
    assert!(outbox.notified().now_or_never().is_some());
    assert_eq!(store.counts().await.unwrap().pending_items, 0);
}

#[tokio::test]
async fn the_bare_card_fits_whatever_the_item_holds() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    // Each of these characters takes six bytes in the store.
    let huge = || "\u{1}".repeat(100_000);
    let hostile = Item {
        title: huge(),
        body: huge(),
        url: Some(huge()),
        authors: vec![huge()],
        categories: vec![huge()],
        image: Some(huge()),
        lang: Some(huge()),
        source: Source { name: huge(), url: Some(huge()) },
        rights: Some(huge()),
        topics: (0..1000).map(|_| huge()).collect(),
        ..item(0)
    };
    let card = present::bare_card(&hostile);
    assert!(hostile.title.starts_with(&card.headline) && !card.headline.is_empty());
    assert_eq!(card.tldr.what_changed.evidence[0].end, card.headline.chars().count());
    let publication = tidings::port::Publication {
        card,
        decisions: Vec::new(),
        deliveries: Vec::new(),
        held: Vec::new(),
        is_part: false,
        filing: None,
    };
    store.publish(publication).await.unwrap();

    let usual = Item { url: Some("https://example.com/1".to_owned()), topics: vec!["security".to_owned()], ..item(0) };
    let card = present::bare_card(&usual);
    assert_eq!((card.headline.as_str(), card.url, card.source), ("Item 0", usual.url, usual.source));
    assert_eq!(card.topics[0].name, "security");
}
