//! The store for a command: asked of the bot that has it open, or opened here.

use std::sync::Arc;

use anyhow::anyhow;
use tokio_util::sync::CancellationToken;

use crate::app::{self, AppClerk, Ports, SystemClock, open_store};
use crate::config::Config;
use crate::control::{self, Answer, Clerk, Question};
use crate::metrics::Metrics;
use crate::platform::terminal::{Output, Terminal};
use crate::port::{Clock, Counts, Store, StoreError};
use crate::store::sled::is_there;

/// Has a question answered by whoever has the store.
pub async fn ask(config: &Config, question: Question) -> anyhow::Result<Answer> {
    let socket = control::socket_of(&config.store.path);
    let answer = match control::ask(&socket, &question).await {
        Ok(answer) => answer,
        Err(_) if !question.makes_a_store() && !is_there(&config.store.path) => nothing(question)?,
        // The store is free, or taken by something that does not answer.
        Err(_) => clerk(config, Arc::new(open_store(config, &SystemClock).await?))?.answer(question).await,
    };
    match answer {
        Answer::Failed(why) => Err(anyhow!(why)),
        answer => Ok(answer),
    }
}

/// Answers as the running bot would, with a store that is open here.
fn clerk(config: &Config, store: Arc<dyn Store>) -> anyhow::Result<AppClerk> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let terminal = Terminal::new(Output::Json, std::io::sink(), CancellationToken::new());
    let ports = Ports {
        clock: clock.clone(),
        store: store.clone(),
        fetcher: Arc::new(app::fetcher(config, clock.clone())),
        analyst: Arc::new(app::analyst(config)?),
        platforms: vec![Arc::new(terminal)],
        metrics: Metrics::default(),
    };
    let commands = Arc::new(app::commands(config, &ports, Vec::new(), app::parsers()));
    Ok(AppClerk { store, clock, commands, listen: None })
}

/// What there is to say before the first start. To look is not to make a store.
fn nothing(question: Question) -> Result<Answer, StoreError> {
    match question {
        Question::Retry(id) => Err(StoreError::Unknown { what: "dead delivery", id: id.to_string() }),
        Question::Health => Ok(Answer::Health { counts: Counts::default(), listen: None }),
        Question::Deliveries => Ok(Answer::Deliveries(Vec::new())),
        Question::Places => Ok(Answer::Places(Vec::new())),
        Question::Feeds | Question::Chat { .. } | Question::Import { .. } | Question::Export { .. } => {
            Ok(Answer::Feeds(Vec::new()))
        }
    }
}

/// The bot answered something else than was asked: it is of another version.
pub fn misunderstood() -> anyhow::Error {
    anyhow!("the running tidings is of another version; restart it")
}
