//! What the bot says to an interaction: the first answer within three seconds, then edits and
//! followups with its token for fifteen minutes.

use std::time::Duration;

use serde_json::{Value, json};

use super::http::Request;
use super::limits::{self, Form};
use super::messages::{IS_EPHEMERAL, Message};
use super::people::{Interaction, InteractionId};
use super::rest::{Accepted, Outcome, Refused, refuse};
use super::state::{Id, State};
use super::{Discord, Kind, schema};

const FIRST_ANSWER_MAX: Duration = Duration::from_secs(3);
const TOKEN_SECS: f64 = 900.0;

const PONG: u64 = 1;
const MESSAGE: u64 = 4;
const DEFERRED_MESSAGE: u64 = 5;
const DEFERRED_UPDATE: u64 = 6;
const UPDATE: u64 = 7;
const CHOICES: u64 = 8;
const MODAL: u64 = 9;

/// What was said so far.
#[derive(Default)]
pub struct Said {
    /// The type of the first answer.
    first: Option<u64>,
    original: Option<Id>,
    followups: Vec<Id>,
    choices: Option<Vec<Value>>,
    modal: Option<Value>,
}

/// The answer to an interaction, when nothing more is to come of it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// "Thinking ..." came first.
    pub is_deferred: bool,
    /// One person alone sees it.
    pub is_ephemeral: bool,
    /// It changed the message that was pressed on, instead of saying something new.
    pub is_update: bool,
    /// The message as it is now. `None` if it was deleted, or is no message.
    pub message: Option<Message>,
    /// What was said after it.
    pub followups: Vec<Message>,
    /// Suggestions for what is half typed.
    pub choices: Option<Vec<Value>>,
    pub modal: Option<Value>,
}

impl Answer {
    /// The text of the message, or nothing.
    pub fn content(&self) -> &str {
        self.message.as_ref().map_or("", Message::content)
    }
}

impl State {
    /// The form of a first answer.
    pub fn check_callback(&self, body: &Value) -> Result<(), Refused> {
        match body["type"].as_u64() {
            Some(MESSAGE | UPDATE) => limits::message(Form::of(body, "/data")),
            Some(CHOICES) => limits::choices(body),
            Some(PONG | DEFERRED_MESSAGE | DEFERRED_UPDATE | MODAL) => Ok(()),
            _ => {
                let mut form = Form::of(body, "");
                form.complain("/type", "BASE_TYPE_CHOICES", "Value must be one of (1, 4, 5, 6, 7, 8, 9).");
                form.end()
            }
        }
    }

    pub fn callback(&mut self, request: &Request) -> Outcome {
        let id = request.id(1)?;
        let known = self.interactions.get(&id).filter(|interaction| interaction.token == request.segments[2]);
        let interaction = known.ok_or_else(|| refuse(404, 10062, "Unknown interaction"))?;
        if interaction.has_lapsed || interaction.begun.elapsed() > FIRST_ANSWER_MAX {
            return Err(refuse(404, 10062, "Unknown interaction"));
        }
        if interaction.said.first.is_some() {
            return Err(refuse(400, 40060, "Interaction has already been acknowledged."));
        }
        self.check_callback(&request.body)?;
        let first = request.body["type"].as_u64().unwrap_or(0);
        check_fits(interaction.kind, first)?;
        self.say_first(id, first, request)?;
        let said = &mut self.interactions.get_mut(&id).unwrap().said;
        said.first = Some(first);
        let with_response = request.query.get("with_response").is_some_and(|value| value == "true");
        let message = said.original.map(|message| self.wire_message(&self.messages[&message]));
        let response = json!({"interaction": {"id": id.to_string(), "type": first}, "resource": {"type": first, "message": message}});
        Ok(if with_response { Accepted::ok(response) } else { Accepted::empty() })
    }

    fn say_first(&mut self, id: InteractionId, first: u64, request: &Request) -> Result<(), Refused> {
        let data = request.body.get("data").cloned().unwrap_or_else(|| json!({}));
        let interaction = &self.interactions[&id];
        let (channel, on) = (interaction.channel, interaction.message);
        match first {
            MESSAGE | DEFERRED_MESSAGE => {
                let mut message = self.answer_to(id, channel, &data, request);
                message.is_loading = first == DEFERRED_MESSAGE;
                if first == MESSAGE && message.is_empty() {
                    return Err(refuse(400, 50006, "Cannot send an empty message"));
                }
                self.interactions.get_mut(&id).unwrap().said.original = Some(message.id);
                self.keep_message(message);
            }
            UPDATE => {
                let on = on.expect("a component stands on a message");
                let edit = Request { body: data, ..request.clone() };
                self.change_message(on, &edit)?;
                self.interactions.get_mut(&id).unwrap().said.original = Some(on);
            }
            DEFERRED_UPDATE => self.interactions.get_mut(&id).unwrap().said.original = on,
            CHOICES => {
                let choices = data["choices"].as_array().cloned().unwrap_or_default();
                self.interactions.get_mut(&id).unwrap().said.choices = Some(choices);
            }
            _ => self.interactions.get_mut(&id).unwrap().said.modal = Some(data),
        }
        Ok(())
    }

    fn answer_to(&mut self, id: InteractionId, channel: Id, body: &Value, request: &Request) -> Message {
        let message = self.new_message(channel, body, &request.files);
        let is_ephemeral = body["flags"].as_u64().unwrap_or(0) & IS_EPHEMERAL != 0;
        let pings = if is_ephemeral { Default::default() } else { message.pings.clone() };
        Message { is_ephemeral, pings, answers: Some(id), ..message }
    }

    /// Whose token it is, as long as it is good for something.
    fn interaction_of(&self, request: &Request) -> Result<InteractionId, Refused> {
        let token = &request.segments[2];
        let found = self.interactions.iter().find(|(_, interaction)| interaction.token == *token);
        let (id, interaction) = found.ok_or_else(|| refuse(404, 10015, "Unknown Webhook"))?;
        if self.now - interaction.begun_at > TOKEN_SECS {
            return Err(refuse(401, 50027, "Invalid Webhook Token"));
        }
        if interaction.said.first.is_none() {
            return Err(refuse(404, 10015, "Unknown Webhook"));
        }
        Ok(*id)
    }

    pub fn followup(&mut self, request: &Request) -> Outcome {
        let id = self.interaction_of(request)?;
        limits::followup(&request.body)?;
        let interaction = &self.interactions[&id];
        let original = interaction.said.original.filter(|original| self.messages[original].is_loading);
        if let Some(original) = original {
            // The first followup takes the place of "Thinking ...", and stays as private as that was.
            return Ok(Accepted::ok(self.change_message(original, request)?));
        }
        let channel = interaction.channel;
        let message = self.answer_to(id, channel, &request.body, request);
        if message.is_empty() {
            return Err(refuse(400, 50006, "Cannot send an empty message"));
        }
        self.interactions.get_mut(&id).unwrap().said.followups.push(message.id);
        Ok(Accepted::ok(self.keep_message(message)))
    }

    /// `@original` or a followup.
    fn answer_message(&self, request: &Request) -> Result<Id, Refused> {
        let unknown = || refuse(404, 10008, "Unknown Message");
        let said = &self.interactions[&self.interaction_of(request)?].said;
        let id = if request.segments[4] == "@original" {
            said.original.ok_or_else(unknown)?
        } else {
            let id = request.id(4)?;
            said.followups.iter().chain(&said.original).copied().find(|one| *one == id).ok_or_else(unknown)?
        };
        if self.messages[&id].is_deleted { Err(unknown()) } else { Ok(id) }
    }

    pub fn read_answer(&mut self, request: &Request) -> Outcome {
        let message = self.answer_message(request)?;
        Ok(Accepted::ok(self.wire_message(&self.messages[&message])))
    }

    pub fn edit_answer(&mut self, request: &Request) -> Outcome {
        let message = self.answer_message(request)?;
        limits::message(Form::of(&request.body, ""))?;
        Ok(Accepted::ok(self.change_message(message, request)?))
    }

    pub fn delete_answer(&mut self, request: &Request) -> Outcome {
        let message = self.answer_message(request)?;
        self.messages.get_mut(&message).unwrap().is_deleted = true;
        Ok(Accepted::empty())
    }

    /// The answer, if there is one by now.
    fn answer(&self, id: InteractionId) -> Option<Answer> {
        let Interaction { said, .. } = &self.interactions[&id];
        let first = said.first?;
        let original = said.original.map(|message| &self.messages[&message]);
        if original.is_some_and(|original| original.is_loading && !original.is_deleted) {
            return None;
        }
        let is_there = |message: &&Message| !message.is_deleted;
        Some(Answer {
            is_deferred: matches!(first, DEFERRED_MESSAGE | DEFERRED_UPDATE),
            is_ephemeral: original.is_some_and(|original| original.is_ephemeral),
            is_update: matches!(first, UPDATE | DEFERRED_UPDATE),
            message: original.filter(is_there).cloned(),
            followups: said.followups.iter().map(|id| &self.messages[id]).filter(is_there).cloned().collect(),
            choices: said.choices.clone(),
            modal: said.modal.clone(),
        })
    }
}

/// Which answers an interaction takes.
fn check_fits(kind: u8, first: u64) -> Result<(), Refused> {
    let fits = match kind {
        4 => first == CHOICES,
        3 => [MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL].contains(&first),
        _ => [MESSAGE, DEFERRED_MESSAGE, MODAL].contains(&first),
    };
    if fits {
        return Ok(());
    }
    let mut refused = refuse(400, 50035, "Invalid Form Body");
    let error =
        json!({"code": "INTERACTION_INVALID_RESPONSE_TYPE", "message": "Invalid response type for this interaction"});
    refused.body["errors"] = json!({"type": {"_errors": [error]}});
    Err(refused)
}

impl Discord {
    /// Waits until an interaction is answered for good: not only by "Thinking ...". A press that was
    /// acknowledged in silence counts as answered: wait for its edit with [`Self::answer_when`].
    pub async fn answer(&self, id: InteractionId) -> Answer {
        self.inner.wait("an answer", |state| state.answer(id)).await
    }

    /// Waits until the answer, with its followups, is as told.
    pub async fn answer_when(&self, id: InteractionId, is_so: impl Fn(&Answer) -> bool) -> Answer {
        self.inner.wait("an answer as told", |state| state.answer(id).filter(&is_so)).await
    }

    /// Whether anything was answered at all, "Thinking ..." included.
    pub fn is_acknowledged(&self, id: InteractionId) -> bool {
        self.inner.with(|state| state.interactions[&id].said.first.is_some())
    }

    /// What a bot answered in the body of its HTTP response. The error is what Discord has against it.
    ///
    /// # Errors
    /// A status and a body, as if it had been a callback.
    pub fn answered_over_http(&self, id: InteractionId, body: &Value) -> Result<(), (u16, Value)> {
        self.inner.with(|state| {
            let token = state.interactions[&id].token.clone();
            let path = format!("/interactions/{id}/{token}/callback");
            if let Some(complaint) =
                schema::complaint("post", "/interactions/{interaction_id}/{interaction_token}/callback", body)
            {
                state.check_callback(body).map_err(|refused| (refused.status, refused.body))?;
                return Err((400, json!({"code": 50035, "message": complaint})));
            }
            let request = Request {
                method: "POST".to_owned(),
                segments: path.split('/').skip(1).map(str::to_owned).collect(),
                path,
                body: body.clone(),
                kind: Some(Kind::Callback),
                ..Request::default()
            };
            state.callback(&request).map(|_| ()).map_err(|refused| (refused.status, refused.body))
        })
    }
}
