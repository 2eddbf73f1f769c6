//! A place speaks the language that was chosen there, and no other place does.

use tidings::model::language::Language;

use super::{Feature, Shown, Stage, Who, needs, on_every_platform};
use crate::world::hours;
use crate::world::server::Served;

on_every_platform!(
    answers_cards_and_buttons_follow_the_language,
    what_is_wrong_is_said_in_the_language,
    another_place_keeps_its_own_language,
);

const FLAW: (&str, &str) = (
    "Acme gateway flaw exploited",
    "A critical vulnerability in the Acme gateway lets attackers run code. \
     The security flaw CVE-2026-4711 is exploited in the wild, and a patch is available.",
);
const CHIP: (&str, &str) = (
    "Hooli shows a chip for phones",
    "The new processor of Hooli computes twice as fast as last year's. Phones with it are sold from March on.",
);

async fn set(stage: &mut dyn Stage, language: &str) -> Shown {
    stage.say(Who::Admin, "settings", &[("name", "language"), ("value", language)]).await
}

async fn subscribed(stage: &mut dyn Stage) -> Served {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await;
    feed
}

async fn news(stage: &mut dyn Stage, feed: &Served, (title, text): (&str, &str)) -> Shown {
    feed.publish_item(title, text);
    stage.world().pass(hours(2)).await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts[0].clone()
}

async fn answers_cards_and_buttons_follow_the_language(stage: &mut dyn Stage) {
    let feed = subscribed(stage).await;
    stage.say(Who::Admin, "settings", &[]).await.says(&["Settings of this place", "en (English)"]);
    // At once, by its tag or its own name.
    set(stage, "de").await.says(&["Einstellungen hier", "de (Deutsch)"]);
    stage.say(Who::Guest, "subscriptions", &[]).await.says(&["Das wird hier gepostet"]);

    let post = news(stage, &feed, FLAW).await;
    post.says(&["Alle Rechte liegen bei", "Für wen"]);
    if !post.buttons.is_empty() {
        let labels: Vec<&str> = post.buttons.iter().map(|(label, _)| label.as_str()).collect();
        assert!(labels.contains(&"Warum") && !labels.contains(&"Why"), "{labels:?}");
        stage.press(Who::Guest, &post, "Warum").await.says(&["wird gepostet", "der Beitrag kommt von"]);
    }
    // What is stored is no language's: the trace of that card in another one.
    set(stage, "日本語").await.says(&["ここの設定", "ja (日本語)"]);
    stage.say(Who::Guest, "why", &[]).await.says(&["投稿される", "の記事"]);
    set(stage, "off").await.says(&["Settings of this place"]);
    stage.say(Who::Guest, "why", &[]).await.says(&["would-deliver: it is posted"]);
    news(stage, &feed, CHIP).await.says(&["All rights belong to"]);
}

async fn what_is_wrong_is_said_in_the_language(stage: &mut dyn Stage) {
    set(stage, "klingon").await.says(&["There is no language \"klingon\"", "zh (中文)", "fr (Français)"]);
    set(stage, "zh-CN").await.says(&["这里的设置"]);
    set(stage, "klingon").await.says(&["没有“klingon”这种语言", "de (Deutsch)"]);
    stage.say(Who::Admin, "subscribe", &[("what", "nonsense")]).await.says(&["既不是地址也不是话题"]);
    subscribed(stage).await;
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", "1")]).await;
    question.says(&["结束订阅 1"]);
    let no = if question.buttons.is_empty() { "No" } else { "否" };
    stage.press(Who::Admin, &question, no).await.says(&["什么都没有更改"]);
}

async fn another_place_keeps_its_own_language(stage: &mut dyn Stage) {
    needs!(stage, Feature::Guests);
    let feed = subscribed(stage).await;
    set(stage, "fr").await;
    stage.say(Who::Admin, "alerts on", &[("audience", "all")]).await;
    news(stage, &feed, FLAW).await.says(&["Tous droits réservés à"]);
    let directs = stage.directs().await;
    let alert = directs.last().expect("an alert");
    alert.says(&[FLAW.0, "All rights belong to"]);
}

#[tokio::test]
async fn why_in_every_language() {
    let stage: &mut dyn Stage = &mut super::terminal::stage().await;
    let feed = subscribed(stage).await;
    stage.say(Who::Admin, "filter set", &[("subscription", "1"), ("query", "topic:security -java")]).await;
    news(stage, &feed, FLAW).await;
    for language in Language::ALL {
        set(stage, language.tag()).await;
        let why = stage.say(Who::Admin, "why", &[]).await.text;
        insta::assert_snapshot!(format!("why_in_{}", language.tag()), why);
    }
}
