//! A stop loses no word: what was begun is answered, for its platform does not say it again.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::cli::{Bot, command, config, until_asked};
use crate::world::server::{Answer, FeedServer};
use crate::world::telegram::{TOKEN, Telegram};

#[tokio::test]
async fn a_word_that_was_begun_is_answered_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let gate = Arc::new(Semaphore::new(0));
    let slow = server.page("/slow", Answer::Held(gate.clone()));
    let telegram = Telegram::start().await;
    let admin = telegram.person("alice");
    let more = format!("[terminal]\nenabled = false\n[telegram]\napi_url = \"{}\"", telegram.url());
    config(folder.path(), &[], &more);
    let mut bot = command(folder.path());
    bot.arg("run").env("TELEGRAM_TOKEN", TOKEN);
    let bot = Bot::of(bot);
    telegram.connected().await;
    telegram.answer(telegram.starts(admin, "")).await;
    let chat = admin;
    let turn = telegram.say(admin, chat, &format!("/preview {}", slow.url()));
    until_asked(&slow, 1).await;
    bot.signal("-TERM");
    gate.add_permits(1);
    let answer = telegram.answer(turn).await;
    assert!(answer.text().contains("items to try it on") || answer.text().contains("0 item"), "{}", answer.text());
    let (code, said) = bot.end().await;
    assert_eq!(code, Some(0), "{said}");
}
