//! Everything that people do on Slack, from both transports: told what Slack must hear within three
//! seconds, then worked on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::access::{Access, Standing, direct, person, text};
use super::answer::{Voice, crashed};
use super::heard::{Heard, Kind, Origin, heard, name};
use super::insight::Insights;
use super::modal::{self, Metadata};
use super::once::Once;
use super::rest::{CallError, Rest};
use super::works::{Turn, Works};
use super::{form, home, line};
use crate::model::doc::{Block, Doc};
use crate::model::press::Press;
use crate::model::subscription::Address;
use crate::model::word::{Who, Word};
use crate::port::{Attachment, Clock, Content, Desk, Invocation, Line, Place, Reply, Said, Suggestion};

/// Slack waits three seconds for the first answer (platforms, section E); a form that needs longer
/// is closed, and what is wrong with it is said in the channel.
const PATIENCE: Duration = Duration::from_millis(2000);
/// What was heard is remembered this long, and so many of it (failures, row 44).
const HEARD_AGE: SignedDuration = SignedDuration::from_hours(24);
const HEARD_MAX: usize = 100_000;

pub struct Hub {
    pub rest: Arc<Rest>,
    pub access: Arc<Access>,
    pub clock: Arc<dyn Clock>,
    pub words: &'static [Word],
    once: Once,
    insights: Insights,
    works: Arc<Works>,
}

impl Hub {
    pub fn new(rest: Arc<Rest>, access: Arc<Access>, clock: Arc<dyn Clock>, words: &'static [Word]) -> Self {
        let once = Once::new(HEARD_AGE, HEARD_MAX);
        Self { rest, access, clock, words, once, insights: Insights::default(), works: Arc::default() }
    }

    /// Takes what Slack tells, under the envelope's id where there is one. What comes back is for
    /// Slack at once; the work goes on without it.
    pub async fn take(
        self: Arc<Self>,
        kind: Kind,
        envelope: Option<String>,
        payload: Value,
        desk: Arc<dyn Desk>,
    ) -> Option<Value> {
        let names: Vec<String> = envelope.into_iter().chain(name(kind, &payload)).collect();
        match heard(kind, &payload) {
            Heard::Typing { argument, typed, metadata } => Some(options(&argument, &typed, &metadata, desk).await),
            Heard::Submission { origin, metadata, values } => {
                self.submission(names, origin, &metadata, values, desk).await
            }
            Heard::Nothing => None,
            heard => {
                if self.is_first(&names) {
                    self.begin(heard, desk);
                }
                None
            }
        }
    }

    /// Begins to work on something, behind what the same person said before.
    fn begin(self: Arc<Self>, heard: Heard, desk: Arc<dyn Desk>) {
        let Some(origin) = heard.origin().cloned() else { return };
        match self.works.turn(&origin.user) {
            Some(turn) => drop(tokio::spawn(async move { self.work(heard, turn, desk).await })),
            None => drop(tokio::spawn(async move { self.refuse_more(&origin).await })),
        }
    }

    /// Waits for what was begun, within reason.
    pub async fn finish(&self) {
        self.works.finish().await;
    }

    /// What is said to whoever says more than can be done. Where that would be more messages, nothing is.
    async fn refuse_more(&self, origin: &Origin) {
        if origin.response_url.is_some() {
            let words = "I am still busy with what you said before. Nothing was changed; say it again in a minute.";
            self.voice().say(origin, Reply::refusal(Doc::says(words))).await;
        }
    }

    fn is_first(&self, names: &[String]) -> bool {
        let now = self.clock.now();
        // Each is noted, also when an earlier one is known.
        names.iter().filter(|name| !self.once.is_first(name, now)).count() == 0
    }

    fn voice(&self) -> Voice<'_> {
        Voice { rest: &self.rest, access: &self.access, clock: self.clock.as_ref() }
    }

    async fn work(self: Arc<Self>, heard: Heard, mut turn: Turn, desk: Arc<dyn Desk>) {
        // A form must be opened within three seconds, whatever is still being done.
        if !matches!(heard, Heard::Command { .. }) {
            turn.comes().await;
        }
        match heard {
            Heard::Command { origin, text, trigger } => self.command(origin, &text, &trigger, turn, desk).await,
            Heard::Press { origin, action, message } => self.press(origin, &action, &message, desk).await,
            Heard::Why { origin, item } => match item {
                Some(item) => self.press(origin, &Press::Why(item).to_string(), "", desk).await,
                None => {
                    let reply =
                        Reply::private(Doc::says("That message is no card of mine, so there is nothing to explain."));
                    self.voice().say(&origin, reply).await;
                }
            },
            Heard::Home { origin } => home::show(self.voice(), &origin, desk).await,
            Heard::Message { origin, text, file } => self.message(origin, &text, file, desk).await,
            Heard::Submission { .. } | Heard::Typing { .. } | Heard::Nothing => {}
        }
    }

    /// `/tidings <words>`. Without words it is help; what lacks an argument becomes a form.
    async fn command(&self, origin: Origin, text: &str, trigger: &str, mut turn: Turn, desk: Arc<dyn Desk>) {
        let typed = line::typed(text);
        let text = if typed.text.is_empty() { "help".to_owned() } else { typed.text.clone() };
        let at = match self.access.address(&origin.team, &origin.channel, None, &origin.user).await {
            Ok(at) => at,
            Err(error) => {
                self.voice().say(&origin, not_told("where this was said", &error)).await;
                return turn.comes().await;
            }
        };
        if let Some((word, given)) = line::incomplete(self.words, &text) {
            let metadata = Metadata {
                word: word.name.to_owned(),
                at: at.clone(),
                channel: origin.channel.clone(),
                response_url: origin.response_url.clone(),
            };
            let opened = json!({ "trigger_id": trigger, "view": modal::view(word, &given, &metadata) });
            match self.rest.write("views.open", &opened).await {
                // Whoever is behind in the line still waits for those before.
                Ok(_) => return turn.comes().await,
                // The desk says in words what is missing.
                Err(error) => tracing::warn!("Slack did not open a form: {error}"),
            }
        }
        turn.comes().await;
        self.line(origin, at, text, typed.channels, None, desk).await;
    }

    /// A line to the app itself.
    async fn message(&self, origin: Origin, text: &str, file: Option<(String, String)>, desk: Arc<dyn Desk>) {
        let typed = line::typed(text);
        if typed.text.is_empty() && file.is_none() {
            return;
        }
        let at = direct(&origin.team, &origin.user);
        let file = match file {
            Some((name, url)) => match self.file(name, &url).await {
                Ok(file) => Some(file),
                Err(why) => return self.voice().say(&origin, Reply::private(Doc::says(why))).await,
            },
            None => None,
        };
        self.line(origin, at, typed.text, typed.channels, file, desk).await;
    }

    /// Says a line to the desk.
    async fn line(
        &self,
        origin: Origin,
        at: Address,
        text: String,
        channels: BTreeMap<String, String>,
        file: Option<Attachment>,
        desk: Arc<dyn Desk>,
    ) {
        let mut places = Vec::new();
        for (written, channel) in channels {
            let address = Address { channel, thread: None, ..at.clone() };
            match self.access.standing(&origin.user, &address).await {
                Ok(standing) => places.push((written, Place { address, may_manage: standing.may_manage })),
                Err(error) => return self.voice().say(&origin, not_told("who may manage that channel", &error)).await,
            }
        }
        let said = Said::Line(Line { text, places, file });
        self.ask(&origin, at, said, desk).await;
    }

    /// Asks the desk, and says what it answers.
    pub async fn ask(&self, origin: &Origin, at: Address, said: Said, desk: Arc<dyn Desk>) {
        let standing = match self.access.standing(&origin.user, &at).await {
            Ok(standing) => standing,
            Err(error) if self.word(&said).is_some_and(|word| word.who == Who::Managers) => {
                return self.voice().say(origin, not_told("who may manage this channel", &error)).await;
            }
            // It does not matter for this word.
            Err(_) => Standing { may_manage: false, is_member: true },
        };
        let absent = self.absent_from(&said, &at, &origin.user).await;
        let from = person(&origin.team, &origin.user);
        let mut reply = answered(desk, Invocation { from, at, may_manage: standing.may_manage, said }).await;
        if standing.may_manage
            && let Some(place) = absent
        {
            reply.doc.blocks.push(Block::Paragraph(self.invitation(&place).await.into()));
        }
        self.voice().say(origin, reply).await;
    }

    /// The place that a word is about, if the app could not post there.
    async fn absent_from(&self, said: &Said, at: &Address, user: &str) -> Option<String> {
        if self.word(said)?.who != Who::Managers {
            return None;
        }
        let place = match said {
            Said::Word { arguments, .. } => arguments.iter().find_map(|(_, value)| match value {
                crate::port::Value::Place(place) => Some(&place.address),
                _ => None,
            }),
            Said::Line(line) => line.places.first().map(|(_, place)| &place.address),
            Said::Press(_) => None,
        };
        let place = place.unwrap_or(at);
        let is_member = self.access.standing(user, place).await.ok()?.is_member;
        (!is_member).then(|| if place == at { "this channel".to_owned() } else { "that channel".to_owned() })
    }

    /// The word that is said.
    fn word(&self, said: &Said) -> Option<&'static Word> {
        match said {
            Said::Word { word, .. } => self.words.iter().find(|one| one.name == word),
            Said::Line(line) => line::word_of(self.words, &line.text).map(|(word, _)| word),
            Said::Press(_) => None,
        }
    }

    async fn invitation(&self, place: &str) -> String {
        let name = self.access.own().await.map(|own| own.name).unwrap_or_default();
        let name = if name.is_empty() { "tidings".to_owned() } else { name };
        format!("I am not in {place}, so nothing can be posted there: write /invite @{name} in it.")
    }

    async fn press(&self, origin: Origin, action: &str, message: &str, desk: Arc<dyn Desk>) {
        // A link, which Slack has opened already.
        if action.starts_with("open:") {
            return;
        }
        let Some(press) = Press::parse(action) else {
            let doc = Doc::says("That button is of an older version and does nothing any more.");
            return self.voice().say(&origin, Reply::private(doc)).await;
        };
        let thread = origin.thread.as_deref();
        let at = match self.access.address(&origin.team, &origin.channel, thread, &origin.user).await {
            Ok(at) => at,
            Err(error) => return self.voice().say(&origin, not_told("where this was pressed", &error)).await,
        };
        // Who presses is looked at now, where it matters: rights may have changed since the card.
        let may_manage = match needs_rights(&press) {
            true => self.access.standing_now(&origin.user, &at).await.map(|standing| standing.may_manage),
            false => Ok(false),
        };
        let may_manage = match may_manage {
            Ok(may_manage) => may_manage,
            Err(error) => {
                return self.voice().say(&origin, not_told("who may manage this channel", &error)).await;
            }
        };
        let from = person(&origin.team, &origin.user);
        let is_insight = matches!(press, Press::Insight(_)) && !message.is_empty();
        let said = Said::Press(press);
        let reply = answered(desk, Invocation { from, at, may_manage, said }).await;
        let has_depth = reply.doc.blocks.iter().any(|block| matches!(block, Block::Headline { .. }));
        if is_insight && has_depth {
            return self.insights.tell(self.voice(), &origin, message, &reply.doc).await;
        }
        self.voice().say(&origin, reply).await;
    }

    /// A form that was sent: what is wrong with it, or nothing, and then it is said.
    async fn submission(
        self: Arc<Self>,
        names: Vec<String>,
        origin: Origin,
        metadata: &str,
        values: Vec<(String, Value)>,
        desk: Arc<dyn Desk>,
    ) -> Option<Value> {
        let metadata: Metadata = serde_json::from_str(metadata).ok()?;
        let origin =
            Origin { channel: metadata.channel.clone(), response_url: metadata.response_url.clone(), ..origin };
        let word = self.words.iter().find(|word| word.name == metadata.word)?;
        let (hub, asker) = (self.clone(), origin.clone());
        let at = metadata.at.clone();
        let mut reading = tokio::spawn(async move { form::read(&hub, word, &asker, &at, &values).await });
        let read = tokio::time::timeout(PATIENCE, &mut reading).await;
        if let Ok(Ok(Err(errors))) = &read {
            return Some(modal::errors(errors));
        }
        if !self.is_first(&names) {
            return None;
        }
        let Some(mut turn) = self.works.turn(&origin.user) else {
            tokio::spawn(async move { self.refuse_more(&origin).await });
            return None;
        };
        tokio::spawn(async move {
            let read = match read {
                Ok(read) => read,
                Err(_) => reading.await,
            };
            turn.comes().await;
            match read {
                Ok(Ok(arguments)) => {
                    let said = Said::Word { word: metadata.word, arguments };
                    self.ask(&origin, metadata.at, said, desk).await;
                }
                Ok(Err(errors)) => {
                    let words: Vec<String> = errors.into_iter().map(|(field, why)| format!("{field}: {why}")).collect();
                    self.voice().say(&origin, Reply::private(Doc::says(words.join("\n")))).await;
                }
                Err(_) => self.voice().say(&origin, crashed()).await,
            }
        });
        None
    }

    /// A file that somebody sent, read with the app's token so that nobody else needs it.
    pub async fn file(&self, name: String, url: &str) -> Result<Attachment, String> {
        match self.rest.download(url).await {
            Ok(bytes) => Ok(Attachment { name, content: Content::Here(String::from_utf8_lossy(&bytes).into_owned()) }),
            Err(CallError::Refused { .. }) => {
                Err("That file is too long to be sent here. Put it on the web and write its address.".to_owned())
            }
            Err(error) => Err(format!("That file cannot be read: {error}. Does the app have the scope files:read?")),
        }
    }
}

/// Whether only some may press it.
fn needs_rights(press: &Press) -> bool {
    match press {
        Press::Mute(_) | Press::MuteSource(_) | Press::MuteTopic(_) | Press::MuteStory(_) => true,
        Press::UnmuteSource(_) | Press::UnmuteTopic(_) | Press::UnmuteStory(_) => true,
        Press::Yes(_) | Press::No(_) => true,
        Press::Insight(_) | Press::Why(_) | Press::Useful(_) | Press::NotUseful(_) | Press::AlertsOff => false,
    }
}

/// What is said when Slack could not be asked.
fn not_told(what: &str, error: &CallError) -> Reply {
    tracing::warn!("Slack does not tell {what}: {error}");
    Reply::refusal(Doc::says(format!(
        "Slack does not tell me at the moment {what}. Nothing was changed; say it again in a minute."
    )))
}

/// The desk's answer, whatever becomes of the desk.
pub async fn answered(desk: Arc<dyn Desk>, invocation: Invocation) -> Reply {
    tokio::spawn(async move { desk.answer(invocation).await }).await.unwrap_or_else(|_| crashed())
}

/// What completes an argument, as far as the desk knows in time.
async fn options(argument: &str, typed: &str, metadata: &str, desk: Arc<dyn Desk>) -> Value {
    let Ok(metadata) = serde_json::from_str::<Metadata>(metadata) else { return modal::options(typed, &[]) };
    let suggestion =
        Suggestion { at: metadata.at, word: metadata.word, argument: argument.to_owned(), typed: typed.to_owned() };
    let choices = tokio::time::timeout(PATIENCE, desk.suggest(suggestion)).await.unwrap_or_default();
    modal::options(typed, &choices)
}

/// The payload of a request: a form's fields, as Slack sends commands.
pub fn fields(body: &[u8]) -> Value {
    let pairs = url::form_urlencoded::parse(body);
    Value::Object(pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect())
}

/// The JSON that an interaction's form carries.
pub fn interaction(body: &[u8]) -> Option<Value> {
    serde_json::from_str(&text(&fields(body), "payload")).ok()
}
