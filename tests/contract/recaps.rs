//! Recaps: now and by schedule, in parts, with what is new; and the weights that order them.

use std::collections::BTreeSet;

use tidings::model::delivery::Notice;
use tidings::model::recap::{Recap, Standing};

use super::{Feature, Shown, Stage, Who, on_every_platform};
use crate::world::hours;
use crate::world::server::Served;

on_every_platform!(
    a_digest_answers_with_groups_and_what_was_left_out,
    a_scheduled_recap_says_what_is_new_and_draws_what_was,
    a_long_recap_comes_in_parts_cut_between_groups,
    daily_subscriptions_are_collected_beside_a_schedule,
    weights_are_seen_and_changed_by_managers,
    feedback_changes_the_order_and_nothing_that_is_posted,
);

const SECURITY: &str = "A critical vulnerability in the Acme gateway lets attackers run code. \
    The security flaw CVE-2026-4711 is exploited in the wild, and a patch is available.";
const SPORT: &str = "The home team won the match on Saturday in front of many people. \
    The trainer said that the season has only begun and that everybody is happy.";

async fn with_feed(stage: &mut dyn Stage, name: &str, mode: &str) -> Served {
    let feed = stage.world().server.feed(name);
    feed.publish_item(&format!("Old news of {name}"), SPORT);
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("mode", mode)]).await.says(&[name]);
    stage.world().pass(hours(1)).await;
    assert!(stage.posts().await.is_empty());
    feed
}

/// Stories here tell the same again and again; each is to be a report of its own.
async fn unfold(stage: &mut dyn Stage) {
    stage.say(Who::Admin, "settings", &[("name", "fold"), ("value", "off")]).await;
}

/// Posts with words; a picture may come as a message of its own.
async fn worded(stage: &mut dyn Stage) -> Vec<Shown> {
    stage.posts().await.into_iter().filter(|post| !post.text.is_empty()).collect()
}

/// The recaps that were made, the oldest first.
async fn recaps(stage: &mut dyn Stage) -> Vec<Recap> {
    let all = stage.world().store().deliveries(1000).await.unwrap();
    let recap = |notice| match notice {
        Notice::Recap(recap) => Some(recap),
        _ => None,
    };
    all.into_iter().rev().filter_map(|one| recap(one.notice)).collect()
}

fn place(shown: &Shown, words: &str) -> usize {
    shown.says(&[words]).text.find(words).unwrap()
}

async fn a_digest_answers_with_groups_and_what_was_left_out(stage: &mut dyn Stage) {
    unfold(stage).await;
    stage.say(Who::Guest, "digest weekly", &[]).await.says(&["Nothing is subscribed here yet"]);
    let feed = with_feed(stage, "acme", "weekly").await;
    stage.say(Who::Guest, "digest daily", &[]).await.says(&["Nothing new came here in the last 24 hours."]);
    for number in 1..=7 {
        feed.publish_item(&format!("Gateway flaw {number} exploited"), SECURITY);
    }
    feed.publish_item("The home team wins again", SPORT);
    stage.world().pass(hours(2)).await;
    assert!(stage.posts().await.is_empty(), "collected for the week");
    let digest = stage.say(Who::Guest, "digest weekly", &[]).await;
    assert!(!digest.is_private);
    digest.says(&[
        "6 stories",
        "2 more found no room here",
        "The week, 16 November to 23 November",
        "Security",
        "acme",
        "Enterprise & Security Teams",
        "2 more on Security",
        "The home team wins again",
    ]);
    let flaws = (1..=7).filter(|number| digest.text.contains(&format!("Gateway flaw {number} exploited")));
    assert_eq!(flaws.count(), 5);
    assert!(place(&digest, "Gateway flaw") < place(&digest, "The home team wins again"));
    assert!(!digest.text.contains(" new"), "there is no recap before it to compare with");
}

async fn a_scheduled_recap_says_what_is_new_and_draws_what_was(stage: &mut dyn Stage) {
    let feed = with_feed(stage, "acme", "weekly").await;
    let other = with_feed(stage, "hooli", "weekly").await;
    stage
        .say(Who::Admin, "digest schedule", &[("when", "weekly tuesday 09:00 Europe/Berlin")])
        .await
        .says(&["every Tuesday at 09:00, Europe/Berlin time", "The first is on Tuesday, 24 November, 09:00."]);
    feed.publish_item("Flaw in the Acme gateway exploited", SECURITY);
    stage.world().pass(hours(2)).await;
    stage.world().pass(hours(22)).await;
    let posts = worded(stage).await;
    let [first] = posts.as_slice() else { panic!("one recap, not {posts:?}") };
    first.says(&["The week, 23 November to 24 November", "1 story", "Flaw in the Acme gateway exploited"]);
    // The same event again, and another one.
    other.publish_item("Acme gateway flaw exploited", SECURITY);
    feed.publish_item("The home team wins again", SPORT);
    stage.world().pass(hours(2)).await;
    for _ in 0..7 {
        stage.world().pass(hours(24)).await;
    }
    let all = stage.posts().await;
    assert_eq!(all.iter().any(|post| post.has_picture), stage.has(Feature::Pictures).is_ok(), "{all:?}");
    let second: Vec<&Shown> = all.iter().filter(|post| !post.text.is_empty()).collect();
    let [second] = second.as_slice() else { panic!("one recap, not {all:?}") };
    second.says(&[
        "The week, 24 November to 1 December",
        "2 stories",
        "1 new",
        "1 continued",
        "Acme gateway flaw exploited",
        "continued · hooli",
        "also reported by 1 other",
        "new · acme",
    ]);
    assert!(!second.text.contains("Flaw in the Acme"));
    let made = recaps(stage).await;
    assert_eq!(made.iter().map(|recap| recap.key.as_str()).collect::<Vec<_>>(), ["2026-W48 09:00", "2026-W49 09:00"]);
    let standings: BTreeSet<_> = made[1].about.values().map(|about| about.standing).collect();
    assert_eq!(standings, [Some(Standing::New), Some(Standing::Continued)].into());
    // One week is no trend, two are.
    assert_eq!(made[0].trend, None);
    assert!(made[1].trend.as_ref().unwrap().topics.contains(&("security".to_owned(), vec![0, 0, 0, 0, 0, 0, 1, 1])));
    // What was told by schedule is not new to whoever asks.
    let digest = stage.say(Who::Guest, "digest weekly", &[]).await;
    digest.says(&["Acme gateway flaw exploited"]);
    assert!(!digest.text.contains("1 new") && !digest.text.contains("continued"), "{}", digest.text);
}

async fn a_long_recap_comes_in_parts_cut_between_groups(stage: &mut dyn Stage) {
    unfold(stage).await;
    let feed = with_feed(stage, "acme", "daily").await;
    let long = "whose headline goes on and on, as some do that want to say all of it before anybody has read a word";
    for number in 1..=5 {
        feed.publish_item(&format!("Gateway flaw {number} exploited {long}"), SECURITY);
        feed.publish_item(&format!("The home team wins {number} times {long}"), SPORT);
    }
    stage.world().pass(hours(2)).await;
    stage.world().pass(hours(22)).await;
    let posts = worded(stage).await;
    let [first, second] = posts.as_slice() else { panic!("two parts, not {posts:?}") };
    first.says(&["1 of 2", "10 stories", "Security"]);
    second.says(&["2 of 2", "The day to 24 November, 09:00"]);
    for number in 1..=5 {
        first.says(&[&format!("Gateway flaw {number} exploited")]);
        second.says(&[&format!("The home team wins {number} times")]);
    }
    assert!(!first.text.contains("home team") && !second.text.contains("Gateway flaw"));
    let made = recaps(stage).await;
    assert_eq!(made.iter().map(|recap| (recap.part, recap.parts)).collect::<Vec<_>>(), [(0, 2), (1, 2)]);
    stage.world().pass(hours(24)).await;
    assert!(stage.posts().await.is_empty(), "once");
}

async fn daily_subscriptions_are_collected_beside_a_schedule(stage: &mut dyn Stage) {
    unfold(stage).await;
    let daily = with_feed(stage, "daily-news", "daily").await;
    let instant = with_feed(stage, "instant-news", "instant").await;
    // The day's recap comes at the operator's time, nine o'clock, the week's when it was asked for.
    stage.say(Who::Admin, "digest schedule", &[("when", "weekly wednesday 18:00 UTC")]).await.says(&["Wednesday"]);
    daily.publish_item("Collected flaw exploited", SECURITY);
    instant.publish_item("Instant flaw exploited", SECURITY);
    stage.world().pass(hours(3)).await;
    let posts = worded(stage).await;
    let [post] = posts.as_slice() else { panic!("one card, not {posts:?}") };
    post.says(&["Instant flaw exploited"]);
    stage.world().pass(hours(24)).await;
    let posts = worded(stage).await;
    let [day] = posts.as_slice() else { panic!("the day's recap, not {posts:?}") };
    day.says(&["The day to 24 November, 09:00", "Collected flaw exploited"]);
    assert!(!day.text.contains("Instant flaw"), "only what is collected for the day");
    stage.world().pass(hours(36)).await;
    let posts = worded(stage).await;
    let [week] = posts.as_slice() else { panic!("the week's recap, not {posts:?}") };
    week.says(&["The week, 23 November to 25 November", "Collected flaw exploited", "Instant flaw exploited"]);
    // A daily schedule takes the place of the operator's time, for all that is subscribed.
    stage.say(Who::Admin, "digest schedule", &[("when", "daily 20:00 UTC")]).await.says(&["every day at 20:00"]);
    daily.publish_item("Another collected flaw exploited", SECURITY);
    stage.world().pass(hours(2)).await;
    stage.world().pass(hours(46)).await;
    let posts = worded(stage).await;
    let [day] = posts.as_slice() else { panic!("one recap, not {posts:?}") };
    day.says(&["20:00", "Another collected flaw exploited"]);
}

async fn weights(stage: &mut dyn Stage, who: Who, value: &str) -> Shown {
    let arguments = [("name", "weights"), ("value", value)];
    stage.say(who, "settings", if value.is_empty() { &arguments[..1] } else { &arguments }).await
}

async fn weights_are_seen_and_changed_by_managers(stage: &mut dyn Stage) {
    with_feed(stage, "acme", "weekly").await;
    weights(stage, Who::Guest, "").await.says(&["What readers here found useful", "weigh the same", "From -5 to +5"]);
    weights(stage, Who::Admin, "topic:security +2").await.says(&["+2 topic:security"]);
    weights(stage, Who::Admin, "source:\"The Register\" -3").await.says(&["-3 source:The Register"]);
    weights(stage, Who::Admin, "source:ACME +1").await.says(&["+1 source:acme"]);
    let shown = weights(stage, Who::Admin, "topic:Cloud 5").await;
    assert!(place(&shown, "+5 topic:cloud") < place(&shown, "+2 topic:security"));
    assert!(place(&shown, "+2 topic:security") < place(&shown, "-3 source:The Register"));
    let shown = weights(stage, Who::Admin, "source:\"the register\" off").await;
    assert!(!shown.text.contains("source:The"), "{}", shown.text);
    weights(stage, Who::Admin, "topic:security 6").await.says(&["from -5 to +5", "not \"6\""]);
    weights(stage, Who::Admin, "topic:nonsense 1").await.says(&["There is no topic \"nonsense\""]);
    weights(stage, Who::Admin, "security").await.says(&["\"security\" is no weight"]);
    if stage.has(Feature::Guests).is_ok() {
        weights(stage, Who::Guest, "off").await.says(&["Only people who may manage this channel"]);
    }
    weights(stage, Who::Guest, "").await.says(&["+5 topic:cloud", "+2 topic:security"]);
    weights(stage, Who::Admin, "off").await.says(&["weigh the same"]);
}

async fn feedback_changes_the_order_and_nothing_that_is_posted(stage: &mut dyn Stage) {
    unfold(stage).await;
    let (one, two) = (with_feed(stage, "one", "instant").await, with_feed(stage, "two", "instant").await);
    two.publish_item("Gateway flaw as two tells it", SECURITY);
    stage.world().pass(hours(2)).await;
    one.publish_item("Gateway flaw as one tells it", SECURITY);
    stage.world().pass(hours(2)).await;
    let posts = worded(stage).await;
    assert_eq!(posts.len(), 2);
    let digest = stage.say(Who::Guest, "digest weekly", &[]).await;
    assert!(place(&digest, "as one tells it") < place(&digest, "as two tells it"), "the newer one first");
    let told_by_two = posts.iter().find(|post| post.text.contains("as two tells it")).unwrap();
    if stage.has(Feature::Buttons).is_ok() {
        stage.press(Who::Guest, told_by_two, "👍 Useful").await.says(&["Recaps here look more for such news."]);
        stage.press(Who::Guest, told_by_two, "👍 Useful").await.says(&["it counts once"]);
        weights(stage, Who::Guest, "").await.says(&["+1 source:two", "+1 topic:security"]);
    } else {
        weights(stage, Who::Admin, "source:two +1").await.says(&["+1 source:two"]);
    }
    let digest = stage.say(Who::Guest, "digest weekly", &[]).await;
    assert!(place(&digest, "as two tells it") < place(&digest, "as one tells it"), "what was found useful first");
    // However much it is disliked, it is posted where it is subscribed.
    weights(stage, Who::Admin, "source:two -5").await.says(&["-5 source:two"]);
    weights(stage, Who::Admin, "topic:security -5").await.says(&["-5 topic:security"]);
    two.publish_item("Another gateway flaw as two tells it", SECURITY);
    stage.world().pass(hours(2)).await;
    assert_eq!(stage.posts().await.len(), 1);
}
