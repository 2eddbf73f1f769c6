//! Recaps through downtime, restarts, and clocks that are set back and forth: each period once, nothing
//! stacked, nothing held up for long.

use jiff::SignedDuration;
use tidings::model::delivery::{Notice, Recap};
use tidings::model::doc::Block;
use tidings::model::id::StoryId;
use tidings::model::recap::Standing;
use tidings::model::story::Report;
use tidings::port::{Filing, Publication};

use crate::world::server::Served;
use crate::world::{World, hours};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// It is Monday, nine o'clock; a recap comes every Tuesday at nine.
async fn weekly() -> (World, Served) {
    let mut world = World::new().await;
    let feed = world.server.feed("acme");
    feed.publish("Old");
    world.says(&format!("subscribe {} mode:weekly", feed.url())).await;
    assert!(!world.says("digest schedule weekly tuesday 09:00 UTC").await.is_refusal);
    world.pass(hours(1)).await;
    (world, feed)
}

async fn recaps(world: &World) -> Vec<Recap> {
    let all = world.store().deliveries(1000).await.unwrap();
    let recap = |notice| match notice {
        Notice::Recap(recap) => Some(recap),
        _ => None,
    };
    all.into_iter().rev().filter_map(|one| recap(one.notice)).collect()
}

async fn keys(world: &World) -> Vec<String> {
    recaps(world).await.into_iter().map(|recap| recap.key).collect()
}

#[tokio::test]
async fn after_three_weeks_of_downtime_there_is_one_recap() {
    let (mut world, feed) = weekly().await;
    feed.publish("Before the silence");
    world.pass(hours(2)).await;
    // Nothing runs for three weeks; then all of it is one recap.
    world.clock.pass(DAY * 21);
    world.restart().await;
    world.run_until_idle().await;
    let made = recaps(&world).await;
    let [one] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!(one.key, "2026-W50 09:00");
    assert_eq!(one.counts.stories, 1);
    world.restart().await;
    world.pass(hours(1)).await;
    assert_eq!(keys(&world).await.len(), 1);
    feed.publish("After the silence");
    world.pass(DAY * 7).await;
    world.pass(DAY * 7).await;
    let made = recaps(&world).await;
    assert_eq!(made.last().unwrap().counts.new, 1);
    assert_eq!(made.len(), 2, "{made:?}");
}

#[tokio::test]
async fn a_clock_that_is_set_back_repeats_nothing() {
    let (mut world, feed) = weekly().await;
    feed.publish("News");
    world.pass(hours(2)).await;
    world.pass(DAY).await;
    assert_eq!(keys(&world).await, ["2026-W48 09:00"]);
    for back in [hours(1), DAY, DAY * 3, DAY * 8, DAY * 15] {
        world.clock.pass(-back);
        world.run_until_idle().await;
        world.restart().await;
        world.run_until_idle().await;
        world.pass(back).await;
        assert_eq!(keys(&world).await, ["2026-W48 09:00"], "{back}");
    }
}

#[tokio::test]
async fn a_clock_that_was_far_ahead_holds_up_no_recaps() {
    let (mut world, feed) = weekly().await;
    feed.publish("News");
    world.pass(hours(2)).await;
    // Five weeks ahead, and back: the mark of the recap lies in the future.
    world.pass(DAY * 35).await;
    assert_eq!(keys(&world).await, ["2026-W52 09:00"]);
    world.pass(-(DAY * 35)).await;
    world.pass(DAY * 2).await;
    assert_eq!(keys(&world).await, ["2026-W52 09:00", "2026-W48 09:00"], "not held up until then");
    for _ in 0..4 {
        world.pass(DAY * 7).await;
        world.restart().await;
        world.run_until_idle().await;
    }
    assert_eq!(keys(&world).await.len(), 2, "nothing came since, and nothing is told twice");
    feed.publish("News of the new year");
    world.pass(DAY * 7).await;
    world.pass(DAY * 7).await;
    assert_eq!(keys(&world).await.len(), 3);
}

#[tokio::test]
async fn a_story_goes_on_and_ends() {
    let (mut world, feed) = weekly().await;
    let mut standings = Vec::new();
    for title in ["Acme is down", "Acme is down for the second day", "Acme has restored its services"] {
        feed.publish(title);
        world.pass(hours(2)).await;
        // It is the same story, whoever has found that out.
        let cards = world.store().cards_between(world.now() - hours(3), world.now() + hours(1), 10).await.unwrap();
        let (item, card) = cards.into_iter().find(|(item, _)| item.title == title).unwrap();
        let filing = Filing {
            story: StoryId::new("acme-down"),
            report: Report::of(&item, Vec::new(), None),
            sketch: Vec::new(),
        };
        let publication = Publication {
            card,
            decisions: Vec::new(),
            deliveries: Vec::new(),
            held: Vec::new(),
            is_part: false,
            filing: Some(filing),
        };
        world.store().publish(publication).await.unwrap();
        world.pass(DAY * 7).await;
        let last = recaps(&world).await.pop().unwrap();
        standings.push(last.about.get(&item.id).map(|about| (about.standing, about.reports)));
    }
    assert_eq!(standings, [None, Some((Some(Standing::Continued), 2)), Some((Some(Standing::Resolved), 3))]);
}

#[tokio::test]
async fn a_long_answer_has_a_message_for_each_part() {
    let (mut world, feed) = weekly().await;
    // The same is told again and again, and each time is to count.
    world.says("settings fold off").await;
    let long = "with a headline that goes on and on until everything has been said that there is to say about it";
    for number in 1..=5 {
        feed.publish_item(&format!("Match {number} {long}"), "The home team won on Saturday in front of many people.");
        feed.publish_item(&format!("Flaw {number} {long}"), "A critical vulnerability lets attackers run code.");
    }
    world.pass(hours(2)).await;
    let reply = world.says("digest weekly").await;
    let docs: Vec<_> = std::iter::once(&reply.doc).chain(&reply.more).collect();
    let heads: Vec<String> = docs
        .iter()
        .map(|doc| match &doc.blocks[0] {
            Block::Context(parts) => parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(" · "),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(heads, ["1 of 2 · 10 stories", "2 of 2"]);
    assert!(docs.iter().all(|doc| doc.picture.is_none()), "one week is no trend");
    // What was asked for is no recap that was made: the scheduled one still says all of it.
    world.pass(DAY).await;
    assert_eq!(recaps(&world).await.len(), 2);
}
