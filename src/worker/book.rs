//! Everybody's subscriptions in memory, kept in step with the store by what changed in it.

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use crate::pipeline::route::Readers;
use crate::port::{Store, StoreError};

/// Shared by the workers that match cards and make recaps.
pub struct Book {
    store: Arc<dyn Store>,
    known: Mutex<Known>,
}

#[derive(Default)]
pub struct Known {
    pub readers: Readers,
    /// Changes when anything here does.
    pub revision: Option<u64>,
}

impl Book {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, known: Mutex::default() }
    }

    /// The subscriptions as they stand now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(&self) -> Result<MutexGuard<'_, Known>, StoreError> {
        let mut known = self.known.lock().await;
        let changes = self.store.changes_since(known.revision).await?;
        if changes.is_whole {
            known.readers = Readers::default();
        }
        for (id, subscription) in changes.subscriptions {
            match subscription {
                Some(subscription) => known.readers.put(subscription),
                None => known.readers.remove(&id),
            }
        }
        for settings in changes.settings {
            known.readers.put_settings(settings);
        }
        known.revision = Some(changes.revision);
        Ok(known)
    }
}
