//! One transaction: reads see its own writes, and all its writes reach the tree in one batch.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key;
use crate::port::StoreError;

/// Bytes of one value. Larger ones leave sled's log for files that it never syncs (bench,
/// section 3).
pub const VALUE_BYTES_MAX: usize = 64 * 1024;

pub struct Tx<'a> {
    db: &'a sled::Db,
    path: &'a Path,
    writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a> Tx<'a> {
    pub fn new(db: &'a sled::Db, path: &'a Path) -> Self {
        Self { db, path, writes: BTreeMap::new() }
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(written) = self.writes.get(key) {
            return Ok(written.clone());
        }
        let found = self.db.get(key).map_err(|error| failure(self.path, &error))?;
        Ok(found.map(|value| value.to_vec()))
    }

    pub fn load<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.get(key)?.map(|bytes| decode(self.path, key, &bytes)).transpose()
    }

    pub fn put(&mut self, key: Vec<u8>, value: Vec<u8>) -> Result<(), StoreError> {
        if value.len() > VALUE_BYTES_MAX {
            let what = String::from_utf8_lossy(&key).into_owned();
            return Err(StoreError::TooLarge { what, size: value.len(), max: VALUE_BYTES_MAX });
        }
        self.writes.insert(key, Some(value));
        Ok(())
    }

    pub fn save<T: Serialize>(&mut self, key: Vec<u8>, value: &T) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(value).expect("our own records have no map keys but text");
        self.put(key, bytes)
    }

    pub fn remove(&mut self, key: Vec<u8>) {
        self.writes.insert(key, None);
    }

    /// The keys with this prefix, up to `max` of them, in order.
    pub fn keys(&self, prefix: &[u8], max: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut keys = Vec::new();
        let mut own = self.writes.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix)).peekable();
        for found in self.db.scan_prefix(prefix).keys() {
            let found = found.map_err(|error| failure(self.path, &error))?;
            while let Some((key, value)) = own.next_if(|(key, _)| key.as_slice() < found.as_ref()) {
                keys.extend(value.as_ref().map(|_| key.clone()));
            }
            match own.next_if(|(key, _)| key.as_slice() == found.as_ref()) {
                Some((_, None)) => {}
                _ => keys.push(found.to_vec()),
            }
            if keys.len() >= max {
                keys.truncate(max);
                return Ok(keys);
            }
        }
        keys.extend(own.filter(|(_, value)| value.is_some()).map(|(key, _)| key.clone()));
        keys.truncate(max);
        Ok(keys)
    }

    /// The next number in the order of everything that is queued.
    pub fn next_sequence(&mut self) -> Result<u64, StoreError> {
        let last = self.get(key::SEQUENCE)?;
        let last =
            last.as_deref().and_then(|bytes| bytes.first_chunk::<8>()).map_or(0, |bytes| u64::from_be_bytes(*bytes));
        self.put(key::SEQUENCE.to_vec(), (last + 1).to_be_bytes().to_vec())?;
        Ok(last + 1)
    }

    /// Applies the writes; durable only after the writer's flush. False when there were none.
    pub fn apply(self) -> Result<bool, StoreError> {
        if self.writes.is_empty() {
            return Ok(false);
        }
        let mut batch = sled::Batch::default();
        for (key, value) in self.writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.db.apply_batch(batch).map_err(|error| failure(self.path, &error))?;
        Ok(true)
    }
}

pub fn decode<T: DeserializeOwned>(path: &Path, key: &[u8], bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Damaged {
        path: path.to_owned(),
        why: format!("the record {} is not readable: {error}", String::from_utf8_lossy(key)),
    })
}

/// sled's errors in terms of what the caller can do.
pub fn failure(path: &Path, error: &sled::Error) -> StoreError {
    let path = path.to_owned();
    match error {
        sled::Error::Corruption { .. } | sled::Error::ReportableBug(_) => {
            StoreError::Damaged { path, why: error.to_string() }
        }
        other => StoreError::Unusable { path, why: other.to_string() },
    }
}

/// sled panics on damage that it does not expect; that is no reason for us to.
pub fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(StoreError::Damaged { path: path.to_owned(), why: "sled cannot read on".to_owned() }))
}
