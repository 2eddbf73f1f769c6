//! Tables: each way to be refused has its error, who is called, what is read back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::{Socket, ask, button, call, call_as, plain, request, respond, section, town, with_button};
use crate::world::slack::{APP_TOKEN, BOT, BOT_TOKEN, Link, Role, Slack};

#[tokio::test]
async fn every_way_to_be_refused_has_its_error() {
    let (slack, news, alice) = town().await;
    let names = ["gone", "archived", "restricted", "left"];
    let [gone, archived, restricted, left] = names.map(|name| slack.channel(name, alice));
    let hidden = slack.private_channel("hidden", alice);
    slack.delete_channel(gone);
    slack.archive(archived);
    slack.restrict(restricted);
    [left, hidden].into_iter().for_each(|channel| slack.kick_bot(channel));
    let bob = slack.member("bob");
    slack.deactivate(bob);
    let post = |channel: String| json!({"channel": channel, "text": "t"});
    let user = |method: &'static str, user: &str| (method, json!({"channel": news, "text": "t", "user": user}));
    let cases = [
        ("chat.postMessage", post(gone.to_string()), "channel_not_found"),
        ("chat.postMessage", post("C404".to_owned()), "channel_not_found"),
        ("chat.postMessage", json!({"text": "t"}), "channel_not_found"),
        ("chat.postMessage", post(archived.to_string()), "is_archived"),
        ("chat.postMessage", post(restricted.to_string()), "restricted_action"),
        ("chat.postMessage", post(left.to_string()), "not_in_channel"),
        ("chat.postMessage", post(hidden.to_string()), "channel_not_found"),
        ("chat.postMessage", post("#news".to_owned()), ""),
        ("chat.postMessage", post(alice.to_string()), ""),
        (user("chat.postEphemeral", "U404").0, user("", "U404").1, "user_not_found"),
        ("chat.postEphemeral", json!({"channel": news, "text": "t", "user": bob}), "user_not_in_channel"),
        ("chat.update", json!({"channel": news, "ts": "1.000001", "text": "t"}), "message_not_found"),
        ("chat.delete", json!({"channel": news, "ts": "1.000001"}), "message_not_found"),
        ("conversations.open", json!({"users": "U404"}), "user_not_found"),
        ("conversations.open", json!({"users": bob}), "user_disabled"),
        ("conversations.open", json!({}), "users_list_not_supplied"),
        ("views.publish", json!({"user_id": "U404", "view": {}}), "user_not_found"),
        ("views.open", json!({"view": {"type": "modal", "title": plain("t"), "blocks": []}}), "invalid_arguments"),
        ("chat.shout", json!({}), "unknown_method"),
    ];
    slack.limit_rates(100, 1.0);
    for (method, body, error) in cases {
        assert_eq!(call(&slack, method, &body).await.error(), error, "{method} {body}");
    }
    slack.unarchive(archived);
    assert_eq!(call(&slack, "chat.postMessage", &post(archived.to_string())).await.error(), "");
    slack.disable_dms();
    assert_eq!(call(&slack, "chat.postMessage", &post(alice.to_string())).await.error(), "messages_tab_disabled");
    for (method, args, error) in [
        ("conversations.info", [("channel", hidden.to_string())], "channel_not_found"),
        ("conversations.history", [("channel", left.to_string())], "not_in_channel"),
        ("conversations.history", [("channel", hidden.to_string())], "channel_not_found"),
        ("users.info", [("user", "U404".to_owned())], "user_not_found"),
        ("bots.info", [("bot", "B0SIM00404".to_owned())], "bot_not_found"),
        ("conversations.list", [("types", "everything".to_owned())], "invalid_types"),
        ("conversations.join", [("channel", left.to_string())], "missing_scope"),
        ("conversations.history", [("channel", news.to_string())], ""),
    ] {
        let args: Vec<_> = args.iter().map(|(key, value)| (*key, value.as_str())).collect();
        assert_eq!(ask(&slack, method, &args).await.error(), error, "{method} {args:?}");
    }
    let errors: Vec<_> = slack.refusals().into_iter().map(|refusal| refusal.error).collect();
    assert!(errors.contains(&"restricted_action".to_owned()) && errors.contains(&"unknown_method".to_owned()));
}

#[tokio::test]
async fn tokens_come_by_header_or_form_and_have_their_kinds() {
    let (slack, news, _) = town().await;
    let json_type = [("Content-Type", "application/json")];
    let body = json!({"token": BOT_TOKEN}).to_string();
    let inside = request(&slack, "POST", "/api/auth.test", &json_type, body.as_bytes()).await.unwrap();
    assert_eq!(inside.error(), "not_authed", "not in JSON");
    let by_query = request(&slack, "GET", &format!("/api/auth.test?token={BOT_TOKEN}"), &[], b"").await.unwrap();
    assert_eq!((&by_query.body["user_id"], &by_query.body["team"]), (&json!(BOT), &json!("Town")));
    assert_eq!(call_as(&slack, "xoxb-other", "auth.test", &json!({})).await.unwrap().error(), "invalid_auth");
    let wrong = call_as(&slack, APP_TOKEN, "team.info", &json!({})).await.unwrap();
    assert_eq!(wrong.error(), "not_allowed_token_type");
    slack.revoke_token("token_revoked");
    let body = json!({"channel": news, "text": "t"});
    assert_eq!(call(&slack, "chat.postMessage", &body).await.error(), "token_revoked");
    slack.revoke_app_token("account_inactive");
    let opened = call_as(&slack, APP_TOKEN, "apps.connections.open", &json!({})).await.unwrap();
    assert_eq!(opened.error(), "account_inactive");
    slack.restore_tokens();
    assert_eq!(call(&slack, "chat.postMessage", &body).await.error(), "");
    for (content_type, body, error) in [
        ("application/json", "{", "invalid_json"),
        ("application/json", "[]", "json_not_object"),
        ("text/plain", "t", "invalid_post_type"),
        ("application/json", "{}", ""),
    ] {
        let bearer = format!("Bearer {BOT_TOKEN}");
        let headers = [("Content-Type", content_type), ("Authorization", &bearer)];
        let response = request(&slack, "POST", "/prefix/api/auth.test", &headers, body.as_bytes()).await.unwrap();
        assert_eq!(response.error(), error);
        assert_eq!(response.body["warning"] == "missing_charset", error.is_empty());
    }
}

#[tokio::test]
async fn scopes_are_asked_for_and_told() {
    let (slack, news, _) = town().await;
    let news = news.to_string();
    slack.remove_scope("channels:history");
    let refused = ask(&slack, "conversations.history", &[("channel", &news)]).await;
    assert_eq!((refused.error(), &refused.body["needed"]), ("missing_scope", &json!("channels:history")));
    assert!(refused.body["provided"].as_str().unwrap().contains("groups:history"));
    assert!(!refused.headers["x-oauth-scopes"].contains("channels:history"));
    assert!(refused.headers["x-oauth-scopes"].contains("chat:write"));
    slack.add_scope("channels:history");
    assert_eq!(ask(&slack, "conversations.history", &[("channel", &news)]).await.error(), "");
    slack.remove_scope("chat:write");
    let refused = call(&slack, "chat.postMessage", &json!({"channel": news, "text": "t"})).await;
    assert_eq!((refused.error(), &refused.body["needed"]), ("missing_scope", &json!("chat:write")));
    // Where it is not, with the right to be nowhere.
    slack.add_scope("chat:write");
    let elsewhere = slack.channel("elsewhere", slack.member("bob"));
    slack.kick_bot(elsewhere);
    let post = json!({"channel": elsewhere, "text": "t"});
    assert_eq!(call(&slack, "chat.postMessage", &post).await.error(), "not_in_channel");
    slack.add_scope("chat:write.public");
    assert_eq!(call(&slack, "chat.postMessage", &post).await.error(), "");
    slack.add_scope("channels:join");
    assert_eq!(
        call(&slack, "conversations.join", &json!({"channel": elsewhere})).await.body["channel"]["is_member"],
        true
    );
}

#[tokio::test]
async fn places_and_people_can_be_asked_about() {
    let (slack, news, alice) = town().await;
    let (owner, guest) = (slack.person("olga", Role::Owner), slack.person("gwen", Role::Guest));
    slack.speaks(guest, "de-DE");
    slack.join(news, guest);
    let hidden = slack.private_channel("hidden", owner);
    let info = ask(&slack, "conversations.info", &[("channel", &news.to_string())]).await.body["channel"].clone();
    assert_eq!((&info["name"], &info["creator"], &info["is_member"]), (&json!("news"), &json!(alice), &json!(true)));
    let members = ask(&slack, "conversations.members", &[("channel", &news.to_string())]).await.body["members"].clone();
    assert_eq!(members, json!([BOT, alice, guest]));
    let user = async |id: crate::world::slack::Id| {
        ask(&slack, "users.info", &[("user", &id.to_string())]).await.body["user"].clone()
    };
    let roles = |user: &Value| [&user["is_admin"], &user["is_owner"], &user["is_restricted"]].map(|role| *role == true);
    assert_eq!(roles(&user(alice).await), [true, false, false]);
    assert_eq!(roles(&user(owner).await), [true, true, false]);
    let gwen = user(guest).await;
    assert_eq!((roles(&gwen), &gwen["locale"]), ([false, false, true], &json!("de-DE")));
    assert_eq!(user(BOT).await["is_bot"], true);
    let list = async |types: &str, cursor: &str| {
        let args = [("types", types), ("limit", "1"), ("cursor", cursor)];
        let body = ask(&slack, "conversations.list", &args).await.body;
        (body["channels"][0]["id"].clone(), body["response_metadata"]["next_cursor"].as_str().unwrap().to_owned())
    };
    let (first, cursor) = list("public_channel,private_channel", "").await;
    assert_eq!(first, json!(news));
    assert_eq!(list("public_channel,private_channel", &cursor).await, (json!(hidden), String::new()));
    assert_eq!(list("public_channel", "").await.1, "");
    let opened = call(&slack, "conversations.open", &json!({"users": alice})).await.body["channel"]["id"].clone();
    assert_eq!(opened, json!(slack.dm(alice)));
    let bot = ask(&slack, "bots.info", &[("bot", "B0SIM00001")]).await.body["bot"].clone();
    assert_eq!((&bot["user_id"], &bot["app_id"]), (&json!(BOT), &json!("A0SIM00001")));
    assert_eq!(ask(&slack, "team.info", &[]).await.body["team"]["name"], "Town");
    // Methods that read hear nothing of what JSON says.
    assert_eq!(call(&slack, "users.info", &json!({"user": alice})).await.error(), "user_not_found");
    assert_eq!(ask(&slack, "api.test", &[("a", "b")]).await.body["args"], json!({"a": "b"}));
}

#[tokio::test]
async fn history_tells_what_was_said_and_its_metadata() {
    let (slack, news, alice) = town().await;
    let metadata = json!({"event_type": "delivery", "event_payload": {"id": "7"}});
    let post = async |text: &str, more: Value| {
        let mut body = json!({"channel": news, "text": text});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call(&slack, "chat.postMessage", &body).await.ts()
    };
    let first = post("first", json!({"metadata": metadata})).await;
    let reply = post("reply", json!({"thread_ts": first})).await;
    let loud = post("loud", json!({"thread_ts": first, "reply_broadcast": true})).await;
    let last = post("last", json!({})).await;
    slack.writes(alice, news, "hello");
    let page = async |args: &[(&str, &str)]| {
        let channel = news.to_string();
        let args: Vec<_> = [("channel", channel.as_str())].iter().chain(args).copied().collect();
        ask(&slack, "conversations.history", &args).await.body
    };
    let texts = |body: &Value| -> Vec<String> {
        body["messages"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
    };
    let all = page(&[("include_all_metadata", "true")]).await;
    assert_eq!(texts(&all), ["hello", "last", "loud", "first"], "replies are below their message");
    assert_eq!((&all["messages"][3]["metadata"], &all["has_more"]), (&metadata, &json!(false)));
    assert_eq!((&all["messages"][3]["reply_count"], &all["messages"][0]["bot_id"]), (&json!(2), &Value::Null));
    assert!(page(&[]).await["messages"][3]["metadata"].is_null());
    assert_eq!(texts(&page(&[("oldest", &first.to_string())]).await), ["hello", "last", "loud"]);
    let until = [("latest", last.to_string()), ("inclusive", "1".to_owned())];
    let until: Vec<_> = until.iter().map(|(key, value)| (*key, value.as_str())).collect();
    assert_eq!(texts(&page(&until).await), ["last", "loud", "first"]);
    let some = page(&[("limit", "3")]).await;
    let cursor = some["response_metadata"]["next_cursor"].as_str().unwrap();
    assert_eq!((texts(&some).len(), &some["has_more"]), (3, &json!(true)));
    assert_eq!(texts(&page(&[("limit", "3"), ("cursor", cursor)]).await), ["first"]);
    assert_eq!(page(&[("cursor", "x")]).await["error"], "invalid_cursor");
    assert_eq!(page(&[("oldest", "x")]).await["error"], "invalid_ts_oldest");
    let args = [("channel", news.to_string()), ("ts", first.to_string())];
    let args: Vec<_> = args.iter().map(|(key, value)| (*key, value.as_str())).collect();
    assert_eq!(texts(&ask(&slack, "conversations.replies", &args).await.body), ["first", "reply", "loud"]);
    let args = [("channel", news.to_string()), ("message_ts", reply.to_string())];
    let args: Vec<_> = args.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let link = ask(&slack, "chat.getPermalink", &args).await.body["permalink"].as_str().unwrap().to_owned();
    assert!(link.contains(&format!("/archives/{news}/p{}", reply.0)) && link.contains("thread_ts"), "{link}");
    call(&slack, "chat.delete", &json!({"channel": news, "ts": loud})).await;
    assert_eq!(texts(&page(&[]).await), ["hello", "last", "first"]);
    let others = slack.messages(news).into_iter().find(|one| one.author == alice).unwrap().ts;
    let update = json!({"channel": news, "ts": others, "text": "t"});
    assert_eq!(call(&slack, "chat.update", &update).await.error(), "cant_update_message");
    assert_eq!(call(&slack, "chat.delete", &update).await.error(), "cant_delete_message");
    assert_eq!(slack.messages_when(news, 4).await[1].thread, Some(first));
    slack.wipe(news);
    assert!(slack.messages(news).is_empty());
}

#[tokio::test]
async fn a_channel_takes_a_burst_and_then_one_a_second() {
    let now = Arc::new(AtomicU64::new(1_800_000_000));
    let clock = now.clone();
    let slack = Slack::with_clock(move || clock.load(Ordering::SeqCst) as f64).await;
    let alice = slack.member("alice");
    let (news, other) = (slack.channel("news", alice), slack.channel("other", alice));
    let post = async |channel| call(&slack, "chat.postMessage", &json!({"channel": channel, "text": "t"})).await;
    for _ in 0..5 {
        assert_eq!(post(news).await.status, 200);
    }
    let refused = post(news).await;
    assert_eq!((refused.status, refused.error()), (429, "ratelimited"));
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(post(other).await.status, 200, "another channel has its own");
    now.fetch_add(1, Ordering::SeqCst);
    assert_eq!((post(news).await.status, post(news).await.status), (200, 429));
    slack.limit_rates(2, 0.1);
    assert_eq!((post(news).await.status, post(news).await.status), (200, 200));
    assert_eq!(post(news).await.headers["retry-after"], "10");
    slack.limit_method("team.info", 2);
    for expected in [200, 200, 429] {
        assert_eq!(ask(&slack, "team.info", &[]).await.status, expected);
    }
    // Of its tier, conversations.list may be asked twenty times in a minute.
    let mut taken = 0;
    while ask(&slack, "conversations.list", &[]).await.status == 200 {
        taken += 1;
    }
    assert_eq!(taken, 20);
    assert_eq!(slack.refusals().last().unwrap().status, 429);
}

#[tokio::test]
async fn who_is_called_and_where_links_lead() {
    let (slack, news, _) = town().await;
    slack.limit_rates(100, 1.0);
    let link = |url: &str, label: &str| Link { url: url.to_owned(), label: label.to_owned() };
    let rich = |element: Value| json!({"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}]});
    let cases: Vec<(Value, &str, Vec<Link>)> = vec![
        (json!({"text": "<!channel> <!here|here> <!everyone>"}), "channel everyone here", vec![]),
        (json!({"text": "<@U1> <@U2|bob> <!subteam^S1|@team>"}), "U1 U2 S1", vec![]),
        (json!({"text": "&lt;!channel&gt; @here <#C1|news>"}), "", vec![]),
        (json!({"text": "@here @alice", "link_names": true}), "here alice", vec![]),
        (json!({"text": "@channel", "parse": "full"}), "channel", vec![]),
        (json!({"text": "fallback <!here>", "blocks": [section("<!channel>")]}), "channel here", vec![]),
        (json!({"blocks": [{"type": "header", "text": plain("<!channel>")}]}), "", vec![]),
        (
            json!({"blocks": [{"type": "markdown", "text": "<!here> [a](https://b.org)"}]}),
            "here",
            vec![link("https://b.org", "a")],
        ),
        (rich(json!({"type": "broadcast", "range": "here"})), "here", vec![]),
        (rich(json!({"type": "user", "user_id": "U1"})), "U1", vec![]),
        (rich(json!({"type": "usergroup", "usergroup_id": "S1"})), "S1", vec![]),
        (rich(json!({"type": "link", "url": "https://a.org", "text": "b"})), "", vec![link("https://a.org", "b")]),
        (rich(json!({"type": "text", "text": "<!channel>"})), "", vec![]),
        (json!({"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": "<!channel>"}]]}]}), "", vec![]),
        (
            json!({"text": "<https://a.org|b.org> https://c.org"}),
            "",
            vec![link("https://a.org", "b.org"), link("https://c.org", "https://c.org")],
        ),
        (
            json!({"blocks": [{"type": "actions", "elements": [
                {"type": "button", "text": plain("Open"), "url": "https://a.org", "action_id": "o"},
            ]}]}),
            "",
            vec![link("https://a.org", "Open")],
        ),
        (
            json!({"attachments": [{"title": "t", "title_link": "https://a.org", "text": "<!here>"}]}),
            "here",
            vec![link("https://a.org", "t")],
        ),
    ];
    for (mut body, pings, links) in cases {
        body["channel"] = json!(news);
        let ts = call(&slack, "chat.postMessage", &body).await.ts();
        let message = slack.messages(news).into_iter().find(|one| one.ts == ts).unwrap();
        let all = message.pings.everyone.iter().chain(&message.pings.users).chain(&message.pings.groups);
        let mut found: Vec<_> = all.cloned().collect();
        let mut expected: Vec<_> = pings.split_whitespace().map(str::to_owned).collect();
        found.sort();
        expected.sort();
        assert_eq!((found, message.links), (expected, links), "{body}");
        assert_eq!(message.pings.is_empty(), pings.is_empty());
    }
}

#[tokio::test]
async fn words_are_what_is_to_be_read() {
    let (slack, news, _) = town().await;
    let blocks = json!([
        {"type": "header", "text": plain("A & B")},
        section("*Bold* and _slanted_ &lt;b&gt; <https://a.org|here> snake_case"),
        {"type": "section", "fields": [plain("one"), {"type": "mrkdwn", "text": "`two`"}], "accessory": button("x", "Press")},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "for *all*"}, {"type": "image", "image_url": "https://a.org/i", "alt_text": "A picture"}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
    ]);
    call(&slack, "chat.postMessage", &json!({"channel": news, "text": "aside", "blocks": blocks})).await;
    let message = slack.messages(news).pop().unwrap();
    assert_eq!(message.words, "A & B Bold and slanted <b> here snake_case one two Press for all A picture cell");
    assert_eq!(message.controls()[0]["action_id"], "x");
}

#[tokio::test]
async fn a_response_url_is_good_for_five_answers_in_half_an_hour() {
    let now = Arc::new(AtomicU64::new(1_800_000_000));
    let clock = now.clone();
    let slack = Slack::with_clock(move || clock.load(Ordering::SeqCst) as f64).await;
    let alice = slack.member("alice");
    let news = slack.channel("news", alice);
    let _socket = Socket::open(&slack).await;
    let id = slack.say_command(alice, news, "/news", "x");
    let url = slack.payload(id)["response_url"].as_str().unwrap().to_owned();
    let refused = respond(&slack, &url, &json!({"text": ""})).await;
    assert_eq!((refused.status, refused.error()), (400, "no_text"));
    let refused = respond(&slack, &url, &json!({"blocks": [{"type": "marquee"}]})).await;
    assert_eq!((refused.status, refused.error()), (400, "invalid_blocks"));
    for kind in ["ephemeral", "in_channel", "ephemeral", "ephemeral", "ephemeral"] {
        let answer = json!({"text": kind, "response_type": kind});
        assert_eq!(respond(&slack, &url, &answer).await.body["ok"], true);
    }
    let refused = respond(&slack, &url, &json!({"text": "six"})).await;
    assert_eq!((refused.status, refused.error()), (404, "used_url"));
    assert_eq!((slack.messages(news).len(), slack.ephemerals(alice, news).len()), (1, 4));
    let answer = slack.answer(id).await;
    assert_eq!(answer.words(), "ephemeral in_channel ephemeral ephemeral ephemeral");
    let late = slack.say_command(alice, news, "/news", "x");
    let url = slack.payload(late)["response_url"].as_str().unwrap().to_owned();
    now.fetch_add(1801, Ordering::SeqCst);
    assert_eq!(respond(&slack, &url, &json!({"text": "late"})).await.error(), "expired_url");
    let forged = url.replace("secret", "guessed");
    assert_eq!(respond(&slack, &forged, &json!({"text": "t"})).await.error(), "invalid_url");
    assert_eq!(slack.accepted("response_url").len(), 5);
}

#[tokio::test]
async fn a_press_replaces_and_deletes_what_it_stands_on() {
    let (slack, news, alice) = town().await;
    let _socket = Socket::open(&slack).await;
    let message = with_button(&slack, news).await;
    let id = slack.press(alice, message, "why");
    let url = slack.payload(id)["response_url"].as_str().unwrap().to_owned();
    respond(&slack, &url, &json!({"text": "Because", "replace_original": true})).await;
    let answer = slack.answer(id).await;
    assert_eq!((answer.words().as_str(), answer.messages.len()), ("Because", 0));
    let changed = answer.changed.unwrap();
    assert!(changed.edits == 1 && changed.controls().is_empty());
    respond(&slack, &url, &json!({"text": "Only you", "response_type": "ephemeral"})).await;
    let hidden = slack.answer_when(id, |answer| answer.messages.len() == 1).await.messages[0].clone();
    assert!(hidden.is_ephemeral() && hidden.answers == Some(id));
    respond(&slack, &url, &json!({"delete_original": true})).await;
    assert!(slack.messages(news).is_empty());
    // What one alone sees can be told by the bot as well.
    let posted = call(&slack, "chat.postEphemeral", &json!({"channel": news, "user": alice, "text": "psst"})).await;
    assert!(posted.body["message_ts"].is_string());
    assert_eq!(slack.answer_so_far(id).messages.len(), 2);
}
