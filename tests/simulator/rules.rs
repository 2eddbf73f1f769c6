//! Tables: each documented limit is refused with the right words, each way to be refused has its
//! code, and who is pinged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::{Response, ask, ask_as, town, try_to_ask};
use crate::world::discord::{
    ANNOUNCEMENTS, After, BOT, Discord, FORUM, Id, Kind, Pings, TEXT, TOKEN, has_specification, permission,
};

/// Every error inside, as `path: CODE`.
fn errors(body: &Value) -> Vec<String> {
    fn gather(value: &Value, path: &str, into: &mut Vec<String>) {
        for (key, inner) in value.as_object().into_iter().flatten() {
            if key == "_errors" {
                let codes = inner.as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap());
                into.extend(codes.map(|code| format!("{path}: {code}")));
            } else {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                gather(inner, &path, into);
            }
        }
    }
    let mut all = Vec::new();
    gather(&body["errors"], "", &mut all);
    all
}

fn of(count: usize) -> String {
    "x".repeat(count)
}

fn many(count: usize, one: impl Fn(usize) -> Value) -> Value {
    Value::Array((0..count).map(one).collect())
}

fn button(id: &str) -> Value {
    json!({"type": 2, "style": 1, "label": "L", "custom_id": id})
}

fn row(controls: Value) -> Value {
    json!({"components": [{"type": 1, "components": controls}]})
}

fn link(url: &str) -> Value {
    row(json!([{"type": 2, "style": 5, "label": "L", "url": url}]))
}

/// A body, and what Discord has against it; nothing if it is the most that is allowed.
fn messages() -> Vec<(Value, &'static str)> {
    let embed = |embed: Value| json!({"embeds": [embed]});
    let field = |name: &str, value: &str| json!({"embeds": [{"fields": [{"name": name, "value": value}]}]});
    let full = json!({"title": of(256), "description": of(2744)});
    vec![
        (json!({"content": of(2000)}), ""),
        (json!({"content": "ä".repeat(2000)}), ""),
        (json!({"content": of(2001)}), "content: BASE_TYPE_MAX_LENGTH"),
        (json!({"embeds": many(10, |_| json!({"title": "t"}))}), ""),
        (json!({"embeds": many(11, |_| json!({"title": "t"}))}), "embeds: BASE_TYPE_MAX_LENGTH"),
        (embed(json!({"title": of(256), "description": of(4096)})), ""),
        (embed(json!({"title": of(257)})), "embeds.0.title: BASE_TYPE_MAX_LENGTH"),
        (embed(json!({"description": of(4097)})), "embeds.0.description: BASE_TYPE_MAX_LENGTH"),
        (embed(json!({})), "embeds.0.description: BASE_TYPE_REQUIRED"),
        (embed(json!({"title": "t", "footer": {"text": of(2048)}, "author": {"name": of(256)}})), ""),
        (embed(json!({"footer": {"text": of(2049)}})), "embeds.0.footer.text: BASE_TYPE_MAX_LENGTH"),
        (embed(json!({"author": {"name": of(257)}})), "embeds.0.author.name: BASE_TYPE_MAX_LENGTH"),
        (embed(json!({"fields": many(25, |_| json!({"name": "n", "value": "v"}))})), ""),
        (
            embed(json!({"fields": many(26, |_| json!({"name": "n", "value": "v"}))})),
            "embeds.0.fields: BASE_TYPE_MAX_LENGTH",
        ),
        (field(&of(256), &of(1024)), ""),
        (field(&of(257), "v"), "embeds.0.fields.0.name: BASE_TYPE_BAD_LENGTH"),
        (field("n", &of(1025)), "embeds.0.fields.0.value: BASE_TYPE_BAD_LENGTH"),
        (field("", "v"), "embeds.0.fields.0.name: BASE_TYPE_REQUIRED"),
        (field("n", " "), "embeds.0.fields.0.value: BASE_TYPE_REQUIRED"),
        (json!({"embeds": [full, full]}), ""),
        (json!({"embeds": [full, full, {"title": "t"}]}), "embeds: MAX_EMBED_SIZE_EXCEEDED"),
        (embed(json!({"title": "t", "url": "ftp://a/"})), "embeds.0.url: URL_TYPE_INVALID_SCHEME"),
        (embed(json!({"title": "t", "image": {"url": "a picture"}})), "embeds.0.image.url: URL_TYPE_INVALID_URL"),
        (embed(json!({"title": "t", "timestamp": "yesterday"})), "embeds.0.timestamp: DATE_TIME_TYPE_PARSE"),
        (embed(json!({"title": "t", "color": 16_777_216})), "embeds.0.color: NUMBER_TYPE_MAX"),
        (row(many(5, |id| button(&id.to_string()))), ""),
        (row(many(6, |id| button(&id.to_string()))), "components.0.components: BASE_TYPE_BAD_LENGTH"),
        (row(json!([])), "components.0.components: BASE_TYPE_BAD_LENGTH"),
        (
            json!({"components": many(6, |id| json!({"type": 1, "components": [button(&id.to_string())]}))}),
            "components: BASE_TYPE_MAX_LENGTH",
        ),
        (json!({"components": [button("a")]}), "components.0.type: UNION_TYPE_CHOICES"),
        (row(json!([{"type": 2, "style": 1, "label": of(80), "custom_id": of(100)}])), ""),
        (
            row(json!([{"type": 2, "style": 1, "label": of(81), "custom_id": "a"}])),
            "components.0.components.0.label: BASE_TYPE_MAX_LENGTH",
        ),
        (row(json!([button(&of(101))])), "components.0.components.0.custom_id: BASE_TYPE_BAD_LENGTH"),
        (row(json!([button("")])), "components.0.components.0.custom_id: BASE_TYPE_REQUIRED"),
        (
            row(json!([{"type": 2, "style": 1, "custom_id": "a"}])),
            "components.0.components.0: BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
        ),
        (row(json!([button("a"), button("a")])), "components.0.components.1.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED"),
        (link(&format!("https://a/{}", of(502))), ""),
        (link(&format!("https://a/{}", of(503))), "components.0.components.0.url: BASE_TYPE_MAX_LENGTH"),
        (link("javascript:alert(1)"), "components.0.components.0.url: URL_TYPE_INVALID_SCHEME"),
        (link("somewhere"), "components.0.components.0.url: URL_TYPE_INVALID_URL"),
        (json!({"content": "c", "nonce": of(25)}), ""),
        (json!({"content": "c", "nonce": of(26)}), "nonce: BASE_TYPE_MAX_LENGTH"),
        (json!({"content": "c", "flags": 1 << 12}), ""),
        (json!({"content": "c", "flags": 1 << 6}), "flags: BITFIELD_INVALID_FLAGS"),
        (
            json!({"content": "c", "allowed_mentions": {"parse": ["all"]}}),
            "allowed_mentions.parse.0: BASE_TYPE_CHOICES",
        ),
        (
            json!({"content": "c", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
            "allowed_mentions: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (json!({"flags": 1 << 15, "components": [{"type": 10, "content": of(4000)}]}), ""),
        (
            json!({"flags": 1 << 15, "components": [{"type": 10, "content": of(4001)}]}),
            "components: COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        (
            json!({"flags": 1 << 15, "content": "c", "components": [{"type": 10, "content": "t"}]}),
            "content: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
    ]
}

#[tokio::test]
async fn every_limit_of_a_message_is_refused_in_discords_words() {
    let (discord, _, news, alice) = town().await;
    discord.limit_rates(10_000, 1.0, 10_000);
    let there = format!("/channels/{news}/messages");
    let first = ask(&discord, "POST", &there, &json!({"content": "x"})).await.body["id"].as_str().unwrap().to_owned();
    for (body, complaint) in messages() {
        let answers = answers_of(&discord, news, alice, &body).await;
        let created = ask(&discord, "POST", &there, &body).await;
        let edited = ask(&discord, "PATCH", &format!("{there}/{first}"), &body).await;
        for (prefix, response) in [("", created), ("", edited)].into_iter().chain(answers) {
            let expected: Vec<_> =
                (!complaint.is_empty()).then(|| format!("{prefix}{complaint}")).into_iter().collect();
            let is_for_channels = complaint.starts_with("flags");
            if !(is_for_channels && prefix == "data.") {
                assert_eq!(errors(&response.body), expected, "{body}");
                assert_eq!(response.status >= 400, !complaint.is_empty());
            }
        }
    }
}

/// The same as the first answer to an interaction.
async fn answers_of(discord: &Discord, news: Id, alice: Id, body: &Value) -> Vec<(&'static str, Response)> {
    let (id, payload) = discord.command_payload(alice, news, "x", &[]);
    let callback = format!("/interactions/{id}/{}/callback", payload["token"].as_str().unwrap());
    vec![("data.", ask(discord, "POST", &callback, &json!({"type": 4, "data": body})).await)]
}

#[tokio::test]
async fn every_limit_of_a_command_is_refused_in_discords_words() {
    let (discord, ..) = town().await;
    discord.limit_rates(10_000, 1.0, 10_000);
    let command = |more: Value| {
        let mut command = json!({"name": "news", "description": "d"});
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([command])
    };
    let option = |name: String, more: Value| {
        let mut option = json!({"type": 3, "name": name, "description": "d"});
        option.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        option
    };
    let plain = |count: usize| many(count, |index| option(format!("o{index}"), json!({})));
    let choices = |count: usize| many(count, |index| json!({"name": index.to_string(), "value": "v"}));
    let big = |size: usize| {
        many(25, |index| {
            let choices = many(2, |_| json!({"name": of(99), "value": of(size)}));
            option(format!("{index:02}"), json!({"description": of(20), "choices": choices}))
        })
    };
    let cases = [
        (command(json!({"name": of(32), "description": of(100), "options": plain(25)})), ""),
        (command(json!({"name": of(33)})), "0.name: BASE_TYPE_BAD_LENGTH"),
        (command(json!({"name": "News"})), "0.name: APPLICATION_COMMAND_INVALID_NAME"),
        (command(json!({"name": "the news"})), "0.name: APPLICATION_COMMAND_INVALID_NAME"),
        (command(json!({"name": "новости"})), ""),
        (command(json!({"description": of(101)})), "0.description: BASE_TYPE_BAD_LENGTH"),
        (command(json!({"description": ""})), "0.description: BASE_TYPE_REQUIRED"),
        (command(json!({"options": plain(26)})), "0.options: BASE_TYPE_MAX_LENGTH"),
        (command(json!({"options": [option("o".to_owned(), json!({"choices": choices(25)}))]})), ""),
        (
            command(json!({"options": [option("o".to_owned(), json!({"choices": choices(26)}))]})),
            "0.options.0.choices: BASE_TYPE_MAX_LENGTH",
        ),
        (
            command(
                json!({"options": [option("a".to_owned(), json!({})), option("b".to_owned(), json!({"required": true}))]}),
            ),
            "0.options.1: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            command(json!({"options": [option("a".to_owned(), json!({})), option("a".to_owned(), json!({}))]})),
            "0.options.1.name: APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        ),
        (
            json!([{"name": "a", "description": "d"}, {"name": "a", "description": "d"}]),
            "1.name: APPLICATION_COMMANDS_DUPLICATE_NAME",
        ),
        (command(json!({"options": big(49)})), ""),
        (command(json!({"options": big(50)})), "0: APPLICATION_COMMAND_TOO_LARGE"),
    ];
    for (body, complaint) in cases {
        let response = ask(&discord, "PUT", &format!("/applications/{BOT}/commands"), &body).await;
        let expected: Vec<_> = (!complaint.is_empty()).then(|| complaint.to_owned()).into_iter().collect();
        assert_eq!(errors(&response.body), expected, "{body}");
    }
    let many = many(101, |index| json!({"name": format!("c{index}"), "description": "d"}));
    let response = ask(&discord, "PUT", &format!("/applications/{BOT}/commands"), &many).await;
    assert_eq!((response.status, &response.body["code"]), (400, &json!(30032)));
}

#[tokio::test]
async fn the_specification_judges_what_the_tables_do_not_know() {
    let (discord, _, news, _) = town().await;
    let there = format!("/channels/{news}/messages");
    for body in [json!({"content": "c", "tts": "yes"}), json!({"embeds": [{"title": "t", "color": "red"}]})] {
        let response = ask(&discord, "POST", &there, &body).await;
        if has_specification() {
            assert_eq!(errors(&response.body), [": OPENAPI"]);
        }
    }
}

#[tokio::test]
async fn every_way_to_be_refused_has_its_code() {
    let (discord, guild, news, alice) = town().await;
    discord.limit_rates(10_000, 1.0, 10_000);
    let other = discord.guild("Other");
    let [hidden, mute, plain, gone] =
        ["hidden", "mute", "plain", "gone"].map(|name| discord.channel(guild, name, TEXT));
    let (forum, loud) = (discord.channel(guild, "forum", FORUM), discord.channel(guild, "loud", ANNOUNCEMENTS));
    let elsewhere = discord.channel(other, "elsewhere", TEXT);
    discord.set_bot_permissions(hidden, 0);
    discord.set_bot_permissions(mute, permission::VIEW_CHANNEL);
    discord.set_bot_permissions(plain, permission::VIEW_CHANNEL | permission::SEND_MESSAGES);
    discord.set_bot_permissions(forum, permission::VIEW_CHANNEL);
    assert_eq!(discord.bot_permissions(mute), permission::VIEW_CHANNEL);
    discord.delete_channel(gone);
    discord.kick_bot(other);
    let bob = discord.member(guild, "bob", 0);
    let stranger = discord.member(other, "stranger", 0);
    discord.block_dms(bob);
    let (bobs, strangers, alices) = (discord.dm(bob), discord.dm(stranger), discord.dm(alice));
    let text = json!({"content": "c"});
    let embed = json!({"embeds": [{"title": "t"}]});
    let post = |channel: Id| ("POST", format!("/channels/{channel}/messages"));
    let theirs = discord.says(alice, news, "Mine");
    let reply = |to: Id, must_exist: bool| {
        let reference = json!({"message_id": to.to_string(), "fail_if_not_exists": must_exist});
        json!({"content": "c", "message_reference": reference})
    };
    let cases = [
        (post(news), text.clone(), 200, 0),
        (post(alices), text.clone(), 200, 0),
        (post(plain), text.clone(), 200, 0),
        (post(news), json!({}), 400, 50006),
        (post(news), json!({"content": " ", "embeds": []}), 400, 50006),
        (post(1), text.clone(), 404, 10003),
        (post(gone), text.clone(), 404, 10003),
        (post(hidden), text.clone(), 403, 50001),
        (post(elsewhere), text.clone(), 403, 50001),
        (post(mute), text.clone(), 403, 50013),
        (post(plain), embed.clone(), 403, 50013),
        (post(forum), text.clone(), 400, 50008),
        (post(bobs), text.clone(), 403, 50007),
        (post(strangers), text.clone(), 403, 50278),
        (("POST", "/channels/news/messages".to_owned()), text.clone(), 400, 50035),
        (("POST", format!("/channels/{forum}/threads")), json!({"name": "n", "message": {"content": "c"}}), 403, 50013),
        (("POST", format!("/channels/{mute}/threads")), json!({"name": "n", "type": 11}), 403, 50013),
        (("POST", format!("/channels/{news}/threads")), json!({"name": "n", "type": 11}), 201, 0),
        (("POST", format!("/channels/{news}/threads")), json!({"name": of(101), "type": 11}), 400, 50035),
        (("POST", format!("/channels/{news}/threads")), json!({"type": 11}), 400, 50035),
        (("GET", format!("/channels/{loud}")), Value::Null, 200, 0),
        (("GET", format!("/channels/{news}/messages/1")), Value::Null, 404, 10008),
        (("PATCH", format!("/channels/{news}/messages/1")), text.clone(), 404, 10008),
        (("PATCH", format!("/channels/{news}/messages/{theirs}")), text.clone(), 403, 50005),
        (("DELETE", format!("/channels/{news}/messages/1")), Value::Null, 404, 10008),
        (post(news), reply(theirs, true), 200, 0),
        (post(news), reply(1, true), 400, 50035),
        (post(news), reply(1, false), 200, 0),
        (("GET", format!("/channels/{news}/messages?limit=101")), Value::Null, 400, 50035),
        (("GET", format!("/guilds/{other}")), Value::Null, 403, 50001),
        (("GET", "/guilds/1/channels".to_owned()), Value::Null, 404, 10004),
        (("GET", format!("/guilds/{guild}/members/{stranger}")), Value::Null, 404, 10007),
        (("GET", "/users/1".to_owned()), Value::Null, 404, 10013),
        (("GET", "/applications/1/commands".to_owned()), Value::Null, 404, 10002),
        (("POST", "/users/@me/channels".to_owned()), json!({"recipient_id": "1"}), 400, 50033),
        (("POST", "/users/@me/channels".to_owned()), json!({"recipient_id": bob.to_string()}), 200, 0),
        (("POST", "/webhooks/1/x".to_owned()), text.clone(), 404, 10015),
        (("POST", "/interactions/1/x/callback".to_owned()), json!({"type": 5}), 404, 10062),
        (("GET", "/voice/regions".to_owned()), Value::Null, 404, 0),
    ];
    for ((method, path), body, status, code) in cases {
        let response = ask(&discord, method, &path, &body).await;
        assert_eq!((response.status, response.body["code"].as_u64().unwrap_or(0)), (status, code), "{method} {path}");
    }
    // Without the right to read history there is nothing, and no error.
    let history = ask(&discord, "GET", &format!("/channels/{plain}/messages"), &Value::Null).await;
    assert_eq!((history.status, history.body), (200, json!([])));
    assert_eq!(discord.invalid_requests(), 10);
    let wrong = ask_as(&discord, "wrong", "GET", "/users/@me", &Value::Null).await.unwrap();
    assert_eq!((wrong.status, &wrong.body["message"]), (401, &json!("401: Unauthorized")));
    assert_eq!(discord.invalid_requests(), 11);
    assert_eq!(discord.refusals().last().unwrap().status, 401);
}

#[tokio::test]
async fn a_locked_thread_takes_nothing_and_a_sleeping_one_wakes() {
    let (discord, guild, ..) = town().await;
    let forum = discord.channel(guild, "forum", FORUM);
    let body = json!({"name": "A story", "message": {"content": "c"}});
    let thread = ask(&discord, "POST", &format!("/channels/{forum}/threads"), &body).await.body["id"].clone();
    let thread: Id = thread.as_str().unwrap().parse().unwrap();
    let there = format!("/channels/{thread}/messages");
    let text = json!({"content": "c"});
    discord.fall_asleep(thread);
    assert_eq!(ask(&discord, "PATCH", &format!("{there}/{thread}"), &text).await.body["code"], 50083);
    assert_eq!(ask(&discord, "POST", &there, &text).await.status, 200);
    assert_eq!(ask(&discord, "PATCH", &format!("{there}/{thread}"), &text).await.status, 200);
    discord.archive(thread);
    assert_eq!(ask(&discord, "POST", &there, &text).await.body["code"], 50083);
    discord.delete_channel(forum);
    assert_eq!(ask(&discord, "POST", &there, &text).await.body["code"], 10003);
}

#[tokio::test]
async fn an_interaction_is_answered_once_and_in_time() {
    let seconds = Arc::new(AtomicU64::new(1_800_000_000));
    let clock = seconds.clone();
    let discord = Discord::with_clock(move || clock.load(Ordering::Relaxed) as f64).await;
    let guild = discord.guild("Town");
    let (news, alice) = (discord.channel(guild, "news", TEXT), discord.member(guild, "alice", 0));
    let text = json!({"content": "c"});
    let begin = || {
        let (id, payload) = discord.command_payload(alice, news, "x", &[]);
        let token = payload["token"].as_str().unwrap().to_owned();
        (id, format!("/interactions/{id}/{token}/callback"), format!("/webhooks/{BOT}/{token}"))
    };
    let outcome = |response: Response| (response.status, response.body["code"].as_u64().unwrap_or(0));
    let (late, callback, _) = begin();
    discord.let_lapse(late);
    assert_eq!(outcome(ask(&discord, "POST", &callback, &json!({"type": 5})).await), (404, 10062));
    assert!(!discord.is_acknowledged(late));
    let (id, callback, hook) = begin();
    assert_eq!(outcome(ask(&discord, "POST", &hook, &text).await), (404, 10015));
    assert_eq!(
        outcome(ask(&discord, "POST", &callback, &json!({"type": 8, "data": {"choices": []}})).await),
        (400, 50035)
    );
    assert_eq!(outcome(ask(&discord, "POST", &callback, &json!({"type": 4, "data": {}})).await), (400, 50006));
    assert_eq!(outcome(ask(&discord, "POST", &callback, &json!({"type": 5})).await), (204, 0));
    assert!(discord.is_acknowledged(id));
    assert_eq!(outcome(ask(&discord, "POST", &callback, &json!({"type": 5})).await), (400, 40060));
    // The first followup takes the place of "Thinking ...".
    assert_eq!(outcome(ask(&discord, "POST", &hook, &text).await), (200, 0));
    assert!(discord.answer(id).await.followups.is_empty());
    let more = ask(&discord, "POST", &hook, &json!({"content": "more", "flags": 64})).await;
    let followup = format!("{hook}/messages/{}", more.body["id"].as_str().unwrap());
    assert_eq!(outcome(ask(&discord, "PATCH", &followup, &json!({"content": "changed"})).await), (200, 0));
    assert_eq!(ask(&discord, "GET", &followup, &Value::Null).await.body["content"], "changed");
    assert_eq!(discord.answer(id).await.followups[0].content(), "changed");
    let original = format!("{hook}/messages/@original");
    assert_eq!(outcome(ask(&discord, "PATCH", &original, &json!({"content": of(2001)})).await), (400, 50035));
    assert_eq!(ask(&discord, "GET", &original, &Value::Null).await.body["content"], "c");
    assert_eq!(outcome(ask(&discord, "DELETE", &original, &Value::Null).await), (204, 0));
    assert_eq!(outcome(ask(&discord, "GET", &original, &Value::Null).await), (404, 10008));
    assert!(discord.answer(id).await.message.is_none());
    seconds.fetch_add(901, Ordering::Relaxed);
    assert_eq!(outcome(ask(&discord, "POST", &hook, &text).await), (401, 50027));
}

#[tokio::test]
async fn choices_have_their_limits() {
    let (discord, _, news, alice) = town().await;
    let choice = |name: usize, value: usize| json!({"name": of(name), "value": of(value)});
    let cases = [
        (many(25, |_| choice(100, 100)), ""),
        (many(26, |_| choice(1, 1)), "data.choices: BASE_TYPE_MAX_LENGTH"),
        (json!([choice(101, 1)]), "data.choices.0.name: BASE_TYPE_BAD_LENGTH"),
        (json!([choice(1, 101)]), "data.choices.0.value: BASE_TYPE_BAD_LENGTH"),
        (json!([choice(0, 1)]), "data.choices.0.name: BASE_TYPE_REQUIRED"),
    ];
    for (choices, complaint) in cases {
        let (id, _) = discord.typing_payload(alice, news, "x", "what", "t");
        let verdict = discord.answered_over_http(id, &json!({"type": 8, "data": {"choices": choices}}));
        let found = verdict.err().map_or_else(Vec::new, |(_, body)| errors(&body));
        assert_eq!(found.join(" "), complaint);
    }
}

#[tokio::test]
async fn rates_are_limited_by_the_clock_that_was_given() {
    let tenths = Arc::new(AtomicU64::new(18_000_000_000));
    let clock = tenths.clone();
    let discord = Discord::with_clock(move || clock.load(Ordering::Relaxed) as f64 / 10.0).await;
    let guild = discord.guild("Town");
    let (news, other) = (discord.channel(guild, "news", TEXT), discord.channel(guild, "other", TEXT));
    let alice = discord.member(guild, "alice", 0);
    let text = json!({"content": "c"});
    let say = async |channel: Id| ask(&discord, "POST", &format!("/channels/{channel}/messages"), &text).await;
    for left in ["4", "3", "2", "1", "0"] {
        let response = say(news).await;
        assert_eq!((response.status, response.headers["x-ratelimit-remaining"].as_str()), (200, left));
        assert_eq!(response.headers["x-ratelimit-limit"], "5");
        assert_eq!(response.headers["x-ratelimit-reset-after"], "5.000");
        assert_eq!(response.headers["x-ratelimit-reset"], "1800000005.000");
    }
    tenths.fetch_add(15, Ordering::Relaxed);
    let refused = say(news).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.body, json!({"message": "You are being rate limited.", "retry_after": 3.5, "global": false}));
    assert_eq!((refused.headers["retry-after"].as_str(), refused.headers["x-ratelimit-scope"].as_str()), ("4", "user"));
    assert_eq!(say(other).await.status, 200);
    tenths.fetch_add(35, Ordering::Relaxed);
    assert_eq!(say(news).await.status, 200);
    // An ordered one holds as long as it says, for its channel.
    discord.rate_limit_next(Kind::CreateMessage, 60.0);
    assert_eq!(say(news).await.body["retry_after"], 60.0);
    tenths.fetch_add(590, Ordering::Relaxed);
    assert_eq!((say(news).await.status, say(other).await.status), (429, 200));
    tenths.fetch_add(10, Ordering::Relaxed);
    assert_eq!(say(news).await.status, 200);
    // A global one is for everything except interactions.
    discord.rate_limit_all(Kind::CreateMessage, 10.0);
    let global = say(news).await;
    assert_eq!((&global.body["global"], global.headers["x-ratelimit-global"].as_str()), (&json!(true), "true"));
    assert_eq!(ask(&discord, "GET", "/users/@me", &Value::Null).await.headers["x-ratelimit-scope"], "global");
    let (id, payload) = discord.command_payload(alice, news, "x", &[]);
    let callback = format!("/interactions/{id}/{}/callback", payload["token"].as_str().unwrap());
    assert_eq!(ask(&discord, "POST", &callback, &json!({"type": 5})).await.status, 204);
    tenths.fetch_add(100, Ordering::Relaxed);
    for _ in 0..50 {
        assert_eq!(ask(&discord, "GET", "/users/@me", &Value::Null).await.status, 200);
    }
    assert_eq!(ask(&discord, "GET", "/users/@me", &Value::Null).await.body["retry_after"], 1.0);
    assert_eq!(discord.invalid_requests(), 6);
}

#[tokio::test]
async fn who_is_pinged() {
    let nothing = json!({"parse": []});
    let cases = [
        ("plain", Value::Null, (false, vec![], vec![])),
        ("@everyone <@1> <@!2> <@&3>", Value::Null, (true, vec![1, 2], vec![3])),
        ("@here", Value::Null, (true, vec![], vec![])),
        ("@everyone @here <@1> <@&3>", nothing.clone(), (false, vec![], vec![])),
        ("@everyone <@1> <@&3>", json!({}), (false, vec![], vec![])),
        ("@everyone <@1> <@&3>", json!({"parse": ["users"]}), (false, vec![1], vec![])),
        ("@everyone <@1> <@&3>", json!({"parse": ["roles", "everyone"]}), (true, vec![], vec![3])),
        ("<@1> <@2> <@&3> <@&4>", json!({"users": ["2"], "roles": ["4"]}), (false, vec![2], vec![4])),
        ("<#1> </help:2> <@x>", Value::Null, (false, vec![], vec![])),
    ];
    for (content, allowed, (everyone, users, roles)) in cases {
        let mut body = json!({"content": content, "embeds": [{"title": "@everyone <@9>"}]});
        if !allowed.is_null() {
            body["allowed_mentions"] = allowed;
        }
        let pings = Pings::of(&body);
        let expected = Pings { everyone, users: users.into_iter().collect(), roles: roles.into_iter().collect() };
        assert_eq!(pings, expected, "{body}");
    }
    let (discord, _, news, _) = town().await;
    let body = json!({"content": "@everyone", "allowed_mentions": nothing});
    let sent = ask(&discord, "POST", &format!("/channels/{news}/messages"), &body).await;
    assert_eq!(sent.body["mention_everyone"], false);
    assert!(discord.messages(news)[0].pings.is_empty());
}

#[tokio::test]
async fn ten_thousand_invalid_requests_are_a_ban() {
    let seconds = Arc::new(AtomicU64::new(1_800_000_000));
    let clock = seconds.clone();
    let discord = Discord::with_clock(move || clock.load(Ordering::Relaxed) as f64).await;
    discord.note_invalid_requests(10_000);
    let banned = ask(&discord, "GET", "/users/@me", &Value::Null).await;
    assert_eq!((banned.status, banned.headers["content-type"].as_str()), (429, "text/html"));
    seconds.fetch_add(600, Ordering::Relaxed);
    assert_eq!(ask(&discord, "GET", "/users/@me", &Value::Null).await.status, 200);
}

#[tokio::test]
async fn faults_may_strike_whatever_comes() {
    let (discord, ..) = town().await;
    discord.accept_then(Kind::Any, After::HangUp);
    assert!(try_to_ask(&discord, "GET", "/users/@me", &Value::Null).await.is_none());
    assert_eq!(discord.ledger()[0].path, "/users/@me");
    discord.fail_next_with(Kind::Gateway, 1, 503);
    assert_eq!(ask(&discord, "GET", "/users/@me", &Value::Null).await.status, 200);
    let page = ask(&discord, "GET", "/gateway", &Value::Null).await;
    assert_eq!((page.status, page.headers["content-type"].as_str()), (503, "text/html"));
}

/// A connection to the gateway by hand, after HELLO.
async fn open(discord: &Discord, version: u8) -> WebSocketStream<TcpStream> {
    let address = discord.url().trim_start_matches("http://").to_owned();
    let stream = TcpStream::connect(&address).await.unwrap();
    client_async(format!("ws://{address}/gateway?v={version}"), stream).await.unwrap().0
}

async fn hear(socket: &mut WebSocketStream<TcpStream>) -> Result<Value, u16> {
    match socket.next().await.unwrap().unwrap() {
        Frame::Text(text) => Ok(serde_json::from_str(&text).unwrap()),
        Frame::Close(frame) => Err(frame.map_or(1005, |frame| frame.code.into())),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_gateway_closes_with_its_codes() {
    let (discord, ..) = town().await;
    let identify = |shard: Value| json!({"op": 2, "d": {"token": TOKEN, "intents": 0, "shard": shard}}).to_string();
    let resume = |seq: u64| json!({"op": 6, "d": {"token": TOKEN, "session_id": "none", "seq": seq}}).to_string();
    let presence = json!({"op": 3, "d": {}}).to_string();
    let cases = [
        ("{".to_owned(), 4002),
        (json!({"op": 1, "d": of(4096)}).to_string(), 4002),
        (json!({"op": 99}).to_string(), 4001),
        (presence.clone(), 4003),
        (identify(json!([1, 1])), 4010),
        (json!({"op": 2, "d": {"token": "wrong", "intents": 0}}).to_string(), 4004),
    ];
    for (text, code) in cases {
        let mut socket = open(&discord, 10).await;
        assert_eq!(hear(&mut socket).await.unwrap()["op"], 10);
        socket.send(Frame::Text(text)).await.unwrap();
        assert_eq!(hear(&mut socket).await, Err(code));
    }
    assert_eq!(hear(&mut open(&discord, 9).await).await, Err(4012));
    let mut socket = open(&discord, 10).await;
    hear(&mut socket).await.unwrap();
    socket.send(Frame::Text(resume(1))).await.unwrap();
    assert_eq!(hear(&mut socket).await.unwrap()["op"], 9);
    discord.invalidate_next(1);
    socket.send(Frame::Text(identify(json!([0, 1])))).await.unwrap();
    assert_eq!(hear(&mut socket).await.unwrap(), json!({"op": 9, "d": false, "s": null, "t": null}));
    socket.send(Frame::Text(identify(json!([0, 1])))).await.unwrap();
    let session = hear(&mut socket).await.unwrap()["d"]["session_id"].clone();
    socket.send(Frame::Text(presence.clone())).await.unwrap();
    socket.send(Frame::Text(json!({"op": 1, "d": 1}).to_string())).await.unwrap();
    assert_eq!(hear(&mut socket).await.unwrap()["op"], 11);
    socket.send(Frame::Text(identify(json!([0, 1])))).await.unwrap();
    assert_eq!(hear(&mut socket).await, Err(4005));
    let mut socket = open(&discord, 10).await;
    hear(&mut socket).await.unwrap();
    let ahead = json!({"op": 6, "d": {"token": TOKEN, "session_id": session, "seq": 99}}).to_string();
    socket.send(Frame::Text(ahead)).await.unwrap();
    assert_eq!(hear(&mut socket).await, Err(4007));
    let mut socket = open(&discord, 10).await;
    hear(&mut socket).await.unwrap();
    socket.send(Frame::Text(identify(json!([0, 1])))).await.unwrap();
    assert_eq!(hear(&mut socket).await.unwrap()["t"], "READY");
    for _ in 0..120 {
        socket.send(Frame::Text(presence.clone())).await.unwrap();
    }
    assert_eq!(hear(&mut socket).await, Err(4008));
    let mut socket = open(&discord, 10).await;
    hear(&mut socket).await.unwrap();
    discord.close_connections_without_code();
    assert_eq!(hear(&mut socket).await, Err(1005));
}
