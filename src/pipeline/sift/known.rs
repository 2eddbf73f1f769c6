//! Which entries of a document are known, and as which of the seen items.
//!
//! A name counts only where it is one: where no other seen item and no other entry of the document
//! has it. Each seen item stands for one entry at most, and the better reasons are heard first.

use std::collections::HashMap;

use crate::model::feed::Identity;
use crate::model::seen::{Seen, SeenIndex};

/// In a smaller window a link alone or a title alone proves nothing.
const STORM_WINDOW_MIN: usize = 4;
/// One item under a new name is no storm.
const STORM_MIN: usize = 2;

/// What an entry of the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The seen item at this position.
    Known(usize),
    /// `has_name`: nothing else is called by the name that the feed's rule asks for.
    New { has_name: bool },
}

/// What there is to say about a document.
pub struct Judgement {
    /// One for each entry.
    pub fates: Vec<Fate>,
    /// Entries that are known although their guid is not.
    pub renamed: usize,
    /// New entries that say in link and title what an item said whose guid is gone.
    pub doubtful: usize,
}

/// Finds the entries of `window` in `seen`. No two entries of `window` share one of their [`marks`].
pub fn judge(seen: &[Seen], window: &[Seen], identity: Identity) -> Judgement {
    let order = match identity {
        Identity::Guid => [Name::Guid, Name::Link, Name::Title],
        Identity::Link => [Name::Link, Name::Guid, Name::Title],
        Identity::Fingerprint => [Name::Title, Name::Link, Name::Guid],
    };
    let (is_claimed, found) = (vec![false; seen.len()], vec![None; window.len()]);
    let mut search = Search { seen, window, order, is_claimed, found, renamed: 0 };
    search.by_everything(identity);
    if !search.found.contains(&None) {
        let fates = search.found.into_iter().flatten().map(Fate::Known).collect();
        return Judgement { fates, renamed: 0, doubtful: 0 };
    }
    let [first, second, third] = order;
    search.by_name_and_another(first, second);
    search.by_name_and_another(first, third);
    let names = order.map(|name| search.index(|names| name.of(names)));
    let is_upheaval = search.is_upheaval(&names);
    search.by_the_other_two(is_upheaval);
    search.by_name_alone(&names);
    if is_upheaval {
        search.in_a_storm();
    }
    search.judgement(&names)
}

/// Everything that an entry goes by, as one fingerprint. Names that the feed's rule has given up
/// are left out.
fn everything(names: &Seen, identity: Identity) -> u64 {
    let parts = match identity {
        Identity::Link if names.link != 0 => [0, names.link, names.title()],
        Identity::Fingerprint if names.title() != 0 => [0, 0, names.title()],
        Identity::Guid | Identity::Link | Identity::Fingerprint => [names.guid, names.link, names.title()],
    };
    mix(&parts).max(1)
}

/// Two entries of one document that share one of these are one, listed twice: everything is the
/// same, or all but the title, or all but the link.
pub fn marks(names: &Seen, identity: Identity) -> [u64; 3] {
    let untitled = match identity {
        Identity::Guid => mix_all(&[names.guid, names.link, names.text() + 1]),
        Identity::Link => mix_all(&[names.link, names.text()]),
        Identity::Fingerprint => 0,
    };
    let unlinked = match identity {
        Identity::Guid => mix_all(&[names.guid, names.title(), names.text()]),
        Identity::Link | Identity::Fingerprint => 0,
    };
    [everything(names, identity), untitled.rotate_left(1), unlinked.rotate_left(2)]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Guid,
    Link,
    Title,
}

impl Name {
    fn of(self, names: &Seen) -> u64 {
        match self {
            Self::Guid => names.guid,
            Self::Link => names.link,
            Self::Title => names.title(),
        }
    }
}

/// Two names together, or 0 where one of them is missing.
fn pair(names: &Seen, one: Name, other: Name) -> u64 {
    mix_all(&[one.of(names), other.of(names)])
}

/// All of them as one fingerprint, or 0 where one is missing.
fn mix_all(parts: &[u64]) -> u64 {
    if parts.contains(&0) { 0 } else { mix(parts).max(1) }
}

fn mix(parts: &[u64]) -> u64 {
    parts.iter().fold(0, |mixed: u64, part| (mixed.rotate_left(23) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Where a name, or several, occur on both sides.
struct Index {
    seen: SeenIndex,
    window: SeenIndex,
}

impl Index {
    /// The seen item of this name, if it is a name.
    fn only(&self, name: u64) -> Option<usize> {
        self.window.only(name)?;
        self.seen.only(name)
    }
}

struct Search<'a> {
    seen: &'a [Seen],
    window: &'a [Seen],
    /// The name that the feed's rule asks for, then the others.
    order: [Name; 3],
    is_claimed: Vec<bool>,
    found: Vec<Option<usize>>,
    renamed: usize,
}

impl Search<'_> {
    fn index(&self, key: impl Fn(&Seen) -> u64 + Copy) -> Index {
        Index { seen: SeenIndex::of(self.seen, key), window: SeenIndex::of(self.window, key) }
    }

    /// The entries that are not found yet.
    fn missing(&self) -> Vec<(usize, Seen)> {
        let entries = self.window.iter().copied().enumerate();
        entries.zip(&self.found).filter(|(_, found)| found.is_none()).map(|(entry, _)| entry).collect()
    }

    /// A seen item that does not stand for an entry yet.
    fn free(&self, position: Option<usize>) -> Option<(usize, Seen)> {
        let position = position.filter(|at| self.is_claimed.get(*at) == Some(&false))?;
        self.seen.get(position).map(|known| (position, *known))
    }

    fn claim(&mut self, entry: usize, position: usize) {
        if let (Some(found), Some(is_claimed)) = (self.found.get_mut(entry), self.is_claimed.get_mut(position)) {
            (*found, *is_claimed) = (Some(position), true);
        }
    }

    /// The name that an entry goes by, and where it occurs. `indexes`: one for each name, in order.
    fn first_name<'i>(&self, names: &Seen, indexes: &'i [Index; 3]) -> Option<(u64, &'i Index)> {
        let named = self.order.iter().map(|name| name.of(names)).zip(indexes);
        named.into_iter().find(|(name, _)| *name != 0)
    }

    fn by_everything(&mut self, identity: Identity) {
        let index = SeenIndex::of(self.seen, |names| everything(names, identity));
        for (entry, names) in self.missing() {
            if let Some((position, _)) = self.free(index.find(everything(&names, identity))) {
                self.claim(entry, position);
            }
        }
    }

    /// The name that the feed's rule asks for, confirmed by one of the others.
    fn by_name_and_another(&mut self, name: Name, other: Name) {
        let index = self.index(|names| pair(names, name, other));
        for (entry, names) in self.missing() {
            if let Some((position, _)) = self.free(index.only(pair(&names, name, other))) {
                self.claim(entry, position);
            }
        }
    }

    /// The same two other names are the same item under a new guid, if they are names of its own:
    /// a page that is not also that of others, or, while all guids change, the same words.
    fn by_the_other_two(&mut self, is_upheaval: bool) {
        let [first, second, third] = self.order;
        let both = self.index(|names| pair(names, second, third));
        let alone = self.index(|names| second.of(names));
        // A single page that all items share is not told from a page of one's own by a single item.
        let tells_apart = alone.seen.distinct() > 1;
        for (entry, names) in self.missing() {
            let Some((position, known)) = self.free(both.only(pair(&names, second, third))) else { continue };
            let is_own = tells_apart && alone.only(second.of(&names)) == Some(position);
            let says_the_same = names.text() != 0 && names.text() == known.text();
            // An entry that has no such name goes by the next ones.
            let has_none = first.of(&names) == 0;
            if has_none || is_own || (is_upheaval && says_the_same) {
                self.claim(entry, position);
                self.renamed += usize::from(!has_none);
            }
        }
    }

    /// The name that the feed's rule asks for, alone: titles and addresses are edited. But guids
    /// under which most of the document, or its only entry, is something else altogether, are none.
    fn by_name_alone(&mut self, indexes: &[Index; 3]) {
        let mut strangers = Vec::new();
        for (entry, names) in self.missing() {
            let found = self.first_name(&names, indexes).and_then(|(name, index)| index.only(name));
            match self.free(found) {
                Some((position, known)) if is_stranger(&names, &known) => strangers.push((entry, position)),
                Some((position, _)) => self.claim(entry, position),
                None => {}
            }
        }
        if strangers.len() * 2 <= self.window.len() && !self.have_guids_wandered() {
            strangers.into_iter().for_each(|(entry, position)| self.claim(entry, position));
        }
    }

    /// Whether an entry was found although its guid is that of another item.
    fn have_guids_wandered(&self) -> bool {
        let guids = SeenIndex::of(self.seen, |names| names.guid);
        let found = self.window.iter().zip(&self.found);
        found.filter_map(|(names, found)| Some((names, (*found)?))).any(|(names, position)| {
            let is_own = self.seen.get(position).is_some_and(|known| known.guid == names.guid);
            !is_own && guids.find(names.guid).is_some()
        })
    }

    /// More than half of the document goes by names that were never seen.
    fn is_upheaval(&self, indexes: &[Index; 3]) -> bool {
        let is_unheard =
            |names: &Seen| self.first_name(names, indexes).is_some_and(|(name, index)| index.seen.find(name).is_none());
        self.window.iter().filter(|names| is_unheard(names)).count() * 2 > self.window.len()
    }

    /// The feed has rewritten its ids, if at least half of what is new has the link or the title
    /// of an item whose guid is gone, and the same words (failures, row 1).
    fn in_a_storm(&mut self) {
        let is_small = self.window.len() < STORM_WINDOW_MIN;
        let present = SeenIndex::of(self.window, |names| names.guid);
        let links = self.index(|names| names.link);
        let titles = self.index(Seen::title);
        let missing = self.missing();
        let mut absorbed: HashMap<usize, usize> = HashMap::new();
        for (entry, names) in &missing {
            let candidates = [links.only(names.link), titles.only(names.title())];
            let found = candidates.into_iter().find_map(|candidate| {
                let (position, known) = self.free(candidate)?;
                let is_gone = present.find(known.guid).is_none();
                let says_the_same = names.text() == known.text() && (names.text() != 0 || !is_small);
                (is_gone && says_the_same && !absorbed.contains_key(&position)).then_some(position)
            });
            absorbed.extend(found.map(|position| (position, *entry)));
        }
        if absorbed.len() >= STORM_MIN && absorbed.len() * 2 >= missing.len() {
            self.renamed += absorbed.len();
            absorbed.into_iter().for_each(|(position, entry)| self.claim(entry, position));
        }
    }

    fn judgement(self, indexes: &[Index; 3]) -> Judgement {
        let present = SeenIndex::of(self.window, |names| names.guid);
        let said = SeenIndex::of(self.seen, |names| pair(names, Name::Link, Name::Title));
        let mut judgement = Judgement { fates: Vec::new(), renamed: self.renamed, doubtful: 0 };
        for (names, found) in self.window.iter().zip(&self.found) {
            judgement.fates.push(match found {
                Some(position) => Fate::Known(*position),
                None => {
                    let said_before = self.free(said.find(pair(names, Name::Link, Name::Title)));
                    let is_doubtful = said_before.is_some_and(|(_, known)| present.find(known.guid).is_none());
                    judgement.doubtful += usize::from(is_doubtful);
                    let is_name = |(name, index): (u64, &Index)| {
                        index.window.only(name).is_some() && index.seen.find(name).is_none()
                    };
                    Fate::New { has_name: self.first_name(names, indexes).is_some_and(is_name) }
                }
            });
        }
        judgement
    }
}

/// Nothing but the guid is the same.
fn is_stranger(names: &Seen, known: &Seen) -> bool {
    let differ = |one: u64, other: u64| one != 0 && other != 0 && one != other;
    names.guid == known.guid
        && differ(names.link, known.link)
        && differ(names.title(), known.title())
        && (names.text() == 0 || names.text() != known.text())
}
