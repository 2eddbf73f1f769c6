//! Each word of the table gives the same result everywhere.

use tidings::command::spec::WORDS;

use super::{Feature, Shown, Stage, Who, needs, on_every_platform};
use crate::world::hours;
use crate::world::server::{Answer, Served};

on_every_platform!(
    a_feed_is_subscribed_filtered_and_ended,
    topics_and_everything_are_subscribed,
    asking_again_changes_what_is_there,
    what_is_old_is_posted_only_when_asked_for,
    what_cannot_be_subscribed_says_what_to_do,
    filters_are_tried_set_and_cleared,
    why_and_preview_tell_every_stage,
    mutes_hold_back_and_end,
    recaps_come_now_and_by_schedule,
    alerts_go_to_the_one_who_asked,
    quiet_hours_put_off,
    settings_are_shown_and_changed,
    subscriptions_rest_and_wake,
    help_topics_and_status_are_there,
    feeds_go_out_and_come_in_as_files,
    guests_may_look_and_not_change,
    arguments_complete_themselves,
);

const SECURITY: &str = "A critical vulnerability in the Acme gateway lets attackers run code. \
    The security flaw CVE-2026-4711 is exploited in the wild, and a patch is available.";
const SPORT: &str = "The home team won the match on Saturday in front of many people. \
    The trainer said that the season has only begun and that everybody is happy.";

/// A feed with two old items, one on security.
fn acme(stage: &mut dyn Stage) -> Served {
    let feed = stage.world().server.feed("acme");
    feed.publish_item("The home team wins", SPORT);
    feed.publish_item("Acme gateway flaw exploited", SECURITY);
    feed
}

async fn subscribe(stage: &mut dyn Stage, feed: &Served) -> Shown {
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await
}

/// A new item, posted.
async fn news(stage: &mut dyn Stage, feed: &Served, title: &str, text: &str) -> Vec<Shown> {
    feed.publish_item(title, text);
    stage.world().pass(hours(2)).await;
    stage.posts().await
}

async fn a_feed_is_subscribed_filtered_and_ended(stage: &mut dyn Stage) {
    let feed = acme(stage);
    let answer = stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("filter", "topics:security")]).await;
    answer.says(&[
        "acme",
        "Subscription 1 is acme (filter topic:security)",
        "2 items now",
        "1 of the last 2 items would have been posted; the latest: \"Acme gateway flaw exploited\"",
        "would-deliver",
        "filtered",
        "Nothing old is posted",
    ]);
    assert_eq!(answer.is_private, stage.has(Feature::Whispers).is_ok());
    stage.world().pass(hours(1)).await;
    assert!(stage.posts().await.is_empty(), "nothing old is posted");

    assert!(news(stage, &feed, "Another match", SPORT).await.is_empty());
    let posts = news(stage, &feed, "Second gateway flaw exploited", SECURITY).await;
    let [post] = posts.as_slice() else { panic!("one post, not {posts:?}") };
    post.says(&["Second gateway flaw exploited", "acme", "Enterprise & Security Teams"]);

    let listed = stage.say(Who::Admin, "subscriptions", &[]).await;
    listed.says(&["acme", "filter topic:security"]);
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", "1")]).await;
    question.says(&["End subscription 1, acme?"]);
    stage.press(Who::Admin, &question, "No").await.says(&["Nothing was changed."]);
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", &feed.url())]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["Subscription 1, acme, has ended."]);
    assert!(news(stage, &feed, "Third gateway flaw exploited", SECURITY).await.is_empty());
    stage.say(Who::Admin, "subscriptions", &[]).await.says(&["Nothing is subscribed here yet."]);
}

async fn topics_and_everything_are_subscribed(stage: &mut dyn Stage) {
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    let topics = stage.say(Who::Admin, "subscribe", &[("what", "topics:security,Cloud")]).await;
    topics.says(&["Subscription 2 is Cloud, Security"]);
    stage
        .say(Who::Admin, "subscribe", &[("what", "all"), ("filter", "title:gateway")])
        .await
        .says(&["Subscription 3 is everything"]);
    // Three subscriptions want it, and it is posted once.
    assert_eq!(news(stage, &feed, "Gateway flaw once more", SECURITY).await.len(), 1);
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", "cloud,security")]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["Subscription 2", "has ended"]);
}

async fn asking_again_changes_what_is_there(stage: &mut dyn Stage) {
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    let again = stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("mode", "weekly")]).await;
    again.says(&["Subscription 1 was there already and is now acme (weekly)"]);
    let wrong = stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("filter", "titel:x")]).await;
    wrong.says(&["there is no field \"titel\" (did you mean title?)", "column"]);
}

async fn what_is_old_is_posted_only_when_asked_for(stage: &mut dyn Stage) {
    let feed = acme(stage);
    let answer = stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("backfill", "1")]).await;
    answer.says(&["The newest item is posted now"]);
    stage.world().run_until_idle().await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1);
    posts[0].says(&["Acme gateway flaw exploited"]);
    stage.world().pass(hours(5)).await;
    assert!(stage.posts().await.is_empty());
}

async fn what_cannot_be_subscribed_says_what_to_do(stage: &mut dyn Stage) {
    let page = stage.world().server.page("/page", Answer::ok("<html><title>Hello</title></html>"));
    stage.say(Who::Admin, "subscribe", &[("what", &page.url())]).await.says(&["No feed there"]);
    stage.say(Who::Admin, "subscribe", &[("what", "http://10.0.0.1/feed")]).await.says(&["10.0.0.1", "is refused"]);
    stage.say(Who::Admin, "subscribe", &[("what", "secruity")]).await.says(&["did you mean \"security\"?"]);
    stage.say(Who::Admin, "unsubscribe", &[("what", "7")]).await.says(&["Nothing is subscribed here yet"]);
    let site = stage.world().server.page(
        "/site",
        Answer::ok("<html><head><link rel=alternate type=application/rss+xml href=/acme.xml></head></html>"),
    );
    acme(stage);
    stage.say(Who::Admin, "subscribe", &[("what", &site.url())]).await.says(&["Subscription 1 is acme", "/acme.xml"]);
}

async fn filters_are_tried_set_and_cleared(stage: &mut dyn Stage) {
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    let tried = stage.say(Who::Admin, "filter test", &[("subscription", "1"), ("query", "title:gateway -sport")]).await;
    tried.says(&[
        "Nothing was changed.",
        "1 of the last 2 items",
        "would-deliver",
        "\"Acme gateway flaw exploited\" in the title",
    ]);
    stage
        .say(Who::Admin, "filter set", &[("subscription", "1"), ("query", "title:gateway")])
        .await
        .says(&["lets through only: title:gateway"]);
    assert!(news(stage, &feed, "Another match", SPORT).await.is_empty());
    let question = stage.say(Who::Admin, "filter clear", &[("subscription", "1")]).await;
    question.says(&["Its filter is: title:gateway"]);
    stage.press(Who::Admin, &question, "Yes").await.says(&["posts everything again"]);
    assert_eq!(news(stage, &feed, "A third match", SPORT).await.len(), 1);
}

async fn why_and_preview_tell_every_stage(stage: &mut dyn Stage) {
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    stage.say(Who::Admin, "why", &[]).await.says(&["No card was posted here yet."]);
    news(stage, &feed, "Gateway flaw again", SECURITY).await;
    let why = stage.say(Who::Guest, "why", &[]).await;
    why.says(&[
        "Gateway flaw again",
        "It was posted here",
        "would-deliver",
        "New: first seen",
        "Feed: the item is from acme",
    ]);
    stage
        .say(Who::Guest, "why", &[("card", "https://example.com/gateway-flaw-again")])
        .await
        .says(&["It was posted here"]);
    stage
        .say(Who::Guest, "why", &[("card", "https://example.com/the-home-team-wins")])
        .await
        .says(&["first-run-baseline"]);
    stage.say(Who::Guest, "why", &[("card", "9")]).await.says(&["There is no card 9 here"]);
    let preview = stage.say(Who::Guest, "preview", &[("url", &feed.url()), ("filter", "topic:security")]).await;
    preview.says(&["2 of the last 3 items would have been posted", "filtered · Filter:"]);
}

async fn mutes_hold_back_and_end(stage: &mut dyn Stage) {
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    stage
        .say(Who::Admin, "mute", &[("what", "source:ACME"), ("for", "1d")])
        .await
        .says(&["source:acme is muted here until"]);
    assert!(news(stage, &feed, "Muted flaw", SECURITY).await.is_empty());
    stage
        .say(Who::Admin, "why", &[("card", "https://example.com/muted-flaw")])
        .await
        .says(&["muted", "source:acme is muted"]);
    stage.say(Who::Admin, "subscriptions", &[]).await.says(&["source:acme until"]);
    stage.say(Who::Admin, "unmute", &[("what", "source:acme")]).await.says(&["is heard here again"]);
    assert_eq!(news(stage, &feed, "Heard flaw", SECURITY).await.len(), 1);
    stage.say(Who::Admin, "mute", &[("what", "topic:security"), ("for", "1h")]).await;
    // The hour passes.
    stage.world().pass(hours(3)).await;
    assert_eq!(news(stage, &feed, "Flaw after the hour", SECURITY).await.len(), 1);
    stage.say(Who::Admin, "mute", &[("what", "nonsense")]).await.says(&["cannot be muted"]);
}

async fn recaps_come_now_and_by_schedule(stage: &mut dyn Stage) {
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    stage.say(Who::Guest, "digest daily", &[]).await.says(&["Nothing new came here"]);
    news(stage, &feed, "Flaw of the week", SECURITY).await;
    let recap = stage.say(Who::Guest, "digest weekly", &[]).await;
    recap.says(&["The week", "Security", "Flaw of the week", "Enterprise & Security Teams"]);
    assert!(!recap.is_private);

    let scheduled = stage.say(Who::Admin, "digest schedule", &[("when", "weekly tuesday 09:00 Europe/Berlin")]).await;
    scheduled.says(&["every Tuesday at 09:00, Europe/Berlin time", "Tuesday, 24 November"]);
    stage.world().pass(hours(24)).await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts[0].says(&["The week", "Flaw of the week"]);
    stage.world().pass(hours(24)).await;
    assert!(stage.posts().await.is_empty(), "once a week");
    let question = stage.say(Who::Admin, "digest off", &[]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["No recap comes here by itself any more."]);
    stage
        .say(Who::Admin, "digest schedule", &[("when", "sometimes")])
        .await
        .says(&["weekly monday 09:00 Europe/Berlin"]);
}

async fn alerts_go_to_the_one_who_asked(stage: &mut dyn Stage) {
    let feed = acme(stage);
    let somewhere = stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("filter", "nothing-matches")]).await;
    somewhere.says(&["Subscription 1"]);
    let on = stage.say(Who::Admin, "alerts on", &[("audience", "enterprise-security"), ("urgency", "act-now")]).await;
    on.says(&["You get alerts for Enterprise & Security Teams", "They come to you alone"]);
    feed.publish_item("Exploited flaw", SECURITY);
    feed.publish_item("Another match", SPORT);
    stage.world().pass(hours(2)).await;
    let alerts = stage.directs().await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts[0].says(&["Exploited flaw"]);
    let question = stage.say(Who::Admin, "alerts off", &[]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["You get no alerts any more."]);
    stage.say(Who::Admin, "alerts on", &[("audience", "nobody")]).await.says(&["There is no audience \"nobody\""]);
}

async fn quiet_hours_put_off(stage: &mut dyn Stage) {
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    // It is nine in the morning when a story begins.
    stage.say(Who::Admin, "settings", &[("name", "quiet"), ("value", "10:00-15:00")]).await.says(&["10:00-15:00"]);
    assert!(news(stage, &feed, "Flaw in the quiet", SECURITY).await.is_empty());
    stage
        .say(Who::Admin, "why", &[("card", "https://example.com/flaw-in-the-quiet")])
        .await
        .says(&["quiet-hours", "It waits to be posted here"]);
    stage.world().pass(hours(5)).await;
    assert_eq!(stage.posts().await.len(), 1);
}

async fn settings_are_shown_and_changed(stage: &mut dyn Stage) {
    stage.say(Who::Guest, "settings", &[]).await.says(&["timezone", "UTC", "quiet", "off", "limit"]);
    stage
        .say(Who::Admin, "settings", &[("name", "timezone"), ("value", "europe/berlin")])
        .await
        .says(&["Europe/Berlin"]);
    stage
        .say(Who::Admin, "settings", &[("name", "timezone"), ("value", "Mars")])
        .await
        .says(&["There is no time zone \"Mars\""]);
    stage
        .say(Who::Admin, "settings", &[("name", "colour"), ("value", "red")])
        .await
        .says(&["There is no setting \"colour\""]);
    stage.say(Who::Admin, "settings", &[("name", "limit"), ("value", "1")]).await.says(&["1 cards an hour"]);
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    feed.publish_item("First flaw", SECURITY);
    feed.publish_item("Second flaw", SECURITY);
    stage.world().pass(hours(2)).await;
    stage.world().pass(hours(2)).await;
    let posts = stage.posts().await.len();
    assert!(posts >= 1, "the limit lets one through");
}

async fn subscriptions_rest_and_wake(stage: &mut dyn Stage) {
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    stage.say(Who::Admin, "settings", &[("name", "pause"), ("value", "1")]).await.says(&["1 subscription paused"]);
    assert!(news(stage, &feed, "Unheard flaw", SECURITY).await.is_empty());
    stage.say(Who::Admin, "why", &[("card", "https://example.com/unheard-flaw")]).await.says(&["paused"]);
    stage.say(Who::Admin, "settings", &[("name", "resume")]).await.says(&["1 subscription resumed"]);
    assert_eq!(news(stage, &feed, "Heard flaw", SECURITY).await.len(), 1);
}

async fn help_topics_and_status_are_there(stage: &mut dyn Stage) {
    let help = stage.say(Who::Guest, "help", &[]).await;
    for word in WORDS {
        help.says(&[word.name]);
    }
    stage.say(Who::Guest, "help", &[("word", "filter")]).await.says(&["filter set", "filter test", "filter clear"]);
    stage.say(Who::Guest, "help", &[("word", "subscrib")]).await.says(&["Did you mean \"subscribe\"?"]);
    stage.say(Who::Guest, "topics", &[]).await.says(&[
        "security",
        "enterprise-security",
        "IT, security and operations leaders",
    ]);
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    stage.say(Who::Guest, "status", &[]).await.says(&["acme", "ok", "subscriptions 1"]);
}

async fn feeds_go_out_and_come_in_as_files(stage: &mut dyn Stage) {
    let feed = acme(stage);
    stage.say(Who::Admin, "export", &[]).await.says(&["Nothing is subscribed here"]);
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("filter", "title:flaw"), ("mode", "weekly")]).await;
    let exported = stage.say(Who::Guest, "export", &[]).await;
    let opml = exported.file.expect("a file");
    assert!(
        opml.contains(&feed.url())
            && opml.contains("tidings:filter=\"title:flaw\"")
            && opml.contains("tidings:mode=\"weekly\""),
        "{opml}"
    );

    let question = stage.say(Who::Admin, "unsubscribe", &[("what", "1")]).await;
    stage.press(Who::Admin, &question, "Yes").await;
    let served = stage.world().server.page("/feeds.opml", Answer::ok(opml.clone()));
    // A terminal names the file's address, a chat platform sends the file itself.
    let file = if stage.name() == "terminal" { served.url() } else { opml };
    let question = stage.say(Who::Admin, "import", &[("file", &file)]).await;
    question.says(&["1 new, 0 changed", "acme (filter title:flaw; weekly)"]);
    stage.press(Who::Admin, &question, "Yes").await.says(&["1 subscription taken over."]);
    stage.say(Who::Admin, "subscriptions", &[]).await.says(&["acme", "filter title:flaw; weekly"]);
}

async fn guests_may_look_and_not_change(stage: &mut dyn Stage) {
    needs!(stage, Feature::Guests);
    let feed = acme(stage);
    let refused = stage.say(Who::Guest, "subscribe", &[("what", &feed.url())]).await;
    refused.says(&["Only people who may manage this channel"]);
    subscribe(stage, &feed).await;
    let posts = news(stage, &feed, "Flaw for all", SECURITY).await;
    stage.press(Who::Guest, &posts[0], "Mute").await.says(&["Only people who may manage this channel"]);
    stage.press(Who::Guest, &posts[0], "Why").await.says(&["would-deliver"]);
    // Somebody else's question is not theirs to answer.
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", "1")]).await;
    if stage.has(Feature::OthersButtons).is_ok() {
        stage.press(Who::Guest, &question, "Yes").await.says(&["asked of somebody else"]);
    }
    stage.press(Who::Admin, &question, "Yes").await.says(&["has ended"]);
}

async fn arguments_complete_themselves(stage: &mut dyn Stage) {
    needs!(stage, Feature::Completions);
    let feed = acme(stage);
    subscribe(stage, &feed).await;
    assert_eq!(stage.completions("unsubscribe", "what", "ac").await, ["1"]);
    assert!(stage.completions("subscribe", "what", "secu").await.contains(&"security".to_owned()));
    assert_eq!(stage.completions("alerts on", "audience", "invest").await, ["investors-business"]);
    assert_eq!(stage.completions("filter set", "subscription", "").await, ["1"]);
    assert_eq!(stage.completions("mute", "what", "source:").await, ["source:acme"]);
}
