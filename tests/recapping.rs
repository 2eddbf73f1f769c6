//! Recaps through downtime, restarts, and clocks that are set back and forth: each period once, nothing
//! stacked, nothing held up for long.

use jiff::SignedDuration;
use tidings::model::delivery::{Notice, Recap};
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
    assert_eq!(one.key, "2026-W51 09:00");
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
    // A year ahead, and back.
    world.pass(DAY * 365).await;
    world.pass(-(DAY * 365)).await;
    feed.publish("More news");
    world.pass(hours(2)).await;
    world.pass(DAY * 2).await;
    let made = keys(&world).await;
    assert_eq!(made.iter().filter(|key| *key == "2026-W48 09:00").count(), 1, "{made:?}");
    world.pass(DAY * 7).await;
    assert_eq!(keys(&world).await.len(), made.len(), "nothing new came since");
    feed.publish("News of the week");
    world.pass(hours(2)).await;
    world.pass(DAY * 7).await;
    assert!(keys(&world).await.contains(&"2026-W50 09:00".to_owned()));
}

#[tokio::test]
async fn a_story_goes_on_and_ends() {
    let (mut world, feed) = weekly().await;
    let mut standings = Vec::new();
    for title in ["Acme is down", "Acme is down for the second day", "Acme has restored its services"] {
        feed.publish(title);
        world.pass(hours(2)).await;
        // It is the same story, whoever has found that out.
        let cards = world.store().cards_between(world.now() - hours(3), world.now(), 10).await.unwrap();
        let (item, card) = cards.into_iter().find(|(item, _)| item.title == title).unwrap();
        let filing = Filing {
            story: StoryId::new("acme-down"),
            report: Report::of(&item, Vec::new(), None),
            sketch: Vec::new(),
        };
        let publication =
            Publication { card, decisions: Vec::new(), deliveries: Vec::new(), is_part: false, filing: Some(filing) };
        world.store().publish(publication).await.unwrap();
        world.pass(DAY * 7).await;
        let last = recaps(&world).await.pop().unwrap();
        standings.push(last.about.get(&item.id).map(|about| (about.standing, about.reports)));
    }
    assert_eq!(standings, [None, Some((Some(Standing::Continued), 2)), Some((Some(Standing::Resolved), 3))]);
}
