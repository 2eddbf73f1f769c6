//! A place where a simulated platform holds requests, or their answers, until a test lets them go on.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// How long a test waits for requests to come.
const PATIENCE: Duration = Duration::from_secs(5);

/// Requests wait here until the test opens it, or drops it.
pub struct Gate(Arc<Sides>);

pub struct Sides {
    waiting: watch::Sender<usize>,
    is_open: watch::Sender<bool>,
}

impl Sides {
    /// A closed gate: its side for the simulator, and the one for the test.
    pub fn closed() -> (Arc<Self>, Gate) {
        let sides = Arc::new(Self { waiting: watch::channel(0).0, is_open: watch::channel(false).0 });
        (sides.clone(), Gate(sides))
    }

    pub fn is_open(&self) -> bool {
        *self.is_open.borrow()
    }

    pub async fn pass(&self) {
        self.waiting.send_modify(|count| *count += 1);
        let _ = self.is_open.subscribe().wait_for(|is_open| *is_open).await;
    }
}

impl Gate {
    /// Waits until so many requests have come to the gate.
    pub async fn arrived(&self, count: usize) {
        let mut waiting = self.0.waiting.subscribe();
        let arrival = waiting.wait_for(|arrived| *arrived >= count);
        tokio::time::timeout(PATIENCE, arrival).await.expect("requests come to the gate").unwrap();
    }

    /// Lets through all that wait, and whatever comes later.
    pub fn open(self) {}
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.is_open.send_replace(true);
    }
}
