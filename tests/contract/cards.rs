//! A card with every part, text of any size, and text that means harm.

use super::{Feature, Shown, Stage, Who, needs, on_every_platform};
use crate::world::hours;
use crate::world::server::Served;

on_every_platform!(
    a_card_has_every_part,
    text_of_any_size_is_taken,
    hostile_text_is_harmless,
    buttons_outlive_a_restart,
    a_card_is_judged_and_muted
);

pub const WHOLE: &str = "Acme released version 4.2 of its Roadrunner gateway on 20 November 2026. \
    The company fixed CVE-2026-4711, a critical flaw that attackers exploit in the wild to run code. \
    The flaw affects all versions before 4.2 and could allow attackers to read every message that passes. \
    Administrators should install the update immediately. \
    Acme will end support for version 3 in March 2027. \
    In 2024 the company fixed a similar flaw in its router. \
    Acme bought the maker of the gateway in May 2021.";

async fn with_feed(stage: &mut dyn Stage) -> Served {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    feed
}

async fn post(stage: &mut dyn Stage, feed: &Served, title: &str, text: &str) -> Shown {
    feed.publish_item(title, text);
    stage.world().pass(hours(2)).await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts.into_iter().next().unwrap()
}

async fn a_card_has_every_part(stage: &mut dyn Stage) {
    let feed = with_feed(stage).await;
    let card = post(stage, &feed, "Acme fixes exploited gateway flaw", WHOLE).await;
    card.says(&[
        "acme",
        "collected",
        "posted",
        "Act now",
        "Acme fixes exploited gateway flaw",
        "What changed",
        "Why it matters",
        "What to do next",
        "Who should care",
        "Enterprise & Security Teams",
        "All rights belong to acme.",
    ]);
    if stage.has(Feature::Buttons).is_ok() {
        let labels: Vec<&str> = card.buttons.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["Original", "Insight", "Why", "Mute", "👍 Useful", "👎 Not useful"]);
        let insight = stage.press(Who::Guest, &card, "Insight").await;
        // On Slack it is a reply in the card's thread.
        let is_whispered = stage.has(Feature::Whispers).is_ok() && stage.name() != "slack";
        assert_eq!(insight.is_private, is_whispered);
        insight.says(&["Key takeaways", "Timeline", "2021-05"]);
    } else {
        card.says(&["Key takeaways", "Timeline", "2021-05"]);
    }
}

async fn text_of_any_size_is_taken(stage: &mut dyn Stage) {
    let feed = with_feed(stage).await;
    // Families of seven code points each, and words without end.
    let family = "👩‍👩‍👧‍👦".repeat(600);
    let card = post(stage, &feed, &family, &"Endless ".repeat(4000)).await;
    assert!(card.text.contains("👩‍👩‍👧‍👦"));
    for text in
        [&"x".repeat(100_000), &"_*~|[](){}<>@#".repeat(3000), &format!("{}.", "Ein Satz ohne Ende ".repeat(900))]
    {
        let title: String = text.chars().take(5000).collect();
        post(stage, &feed, &format!("T{} {title}", text.len()), text).await;
        stage.world().pass(hours(1)).await;
    }
}

async fn hostile_text_is_harmless(stage: &mut dyn Stage) {
    let feed = with_feed(stage).await;
    let title = "@everyone @here <@4> <@&5> <!channel> [bank](https://evil.example) \u{202E}gnp.exe\u{200B} \u{1B}[31m";
    let text = "Read **this** now, `code` ~~gone~~ ||spoiler|| [click](https://evil.example) <https://evil.example> and be glad. \
        > quoted # heading @everyone was told by the company on Monday that all is well.";
    let card = post(stage, &feed, title, text).await;
    card.says(&["@everyone @here", "[bank](https://evil.example)"]);
    for bad in ['\u{202E}', '\u{200B}', '\u{1B}'] {
        assert!(!card.text.contains(bad), "{bad:?} came through");
    }
}

async fn buttons_outlive_a_restart(stage: &mut dyn Stage) {
    needs!(stage, Feature::Buttons);
    let feed = with_feed(stage).await;
    let card = post(stage, &feed, "Acme fixes exploited gateway flaw", WHOLE).await;
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", "1")]).await;
    stage.world().restart().await;
    stage.press(Who::Guest, &card, "Insight").await.says(&["Key takeaways"]);
    stage.press(Who::Guest, &card, "Why").await.says(&["would-deliver"]);
    stage.press(Who::Admin, &question, "Yes").await.says(&["has ended"]);
    stage.press(Who::Admin, &question, "Yes").await.says(&["answered already"]);
}

async fn a_card_is_judged_and_muted(stage: &mut dyn Stage) {
    needs!(stage, Feature::Buttons);
    let feed = with_feed(stage).await;
    let card = post(stage, &feed, "Acme fixes exploited gateway flaw", WHOLE).await;
    stage.press(Who::Guest, &card, "👍").await.says(&["Recaps here look more for such news"]);
    stage.press(Who::Guest, &card, "👍").await.says(&["it counts once"]);
    stage.press(Who::Guest, &card, "👎").await.says(&["Recaps here look less for such news"]);
    let choice = stage.press(Who::Admin, &card, "Mute").await;
    assert_eq!(choice.buttons.len(), 3, "source, topic, story: {:?}", choice.buttons);
    stage.press(Who::Admin, &choice, "Source").await.says(&["source:acme is muted here until"]);
    feed.publish_item("Another flaw", WHOLE);
    stage.world().pass(hours(2)).await;
    assert!(stage.posts().await.is_empty());
}
