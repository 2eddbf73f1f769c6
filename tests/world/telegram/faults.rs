//! What goes wrong, when a test says so.

use std::sync::Arc;

use serde_json::json;

use super::Telegram;
use super::api::{Refused, instead, refuse, too_many};
use super::http::Reply;
use super::methods::Method;
use super::state::{ChatId, State};
use crate::world::gate::{Gate, Sides};

/// What happens to a request that was accepted, instead of its answer.
#[derive(Clone, Copy, Debug)]
pub enum After {
    /// This status: 500 as Telegram, others as the servers before it.
    Status(u16),
    /// The connection ends.
    HangUp,
    /// Nothing, for ever.
    Silence,
    /// A page instead of JSON, and all is well.
    Html,
}

impl After {
    pub fn reply(self) -> Reply {
        match self {
            Self::Status(status) => failure(status),
            Self::HangUp => Reply::HangUp,
            Self::Silence => Reply::Silence,
            Self::Html => Reply::Html(200),
        }
    }
}

/// What happens to a request before it is accepted.
#[derive(Clone, Debug)]
pub enum Before {
    Refuse(u16, String),
    RateLimit(u64),
    Fail(u16),
    HangUp,
    Silence,
}

impl Before {
    pub fn refused(self) -> Refused {
        match self {
            Self::Refuse(status, description) => refuse(status, &description),
            Self::RateLimit(retry_after) => too_many(retry_after),
            Self::Fail(status) => instead(failure(status)),
            Self::HangUp => instead(Reply::HangUp),
            Self::Silence => instead(Reply::Silence),
        }
    }
}

#[derive(Default)]
pub struct Faults {
    before: Vec<(Method, usize, Before)>,
    after: Vec<(Method, usize, After)>,
    gates_before: Vec<(Method, Arc<Sides>)>,
    gates_after: Vec<(Method, Arc<Sides>)>,
}

/// Takes the first fault that strikes requests of this kind.
fn take<T: Clone>(planned: &mut Vec<(Method, usize, T)>, method: Method) -> Option<T> {
    let index = planned.iter().position(|(of, ..)| of.covers(method))?;
    let (_, times, fault) = &mut planned[index];
    let fault = fault.clone();
    *times -= 1;
    if *times == 0 {
        planned.remove(index);
    }
    Some(fault)
}

impl Faults {
    pub fn take_before(&mut self, method: Method) -> Option<Before> {
        take(&mut self.before, method)
    }

    pub fn take_after(&mut self, method: Method) -> Option<After> {
        take(&mut self.after, method)
    }

    pub fn gate_before(&self, method: Method) -> Option<Arc<Sides>> {
        closed(&self.gates_before, method)
    }

    pub fn gate_after(&self, method: Method) -> Option<Arc<Sides>> {
        closed(&self.gates_after, method)
    }
}

fn closed(gates: &[(Method, Arc<Sides>)], method: Method) -> Option<Arc<Sides>> {
    let (_, sides) = gates.iter().find(|(of, sides)| of.covers(method) && !sides.is_open())?;
    Some(sides.clone())
}

/// Telegram's own error in JSON for 500, and the page of the servers before it for the others.
fn failure(status: u16) -> Reply {
    if status != 500 {
        return Reply::Html(status);
    }
    let body = json!({"ok": false, "error_code": 500, "description": "Internal Server Error"});
    Reply::Json { status, body }
}

/// Faults of the API. `Method::Any` strikes whatever comes next, a `getUpdates` that waits included.
impl Telegram {
    fn before(&self, method: Method, times: usize, fault: Before) {
        self.inner.with(|state| state.faults.before.push((method, times, fault)));
    }

    /// The next `times` requests are refused with a status and Telegram's words, such as
    /// `Bad Request: chat not found`.
    pub fn refuse_next(&self, method: Method, times: usize, status: u16, description: &str) {
        self.before(method, times, Before::Refuse(status, description.to_owned()));
    }

    /// 429 for the next request, and for those to the same chat until the time is over.
    pub fn rate_limit_next(&self, method: Method, retry_after_secs: u64) {
        self.before(method, 1, Before::RateLimit(retry_after_secs));
    }

    /// 429 for whatever goes to a chat, from now until the time is over.
    pub fn rate_limit_chat(&self, chat: ChatId, retry_after_secs: u64) {
        self.inner.with(|state| {
            let until = state.now + retry_after_secs as f64;
            state.api.park(chat, until);
        });
    }

    /// 429 for whatever goes to any chat, from now until the time is over.
    pub fn rate_limit_all(&self, retry_after_secs: u64) {
        self.inner.with(|state| {
            let until = state.now + retry_after_secs as f64;
            state.api.park_all(until);
        });
    }

    /// The next `times` requests fail before they are accepted: 500 as JSON, others as HTML.
    pub fn fail_next_with(&self, method: Method, times: usize, status: u16) {
        self.before(method, times, Before::Fail(status));
    }

    /// The connection ends before the request is accepted.
    pub fn hang_up_on_next(&self, method: Method) {
        self.before(method, 1, Before::HangUp);
    }

    /// The next request is neither accepted nor answered.
    pub fn hang(&self, method: Method) {
        self.before(method, 1, Before::Silence);
    }

    /// The next request is accepted, and then something else than its answer comes.
    pub fn accept_then(&self, method: Method, after: After) {
        self.inner.with(|state| state.faults.after.push((method, 1, after)));
    }

    /// Requests wait at the gate, not yet accepted, until it is opened.
    pub fn hold(&self, method: Method) -> Gate {
        let (sides, gate) = Sides::closed();
        self.inner.with(|state| state.faults.gates_before.push((method, sides)));
        gate
    }

    /// Requests are accepted, and their answers wait at the gate until it is opened.
    pub fn hold_answers(&self, method: Method) -> Gate {
        let (sides, gate) = Sides::closed();
        self.inner.with(|state| state.faults.gates_after.push((method, sides)));
        gate
    }

    /// The token is good for nothing any more: 401, also for a poll that waits.
    pub fn revoke_token(&self) {
        self.inner.with(|state: &mut State| state.token.clear());
    }

    /// The token is good again.
    pub fn restore_token(&self) {
        self.inner.with(|state: &mut State| super::TOKEN.clone_into(&mut state.token));
    }
}
