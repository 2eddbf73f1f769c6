//! Socket Mode: tickets, one envelope to one socket, acknowledgements, delivery again.

use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message as Frame;

use super::{Socket, call_as, ticket, town, with_button};
use crate::world::slack::{APP_TOKEN, BOT_TOKEN};

#[tokio::test]
async fn a_ticket_opens_one_socket_once() {
    let (slack, ..) = town().await;
    let opened = call_as(&slack, BOT_TOKEN, "apps.connections.open", &json!({})).await.unwrap();
    assert_eq!(opened.error(), "not_allowed_token_type");
    let url = ticket(&slack).await;
    assert!(url.starts_with("ws://127.0.0.1:"), "{url}");
    let mut socket = Socket::try_open(&slack, &url).await.unwrap();
    let hello = socket.next().await;
    assert_eq!(hello["connection_info"]["app_id"], "A0SIM00001");
    assert_eq!((&hello["num_connections"], &hello["debug_info"]["host"]), (&json!(1), &json!("sim")));
    assert!(Socket::try_open(&slack, &url).await.is_none(), "used");
    assert!(Socket::try_open(&slack, &url.replace("ticket-", "ticket-9")).await.is_none(), "never given");
    assert_eq!(slack.socket_stats().refused, 2);
}

#[tokio::test]
async fn the_eleventh_socket_is_one_too_many() {
    let (slack, ..) = town().await;
    slack.limit_method("apps.connections.open", 100);
    let mut open = Vec::new();
    for _ in 0..10 {
        open.push(Socket::open(&slack).await);
    }
    let mut more = Socket::try_open(&slack, &ticket(&slack).await).await.unwrap();
    assert_eq!(more.next().await["reason"], "too_many_websockets");
    assert_eq!(more.next().await, Value::Null);
    assert_eq!(slack.socket_stats().open.len(), 10);
}

#[tokio::test]
async fn each_envelope_goes_to_one_of_the_sockets() {
    let (slack, news, alice) = town().await;
    let (mut one, mut other) = (Socket::open(&slack).await, Socket::open(&slack).await);
    let asked: Vec<_> = ["a", "b", "c", "d"].iter().map(|text| slack.say_command(alice, news, "/news", text)).collect();
    for socket in [&mut one, &mut other] {
        for _ in 0..2 {
            let envelope = socket.next().await;
            let words = format!("heard {}", envelope["payload"]["text"].as_str().unwrap());
            socket.acknowledge(&envelope, json!({"text": words})).await;
        }
    }
    for (id, text) in asked.iter().zip(["a", "b", "c", "d"]) {
        assert_eq!(slack.answer(*id).await.words(), format!("heard {text}"));
    }
    let stats = slack.socket_stats();
    assert_eq!(stats.delivered.iter().map(|(_, id)| *id).collect::<Vec<_>>(), asked);
    assert_eq!((stats.acks, stats.late_acks, stats.strange_acks), (4, 0, 0));
}

#[tokio::test]
async fn a_command_has_everything_that_slack_sends() {
    let (slack, news, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    let id = slack.say_command(alice, news, "/news", "to #news for @alice from https://a.example/x & b.org");
    let envelope = socket.next().await;
    assert_eq!((&envelope["type"], &envelope["accepts_response_payload"]), (&json!("slash_commands"), &json!(true)));
    let payload = &envelope["payload"];
    let marked =
        format!("to <#{news}|news> for <@{alice}|alice> from <https://a.example/x> &amp; <http://b.org|b.org>");
    assert_eq!(payload["text"], marked);
    for (key, value) in [
        ("command", "/news"),
        ("user_id", alice.to_string().as_str()),
        ("user_name", "alice"),
        ("team_domain", "sim"),
        ("channel_id", news.to_string().as_str()),
        ("channel_name", "news"),
        ("api_app_id", "A0SIM00001"),
    ] {
        assert_eq!(payload[key], value, "{key}");
    }
    assert!(payload["response_url"].as_str().unwrap().starts_with(&slack.url()));
    assert_eq!(&slack.payload(id), payload);
    slack.escape_commands(false);
    slack.say_command(alice, news, "/news", "to #news");
    assert_eq!(socket.next().await["payload"]["text"], "to #news");
}

#[tokio::test]
async fn who_is_not_answered_in_time_hears_so() {
    let (slack, news, alice) = town().await;
    let nobody = slack.say_command(alice, news, "/news", "x");
    assert_eq!(slack.answer(nobody).await.error.as_deref(), Some("dispatch_failed"));
    let mut socket = Socket::open(&slack).await;
    let id = slack.say_command(alice, news, "/news", "x");
    let envelope = socket.next().await;
    slack.let_lapse(id);
    assert_eq!(slack.answer(id).await.error.as_deref(), Some("operation_timeout"));
    socket.acknowledge(&envelope, json!({"text": "too late"})).await;
    socket.acknowledge(&json!({"envelope_id": "unheard of"}), Value::Null).await;
    let stats = slack.sockets_when("acknowledgements", |stats| stats.strange_acks == 1).await;
    assert_eq!((stats.acks, stats.late_acks), (1, 1));
    assert!(slack.answer_so_far(id).messages.is_empty());
}

#[tokio::test]
async fn three_real_seconds_are_the_bound() {
    let (slack, news, alice) = town().await;
    let _socket = Socket::open(&slack).await;
    let id = slack.say_command(alice, news, "/news", "x");
    assert_eq!(slack.answer(id).await.error.as_deref(), Some("operation_timeout"));
}

#[tokio::test]
async fn an_event_comes_again_three_times_at_most() {
    let (slack, _, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    let id = slack.opens_home(alice);
    let mut envelopes = Vec::new();
    for retry in 0..4 {
        let envelope = socket.next().await;
        assert_eq!(envelope["retry_attempt"], retry);
        assert_eq!(envelope["retry_reason"], if retry == 0 { "" } else { "timeout" });
        assert_eq!(envelope["payload"]["event"]["type"], "app_home_opened");
        envelopes.push(envelope);
        slack.let_lapse(id);
    }
    let answer = slack.answer(id).await;
    assert_eq!((answer.error.as_deref(), answer.deliveries), (Some("given_up"), 4));
    let ids = |key: &str| envelopes.iter().map(|one| one[key].to_string()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!((ids("envelope_id").len(), ids("type").len()), (4, 1));
    assert!(envelopes.iter().all(|one| one["payload"]["event_id"] == envelopes[0]["payload"]["event_id"]));
}

#[tokio::test]
async fn the_same_can_be_delivered_again() {
    let (slack, news, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    let id = slack.say_command(alice, news, "/news", "x");
    let first = socket.next().await;
    slack.deliver_again(id);
    let second = socket.next().await;
    assert_eq!(first["envelope_id"], second["envelope_id"]);
    assert_eq!((&second["retry_attempt"], &second["retry_reason"]), (&json!(1), &json!("timeout")));
    for envelope in [&first, &second] {
        socket.acknowledge(envelope, json!({"text": "once"})).await;
    }
    let answer = slack.answer_when(id, |answer| answer.acks == 2).await;
    assert_eq!((answer.messages.len(), answer.deliveries), (1, 2));
}

#[tokio::test]
async fn events_wait_for_a_socket() {
    let (slack, news, alice) = town().await;
    let direct = slack.dm(alice);
    let written = slack.writes(alice, direct, "hello").unwrap();
    assert!(slack.writes(alice, news, "hello").is_none(), "not for the bot");
    let called = slack.writes(alice, news, "hello <@U0SIM00001>").unwrap();
    let invited = slack.invite_bot(news, alice);
    let mut socket = Socket::open(&slack).await;
    for (id, kind) in [(written, "message"), (called, "app_mention"), (invited, "member_joined_channel")] {
        let envelope = socket.next().await;
        assert_eq!((&envelope["type"], &envelope["payload"]["event"]["type"]), (&json!("events_api"), &json!(kind)));
        socket.acknowledge(&envelope, Value::Null).await;
        assert!(slack.answer(id).await.is_acknowledged);
    }
    let removed = slack.uninstall();
    for kind in ["tokens_revoked", "app_uninstalled"] {
        assert_eq!(socket.next().await["payload"]["event"]["type"], kind);
    }
    assert_eq!(removed.len(), 2);
    let refused = call_as(&slack, BOT_TOKEN, "auth.test", &json!({})).await.unwrap();
    assert_eq!(refused.error(), "account_inactive");
}

#[tokio::test]
async fn sockets_are_asked_to_go_and_do() {
    let (slack, news, alice) = town().await;
    let (mut one, mut other) = (Socket::open(&slack).await, Socket::open(&slack).await);
    let open = slack.socket_stats().open;
    slack.warn_socket(open[0]);
    let warning = one.next().await;
    assert_eq!((&warning["reason"], &warning["debug_info"]["host"]), (&json!("warning"), &json!("sim")));
    slack.refresh_socket(open[0]);
    assert_eq!(one.next().await["reason"], "refresh_requested");
    assert_eq!(one.next().await, Value::Null);
    for _ in 0..2 {
        slack.say_command(alice, news, "/news", "x");
        assert_eq!(other.next().await["type"], "slash_commands");
    }
    slack.disable_link();
    assert_eq!(other.next().await["reason"], "link_disabled");
    assert_eq!(other.next().await, Value::Null);
    let refused = call_as(&slack, APP_TOKEN, "apps.connections.open", &json!({})).await.unwrap();
    assert_eq!(refused.error(), "link_disabled");
    slack.enable_link();
    let mut third = Socket::open(&slack).await;
    slack.close_socket(slack.socket_stats().open[0]);
    assert_eq!(third.next().await, Value::Null);
    let mut fourth = Socket::open(&slack).await;
    slack.drop_socket(slack.socket_stats().open[0]);
    assert_eq!(fourth.next().await, Value::Null);
    let mut fifth = Socket::open(&slack).await;
    slack.drop_sockets();
    assert_eq!(fifth.next().await, Value::Null);
}

#[tokio::test]
async fn a_half_open_socket_hears_and_says_nothing() {
    let (slack, news, alice) = town().await;
    let (mut deaf, mut other) = (Socket::open(&slack).await, Socket::open(&slack).await);
    slack.ping_sockets();
    // Reading lets the pong out.
    let warned = slack.socket_stats().open;
    warned.iter().for_each(|socket| slack.warn_socket(*socket));
    deaf.next().await;
    other.next().await;
    deaf.0.flush().await.unwrap();
    other.0.flush().await.unwrap();
    slack.sockets_when("two pongs", |stats| stats.pongs == 2).await;
    slack.deafen_socket(warned[0]);
    deaf.0.send(Frame::Ping(Vec::new())).await.unwrap();
    for _ in 0..3 {
        slack.say_command(alice, news, "/news", "x");
        assert_eq!(other.next().await["type"], "slash_commands");
    }
    assert_eq!(slack.socket_stats().open.len(), 2);
    // It was still there, and had said nothing: not even to the ping.
    slack.drop_socket(warned[0]);
    assert_eq!(deaf.next().await, Value::Null);
}

#[tokio::test]
async fn a_socket_can_be_refused_at_the_door_and_closed_by_the_bot() {
    let (slack, ..) = town().await;
    slack.refuse_sockets(1);
    let url = ticket(&slack).await;
    assert!(Socket::try_open(&slack, &url).await.is_none());
    let mut socket = Socket::try_open(&slack, &url).await.unwrap();
    slack.connected(1).await;
    socket.next().await;
    socket.0.close(None).await.unwrap();
    slack.sockets_when("the good-bye", |stats| stats.closed_by_bot.len() == 1 && stats.open.is_empty()).await;
}

#[tokio::test]
async fn buttons_and_shortcuts_tell_where_they_were_used() {
    let (slack, news, alice) = town().await;
    let mut socket = Socket::open(&slack).await;
    let message = with_button(&slack, news).await;
    slack.press(alice, message, "why");
    let envelope = socket.next().await;
    let payload = &envelope["payload"];
    assert_eq!((&envelope["type"], &payload["type"]), (&json!("interactive"), &json!("block_actions")));
    assert_eq!(payload["actions"][0]["value"], "v");
    assert_eq!(payload["container"]["message_ts"], message.to_string());
    assert_eq!((&payload["user"]["id"], &payload["channel"]["name"]), (&json!(alice), &json!("news")));
    assert_eq!(payload["message"]["blocks"][1]["elements"][0]["action_id"], "why");
    slack.shortcut(alice, message, "why_here");
    let payload = socket.next().await["payload"].clone();
    assert_eq!((&payload["type"], &payload["callback_id"]), (&json!("message_action"), &json!("why_here")));
    assert_eq!((&payload["message"]["ts"], &payload["message_ts"]), (&json!(message), &json!(message)));
    slack.global_shortcut(alice, "subscribe");
    let payload = socket.next().await["payload"].clone();
    assert_eq!((&payload["type"], &payload["callback_id"]), (&json!("shortcut"), &json!("subscribe")));
    assert!(payload["trigger_id"].is_string() && payload["response_url"].is_null());
}
