//! The loops that move items along. Each worker is a `step` that does what is due and says when to
//! come again; one run loop serves them all. Must not know: a platform, a store engine, HTTP.

pub mod book;
pub mod deliver;
pub mod enrich;
pub mod health;
pub mod poll;
pub mod recap;
pub mod stories;
pub mod summary;
pub mod sweep;

mod today;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::port::{Clock, StoreError};

/// The longest sleep: should the clock be set back, a worker is late by no more than this.
const SLEEP_MAX: Duration = Duration::from_secs(60);
/// How long a worker waits after the store refused to work.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// What a step did, and when there is more to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Something was done, or is being done.
    pub is_busy: bool,
    pub next: Option<Timestamp>,
}

#[async_trait]
pub trait Worker: Send {
    fn name(&self) -> &'static str;

    /// Does what is due now. Never waits for something that only time brings.
    async fn step(&mut self) -> Result<Progress, StoreError>;

    /// Waits until what this worker has begun is finished.
    async fn drain(&mut self);
}

/// Tells a worker that there may be something to do. A hint that is lost costs latency, never work.
pub type Hint = Arc<Notify>;

/// Runs a worker until `stop`, then lets it finish what it has begun.
///
/// # Errors
/// At once when the store is beyond use.
pub async fn run(
    mut worker: Box<dyn Worker>,
    hint: Hint,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let mut is_paused = false;
    while !stop.is_cancelled() {
        // Registered before the step, so that a hint during it is not lost.
        let hinted = hint.notified();
        let pause = match worker.step().await {
            Ok(progress) => {
                if std::mem::take(&mut is_paused) {
                    tracing::info!(worker = worker.name(), "The {} worker goes on", worker.name());
                }
                until(progress.next, clock.now())
            }
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => {
                // Said once, however long it lasts.
                if !std::mem::replace(&mut is_paused, true) {
                    tracing::error!(worker = worker.name(), "The {} worker pauses: {error}", worker.name());
                }
                STORE_PAUSE
            }
        };
        tokio::select! {
            () = hinted => {}
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => {}
        }
    }
    worker.drain().await;
    Ok(())
}

fn until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let Some(next) = next else { return SLEEP_MAX };
    Duration::try_from(next.duration_since(now)).unwrap_or_default().min(SLEEP_MAX)
}
