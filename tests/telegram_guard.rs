//! What keeps the bot on Telegram in order: rights that Telegram does not tell, places that are
//! managed from elsewhere, people who say too much, and pages that are not Telegram's.

use serde_json::json;
use tidings::model::delivery::DeliveryState;

use crate::contract::telegram::{TelegramStage, data, on, read, shown, stage, whole};
use crate::contract::{Stage, Who};
use crate::telegram::{TEXT, address, channel, deliveries, news, posted, publish, set_webhook, subscribed};
use crate::world::World;
use crate::world::telegram::{After, BOT_NAME, Message, Method, right};
use crate::world::{hours, minutes};

#[tokio::test]
async fn a_page_that_is_not_telegrams_ends_nothing() {
    for status in [400, 401, 403, 404] {
        let mut stage = stage().await;
        let group = stage.group;
        let feed = subscribed(&mut stage, group).await;
        stage.telegram().fail_next_with(Method::Send, 1, status);
        news(&mut stage, &feed, "Comes later").await;
        stage.world.pass(minutes(10)).await;
        posted(&mut stage, group).await;
        let all = deliveries(&stage).await;
        assert!(!all.iter().any(|one| matches!(one.state, DeliveryState::Dead { .. })), "{status}: {all:?}");
        let subscriptions = stage.world.store().subscriptions().await.unwrap();
        assert!(subscriptions.iter().all(|one| one.pause.is_none()), "{status}");
    }
}

#[tokio::test]
async fn a_refusal_that_nobody_knows_is_a_passing_trouble() {
    let mut stage = stage().await;
    let group = stage.group;
    let feed = subscribed(&mut stage, group).await;
    stage.telegram().refuse_next(Method::Send, 1, 403, "Forbidden: something new");
    news(&mut stage, &feed, "Comes later").await;
    stage.world.pass(hours(1)).await;
    posted(&mut stage, group).await;
}

#[tokio::test]
async fn a_method_that_is_not_found_is_no_refused_token() {
    let mut stage = stage().await;
    let (guest, group) = (stage.guest, stage.group);
    let feed = subscribed(&mut stage, group).await;
    stage.telegram().refuse_next(Method::Send, 1, 404, "Not Found");
    news(&mut stage, &feed, "Comes later").await;
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
}

#[tokio::test]
async fn what_everyone_may_say_needs_no_rights_that_are_known() {
    let mut stage = stage().await;
    let (admin, guest, group) = (stage.admin, stage.guest, stage.group);
    let feed = subscribed(&mut stage, group).await;
    news(&mut stage, &feed, "A card").await;
    let card = posted(&mut stage, group).await;
    stage.world.clock.pass(minutes(2));
    stage.telegram().refuse_next(Method::GetChatMember, 99, 400, "Bad Request: member list is inaccessible");
    let asked = |stage: &TelegramStage| {
        stage.telegram().refusals().iter().filter(|one| one.method == Method::GetChatMember).count()
    };
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
    stage.says(guest, group, "/list").await.says(&["acme"]);
    stage.presses(guest, &card, "Why").await;
    assert_eq!(asked(&stage), 0);
    stage.says(admin, group, "/unsubscribe 1").await.says(&["Make the bot an administrator"]);
    stage.says(guest, group, "/settings").await;
    stage.presses(admin, &card, "Mute").await.says(&["Make the bot an administrator"]);
    stage.telegram().refuse_next(Method::GetChatMember, 99, 400, "Bad Request: PARTICIPANT_ID_INVALID");
}

#[tokio::test]
async fn a_picture_in_doubt_is_followed_by_the_text() {
    let mut stage = stage().await;
    let group = stage.group;
    let feed = subscribed(&mut stage, group).await;
    let picture = "https://example.com/picture.png";
    stage.telegram().picture_at(picture);
    stage.telegram().accept_then(Method::SendPhoto, After::HangUp);
    publish(&feed, "With a picture", TEXT, picture);
    stage.world.pass(hours(2)).await;
    stage.world.pass(minutes(10)).await;
    let photos: Vec<bool> = stage.unseen(group).iter().map(|one| one.photo.is_some()).collect();
    assert_eq!(photos, [true, false]);
}

#[tokio::test]
async fn what_is_said_in_a_chat_is_done_in_its_order() {
    let stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    let feed = stage.world.server.feed("acme");
    let first = stage.telegram().say(admin, group, &format!("/subscribe {}", feed.url()));
    let second = stage.telegram().say(admin, group, "/filter_set 1 machine");
    let third = stage.telegram().say(admin, group, "/list");
    let listed = stage.telegram().answer_when(third, |answer| !answer.replies.is_empty()).await;
    assert!(read(&listed.replies[0].text).contains("machine"), "{listed:?}");
    for turn in [first, second] {
        assert_eq!(stage.telegram().answer_so_far(turn).replies.len(), 1);
    }
}

#[tokio::test]
async fn no_word_is_lost_while_the_bot_does_not_know_its_name() {
    let mut world = World::beside_telegram("").await;
    let telegram = world.telegram.as_ref().unwrap();
    let person = telegram.person("carol");
    telegram.fail_next_with(Method::GetMe, 1, 502);
    let turn = telegram.starts(person, "");
    world.restart().await;
    let answer = whole(world.telegram.as_ref().unwrap(), turn).await;
    assert!(read(&answer.text()).contains("What can be said"), "{answer:?}");
}

#[tokio::test]
async fn a_channel_is_managed_from_the_private_chat() {
    let mut stage = stage().await;
    let (admin, guest) = (stage.admin, stage.guest);
    let channel = channel(&mut stage).await;
    let opened = stage.telegram().starts(guest, "");
    stage.answer(opened).await;
    let feed = stage.world.server.feed("acme");
    stage.says(admin, admin, &format!("/subscribe {} to:@acme_news", feed.url())).await.says(&["Subscription 1"]);
    stage.says(admin, admin, "/subscriptions to:@acme_news").await.says(&["acme"]);
    stage.says(admin, admin, "/settings limit 60 to:@acme_news").await;
    assert_eq!(stage.world.store().settings(&address(channel)).await.unwrap().hourly_max, Some(60));
    // Who is not in it learns nothing, who may not post there changes nothing.
    stage.says(guest, guest, "/subscriptions to:@acme_news").await.says(&["Only members of @acme_news"]);
    stage.telegram().joins(guest, channel);
    stage.says(guest, guest, "/subscriptions to:@acme_news").await.says(&["acme"]);
    stage.says(guest, guest, "/unsubscribe 1 to:@acme_news").await.says(&["Only people who may manage"]);
    // A choice in private about a card of the channel mutes the channel.
    news(&mut stage, &feed, "A card").await;
    let card = posted(&mut stage, channel).await;
    let turn = stage.telegram().press(admin, &card, &data(&shown(&card), "Mute"));
    whole(stage.telegram(), turn).await;
    let choices = stage.telegram().messages(admin).pop().unwrap();
    let mute = data(&shown(&choices), "acme");
    assert!(mute.ends_with(&format!("|{channel}")) && mute.len() <= 64, "{mute}");
    stage.world.restart().await;
    stage.presses(admin, &choices, "acme").await;
    assert_eq!(stage.world.store().settings(&address(channel)).await.unwrap().mutes.len(), 1);
    assert!(stage.world.store().settings(&address(admin)).await.unwrap().mutes.is_empty());
    // Rights are looked at when it is pressed.
    stage.says(admin, admin, "/unsubscribe 1 to:@acme_news").await.says(&["End subscription 1"]);
    let question = stage.telegram().messages(admin).pop().unwrap();
    stage.telegram().demote(admin, channel);
    stage.presses(admin, &question, "Yes").await.says(&["Only people who may manage"]);
    stage.telegram().promote(admin, channel, &[right::POST]);
    stage.world.clock.pass(minutes(2));
    stage.says(admin, admin, "/unsubscribe 1 to:@acme_news").await.says(&["End subscription 1"]);
    let question = stage.telegram().messages(admin).pop().unwrap();
    stage.world.restart().await;
    stage.presses(admin, &question, "Yes").await.says(&["has ended"]);
    assert!(stage.world.store().subscriptions().await.unwrap().is_empty());
}

#[tokio::test]
async fn links_of_messages_name_their_place() {
    let mut stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    let forum = stage.telegram().forum("Forum");
    let topic = stage.telegram().topic(forum, "news");
    stage.telegram().joins(admin, forum);
    stage.telegram().promote(admin, forum, &[right::CHANGE_INFO]);
    let channel = channel(&mut stage).await;
    let number = forum.to_string().replace("-100", "");
    let feed = stage.world.server.feed("acme");
    let line = |to: &str| format!("/subscribe {} to:{to}", feed.url());
    stage.says(admin, admin, &line(&format!("https://t.me/c/{number}/{topic}/678"))).await.says(&["Subscription 1"]);
    stage.says(admin, admin, &line("https://t.me/acme_news/45")).await.says(&["Subscription 1"]);
    let turn = stage.telegram().say_anonymously(admin, group, &line(&group.to_string()));
    stage.answer(turn).await.says(&["Subscription 1"]);
    let subscriptions = stage.world.store().subscriptions().await.unwrap();
    let mut places: Vec<_> = subscriptions.into_iter().map(|one| one.to).collect();
    places.sort_by_key(ToString::to_string);
    let mut topic_of = address(forum);
    topic_of.thread = Some(topic.to_string());
    let mut expected = vec![topic_of, address(channel), address(group)];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(places, expected);
}

#[tokio::test]
async fn who_says_too_much_is_told_once_and_holds_up_nobody() {
    let mut stage = on(World::on_telegram("words_per_minute = 3").await).await;
    let (admin, guest, group) = (stage.admin, stage.guest, stage.group);
    for _ in 0..3 {
        stage.says(guest, group, "/topics").await.says(&["Topics"]);
    }
    stage.says(guest, group, "/topics").await.says(&["a lot in one minute"]);
    let ignored = stage.telegram().say(guest, group, "/topics");
    stage.says(admin, admin, "/topics").await.says(&["Topics"]);
    stage.telegram().heard(ignored).await;
    stage.world.clock.pass(minutes(1));
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
    assert!(stage.telegram().answer_so_far(ignored).replies.is_empty());
}

#[tokio::test]
async fn answers_that_telegram_turns_away_hold_up_no_posts() {
    let mut stage = stage().await;
    let (admin, guest, group) = (stage.admin, stage.guest, stage.group);
    let feed = subscribed(&mut stage, group).await;
    let opened = stage.telegram().starts(guest, "");
    stage.answer(opened).await;
    for person in [admin, guest] {
        stage.telegram().rate_limit_chat(person, 3 * 3600);
        stage.telegram().say(person, person, "/topics");
    }
    stage.telegram().refused_when(Method::SendMessage, 2).await;
    stage.says(guest, group, "/topics").await.says(&["Topics"]);
    feed.publish_item("At once", TEXT);
    stage.world.pass(hours(2)).await;
    posted(&mut stage, group).await;
}

#[tokio::test]
async fn only_public_names_can_be_called() {
    let mut stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    let feed = subscribed(&mut stage, group).await;
    for mention in ["alice", "@all", "@alice_smith, @bob_smith", "<@&1>", "@alice_smith and me"] {
        stage.says(admin, group, &format!("/settings mention 1 {mention}")).await.says(&["write @alice_smith"]);
    }
    stage.says(admin, group, "/settings mention 1 @alice_smith @bob_smith").await.says(&["call @alice_smith"]);
    news(&mut stage, &feed, "Loud").await;
    assert_eq!(posted(&mut stage, group).await.links.mentions, ["@alice_smith", "@bob_smith"]);
}

#[tokio::test]
async fn a_webhook_keeps_what_the_operator_set() {
    let mut world = World::beside_telegram("transport = \"webhook\"\n[web]\nlisten = \"127.0.0.1:0\"").await;
    let own = "https://news.example/telegram/webhook";
    set_webhook(world.telegram.as_ref().unwrap(), &format!("{own}&max_connections=7")).await;
    world.restart().await;
    let set = world.telegram.as_ref().unwrap().accepted_when(Method::SetWebhook, 2).await.pop().unwrap();
    assert_eq!(set.parameters["max_connections"], json!(7));
    // A certificate cannot be set again by whoever has not got it, and another's address is not ours.
    for (url, is_certified) in [(own, true), ("https://news.example/7000000001:AAF_old", false)] {
        let telegram = world.telegram.as_ref().unwrap();
        set_webhook(telegram, url).await;
        if is_certified {
            telegram.certify_webhook();
        }
        let sets = telegram.accepted(Method::SetWebhook).len();
        let looks = telegram.accepted(Method::GetWebhookInfo).len();
        world.restart().await;
        let telegram = world.telegram.as_ref().unwrap();
        telegram.accepted_when(Method::GetWebhookInfo, looks + 1).await;
        let checks = world.platform_check(&[]).await;
        assert!(checks.iter().all(|check| !check.text.contains("AAF_old")), "{checks:?}");
        assert_eq!(telegram.accepted(Method::SetWebhook).len(), sets, "{url}");
    }
}

#[tokio::test]
async fn a_link_carries_no_more_than_the_audiences() {
    let mut stage = stage().await;
    let (guest, group) = (stage.guest, stage.group);
    for line in ["/alerts_on developers act-now", "/alerts_on developers urgency:act-now"] {
        stage.says(guest, group, line).await.says(&["say it there again", "act-now"]);
        let asked = stage.telegram().messages(group).pop().unwrap();
        assert_eq!(asked.buttons()[0]["url"], json!(format!("https://t.me/{BOT_NAME}?start=hello")));
    }
}

#[tokio::test]
async fn a_link_replaces_no_alerts() {
    let mut stage = stage().await;
    let admin = stage.admin;
    stage.says(admin, admin, "/alerts_on developers urgency:act-now").await.says(&["You get alerts"]);
    let before = stage.world.store().subscriptions().await.unwrap();
    let turn = stage.telegram().starts(admin, "alerts_enterprise-security");
    stage.answer(turn).await.says(&["already", "alerts on enterprise-security"]);
    assert_eq!(stage.world.store().subscriptions().await.unwrap(), before);
    stage.says(admin, admin, "alerts on enterprise-security").await.says(&["You get alerts"]);
}

#[tokio::test]
async fn long_answers_count_for_as_many_words() {
    let mut stage = on(World::on_telegram("words_per_minute = 3").await).await;
    let (admin, guest, group) = (stage.admin, stage.guest, stage.group);
    let feed = |number: usize| {
        let title = format!("Number {number} of the many feeds whose titles are as long as a title may well be ");
        format!("<outline type=\"rss\" text=\"{}\" xmlUrl=\"https://feed{number}.example/rss\"/>", title.repeat(2))
    };
    let opml = format!("<opml><body>{}</body></opml>", (0..60).map(feed).collect::<String>());
    let turn = stage.telegram().say_with_file(admin, group, "/import", ("feeds.opml", opml.as_bytes()));
    stage.answer(turn).await.says(&["60 new"]);
    let question = stage.telegram().messages(group).pop().unwrap();
    stage.presses(admin, &question, "Yes").await;
    let before = stage.telegram().messages(group).len();
    stage.says(guest, group, "/subscriptions").await;
    assert!(stage.telegram().messages(group).len() > before + 1, "two words, more messages");
    stage.says(guest, group, "/topics").await.says(&["a lot in one minute"]);
}

#[tokio::test]
async fn many_readers_press_at_once() {
    let mut stage = on(World::on_telegram("words_per_minute = 3").await).await;
    let (admin, group) = (stage.admin, stage.group);
    let feed = subscribed(&mut stage, group).await;
    news(&mut stage, &feed, "A card").await;
    let card = posted(&mut stage, group).await;
    let useful = data(&shown(&card), "👍");
    let readers: Vec<_> = (0..30).map(|number| stage.telegram().member(group, &format!("reader{number}"))).collect();
    let turns: Vec<_> = readers.iter().map(|reader| stage.telegram().press(*reader, &card, &useful)).collect();
    for turn in turns {
        assert!(stage.answer(turn).await.text.contains("Thank you"));
    }
    stage.world.clock.pass(minutes(1));
    stage.says(admin, group, "/topics").await.says(&["Topics"]);
}

#[tokio::test]
async fn the_button_of_an_old_message_knows_its_topic() {
    let mut world = World::beside_telegram("transport = \"webhook\"\n[web]\nlisten = \"127.0.0.1:0\"").await;
    set_webhook(world.telegram.as_ref().unwrap(), "https://news.example/telegram/webhook").await;
    world.restart().await;
    let address = world.web.unwrap();
    let telegram = world.telegram.as_ref().unwrap();
    telegram.accepted_when(Method::SetWebhook, 2).await;
    let (_, secret) = telegram.webhook().unwrap();
    let forum = telegram.forum("Forum");
    let topic = telegram.topic(forum, "news");
    let person = telegram.administrator(forum, "carol", &[right::CHANGE_INFO]);
    let feed = world.server.feed("acme");
    let turn = telegram.say(person, (forum, topic), &format!("/subscribe {}", feed.url()));
    assert!(telegram.post_updates(address).await.iter().all(|status| *status == 200));
    whole(telegram, turn).await;
    feed.publish_item("A card", TEXT);
    world.pass(hours(2)).await;
    let telegram = world.telegram.as_ref().unwrap();
    let posts = telegram.messages((forum, topic));
    let card = posts.iter().find(|one| one.text.contains("A card")).unwrap();
    let mute = data(&shown(card), "Mute");
    assert!(mute.ends_with(&format!("|{forum}/{topic}")), "{mute}");
    let update = json!({ "update_id": 999_999_999, "callback_query": {
        "id": "1", "chat_instance": "1", "data": mute,
        "from": { "id": person, "is_bot": false, "first_name": "carol" },
        "message": { "chat": { "id": forum, "type": "supergroup", "title": "Forum" }, "message_id": card.id, "date": 0 },
    }});
    assert_eq!(telegram.post_forged(address, "/telegram/webhook", secret.as_deref(), &update).await, 200);
    let said = telegram.messages_when((forum, topic), posts.len() + 1).await;
    assert!(said.last().unwrap().text.contains("Hear nothing more"), "{said:?}");
}

#[tokio::test]
async fn an_answer_follows_a_group_that_moves() {
    let stage = stage().await;
    let admin = stage.admin;
    let group = stage.telegram().group("Small");
    stage.telegram().joins(admin, group);
    let gate = stage.telegram().hold(Method::SendMessage);
    stage.telegram().say(admin, group, "/topics");
    gate.arrived(1).await;
    let new = stage.telegram().migrate(group);
    gate.open();
    let answer: Vec<Message> = stage.telegram().messages_when(new, 1).await;
    assert!(read(&answer[0].text).contains("security"), "{answer:?}");
}

#[tokio::test]
async fn the_plain_form_of_an_answer_links_nothing() {
    let mut stage = stage().await;
    let (guest, group) = (stage.guest, stage.group);
    stage.telegram().refuse_next(Method::SendMessage, 1, 400, "Bad Request: something new");
    stage.says(guest, group, "/help https://evil.example/x").await.says(&["evil.example/x"]);
    let said = stage.telegram().messages(group).pop().unwrap();
    assert!(said.links.is_empty() && said.entities.is_empty(), "{said:?}");
}

#[tokio::test]
async fn a_file_that_telegram_gives_to_no_bot_is_too_long() {
    let mut stage = stage().await;
    let (admin, group) = (stage.admin, stage.group);
    stage.telegram().refuse_next(Method::GetFile, 1, 400, "Bad Request: file is too big");
    let turn = stage.telegram().say_with_file(admin, group, "/import", ("feeds.opml", b"<opml/>"));
    stage.answer(turn).await.says(&["longer than 48 KiB"]);
    stage.say(Who::Guest, "topics", &[]).await.says(&["Topics"]);
}
