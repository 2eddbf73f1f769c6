//! The sketches of the last days, and where a new one belongs. Must not know: the store, the clock.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::compare::{Evidence, Frequencies, LOWER, UPPER, compare};
use super::sketch::Sketch;
use crate::model::id::{ItemId, StoryId};

/// How far apart two items may be that tell the same event. A story lasts as long as the gaps between its
/// items are shorter.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Stories named as possible at most, and words named as shared.
const POSSIBLE_MAX: usize = 5;
const SHARED_MAX: usize = 6;

/// Candidates that are compared in full.
const CANDIDATES_MAX: usize = 200;

/// Vectors closer than this are candidates though no rare word is shared.
const NEAR: f32 = 0.4;

/// A word that so many items have says nothing of where to look.
const COMMON: usize = 400;

/// An item that tells the same event as another, or may.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub item: ItemId,
    pub story: StoryId,
    /// How probable it is, from 0 to 1.
    pub score: f32,
    /// Names, numbers and words in common, for people.
    pub shared: Vec<String>,
}

/// Where an item belongs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placement {
    /// The story that it tells.
    pub same: Option<Match>,
    /// Other stories that it may be about, the best first.
    pub possible: Vec<Match>,
}

struct Entry {
    item: ItemId,
    story: StoryId,
    sketch: Sketch,
}

/// The sketches of the last days.
#[derive(Default)]
pub struct Window {
    entries: BTreeMap<u32, Entry>,
    next: u32,
    /// Where a word, a link or a title occurs.
    places: HashMap<u32, Vec<u32>>,
    copies: HashMap<u64, Vec<u32>>,
    frequencies: Frequencies,
}

impl Window {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes an item in, as part of a story.
    pub fn add(&mut self, item: ItemId, story: StoryId, sketch: Sketch) {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        for term in &sketch.terms {
            self.places.entry(term.key).or_default().push(number);
        }
        for copy in copy_keys(&sketch) {
            self.copies.entry(copy).or_default().push(number);
        }
        self.frequencies.add(&sketch);
        self.entries.insert(number, Entry { item, story, sketch });
    }

    /// Forgets items that are older.
    pub fn forget_before(&mut self, time: Timestamp) {
        let old: Vec<u32> =
            self.entries.iter().filter(|(_, entry)| entry.sketch.time < time).map(|(number, _)| *number).collect();
        for number in old {
            let Some(entry) = self.entries.remove(&number) else { continue };
            self.frequencies.remove(&entry.sketch);
            for term in &entry.sketch.terms {
                drop_from(&mut self.places, term.key, number);
            }
            for copy in copy_keys(&entry.sketch) {
                drop_from(&mut self.copies, copy, number);
            }
        }
    }

    /// The story that an item tells, and those that it may be about. The item itself, where the window has
    /// it, is not compared.
    pub fn place(&self, item: &ItemId, sketch: &Sketch) -> Placement {
        let mut best: BTreeMap<StoryId, (f32, &Entry, Evidence)> = BTreeMap::new();
        for number in self.candidates(sketch) {
            let Some(entry) = self.entries.get(&number).filter(|entry| entry.item != *item) else { continue };
            if entry.sketch.time.duration_since(sketch.time).abs() > WINDOW {
                continue;
            }
            let evidence = compare(sketch, &entry.sketch, &self.frequencies);
            let score = evidence.score();
            let known = best.get(&entry.story);
            if known.is_none_or(|(known, other, _)| (score, &other.item) > (*known, &entry.item)) {
                best.insert(entry.story.clone(), (score, entry, evidence));
            }
        }
        let mut found: Vec<Match> = best
            .into_values()
            .filter(|(score, _, _)| *score >= LOWER)
            .map(|(score, entry, evidence)| Match {
                item: entry.item.clone(),
                story: entry.story.clone(),
                score,
                shared: evidence.shared(sketch, SHARED_MAX),
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.item.cmp(&b.item)));
        let is_same = found.first().is_some_and(|best| best.score >= UPPER);
        let mut found = found.into_iter();
        Placement { same: if is_same { found.next() } else { None }, possible: found.take(POSSIBLE_MAX).collect() }
    }

    /// Items worth comparing: copies, those with a rare word in common, those near in meaning.
    fn candidates(&self, sketch: &Sketch) -> Vec<u32> {
        let mut weights: HashMap<u32, f32> = HashMap::new();
        for copy in copy_keys(sketch).iter().filter_map(|copy| self.copies.get(copy)).flatten().take(CANDIDATES_MAX) {
            weights.insert(*copy, f32::INFINITY);
        }
        for term in &sketch.terms {
            let places = self.places.get(&term.key).filter(|places| places.len() <= COMMON);
            for number in places.into_iter().flatten() {
                *weights.entry(*number).or_default() += self.frequencies.idf(*term);
            }
        }
        if let Some(vector) = &sketch.vector {
            for (number, entry) in &self.entries {
                let cosine = entry.sketch.vector.as_ref().map_or(0.0, |other| vector.cosine(other));
                if cosine > NEAR {
                    *weights.entry(*number).or_default() += 20.0 * cosine;
                }
            }
        }
        let mut candidates: Vec<(u32, f32)> = weights.into_iter().collect();
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        candidates.into_iter().take(CANDIDATES_MAX).map(|(number, _)| number).collect()
    }
}

/// What copies have in common.
fn copy_keys(sketch: &Sketch) -> Vec<u64> {
    sketch.link.into_iter().chain([sketch.title]).collect()
}

fn drop_from<K: std::hash::Hash + Eq>(places: &mut HashMap<K, Vec<u32>>, key: K, number: u32) {
    if let Some(numbers) = places.get_mut(&key) {
        numbers.retain(|known| *known != number);
        if numbers.is_empty() {
            places.remove(&key);
        }
    }
}
