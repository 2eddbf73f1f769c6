//! What goes wrong between the bot and a platform: nothing is lost, nothing comes twice.

use tidings::model::delivery::DeliveryState;

use super::{Feature, Stage, Who, needs, on_every_platform};
use crate::world::server::Served;
use crate::world::{hours, minutes};

on_every_platform!(
    a_rate_limit_puts_off,
    a_post_in_doubt_is_looked_up,
    an_address_that_is_gone_rests_and_its_owner_hears
);

const TEXT: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";

async fn with_feed(stage: &mut dyn Stage) -> Served {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    feed
}

async fn a_rate_limit_puts_off(stage: &mut dyn Stage) {
    needs!(stage, Feature::RateLimits);
    let feed = with_feed(stage).await;
    feed.publish_item("First", TEXT);
    feed.publish_item("Second", TEXT);
    stage.limit_next(90.0);
    stage.world().pass(hours(2)).await;
    assert!(stage.posts().await.is_empty());
    stage.world().pass(minutes(1)).await;
    assert!(stage.posts().await.is_empty(), "not before it is time");
    stage.world().pass(minutes(1)).await;
    let titles: Vec<String> = stage.posts().await.into_iter().map(|post| post.text).collect();
    assert_eq!(titles.len(), 2);
    assert!(titles[0].contains("First") && titles[1].contains("Second"), "in order: {titles:?}");
    let deliveries = stage.world().store().deliveries(10).await.unwrap();
    assert!(deliveries.iter().all(|one| one.attempts == 1), "a rate limit burns no attempt");
}

async fn a_post_in_doubt_is_looked_up(stage: &mut dyn Stage) {
    needs!(stage, Feature::History);
    let feed = with_feed(stage).await;
    feed.publish_item("Only once", TEXT);
    stage.hang_up_after_next();
    stage.world().pass(hours(2)).await;
    // Long after Discord has forgotten the nonce.
    stage.world().pass(hours(1)).await;
    assert_eq!(stage.posts().await.len(), 1);
    let deliveries = stage.world().store().deliveries(10).await.unwrap();
    assert!(matches!(&deliveries[0].state, DeliveryState::Sent { receipt: Some(_), .. }), "{deliveries:?}");
}

async fn an_address_that_is_gone_rests_and_its_owner_hears(stage: &mut dyn Stage) {
    needs!(stage, Feature::Places);
    let feed = with_feed(stage).await;
    stage.delete_channel();
    feed.publish_item("Too late", TEXT);
    feed.publish_item("Too late as well", TEXT);
    stage.world().pass(hours(2)).await;
    stage.world().pass(hours(2)).await;
    let told = stage.directs().await;
    assert_eq!(told.len(), 1, "told once: {told:?}");
    told[0].says(&["Nothing can be posted to"]);
    let subscriptions = stage.world().store().subscriptions().await.unwrap();
    assert!(subscriptions.iter().all(|one| one.pause.is_some()));
    feed.publish_item("Much too late", TEXT);
    stage.world().pass(hours(24)).await;
    assert!(stage.directs().await.is_empty(), "told once");
}
