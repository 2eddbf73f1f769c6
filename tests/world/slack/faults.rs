//! What goes wrong, when a test says so.

use std::sync::Arc;

use super::Slack;
use crate::world::gate::{Gate, Sides};

/// In a fault: every request, whatever it asks for.
pub const ANY: &str = "*";

/// What happens to a request that was accepted, instead of its answer.
#[derive(Clone, Copy, Debug)]
pub enum After {
    /// This status, with a page of the servers before Slack.
    Status(u16),
    /// 200, and a page instead of JSON.
    Html,
    /// `ok: false` with this error: `fatal_error` may mean that something was done all the same.
    Error(&'static str),
    /// The connection ends.
    HangUp,
    /// Nothing, for ever.
    Silence,
}

/// What happens to a request before it is accepted.
#[derive(Clone, Copy, Debug)]
pub enum Before {
    Refuse(&'static str),
    RateLimit { retry_after: f64, is_for_all: bool },
    Fail(u16),
    HangUp,
    Silence,
}

#[derive(Default)]
pub struct Faults {
    before: Vec<(String, usize, Before)>,
    after: Vec<(String, usize, After)>,
    gates_before: Vec<(String, Arc<Sides>)>,
    gates_after: Vec<(String, Arc<Sides>)>,
}

fn covers(planned: &str, method: &str) -> bool {
    planned == ANY || planned == method
}

/// Takes the first fault that strikes requests of this method.
fn take<T: Copy>(planned: &mut Vec<(String, usize, T)>, method: &str) -> Option<T> {
    let index = planned.iter().position(|(of, ..)| covers(of, method))?;
    let (_, times, fault) = &mut planned[index];
    let fault = *fault;
    *times -= 1;
    if *times == 0 {
        planned.remove(index);
    }
    Some(fault)
}

impl Faults {
    pub fn take_before(&mut self, method: &str) -> Option<Before> {
        take(&mut self.before, method)
    }

    pub fn take_after(&mut self, method: &str) -> Option<After> {
        take(&mut self.after, method)
    }

    pub fn gate_before(&self, method: &str) -> Option<Arc<Sides>> {
        closed(&self.gates_before, method)
    }

    pub fn gate_after(&self, method: &str) -> Option<Arc<Sides>> {
        closed(&self.gates_after, method)
    }
}

fn closed(gates: &[(String, Arc<Sides>)], method: &str) -> Option<Arc<Sides>> {
    let (_, sides) = gates.iter().find(|(of, sides)| covers(of, method) && !sides.is_open())?;
    Some(sides.clone())
}

/// Faults of requests. Methods by Slack's names, [`ANY`], `response_url`, `upload` or `download`.
impl Slack {
    fn before(&self, method: &str, times: usize, fault: Before) {
        self.inner.with(|state| state.faults.before.push((method.to_owned(), times, fault)));
    }

    /// The next `times` requests are refused with Slack's error.
    pub fn refuse_next(&self, method: &str, times: usize, error: &'static str) {
        self.before(method, times, Before::Refuse(error));
    }

    /// 429 for the next request, and for those of the same method (and channel, when it posts) until
    /// the time is over.
    pub fn rate_limit_next(&self, method: &str, retry_after: f64) {
        self.before(method, 1, Before::RateLimit { retry_after, is_for_all: false });
    }

    /// 429 for the next request, and for every other one until the time is over.
    pub fn rate_limit_all(&self, retry_after: f64) {
        self.before(ANY, 1, Before::RateLimit { retry_after, is_for_all: true });
    }

    /// The next `times` requests fail before they are accepted.
    pub fn fail_next_with(&self, method: &str, times: usize, status: u16) {
        self.before(method, times, Before::Fail(status));
    }

    /// The connection ends before the request is accepted.
    pub fn hang_up_on_next(&self, method: &str) {
        self.before(method, 1, Before::HangUp);
    }

    /// The next request is neither accepted nor answered.
    pub fn hang(&self, method: &str) {
        self.before(method, 1, Before::Silence);
    }

    /// The next request is accepted, and then something else than its answer comes.
    pub fn accept_then(&self, method: &str, after: After) {
        self.inner.with(|state| state.faults.after.push((method.to_owned(), 1, after)));
    }

    /// Requests wait at the gate, not yet accepted, until it is opened.
    pub fn hold(&self, method: &str) -> Gate {
        let (sides, gate) = Sides::closed();
        self.inner.with(|state| state.faults.gates_before.push((method.to_owned(), sides)));
        gate
    }

    /// Requests are accepted, and their answers wait at the gate until it is opened.
    pub fn hold_answers(&self, method: &str) -> Gate {
        let (sides, gate) = Sides::closed();
        self.inner.with(|state| state.faults.gates_after.push((method.to_owned(), sides)));
        gate
    }
}
