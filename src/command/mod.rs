//! Answers to people's words. Handlers read and change the store and return a [`Reply`]; they never
//! send. Must not know: platforms, workers, HTTP.

mod alerts;
mod call;
mod exchange;
mod filters;
pub mod line;
mod look;
mod mutes;
mod places;
mod press;
mod preview;
mod quiet;
mod recaps;
mod rest;
mod settings;
pub mod spec;
mod status;
mod story;
mod subscribe;
mod suggest;
mod weights;
mod why;
mod words;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, Semaphore};

use crate::locale::Words;
use crate::model::doc::{Block, Button, Doc};
use crate::model::id::token;
use crate::model::label::Labels;
use crate::model::phrase::Phrase;
use crate::model::press::Press;
use crate::model::settings::Schedule;
use crate::model::subscription::{Address, PlatformKind};
use crate::model::word::{Kind, Who, Word};
use crate::port::{
    Analyst, Attachment, CanCall, Choice, Clock, Content, Desk, FILE_BYTES_MAX, Fetcher, Invocation, Line, Question,
    Reply, Said, Store, StoreError, Suggestion, Value,
};

use call::{Call, check_arguments, is_reading};
use line::Parsed;

pub use exchange::Plan;
pub use look::{Looked, look};

/// How long a question waits for its yes.
const QUESTION_AGE: SignedDuration = SignedDuration::from_mins(15);

/// Something that the person who asked can mend. What it says is the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Words::default().phrase(.0))]
pub struct UsageError(pub Phrase);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Usage(#[from] UsageError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A [`UsageError`] as the end of a handler.
fn refuse<T>(why: impl Into<Phrase>) -> Result<T, CommandError> {
    Err(UsageError(why.into()).into())
}

type Answer = Result<Reply, CommandError>;

/// Everything that answers stand on.
pub struct Commands {
    pub store: Arc<dyn Store>,
    pub fetcher: Arc<dyn Fetcher>,
    pub analyst: Arc<dyn Analyst>,
    pub clock: Arc<dyn Clock>,
    pub labels: Labels,
    /// Recaps where nothing else is said.
    pub daily: Schedule,
    pub weekly: Schedule,
    /// Platforms that are switched on.
    pub platforms: Vec<PlatformKind>,
    /// Documents that are read at once, by polls and by looks.
    pub parsers: Arc<Semaphore>,
    /// Looks at addresses that people name, at once.
    pub looks: Semaphore,
    /// Whom each of them can call.
    pub calls: Vec<(PlatformKind, CanCall)>,
    /// Woken when there may be something to poll, to send, to recap.
    pub wakes: Vec<Arc<Notify>>,
}

impl Commands {
    async fn try_answer(&self, invocation: &Invocation, words: Words) -> Answer {
        match &invocation.said {
            Said::Press(press) => self.press(press, invocation, words).await,
            Said::Line(line) => match line.text.trim().to_lowercase().as_str() {
                "yes" => self.decide_latest(invocation, true, words).await,
                "no" => self.decide_latest(invocation, false, words).await,
                _ => {
                    let Parsed { word, arguments } = read(line)?;
                    self.say((word, &arguments), invocation, false, words).await
                }
            },
            Said::Word { word, arguments } => self.say((word, arguments), invocation, false, words).await,
        }
    }

    /// The interface in the language of an address.
    async fn words_at(&self, at: &Address) -> Result<Words, StoreError> {
        Ok(Words::new(self.store.settings(at).await?.language.unwrap_or_default()))
    }

    /// Does what a word says, after a yes if it asks for one.
    async fn say(
        &self,
        (name, arguments): (&str, &[(String, Value)]),
        invocation: &Invocation,
        is_confirmed: bool,
        words: Words,
    ) -> Answer {
        let Some(word) = spec::word(name) else {
            return refuse(Phrase::of("words-unknown").and("word", name));
        };
        let call = Call { word, arguments, invocation, now: self.clock.now(), words };
        check_arguments(&call)?;
        if word.who == Who::Managers && !invocation.may_manage && !is_reading(&call) {
            return refuse(Phrase::of("words-managers-only"));
        }
        if word.asks && !is_confirmed {
            let what = self.question(&call).await?;
            return self.ask(&call, what).await;
        }
        let reply = self.run(&call).await?;
        self.wakes.iter().for_each(|wake| wake.notify_one());
        Ok(reply)
    }

    async fn run(&self, call: &Call<'_>) -> Answer {
        match call.word.name {
            "subscribe" => self.subscribe(call).await,
            "unsubscribe" => self.unsubscribe(call).await,
            "subscriptions" => self.subscriptions(call).await,
            "filter set" => self.filter_set(call).await,
            "filter test" => self.filter_test(call).await,
            "filter clear" => self.filter_clear(call).await,
            "topics" => Ok(self.topics(call.words)),
            "digest weekly" => self.digest_now(call, true).await,
            "digest daily" => self.digest_now(call, false).await,
            "digest schedule" => self.digest_schedule(call).await,
            "digest off" => self.digest_off(call).await,
            "alerts on" => self.alerts_on(call).await,
            "alerts off" => self.alerts_off(call).await,
            "mute" => self.mute(call).await,
            "unmute" => self.unmute(call).await,
            "why" => self.why(call).await,
            "preview" => self.preview(call).await,
            "status" => self.status(call).await,
            "settings" => self.settings(call).await,
            "import" => self.import(call).await,
            "export" => self.export(call).await,
            "help" => help(call),
            other => refuse(Phrase::of("words-unknown").and("word", other)),
        }
    }

    /// What is asked before a destructive word is done.
    async fn question(&self, call: &Call<'_>) -> Result<Doc, CommandError> {
        match call.word.name {
            "unsubscribe" => self.ask_unsubscribe(call).await,
            "filter clear" => self.ask_filter_clear(call).await,
            "import" => self.ask_import(call).await,
            "digest off" => Ok(Doc::says(call.words.say("words-ask-digest-off"))),
            "alerts off" => Ok(Doc::says(call.words.say("words-ask-alerts-off"))),
            other => refuse(Phrase::of("words-unknown").and("word", other)),
        }
    }

    async fn ask(&self, call: &Call<'_>, mut doc: Doc) -> Answer {
        let file = call.sent_file().map(str::to_owned);
        if file.as_ref().is_some_and(|text| text.len() > FILE_BYTES_MAX) {
            return refuse(Phrase::of("words-file-too-long"));
        }
        let arguments = call.texts();
        let said = format!("{} {arguments:?}", call.word.name);
        let token = token(&[&call.invocation.from.id, &call.at().to_string(), &said, &call.now.to_string()]);
        let expires = call.now.checked_add(QUESTION_AGE).unwrap_or(Timestamp::MAX);
        let question = Question {
            token: token.clone(),
            at: call.at().clone(),
            person: call.invocation.from.id.clone(),
            word: call.word.name.to_owned(),
            arguments,
            file,
            expires,
        };
        self.store.ask(question).await?;
        doc.blocks.push(Block::Buttons(vec![
            Button::press(&call.words.say("words-yes"), Press::Yes(token.clone())),
            Button::press(&call.words.say("words-no"), Press::No(token)),
        ]));
        Ok(Reply::private(doc))
    }

    /// A typed yes or no belongs to the last question put to this person here.
    async fn decide_latest(&self, invocation: &Invocation, is_yes: bool, words: Words) -> Answer {
        match self.store.question_of(&invocation.at, &invocation.from.id).await? {
            Some(question) => self.decide(&question.token, is_yes, invocation, words).await,
            None => refuse(Phrase::of("words-nothing-asked")),
        }
    }

    /// Who answers is looked at again: rights may have changed since the question.
    async fn decide(&self, token: &str, is_yes: bool, invocation: &Invocation, words: Words) -> Answer {
        let Some(question) = self.store.take_question(token).await? else {
            return refuse(Phrase::of("words-answered-already"));
        };
        if question.person != invocation.from.id || question.at != invocation.at {
            self.store.ask(question).await?;
            return refuse(Phrase::of("words-asked-of-another"));
        }
        if question.expires < self.clock.now() {
            return refuse(Phrase::of("words-asked-long-ago"));
        }
        if !is_yes {
            return Ok(Reply::private(Doc::says(words.say("words-nothing-changed"))));
        }
        let texts = question.arguments.into_iter().map(|(name, text)| (name, Value::Text(text)));
        let file = question.file.map(|text| Attachment { name: String::new(), content: Content::Here(text) });
        let file = file.map(|file| ("file".to_owned(), Value::File(file)));
        let arguments: Vec<(String, Value)> = texts.chain(file).collect();
        self.say((&question.word, &arguments), invocation, true, words).await
    }
}

#[async_trait]
impl Desk for Commands {
    async fn answer(&self, invocation: Invocation) -> Reply {
        // A store that cannot tell the language says below what is the matter.
        let words = self.words_at(&invocation.at).await.unwrap_or_default();
        let mut reply = match self.try_answer(&invocation, words).await {
            Ok(reply) => reply,
            Err(CommandError::Usage(error)) => Reply::refusal(Doc::says(words.phrase(&error.0))),
            Err(CommandError::Store(error)) => {
                tracing::error!("A command could not be carried out: {error}");
                let error = error.to_string();
                Reply::refusal(Doc::says(words.with("words-did-not-work", &[("error", error.into())])))
            }
        };
        reply.more.iter_mut().chain([&mut reply.doc]).for_each(|doc| doc.language = words.language());
        reply
    }

    async fn suggest(&self, suggestion: Suggestion) -> Vec<Choice> {
        self.completions(&suggestion).await.unwrap_or_else(|error| {
            tracing::warn!("Nothing can be suggested: {error}");
            Vec::new()
        })
    }

    async fn moved(&self, from: Address, to: Address) {
        match self.store.move_address(&from, &to).await {
            Ok(()) => tracing::info!("{from} is {to} now"),
            Err(error) => tracing::error!("What is subscribed at {from} could not be moved to {to}: {error}"),
        }
    }
}

/// A line as a word with its arguments: names of places are places, and a file that came along is
/// the one that is asked for.
fn read(line: &Line) -> Result<Parsed, UsageError> {
    let Parsed { word, mut arguments } = line::parse(&line.text)?;
    let kind = |name: &str| spec::word(word).and_then(|word| word.argument(name)).map(|argument| argument.kind);
    for (name, value) in &mut arguments {
        let Value::Text(text) = value else { continue };
        let place = line.places.iter().find(|(written, _)| written == text).map(|(_, place)| place.clone());
        if let (Some(Kind::Place), Some(place)) = (kind(name), place) {
            *value = Value::Place(place);
        }
    }
    if let Some(file) = &line.file
        && kind("file") == Some(Kind::File)
        && !arguments.iter().any(|(name, _)| name == "file")
    {
        arguments.push(("file".to_owned(), Value::File(file.clone())));
    }
    Ok(Parsed { word, arguments })
}

/// What can be said.
fn help(call: &Call<'_>) -> Answer {
    let Some(name) = call.text("word") else { return Ok(Reply::private(words::all_words(call.words))) };
    let name = name.trim_start_matches('/').to_lowercase();
    let name = spec::ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name.as_str(), |(_, name)| *name);
    let family: Vec<&'static Word> =
        spec::WORDS.iter().filter(|word| word.name == name || word.name.starts_with(&format!("{name} "))).collect();
    if family.is_empty() {
        return Err(line::unknown_word(name, line::nearest_word(name)).into());
    }
    Ok(Reply::private(words::about(&family, call.words)))
}

/// The zone of an address that has chosen none.
impl Commands {
    fn default_zone(&self) -> TimeZone {
        crate::pipeline::calendar::zone(&self.weekly.zone)
    }
}
