//! Everything that goes wrong goes wrong as a test says, and the ledger knows what was accepted.

use serde_json::json;

use super::{BOT_TOKEN, call, call_as, respond, town};
use crate::world::slack::{ANY, After};

#[tokio::test]
async fn faults_before_acceptance_leave_nothing_behind() {
    let (slack, news, _) = town().await;
    let body = json!({"channel": news, "text": "t"});
    slack.refuse_next("chat.postMessage", 2, "internal_error");
    for _ in 0..2 {
        assert_eq!(call(&slack, "chat.postMessage", &body).await.error(), "internal_error");
    }
    slack.fail_next_with(ANY, 1, 503);
    let failed = call(&slack, "chat.postMessage", &body).await;
    assert!(failed.status == 503 && failed.text.starts_with("<!DOCTYPE html>"));
    slack.hang_up_on_next("chat.postMessage");
    assert!(call_as(&slack, BOT_TOKEN, "chat.postMessage", &body).await.is_none());
    assert!(slack.messages(news).is_empty() && slack.ledger().is_empty());
    let refused = &slack.refusals()[0];
    assert_eq!((refused.method.as_str(), &refused.body["error"]), ("chat.postMessage", &json!("internal_error")));
    assert!(refused.args["text"] == "t" && refused.at > 1.7e9);
    slack.fail_next_with("chat.update", 1, 500);
    assert_eq!(call(&slack, "chat.postMessage", &body).await.error(), "", "another method");
}

#[tokio::test]
async fn faults_after_acceptance_are_in_the_ledger() {
    let (slack, news, _) = town().await;
    let body = json!({"channel": news, "text": "t"});
    for (after, status) in [(After::Status(504), 504), (After::Html, 200), (After::Error("fatal_error"), 200)] {
        slack.accept_then("chat.postMessage", after);
        let response = call(&slack, "chat.postMessage", &body).await;
        assert_eq!(response.status, status);
        assert_ne!(response.body["ok"], true);
    }
    slack.accept_then("chat.postMessage", After::HangUp);
    assert!(call_as(&slack, BOT_TOKEN, "chat.postMessage", &body).await.is_none());
    assert_eq!((slack.messages(news).len(), slack.accepted("chat.postMessage").len()), (4, 4));
    let entry = &slack.accepted("chat.postMessage")[0];
    assert!(entry.args["text"] == "t" && entry.at > 1.7e9);
}

#[tokio::test]
async fn silence_is_silent() {
    let (slack, news, _) = town().await;
    let body = json!({"channel": news, "text": "t"});
    slack.hang("chat.postMessage");
    let patience = std::time::Duration::from_millis(50);
    let asked = call_as(&slack, BOT_TOKEN, "chat.postMessage", &body);
    assert!(tokio::time::timeout(patience, asked).await.is_err());
    assert!(slack.messages(news).is_empty() && slack.ledger().is_empty());
    slack.accept_then("chat.postMessage", After::Silence);
    let asked = std::pin::pin!(call_as(&slack, BOT_TOKEN, "chat.postMessage", &body));
    let posted = std::pin::pin!(slack.messages_when(news, 1));
    assert!(matches!(futures_util::future::select(asked, posted).await, futures_util::future::Either::Right(_)));
    assert_eq!(slack.ledger().len(), 1);
}

#[tokio::test]
async fn a_rate_limit_holds_for_its_time() {
    let (slack, news, alice) = town().await;
    let other = slack.channel("other", alice);
    let body = |channel| json!({"channel": channel, "text": "t"});
    slack.rate_limit_next("chat.postMessage", 86_400.0);
    for _ in 0..2 {
        let limited = call(&slack, "chat.postMessage", &body(news)).await;
        assert_eq!((limited.status, limited.error()), (429, "ratelimited"));
        assert!(limited.headers["retry-after"].starts_with("86"));
    }
    assert_eq!(call(&slack, "chat.postMessage", &body(other)).await.status, 200);
    slack.rate_limit_all(30.0);
    for _ in 0..2 {
        assert_eq!(call(&slack, "chat.postMessage", &body(other)).await.status, 429);
    }
    assert_eq!(call(&slack, "auth.test", &json!({})).await.status, 429);
}

#[tokio::test]
async fn gates_hold_requests_and_answers() {
    let (slack, news, alice) = town().await;
    let body = json!({"channel": news, "text": "t"});
    let gate = slack.hold("chat.postMessage");
    let held = async {
        gate.arrived(1).await;
        assert!(slack.ledger().is_empty());
        gate.open();
    };
    let (response, ()) = futures_util::future::join(call(&slack, "chat.postMessage", &body), held).await;
    assert_eq!(response.error(), "");
    let gate = slack.hold_answers("chat.postMessage");
    let held = async {
        gate.arrived(1).await;
        assert_eq!(slack.messages(news).len(), 2);
        gate.open();
    };
    futures_util::future::join(call(&slack, "chat.postMessage", &body), held).await;
    slack.fail_next_with("response_url", 1, 502);
    let id = slack.say_command(alice, news, "/news", "x");
    let url = slack.payload(id)["response_url"].as_str().unwrap().to_owned();
    assert_eq!(respond(&slack, &url, &json!({"text": "t"})).await.status, 502);
    assert_eq!(respond(&slack, &url, &json!({"text": "t"})).await.status, 200);
}
