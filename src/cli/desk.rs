//! The store for a command: opened here, or asked of the bot that has it open.

use anyhow::anyhow;

use crate::app::{SystemClock, open_store};
use crate::config::Config;
use crate::control::{self, Answer, Question};
use crate::port::StoreError;

/// Has a question answered by whoever has the store.
pub async fn ask(config: &Config, question: Question) -> anyhow::Result<Answer> {
    let answer = match open_store(config, &SystemClock).await {
        Ok(store) => control::answer(question, &store, &SystemClock).await?,
        Err(error) => match error.downcast_ref::<StoreError>() {
            Some(StoreError::Locked { path }) => match control::ask(&control::socket_of(path), &question).await {
                Ok(answer) => answer,
                Err(_) => return Err(error),
            },
            _ => return Err(error),
        },
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
