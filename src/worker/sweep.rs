//! Forgets what is long past, so that the store stops growing.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{Progress, Worker};
use crate::port::{Clock, Store, StoreError};

/// Items, cards and settled deliveries are kept this long. Seen items are remembered longer.
pub const KEEP: SignedDuration = SignedDuration::from_hours(90 * 24);
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Records forgotten in one transaction.
const CHUNK: usize = 500;

pub struct Sweep {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    next: Timestamp,
}

impl Sweep {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let next = clock.now();
        Self { store, clock, next }
    }
}

#[async_trait]
impl Worker for Sweep {
    fn name(&self) -> &'static str {
        "sweep"
    }

    async fn step(&mut self) -> Result<Progress, StoreError> {
        let now = self.clock.now();
        if now < self.next {
            return Ok(Progress { is_busy: false, next: Some(self.next) });
        }
        let before = now.checked_sub(KEEP).unwrap_or(Timestamp::MIN);
        if self.store.forget_before(before, CHUNK).await? > 0 {
            return Ok(Progress { is_busy: true, next: Some(now) });
        }
        self.next = now.checked_add(EVERY).unwrap_or(Timestamp::MAX);
        Ok(Progress { is_busy: false, next: Some(self.next) })
    }

    async fn drain(&mut self) {}
}
