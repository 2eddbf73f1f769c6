//! Stories on the way from feeds to places: told once, added to, followed up, unfolded.

use tidings::model::delivery::{Anchor, Delivery, Notice};
use tidings::model::subscription::{Address, PlatformKind};
use tidings::port::{Invocation, Person, Said};

use crate::world::server::Served;
use crate::world::{World, hours};

pub const FIRST: (&str, &str) = (
    "Globex buys Initech for $4.7 billion",
    "Globex said on Monday that it will buy Initech, the maker of Roadrunner gateways, for $4.7 billion in cash. \
     The deal needs the approval of regulators in Brussels.",
);
pub const SECOND: (&str, &str) = (
    "Initech, maker of Roadrunner gateways, sold to Globex for $4.7 billion",
    "Globex will buy Initech for $4.7 billion in cash, the companies said on Monday. Regulators in Brussels must \
     approve the deal for the maker of Roadrunner gateways.",
);
pub const CORRECTION: (&str, &str) = (
    "Correction: Globex buys Initech for $4.2 billion, not $4.7 billion",
    "Correction: Globex will buy Initech, the maker of Roadrunner gateways, for $4.2 billion in cash and not for \
     $4.7 billion. The deal needs the approval of regulators in Brussels.",
);
pub const OTHER: (&str, &str) = (
    "Heavy snow closes the airport of Oslo",
    "The airport of Oslo was closed on Tuesday because of heavy snow. Trains to Bergen run late.",
);

async fn two_feeds(world: &mut World) -> (Served, Served) {
    let (acme, hooli) = (world.feed("acme").await, world.feed("hooli").await);
    world.run_until_idle().await;
    (acme, hooli)
}

async fn deliveries(world: &World) -> Vec<Delivery> {
    let mut all = world.store().deliveries(100).await.unwrap();
    all.sort_by_key(|delivery| delivery.sequence);
    all
}

#[tokio::test]
async fn a_story_is_told_once_and_its_card_names_who_else_reports_it() {
    let mut world = World::new().await;
    let (acme, hooli) = two_feeds(&mut world).await;
    acme.publish_item(FIRST.0, FIRST.1);
    world.pass(hours(2)).await;
    hooli.publish_item(SECOND.0, SECOND.1);
    hooli.publish_item(OTHER.0, OTHER.1);
    world.pass(hours(2)).await;
    let headlines: Vec<String> =
        deliveries(&world).await.iter().filter_map(|one| one.item()).map(ToString::to_string).collect();
    assert_eq!(headlines.len(), 2, "the first report and the other story");
    let all = deliveries(&world).await;
    let edits: Vec<&Delivery> = all.iter().filter(|one| matches!(one.notice, Notice::Amended(_))).collect();
    assert_eq!(edits.len(), 1);
    assert_eq!(edits[0].anchor, Some(Anchor::Edits(all[0].id.clone())));

    let why = world.says("why 1").await;
    assert!(format!("{:?}", why.doc).contains(OTHER.0));
    let story = world.store().story_of(all[0].item().unwrap()).await.unwrap().unwrap();
    assert_eq!(story.reports.iter().map(|report| report.source.as_str()).collect::<Vec<_>>(), ["acme", "hooli"]);
}

#[tokio::test]
async fn a_correction_comes_in_the_thread_of_what_it_corrects() {
    let mut world = World::new().await;
    let (acme, hooli) = two_feeds(&mut world).await;
    acme.publish_item(FIRST.0, FIRST.1);
    world.pass(hours(2)).await;
    hooli.publish_item(CORRECTION.0, CORRECTION.1);
    world.pass(hours(2)).await;
    let all = deliveries(&world).await;
    assert_eq!(all.len(), 2, "{all:#?}");
    assert_eq!(all[1].anchor, Some(Anchor::Answers(all[0].id.clone())));
    assert!(all[1].item().is_some());
}

#[tokio::test]
async fn folding_is_off_where_somebody_wants_every_report() {
    let mut world = World::new().await;
    let (acme, hooli) = two_feeds(&mut world).await;
    world.says("settings fold off").await;
    acme.publish_item(FIRST.0, FIRST.1);
    world.pass(hours(2)).await;
    hooli.publish_item(SECOND.0, SECOND.1);
    world.pass(hours(2)).await;
    let all = deliveries(&world).await;
    assert_eq!(all.iter().filter(|one| one.item().is_some() && one.anchor.is_none()).count(), 2, "{all:#?}");
}

#[tokio::test]
async fn a_story_is_known_after_a_restart() {
    let mut world = World::new().await;
    let (acme, hooli) = two_feeds(&mut world).await;
    acme.publish_item(FIRST.0, FIRST.1);
    world.pass(hours(2)).await;
    world.restart().await;
    hooli.publish_item(SECOND.0, SECOND.1);
    world.pass(hours(2)).await;
    let all = deliveries(&world).await;
    assert_eq!(all.iter().filter(|one| one.item().is_some()).count(), 1);
}

#[tokio::test]
async fn of_two_reports_that_come_at_once_the_fuller_one_leads() {
    let mut world = World::new().await;
    let (acme, hooli) = two_feeds(&mut world).await;
    acme.publish_item(SECOND.0, SECOND.1);
    hooli.publish_item(FIRST.0, &format!("{} {}", FIRST.1, "It is the largest deal of the year. ".repeat(30)));
    world.pass(hours(2)).await;
    let all = deliveries(&world).await;
    let first = world.store().item(all[0].item().unwrap()).await.unwrap().unwrap();
    assert_eq!(first.source.name, "hooli");
    assert_eq!(all.iter().filter(|one| one.item().is_some()).count(), 1);
}

#[tokio::test]
async fn a_card_refers_to_what_came_before() {
    let mut world = World::new().await;
    let (acme, hooli) = two_feeds(&mut world).await;
    acme.publish_item(FIRST.0, FIRST.1);
    world.pass(hours(2)).await;
    hooli.publish_item(SECOND.0, SECOND.1);
    world.pass(hours(2)).await;
    let cards = world.store().cards_between(jiff::Timestamp::UNIX_EPOCH, world.now() + hours(1), 10).await.unwrap();
    let second = cards.iter().find(|(item, _)| item.title == SECOND.0).unwrap();
    assert_eq!(second.1.related[0].title, FIRST.0);
    assert_eq!(second.1.related[0].source, "acme");
    let timeline = &second.1.insight.as_ref().unwrap().timeline;
    for entry in timeline {
        let quote = &entry.event.evidence[0];
        let item = world.store().item(&quote.item).await.unwrap().unwrap();
        let text = format!("{}\n\n{}", item.title, item.body);
        assert_eq!(text.chars().skip(quote.start).take(quote.end - quote.start).collect::<String>(), quote.text);
    }
    assert!(timeline.iter().any(|entry| entry.event.text == FIRST.0));
}

#[tokio::test]
async fn many_reports_at_once_are_one_edit() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    let mut others = Vec::new();
    for number in 0..6 {
        others.push(world.feed(&format!("feed-{number}")).await);
    }
    world.run_until_idle().await;
    acme.publish_item(FIRST.0, FIRST.1);
    world.pass(hours(2)).await;
    for other in &others {
        other.publish_item(SECOND.0, SECOND.1);
    }
    world.pass(hours(2)).await;
    let edits = deliveries(&world).await.into_iter().filter(|one| matches!(one.notice, Notice::Amended(_))).count();
    assert!((1..=6).contains(&edits), "{edits}");
    let story = world.store().story_of(deliveries(&world).await[0].item().unwrap()).await.unwrap().unwrap();
    assert_eq!(story.len(), 7);
}

#[tokio::test]
async fn a_muted_story_brings_nothing_more() {
    let mut world = World::new().await;
    let (acme, hooli) = two_feeds(&mut world).await;
    acme.publish_item(FIRST.0, FIRST.1);
    world.pass(hours(2)).await;
    let id = deliveries(&world).await[0].item().unwrap().clone();
    world.says(&format!("mute story:{id} for:1d")).await;
    hooli.publish_item(CORRECTION.0, CORRECTION.1);
    world.pass(hours(2)).await;
    assert_eq!(deliveries(&world).await.len(), 1);
}

#[tokio::test]
async fn what_others_alone_subscribe_is_named_on_no_card() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    let hooli = world.server.feed("hooli");
    let elsewhere = Address { platform: PlatformKind::Discord, channel: "7".to_owned(), ..Address::terminal() };
    let from = Person { id: "1".to_owned(), direct: elsewhere.clone() };
    let said = Said::Line(format!("subscribe {}", hooli.url()).as_str().into());
    world.hears(Invocation { from, at: elsewhere, may_manage: true, said }).await;
    acme.publish_item(FIRST.0, FIRST.1);
    world.pass(hours(2)).await;
    hooli.publish_item(SECOND.0, SECOND.1);
    world.pass(hours(2)).await;
    let story = world.store().story_of(deliveries(&world).await[0].item().unwrap()).await.unwrap().unwrap();
    assert_eq!(story.len(), 2, "it is one story");
    acme.publish_item(CORRECTION.0, CORRECTION.1);
    world.pass(hours(2)).await;
    let screen = world.screen.take();
    assert!(screen.contains(CORRECTION.0) && screen.contains(FIRST.0), "{screen}");
    assert!(!screen.contains(SECOND.0), "{screen}");
}

#[tokio::test]
async fn a_story_of_very_many_long_reports_holds_up_nothing() {
    let mut world = World::new().await;
    let mut feeds = Vec::new();
    for number in 0..60 {
        feeds.push(world.feed(&format!("feed-{number}")).await);
    }
    world.run_until_idle().await;
    for (number, feed) in feeds.iter().enumerate() {
        let link = format!("https://example.com/{}?utm_source={number}{}", "a".repeat(20), "\u{e9}".repeat(900));
        let title = format!("{} {}", FIRST.0, "\"\u{1}".repeat(140));
        let item = format!(
            "<item><guid>{number}</guid><title><![CDATA[{title}]]></title><link>{link}</link>\
             <description>{}</description></item>",
            FIRST.1
        );
        let rss = format!("<rss version=\"2.0\"><channel><title>feed {number}</title>{item}</channel></rss>");
        feed.serve_raw(rss.as_bytes());
    }
    world.pass(hours(2)).await;
    world.pass(hours(2)).await;
    assert_eq!(world.store().counts().await.unwrap().pending_items, 0);
    let story = world.store().story_of(deliveries(&world).await[0].item().unwrap()).await.unwrap().unwrap();
    assert!(story.len() > 40 && story.reports.len() < story.len(), "{} of {}", story.reports.len(), story.len());
}
