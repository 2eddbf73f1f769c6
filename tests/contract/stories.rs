//! Each place hears a story once: what else reports it is added to its card, and real news on it comes in
//! its thread.

use super::{Feature, Shown, Stage, Who, needs, on_every_platform};
use crate::folding::{CORRECTION, FIRST, OTHER, SECOND};
use crate::world::hours;
use crate::world::server::Served;

on_every_platform!(
    a_story_is_told_once_and_its_card_grows,
    a_correction_answers_the_card_that_it_corrects,
    folding_is_switched_off_and_on,
    a_muted_story_stays_silent,
);

async fn two_feeds(stage: &mut dyn Stage) -> (Served, Served) {
    let (acme, hooli) = (stage.world().server.feed("acme"), stage.world().server.feed("hooli"));
    for feed in [&acme, &hooli] {
        stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription"]);
    }
    (acme, hooli)
}

async fn publish(stage: &mut dyn Stage, feed: &Served, item: (&str, &str)) -> Vec<Shown> {
    feed.publish_item(item.0, item.1);
    stage.world().pass(hours(2)).await;
    stage.posts().await
}

async fn a_story_is_told_once_and_its_card_grows(stage: &mut dyn Stage) {
    let (acme, hooli) = two_feeds(stage).await;
    let posts = publish(stage, &acme, FIRST).await;
    assert_eq!(posts.len(), 1, "{posts:?}");
    if stage.has(Feature::Edits).is_ok() {
        let after = publish(stage, &hooli, SECOND).await;
        assert!(after.is_empty(), "{after:?}");
        stage.now(&posts[0]).await.says(&[FIRST.0, "Also reported by", "hooli"]);
    } else {
        hooli.publish_item(SECOND.0, SECOND.1);
        stage.world().pass(hours(2)).await;
        let screen = stage.world().screen.take();
        assert_eq!(screen.trim(), format!("Also reported by hooli: {}", SECOND.0));
    }
    let why = stage.say(Who::Guest, "why", &[("card", "1")]).await;
    why.says(&["Story:", "acme", "hooli", FIRST.0, SECOND.0]);
    assert_eq!(publish(stage, &hooli, OTHER).await.len(), 1, "another event is another card");
}

async fn a_correction_answers_the_card_that_it_corrects(stage: &mut dyn Stage) {
    let (acme, hooli) = two_feeds(stage).await;
    let posts = publish(stage, &acme, FIRST).await;
    let after = publish(stage, &hooli, CORRECTION).await;
    assert_eq!(after.len(), 1, "{after:?}");
    after[0].says(&["Correction of", FIRST.0, CORRECTION.0]);
    if stage.has(Feature::Edits).is_ok() {
        assert_eq!(after[0].answers, Some(posts[0].id));
    }
    stage.say(Who::Guest, "why", &[]).await.says(&["a correction of it"]);
}

async fn folding_is_switched_off_and_on(stage: &mut dyn Stage) {
    let (acme, hooli) = two_feeds(stage).await;
    stage.say(Who::Guest, "settings", &[("name", "fold"), ("value", "off")]).await;
    stage.say(Who::Admin, "settings", &[("name", "fold"), ("value", "off")]).await.says(&["fold", "off"]);
    assert_eq!(publish(stage, &acme, FIRST).await.len(), 1);
    let again = publish(stage, &hooli, SECOND).await;
    assert_eq!(again.len(), 1, "{again:?}");
    again[0].says(&[SECOND.0]);
    stage.say(Who::Guest, "why", &[]).await.says(&["folding is off here"]);
    stage.say(Who::Admin, "settings", &[("name", "fold"), ("value", "on")]).await.says(&["fold", "on"]);
}

async fn a_muted_story_stays_silent(stage: &mut dyn Stage) {
    needs!(stage, Feature::Buttons);
    let (acme, hooli) = two_feeds(stage).await;
    let posts = publish(stage, &acme, FIRST).await;
    let choice = stage.press(Who::Admin, &posts[0], "Mute").await;
    stage.press(Who::Admin, &choice, "This story").await.says(&["is muted here until"]);
    assert!(publish(stage, &hooli, CORRECTION).await.is_empty());
    assert_eq!(publish(stage, &hooli, OTHER).await.len(), 1);
}
