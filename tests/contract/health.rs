//! Feeds in trouble: the one who subscribed them hears of it, once a day and once a trouble.

use jiff::civil::time;
use tidings::model::settings::Quiet;

use super::{Feature, Stage, Who, needs, on_every_platform};
use crate::world::hours;
use crate::world::server::{Answer, Served};

on_every_platform!(
    a_feed_that_fails_is_told_to_its_owner_once_and_again_when_it_is_well,
    a_feed_that_falls_silent_against_its_pace_is_told,
    a_notice_waits_for_the_end_of_quiet_hours,
    a_feed_that_is_gone_is_told_once,
    a_feed_that_moves_to_another_host_is_told_once,
);

const FEED: &str = "<rss version=\"2.0\"><channel><title>acme</title></channel></rss>";

async fn broken(stage: &mut dyn Stage) -> Served {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    stage.world().pass(hours(1)).await;
    stage.posts().await;
    feed.serve_raw(b"nothing that could be read");
    feed
}

/// Three days, day by day; what the admin alone was told, and nobody else anything.
async fn days(stage: &mut dyn Stage, count: usize) -> Vec<super::Shown> {
    let mut told = Vec::new();
    for _ in 0..count {
        stage.world().pass(hours(24)).await;
        told.extend(stage.directs().await);
        assert!(stage.posts().await.is_empty(), "never to the whole channel");
    }
    told
}

async fn a_feed_that_fails_is_told_to_its_owner_once_and_again_when_it_is_well(stage: &mut dyn Stage) {
    let feed = broken(stage).await;
    let told = days(stage, 4).await;
    stage.say(Who::Guest, "status", &[]).await.says(&["failing for"]);
    feed.serve_raw(FEED.as_bytes());
    let well = days(stage, 4).await;
    stage.say(Who::Guest, "status", &[]).await.says(&["ok"]);
    needs!(stage, Feature::Places);
    assert_eq!(told.len(), 1, "once: {told:?}");
    told[0].says(&["acme: failing for", "only you get this"]);
    assert_eq!(well.len(), 1, "once: {well:?}");
    well[0].says(&["acme: works again"]);
}

async fn a_feed_that_falls_silent_against_its_pace_is_told(stage: &mut dyn Stage) {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await;
    for number in 0..14 {
        feed.publish_item(&format!("Report number {number}"), &format!("{number} things happened at six places."));
        stage.world().pass(hours(6)).await;
    }
    stage.posts().await;
    stage.directs().await;
    // It is Thursday night. The weekend does not count.
    stage.world().pass(hours(12)).await;
    let told = days(stage, 3).await;
    assert!(told.is_empty(), "{told:?}");
    let told = days(stage, 7).await;
    stage.say(Who::Guest, "status", &[]).await.says(&["silent for", "a day"]);
    needs!(stage, Feature::Places);
    assert_eq!(told.len(), 1, "{told:?}");
    told[0].says(&["acme: silent for", "usually", "a day"]);
}

async fn a_notice_waits_for_the_end_of_quiet_hours(stage: &mut dyn Stage) {
    needs!(stage, Feature::Places);
    broken(stage).await;
    let all = stage.world().store().subscriptions().await.unwrap();
    let owner = all[0].owner.clone().unwrap();
    let quiet = Quiet { from: time(8, 0, 0, 0), to: time(12, 0, 0, 0) };
    let change = Box::new(move |settings: &mut tidings::model::settings::Settings| settings.quiet = Some(quiet));
    stage.world().store().change_settings(&owner, change).await.unwrap();
    // Made at nine on the third day, and sent at noon.
    stage.world().pass(hours(24)).await;
    stage.world().pass(hours(24)).await;
    assert!(stage.directs().await.is_empty());
    stage.world().pass(hours(1)).await;
    assert!(stage.directs().await.is_empty());
    stage.world().pass(hours(2)).await;
    assert_eq!(stage.directs().await.len(), 1);
}

async fn a_feed_that_is_gone_is_told_once(stage: &mut dyn Stage) {
    let feed = broken(stage).await;
    for _ in 0..500 {
        feed.answer_next(Answer::status(410));
    }
    let told = days(stage, 7).await;
    stage.say(Who::Guest, "status", &[]).await.says(&["no longer asked"]);
    needs!(stage, Feature::Places);
    let parked = told.iter().filter(|one| one.text.contains("acme: no longer asked")).count();
    assert_eq!(parked, 1, "{told:?}");
    assert!(told.len() <= 2, "failing at most before that: {told:?}");
}

async fn a_feed_that_moves_to_another_host_is_told_once(stage: &mut dyn Stage) {
    let feed = stage.world().server.feed("acme");
    let new = stage.world().server.feed("new-home");
    let url = new.url().replace("127.0.0.1", "localhost");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    stage.world().pass(hours(1)).await;
    stage.posts().await;
    for _ in 0..500 {
        feed.answer_next(Answer::status(301).with("Location", &url));
    }
    let mut told = Vec::new();
    for _ in 0..10 {
        stage.world().pass(hours(13)).await;
        told.extend(stage.directs().await);
    }
    assert!(stage.posts().await.is_empty(), "never to the whole channel");
    needs!(stage, Feature::Places);
    assert_eq!(told.len(), 1, "{told:?}");
    told[0].says(&["moved to", "localhost"]);
}
