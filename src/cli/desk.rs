//! The store for a command: asked of the bot that has it open, or opened here.

use anyhow::anyhow;

use crate::app::{SystemClock, open_store};
use crate::config::Config;
use crate::control::{self, Answer, Question};

/// Has a question answered by whoever has the store.
pub async fn ask(config: &Config, question: Question) -> anyhow::Result<Answer> {
    let socket = control::socket_of(&config.store.path);
    let answer = match control::ask(&socket, &question).await {
        Ok(answer) => answer,
        // Nobody there: the store is free, or taken by something that does not answer.
        Err(_) => control::answer(question, &open_store(config, &SystemClock).await?, &SystemClock).await?,
    };
    match answer {
        Answer::Failed(why) => Err(anyhow!(why)),
        answer => Ok(answer),
    }
}

/// The bot answered something else than was asked: it is of another version.
pub fn misunderstood() -> anyhow::Error {
    anyhow!("the running tidings is of another version; restart it")
}
