//! What people ask of the bot and what it says to that: an acknowledgement within three seconds, then
//! answers to the response URL, at most five within half an hour.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::api::{Accepted, Outcome, Refused, refuse};
use super::http::Request;
use super::messages::Message;
use super::state::{BOT, Id, State, Ts};
use super::views::View;
use super::{Slack, elements};

const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(3);
const RETRIES_MAX: u32 = 3;
const RESPONSES_MAX: u32 = 5;
const RESPONSES_SECS: f64 = 1800.0;

pub type InteractionId = u64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Command,
    Press,
    Suggestion,
    Submission,
    Closing,
    Shortcut,
    Event,
}

pub struct Interaction {
    pub kind: Kind,
    pub person: Option<Id>,
    pub channel: Option<Id>,
    /// The message that was pressed on.
    pub message: Option<Ts>,
    pub view: Option<Id>,
    pub action: Option<String>,
    pub payload: Value,
    /// When it was delivered last.
    pub delivered: Instant,
    pub begun_at: f64,
    pub attempts: u32,
    /// Opens one view, once.
    pub trigger: String,
    pub is_trigger_used: bool,
    /// As if three seconds were over.
    pub has_lapsed: bool,
    /// Of the response URL, and how often it was used.
    pub secret: String,
    pub uses: u32,
    pub said: Said,
}

/// What was said so far.
#[derive(Default)]
pub struct Said {
    pub is_acknowledged: bool,
    pub acks: usize,
    pub error: Option<String>,
    pub messages: Vec<Ts>,
    pub is_changed: bool,
    pub modal: Option<Id>,
    pub options: Option<Vec<Value>>,
    pub errors: Option<Value>,
}

/// Everything that came of an interaction so far.
#[derive(Clone, Debug)]
pub struct Answer {
    pub is_acknowledged: bool,
    /// Acknowledgements, those too late and those too many included.
    pub acks: usize,
    /// How often it was delivered.
    pub deliveries: u32,
    /// What the person is told instead: `operation_timeout`, `dispatch_failed` or what was wrong with
    /// the answer.
    pub error: Option<String>,
    /// What was said, in order and as it is now: to the person alone unless `seen_by` is none.
    pub messages: Vec<Message>,
    /// The message that was pressed on, when it was replaced or deleted.
    pub changed: Option<Message>,
    /// The modal that was opened, or that the submitted one became.
    pub modal: Option<View>,
    /// Suggestions for what is half typed.
    pub options: Option<Vec<Value>>,
    /// What is wrong with what was filled in: block and words.
    pub errors: Option<Value>,
}

impl Answer {
    /// All that is to be read in it, without Slack's marks.
    pub fn words(&self) -> String {
        let changed = self.changed.iter().filter(|message| !message.is_deleted);
        changed.chain(&self.messages).map(|message| message.words.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The modal and the like are seen; an acknowledgement alone only where nothing more is shown.
fn is_answered(kind: Kind, said: &Said) -> bool {
    if said.error.is_some() {
        return true;
    }
    match kind {
        Kind::Command | Kind::Press | Kind::Shortcut => {
            !said.messages.is_empty() || said.is_changed || said.modal.is_some()
        }
        Kind::Suggestion | Kind::Submission | Kind::Closing | Kind::Event => said.is_acknowledged,
    }
}

/// Where an answer is to be seen.
fn is_for_all(body: &Map<String, Value>) -> bool {
    body.get("response_type").is_some_and(|kind| kind == "in_channel")
}

impl State {
    pub fn said_mut(&mut self, id: InteractionId) -> &mut Said {
        &mut self.interactions.get_mut(&id).unwrap().said
    }

    pub fn last_interaction_of(&self, person: Id) -> Option<InteractionId> {
        let is_asking = |kind| matches!(kind, Kind::Command | Kind::Press | Kind::Submission | Kind::Shortcut);
        let mut all = self.interactions.iter().rev();
        all.find(|(_, one)| one.person == Some(person) && is_asking(one.kind)).map(|(id, _)| *id)
    }

    /// Whoever was not acknowledged in time hears so; events are delivered again.
    pub fn lapse_overdue(&mut self) {
        let is_overdue = |one: &Interaction| {
            one.attempts > 0
                && !one.said.is_acknowledged
                && one.said.error.is_none()
                && one.delivered.elapsed() > ACKNOWLEDGED_WITHIN
        };
        let overdue: Vec<_> = self.interactions.iter().filter(|(_, one)| is_overdue(one)).map(|(id, _)| *id).collect();
        overdue.into_iter().for_each(|id| self.lapse(id, "timeout"));
    }

    pub fn lapse(&mut self, id: InteractionId, reason: &str) {
        let interaction = self.interactions.get_mut(&id).unwrap();
        interaction.has_lapsed = true;
        if interaction.said.is_acknowledged {
            return;
        }
        if interaction.kind != Kind::Event {
            interaction.said.error = Some("operation_timeout".to_owned());
        } else if interaction.attempts <= RETRIES_MAX {
            self.deliver(id, reason);
        } else {
            interaction.said.error = Some("given_up".to_owned());
        }
    }

    /// What a bot said first to an interaction.
    pub fn acknowledge(&mut self, id: InteractionId, payload: &Value) {
        let interaction = self.interactions.get_mut(&id).unwrap();
        let said = &mut interaction.said;
        said.acks += 1;
        if said.error.is_some() {
            self.sockets.stats.late_acks += 1;
            return;
        }
        if std::mem::replace(&mut said.is_acknowledged, true) {
            return;
        }
        let taken = match interaction.kind {
            Kind::Command => self.take_first_words(id, payload),
            Kind::Suggestion => self.take_suggestions(id, payload),
            Kind::Submission => self.take_submission(id, payload),
            Kind::Press | Kind::Closing | Kind::Shortcut | Kind::Event => Ok(()),
        };
        if let Err(refused) = taken {
            self.said_mut(id).error = Some(refused.body["error"].as_str().unwrap_or_default().to_owned());
            self.sockets.stats.bad_acks.push(refused.body);
        }
    }

    fn take_first_words(&mut self, id: InteractionId, payload: &Value) -> Result<(), Refused> {
        let body = match payload {
            Value::Object(body) if !body.is_empty() => body.clone(),
            Value::String(text) if !text.is_empty() => Map::from_iter([("text".to_owned(), json!(text))]),
            _ => return Ok(()),
        };
        self.check_message(&body)?;
        self.say(id, &body);
        Ok(())
    }

    fn take_suggestions(&mut self, id: InteractionId, payload: &Value) -> Result<(), Refused> {
        let options =
            elements::suggestions(payload).map_err(|errors| super::api::refuse_for("invalid_options", &errors))?;
        let action = self.interactions[&id].action.clone().expect("suggestions are for an action");
        self.suggested.insert(action, options.clone());
        self.said_mut(id).options = Some(options);
        Ok(())
    }

    /// One more message in answer to an interaction.
    fn say(&mut self, id: InteractionId, body: &Map<String, Value>) {
        let interaction = &self.interactions[&id];
        let (channel, person) = (interaction.channel.expect("said somewhere"), interaction.person);
        let mut message = self.new_message(channel, BOT, body);
        message.answers = Some(id);
        message.seen_by = person.filter(|_| !is_for_all(body));
        message.thread = body.get("thread_ts").and_then(Value::as_str).and_then(|ts| ts.parse().ok());
        self.said_mut(id).messages.push(message.ts);
        self.messages.insert(message.ts, message);
    }

    /// What comes to a response URL.
    pub fn respond(&mut self, id: InteractionId, secret: &str, request: &Request) -> Outcome {
        let not_there = |error: &str| Refused { status: 404, ..refuse(error) };
        let interaction = self.interactions.get(&id).filter(|one| one.secret == secret && !secret.is_empty());
        let interaction = interaction.ok_or_else(|| not_there("invalid_url"))?;
        if interaction.uses >= RESPONSES_MAX {
            return Err(not_there("used_url"));
        }
        if self.now - interaction.begun_at > RESPONSES_SECS {
            return Err(not_there("expired_url"));
        }
        let source = interaction.message;
        if let Some(error) = request.form_error {
            return Err(Refused { status: 400, ..refuse(error) });
        }
        let body = &request.args;
        let bad = |refused: Refused| Refused { status: 400, ..refused };
        // A command has no message of its own that could be replaced: it becomes a new one.
        match source {
            Some(source) if request.flag("delete_original") => {
                self.messages.get_mut(&source).unwrap().is_deleted = true;
                self.said_mut(id).is_changed = true;
            }
            None if request.flag("delete_original") => {}
            Some(source) if request.flag("replace_original") => {
                self.check_message(body).map_err(bad)?;
                let mut message = self.messages[&source].clone();
                self.fill(&mut message, body);
                message.edits += 1;
                self.messages.insert(source, message);
                self.said_mut(id).is_changed = true;
            }
            _ => {
                self.check_message(body).map_err(bad)?;
                self.say(id, body);
            }
        }
        self.interactions.get_mut(&id).unwrap().uses += 1;
        Ok(Accepted::default())
    }

    /// Whose trigger it is, as long as it is good for something.
    pub fn pull_trigger(&mut self, request: &Request) -> Result<InteractionId, Refused> {
        let trigger = request.text("trigger_id").ok_or_else(|| refuse("invalid_arguments"))?;
        let found = self.interactions.iter().find(|(_, one)| one.trigger == trigger);
        let (id, interaction) = found.ok_or_else(|| refuse("invalid_trigger_id"))?;
        if interaction.has_lapsed || interaction.delivered.elapsed() > ACKNOWLEDGED_WITHIN {
            return Err(refuse("expired_trigger_id"));
        }
        if interaction.is_trigger_used {
            return Err(refuse("exchanged_trigger_id"));
        }
        Ok(*id)
    }

    fn so_far(&self, id: InteractionId) -> Answer {
        let interaction = &self.interactions[&id];
        let said = &interaction.said;
        let there = said.messages.iter().map(|ts| &self.messages[ts]).filter(|message| !message.is_deleted);
        let changed = interaction.message.filter(|_| said.is_changed);
        Answer {
            is_acknowledged: said.is_acknowledged,
            acks: said.acks,
            deliveries: interaction.attempts,
            error: said.error.clone(),
            messages: there.cloned().collect(),
            changed: changed.map(|ts| self.messages[&ts].clone()),
            modal: said.modal.map(|view| self.views[&view].clone()),
            options: said.options.clone(),
            errors: said.errors.clone(),
        }
    }
}

impl Slack {
    /// Waits until the person sees something come of it: words, a modal, suggestions, a failure. What
    /// shows nothing of itself (a submission, an event) counts as answered when it is acknowledged.
    pub async fn answer(&self, id: InteractionId) -> Answer {
        let find = |state: &mut State| {
            let one = &state.interactions[&id];
            is_answered(one.kind, &one.said).then(|| state.so_far(id))
        };
        self.inner.wait("an answer", find).await
    }

    /// Waits until what came of it is as told.
    pub async fn answer_when(&self, id: InteractionId, is_so: impl Fn(&Answer) -> bool) -> Answer {
        self.inner.wait("an answer as told", |state| Some(state.so_far(id)).filter(&is_so)).await
    }

    /// Everything that came of it so far.
    pub fn answer_so_far(&self, id: InteractionId) -> Answer {
        self.inner.with(|state| state.so_far(id))
    }

    /// As if three seconds had passed: who asked is told `operation_timeout`, the trigger opens nothing
    /// any more, and an event is delivered once more, at most three times.
    pub fn let_lapse(&self, id: InteractionId) {
        self.inner.with(|state| state.lapse(id, "timeout"));
    }

    /// Delivers the same once more, as Slack does when an acknowledgement was lost on its way.
    pub fn deliver_again(&self, id: InteractionId) {
        self.inner.with(|state| state.deliver(id, "timeout"));
    }

    /// The payload as the bot gets it.
    pub fn payload(&self, id: InteractionId) -> Value {
        self.inner.with(|state| state.interactions[&id].payload.clone())
    }
}
