//! The store for a command: asked of the bot that has it open, or opened here.

use anyhow::anyhow;

use crate::app::{SystemClock, open_store};
use crate::config::Config;
use crate::control::{self, Answer, Question};
use crate::port::{Counts, StoreError};
use crate::store::sled::is_there;

/// Has a question answered by whoever has the store.
pub async fn ask(config: &Config, question: Question) -> anyhow::Result<Answer> {
    let socket = control::socket_of(&config.store.path);
    let answer = match control::ask(&socket, &question).await {
        Ok(answer) => answer,
        Err(_) if !is_there(&config.store.path) => nothing(question)?,
        // The store is free, or taken by something that does not answer.
        Err(_) => control::answer(question, &open_store(config, &SystemClock).await?, &SystemClock, None).await?,
    };
    match answer {
        Answer::Failed(why) => Err(anyhow!(why)),
        answer => Ok(answer),
    }
}

/// What there is to say before the first start. To look is not to make a store.
fn nothing(question: Question) -> Result<Answer, StoreError> {
    match question {
        Question::Feeds => Ok(Answer::Feeds(Vec::new())),
        Question::Deliveries => Ok(Answer::Deliveries(Vec::new())),
        Question::Retry(id) => Err(StoreError::Unknown { what: "dead delivery", id: id.to_string() }),
        Question::Health => Ok(Answer::Health { counts: Counts::default(), listen: None }),
    }
}

/// The bot answered something else than was asked: it is of another version.
pub fn misunderstood() -> anyhow::Error {
    anyhow!("the running tidings is of another version; restart it")
}
