//! Which items of a feed have been seen: stable 64-bit fingerprints of guid, link and content,
//! packed, one set per feed.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

/// Bytes of one entry in its packed form.
pub const PACKED_BYTES: usize = 26;

/// One seen item. A fingerprint of 0 means that it has none of that kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub guid: u64,
    pub link: u64,
    /// What the item says, made by [`Seen::content_of`].
    pub content: u64,
    /// Days since 1970-01-01 when a poll last had it.
    pub last_day: u16,
}

/// The lower bits of [`Seen::content`] are the text's: enough to confirm what the title says, and
/// never asked for more than that.
const TEXT_MASK: u64 = 0xffff;

impl Seen {
    /// Title and text as one fingerprint. `title`: the title, or the text where there is none.
    pub fn content_of(title: Option<&str>, text: Option<&str>) -> u64 {
        let title = title.map_or(0, |title| (fingerprint(title) & !TEXT_MASK).max(TEXT_MASK + 1));
        let text = text.map_or(0, |text| (fingerprint(text) & TEXT_MASK).max(1));
        title | text
    }

    /// The fingerprint of the title alone.
    pub fn title(&self) -> u64 {
        self.content & !TEXT_MASK
    }

    /// The fingerprint of the text alone.
    pub fn text(&self) -> u64 {
        self.content & TEXT_MASK
    }
}

/// The seen items of one feed, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenSet {
    entries: Vec<Seen>,
}

/// A stable fingerprint that is never 0.
pub fn fingerprint(text: &str) -> u64 {
    xxh3_64(text.as_bytes()).max(1)
}

/// A fingerprint of a whole document.
pub fn body_hash(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

impl SeenSet {
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn entries(&self) -> &[Seen] {
        &self.entries
    }

    pub fn get_mut(&mut self, index: usize) -> Option<&mut Seen> {
        self.entries.get_mut(index)
    }

    pub fn push(&mut self, seen: Seen) {
        self.entries.push(seen);
    }

    /// Forgets the entries last seen before `day`, oldest first, as long as more than `keep` remain.
    pub fn forget_before(&mut self, day: u16, keep: usize) {
        let mut spare = self.entries.len().saturating_sub(keep);
        self.entries.retain(|seen| {
            let goes = spare > 0 && seen.last_day < day;
            spare -= usize::from(goes);
            !goes
        });
    }

    /// An index over one kind of fingerprint.
    pub fn index(&self, key: impl Fn(&Seen) -> u64) -> SeenIndex {
        SeenIndex::of(&self.entries, key)
    }

    /// The set as bytes: fixed-size little-endian records.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.entries.len() * PACKED_BYTES);
        for seen in &self.entries {
            bytes.extend_from_slice(&seen.guid.to_le_bytes());
            bytes.extend_from_slice(&seen.link.to_le_bytes());
            bytes.extend_from_slice(&seen.content.to_le_bytes());
            bytes.extend_from_slice(&seen.last_day.to_le_bytes());
        }
        bytes
    }

    /// Appends what [`SeenSet::to_bytes`] gave. `None` when it is not that.
    pub fn extend_from_bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let (records, rest) = bytes.as_chunks::<PACKED_BYTES>();
        if !rest.is_empty() {
            return None;
        }
        self.entries.reserve(records.len());
        for record in records {
            let (guid, rest) = record.split_first_chunk::<8>()?;
            let (link, rest) = rest.split_first_chunk::<8>()?;
            let (content, day) = rest.split_first_chunk::<8>()?;
            self.entries.push(Seen {
                guid: u64::from_le_bytes(*guid),
                link: u64::from_le_bytes(*link),
                content: u64::from_le_bytes(*content),
                last_day: u16::from_le_bytes(*day.first_chunk::<2>()?),
            });
        }
        Some(())
    }
}

/// Positions by fingerprint.
pub struct SeenIndex {
    by: HashMap<u64, Spot, BuildHasherDefault<Identity>>,
}

#[derive(Clone, Copy)]
struct Spot {
    last: usize,
    is_only: bool,
}

impl SeenIndex {
    /// An index over the entries that have such a fingerprint.
    pub fn of(entries: &[Seen], key: impl Fn(&Seen) -> u64) -> Self {
        let mut by: HashMap<u64, Spot, _> =
            HashMap::with_capacity_and_hasher(entries.len(), BuildHasherDefault::default());
        for (position, seen) in entries.iter().enumerate() {
            let key = key(seen);
            if key != 0 {
                let spot = Spot { last: position, is_only: true };
                by.entry(key).and_modify(|known| *known = Spot { is_only: false, ..spot }).or_insert(spot);
            }
        }
        Self { by }
    }

    /// The last entry with this fingerprint.
    pub fn find(&self, fingerprint: u64) -> Option<usize> {
        if fingerprint == 0 { None } else { self.by.get(&fingerprint).map(|spot| spot.last) }
    }

    /// The entry with this fingerprint, if no other has it.
    pub fn only(&self, fingerprint: u64) -> Option<usize> {
        if fingerprint == 0 {
            None
        } else {
            self.by.get(&fingerprint).filter(|spot| spot.is_only).map(|spot| spot.last)
        }
    }

    /// How many fingerprints there are.
    pub fn distinct(&self) -> usize {
        self.by.len()
    }
}

/// Fingerprints are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
