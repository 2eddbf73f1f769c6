//! What must hold on Slack when much is said at once, when Slack does not answer, and when somebody
//! means harm.

use tidings::model::delivery::DeliveryState;
use tidings::model::doc::{Block, Doc, Link};
use tidings::platform::slack::preview;

use crate::contract::slack::{POST, SlackStage, stage};
use crate::contract::{Stage, Who};
use crate::world::server::{Answer, Served};
use crate::world::slack::{After, Role};
use crate::world::{hours, minutes};

const TEXT: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";

async fn with_feed(stage: &mut SlackStage) -> Served {
    let feed = stage.world.server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    feed
}

async fn news(stage: &mut SlackStage, feed: &Served, title: &str) {
    feed.publish_item(title, TEXT);
    stage.world.pass(hours(2)).await;
    stage.a_few_seconds().await;
}

#[tokio::test]
async fn everybody_named_is_called_and_nobody_calls_everybody() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    for everybody in ["@here", "@channel", "<!here>", "<!channel>", "someone"] {
        let refused = stage.command(Who::Admin, &format!("settings mention 1 {everybody}")).await;
        assert!(!refused.text.contains("Posts of subscription 1 call"), "{everybody}: {}", refused.text);
    }
    stage.command(Who::Admin, "settings mention 1 @alice @bob").await.says(&["Posts of subscription 1 call"]);
    news(&mut stage, &feed, "Loud").await;
    let mut called = vec![stage.admin.to_string(), stage.guest.to_string()];
    called.sort();
    let card = stage.unseen(stage.channel).pop().unwrap();
    assert_eq!(card.pings.users.iter().cloned().collect::<Vec<_>>(), called);
    assert!(card.pings.everyone.is_empty());
    // The plain form names them as well.
    stage.slack().refuse_next(POST, 1, "invalid_blocks");
    news(&mut stage, &feed, "Plain").await;
    let plain = stage.unseen(stage.channel).pop().unwrap();
    assert!(called.iter().all(|id| plain.text.contains(&format!("<@{id}"))), "{}", plain.text);
}

#[tokio::test]
async fn a_history_in_trouble_is_asked_again_before_anything_is_repeated() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.slack().accept_then(POST, After::HangUp);
    stage.slack().refuse_next("conversations.history", 1, "fatal_error");
    news(&mut stage, &feed, "Once").await;
    for _ in 0..4 {
        stage.world.pass(minutes(5)).await;
    }
    assert_eq!(stage.posts().await.len(), 1);
    let deliveries = stage.world.store().deliveries(10).await.unwrap();
    assert!(matches!(deliveries[0].state, DeliveryState::Sent { .. }), "{deliveries:?}");
}

#[tokio::test]
async fn what_one_person_says_is_done_in_its_order() {
    let stage = stage().await;
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let slow = stage.world.server.page("/slow", Answer::Held(gate.clone()));
    let (admin, channel) = (stage.admin, stage.channel);
    let say = |text: &str| stage.slack().say_command(admin, channel, "/tidings", text);
    let first = say(&format!("preview {}", slow.url()));
    crate::cli::until_asked(&slow, 1).await;
    // A form opens at once, and keeps its place in the line.
    let form = say("subscribe");
    assert!(stage.slack().answer(form).await.modal.is_some());
    let last = say("topics");
    stage.slack().answer_when(last, |answer| answer.is_acknowledged).await;
    // Somebody else waits for none of it.
    let other = stage.slack().say_command(stage.guest, channel, "/tidings", "topics");
    stage.slack().answer(other).await;
    assert!(stage.slack().answer_so_far(last).messages.is_empty(), "it waits for what was said before");
    gate.add_permits(1);
    stage.slack().answer(last).await;
    assert!(!stage.slack().answer_so_far(first).messages.is_empty());
}

#[tokio::test]
async fn a_stop_waits_for_what_was_begun() {
    let mut stage = stage().await;
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let slow = stage.world.server.page("/slow", Answer::Held(gate.clone()));
    let id = stage.slack().say_command(stage.admin, stage.channel, "/tidings", &format!("preview {}", slow.url()));
    crate::cli::until_asked(&slow, 1).await;
    let open = async {
        tokio::task::yield_now().await;
        gate.add_permits(1);
    };
    tokio::join!(stage.world.restart(), open);
    assert!(!stage.slack().answer(id).await.messages.is_empty());
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_and_not_assumed() {
    let mut stage = stage().await;
    let feed = stage.world.server.feed("acme");
    let line = format!("subscribe {}", feed.url());
    stage.slack().fail_next_with("users.info", 1, 503);
    stage.command(Who::Admin, &line).await.says(&["who may manage this channel", "say it again in a minute"]);
    stage.command(Who::Admin, &line).await.says(&["Subscription 1"]);
    // Not remembered under an address that is none.
    let direct = stage.slack().dm(stage.guest);
    stage.slack().fail_next_with("conversations.open", 1, 503);
    let id = stage.slack().say_command(stage.guest, direct, "/tidings", &line);
    stage.answer(id).await.says(&["where this was said", "Nothing was changed"]);
    let all = stage.world.store().subscriptions().await.unwrap();
    assert!(all.iter().all(|one| one.to.channel == stage.channel.to_string()), "{all:?}");
}

#[tokio::test]
async fn an_admin_has_no_say_in_a_private_channel_without_being_in_it() {
    let mut stage = stage().await;
    let carol = stage.slack().member("carol");
    let secret = stage.slack().private_channel("secret", carol);
    let feed = stage.world.server.feed("acme");
    let line = format!("subscribe {} to:<#{secret}|secret>", feed.url());
    stage.slack().escape_commands(false);
    stage.command(Who::Admin, &line).await.says(&["Only people who may manage"]);
    let other = stage.slack().person("dora", Role::Admin);
    stage.slack().join(secret, other);
    let id = stage.slack().say_command(other, secret, "/tidings", &format!("subscribe {}", feed.url()));
    stage.answer(id).await.says(&["Subscription 1"]);
}

#[test]
fn a_label_that_names_a_host_leads_to_no_other() {
    let link =
        |label: &str| Link { label: label.into(), url: Some("https://evil.example/login".to_owned()), note: None };
    for (label, is_link) in [
        ("bank.example/login", false),
        ("Log in at bank.example/login now", false),
        ("bank.example", false),
        ("https://bank.example", false),
        ("Node.js 22 is there", true),
        ("Version 4.2 of the gateway", true),
        ("A and/or B", true),
    ] {
        let body = preview(&Doc::new(vec![Block::Links(vec![link(label)])]), "id").to_string();
        let shown = format!("\"text\":\"{label}\",\"type\":\"link\"");
        assert_eq!(body.contains(&shown), is_link, "{label}: {body}");
    }
}
