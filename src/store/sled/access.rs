//! How the tree is read: by key, by prefix, or much of it aside.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::tx::{failure, guarded};
use super::{SledStore, open, read};
use crate::model::id::FeedId;
use crate::port::{Body, StoreError};

impl SledStore {
    pub(super) fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        guarded(&self.path, || read::load(&self.db, &self.path, key))
    }

    /// The pairs with this prefix, up to `max` of them.
    pub(super) fn pairs(&self, prefix: &[u8], max: usize) -> Result<Vec<(sled::IVec, sled::IVec)>, StoreError> {
        guarded(&self.path, || {
            let pairs = self.db.scan_prefix(prefix).take(max);
            pairs.map(|pair| pair.map_err(|error| failure(&self.path, &error))).collect()
        })
    }

    /// Reads much, and lets everybody else go on meanwhile.
    pub(super) async fn read_aside<T: Send + 'static>(
        &self,
        read: impl FnOnce(&sled::Db, &Path) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (db, path) = (self.db.clone(), self.path.clone());
        let reading = tokio::task::spawn_blocking(move || guarded(&path, || read(&db, &path))).await;
        reading.unwrap_or_else(|error| Err(StoreError::Crashed { what: error.to_string() }))
    }

    pub(super) fn parsing_file(&self, feed: &FeedId) -> PathBuf {
        self.path.join(open::PARSING_FOLDER).join(feed.as_str())
    }

    /// Why a document could not be noted.
    pub(super) fn unnoted(&self, document: &Body, error: &std::io::Error) -> StoreError {
        match error.kind() {
            ErrorKind::StorageFull => {
                let needed_bytes = document.bytes.len() as u64;
                StoreError::DiskFull { path: self.path.clone(), free_bytes: 0, needed_bytes }
            }
            _ => StoreError::Unusable { path: self.path.clone(), why: format!("cannot note what is parsed: {error}") },
        }
    }
}
