//! Tables: each limit is refused in Telegram's words, each way to be turned away has its words, and
//! what clients make clickable.

use serde_json::{Value, json};

use super::{Response, ask, send, town};
use crate::world::telegram::{BOT, BOT_NAME, Links, Method, Status, detect, has_specification, right};

fn of(count: usize) -> String {
    "x".repeat(count)
}

fn merged(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// Whether a request was taken, or refused with these words behind `Bad Request: `.
fn check(response: &Response, complaint: &str, of: &Value) {
    if complaint.is_empty() {
        assert!(response.body["ok"] == true, "{of}\n{response:?}");
    } else {
        let (status, words) = response.refusal();
        assert!(words.starts_with(&format!("Bad Request: {complaint}")), "{of}\n{words}\nnot: {complaint}");
        assert_eq!(status, 400);
    }
}

fn bold(offset: i64, length: i64) -> Value {
    json!({"type": "bold", "offset": offset, "length": length})
}

fn entity(kind: &str, offset: i64, length: i64) -> Value {
    json!({"type": kind, "offset": offset, "length": length})
}

fn link(url: &str) -> Value {
    json!({"text": "a link", "entities": [{"type": "text_link", "offset": 2, "length": 4, "url": url}]})
}

/// A text with its entities, and what Telegram has against it; nothing if it is the most that is allowed.
fn texts() -> Vec<(Value, &'static str)> {
    let text = |text: &str, entities: Vec<Value>| json!({"text": text, "entities": entities});
    let quote = "expandable_blockquote";
    vec![
        (json!({"text": of(4096)}), ""),
        (json!({"text": "ä".repeat(4096)}), ""),
        (json!({"text": "🎉".repeat(2048)}), ""),
        (json!({"text": of(4097)}), "message is too long"),
        (json!({"text": "🎉".repeat(2049)}), "message is too long"),
        (json!({"text": " \n "}), "message text is empty"),
        (json!({"text": "x", "parse_mode": "HTML"}), "SIMULATOR: parse_mode"),
        // Units are those of UTF-16, and symbols are whole.
        (text("🎉 x", vec![bold(0, 2)]), ""),
        (text("🎉 x", vec![bold(3, 1)]), ""),
        (text("🎉 x", vec![bold(1, 2)]), "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (
            text("x🎉", vec![bold(0, 2)]),
            "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5",
        ),
        (text("xyz", vec![bold(4, 1)]), "entity begins after the end of the text at UTF-16 offset 4"),
        (
            text("xyz", vec![bold(3, 1)]),
            "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 4",
        ),
        (
            text("xyz", vec![bold(1, 3)]),
            "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 4",
        ),
        (text("xyz", vec![bold(0, 0)]), "SIMULATOR"),
        (text("xyz", vec![bold(-1, 2)]), "receive an entity with incorrect offset -1"),
        (text("xyz", vec![bold(0, -1)]), "receive an entity with incorrect length -1"),
        (text("x y", vec![bold(1, 1)]), "SIMULATOR"),
        (text("xyz", vec![json!({"type": "bold", "offset": "zero", "length": 1})]), "can't parse MessageEntity"),
        (text("xyz", vec![entity("shouting", 0, 1)]), "SIMULATOR"),
        (text(&of(100), (0..100).map(|at| bold(at, 1)).collect()), ""),
        (text(&of(101), (0..101).map(|at| bold(at, 1)).collect()), "SIMULATOR"),
        // What may stand inside what.
        (text("a quotation", vec![entity(quote, 0, 11), bold(2, 5), entity("italic", 2, 5), entity("code", 8, 2)]), ""),
        (text("a quotation", vec![entity(quote, 0, 11), entity("pre", 2, 5)]), ""),
        (text("a quotation", vec![entity(quote, 0, 11), entity("blockquote", 2, 5)]), "SIMULATOR"),
        (text("a quotation", vec![entity("pre", 0, 11), entity(quote, 0, 11)]), ""),
        (text("a quotation", vec![entity("pre", 0, 11), bold(2, 5)]), "SIMULATOR"),
        (text("a quotation", vec![bold(0, 11), entity("code", 2, 5)]), "SIMULATOR"),
        (text("a quotation", vec![bold(0, 11), entity(quote, 2, 5)]), "SIMULATOR"),
        (text("a quotation", vec![entity("code", 0, 11), bold(0, 11)]), "SIMULATOR"),
        (text("a quotation", vec![bold(0, 5), entity("italic", 3, 5)]), "SIMULATOR"),
        (text("a quotation", vec![bold(0, 5), bold(1, 2)]), "SIMULATOR"),
        (json!({"text": "x", "entities": [{"type": "pre", "offset": 0, "length": 1, "language": "rust"}]}), ""),
        // Where links lead.
        (link("https://example.com/"), ""),
        (link("tg://user?id=5"), ""),
        (link("javascript:alert(1)"), "SIMULATOR"),
        (link("ftp://example.com/"), "SIMULATOR"),
        (link("somewhere"), "SIMULATOR"),
        (json!({"text": "a link", "entities": [entity("text_link", 2, 4)]}), "can't parse MessageEntity"),
        (json!({"text": "x", "link_preview_options": {"url": "https://a.example/", "show_above_text": true}}), ""),
        (json!({"text": "x", "link_preview_options": {"url": "javascript:1"}}), "SIMULATOR"),
        (json!({"text": "x", "reply_parameters": {"message_id": 99_999}}), "message to be replied not found"),
        (json!({"text": "x", "reply_parameters": {"message_id": 99_999, "allow_sending_without_reply": true}}), ""),
        (json!({"text": "x", "message_thread_id": 7}), "message thread not found"),
        (
            json!({"text": "x", "disable_notification": "perhaps"}),
            "parameter \"disable_notification\" is not a boolean",
        ),
    ]
}

fn keyboard(rows: Value) -> Value {
    json!({"text": "x", "reply_markup": {"inline_keyboard": rows}})
}

fn data(data: &str) -> Value {
    json!({"text": "L", "callback_data": data})
}

/// What stands under a message, and what Telegram has against it.
fn keyboards() -> Vec<(Value, &'static str)> {
    let row = |count: usize| Value::Array(vec![data("d"); count]);
    let url = |url: &str| keyboard(json!([[{"text": "L", "url": url}]]));
    vec![
        (keyboard(json!([[data(&of(64))]])), ""),
        (keyboard(json!([[data(&of(65))]])), "BUTTON_DATA_INVALID"),
        (keyboard(json!([[data(&"ä".repeat(32))]])), ""),
        (keyboard(json!([[data(&"ä".repeat(33))]])), "BUTTON_DATA_INVALID"),
        (keyboard(json!([[data("")]])), "BUTTON_DATA_INVALID"),
        (keyboard(json!([[{"text": "", "callback_data": "d"}]])), "can't parse inline keyboard button"),
        (keyboard(json!([[{"text": "L"}]])), "can't parse inline keyboard button: text buttons are unallowed"),
        (keyboard(json!([[{"text": "L", "callback_data": "d", "url": "https://a.example/"}]])), "SIMULATOR"),
        (url("https://a.example/?q=1"), ""),
        (url("tg://resolve?domain=x"), ""),
        (url("javascript:alert(1)"), "inline keyboard button URL 'javascript:alert(1)' is invalid"),
        (url("a path"), "inline keyboard button URL 'a path' is invalid"),
        (keyboard(Value::Array(vec![row(8); 12])), ""),
        (keyboard(Value::Array(vec![row(9)])), "SIMULATOR"),
        (keyboard(Value::Array(vec![row(8); 13])), "reply markup is too long"),
        (json!({"text": "x", "reply_markup": "{\"inline_keyboard\":[[]]}"}), ""),
        (json!({"text": "x", "reply_markup": "not JSON"}), "can't parse reply keyboard markup JSON object"),
        (json!({"text": "x", "reply_markup": 5}), "object expected as reply markup"),
    ]
}

#[tokio::test]
async fn every_limit_of_a_message_is_refused_in_telegrams_words() {
    let (telegram, town, ..) = town().await;
    let first = send(&telegram, town, "first").await.result()["message_id"].clone();
    telegram.picture_at("https://a.example/p.png");
    let photo = json!({"chat_id": town, "photo": "https://a.example/p.png"});
    let captioned = ask(&telegram, "sendPhoto", photo.clone()).await.result()["message_id"].clone();
    for (body, complaint) in texts().into_iter().chain(keyboards()) {
        let sent = ask(&telegram, "sendMessage", merged(json!({"chat_id": town}), &body)).await;
        check(&sent, complaint, &body);
        let is_for_new_ones = ["reply_parameters", "message_thread_id", "disable_notification"];
        if is_for_new_ones.iter().any(|name| body.get(*name).is_some()) {
            continue;
        }
        let edited = json!({"chat_id": town, "message_id": first});
        check(&ask(&telegram, "editMessageText", merged(edited, &body)).await, complaint, &body);
        // The same as a caption, as far as it is not too long for one.
        if !complaint.starts_with("message") && body["text"].as_str().unwrap().len() < 1024 {
            let mut body = body.clone();
            let caption = body.as_object_mut().unwrap();
            caption.remove("link_preview_options");
            let text = caption.remove("text").unwrap();
            caption.insert("caption".to_owned(), text);
            if let Some(entities) = caption.remove("entities") {
                caption.insert("caption_entities".to_owned(), entities);
            }
            let is_about_previews = caption.len() == 1;
            if !is_about_previews {
                check(&ask(&telegram, "sendPhoto", merged(photo.clone(), &body)).await, complaint, &body);
            }
        }
    }
    for (caption, complaint) in [(of(1024), ""), (of(1025), "message caption is too long"), (String::new(), "")] {
        let body = json!({"caption": caption});
        check(&ask(&telegram, "sendPhoto", merged(photo.clone(), &body)).await, complaint, &body);
        let edit = json!({"chat_id": town, "message_id": captioned, "caption": caption});
        check(&ask(&telegram, "editMessageCaption", edit.clone()).await, complaint, &edit);
    }
}

#[tokio::test]
async fn every_limit_of_a_change_is_refused_in_telegrams_words() {
    let (telegram, town, alice, _) = town().await;
    telegram.promote(BOT, town, &[right::PIN]);
    let first = send(&telegram, town, "first").await.result()["message_id"].clone();
    telegram.picture_at("https://a.example/p.png");
    let photo = json!({"chat_id": town, "photo": "https://a.example/p.png"});
    let photo = ask(&telegram, "sendPhoto", photo).await.result()["message_id"].clone();
    let asked = telegram.message_of(telegram.say(alice, town, "/help")).id;
    let of = |message: &Value, more: Value| merged(json!({"chat_id": town, "message_id": message}), &more);
    let cases = [
        ("editMessageText", of(&first, json!({"text": "first"})), "message is not modified: specified new message"),
        ("editMessageText", of(&first, json!({"text": "second"})), ""),
        ("editMessageReplyMarkup", of(&first, json!({})), "message is not modified"),
        ("editMessageText", of(&json!(999), json!({"text": "x"})), "message to edit not found"),
        ("editMessageText", of(&json!(asked), json!({"text": "x"})), "message can't be edited"),
        ("editMessageText", of(&photo, json!({"text": "x"})), "there is no text in the message to edit"),
        ("editMessageCaption", of(&first, json!({"caption": "x"})), "there is no caption in the message to edit"),
        ("editMessageText", json!({"chat_id": town, "text": "x"}), "message identifier is not specified"),
        ("deleteMessage", of(&json!(asked), json!({})), "message can't be deleted"),
        ("deleteMessage", of(&first, json!({})), ""),
        ("deleteMessage", of(&first, json!({})), "message to delete not found"),
        ("editMessageText", of(&first, json!({"text": "x"})), "message to edit not found"),
        ("sendChatAction", json!({"chat_id": town, "action": "typing"}), ""),
        ("sendChatAction", json!({"chat_id": town, "action": "sleeping"}), "wrong parameter action in request"),
        ("answerCallbackQuery", json!({"callback_query_id": "1"}), "query is too old"),
        ("answerCallbackQuery", json!({"callback_query_id": "1", "text": "x".repeat(201)}), "MESSAGE_TOO_LONG"),
        ("sendMessage", json!({"text": "x"}), "chat_id is empty"),
        ("sendPhoto", json!({"chat_id": town}), "there is no photo in the request"),
        ("sendDocument", json!({"chat_id": town}), "there is no document in the request"),
        ("getFile", json!({"file_id": "x"}), "invalid file_id"),
    ];
    for (method, body, complaint) in cases {
        check(&ask(&telegram, method, body.clone()).await, complaint, &body);
    }
    // Who may delete messages deletes also those of others.
    telegram.promote(BOT, town, &[right::DELETE]);
    ask(&telegram, "deleteMessage", of(&json!(asked), json!({}))).await.result();
}

#[tokio::test]
async fn every_limit_of_a_menu_is_refused_in_telegrams_words() {
    let (telegram, town, alice, bob) = town().await;
    let command = |name: &str, description: &str| json!({"commands": [{"command": name, "description": description}]});
    let many = |count: usize| {
        let all = (0..count).map(|index| json!({"command": format!("c{index}"), "description": "d"}));
        json!({"commands": all.collect::<Vec<_>>()})
    };
    let scoped = |scope: Value| merged(command("help", "d"), &json!({"scope": scope}));
    let channel = telegram.channel("News");
    let cases = [
        (command(&of(32), &of(256)), ""),
        (command(&of(33), "d"), "command length must not exceed 32"),
        (command("", "d"), "command must be non-empty"),
        (command("Help", "d"), "BOT_COMMAND_INVALID"),
        (command("help-me", "d"), "BOT_COMMAND_INVALID"),
        (command("help", &of(257)), "command description length must not exceed 256"),
        (command("help", ""), "command description must be non-empty"),
        (many(100), ""),
        (many(101), "BOT_COMMANDS_TOO_MUCH"),
        (json!({"commands": [{"command": "help"}]}), "can't parse BotCommand: can't find field \"description\""),
        (merged(command("help", "d"), &json!({"language_code": "de"})), ""),
        (merged(command("help", "d"), &json!({"language_code": "german"})), "invalid language code specified"),
        (scoped(json!({"type": "all_private_chats"})), ""),
        (scoped(json!({"type": "all_group_chats"})), ""),
        (scoped(json!({"type": "all_chat_administrators"})), ""),
        (scoped(json!({"type": "chat", "chat_id": town})), ""),
        (scoped(json!({"type": "chat_administrators", "chat_id": town})), ""),
        (scoped(json!({"type": "chat_member", "chat_id": town, "user_id": bob})), ""),
        (scoped(json!({"type": "chat", "chat_id": -5})), "chat not found"),
        (scoped(json!({"type": "chat", "chat_id": channel})), "can't change commands in channel chats"),
        (scoped(json!({"type": "everywhere"})), "can't parse BotCommandScope: unsupported type specified"),
    ];
    for (body, complaint) in cases {
        check(&ask(&telegram, "setMyCommands", body.clone()).await, complaint, &body);
    }
    assert_eq!(telegram.commands("default", "").len(), 100);
    assert_eq!(telegram.commands("default", "de").len(), 1);
    // The narrowest menu wins, and the language within it.
    for (scope, name) in [
        (json!({"type": "default"}), "default"),
        (json!({"type": "all_group_chats"}), "group"),
        (json!({"type": "all_chat_administrators"}), "admin"),
    ] {
        ask(&telegram, "setMyCommands", merged(command(name, "d"), &json!({"scope": scope}))).await.result();
    }
    let member = json!({"type": "chat_member", "chat_id": town, "user_id": bob});
    assert_eq!(telegram.menu(bob, town), ["help"]);
    for scope in
        [member, json!({"type": "chat", "chat_id": town}), json!({"type": "chat_administrators", "chat_id": town})]
    {
        ask(&telegram, "deleteMyCommands", json!({"scope": scope})).await.result();
    }
    assert_eq!(
        (telegram.menu(bob, town), telegram.menu(alice, town)),
        (vec!["group".to_owned()], vec!["admin".to_owned()])
    );
    ask(&telegram, "deleteMyCommands", json!({"scope": {"type": "all_private_chats"}})).await.result();
    assert_eq!(telegram.menu(bob, bob), ["default"]);
    telegram.speaks(bob, "de");
    assert_eq!(telegram.menu(bob, bob), ["help"]);
    let read = ask(&telegram, "getMyCommands", json!({"language_code": "de"})).await;
    assert_eq!(read.result(), &json!([{"command": "help", "description": "d"}]));
}

#[tokio::test]
async fn every_limit_of_a_webhook_is_refused_in_telegrams_words() {
    let (telegram, ..) = town().await;
    let url = "https://bot.example.org/x";
    for (body, complaint) in [
        (json!({"url": "http://bot.example.org/x"}), "bad webhook: An HTTPS URL must be provided for webhook"),
        (json!({"url": "https://bot.example.org:444/x"}), "bad webhook: Webhook can be set up only on ports"),
        (json!({"url": "somewhere"}), "bad webhook: invalid webhook URL specified"),
        (json!({"url": url, "secret_token": of(256)}), ""),
        (json!({"url": url, "secret_token": of(257)}), "secret token is too long"),
        (json!({"url": url, "secret_token": "a b"}), "secret token contains unallowed characters"),
        (json!({"url": ""}), ""),
    ] {
        check(&ask(&telegram, "setWebhook", body.clone()).await, complaint, &body);
    }
    assert_eq!(telegram.webhook(), None);
}

#[tokio::test]
async fn every_way_to_be_turned_away_has_its_words() {
    let (telegram, town, alice, _) = town().await;
    let kicked = "Forbidden: bot was kicked from the supergroup chat";
    let no_rights = "Bad Request: not enough rights to send text messages to the chat";
    let refused = async |chat: i64, words: &str| {
        let response = send(&telegram, chat, "x").await;
        assert_eq!(response.refusal().1, words);
    };
    refused(-1, "Bad Request: chat not found").await;
    refused(12, "Bad Request: chat not found").await;
    telegram.mute_bot(town);
    refused(town, no_rights).await;
    telegram.kick_bot(town);
    refused(town, kicked).await;
    assert_eq!(ask(&telegram, "getChat", json!({"chat_id": town})).await.refusal(), (403, kicked));
    telegram.remove_bot(town);
    refused(town, "Forbidden: bot is not a member of the supergroup chat").await;
    telegram.invite_bot(town);
    send(&telegram, town, "x").await.result();
    telegram.silence(town);
    refused(town, no_rights).await;
    telegram.promote(BOT, town, &[]);
    send(&telegram, town, "x").await.result();

    let plain = telegram.supergroup("Plain");
    telegram.forbid_media(plain);
    telegram.picture_at("https://a.example/p.png");
    let photo = ask(&telegram, "sendPhoto", json!({"chat_id": plain, "photo": "https://a.example/p.png"})).await;
    assert_eq!(photo.refusal(), (400, "Bad Request: not enough rights to send photos to the chat"));
    send(&telegram, plain, "x").await.result();

    let channel = telegram.channel("News");
    telegram.promote(BOT, channel, &[right::EDIT]);
    refused(channel, "Bad Request: need administrator rights in the channel chat").await;
    telegram.set_status(BOT, channel, Status::Member);
    let member = ask(&telegram, "getChatMember", json!({"chat_id": channel, "user_id": alice})).await;
    assert_eq!(member.refusal(), (400, "Bad Request: member list is inaccessible"));
    telegram.kick_bot(channel);
    refused(channel, "Forbidden: bot was kicked from the channel chat").await;
    telegram.delete_chat(channel);
    refused(channel, "Bad Request: chat not found").await;
    let group = telegram.group("Group");
    telegram.delete_chat(group);
    refused(group, "Forbidden: the group chat was deleted").await;

    let forum = telegram.forum("Forum");
    let topic = telegram.topic(forum, "News");
    let in_topic = async |thread: i64| {
        let body = json!({"chat_id": forum, "message_thread_id": thread, "text": "x"});
        let response = ask(&telegram, "sendMessage", body).await;
        response.body["description"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(in_topic(topic).await, "");
    telegram.close_topic(forum, topic);
    assert_eq!(in_topic(topic).await, "Bad Request: TOPIC_CLOSED");
    telegram.promote(BOT, forum, &[right::TOPICS]);
    assert_eq!(in_topic(topic).await, "");
    telegram.demote(BOT, forum);
    telegram.reopen_topic(forum, topic);
    assert_eq!(in_topic(topic).await, "");
    telegram.delete_topic(forum, topic);
    for thread in [topic, 1, 99] {
        assert_eq!(in_topic(thread).await, "Bad Request: message thread not found");
    }
    let nobody = ask(&telegram, "getChatMember", json!({"chat_id": town, "user_id": 3})).await;
    assert_eq!(nobody.refusal(), (400, "Bad Request: invalid user_id specified"));
    let private = ask(&telegram, "getChatAdministrators", json!({"chat_id": alice})).await;
    assert_eq!(private.refusal(), (400, "Bad Request: there are no administrators in the private chat"));
}

#[tokio::test]
async fn a_bot_hears_in_groups_what_is_meant_for_it() {
    let (telegram, town, alice, bob) = town().await;
    send(&telegram, town, "said by the bot").await.result();
    let own = telegram.messages(town).remove(0);
    let told = |text: &str| telegram.is_told(telegram.say(bob, town, text));
    assert!(told("/help") && told(&format!("/help@{BOT_NAME} me")) && told(&format!("well, @{BOT_NAME}?")));
    assert!(!told("/help@another_bot") && !told("hello") && !told("is /help a word?"));
    assert!(telegram.is_told(telegram.reply(bob, &own, "so it is")));
    assert!(!telegram.is_told(telegram.reply(bob, &telegram.message_of(telegram.say(alice, town, "hm")), "so it is")));
    telegram.set_hears_all(true);
    assert!(told("hello") && told("/help@another_bot"));
    let turn = telegram.say(bob, town, "/halp");
    telegram.edits(turn, "/help");
    let last = super::fresh(&telegram).await.pop().unwrap();
    assert_eq!(last["edited_message"]["text"], "/help");
    let me = ask(&telegram, "getMe", json!({})).await;
    assert_eq!(me.result()["can_read_all_group_messages"], true);
}

#[tokio::test]
async fn the_description_judges_what_the_tables_do_not_know() {
    let (telegram, town, ..) = town().await;
    for body in [
        json!({"chat_id": town, "text": "x", "txt": "y"}),
        json!({"chat_id": town, "text": "x", "disable_web_page_preview": true}),
        json!({"chat_id": town, "text": "x", "link_preview_options": {"is_off": true}}),
        json!({"chat_id": town, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "L", "callback_data": "d", "color": 1}]]}}),
        json!({"chat_id": town, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 1, "href": "h"}]}),
    ] {
        let response = ask(&telegram, "sendMessage", body.clone()).await;
        check(&response, if has_specification() { "SPECIFICATION: sendMessage: there is no" } else { "" }, &body);
    }
    assert_eq!(telegram.accepted(Method::SendMessage).is_empty(), has_specification());
}

/// A text, and what clients find in it.
const FOUND: &[(&str, &[&str])] = &[
    (
        "see example.com. (acme.co.uk) and https://a.example/b?c=d).",
        &["example.com", "acme.co.uk", "https://a.example/b?c=d"],
    ),
    ("main.rs Node.js a.md index.html e.g. U.S.A. v4.2 word.Another", &["main.rs", "a.md"]),
    ("1.1.1.1 10.0.0.1:80/x http://foo 4.2.1", &["1.1.1.1", "10.0.0.1:80/x"]),
    ("@alice @al x@alice a@b.com @a_b9", &["@alice", "a@b.com", "@a_b9"]),
    ("@everyone @here <@1>", &["@everyone", "@here"]),
    ("#tag #1 #a1 x#y #été", &["#tag", "#a1", "#été"]),
    ("$USD $usd $TOOLONGNAME", &["$USD"]),
    ("/start a/start (/x) //x /x/y </x> /start@a_bot", &["/start", "/x", "/start@a_bot"]),
    ("javascript:alert(1) tg://resolve?domain=x mailto:x@y.zip ftp://a.com", &["tg://resolve?domain=x", "x@y.zip"]),
    ("evil.com@example.org https://user:p@example.com/", &["evil.com@example.org", "https://user:p@example.com/"]),
    ("https://пример.рф é.com a_b.com", &["https://пример.рф", "é.com"]),
];

#[test]
fn clients_find_names_addresses_and_commands() {
    for (text, expected) in FOUND {
        let found: Vec<&str> = detect(text).iter().map(|found| &text[found.start..found.end]).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[tokio::test]
async fn what_can_be_pressed_in_a_message_is_known() {
    let (telegram, town, ..) = town().await;
    let links = async |body: Value| -> Links {
        ask(&telegram, "sendMessage", merged(json!({"chat_id": town}), &body)).await.result();
        telegram.messages(town).pop().unwrap().links
    };
    let linked = |text: &str, offset: usize, length: usize, url: &str| json!({"text": text, "entities": [{"type": "text_link", "offset": offset, "length": length, "url": url}]});
    assert!(links(json!({"text": "nothing to press"})).await.is_empty());
    let honest = links(linked("acme.com says", 0, 8, "https://www.acme.com/news")).await;
    assert!(honest.masked().is_empty() && honest.is_harmless() && honest.hosts().contains("acme.com"));
    let evil = links(linked("acme.com says", 0, 8, "https://evil.example/")).await;
    assert_eq!(evil.masked(), [("acme.com".to_owned(), "https://evil.example/".to_owned())]);
    assert!(!evil.is_harmless());
    assert!(!links(json!({"text": "ask @alice"})).await.is_harmless());
    assert!(!links(json!({"text": "press /stop"})).await.is_harmless());
    assert!(!links(linked("Alice", 0, 5, "tg://user?id=5")).await.is_harmless());
    // What is written as code can not be pressed.
    let code = json!({"text": "@alice /stop evil.com", "entities": [entity("code", 0, 21)]});
    assert!(links(code).await.is_empty());
    let shown = links(json!({"text": "evil.com"})).await;
    assert_eq!((shown.urls.as_slice(), shown.is_harmless()), (&["evil.com".to_owned()][..], true));
    let last = telegram.messages(town).pop().unwrap();
    assert_eq!(last.preview().as_deref(), Some("evil.com"));
    let marked = ask(&telegram, "sendMessage", json!({"chat_id": town, "text": "a b", "entities": [bold(2, 1)]})).await;
    assert_eq!(marked.result()["entities"], json!([{"type": "bold", "offset": 2, "length": 1}]));
    assert_eq!(telegram.messages(town).pop().unwrap().formatted("bold"), ["b"]);
}
