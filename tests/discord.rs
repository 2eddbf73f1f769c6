//! What only Discord has: threads, forums, roles, followers, signed requests, a gateway that breaks.

use serde_json::{Value, json};
use tidings::model::delivery::DeliveryState;
use tidings::model::subscription::Address;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::contract::discord::{DiscordStage, shown, stage};
use crate::contract::{Stage, Who};
use crate::world::discord::{ANNOUNCEMENTS, After, FORUM, Input, Kind, TEXT, permission};
use crate::world::server::Served;
use crate::world::{World, hours, minutes};

const TEXT_OF_ITEM: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";

async fn with_feed(stage: &mut DiscordStage) -> Served {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    feed
}

async fn subscribe_in(stage: &mut DiscordStage, channel: u64) -> Served {
    let feed = stage.world().server.feed("acme");
    let answer = stage.say(Who::Admin, "subscribe", &[("what", &feed.url()), ("to", &channel.to_string())]).await;
    answer.says(&["Subscription 1", &channel.to_string()]);
    feed
}

async fn news(stage: &mut DiscordStage, feed: &Served, title: &str) {
    feed.publish_item(title, TEXT_OF_ITEM);
    stage.world().pass(hours(2)).await;
}

#[tokio::test]
async fn the_story_of_an_admin_from_the_invitation_to_the_export() {
    let mut stage = stage().await;
    let feed = stage.world.server.feed("acme");
    feed.publish_item(
        "An old flaw",
        "A critical vulnerability was found in a product, and hackers exploit it to run code.",
    );
    let site = stage.world.server.page(
        "/",
        crate::world::server::Answer::ok(
            "<html><head><link rel=alternate type=application/rss+xml href=/acme.xml></head></html>",
        ),
    );
    let answer = stage.say(Who::Admin, "subscribe", &[("what", &site.url()), ("filter", "topics:security")]).await;
    answer.says(&["acme", "filter topic:security", "would have been posted", "An old flaw"]);
    assert!(stage.posts().await.is_empty());

    feed.publish_item(
        "Acme fixes exploited gateway flaw",
        "Acme fixed CVE-2026-4711, a critical vulnerability that attackers exploit in the wild to run code. \
         The flaw affects all versions before 4.2 and could allow attackers to read every message that passes. \
         Administrators should install the update immediately. Acme will end support for version 3 in March 2027.",
    );
    stage.world.pass(hours(2)).await;
    let cards = stage.posts().await;
    assert_eq!(cards.len(), 1);
    let card = &cards[0];
    card.says(&["Acme fixes exploited gateway flaw", "Enterprise & Security Teams"]);
    stage.press(Who::Guest, card, "Insight").await.says(&["Key takeaways"]);
    stage.press(Who::Guest, card, "Why").await.says(&["would-deliver", "\"topic:security\" matched \"security\""]);
    let choice = stage.press(Who::Admin, card, "Mute").await;
    stage.press(Who::Admin, &choice, "Source").await.says(&["source:acme is muted"]);
    stage.say(Who::Admin, "unmute", &[("what", "source:acme")]).await.says(&["is heard here again"]);
    let file = stage.say(Who::Admin, "export", &[]).await.file.unwrap();
    assert!(file.contains("acme.xml") && file.contains("topic:security"), "{file}");
}

#[tokio::test]
async fn cards_call_nobody_unless_a_role_was_named() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    news(&mut stage, &feed, "@everyone <@1> <@&2> is called").await;
    let messages = stage.discord().messages(stage.channel);
    assert!(messages.iter().all(|message| message.pings.is_empty()));
    assert!(messages.iter().all(|message| message.body["allowed_mentions"]["parse"] == json!([])));

    let role = stage.discord().role(stage.guild, "security", 0);
    let value = format!("1 <@&{role}>");
    stage
        .say(Who::Admin, "settings", &[("name", "mention"), ("value", &value)])
        .await
        .says(&["Posts of subscription 1 call"]);
    news(&mut stage, &feed, "@everyone again").await;
    let last = stage.discord().messages(stage.channel).pop().unwrap();
    assert_eq!(last.pings.roles.iter().copied().collect::<Vec<_>>(), [role]);
    assert!(!last.pings.everyone && last.pings.users.is_empty());
}

#[tokio::test]
async fn forums_threads_and_announcements_are_addresses() {
    let mut stage = stage().await;
    let forum = stage.discord().channel(stage.guild, "reading", FORUM);
    let feed = subscribe_in(&mut stage, forum).await;
    news(&mut stage, &feed, "A thread of its own").await;
    let threads = stage.discord().threads(forum);
    assert_eq!(threads.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["A thread of its own"]);

    let announcements = stage.discord().channel(stage.guild, "announcements", ANNOUNCEMENTS);
    let answer = stage.say(Who::Admin, "subscribe", &[("what", "all"), ("to", &announcements.to_string())]).await;
    answer.says(&["everything"]);
    news(&mut stage, &feed, "For this place alone").await;
    assert!(!stage.discord().messages(announcements)[0].is_crossposted);
    let id = stage.discord().interact(
        stage.admin,
        announcements,
        "settings",
        &[("name", "crosspost".into()), ("value", "on".into())],
    );
    stage.discord().answer(id).await;
    news(&mut stage, &feed, "For the followers too").await;
    let messages = stage.discord().messages(announcements);
    assert_eq!(messages.iter().map(|message| message.is_crossposted).collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn another_channel_needs_rights_there() {
    let mut stage = stage().await;
    let other = stage.discord().channel(stage.guild, "other", TEXT);
    let feed = stage.world.server.feed("acme");
    let refused = stage.say(Who::Guest, "subscribe", &[("what", &feed.url()), ("to", &other.to_string())]).await;
    refused.says(&["Only people who may manage"]);
    subscribe_in(&mut stage, other).await;
    news(&mut stage, &feed, "Over there").await;
    assert_eq!(stage.discord().messages(other).len(), 1);
    assert!(stage.posts().await.is_empty());
}

#[tokio::test]
async fn in_direct_messages_everybody_is_their_own_admin() {
    let mut stage = stage().await;
    let feed = stage.world.server.feed("acme");
    let direct = stage.discord().dm(stage.guest);
    let id = stage.discord().interact(stage.guest, direct, "subscribe", &[("what", feed.url().as_str().into())]);
    let answer = stage.discord().answer(id).await;
    shown(answer.message.as_ref().unwrap()).says(&["Subscription 1"]);
    news(&mut stage, &feed, "For Bob").await;
    let posts: Vec<_> = stage.discord().messages(direct).into_iter().filter(|one| one.answers.is_none()).collect();
    assert_eq!(posts.len(), 1);
    // Who takes no messages any more is left in peace.
    stage.discord().block_dms(stage.guest);
    news(&mut stage, &feed, "Unwanted").await;
    news(&mut stage, &feed, "Unwanted as well").await;
    let subscriptions = stage.world.store().subscriptions().await.unwrap();
    assert!(subscriptions[0].pause.as_ref().unwrap().reason.contains("takes no direct messages"));
    let refused = stage.discord().refusals().iter().filter(|one| one.status == 403).count();
    assert_eq!(refused, 1, "not tried again");
}

#[tokio::test]
async fn what_rested_is_posted_when_it_wakes() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    let rights = stage.discord().bot_permissions(stage.channel);
    stage.discord().set_bot_permissions(stage.channel, rights & !permission::SEND_MESSAGES);
    news(&mut stage, &feed, "Refused").await;
    stage.directs().await[0].says(&["it needs Send Messages"]);
    stage.discord().set_bot_permissions(stage.channel, rights);
    stage
        .say(Who::Admin, "settings", &[("name", "resume")])
        .await
        .says(&["1 subscription resumed", "1 post that could not be made"]);
    stage.world.run_until_idle().await;
    assert_eq!(stage.posts().await.len(), 1);
}

#[tokio::test]
async fn a_dead_token_stops_everything_at_once_and_a_new_one_goes_on() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.discord().refuse_next(Kind::CreateMessage, 1, 401, 0);
    for number in 0..10 {
        feed.publish_item(&format!("Item {number}"), TEXT_OF_ITEM);
    }
    stage.world.pass(hours(2)).await;
    let asked = stage.discord().refusals().iter().filter(|one| one.status == 401).count();
    assert_eq!(asked, 1, "one request told enough");
    for _ in 0..4 {
        stage.world.pass(minutes(6)).await;
    }
    assert_eq!(stage.posts().await.len(), 10);
}

#[tokio::test]
async fn a_global_limit_stops_every_channel() {
    let mut stage = stage().await;
    let other = stage.discord().channel(stage.guild, "other", TEXT);
    let feed = with_feed(&mut stage).await;
    stage.say(Who::Admin, "subscribe", &[("what", "all"), ("to", &other.to_string())]).await;
    stage.discord().rate_limit_all(Kind::CreateMessage, 60.0);
    news(&mut stage, &feed, "Held up").await;
    let refused = stage.discord().refusals().iter().filter(|one| one.status == 429).count();
    assert!((1..=2).contains(&refused), "{refused} requests were turned away");
    assert!(stage.posts().await.is_empty() && stage.discord().messages(other).is_empty());
    stage.world.pass(minutes(2)).await;
    assert_eq!((stage.posts().await.len(), stage.discord().messages(other).len()), (1, 1));
}

#[tokio::test]
async fn the_budget_of_refused_requests_is_kept() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.discord().refuse_next(Kind::CreateMessage, 1000, 403, 20001);
    for number in 0..150 {
        feed.publish_item(&format!("Item {number}"), TEXT_OF_ITEM);
    }
    for _ in 0..200 {
        stage.world.pass(minutes(1)).await;
    }
    // In any ten minutes there are at most a hundred; here one address backs off long before.
    assert!(stage.discord().invalid_requests() <= 100, "{}", stage.discord().invalid_requests());
}

#[tokio::test]
async fn whatever_the_answer_each_post_is_made_once() {
    for after in [After::HangUp, After::Status(500), After::Status(502)] {
        let mut stage = stage().await;
        let feed = with_feed(&mut stage).await;
        stage.discord().accept_then(Kind::CreateMessage, after);
        news(&mut stage, &feed, "Only once").await;
        stage.world.pass(minutes(2)).await;
        assert_eq!(stage.posts().await.len(), 1);
        let deliveries = stage.world.store().deliveries(5).await.unwrap();
        assert!(matches!(deliveries[0].state, DeliveryState::Sent { .. }), "{deliveries:?}");
    }
    for before in [500, 503] {
        let mut stage = stage().await;
        let feed = with_feed(&mut stage).await;
        stage.discord().fail_next_with(Kind::CreateMessage, 1, before);
        news(&mut stage, &feed, "Only once").await;
        stage.world.pass(minutes(5)).await;
        assert_eq!(stage.posts().await.len(), 1, "after {before}");
    }
}

#[tokio::test]
async fn without_the_history_the_nonce_keeps_a_post_from_coming_twice() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    let rights = stage.discord().bot_permissions(stage.channel);
    stage.discord().set_bot_permissions(stage.channel, rights & !permission::READ_MESSAGE_HISTORY);
    stage.discord().accept_then(Kind::CreateMessage, After::HangUp);
    news(&mut stage, &feed, "Only once").await;
    stage.world.pass(minutes(2)).await;
    assert_eq!(stage.posts().await.len(), 1);
}

#[tokio::test]
async fn a_message_that_is_not_taken_is_said_again_in_its_plainest_form() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.discord().refuse_next(Kind::CreateMessage, 1, 400, 50035);
    news(&mut stage, &feed, "Plainly").await;
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1);
    posts[0].says(&["Plainly", "https://example.com/plainly"]);
}

#[tokio::test]
async fn the_gateway_comes_back_and_words_are_heard_again() {
    let mut stage = stage().await;
    stage.discord().drop_connections();
    stage.discord().gateway_when("the session to be resumed", |stats| stats.resumed > 0).await;
    stage.say(Who::Guest, "help", &[]).await.says(&["What can be said"]);
    stage.discord().ask_to_reconnect();
    stage.discord().gateway_when("the session to be resumed again", |stats| stats.resumed > 1).await;
    stage.say(Who::Guest, "topics", &[]).await.says(&["Topics"]);
}

#[tokio::test]
async fn an_answer_that_takes_long_is_announced() {
    let stage = stage().await;
    let slow = stage.world.server.page("/slow", crate::world::server::Answer::Silence);
    let answer =
        stage.discord().interact(stage.admin, stage.channel, "preview", &[("url", slow.url().as_str().into())]);
    let answer = stage.discord().answer(answer).await;
    assert!(answer.is_deferred && answer.is_ephemeral);
    shown(answer.message.as_ref().unwrap()).says(&["No feed there", "took too long"]);
}

#[tokio::test]
async fn commands_are_registered_with_their_rights() {
    let stage = stage().await;
    let commands = stage.discord().commands();
    let command = |name: &str| commands.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(command("subscribe")["default_member_permissions"], json!("16"));
    assert_eq!(command("alerts")["default_member_permissions"], Value::Null);
    assert_eq!(command("digest")["contexts"], json!([0, 1]));
    assert_eq!(command("topics")["description_localizations"]["zh-CN"], "话题和读者群，以及它们的含义");
    assert_eq!(command("subscribe")["options"][0]["autocomplete"], json!(true));
    assert_eq!(command("subscribe")["options"][2]["choices"].as_array().unwrap().len(), 3);
    insta::assert_snapshot!(commands.iter().map(|one| one["name"].as_str().unwrap()).collect::<Vec<_>>().join(" "));
}

#[tokio::test]
async fn the_doctor_sees_token_invitation_and_rights() {
    let mut stage = stage().await;
    with_feed(&mut stage).await;
    let addresses: Vec<_> = stage.world.store().subscriptions().await.unwrap().into_iter().map(|one| one.to).collect();
    let checks = stage.world.platform_check(&addresses).await;
    assert!(checks.iter().all(|check| check.is_ok), "{checks:?}");
    assert!(checks[1].text.contains("/oauth2/authorize?client_id="), "{checks:?}");
    assert!(checks[2].text.contains("no privileged intent"), "{checks:?}");
    stage.discord().set_bot_permissions(stage.channel, permission::VIEW_CHANNEL);
    let checks = stage.world.platform_check(&addresses).await;
    assert!(!checks[3].is_ok && checks[3].text.contains("Send Messages"), "{checks:?}");
    // A thread is as its channel is.
    let thread = stage.discord().thread(stage.channel, "an aside").to_string();
    let checks = stage.world.platform_check(&[Address { channel: thread, ..addresses[0].clone() }]).await;
    assert!(!checks[3].is_ok && checks[3].text.contains("Send Messages"), "{checks:?}");
    stage.discord().set_session_starts(0);
    let checks = stage.world.platform_check(&addresses).await;
    assert!(!checks[2].is_ok && checks[2].text.contains("no login is left today"), "{checks:?}");
    stage.discord().revoke_token();
    let checks = stage.world.platform_check(&addresses).await;
    assert!(checks[0].text.contains("DISCORD_TOKEN"), "{checks:?}");
}

/// Posts bytes to the bot's own HTTP server, as Discord would.
async fn post(address: std::net::SocketAddr, headers: &[(String, String)], body: &[u8]) -> (u16, Vec<u8>) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let mut head = "POST /discord/interactions HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n".to_owned();
    headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    let body = text.split_once("\r\n\r\n").unwrap().1.as_bytes().to_vec();
    (status, body)
}

#[tokio::test]
async fn interactions_by_http_are_answered_and_forgeries_refused() {
    let world = World::on_discord_by_http().await;
    let address = world.web.unwrap();
    let discord = world.discord.as_ref().unwrap();
    let guild = discord.guild("Town");
    let channel = discord.channel(guild, "news", TEXT);
    let admin = discord.member(guild, "alice", permission::MANAGE_CHANNELS);

    let checks = world.platform_check(&[]).await;
    assert!(checks[2].is_ok && checks[2].text.contains("is the application's"), "{checks:?}");

    let (headers, body) = discord.signed_interaction(&discord.ping_payload());
    let (status, answer) = post(address, &headers, &body).await;
    assert_eq!((status, serde_json::from_slice::<Value>(&answer).unwrap()), (200, json!({ "type": 1 })));
    assert_eq!(post(address, &headers, &body).await.0, 401, "a replay");

    let (id, payload) = discord.command_payload(admin, channel, "help", &[]);
    let (headers, body) = discord.signed_interaction(&payload);
    let (status, answer) = post(address, &headers, &body).await;
    assert_eq!(status, 200);
    discord.answered_over_http(id, &serde_json::from_slice(&answer).unwrap()).unwrap();
    let said = discord.answer(id).await;
    shown(said.message.as_ref().unwrap()).says(&["What can be said"]);

    // A file follows by another way, and choices come at once.
    let feed = world.server.feed("acme");
    let (id, payload) = discord.command_payload(admin, channel, "subscribe", &[("what", Input::Text(feed.url()))]);
    let (headers, body) = discord.signed_interaction(&payload);
    let (_, answer) = post(address, &headers, &body).await;
    discord.answered_over_http(id, &serde_json::from_slice(&answer).unwrap()).unwrap();
    let (id, payload) = discord.command_payload(admin, channel, "export", &[]);
    let (headers, body) = discord.signed_interaction(&payload);
    let (_, answer) = post(address, &headers, &body).await;
    discord.answered_over_http(id, &serde_json::from_slice(&answer).unwrap()).unwrap();
    let exported = discord.answer(id).await;
    assert!(exported.is_deferred && exported.message.unwrap().files.len() == 1);

    // One bit, a missing header, an old stamp: nothing is done.
    let (_, payload) = discord.command_payload(admin, channel, "topics", &[]);
    let (headers, body) = discord.signed_interaction(&payload);
    for bit in 0..64 {
        let mut forged = body.clone();
        let at = bit * 7 % forged.len();
        forged[at] ^= 1;
        assert_eq!(post(address, &headers, &forged).await.0, 401);
    }
    for missing in headers.iter().filter(|(name, _)| name.to_lowercase().starts_with("x-signature")) {
        let fewer: Vec<_> = headers.iter().filter(|one| *one != missing).cloned().collect();
        assert_eq!(post(address, &fewer, &body).await.0, 401);
    }
    world.clock.pass(minutes(6));
    assert_eq!(post(address, &headers, &body).await.0, 401, "six minutes old");
}

#[tokio::test]
async fn what_comes_late_into_quiet_hours_waits_for_their_end() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.say(Who::Admin, "settings", &[("name", "quiet"), ("value", "12:00-18:00")]).await.says(&["12:00-18:00"]);
    // Turned away before the quiet begins, free again in the middle of it.
    stage.limit_next(3.0 * 3600.0);
    news(&mut stage, &feed, "Late").await;
    stage.world().pass(hours(4)).await;
    let channel = stage.channel;
    assert!(stage.unseen(channel).is_empty());
    stage.world().pass(hours(4)).await;
    let posts = stage.unseen(channel);
    assert_eq!(posts.len(), 1);
    assert!(posts[0].body.get("flags").is_none_or(|flags| flags == 0), "{}", posts[0].body);
}
