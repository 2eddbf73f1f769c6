//! Quiet hours: nothing is posted in them, and what came is one message at their end.

use super::{Feature, Stage, Who, needs, on_every_platform};
use crate::world::server::Served;
use crate::world::{hours, minutes};

on_every_platform!(
    quiet_hours_end_in_one_summary,
    one_card_alone_comes_as_itself,
    quiet_hours_that_are_ended_are_told_at_once,
    what_meets_quiet_hours_waits_for_their_end,
    a_summary_leaves_out_what_is_no_longer_wanted,
    a_mute_ends_by_its_button
);

const NEWS: [(&str, &str); 3] = [
    ("Acme gateway flaw exploited", "A critical vulnerability in the Acme gateway lets attackers run code."),
    ("Team wins the cup", "The home team won the match on Saturday in front of many people in the old stadium."),
    ("Chip maker doubles output", "A factory in the north makes twice as many memory chips as it did last spring."),
];

/// A feed that is subscribed, with quiet hours that begin in an hour and end at three.
async fn in_the_quiet(stage: &mut dyn Stage, count: usize) -> Served {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    stage.say(Who::Admin, "settings", &[("name", "quiet"), ("value", "10:00-15:00")]).await.says(&["10:00-15:00"]);
    for (title, text) in NEWS.iter().take(count) {
        feed.publish_item(title, text);
    }
    stage.world().pass(hours(2)).await;
    assert!(stage.posts().await.is_empty(), "nothing in quiet hours");
    feed
}

async fn quiet_hours_end_in_one_summary(stage: &mut dyn Stage) {
    in_the_quiet(stage, 3).await;
    stage.say(Who::Guest, "subscriptions", &[]).await.says(&["3 cards wait for 15:00"]);
    let link = "https://example.com/team-wins-the-cup";
    let why = stage.say(Who::Guest, "why", &[("card", link)]).await;
    why.says(&["quiet-hours", "It waits to be posted here, from 2026-11-23 15:00 UTC on"]);
    stage.world().pass(minutes(239)).await;
    assert!(stage.posts().await.is_empty(), "not a minute too soon");
    stage.world().restart().await;
    stage.world().pass(minutes(1)).await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts[0].says(&["Acme gateway flaw exploited", "Team wins the cup", "Chip maker doubles output"]);
    stage.say(Who::Guest, "why", &[("card", link)]).await.says(&["It was posted here 2026-11-23 15:00 UTC"]);
    stage.world().pass(hours(48)).await;
    assert!(stage.posts().await.is_empty(), "told once");
}

async fn one_card_alone_comes_as_itself(stage: &mut dyn Stage) {
    in_the_quiet(stage, 1).await;
    stage.say(Who::Guest, "subscriptions", &[]).await.says(&["1 card waits for 15:00"]);
    stage.world().pass(hours(5)).await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts[0].says(&["Acme gateway flaw exploited", "All rights belong to acme."]);
}

async fn quiet_hours_that_are_ended_are_told_at_once(stage: &mut dyn Stage) {
    in_the_quiet(stage, 2).await;
    stage.say(Who::Admin, "settings", &[("name", "quiet"), ("value", "11:30-12:00")]).await;
    stage.world().run_until_idle().await;
    assert_eq!(stage.posts().await.len(), 1, "moved");
    let feed = stage.world().server.feed("other");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await;
    stage.say(Who::Admin, "settings", &[("name", "quiet"), ("value", "11:00-20:00")]).await;
    let (title, text) = NEWS[2];
    feed.publish_item(title, text);
    stage.world().pass(hours(1)).await;
    assert!(stage.posts().await.is_empty());
    stage.say(Who::Admin, "settings", &[("name", "quiet"), ("value", "off")]).await;
    stage.world().run_until_idle().await;
    assert_eq!(stage.posts().await.len(), 1, "ended");
}

async fn what_meets_quiet_hours_waits_for_their_end(stage: &mut dyn Stage) {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await;
    feed.publish_item(NEWS[0].0, NEWS[0].1);
    // It is routed before they begin, and sent after.
    stage.world().clock.pass(minutes(50));
    stage.world().step_once("poll").await;
    stage.world().step_once("enrich").await;
    stage.say(Who::Admin, "settings", &[("name", "quiet"), ("value", "09:00-15:00")]).await;
    // A recap that is scheduled inside them waits as well.
    stage.say(Who::Admin, "digest schedule", &[("when", "daily 12:00")]).await;
    stage.world().run_until_idle().await;
    assert!(stage.posts().await.is_empty());
    stage.world().pass(hours(3)).await;
    assert!(stage.posts().await.is_empty());
    stage.world().pass(hours(3)).await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 2, "the card and the recap: {posts:?}");
    posts[0].says(&["All rights belong to acme."]);
}

async fn a_summary_leaves_out_what_is_no_longer_wanted(stage: &mut dyn Stage) {
    in_the_quiet(stage, 3).await;
    let set = [("subscription", "1"), ("query", "-chip")];
    stage.say(Who::Admin, "filter set", &set).await.says(&["lets through only"]);
    stage.world().pass(hours(5)).await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts[0].says(&["Acme gateway flaw exploited", "Team wins the cup"]);
    assert!(!posts[0].text.contains("Chip maker"), "{posts:?}");
}

async fn a_mute_ends_by_its_button(stage: &mut dyn Stage) {
    needs!(stage, Feature::Buttons);
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await;
    feed.publish_item(NEWS[0].0, NEWS[0].1);
    stage.world().pass(hours(2)).await;
    let card = stage.posts().await.remove(0);
    let choice = stage.press(Who::Admin, &card, "Mute").await;
    let muted = stage.press(Who::Admin, &choice, "Source").await;
    muted.says(&["source:acme is muted here until"]);
    stage.say(Who::Guest, "subscriptions", &[]).await.says(&["source:acme until"]);
    feed.publish_item(NEWS[1].0, NEWS[1].1);
    stage.world().pass(hours(2)).await;
    assert!(stage.posts().await.is_empty());
    stage.press(Who::Admin, &muted, "Unmute").await.says(&["source:acme is heard here again"]);
    stage.press(Who::Admin, &muted, "Unmute").await.says(&["source:acme is not muted here"]);
    feed.publish_item(NEWS[2].0, NEWS[2].1);
    stage.world().pass(hours(2)).await;
    assert_eq!(stage.posts().await.len(), 1, "what was kept back stays so");
}
