//! The simulated Telegram, proven by raw requests: what it tells the bot, what it takes from it, and
//! what goes wrong on the way.

mod rules;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::world::telegram::{ANONYMOUS_ADMIN, After, BOT, BOT_NAME, ChatId, Method, TOKEN, Telegram, UserId, right};

/// A response as it came over the wire.
#[derive(Debug)]
struct Response {
    status: u16,
    body: Value,
}

impl Response {
    fn result(&self) -> &Value {
        assert!(self.body["ok"] == true, "{self:?}");
        &self.body["result"]
    }

    /// Status and Telegram's words.
    fn refusal(&self) -> (u16, &str) {
        assert!(self.body["ok"] == false, "{self:?}");
        assert_eq!(self.body["error_code"], self.status);
        (self.status, self.body["description"].as_str().unwrap())
    }
}

/// Any request as it is written. `None` if the connection ended without an answer.
async fn raw(telegram: &Telegram, path: &str, content_type: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(telegram.url().trim_start_matches("http://")).await.unwrap();
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.ok()?;
    let at = memchr::memmem::find(&response, b"\r\n\r\n")?;
    let status = String::from_utf8_lossy(&response[..at]).split(' ').nth(1)?.parse().ok()?;
    Some((status, response.split_off(at + 4)))
}

async fn try_to_ask(telegram: &Telegram, method: &str, parameters: &Value) -> Option<Response> {
    let path = format!("/bot{TOKEN}/{method}");
    let (status, body) = raw(telegram, &path, "application/json", parameters.to_string().as_bytes()).await?;
    Some(Response { status, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
}

async fn ask(telegram: &Telegram, method: &str, parameters: Value) -> Response {
    try_to_ask(telegram, method, &parameters).await.expect("an answer")
}

async fn send(telegram: &Telegram, chat: ChatId, text: &str) -> Response {
    ask(telegram, "sendMessage", json!({"chat_id": chat, "text": text})).await
}

/// A request in parts: parameters, and files by field, name and content.
async fn ask_in_parts(
    telegram: &Telegram,
    method: &str,
    parameters: &[(&str, String)],
    files: &[(&str, &str, &[u8])],
) -> Response {
    let mut body = Vec::new();
    for (name, value) in parameters {
        let part = format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (field, name, bytes) in files {
        let head = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: text/x-opml\r\n\r\n"
        );
        body.extend_from_slice(&[head.as_bytes(), bytes, b"\r\n"].concat());
    }
    body.extend_from_slice(b"--limit--\r\n");
    let path = format!("/bot{TOKEN}/{method}");
    let (status, body) = raw(telegram, &path, "multipart/form-data; boundary=limit", &body).await.unwrap();
    Response { status, body: serde_json::from_slice(&body).unwrap() }
}

async fn updates(telegram: &Telegram, offset: i64) -> Vec<Value> {
    let response = ask(telegram, "getUpdates", json!({"offset": offset, "timeout": 0})).await;
    response.result().as_array().unwrap().clone()
}

/// The updates that nobody has seen yet, all confirmed.
async fn fresh(telegram: &Telegram) -> Vec<Value> {
    let all = updates(telegram, 0).await;
    if let Some(last) = all.last() {
        updates(telegram, last["update_id"].as_i64().unwrap() + 1).await;
    }
    all
}

/// A poll that waits, in the background.
fn poll(telegram: &Arc<Telegram>) -> JoinHandle<Option<Response>> {
    let telegram = telegram.clone();
    tokio::spawn(async move { try_to_ask(&telegram, "GetUpdates", &json!({"timeout": 50})).await })
}

/// A supergroup with Alice, who administers it, and Bob, and nothing that the bot has not heard.
async fn town() -> (Telegram, ChatId, UserId, UserId) {
    let telegram = Telegram::start().await;
    telegram.limit_rates(10_000, 10_000, 10_000);
    let town = telegram.supergroup("Town");
    let alice = telegram.administrator(town, "Alice", &[right::DELETE, right::TOPICS]);
    let bob = telegram.member(town, "Bob");
    fresh(&telegram).await;
    (telegram, town, alice, bob)
}

#[tokio::test]
async fn a_bot_is_found_by_any_spelling_of_a_method_and_by_its_token_alone() {
    let (telegram, town, ..) = town().await;
    let me = ask(&telegram, "GETME", json!({})).await;
    assert_eq!((me.result()["id"].as_i64(), &me.result()["username"]), (Some(BOT), &json!(BOT_NAME)));
    assert_eq!(ask(&telegram, "getMee", json!({})).await.refusal(), (404, "Not Found"));
    let (status, _) = raw(&telegram, "/bot1:x/getMe", "text/plain", b"").await.unwrap();
    assert_eq!(status, 401);
    // As a form, in the query, and below an operator's own path.
    let form = format!("chat_id={town}&text=a+form%21&reply_markup=%7B%22inline_keyboard%22%3A%5B%5D%7D");
    for (path, body) in [("sendMessage".to_owned(), form.as_str()), (format!("sendmessage?{form}"), "")] {
        let path = format!("/own/path/bot{TOKEN}/{path}");
        let (status, _) = raw(&telegram, &path, "application/x-www-form-urlencoded", body.as_bytes()).await.unwrap();
        assert_eq!(status, 200);
    }
    let said: Vec<String> = telegram.messages(town).into_iter().map(|message| message.text).collect();
    assert_eq!(said, ["a form!", "a form!"]);
    telegram.revoke_token();
    assert_eq!(ask(&telegram, "getMe", json!({})).await.refusal(), (401, "Unauthorized"));
    telegram.restore_token();
    ask(&telegram, "getMe", json!({})).await.result();
}

#[tokio::test]
async fn updates_come_until_the_offset_confirms_them() {
    let (telegram, town, alice, bob) = town().await;
    let first = telegram.say(alice, town, "/subscribe https://example.com/feed");
    telegram.say(bob, town, "nobody's business");
    let second = telegram.say(bob, town, &format!("/help@{BOT_NAME}"));
    let other = telegram.say(bob, town, "/help@somebody_else_bot");
    assert!(telegram.is_told(first) && telegram.is_told(second) && !telegram.is_told(other));
    let all = updates(&telegram, 0).await;
    assert_eq!(all.len(), 2);
    let message = &all[0]["message"];
    assert_eq!(message["entities"][0], json!({"type": "bot_command", "offset": 0, "length": 10}));
    assert_eq!(message["entities"][1], json!({"type": "url", "offset": 11, "length": 24}));
    assert_eq!((&message["chat"]["type"], &message["from"]["first_name"]), (&json!("supergroup"), &json!("Alice")));
    assert_eq!(all[1]["message"]["entities"][0]["length"], 18);
    // Nothing is lost until it is confirmed.
    assert_eq!(updates(&telegram, 0).await, all);
    let limited = ask(&telegram, "getUpdates", json!({"limit": 1})).await;
    assert_eq!(limited.result().as_array().unwrap().len(), 1);
    let next = all[0]["update_id"].as_i64().unwrap() + 1;
    assert_eq!(updates(&telegram, next).await, all[1..]);
    telegram.heard(first).await;
    telegram.say(alice, town, "/list");
    assert_eq!(updates(&telegram, -1).await.len(), 1);
    assert_eq!(updates(&telegram, 0).await[0]["message"]["text"], "/list");
}

#[tokio::test]
async fn a_long_poll_ends_when_there_is_something_and_only_one_waits() {
    let (telegram, town, alice, _) = town().await;
    let telegram = Arc::new(telegram);
    let waiting = poll(&telegram);
    telegram.connected().await;
    telegram.say(alice, town, "/one");
    let told = waiting.await.unwrap().unwrap();
    let id = told.result()[0]["update_id"].as_i64().unwrap();
    updates(&telegram, id + 1).await;

    let (first, before) = (poll(&telegram), telegram.polling_stats().polls);
    telegram.polling_when("the first poll", |stats| stats.polls > before && stats.is_waiting).await;
    let second = poll(&telegram);
    let conflict = first.await.unwrap().unwrap();
    let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    assert_eq!(conflict.refusal(), (409, words));
    telegram.polling_when("the second poll", |stats| stats.is_waiting).await;
    let rival = telegram.second_poller();
    assert_eq!(second.await.unwrap().unwrap().refusal(), (409, words));
    assert_eq!(ask(&telegram, "getUpdates", json!({})).await.refusal(), (409, words));
    drop(rival);
    assert!(updates(&telegram, 0).await.is_empty());
    assert_eq!(telegram.polling_stats().conflicts, 3);

    // A poll whose connection is gone waits no more.
    let third = poll(&telegram);
    telegram.connected().await;
    third.abort();
    telegram.polling_when("the poll to be given up", |stats| !stats.is_waiting).await;

    let fourth = poll(&telegram);
    telegram.connected().await;
    telegram.revoke_token();
    assert_eq!(fourth.await.unwrap().unwrap().refusal(), (401, "Unauthorized"));
}

#[tokio::test]
async fn only_what_is_asked_for_is_told() {
    let (telegram, town, alice, bob) = town().await;
    telegram.promote(BOT, town, right::ALL);
    telegram.promote(bob, town, &[right::DELETE]);
    let all = fresh(&telegram).await;
    assert_eq!(all.len(), 1, "chat_member is not told unasked: {all:?}");
    assert_eq!(all[0]["my_chat_member"]["new_chat_member"]["status"], "administrator");
    ask(&telegram, "getUpdates", json!({"allowed_updates": ["chat_member"]})).await.result();
    telegram.demote(bob, town);
    telegram.say(alice, town, "/help");
    let all = fresh(&telegram).await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["chat_member"]["old_chat_member"]["can_delete_messages"], true);
    ask(&telegram, "getUpdates", json!({"allowed_updates": []})).await.result();
    telegram.say(alice, town, "an administrator hears everything");
    assert_eq!(fresh(&telegram).await.len(), 1);
}

#[tokio::test]
async fn a_word_is_answered_where_it_was_said() {
    let (telegram, _, _, _) = town().await;
    let forum = telegram.forum("Forum");
    let topic = telegram.topic(forum, "News");
    let carol = telegram.member(forum, "Carol");
    fresh(&telegram).await;
    let asked = telegram.say(carol, (forum, topic), "/help");
    let update = fresh(&telegram).await.remove(0);
    let (thread, id) = (&update["message"]["message_thread_id"], &update["message"]["message_id"]);
    assert_eq!((thread, &update["message"]["is_topic_message"]), (&json!(topic), &json!(true)));
    send(&telegram, forum, "elsewhere").await.result();
    let reply = json!({
        "chat_id": forum, "message_thread_id": thread, "text": "Help", "reply_parameters": {"message_id": id},
        "disable_notification": true, "protect_content": true, "link_preview_options": {"is_disabled": true},
    });
    let sent = ask(&telegram, "sendMessage", reply).await;
    assert_eq!(sent.result()["reply_to_message"]["text"], "/help");
    let answer = telegram.answer(asked).await;
    assert_eq!((answer.text().as_str(), answer.replies.len(), answer.said.len()), ("Help", 1, 1));
    let said = &answer.said[0];
    assert!(said.is_silent && said.is_protected && said.preview().is_none());
    assert_eq!(telegram.messages((forum, topic)).len(), 1);
    let more = json!({"chat_id": forum, "message_thread_id": thread, "text": "and more"});
    ask(&telegram, "sendMessage", more).await.result();
    let whole = telegram.answer_when(asked, |answer| answer.said.len() == 2).await;
    assert_eq!((whole.text().as_str(), whole.replies.len()), ("Help\nand more", 1));
    assert_eq!(telegram.messages_when(forum, 3).await.len(), 3);
}

#[tokio::test]
async fn a_press_is_answered_once_and_in_time() {
    let (telegram, town, alice, bob) = town().await;
    let keyboard =
        json!([[{"text": "Why", "callback_data": "why:1"}], [{"text": "Original", "url": "https://a.example/"}]]);
    let markup = json!({"inline_keyboard": keyboard});
    ask(&telegram, "sendMessage", json!({"chat_id": town, "text": "Card", "reply_markup": markup})).await.result();
    let card = telegram.messages(town).remove(0);
    assert_eq!(card.buttons().len(), 2);
    let turn = telegram.press(bob, &card, "why:1");
    let query = fresh(&telegram).await.remove(0);
    let query = &query["callback_query"];
    assert_eq!((&query["data"], query["from"]["id"].as_i64()), (&json!("why:1"), Some(bob)));
    assert_eq!(query["message"]["message_id"], card.id);
    let edit = json!({"chat_id": town, "message_id": card.id, "text": "Card, judged"});
    assert!(ask(&telegram, "editMessageText", edit).await.result()["edit_date"].is_i64());
    let answer = json!({"callback_query_id": query["id"], "text": "So.", "show_alert": true});
    ask(&telegram, "answerCallbackQuery", answer.clone()).await.result();
    let shown = telegram.answer(turn).await;
    let callback = shown.callback.unwrap();
    assert_eq!((callback.text.as_str(), callback.is_alert), ("So.", true));
    assert_eq!((shown.edits.len(), shown.edits[0].text.as_str(), shown.said.len()), (1, "Card, judged", 0));
    let too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert_eq!(ask(&telegram, "answerCallbackQuery", answer).await.refusal(), (400, too_old));

    let markup = json!({"chat_id": town, "message_id": card.id, "reply_markup": {"inline_keyboard": keyboard}});
    ask(&telegram, "editMessageReplyMarkup", markup).await.result();
    let late = telegram.press(alice, &card, "why:1");
    telegram.let_lapse(late);
    let query = fresh(&telegram).await.remove(0);
    let answer = json!({"callback_query_id": query["callback_query"]["id"]});
    assert_eq!(ask(&telegram, "answerCallbackQuery", answer).await.refusal(), (400, too_old));
    assert!(telegram.answer_so_far(late).callback.is_none());
}

#[tokio::test]
async fn somebody_starts_the_bot_and_blocks_it() {
    let (telegram, ..) = town().await;
    let dora = telegram.person("Dora");
    telegram.speaks(dora, "de");
    let never = "Forbidden: bot can't initiate conversation with a user";
    assert_eq!(send(&telegram, dora, "Hello").await.refusal(), (403, never));
    let started = telegram.starts(dora, "alerts_1");
    let update = fresh(&telegram).await.remove(0);
    assert_eq!(
        (&update["message"]["text"], &update["message"]["from"]["language_code"]),
        (&json!("/start alerts_1"), &json!("de"))
    );
    send(&telegram, dora, "Hello").await.result();
    assert_eq!(telegram.answer(started).await.text(), "Hello");
    telegram.blocks(dora);
    let update = fresh(&telegram).await.remove(0);
    assert_eq!(update["my_chat_member"]["new_chat_member"]["status"], "kicked");
    assert_eq!(send(&telegram, dora, "Hello").await.refusal(), (403, "Forbidden: bot was blocked by the user"));
    telegram.starts(dora, "");
    let updates = fresh(&telegram).await;
    assert_eq!((updates.len(), &updates[1]["message"]["text"]), (2, &json!("/start")));
    send(&telegram, dora, "Hello again").await.result();
    telegram.deactivates(dora);
    assert_eq!(send(&telegram, dora, "Hello").await.refusal(), (403, "Forbidden: user is deactivated"));
}

#[tokio::test]
async fn a_group_that_grows_gets_another_number() {
    let (telegram, ..) = town().await;
    let group = telegram.group("Little town");
    let eve = telegram.member(group, "Eve");
    fresh(&telegram).await;
    send(&telegram, group, "Before").await.result();
    let supergroup = telegram.migrate(group);
    let updates = fresh(&telegram).await;
    assert_eq!(updates[0]["message"]["migrate_to_chat_id"], supergroup);
    assert_eq!(updates[1]["message"]["migrate_from_chat_id"], group);
    assert_eq!(updates[1]["message"]["chat"]["type"], "supergroup");
    let moved = send(&telegram, group, "After").await;
    assert_eq!(moved.refusal(), (400, "Bad Request: group chat was upgraded to a supergroup chat"));
    assert_eq!(moved.body["parameters"], json!({"migrate_to_chat_id": supergroup}));
    send(&telegram, supergroup, "After").await.result();
    telegram.say(eve, supergroup, "/help");
    assert_eq!(fresh(&telegram).await[0]["message"]["chat"]["id"], supergroup);
}

#[tokio::test]
async fn people_come_and_go_and_are_known_by_what_they_are() {
    let (telegram, town, alice, bob) = town().await;
    let dora = telegram.person("Dora");
    telegram.joins(dora, town);
    telegram.leaves(bob, town);
    let updates = fresh(&telegram).await;
    assert_eq!(updates[0]["message"]["new_chat_members"][0]["id"], dora);
    assert_eq!(updates[1]["message"]["left_chat_member"]["id"], bob);
    let status = async |whom: UserId| {
        let member = ask(&telegram, "getChatMember", json!({"chat_id": town, "user_id": whom})).await;
        member.result()["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(telegram.creator(town)).await, "creator");
    assert_eq!(status(alice).await, "administrator");
    assert_eq!((status(dora).await, status(bob).await), ("member".to_owned(), "left".to_owned()));
    telegram.bans(dora, town);
    assert_eq!((status(dora).await, status(BOT).await), ("kicked".to_owned(), "member".to_owned()));
    let member = ask(&telegram, "getChatMember", json!({"chat_id": town, "user_id": alice})).await;
    assert_eq!(member.result()["can_manage_topics"], true);
    assert_eq!(member.result()["can_post_messages"], Value::Null, "only channels have it");
    let administrators = ask(&telegram, "getChatAdministrators", json!({"chat_id": town})).await;
    assert_eq!(administrators.result().as_array().unwrap().len(), 2);
    // One that stays anonymous speaks with the group's voice.
    telegram.say_anonymously(alice, town, "/pause");
    let update = fresh(&telegram).await.pop().unwrap();
    assert_eq!(update["message"]["from"]["id"], ANONYMOUS_ADMIN);
    assert_eq!(update["message"]["sender_chat"]["id"], town);
}

#[tokio::test]
async fn a_channel_is_found_by_its_name() {
    let (telegram, _, alice, _) = town().await;
    let channel = telegram.channel("News");
    telegram.set_public(channel, "the_news");
    let editor = telegram.administrator(channel, "Editor", &[right::POST]);
    fresh(&telegram).await;
    ask(&telegram, "sendMessage", json!({"chat_id": "@the_news", "text": "News"})).await.result();
    assert_eq!(telegram.messages(channel).len(), 1);
    telegram.say(editor, channel, "/post by hand");
    let update = fresh(&telegram).await.remove(0);
    assert_eq!(update["channel_post"]["sender_chat"]["id"], channel);
    assert!(update["channel_post"].get("from").is_none());
    let member = ask(&telegram, "getChatMember", json!({"chat_id": "@the_news", "user_id": editor})).await;
    assert_eq!(member.result()["can_post_messages"], true);
    let member = ask(&telegram, "getChatMember", json!({"chat_id": "@the_news", "user_id": alice})).await;
    assert_eq!(member.result()["status"], "left");
    telegram.remove_bot(channel);
    let out = ask(&telegram, "sendMessage", json!({"chat_id": "@the_news", "text": "News"})).await;
    assert_eq!(out.refusal(), (403, "Forbidden: bot is not a member of the channel chat"));
}

#[tokio::test]
async fn files_go_both_ways() {
    let (telegram, town, alice, _) = town().await;
    telegram.starts(alice, "");
    fresh(&telegram).await;
    let turn = telegram.say_with_file(alice, alice, "/import", ("feeds.opml", b"<opml/>"));
    let message = fresh(&telegram).await.remove(0)["message"].take();
    assert_eq!((&message["caption"], &message["document"]["file_name"]), (&json!("/import"), &json!("feeds.opml")));
    assert_eq!(message["caption_entities"][0]["type"], "bot_command");
    let file = ask(&telegram, "getFile", json!({"file_id": message["document"]["file_id"]})).await;
    let path = format!("/file/bot{TOKEN}/{}", file.result()["file_path"].as_str().unwrap());
    assert_eq!(raw(&telegram, &path, "text/plain", b"").await, Some((200, b"<opml/>".to_vec())));
    let parameters = [("chat_id", alice.to_string()), ("caption", "Yours".to_owned())];
    ask_in_parts(&telegram, "sendDocument", &parameters, &[("document", "mine.opml", b"<opml>1</opml>")])
        .await
        .result();
    let answer = telegram.answer(turn).await;
    let file = answer.said[0].file.as_ref().unwrap();
    assert_eq!(
        (answer.text(), file.name.as_str(), file.bytes.as_slice()),
        ("Yours".to_owned(), "mine.opml", &b"<opml>1</opml>"[..])
    );

    let picture = b"\x89PNG\r\n\x1a\n";
    let parameters = [("chat_id", town.to_string()), ("photo", "attach://p".to_owned())];
    let sent = ask_in_parts(&telegram, "sendPhoto", &parameters, &[("p", "p.png", picture)]).await;
    assert!(sent.result()["photo"][0]["file_id"].is_string());
    telegram.picture_at("https://a.example/p.jpg");
    telegram.page_at("https://a.example/");
    for (photo, complaint) in [
        (json!("https://a.example/p.jpg"), ""),
        (sent.result()["photo"][0]["file_id"].clone(), ""),
        (json!("https://a.example/"), "Bad Request: wrong type of the web page content"),
        (json!("https://a.example/gone.jpg"), "Bad Request: failed to get HTTP URL content"),
        (json!("nothing"), "Bad Request: wrong file identifier/HTTP URL specified"),
    ] {
        let photo = ask(&telegram, "sendPhoto", json!({"chat_id": town, "photo": photo})).await;
        if complaint.is_empty() {
            photo.result();
        } else {
            assert_eq!(photo.refusal(), (400, complaint));
        }
    }
    let broken = ask_in_parts(&telegram, "sendPhoto", &parameters, &[("p", "p.png", b"text")]).await;
    assert_eq!(broken.refusal(), (400, "Bad Request: IMAGE_PROCESS_FAILED"));
}

/// A server that answers so many times with 500, then with 200; what came, head and all.
async fn own_server(failures: usize) -> (std::net::SocketAddr, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let mut seen = Vec::new();
        for count in 0..=failures {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"}") {
                let mut bytes = [0; 4096];
                let count = stream.read(&mut bytes).await.unwrap();
                request.extend_from_slice(&bytes[..count]);
            }
            seen.push(String::from_utf8(request).unwrap());
            let chat: Value = serde_json::from_str(seen[0].split_once("\r\n\r\n").unwrap().1).unwrap();
            let call = json!({"method": "sendMessage", "chat_id": chat["message"]["chat"]["id"], "text": "At once"});
            let status = if count < failures { 500 } else { 200 };
            let answer = format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\r\n{call}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        seen
    });
    (address, serving)
}

#[tokio::test]
async fn a_webhook_is_told_with_its_secret_until_it_takes_it() {
    let (telegram, town, alice, _) = town().await;
    let url = "https://bot.example.org/telegram/webhook";
    let webhook = json!({"url": url, "secret_token": "s3cret_-", "allowed_updates": ["message"], "max_connections": 5});
    ask(&telegram, "setWebhook", webhook).await.result();
    assert_eq!(telegram.webhook(), Some((url.to_owned(), Some("s3cret_-".to_owned()))));
    let conflict = ask(&telegram, "getUpdates", json!({})).await;
    let words =
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    assert_eq!(conflict.refusal(), (409, words));
    let turn = telegram.say(alice, town, "/help");
    let (address, serving) = own_server(1).await;
    assert_eq!(telegram.post_updates(address).await, [500, 200]);
    let seen = serving.await.unwrap();
    for request in &seen {
        assert!(request.starts_with("POST /telegram/webhook HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("\r\nX-Telegram-Bot-Api-Secret-Token: s3cret_-\r\n"), "{request}");
    }
    // What stands in the answer is done.
    assert_eq!(telegram.answer(turn).await.text(), "At once");
    assert!(telegram.pending_updates().is_empty());
    let info = ask(&telegram, "getWebhookInfo", json!({})).await;
    assert_eq!((&info.result()["url"], &info.result()["allowed_updates"]), (&json!(url), &json!(["message"])));
    assert_eq!(info.result()["last_error_message"], "Wrong response from the webhook: 500");

    let (address, serving) = own_server(0).await;
    assert_eq!(
        telegram
            .post_forged(address, "/telegram/webhook", None, &json!({"update_id": 1, "message": {"chat": {"id": 1}}}))
            .await,
        200
    );
    assert!(!serving.await.unwrap()[0].contains("Secret-Token"));
    // Without being told each time.
    let (address, serving) = own_server(0).await;
    let delivery = telegram.deliver_to(address);
    let turn = telegram.say(alice, town, "/help");
    assert_eq!(telegram.answer(turn).await.text(), "At once");
    telegram.heard(turn).await;
    serving.await.unwrap();
    drop(delivery);
    telegram.say(alice, town, "/nobody is there");
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(telegram.post_updates(gone).await, [0, 0, 0]);
    assert_eq!(telegram.pending_updates().len(), 1);
    ask(&telegram, "deleteWebhook", json!({"drop_pending_updates": true})).await.result();
    assert!(updates(&telegram, 0).await.is_empty());
}

#[tokio::test]
async fn rates_are_those_of_a_chat_of_a_group_and_of_the_bot() {
    let secs = Arc::new(AtomicU64::new(1_800_000_000));
    let clock = secs.clone();
    let telegram = Telegram::with_clock(move || clock.load(Ordering::SeqCst) as f64).await;
    let dora = telegram.person("Dora");
    telegram.starts(dora, "");
    for _ in 0..3 {
        send(&telegram, dora, "one of a few").await.result();
    }
    let refused = send(&telegram, dora, "one too many").await;
    assert_eq!(refused.refusal(), (429, "Too Many Requests: retry after 1"));
    assert_eq!(refused.body["parameters"], json!({"retry_after": 1}));
    secs.fetch_add(1, Ordering::SeqCst);
    send(&telegram, dora, "a second later").await.result();
    assert_eq!(send(&telegram, dora, "no more").await.status, 429);

    let group = telegram.group("Group");
    for _ in 0..20 {
        secs.fetch_add(1, Ordering::SeqCst);
        send(&telegram, group, "one a second").await.result();
    }
    assert_eq!(send(&telegram, group, "the 21st").await.refusal(), (429, "Too Many Requests: retry after 41"));
    secs.fetch_add(41, Ordering::SeqCst);
    send(&telegram, group, "a minute after the first").await.result();

    secs.fetch_add(10, Ordering::SeqCst);
    for number in 0..30 {
        let other = telegram.person(&number.to_string());
        telegram.starts(other, "");
        send(&telegram, other, "to many").await.result();
    }
    assert_eq!(send(&telegram, dora, "to one more").await.refusal(), (429, "Too Many Requests: retry after 1"));
    telegram.limit_rates(100, 100, 100);
    send(&telegram, dora, "to one more").await.result();

    // A chat that is put off is put off alone; what else is asked of it is answered.
    telegram.rate_limit_next(Method::SendMessage, 43_838);
    assert_eq!(send(&telegram, group, "x").await.body["parameters"]["retry_after"], 43_838);
    secs.fetch_add(38, Ordering::SeqCst);
    assert_eq!(send(&telegram, group, "x").await.body["parameters"]["retry_after"], 43_800);
    ask(&telegram, "getChat", json!({"chat_id": group})).await.result();
    send(&telegram, dora, "not put off").await.result();
    telegram.rate_limit_chat(dora, 5);
    assert_eq!(send(&telegram, dora, "x").await.body["parameters"]["retry_after"], 5);
    secs.fetch_add(43_800, Ordering::SeqCst);
    send(&telegram, group, "it is time").await.result();
    telegram.rate_limit_all(2);
    for chat in [dora, group] {
        assert_eq!(send(&telegram, chat, "x").await.status, 429);
    }
}

#[tokio::test]
async fn faults_strike_before_and_after_a_request_is_accepted() {
    let (telegram, town, alice, _) = town().await;
    telegram.refuse_next(Method::SendMessage, 2, 400, "Bad Request: chat not found");
    for _ in 0..2 {
        assert_eq!(send(&telegram, town, "x").await.refusal(), (400, "Bad Request: chat not found"));
    }
    telegram.fail_next_with(Method::Send, 1, 500);
    assert_eq!(send(&telegram, town, "x").await.refusal(), (500, "Internal Server Error"));
    telegram.fail_next_with(Method::Any, 1, 502);
    let page = send(&telegram, town, "x").await;
    assert_eq!((page.status, page.body), (502, Value::Null));
    telegram.hang_up_on_next(Method::SendMessage);
    assert!(try_to_ask(&telegram, "sendMessage", &json!({"chat_id": town, "text": "x"})).await.is_none());
    assert!(telegram.messages(town).is_empty() && telegram.accepted(Method::Send).is_empty());
    let refusals = telegram.refusals();
    assert_eq!((refusals.len(), refusals[0].description.as_str()), (5, "Bad Request: chat not found"));
    assert_eq!(refusals[0].parameters["chat_id"], town);
    assert!(refusals.is_sorted_by_key(|refusal| refusal.at as i64));

    for after in [After::HangUp, After::Status(500), After::Status(504), After::Html] {
        let before = telegram.messages(town).len();
        telegram.accept_then(Method::SendMessage, after);
        let answer = try_to_ask(&telegram, "sendMessage", &json!({"chat_id": town, "text": "taken"})).await;
        assert!(answer.is_none_or(|answer| answer.body["ok"] != true));
        assert_eq!(telegram.messages(town).len(), before + 1);
    }
    let taken = telegram.accepted(Method::Send);
    assert_eq!((taken.len(), &taken[0].parameters["text"]), (4, &json!("taken")));
    assert!(taken[0].files.is_empty() && taken.is_sorted_by_key(|entry| entry.at as i64));
    telegram.wipe(town);
    assert!(telegram.messages(town).is_empty());

    // Also while a poll waits, and no update is lost.
    let telegram = Arc::new(telegram);
    let waiting = poll(&telegram);
    telegram.connected().await;
    telegram.fail_next_with(Method::GetUpdates, 1, 502);
    assert_eq!(waiting.await.unwrap().unwrap().status, 502);
    telegram.accept_then(Method::GetUpdates, After::HangUp);
    telegram.say(alice, town, "/help");
    assert!(try_to_ask(&telegram, "getUpdates", &json!({})).await.is_none());
    assert_eq!(updates(&telegram, 0).await.len(), 1);
}

#[tokio::test]
async fn gates_hold_requests_and_answers() {
    let (telegram, town, ..) = town().await;
    let telegram = Arc::new(telegram);
    let say = |text: &'static str| {
        let telegram = telegram.clone();
        tokio::spawn(async move { send(&telegram, town, text).await })
    };
    let gate = telegram.hold(Method::SendMessage);
    let held = say("held back");
    gate.arrived(1).await;
    assert!(telegram.accepted(Method::SendMessage).is_empty());
    gate.open();
    held.await.unwrap().result();
    let gate = telegram.hold_answers(Method::SendMessage);
    let held = say("taken, not answered");
    gate.arrived(1).await;
    assert_eq!(telegram.accepted_when(Method::SendMessage, 2).await.len(), 2);
    drop(gate);
    held.await.unwrap().result();
    telegram.hang(Method::SendMessage);
    let silent = say("never answered");
    assert_eq!(telegram.refused_when(Method::SendMessage, 1).await[0].status, 0);
    send(&telegram, town, "answered meanwhile").await.result();
    silent.abort();
    telegram.accept_then(Method::SendMessage, After::Silence);
    let silent = say("taken and never answered");
    assert_eq!(telegram.messages_when(town, 4).await[3].text, "taken and never answered");
    silent.abort();
}

#[tokio::test]
async fn a_dropped_simulator_closes_its_connections() {
    let (telegram, ..) = town().await;
    let address = telegram.url().trim_start_matches("http://").to_owned();
    let mut open = TcpStream::connect(&address).await.unwrap();
    open.write_all(format!("GET /bot{TOKEN}/getMe HTTP/1.1\r\n\r\n").as_bytes()).await.unwrap();
    let mut byte = [0];
    open.read_exact(&mut byte).await.unwrap();
    drop(telegram);
    let mut rest = Vec::new();
    let _ = open.read_to_end(&mut rest).await;
    assert!(TcpStream::connect(&address).await.is_err());
}
