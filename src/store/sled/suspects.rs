//! Documents that may have killed the process: who is asked about them, and where they go.

use std::fs;
use std::path::PathBuf;

use super::note::Note;
use super::{SledStore, note, open};
use crate::model::id::FeedId;
use crate::port::{Store, StoreError};

/// A document whose parsing never ended.
pub struct Suspect {
    pub feed: FeedId,
    /// The file with the [`Note`] of it.
    pub note: PathBuf,
    /// How often in a row the process has ended while this feed was parsed.
    pub deaths: u32,
}

impl SledStore {
    /// Documents that were being parsed when the last process ended. Empty after a clean stop. To
    /// be asked once at each start: it counts the deaths.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn suspects(&self) -> Result<Vec<Suspect>, StoreError> {
        note::suspects(&self.path.join(open::PARSING_FOLDER))
            .map_err(|error| StoreError::Unusable { path: self.path.clone(), why: error.to_string() })
    }

    /// The document was only there. The deaths are remembered until one of this feed is parsed.
    pub fn acquit(&self, suspect: &Suspect) {
        note::remove(&suspect.note);
    }

    /// Puts the document where it is out of the way and can be looked at.
    ///
    /// # Errors
    /// When it cannot be written there.
    pub fn put_aside(&self, suspect: &Suspect) -> Result<PathBuf, StoreError> {
        let poison = self.path.join(format!("poison-{}", suspect.feed));
        let written = Note::read(&suspect.note).and_then(|note| fs::write(&poison, note.document));
        written.map_err(|error| StoreError::Unusable { path: poison.clone(), why: error.to_string() })?;
        self.parsed(&suspect.feed);
        Ok(poison)
    }
}
