//! Alerts: to the one who asked, as many a day as they want, and gone by one tap.

use tidings::model::delivery::DeliveryState;
use tidings::model::subscription::{Address, Wants};

use super::{Feature, Stage, Who, needs, on_every_platform};
use crate::world::hours;
use crate::world::server::Served;

on_every_platform!(
    beyond_the_days_limit_comes_one_summary,
    alerts_end_by_one_tap_and_begin_again_by_another,
    a_topic_narrows_alerts,
    an_alert_in_quiet_hours_waits,
    nobody_sets_alerts_for_others,
    a_blocked_person_is_left_alone_until_they_ask_again
);

const TEXTS: [(&str, &str); 5] = [
    ("Acme gateway flaw exploited", "A critical vulnerability in the Acme gateway lets attackers run code."),
    ("Team wins the cup", "The home team won the match on Saturday in front of many people in the old stadium."),
    ("Chip maker doubles output", "A factory in the north makes twice as many memory chips as it did last spring."),
    ("Ferry line gets new ships", "Three ships will cross the bay from June on, each with room for ninety cars."),
    ("Museum opens in the harbour", "Paintings of the sea hang in a warehouse that was empty for forty years."),
];

/// A feed that brings nothing to the channel.
async fn watched(stage: &mut dyn Stage) -> Served {
    let feed = stage.world().server.feed("acme");
    let what = [("what", feed.url()), ("filter", "nothing-matches".to_owned())];
    let what: Vec<(&str, &str)> = what.iter().map(|(name, value)| (*name, value.as_str())).collect();
    stage.say(Who::Admin, "subscribe", &what).await.says(&["Subscription 1"]);
    feed
}

/// Where the alerts of the one who asked go.
async fn person(stage: &mut dyn Stage) -> Address {
    let all = stage.world().store().subscriptions().await.unwrap();
    all.into_iter().find(|one| matches!(one.wants, Wants::Alerts { .. })).unwrap().to
}

async fn beyond_the_days_limit_comes_one_summary(stage: &mut dyn Stage) {
    let feed = watched(stage).await;
    let on = stage.say(Who::Admin, "alerts on", &[("audience", "all")]).await;
    on.says(&["You get alerts for everybody", "20 a day at most"]);
    let direct = person(stage).await;
    let limit = Box::new(|settings: &mut tidings::model::settings::Settings| settings.daily_max = Some(2));
    stage.world().store().change_settings(&direct, limit).await.unwrap();
    for (title, text) in TEXTS {
        feed.publish_item(title, text);
    }
    stage.world().pass(hours(2)).await;
    assert_eq!(stage.directs().await.len(), 2);
    // Until eight the next morning.
    stage.world().pass(hours(20)).await;
    assert!(stage.directs().await.is_empty());
    stage.world().pass(hours(2)).await;
    let rest = stage.directs().await;
    assert_eq!(rest.len(), 1, "{rest:?}");
    let told = TEXTS.iter().filter(|(title, _)| rest[0].text.contains(title)).count();
    assert_eq!(told, 3, "{rest:?}");
    // Another day, another limit.
    feed.publish_item("Rain until Sunday", "It will rain in the whole country until Sunday, and then less.");
    stage.world().pass(hours(2)).await;
    assert_eq!(stage.directs().await.len(), 1);
}

async fn alerts_end_by_one_tap_and_begin_again_by_another(stage: &mut dyn Stage) {
    needs!(stage, Feature::Buttons);
    let feed = watched(stage).await;
    let on = [("audience", "enterprise-security"), ("urgency", "fyi"), ("filter", "topic:security")];
    stage.say(Who::Admin, "alerts on", &on).await.says(&["filtered by topic:security"]);
    feed.publish_item("Acme gateway flaw exploited", TEXTS[0].1);
    stage.world().pass(hours(2)).await;
    let alerts = stage.directs().await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    let ended = stage.press(Who::Admin, &alerts[0], "Alerts off").await;
    ended.says(&["You get no alerts any more", "alerts on enterprise-security urgency:fyi filter:topic:security"]);
    stage.directs().await;
    feed.publish_item("Second gateway flaw exploited", "Another critical vulnerability lets attackers read mail.");
    stage.world().pass(hours(2)).await;
    assert!(stage.directs().await.is_empty());
    stage.press(Who::Admin, &ended, "Turn on again").await.says(&["You get alerts for Enterprise & Security Teams"]);
    let alerts = stage.world().store().subscriptions().await.unwrap();
    let alerts = alerts.iter().find(|one| matches!(one.wants, Wants::Alerts { .. })).unwrap();
    assert_eq!(alerts.filter.as_deref(), Some("topic:security"));
}

async fn a_topic_narrows_alerts(stage: &mut dyn Stage) {
    let feed = watched(stage).await;
    stage.say(Who::Admin, "alerts on", &[("audience", "all"), ("filter", "topic:security")]).await;
    feed.publish_item(TEXTS[0].0, TEXTS[0].1);
    feed.publish_item(TEXTS[1].0, TEXTS[1].1);
    stage.world().pass(hours(2)).await;
    let alerts = stage.directs().await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts[0].says(&[TEXTS[0].0]);
}

async fn an_alert_in_quiet_hours_waits(stage: &mut dyn Stage) {
    let feed = watched(stage).await;
    let on = [("audience", "all"), ("quiet", "10:00-15:00")];
    stage.say(Who::Admin, "alerts on", &on).await.says(&["waits from 10:00 to 15:00"]);
    for (title, text) in TEXTS.iter().take(2) {
        feed.publish_item(title, text);
    }
    stage.world().pass(hours(2)).await;
    assert!(stage.directs().await.is_empty());
    stage.world().pass(hours(4)).await;
    let alerts = stage.directs().await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts[0].says(&[TEXTS[0].0, TEXTS[1].0]);
    if stage.has(Feature::Buttons).is_ok() {
        assert!(alerts[0].buttons.iter().any(|(label, _)| label == "Alerts off"), "{alerts:?}");
    }
}

async fn nobody_sets_alerts_for_others(stage: &mut dyn Stage) {
    needs!(stage, Feature::Guests);
    if stage.name() == "telegram" {
        eprintln!("SKIPPED on telegram: the guest has not opened the bot, which can write to nobody who has not");
        return;
    }
    watched(stage).await;
    stage.say(Who::Guest, "alerts on", &[("audience", "developers")]).await.says(&["They come to you alone"]);
    let of_guest = person(stage).await;
    stage.say(Who::Admin, "alerts on", &[("audience", "developers")]).await.says(&["They come to you alone"]);
    let all = stage.world().store().subscriptions().await.unwrap();
    let to: Vec<&Address> =
        all.iter().filter(|one| matches!(one.wants, Wants::Alerts { .. })).map(|one| &one.to).collect();
    assert_eq!(to.len(), 2);
    assert!(to.iter().any(|to| **to != of_guest), "each has their own: {to:?}");
    // Who ends alerts ends their own.
    let question = stage.say(Who::Admin, "alerts off", &[]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["You get no alerts any more."]);
    assert_eq!(person(stage).await, of_guest);
}

async fn a_blocked_person_is_left_alone_until_they_ask_again(stage: &mut dyn Stage) {
    needs!(stage, Feature::Places);
    let feed = watched(stage).await;
    stage.say(Who::Admin, "alerts on", &[("audience", "all")]).await;
    stage.block_directs(true);
    feed.publish_item(TEXTS[0].0, TEXTS[0].1);
    stage.world().pass(hours(2)).await;
    let direct = person(stage).await;
    let dead = |all: &[tidings::model::delivery::Delivery]| {
        all.iter().filter(|one| matches!(one.state, DeliveryState::Dead { .. })).count()
    };
    let sent = stage.world().store().deliveries(10).await.unwrap();
    assert_eq!((sent.len(), dead(&sent), sent[0].attempts), (1, 1, 1), "{sent:?}");
    assert_eq!(sent[0].to, direct);
    feed.publish_item(TEXTS[1].0, TEXTS[1].1);
    stage.world().pass(hours(24)).await;
    let sent = stage.world().store().deliveries(10).await.unwrap();
    assert_eq!((sent.len(), sent[0].attempts), (1, 1), "never tried again: {sent:?}");
    stage.block_directs(false);
    stage.directs().await;
    stage.say(Who::Admin, "alerts on", &[("audience", "all")]).await.says(&["You get alerts"]);
    feed.publish_item(TEXTS[2].0, TEXTS[2].1);
    stage.world().pass(hours(2)).await;
    let alerts = stage.directs().await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts[0].says(&[TEXTS[2].0]);
}
