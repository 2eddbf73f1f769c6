//! Answers the questions of other commands: for the running bot, or for a command that has opened
//! the store itself.

use std::collections::{BTreeSet, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::command::{CommandError, Commands};
use crate::control::{Answer, Clerk, Listed, Question};
use crate::locale::Words;
use crate::model::feed::FeedRecord;
use crate::model::id::FeedId;
use crate::model::subscription::{Address, PlatformKind};
use crate::pipeline::exchange::{to_json, to_opml};
use crate::platform::terminal::{Style, lower};
use crate::port::{Clock, Desk, Invocation, Person, Said, Store, StoreError};

/// Everything that can be asked.
pub struct AppClerk {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub commands: Arc<Commands>,
    /// Where this process serves its pages.
    pub listen: Option<SocketAddr>,
}

#[async_trait]
impl Clerk for AppClerk {
    async fn answer(&self, question: Question) -> Answer {
        self.try_answer(question).await.unwrap_or_else(|error| Answer::Failed(error.to_string()))
    }
}

impl AppClerk {
    async fn try_answer(&self, question: Question) -> Result<Answer, CommandError> {
        Ok(match question {
            Question::Feeds => Answer::Feeds(self.listed().await?),
            Question::Health => Answer::Health { counts: self.store.counts().await?, listen: self.listen },
            Question::Deliveries => Answer::Deliveries(self.store.deliveries(usize::MAX).await?),
            Question::Retry(id) => Answer::Retried(Box::new(self.store.retry_dead(&id, self.clock.now()).await?)),
            Question::Places => Answer::Places(self.places().await?),
            Question::Chat { line, style } => self.chat(line, style).await,
            Question::Import { text, is_dry_run, style } => Answer::Said(self.import(&text, is_dry_run, style).await?),
            Question::Export { as_json } => {
                let outlines = self.commands.outlines(&Address::terminal()).await?;
                Answer::Said(if as_json { to_json(&outlines) } else { to_opml(&outlines) })
            }
        })
    }

    /// Feeds that somebody listens to have a next poll, unless they are parked.
    async fn listed(&self) -> Result<Vec<Listed>, StoreError> {
        let (polled, _) = self.store.due_feeds(Timestamp::UNIX_EPOCH, Timestamp::MAX).await?;
        let polled: HashSet<FeedId> = polled.into_iter().map(|feed| feed.id).collect();
        let is_heard = |record: &FeedRecord| polled.contains(&record.feed.id) || record.state.health.parked.is_some();
        Ok(self.store.feeds().await?.into_iter().map(|record| Listed { is_heard: is_heard(&record), record }).collect())
    }

    async fn places(&self) -> Result<Vec<Address>, StoreError> {
        let places = self.store.subscriptions().await?.into_iter().map(|one| one.to);
        let chat: BTreeSet<Address> = places.filter(|to| to.platform != PlatformKind::Terminal).collect();
        Ok(chat.into_iter().collect())
    }

    /// A line said at the terminal, by the one person who is there.
    async fn chat(&self, line: String, style: Style) -> Answer {
        let at = Address::terminal();
        let from = Person { id: "operator".to_owned(), direct: at.clone() };
        let invocation = Invocation { from, at, may_manage: true, said: Said::Line(line.into()) };
        let reply = self.commands.answer(invocation).await;
        let text: String = std::iter::once(&reply.doc).chain(&reply.more).map(|doc| lower(doc, style)).collect();
        match reply.file {
            _ if reply.is_refusal => Answer::Failed(text.trim().to_owned()),
            Some((_, file)) => Answer::Said(format!("{}\n\n{file}", text.trim_end())),
            None => Answer::Said(text),
        }
    }

    async fn import(&self, text: &str, is_dry_run: bool, style: Style) -> Result<String, CommandError> {
        let at = Address::terminal();
        let plan = self.commands.plan(text, &at, &at, self.clock.now()).await?;
        let language = self.store.settings(&at).await?.language;
        let told = lower(&plan.doc(Words::new(language.unwrap_or_default())), style);
        if !is_dry_run {
            self.commands.apply(plan).await?;
        }
        Ok(told)
    }
}
