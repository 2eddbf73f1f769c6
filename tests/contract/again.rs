//! What ended and is asked for again, what rested and wakes: nothing old is posted, nothing is lost,
//! and nobody hears of what they no longer want.

use super::{Feature, Shown, Stage, Who, needs, on_every_platform};
use crate::world::server::Served;
use crate::world::{hours, minutes};

on_every_platform!(
    a_feed_that_is_subscribed_again_begins_anew,
    a_feed_that_is_imported_again_is_polled,
    an_import_keeps_what_its_file_does_not_mention,
    backfill_takes_no_news_from_others,
    what_came_while_a_place_was_gone_follows,
    subscribing_again_wakes_as_resuming_does,
    what_waits_is_taken_back_with_its_subscription,
    what_waits_is_taken_back_when_it_is_muted,
    the_hourly_limit_holds_within_one_poll,
    names_with_blanks_survive_the_question,
    only_managers_pause_however_it_is_written
);

const TEXT: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";

async fn with_feed(stage: &mut dyn Stage) -> Served {
    let feed = stage.world().server.feed("acme");
    feed.publish_item("Zero", TEXT);
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    stage.world().pass(hours(2)).await;
    feed
}

async fn end(stage: &mut dyn Stage, what: &str) {
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", what)]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["has ended"]);
}

async fn titles(stage: &mut dyn Stage, among: &[&str]) -> Vec<String> {
    let posts = stage.posts().await;
    let title = |post: &Shown| among.iter().find(|title| post.text.contains(**title)).unwrap_or(&"?").to_string();
    posts.iter().map(title).collect()
}

async fn a_feed_that_is_subscribed_again_begins_anew(stage: &mut dyn Stage) {
    let feed = with_feed(stage).await;
    for (round, gap) in [minutes(5), hours(48)].into_iter().enumerate() {
        let (meanwhile, news) = (format!("Meanwhile {round}"), format!("News {round}"));
        end(stage, &feed.url()).await;
        feed.publish_item(&meanwhile, TEXT);
        stage.world().pass(gap).await;
        stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Nothing old is posted"]);
        stage.world().pass(hours(2)).await;
        assert!(stage.posts().await.is_empty(), "nothing old after {gap:?}");
        feed.publish_item(&news, TEXT);
        stage.world().pass(hours(2)).await;
        assert_eq!(titles(stage, &[&meanwhile, &news]).await, [news], "polled again after {gap:?}");
    }
}

async fn a_feed_that_is_imported_again_is_polled(stage: &mut dyn Stage) {
    needs!(stage, Feature::Files);
    let feed = with_feed(stage).await;
    let opml = stage.say(Who::Admin, "export", &[]).await.file.unwrap();
    end(stage, "1").await;
    feed.publish_item("Meanwhile", TEXT);
    let question = stage.say(Who::Admin, "import", &[("file", &opml)]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["1 subscription taken over"]);
    stage.world().pass(hours(2)).await;
    assert!(stage.posts().await.is_empty(), "what the feed has at its first poll is old");
    feed.publish_item("News", TEXT);
    stage.world().pass(hours(2)).await;
    assert_eq!(titles(stage, &["Meanwhile", "News"]).await, ["News"]);
}

async fn an_import_keeps_what_its_file_does_not_mention(stage: &mut dyn Stage) {
    needs!(stage, Feature::Files);
    let feed = with_feed(stage).await;
    stage.say(Who::Admin, "filter set", &[("subscription", "1"), ("query", "\"new machine\"")]).await;
    let plain = format!("<opml><body><outline text=\"Acme\" xmlUrl=\"{}\"/></body></opml>", feed.url());
    stage.say(Who::Admin, "import", &[("file", &plain)]).await.says(&["Nothing would change"]);
    let other = plain.replace("text=", "tidings:mode=\"daily\" text=");
    let question = stage.say(Who::Admin, "import", &[("file", &other)]).await;
    question.says(&["1 changed", "now filter \"new machine\", then filter \"new machine\"; daily"]);
    stage.press(Who::Admin, &question, "Yes").await.says(&["taken over"]);
    stage.say(Who::Admin, "subscriptions", &[]).await.says(&["filter \"new machine\"; daily"]);
}

async fn backfill_takes_no_news_from_others(stage: &mut dyn Stage) {
    let feed = with_feed(stage).await;
    feed.publish_item("Fresh", TEXT);
    // The person's own alerts stand for somebody else; they would have it by the next poll.
    stage.say(Who::Admin, "subscribe", &[("what", "all")]).await.says(&["Subscription 2"]);
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", "1")]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["has ended"]);
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("backfill", "1")]).await.says(&["posted now"]);
    stage.world().pass(hours(3)).await;
    assert_eq!(titles(stage, &["Fresh"]).await, ["Fresh"], "once, whoever wants it");
}

async fn what_came_while_a_place_was_gone_follows(stage: &mut dyn Stage) {
    needs!(stage, Feature::Rights);
    let feed = with_feed(stage).await;
    stage.allow_posts(false);
    feed.publish_item("Refused", TEXT);
    stage.world().pass(hours(2)).await;
    assert_eq!(stage.directs().await.len(), 1, "its owner hears of it");
    feed.publish_item("Meanwhile", "Snow fell in Oslo, and the trains of the town ran late all morning.");
    stage.world().pass(hours(2)).await;
    stage.allow_posts(true);
    let resumed = stage.say(Who::Admin, "settings", &[("name", "resume"), ("value", "all")]).await;
    resumed.says(&["1 subscription resumed", "2 posts that could not be made meanwhile follow"]);
    stage.world().pass(minutes(10)).await;
    assert_eq!(titles(stage, &["Refused", "Meanwhile"]).await, ["Refused", "Meanwhile"]);
}

async fn subscribing_again_wakes_as_resuming_does(stage: &mut dyn Stage) {
    needs!(stage, Feature::Rights);
    let feed = with_feed(stage).await;
    stage.allow_posts(false);
    feed.publish_item("Refused", TEXT);
    stage.world().pass(hours(2)).await;
    stage.directs().await;
    stage.allow_posts(true);
    let again = stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await;
    again.says(&["1 post that could not be made meanwhile follows"]);
    stage.world().pass(minutes(10)).await;
    assert_eq!(titles(stage, &["Refused"]).await, ["Refused"]);
    stage.say(Who::Admin, "settings", &[("name", "resume")]).await.says(&["Nothing rests here"]);
}

async fn in_the_quiet(stage: &mut dyn Stage) -> Served {
    let feed = with_feed(stage).await;
    stage.say(Who::Admin, "settings", &[("name", "quiet"), ("value", "10:00-18:00")]).await.says(&["10:00-18:00"]);
    feed.publish_item("At night", TEXT);
    stage.world().pass(hours(2)).await;
    assert!(stage.posts().await.is_empty());
    feed
}

async fn what_waits_is_taken_back_with_its_subscription(stage: &mut dyn Stage) {
    in_the_quiet(stage).await;
    end(stage, "1").await;
    stage.world().pass(hours(12)).await;
    assert!(stage.posts().await.is_empty());
}

async fn what_waits_is_taken_back_when_it_is_muted(stage: &mut dyn Stage) {
    let feed = in_the_quiet(stage).await;
    stage.say(Who::Admin, "mute", &[("what", "source:acme"), ("for", "1h")]).await.says(&["source:acme is muted"]);
    stage.world().pass(hours(12)).await;
    assert!(stage.posts().await.is_empty());
    feed.publish_item("By day", TEXT);
    stage.world().pass(hours(2)).await;
    assert_eq!(titles(stage, &["By day", "At night"]).await, ["By day"]);
}

async fn the_hourly_limit_holds_within_one_poll(stage: &mut dyn Stage) {
    let feed = with_feed(stage).await;
    stage.say(Who::Admin, "settings", &[("name", "limit"), ("value", "2")]).await.says(&["2 cards an hour"]);
    for number in 0..4 {
        feed.publish_item(&format!("Item {number}"), TEXT);
    }
    stage.world().pass(hours(2)).await;
    assert_eq!(stage.posts().await.len(), 2);
    stage.say(Who::Admin, "digest daily", &[]).await.says(&["4 stories", "Item 3"]);
}

async fn names_with_blanks_survive_the_question(stage: &mut dyn Stage) {
    stage.say(Who::Admin, "subscribe", &[("what", "cloud,security")]).await.says(&["Subscription 1"]);
    end(stage, "Security, Cloud").await;
    stage.say(Who::Admin, "subscriptions", &[]).await.says(&["Nothing is subscribed here"]);
}

async fn only_managers_pause_however_it_is_written(stage: &mut dyn Stage) {
    needs!(stage, Feature::Guests);
    with_feed(stage).await;
    for name in ["pause", "Pause", "RESUME"] {
        stage.say(Who::Guest, "settings", &[("name", name)]).await.says(&["Only people who may manage"]);
    }
}
