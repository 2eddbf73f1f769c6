//! What only Telegram has: topics, groups that move, administrators without a name, deep links, menus,
//! long polling, a webhook with a secret, and posts that nobody can look up.

use std::collections::HashSet;

use serde_json::{Value, json};
use tidings::model::delivery::{Delivery, DeliveryState};
use tidings::model::doc::{Block, Doc};
use tidings::model::subscription::{Address, PlatformKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::contract::cards::WHOLE;
use crate::contract::telegram::{TelegramStage, on, read, shown, stage, whole};
use crate::contract::{Stage, Who};
use crate::world::server::Served;
use crate::world::telegram::{After, BOT_NAME, ChatId, Message, Method, Place, TOKEN, Telegram, detect, right};
use crate::world::{World, hours, minutes};

pub const TEXT: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";
const SECURITY: &str = "Acme fixed CVE-2026-4711, a critical vulnerability that attackers exploit in the wild to run code. \
    The flaw affects all versions before 4.2 and could allow attackers to read every message that passes. \
    Administrators should install the update immediately. Acme will end support for version 3 in March 2027.";

pub async fn subscribed(stage: &mut TelegramStage, place: impl Into<Place>) -> Served {
    let feed = stage.world.server.feed("acme");
    let admin = stage.admin;
    stage.says(admin, place, &format!("/subscribe {}", feed.url())).await.says(&["Subscription 1"]);
    feed
}

pub async fn news(stage: &mut TelegramStage, feed: &Served, title: &str) {
    feed.publish_item(title, TEXT);
    stage.world.pass(hours(2)).await;
}

pub async fn posted(stage: &mut TelegramStage, place: impl Into<Place>) -> Message {
    let place = place.into();
    let mut posts = stage.unseen(place);
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts.remove(0)
}

pub async fn deliveries(stage: &TelegramStage) -> Vec<Delivery> {
    stage.world.store().deliveries(50).await.unwrap()
}

pub fn address(chat: ChatId) -> Address {
    Address { platform: PlatformKind::Telegram, workspace: String::new(), channel: chat.to_string(), thread: None }
}

#[tokio::test]
async fn a_card_is_text_with_entities_and_a_keyboard() {
    let mut stage = stage().await;
    let group = stage.group;
    let feed = subscribed(&mut stage, group).await;
    feed.publish_item("Acme fixes exploited gateway flaw", SECURITY);
    stage.world.pass(hours(2)).await;
    let card = posted(&mut stage, group).await;
    assert_eq!(card.formatted("text_link"), ["Acme fixes exploited gateway flaw"]);
    assert!(card.formatted("bold").contains(&"What changed"), "{card:?}");
    let [depth] = card.formatted("expandable_blockquote")[..] else { panic!("{card:?}") };
    assert!(depth.contains("Key takeaways"), "{depth}");
    assert!(read(&card.text).contains("example.com ·"), "the host is shown: {}", card.text);
    assert!(card.preview().is_none() && !card.is_silent);
    let rows = card.markup.as_ref().unwrap()["inline_keyboard"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row.as_array().unwrap().len()).collect::<Vec<_>>(), [3, 3]);
    let sent = stage.telegram().accepted(Method::SendMessage);
    let body = Value::Object(sent.last().unwrap().parameters.clone());
    assert!(body.get("parse_mode").is_none());
    insta::assert_snapshot!("card_on_telegram", steady(&body));
}

/// A request's body without what is another in each run.
fn steady(body: &Value) -> String {
    let replace = |text: String, (pattern, with): (&str, &str)| {
        regex::Regex::new(pattern).unwrap().replace_all(&text, with).into_owned()
    };
    let changing =
        [(r#""1:(\w+):[^"]+""#, r#""1:$1:<id>""#), (r"-100\d+", "\"<group>\""), (r"127\.0\.0\.1:\d+", "<server>")];
    changing.into_iter().fold(serde_json::to_string_pretty(body).unwrap(), replace)
}

#[tokio::test]
async fn an_answer_has_its_parts_and_its_buttons() {
    let mut stage = stage().await;
    let group = stage.group;
    subscribed(&mut stage, group).await;
    for (name, line) in [("status", "/status"), ("unsubscribe", "/unsubscribe 1")] {
        let (admin, group) = (stage.admin, stage.group);
        stage.says(admin, group, line).await;
        let sent = stage.telegram().accepted(Method::SendMessage);
        let body = Value::Object(sent.last().unwrap().parameters.clone());
        insta::assert_snapshot!(format!("answer_on_telegram_{name}"), steady(&body));
    }
}

#[tokio::test]
async fn what_a_feed_says_calls_nobody_and_links_nowhere() {
    let mut stage = stage().await;
    let group = stage.group;
    let feed = subscribed(&mut stage, group).await;
    let hostile = "@alice_smith read evil.com or www.evil.org/x now, press /start@other_bot or #win and $WIN, \
        mail a@evil.net, go to tg://resolve?domain=evil, http://1.2.3.4/x, 5.6.7.8 and https://evil.example/y?z=1. \
        A sentence of the company that says on Monday what is ready for everybody who wants one at t.me/evil.";
    feed.publish_item(&format!("Win {hostile}"), &format!("{hostile} {hostile}"));
    stage.world.pass(hours(2)).await;
    let card = posted(&mut stage, group).await;
    assert!(card.links.is_harmless(), "{:?}", card.links);
    assert!(card.links.hashtags.is_empty() && card.links.cashtags.is_empty() && card.links.emails.is_empty());
    assert_eq!(card.links.hosts().into_iter().collect::<Vec<_>>(), ["example.com"], "{:?}", card.links);
    shown(&card).says(&["@alice_smith read evil.com", "/start@other_bot", "a@evil.net", "https://evil.example/y?z=1"]);
}

#[test]
fn what_telegram_deletes_makes_no_links() {
    let hostile = [
        "hi @\u{333}alice",
        "hi @\u{30A}alice",
        "evil.\u{333}com",
        "evil.\u{33F}com",
        "x /\u{2028}start",
        "x \u{2029}/\u{2028}start",
        "tg://-x",
        "ton://-x",
        "t\u{333}g:/\u{333}/-x",
        "#·x",
        "#\u{333}win",
    ];
    for text in hostile {
        assert!(!detect(text).is_empty(), "Telegram links {text:?}");
        let blocks = [
            Block::Headline { text: text.into(), url: None },
            Block::Paragraph(text.into()),
            Block::Heading(text.into()),
            Block::Footer(vec![text.into()]),
        ];
        for block in blocks {
            let body = tidings::platform::telegram::preview(&Doc::new(vec![block]));
            let said = body["text"].as_str().unwrap();
            assert!(detect(said).is_empty(), "{text:?}: {said:?} {:?}", detect(said));
        }
    }
}

/// The feed has this one item, with a picture.
pub fn publish(feed: &Served, title: &str, text: &str, picture: &str) {
    let link = format!("https://example.com/{}", title.to_lowercase().replace(' ', "-"));
    let item = format!(
        "<rss version=\"2.0\"><channel><title>acme</title><item><title>{title}</title><link>{link}</link><guid>{link}</guid>\
         <description>{text}</description><enclosure url=\"{picture}\" type=\"image/png\" length=\"9\"/></item></channel></rss>"
    );
    feed.serve_raw(item.as_bytes());
}

#[tokio::test]
async fn a_picture_comes_above_a_card_that_fits_below_it() {
    let mut stage = stage().await;
    let group = stage.group;
    let feed = subscribed(&mut stage, group).await;
    let picture = "https://example.com/picture.png";
    stage.telegram().picture_at(picture);
    publish(&feed, "With a picture", TEXT, picture);
    stage.world.pass(hours(2)).await;
    let card = posted(&mut stage, group).await;
    assert_eq!(card.photo_url.as_deref(), Some(picture));
    shown(&card).says(&["With a picture", "All rights belong to acme."]);
    // Too long for a caption: the article's own small preview stands for the picture.
    let long = WHOLE.replace(". ", ", as the company and its partners said. ");
    publish(&feed, "Acme fixes exploited gateway flaw", &long, picture);
    stage.world.pass(hours(2)).await;
    let card = posted(&mut stage, group).await;
    assert!(card.photo.is_none());
    assert_eq!(card.preview().as_deref(), Some("https://example.com/acme-fixes-exploited-gateway-flaw"));
    assert_eq!(card.link_preview.as_ref().unwrap()["prefer_small_media"], json!(true));
    // A picture that Telegram cannot fetch, and a group that takes none: the card goes without, at once.
    publish(&feed, "Without a picture", TEXT, "https://example.com/no-picture.png");
    stage.world.pass(hours(2)).await;
    assert!(posted(&mut stage, group).await.photo.is_none());
    stage.telegram().forbid_media(group);
    publish(&feed, "No media here", TEXT, picture);
    stage.world.pass(hours(2)).await;
    assert!(posted(&mut stage, group).await.photo.is_none());
    assert!(deliveries(&stage).await.iter().all(|one| one.attempts == 1));
}

#[tokio::test]
async fn a_topic_is_a_place_and_a_thread_of_replies_is_none() {
    let mut stage = stage().await;
    let forum = stage.telegram().forum("Forum");
    let topic = stage.telegram().topic(forum, "news");
    let admin = stage.admin;
    stage.telegram().joins(admin, forum);
    stage.telegram().promote(admin, forum, &[right::CHANGE_INFO]);
    let feed = subscribed(&mut stage, (forum, topic)).await;
    news(&mut stage, &feed, "Into the topic").await;
    let card = posted(&mut stage, (forum, topic)).await;
    assert_eq!(card.topic, Some(topic));
    let to = deliveries(&stage).await[0].to.clone();
    assert_eq!((to.channel, to.thread), (forum.to_string(), Some(topic.to_string())));
    let why = stage.telegram().press(admin, &card, &crate::contract::telegram::data(&shown(&card), "Why"));
    assert!(whole(stage.telegram(), why).await.said.iter().all(|one| one.topic == Some(topic)));
    stage.unseen((forum, topic));
    stage.telegram().close_topic(forum, topic);
    stage.telegram().demote(admin, forum);
    news(&mut stage, &feed, "Into the closed topic").await;
    let told = stage.directs().await;
    assert_eq!(told.len(), 1, "{told:?}");
    told[0].says(&["Nothing can be posted to", "the topic was closed"]);
}

#[tokio::test]
async fn in_groups_only_what_is_meant_for_the_bot_is_heard() {
    let mut stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    stage.telegram().set_hears_all(true);
    let lines = ["good morning", "help", "/help@another_bot", "/ban bob", "/filter hello", "yes", "see /help"];
    let mut last = 0;
    for line in lines {
        last = stage.telegram().say(admin, group, line);
    }
    let turn = stage.telegram().say(admin, group, "/help");
    whole(stage.telegram(), turn).await;
    stage.telegram().edits(turn, "/topics");
    stage.telegram().heard(last).await;
    stage.says(admin, group, &format!("/Topics@{}", BOT_NAME.to_uppercase())).await.says(&["security"]);
    stage.says(admin, group, &format!("/nonsense@{BOT_NAME}")).await.says(&["There is no word \"nonsense\""]);
    let answers = stage.telegram().messages(group);
    let asked: Vec<_> = answers.iter().filter_map(|one| one.reply_to).collect();
    assert_eq!(asked.len(), 3, "help, topics, nonsense: {answers:?}");
    assert!(answers.iter().all(|one| one.is_silent));
    // A question is answered by a reply as well as by its button.
    subscribed(&mut stage, group).await;
    stage.says(admin, group, "/unsubscribe 1").await.says(&["End subscription 1"]);
    let question = stage.telegram().messages(group).pop().unwrap();
    let turn = stage.telegram().reply(admin, &question, "Yes");
    stage.answer(turn).await.says(&["has ended"]);
}

#[tokio::test]
async fn administrators_without_a_name_manage_and_channels_in_groups_do_not() {
    let mut stage = stage().await;
    let (admin, guest, group) = (stage.admin, stage.guest, stage.group);
    let feed = stage.world.server.feed("acme");
    let turn = stage.telegram().say_anonymously(admin, group, &format!("/subscribe {}", feed.url()));
    stage.answer(turn).await.says(&["Subscription 1"]);
    let turn = stage.telegram().say_anonymously(admin, group, "/unsubscribe 1");
    let answer = whole(stage.telegram(), turn).await;
    let question = answer.said.last().unwrap().clone();
    stage.presses(guest, &question, "Yes").await.says(&["asked of somebody else"]);
    stage.presses(admin, &question, "Yes").await.says(&["has ended"]);
    let turn = stage.telegram().say_anonymously(admin, group, "/alerts_on security");
    stage.answer(turn).await.says(&["Alerts come to you alone"]);
}

#[tokio::test]
async fn rights_are_looked_at_when_a_button_is_pressed() {
    let mut stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    let feed = subscribed(&mut stage, group).await;
    news(&mut stage, &feed, "A card").await;
    let card = posted(&mut stage, group).await;
    stage.presses(admin, &card, "Mute").await.says(&["Hear nothing more here"]);
    stage.telegram().demote(admin, group);
    stage.presses(admin, &card, "Mute").await.says(&["Only people who may manage this channel"]);
    // For words a right counts for a minute at most.
    stage.world.clock.pass(minutes(2));
    stage.says(admin, group, "/unsubscribe 1").await.says(&["Only people who may manage this channel"]);
}

#[tokio::test]
async fn what_stands_below_a_card_is_not_said_twice() {
    let mut stage = stage().await;
    let (admin, guest, group) = (stage.admin, stage.guest, stage.group);
    let feed = subscribed(&mut stage, group).await;
    feed.publish_item("Acme fixes exploited gateway flaw", SECURITY);
    stage.world.pass(hours(2)).await;
    let card = posted(&mut stage, group).await;
    stage.presses(guest, &card, "Insight").await.says(&["Key takeaways"]);
    stage.presses(admin, &card, "Insight").await.says(&["It was just said"]);
    let below = stage.telegram().messages(group).pop().unwrap();
    assert!(below.is_silent && below.reply_to == Some(card.id));
    stage.world.clock.pass(hours(1));
    stage.presses(admin, &card, "Insight").await.says(&["Key takeaways"]);
}

/// A channel with a public name, whose owner is the admin of the stage.
pub async fn channel(stage: &mut TelegramStage) -> ChatId {
    let channel = stage.telegram().channel("Acme news");
    stage.telegram().set_public(channel, "acme_news");
    let admin = stage.admin;
    stage.telegram().joins(admin, channel);
    stage.telegram().promote(admin, channel, &[right::POST]);
    channel
}

#[tokio::test]
async fn channels_are_managed_from_the_private_chat() {
    let mut stage = stage().await;
    let (admin, guest) = (stage.admin, stage.guest);
    let channel = channel(&mut stage).await;
    let feed = stage.world.server.feed("acme");
    let line = format!("subscribe {} to:@acme_news", feed.url());
    let opened = stage.telegram().starts(guest, "");
    stage.answer(opened).await;
    stage.says(guest, guest, &line).await.says(&["may"]);
    assert!(stage.world.store().subscriptions().await.unwrap().is_empty());
    stage.says(admin, admin, &line).await.says(&["Subscription 1"]);
    feed.publish_item("Acme fixes exploited gateway flaw", SECURITY);
    stage.world.pass(hours(2)).await;
    let card = posted(&mut stage, channel).await;
    // Readers of a channel are told alone.
    let data = crate::contract::telegram::data(&shown(&card), "Insight");
    let turn = stage.telegram().press(admin, &card, &data);
    let said = stage.telegram().answer(turn).await.callback.unwrap();
    assert_eq!(said.text, "The answer is in your chat with the bot.");
    assert!(stage.directs().await.iter().any(|one| one.text.contains("Key takeaways")));
    let stranger = stage.telegram().member(channel, "carol");
    let turn = stage.telegram().press(stranger, &card, &data);
    let answer = whole(stage.telegram(), turn).await;
    assert!(answer.callback.unwrap().url.unwrap().starts_with(&format!("https://t.me/{BOT_NAME}?start=")));
    assert_eq!(stage.telegram().messages(channel).len(), 1);
    // What cannot work is said before it is subscribed.
    stage.says(admin, admin, "subscribe security to:@nobody_knows").await.says(&["does not know @nobody_knows"]);
    stage.telegram().promote(crate::world::telegram::BOT, channel, &[right::EDIT]);
    let line = "subscribe security to:https://t.me/acme_news";
    stage.says(admin, admin, line).await.says(&["Nothing can be posted to", "Post Messages"]);
    stage.says(admin, admin, &format!("subscribe security to:{}", stage.group)).await.says(&["Subscription"]);
}

#[tokio::test]
async fn alerts_begin_in_a_chat_that_the_person_has_opened() {
    let mut stage = stage().await;
    let (guest, group) = (stage.guest, stage.group);
    stage.says(guest, group, "/alerts_on enterprise-security,developers").await.says(&["press the button, then Start"]);
    assert!(stage.world.store().subscriptions().await.unwrap().is_empty());
    let asked = stage.telegram().messages(group).pop().unwrap();
    let url = asked.buttons()[0]["url"].as_str().unwrap().to_owned();
    let payload = url.strip_prefix(&format!("https://t.me/{BOT_NAME}?start=")).unwrap();
    let turn = stage.telegram().starts(guest, payload);
    stage.answer(turn).await.says(&["You get alerts for", "Enterprise & Security Teams"]);
    let alerts = stage.world.store().subscriptions().await.unwrap();
    assert_eq!(alerts[0].to, address(guest));
    stage.says(guest, group, "/alerts_on developers").await.says(&["You get alerts"]);
    // What a link cannot carry is to be said again there.
    let carol = stage.telegram().member(group, "carol");
    stage
        .says(carol, group, "/alerts_on developers quiet:22:00-07:00")
        .await
        .says(&["say it there again", "quiet:22:00-07:00"]);
    let turn = stage.telegram().starts(carol, "hello");
    stage.answer(turn).await.says(&["What can be said"]);
    let turn = stage.telegram().starts(carol, "alerts");
    stage.answer(turn).await.says(&["You get alerts"]);
}

#[tokio::test]
async fn files_are_read_with_the_word_and_in_a_reply() {
    let mut stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    let feed = stage.world.server.feed("acme");
    let opml = format!("<opml><body><outline type=\"rss\" text=\"acme\" xmlUrl=\"{}\"/></body></opml>", feed.url());
    // Alone, in private.
    let turn = stage.telegram().say_with_file(admin, admin, "", ("feeds.opml", opml.as_bytes()));
    stage.answer(turn).await.says(&["1 new"]);
    // As a reply to the file.
    let turn = stage.telegram().say_with_file(admin, group, "our feeds", ("feeds.opml", opml.as_bytes()));
    let file = stage.telegram().message_of(turn);
    let turn = stage.telegram().reply(admin, &file, "/import");
    stage.answer(turn).await.says(&["1 new"]);
    let big = vec![b'x'; 60 * 1024];
    let turn = stage.telegram().say_with_file(admin, group, "/import", ("big.opml", &big));
    stage.answer(turn).await.says(&["longer than 48 KiB"]);
    let turn = stage.telegram().say_with_file(admin, group, "/import", ("bytes.opml", &[0xff, 0xfe, 0x00]));
    stage.answer(turn).await.says(&["not a text"]);
    let addresses =
        stage.telegram().messages(group).iter().any(|one| one.text.contains("/file/bot") || one.text.contains(TOKEN));
    assert!(!addresses, "the token is nowhere");
}

#[tokio::test]
async fn a_group_that_moves_keeps_its_subscriptions() {
    for is_told in [true, false] {
        let mut stage = stage().await;
        let admin = stage.admin;
        let group = stage.telegram().group("Small");
        stage.telegram().joins(admin, group);
        stage.telegram().promote(admin, group, &[right::CHANGE_INFO]);
        let feed = subscribed(&mut stage, group).await;
        // Without the service message the first post hears of it.
        let gate = (!is_told).then(|| stage.telegram().hold(Method::GetUpdates));
        let new = stage.telegram().migrate(group);
        if is_told {
            stage.telegram().polling_when("the move to be heard", |stats| stats.pending == 0).await;
            stage.says(admin, new, "/subscriptions").await.says(&["acme"]);
        }
        news(&mut stage, &feed, "After the move").await;
        assert_eq!(stage.unseen(new).iter().filter(|one| one.text.contains("After the move")).count(), 1);
        let subscriptions = stage.world.store().subscriptions().await.unwrap();
        assert_eq!(subscriptions[0].to, address(new));
        drop(gate);
    }
}

/// Status and words of Telegram, and what becomes of the delivery.
#[tokio::test]
async fn every_refusal_has_its_verdict() {
    const GONE: &[(u16, &str, &str)] = &[
        (403, "Forbidden: bot was blocked by the user", "blocked the bot"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "removed from that chat"),
        (403, "Forbidden: bot was kicked from the channel chat", "removed from that chat"),
        (403, "Forbidden: user is deactivated", "account was deleted"),
        (403, "Forbidden: the group chat was deleted", "group was deleted"),
        (403, "Forbidden: bot is not a member of the channel chat", "no longer in that chat"),
        (403, "Forbidden: bot can't initiate conversation with a user", "has not started the bot"),
        (403, "Forbidden: bot can't send messages to bots", "takes no messages"),
        (403, "Forbidden: CHAT_WRITE_FORBIDDEN", "may not write there"),
        (400, "Bad Request: USER_IS_BLOCKED", "blocked the bot"),
        (403, "Forbidden: USER_DEACTIVATED", "account was deleted"),
        (403, "Forbidden: bot can't send messages to the user", "takes no messages from the bot"),
        (400, "Bad Request: CHAT_GUEST_SEND_FORBIDDEN", "has to join that group"),
        (400, "Bad Request: chat not found", "does not know that chat"),
        (400, "Bad Request: PEER_ID_INVALID", "does not know that chat"),
        (400, "Bad Request: user not found", "does not know that person"),
        (400, "Bad Request: group chat was deactivated", "group was deleted"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "may not write there"),
        (400, "Bad Request: have no rights to send a message", "may not write there"),
        (400, "Bad Request: need administrator rights in the channel chat", "make it an administrator"),
        (400, "Bad Request: CHAT_ADMIN_REQUIRED", "make it an administrator"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", "may not write there"),
        (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", "may not write there"),
        (400, "Bad Request: CHAT_RESTRICTED", "may not write there"),
        (400, "Bad Request: CHANNEL_PRIVATE", "no longer in that chat"),
        (400, "Bad Request: TOPIC_CLOSED", "topic was closed"),
        (400, "Bad Request: TOPIC_DELETED", "topic was deleted"),
        (400, "Bad Request: message thread not found", "topic was deleted"),
    ];
    for (status, words, reason) in GONE {
        let mut stage = stage().await;
        let group = stage.group;
        let feed = subscribed(&mut stage, group).await;
        stage.telegram().refuse_next(Method::Send, 1, *status, words);
        news(&mut stage, &feed, "Never comes").await;
        let all = deliveries(&stage).await;
        let card = all.iter().find(|one| one.item().is_some()).unwrap();
        assert!(
            matches!(&card.state, DeliveryState::Dead { reason: is, .. } if is.contains(reason)),
            "{words}: {card:?}"
        );
        let subscriptions = stage.world.store().subscriptions().await.unwrap();
        assert!(subscriptions.iter().all(|one| one.pause.is_some()), "{words}: {subscriptions:?}");
    }
    const MALFORMED: &[(u16, &str)] = &[
        (400, "Bad Request: can't parse entities: whatever"),
        (400, "Bad Request: message is too long"),
        (400, "Bad Request: ENTITIES_TOO_LONG"),
        (400, "Bad Request: BUTTON_DATA_INVALID"),
        (400, "Bad Request: BUTTON_URL_INVALID"),
        (400, "Bad Request: wrong HTTP URL specified"),
        (400, "Bad Request: something new"),
        (413, "Request Entity Too Large"),
    ];
    for (status, words) in MALFORMED {
        let mut stage = stage().await;
        let group = stage.group;
        let feed = subscribed(&mut stage, group).await;
        stage.telegram().refuse_next(Method::Send, 1, *status, words);
        news(&mut stage, &feed, "Plainly").await;
        let card = posted(&mut stage, group).await;
        assert!(card.buttons().is_empty() && card.text.contains("https://example.com/plainly"), "{words}: {card:?}");
        stage.telegram().refuse_next(Method::Send, 3, *status, words);
        news(&mut stage, &feed, "Not at all").await;
        assert!(stage.unseen(group).is_empty());
        let refused =
            deliveries(&stage).await.iter().filter(|one| matches!(one.state, DeliveryState::Dead { .. })).count();
        assert_eq!(refused, 1, "{words}");
        let subscriptions = stage.world.store().subscriptions().await.unwrap();
        assert!(subscriptions.iter().all(|one| one.pause.is_none()), "one message's fault is not the chat's");
    }
}

#[tokio::test]
async fn what_did_not_arrive_comes_and_what_may_have_comes_as_told() {
    // Not accepted, in a way that proves it: it comes once.
    let mut quiet = stage().await;
    let group = quiet.group;
    let feed = subscribed(&mut quiet, group).await;
    quiet.telegram().refuse_next(Method::Send, 1, 418, "I'm a teapot");
    news(&mut quiet, &feed, "Only once").await;
    quiet.world.pass(hours(1)).await;
    assert_eq!(quiet.unseen(group).len(), 1);
    // Accepted, and nobody knows: twice or once, as the operator wants it.
    for (config, count) in [("", 2), ("on_doubt = \"resend\"", 2), ("on_doubt = \"drop\"", 1)] {
        for after in [After::HangUp, After::Status(500), After::Status(502), After::Html] {
            let mut stage = on(World::on_telegram(config).await).await;
            let group = stage.group;
            let feed = subscribed(&mut stage, group).await;
            stage.telegram().accept_then(Method::Send, after);
            news(&mut stage, &feed, "In doubt").await;
            assert_eq!(stage.unseen(group).len(), 1, "{after:?}: not twice within one attempt");
            stage.world.pass(minutes(2)).await;
            assert_eq!(
                stage.telegram().messages(group).iter().filter(|one| one.text.contains("In doubt")).count(),
                count
            );
            news(&mut stage, &feed, "And on").await;
            assert!(stage.unseen(group).iter().any(|one| one.text.contains("And on")), "{after:?}");
        }
    }
}

#[tokio::test]
async fn a_chat_that_is_told_to_wait_waits_alone() {
    let mut stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    let mut others = Vec::new();
    let feed = subscribed(&mut stage, group).await;
    for name in ["second", "third"] {
        let other = stage.telegram().supergroup(name);
        stage.telegram().joins(admin, other);
        stage.telegram().promote(admin, other, &[right::CHANGE_INFO]);
        stage.says(admin, other, &format!("/subscribe {}", feed.url())).await.says(&["Subscription 1"]);
        others.push(other);
    }
    stage.telegram().rate_limit_chat(group, 43_838 + 7200);
    news(&mut stage, &feed, "First").await;
    assert!(stage.unseen(group).is_empty());
    assert!(others.iter().all(|other| stage.telegram().messages(*other).iter().any(|one| one.text.contains("First"))));
    let asked = stage.telegram().refusals().len();
    stage.world.pass(hours(6)).await;
    assert_eq!(stage.telegram().refusals().len(), asked, "it is not asked before its time");
    stage.world.pass(hours(7)).await;
    assert_eq!(stage.unseen(group).len(), 1);
    // Two chats at once: it is the whole bot that is too loud.
    others.iter().for_each(|other| stage.telegram().rate_limit_chat(*other, 7200 + 120));
    news(&mut stage, &feed, "Second").await;
    let asked = stage.telegram().refusals().len();
    stage.world.pass(minutes(1)).await;
    assert_eq!(stage.telegram().refusals().len(), asked);
    stage.world.pass(minutes(10)).await;
    for chat in others.iter().chain([&group]) {
        assert_eq!(stage.telegram().messages(*chat).iter().filter(|one| one.text.contains("Second")).count(), 1);
    }
}

#[tokio::test]
async fn many_posts_stay_within_the_limits() {
    let mut stage = stage().await;
    let group = stage.group;
    let feed = subscribed(&mut stage, group).await;
    stage.says(stage.admin, group, "/settings limit 60").await;
    stage.world.pass(hours(1)).await;
    // As Telegram's own.
    stage.telegram().limit_rates(3, 20, 30);
    let titles: Vec<String> = (1..=30).map(|number| format!("Number {number}.")).collect();
    titles.iter().for_each(|title| feed.publish_item(title, TEXT));
    for _ in 0..240 {
        stage.world.pass(jiff::SignedDuration::from_secs(30)).await;
    }
    let posts = stage.unseen(group);
    assert_eq!(posts.len(), 30);
    assert!(stage.telegram().refusals().is_empty(), "{:?}", stage.telegram().refusals());
}

#[tokio::test]
async fn menus_are_set_where_they_differ() {
    let mut stage = stage().await;
    stage.telegram().accepted_when(Method::SetMyCommands, 24).await;
    let (admin, guest, group) = (stage.admin, stage.guest, stage.group);
    let has = |menu: Vec<String>, word: &str| menu.iter().any(|one| one == word);
    assert!(has(stage.telegram().menu(admin, group), "filter_set"));
    assert!(!has(stage.telegram().menu(guest, group), "filter_set"));
    assert!(has(stage.telegram().menu(guest, group), "alerts_on"));
    assert!(has(stage.telegram().menu(guest, guest), "subscribe"));
    // Each kind of place in six languages.
    for scope in ["default", "all_private_chats", "all_group_chats", "all_chat_administrators"] {
        let menus = ["", "zh", "de", "fr", "es", "ja"].map(|language| stage.telegram().commands(scope, language));
        assert!(menus[0].len() > 9 && menus.iter().all(|menu| menu.len() == menus[0].len()), "{scope}: {menus:?}");
        let topics = |menu: &[Value]| menu.iter().find(|one| one["command"] == "topics").unwrap().clone();
        assert_eq!(topics(&menus[1])["description"], "话题和读者群，以及它们的含义");
        let all: HashSet<String> = menus.iter().map(|menu| topics(menu)["description"].to_string()).collect();
        assert_eq!(all.len(), 6, "{all:?}");
    }
    stage.telegram().speaks(guest, "zh");
    assert!(has(stage.telegram().menu(guest, group), "alerts_on"));
    stage.world.restart().await;
    stage.telegram().accepted_when(Method::GetMyCommands, 48).await;
    assert_eq!(stage.telegram().accepted(Method::SetMyCommands).len(), 24, "nothing has changed");
}

#[tokio::test]
async fn polling_goes_on_after_whatever_happens() {
    let mut stage = stage().await;
    let (guest, group) = (stage.guest, stage.group);
    // Another instance with the same token, as in a deployment.
    let rival = stage.telegram().second_poller();
    stage.telegram().polling_when("conflicts", |stats| stats.conflicts >= 2).await;
    drop(rival);
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
    // A server that fails, a page instead of JSON, a connection that ends.
    stage.telegram().fail_next_with(Method::GetUpdates, 1, 502);
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
    stage.telegram().hang_up_on_next(Method::GetUpdates);
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
    stage.telegram().accept_then(Method::GetUpdates, After::Html);
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
}

#[tokio::test]
async fn a_webhook_that_is_still_set_is_taken_away() {
    let mut world = World::beside_telegram("").await;
    set_webhook(world.telegram.as_ref().unwrap(), "https://news.example/elsewhere").await;
    world.restart().await;
    assert_eq!(world.telegram.as_ref().unwrap().webhook(), None);
    let mut stage = on(world).await;
    stage.say(Who::Guest, "topics", &[]).await.says(&["Topics"]);
}

#[tokio::test]
async fn a_restart_does_no_word_again() {
    let mut stage = stage().await;
    stage.say(Who::Guest, "topics", &[]).await.says(&["Topics"]);
    let answers = stage.telegram().messages(stage.group).len();
    stage.world.restart().await;
    assert_eq!(stage.telegram().polling_stats().pending, 0);
    stage.say(Who::Guest, "help", &[("word", "topics")]).await.says(&["topics"]);
    assert_eq!(stage.telegram().messages(stage.group).len(), answers + 1);
}

#[tokio::test]
async fn a_slow_word_does_not_hold_up_others() {
    let mut stage = stage().await;
    let (admin, guest, group) = (stage.admin, stage.guest, stage.group);
    let slow = stage.world.server.page("/slow", crate::world::server::Answer::Silence);
    let turn = stage.telegram().say(admin, group, &format!("/preview {}", slow.url()));
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
    let answer = stage.telegram().answer_when(turn, |answer| !answer.replies.is_empty()).await;
    assert!(read(&answer.replies[0].text).contains("took too long"), "{answer:?}");
    assert!(!stage.telegram().accepted(Method::SendChatAction).is_empty(), "it was seen to be worked on");
}

#[tokio::test]
async fn a_refused_token_is_left_alone() {
    let mut stage = stage().await;
    let group = stage.group;
    let feed = subscribed(&mut stage, group).await;
    stage.telegram().revoke_token();
    news(&mut stage, &feed, "Later").await;
    stage.world.pass(minutes(1)).await;
    let asked = stage.telegram().refusals().iter().filter(|one| one.method == Method::SendMessage).count();
    assert!(asked <= 1, "{:?}", stage.telegram().refusals());
    stage.telegram().restore_token();
    stage.world.pass(minutes(20)).await;
    assert_eq!(stage.unseen(group).len(), 1);
}

/// One raw request to the Bot API, as an operator makes it with curl.
pub async fn set_webhook(telegram: &Telegram, url: &str) {
    let address = telegram.url();
    let mut stream = tokio::net::TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
    let request =
        format!("GET /bot{TOKEN}/setWebhook?url={url} HTTP/1.1\r\nHost: telegram\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("\"ok\":true"), "{answer}");
}

#[tokio::test]
async fn a_webhook_gets_its_secret_and_forgeries_are_refused() {
    let mut world = World::beside_telegram("transport = \"webhook\"\n[web]\nlisten = \"127.0.0.1:0\"").await;
    set_webhook(world.telegram.as_ref().unwrap(), "https://news.example/telegram/webhook").await;
    world.restart().await;
    let address = world.web.unwrap();
    let telegram = world.telegram.as_ref().unwrap();
    telegram.accepted_when(Method::SetWebhook, 2).await;
    let (url, secret) = telegram.webhook().unwrap();
    let secret = secret.expect("the bot has set a secret");
    assert!(url == "https://news.example/telegram/webhook" && secret.len() == 64 && !secret.contains(TOKEN));

    let group = telegram.supergroup("Town");
    let guest = telegram.member(group, "bob");
    let turn = telegram.say(guest, group, "/topics");
    let update = telegram.pending_updates().remove(0);
    let wrong = format!("{}0", &secret[1..]);
    for forged in [None, Some(""), Some(wrong.as_str()), Some(&secret[..63])] {
        assert_eq!(telegram.post_forged(address, "/telegram/webhook", forged, &update).await, 401);
    }
    assert_eq!(telegram.post_updates(address).await, [200]);
    let answer = whole(telegram, turn).await;
    assert!(read(&answer.text()).contains("security"));
    // Brought again, it is done once; another one is done.
    assert_eq!(telegram.post_forged(address, "/telegram/webhook", Some(&secret), &update).await, 200);
    let turn = telegram.say(guest, group, "/help topics");
    assert_eq!(telegram.post_updates(address).await, [200]);
    whole(telegram, turn).await;
    assert_eq!(telegram.messages(group).len(), 2);
    let checks = world.platform_check(&[]).await;
    assert!(checks.iter().any(|check| check.text.contains("webhook https://news.example")), "{checks:?}");
}

#[tokio::test]
async fn the_doctor_sees_token_transport_and_rights() {
    let mut stage = stage().await;
    let group = stage.group;
    subscribed(&mut stage, group).await;
    let forum = stage.telegram().forum("Forum");
    let channel = channel(&mut stage).await;
    let places = [address(group), address(forum), address(channel), address(stage.admin)];
    let checks = stage.world.platform_check(&places).await;
    assert!(checks.iter().all(|check| check.is_ok), "{checks:?}");
    assert!(checks[0].text.contains(BOT_NAME) && checks[2].text.contains("long polling"), "{checks:?}");
    stage.telegram().mute_bot(group);
    stage.telegram().promote(crate::world::telegram::BOT, channel, &[right::EDIT]);
    stage.telegram().kick_bot(forum);
    let checks = stage.world.platform_check(&places).await;
    let text = |number: usize| (checks[3 + number].is_ok, checks[3 + number].text.as_str());
    assert!(matches!(text(0), (false, text) if text.contains("restriction")), "{checks:?}");
    assert!(matches!(text(1), (false, text) if text.contains("add")), "{checks:?}");
    assert!(matches!(text(2), (false, text) if text.contains("Post Messages")), "{checks:?}");
    stage.telegram().revoke_token();
    let checks = stage.world.platform_check(&[]).await;
    assert!(checks.iter().any(|check| check.text.contains("TELEGRAM_TOKEN")), "{checks:?}");
}

#[tokio::test]
async fn a_name_may_be_called_by_posts_and_a_recap_waits_for_the_end_of_quiet_hours() {
    let mut stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    let feed = subscribed(&mut stage, group).await;
    stage.says(admin, group, "/settings mention 1 @on_call").await.says(&["call"]);
    news(&mut stage, &feed, "Loud").await;
    let card = posted(&mut stage, group).await;
    assert_eq!(card.links.mentions, ["@on_call"]);
    // A recap by schedule waits for their end.
    stage.says(admin, group, "/settings quiet 10:00-22:00").await.says(&["10:00-22:00"]);
    stage.says(admin, group, "/digest_schedule daily 14:00").await.says(&["14:00"]);
    stage.world.pass(hours(4)).await;
    assert!(stage.unseen(group).is_empty());
    stage.world.pass(hours(8)).await;
    let recap = posted(&mut stage, group).await;
    assert!(recap.text.contains("Loud"), "{recap:?}");
}
