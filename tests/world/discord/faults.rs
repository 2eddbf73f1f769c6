//! What goes wrong, when a test says so.

use std::sync::Arc;

use super::http::Reply;
use super::rest::{Refused, refuse};
use super::{Discord, Kind};
use crate::world::gate::{Gate, Sides};

/// What happens to a request that was accepted, instead of its answer.
#[derive(Clone, Copy, Debug)]
pub enum After {
    /// This status: 500 as Discord, others as the servers before it.
    Status(u16),
    /// The connection ends.
    HangUp,
    /// Nothing, for ever.
    Silence,
}

/// What happens to a request before it is accepted.
#[derive(Clone, Copy, Debug)]
pub enum Before {
    Refuse { status: u16, code: u64 },
    RateLimit { retry_after: f64, is_global: bool },
    Fail(u16),
    HangUp,
    Silence,
}

#[derive(Default)]
pub struct Faults {
    before: Vec<(Kind, usize, Before)>,
    after: Vec<(Kind, usize, After)>,
    gates_before: Vec<(Kind, Arc<Sides>)>,
    gates_after: Vec<(Kind, Arc<Sides>)>,
}

/// Takes the first fault that strikes requests of this kind.
fn take<T: Copy>(planned: &mut Vec<(Kind, usize, T)>, kind: Kind) -> Option<T> {
    let index = planned.iter().position(|(of, ..)| of.covers(kind))?;
    let (_, times, fault) = &mut planned[index];
    let fault = *fault;
    *times -= 1;
    if *times == 0 {
        planned.remove(index);
    }
    Some(fault)
}

impl Faults {
    pub fn take_before(&mut self, kind: Kind) -> Option<Before> {
        take(&mut self.before, kind)
    }

    pub fn take_after(&mut self, kind: Kind) -> Option<After> {
        take(&mut self.after, kind)
    }

    pub fn gate_before(&self, kind: Kind) -> Option<Arc<Sides>> {
        closed(&self.gates_before, kind)
    }

    pub fn gate_after(&self, kind: Kind) -> Option<Arc<Sides>> {
        closed(&self.gates_after, kind)
    }
}

fn closed(gates: &[(Kind, Arc<Sides>)], kind: Kind) -> Option<Arc<Sides>> {
    let (_, sides) = gates.iter().find(|(of, sides)| of.covers(kind) && !sides.is_open())?;
    Some(sides.clone())
}

/// Discord's own error page in JSON for 500, and the page of the servers before it for the others.
pub fn failure(status: u16) -> Reply {
    if status != 500 {
        return Reply::Html(status);
    }
    let Refused { status, body, .. } = refuse(500, 0, "500: Internal Server Error");
    Reply::Json { status, headers: Vec::new(), body }
}

/// Faults of REST. `Kind::Any` strikes whatever comes next.
impl Discord {
    fn before(&self, kind: Kind, times: usize, fault: Before) {
        self.inner.with(|state| state.faults.before.push((kind, times, fault)));
    }

    /// The next `times` requests are refused with a status and Discord's code.
    pub fn refuse_next(&self, kind: Kind, times: usize, status: u16, code: u64) {
        self.before(kind, times, Before::Refuse { status, code });
    }

    /// 429 for the next request, and for those of the same channel until the time is over.
    pub fn rate_limit_next(&self, kind: Kind, retry_after: f64) {
        self.before(kind, 1, Before::RateLimit { retry_after, is_global: false });
    }

    /// 429 for the next request, and for every other one until the time is over.
    pub fn rate_limit_all(&self, kind: Kind, retry_after: f64) {
        self.before(kind, 1, Before::RateLimit { retry_after, is_global: true });
    }

    /// The next `times` requests fail before they are accepted: 500 as JSON, others as HTML.
    pub fn fail_next_with(&self, kind: Kind, times: usize, status: u16) {
        self.before(kind, times, Before::Fail(status));
    }

    /// The connection ends before the request is accepted.
    pub fn hang_up_on_next(&self, kind: Kind) {
        self.before(kind, 1, Before::HangUp);
    }

    /// The next request is neither accepted nor answered.
    pub fn hang(&self, kind: Kind) {
        self.before(kind, 1, Before::Silence);
    }

    /// The next request is accepted, and then something else than its answer comes.
    pub fn accept_then(&self, kind: Kind, after: After) {
        self.inner.with(|state| state.faults.after.push((kind, 1, after)));
    }

    /// Requests wait at the gate, not yet accepted, until it is opened.
    pub fn hold(&self, kind: Kind) -> Gate {
        let (sides, gate) = Sides::closed();
        self.inner.with(|state| state.faults.gates_before.push((kind, sides)));
        gate
    }

    /// Requests are accepted, and their answers wait at the gate until it is opened.
    pub fn hold_answers(&self, kind: Kind) -> Gate {
        let (sides, gate) = Sides::closed();
        self.inner.with(|state| state.faults.gates_after.push((kind, sides)));
        gate
    }
}
