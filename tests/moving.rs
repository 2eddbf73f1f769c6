//! A place that gets another address keeps everything: subscriptions with their numbers, settings,
//! recaps, what waits to be said and what was said.

use std::collections::BTreeSet;
use std::path::Path;

use tidings::model::delivery::{DeliveryState, Verdict};
use tidings::model::id::StoryId;
use tidings::model::recap::Recalled;
use tidings::model::settings::Settings;
use tidings::model::subscription::{Address, Mode, Origin, Subscription, Wants};
use tidings::port::{Attachment, Content, Enrolment, Invocation, Line, Person, Place, RecapMade, Said, Store};
use tidings::store::sled::check;

use crate::store::{at, feed, now, one_lease, open, publish, sent};
use crate::world::{World, hours, minutes};

fn group() -> Address {
    Address { channel: "-100".to_owned(), ..Address::terminal() }
}

fn supergroup() -> Address {
    Address { channel: "-1001".to_owned(), ..Address::terminal() }
}

async fn enrol(store: &dyn Store, to: Address, wants: Wants) -> Subscription {
    let mut subscription = Subscription::new(to.clone(), wants, Origin::Chat, now());
    (subscription.owner, subscription.mode) = (Some(to), Mode::Daily);
    let enrolment = Enrolment { subscription, intake: None, catch_up: Vec::new(), max: 10 };
    store.enrol(enrolment).await.unwrap().0
}

async fn limit(store: &dyn Store, at: Address, max: u32) -> Settings {
    store.change_settings(&at, Box::new(move |settings| settings.hourly_max = Some(max))).await.unwrap()
}

async fn check_moved(store: &dyn Store) {
    assert!(store.subscriptions_of(&group()).await.unwrap().is_empty());
    let moved = store.subscriptions_of(&supergroup()).await.unwrap();
    assert_eq!(moved.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 3], "numbers stay");
    assert!(moved.iter().all(|one| one.owner == Some(supergroup()) && one.mode == Mode::Daily));
    assert_eq!(store.settings(&supergroup()).await.unwrap().hourly_max, Some(7));
    assert_eq!(store.recapped_until(&supergroup(), true).await.unwrap(), Some(at(hours(1))));
    assert!(store.last_recap(&supergroup(), true).await.unwrap().unwrap().stories.contains(&StoryId::new("a")));
    assert_eq!(store.last_recap(&group(), true).await.unwrap(), None);
    let (due, _) = store.due_feeds(jiff::Timestamp::UNIX_EPOCH, at(hours(2))).await.unwrap();
    assert_eq!(due.len(), 1, "the feed is still polled");
}

fn check_store(folder: &Path) {
    assert_eq!(check(&folder.join("data")).unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn everything_goes_along() {
    for is_by_verdict in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).await;
        publish(&store, 3, &group()).await;
        let first = enrol(store.as_ref(), group(), Wants::All).await;
        enrol(store.as_ref(), group(), Wants::Feed(feed().id)).await;
        enrol(store.as_ref(), group(), Wants::Topics(["security".to_owned()].into())).await;
        store.unsubscribe(&first.id).await.unwrap();
        limit(store.as_ref(), group(), 7).await;
        let told = Some(Recalled { until: at(hours(1)), stories: BTreeSet::from([StoryId::new("a")]) });
        let made = RecapMade { until: at(hours(1)), deliveries: Vec::new(), told };
        store.commit_recap(&group(), true, made).await.unwrap();
        let told = one_lease(&store, now()).await;
        store.settle(told, sent(), now()).await.unwrap();
        let lease = one_lease(&store, now()).await;
        if is_by_verdict {
            store.settle(lease, Verdict::Moved { to: supergroup() }, now()).await.unwrap();
            check_moved(store.as_ref()).await;
            let again = one_lease(&store, now()).await;
            assert_eq!(again.delivery().to, supergroup());
            store.settle(again, sent(), at(minutes(1))).await.unwrap();
        } else {
            store.move_address(&group(), &supergroup()).await.unwrap();
            check_moved(store.as_ref()).await;
            store.settle(lease, sent(), at(minutes(1))).await.unwrap();
        }
        let last = one_lease(&store, at(minutes(1))).await;
        assert_eq!(last.delivery().to, supergroup());
        store.settle(last, sent(), at(minutes(2))).await.unwrap();
        let history = store.deliveries_to(&supergroup(), now(), 10).await.unwrap();
        assert_eq!(history.len(), 3);
        assert!(history.iter().all(|one| matches!(one.state, DeliveryState::Sent { .. }) && one.to == supergroup()));
        assert!(store.deliveries_to(&group(), now(), 10).await.unwrap().is_empty());
        drop(store);
        check_store(folder.path());
    }
}

#[tokio::test]
async fn what_the_new_address_has_already_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    enrol(store.as_ref(), group(), Wants::All).await;
    enrol(store.as_ref(), group(), Wants::Topics(["security".to_owned()].into())).await;
    enrol(store.as_ref(), supergroup(), Wants::All).await;
    let settings = limit(store.as_ref(), supergroup(), 1).await;
    limit(store.as_ref(), group(), 9).await;
    store.move_address(&group(), &supergroup()).await.unwrap();
    let all = store.subscriptions_of(&supergroup()).await.unwrap();
    assert_eq!(all.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(store.settings(&supergroup()).await.unwrap(), settings);
    drop(store);
    check_store(folder.path());
}

fn says(line: Line) -> Invocation {
    let at = Address::terminal();
    let from = Person { id: "operator".to_owned(), direct: at.clone() };
    Invocation { from, at, may_manage: true, said: Said::Line(line) }
}

#[tokio::test]
async fn a_line_names_places_as_its_platform_understands_them() {
    let mut world = World::new().await;
    let feed = world.server.feed("acme");
    let place = |may_manage| vec![("@news".to_owned(), Place { address: group(), may_manage })];
    let text = format!("subscribe {} to:@news", feed.url());
    let line = |text: &str, may_manage| Line { text: text.to_owned(), places: place(may_manage), file: None };
    let refused = world.hears(says(line(&text, false))).await;
    assert!(format!("{refused:?}").contains("Only people who may manage that channel"));
    let unknown = world.hears(says(line(&text.replace("@news", "@olds"), true))).await;
    assert!(format!("{unknown:?}").contains("no channel"), "{unknown:?}");
    world.hears(says(line(&text, true))).await;
    assert_eq!(world.store().subscriptions_of(&group()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_that_came_along_is_taken_over_after_a_yes() {
    let mut world = World::new().await;
    let opml = "<opml version=\"2.0\"><body><outline type=\"rss\" text=\"Acme\" xmlUrl=\"https://acme.example/feed\"/></body></opml>";
    let file = |text: &str| {
        let content = Content::Here(text.to_owned());
        Line {
            text: "import".to_owned(),
            places: Vec::new(),
            file: Some(Attachment { name: "a.opml".to_owned(), content }),
        }
    };
    let asked = world.hears(says(file(opml))).await;
    assert!(format!("{asked:?}").contains("1 new"), "{asked:?}");
    world.restart().await;
    world.says("yes").await;
    assert_eq!(world.store().subscriptions_of(&Address::terminal()).await.unwrap().len(), 1);
    let long =
        world.hears(says(file(&format!("{}<!--{}-->", opml.replace("/feed", "/other"), " ".repeat(50_000))))).await;
    assert!(format!("{long:?}").contains("too long to be sent here"), "{long:?}");
}
