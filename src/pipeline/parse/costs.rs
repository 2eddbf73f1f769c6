//! What a document will cost in memory, reckoned before any of it is parsed: a tag of seven bytes
//! becomes a thousand in the parser's model.

use super::ParseError;

/// Entries of one feed. A real feed of 5 MB has some thousands.
pub const ENTRIES_MAX: usize = 50_000;
/// Bytes that the parser may keep of a document: a share of its own size, and as much as makes
/// [`ENTRIES_MAX`] bare entries.
const KEPT_BYTES_MIN: usize = 72 * 1024 * 1024;
const KEPT_TIMES_SIZE: usize = 8;

/// How many kinds of these there are.
const KINDS: usize = 6;

/// What feed-rs keeps lists of.
#[derive(Clone, Copy)]
enum Kept {
    Entry,
    Link,
    Person,
    Category,
    Media,
    /// `content:encoded`, with the base address of its links.
    Encoded,
}

impl Kept {
    fn of(local_name: &str) -> Option<Self> {
        Some(match local_name {
            "item" | "entry" => Self::Entry,
            "link" => Self::Link,
            "author" | "contributor" | "creator" | "owner" | "managingEditor" | "webMaster" => Self::Person,
            "category" => Self::Category,
            "group" | "content" | "enclosure" | "thumbnail" | "image" | "player" | "text" | "credit" => Self::Media,
            "encoded" => Self::Encoded,
            _ => return None,
        })
    }

    /// Bytes of the first in an entry (a list has room for four from the start) and of each further
    /// one: sizes of feed-rs 2.4.0's model and of ours, rounded up.
    fn bytes(self) -> (usize, usize) {
        match self {
            Self::Entry => (1100, 1100),
            Self::Link => (650, 250),
            Self::Person => (450, 200),
            Self::Category => (500, 200),
            Self::Media => (2600, 700),
            Self::Encoded => (100, 100),
        }
    }
}

/// The running bill of one document.
pub struct Costs {
    bytes: usize,
    bytes_max: usize,
    entries: usize,
    /// By kind: whether this entry has had one.
    has: [bool; KINDS],
}

impl Costs {
    pub fn new(document_bytes: usize) -> Self {
        let bytes_max = KEPT_BYTES_MIN + KEPT_TIMES_SIZE * document_bytes;
        Self { bytes: 0, bytes_max, entries: 0, has: [false; KINDS] }
    }

    /// An element is opened where addresses are resolved against `base_bytes` bytes.
    ///
    /// # Errors
    /// When there are too many entries, or too much of everything.
    pub fn add(&mut self, local_name: &str, base_bytes: usize) -> Result<(), ParseError> {
        let Some(kept) = Kept::of(local_name) else { return Ok(()) };
        if let Kept::Entry = kept {
            self.entries += 1;
            self.has = [false; KINDS];
        }
        if self.entries > ENTRIES_MAX {
            return Err(ParseError::TooManyEntries);
        }
        let (first, further) = kept.bytes();
        let has_one = self.has.get_mut(kept as usize).map(|has| std::mem::replace(has, true));
        self.bytes += if has_one == Some(true) { further } else { first } + base_bytes;
        if self.bytes > self.bytes_max {
            return Err(ParseError::TooCostly { bytes_max: self.bytes_max });
        }
        Ok(())
    }
}
