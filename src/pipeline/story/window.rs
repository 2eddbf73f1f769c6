//! The sketches of the last days, and where a new one belongs. Must not know: the store, the clock.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::compare::{Evidence, compare};
use super::frequencies::Frequencies;
use super::sketch::{Sketch, sketch};
use super::weights::{Likeness, Weights};
use crate::model::id::{ItemId, StoryId};
use crate::model::item::Item;

/// How far apart two items may be that tell the same event. A story lasts as long as the gaps between its
/// items are shorter.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Stories named as possible at most, and words named as shared.
const POSSIBLE_MAX: usize = 5;
const SHARED_MAX: usize = 6;

/// Items of a story that a new one is compared with: the last ones.
const MEMBERS_MAX: usize = 12;

/// Logarithms of odds below this are all the same.
const FLOOR: f32 = -6.0;

/// How much surer one has to be that a publisher tells the same again, in logarithms of odds.
const OWN_MORE: f32 = 1.5;

/// Candidates that are compared in full.
const CANDIDATES_MAX: usize = 50;

/// Vectors closer than this are candidates though no rare word is shared.
const NEAR: f32 = 0.4;

/// A word that so many items have says nothing of where to look.
const COMMON: usize = 200;

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
    stories: HashMap<StoryId, Vec<u32>>,
    frequencies: Frequencies,
    /// The frequencies know all items beforehand.
    knows_all: bool,
}

impl Window {
    /// An empty window that knows how often words occur in these items, which are all that it will see.
    pub fn that_knows(sketches: &[Sketch]) -> Self {
        let mut window = Self { knows_all: true, ..Self::default() };
        sketches.iter().for_each(|sketch| window.frequencies.add(sketch));
        window
    }

    /// How alike two items are, in the order of `LIKENESSES`.
    pub fn likeness(&self, a: &Sketch, b: &Sketch) -> Likeness {
        compare(a, b, &self.frequencies).likeness
    }

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
        self.stories.entry(story.clone()).or_default().push(number);
        if !self.knows_all {
            self.frequencies.add(&sketch);
        }
        self.entries.insert(number, Entry { item, story, sketch });
    }

    /// Forgets items that are older.
    pub fn forget_before(&mut self, time: Timestamp) {
        let old: Vec<u32> =
            self.entries.iter().filter(|(_, entry)| entry.sketch.time < time).map(|(number, _)| *number).collect();
        self.forget(old);
    }

    /// Keeps so many items, and forgets those that came first.
    pub fn keep(&mut self, max: usize) {
        let beyond = self.entries.len().saturating_sub(max);
        let first: Vec<u32> = self.entries.keys().take(beyond).copied().collect();
        self.forget(first);
    }

    fn forget(&mut self, numbers: Vec<u32>) {
        for number in numbers {
            let Some(entry) = self.entries.remove(&number) else { continue };
            self.frequencies.remove(&entry.sketch);
            drop_from(&mut self.stories, &entry.story, number);
            for term in &entry.sketch.terms {
                drop_from(&mut self.places, &term.key, number);
            }
            for copy in copy_keys(&entry.sketch) {
                drop_from(&mut self.copies, &copy, number);
            }
        }
    }

    /// The story that an item tells, and those that it may be about. The item itself, where the window has
    /// it, is not compared.
    pub fn place(&self, item: &ItemId, sketch: &Sketch) -> Placement {
        self.place_by(Weights::shipped(), item, sketch)
    }

    /// The same by other weights.
    pub fn place_by(&self, weights: &Weights, item: &ItemId, sketch: &Sketch) -> Placement {
        let candidates = self.candidates(sketch).into_iter().filter_map(|number| self.entries.get(&number));
        let stories: BTreeSet<&StoryId> = candidates.map(|entry| &entry.story).collect();
        let verdicts = stories.into_iter().filter_map(|story| self.judge(story, weights, item, sketch));
        let mut found: Vec<(bool, Match)> = verdicts.collect();
        found.sort_by(|(a_is, a), (b_is, b)| {
            b_is.cmp(a_is).then_with(|| b.score.total_cmp(&a.score)).then_with(|| a.item.cmp(&b.item))
        });
        let is_same = found.first().is_some_and(|(is_same, _)| *is_same);
        let mut found = found.into_iter().map(|(_, found)| found);
        Placement { same: if is_same { found.next() } else { None }, possible: found.take(POSSIBLE_MAX).collect() }
    }

    /// Whether an item tells a story, or may: by the item of it that is most alike, and by all of them. What
    /// its publisher has told already, it tells again only in nearly the same words: else that is news.
    fn judge(&self, story: &StoryId, weights: &Weights, item: &ItemId, sketch: &Sketch) -> Option<(bool, Match)> {
        let mut best: Option<(f32, &Entry, Evidence)> = None;
        let (mut sum, mut count, mut own) = (0.0, 0.0, None::<f32>);
        let members = self.stories.get(story)?.iter().rev().filter_map(|number| self.entries.get(number));
        for entry in members.filter(|entry| entry.item != *item).take(MEMBERS_MAX) {
            let is_near = entry.sketch.time.duration_since(sketch.time).abs() <= WINDOW;
            let evidence = compare(sketch, &entry.sketch, &self.frequencies);
            let odds = if is_near { evidence.odds(weights) } else { FLOOR };
            sum += odds.max(FLOOR);
            count += 1.0;
            if entry.sketch.source == sketch.source {
                own = Some(own.map_or(odds, |known| known.max(odds)));
            }
            if best.as_ref().is_none_or(|(known, other, _)| (odds, &other.item) > (*known, &entry.item)) {
                best = Some((odds, entry, evidence));
            }
        }
        let (highest, entry, evidence) = best?;
        let odds = (highest + sum / count) / 2.0;
        let is_same = odds >= weights.same && own.is_none_or(|own| own >= weights.same + OWN_MORE);
        let odds = if is_same { odds } else { odds.min(weights.same) };
        (odds >= weights.possible).then(|| {
            let score = 1.0 / (1.0 + (-odds).exp());
            let shared = evidence.shared(sketch, SHARED_MAX);
            (is_same, Match { item: entry.item.clone(), story: story.clone(), score, shared })
        })
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
    sketch.link.into_iter().chain(sketch.title).collect()
}

fn drop_from<K: std::hash::Hash + Eq>(places: &mut HashMap<K, Vec<u32>>, key: &K, number: u32) {
    if let Some(numbers) = places.get_mut(key) {
        numbers.retain(|known| *known != number);
        if numbers.is_empty() {
            places.remove(key);
        }
    }
}

/// The story of each of these items, in their order. They are placed in the order of time, each knowing how
/// often words occur in all of them.
pub fn group(items: &[Item]) -> Vec<StoryId> {
    let sketches: Vec<Sketch> = items.iter().map(sketch).collect();
    let mut window = Window::that_knows(&sketches);
    let mut order: Vec<(usize, (&Item, Sketch))> = items.iter().zip(sketches).enumerate().collect();
    order.sort_by(|(_, (a, one)), (_, (b, other))| one.time.cmp(&other.time).then_with(|| a.id.cmp(&b.id)));
    let mut stories: Vec<(usize, StoryId)> = Vec::with_capacity(items.len());
    for (place, (item, sketch)) in order {
        let same = window.place(&item.id, &sketch).same;
        let story = same.map_or_else(|| StoryId::of(&item.id), |found| found.story);
        window.add(item.id.clone(), story.clone(), sketch);
        stories.push((place, story));
    }
    stories.sort_by_key(|(place, _)| *place);
    stories.into_iter().map(|(_, story)| story).collect()
}
