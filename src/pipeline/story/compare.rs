//! How alike two items are. Must not know: stories.

use std::collections::BTreeSet;

use super::frequencies::Frequencies;
use super::sketch::{Sketch, Term};
use super::weights::{Likeness, Weights};

/// Logarithms of the odds of copies, and of what cannot be the same event.
const COPY: f32 = 8.0;
const APART: f32 = -8.0;

/// Copies of one publisher agree at least so much in their words.
const COPIED: f32 = 0.8;

/// How much more a word in a title weighs.
const TITLE_WEIGHT: f32 = 1.5;

/// From here on a name or number in a title names one thing among its like.
const TELLING: f32 = 1.5;

/// What two items have in common.
pub(super) struct Evidence {
    pub likeness: Likeness,
    is_copy: bool,
    is_apart: bool,
    /// Keys of words in common with their weight, the most telling first.
    common: Vec<(u32, f32)>,
}

/// What words in common add up to.
#[derive(Default)]
struct Sums {
    words: f32,
    title: f32,
    names: f32,
    numbers: f32,
    rarest: f32,
    title_names: f32,
}

pub(super) fn compare(a: &Sketch, b: &Sketch, frequencies: &Frequencies) -> Evidence {
    let mut sums = Sums::default();
    let mut common = Vec::new();
    for term in &a.terms {
        let Some(other) = b.find(term.key) else { continue };
        let idf = frequencies.idf(*term);
        sums.take(*term, other, idf);
        common.push((term.key, idf));
    }
    common.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let words = sums.words / (length(a, frequencies, false) * length(b, frequencies, false)).max(1e-6);
    let title = sums.title / (length(a, frequencies, true) * length(b, frequencies, true)).max(1e-6);
    let meaning = a.vector.as_ref().zip(b.vector.as_ref()).map_or(0.0, |(a, b)| a.cosine(b));
    let (one, two) = (covered(a, b, frequencies), covered(b, a, frequencies));
    let across = if a.lang == b.lang { 0.0 } else { 1.0 };
    let days = a.time.duration_since(b.time).abs().as_secs_f32() / 86_400.0;
    let is_own = a.source == b.source;
    let likeness = [
        words,
        title,
        sums.names.ln_1p(),
        sums.numbers.ln_1p(),
        sums.rarest,
        sums.title_names.ln_1p(),
        meaning,
        one.min(two),
        one.max(two),
        across,
        days.ln_1p(),
        if is_own { 1.0 } else { 0.0 },
        if has_other_numbers(a, b) { 1.0 } else { 0.0 },
        meaning * across,
    ];
    let is_same_title = a.title.is_some() && a.title == b.title;
    let is_same_link = a.link.is_some() && a.link == b.link;
    let is_copy =
        if is_own { (is_same_title || is_same_link) && words > COPIED } else { is_same_title || is_same_link };
    // One publisher's titles that are alike but for numbers, and others' that are not the same all the same.
    let is_series = a.series == b.series && (is_own || words_of_title(a) != words_of_title(b));
    Evidence { likeness, is_copy, is_apart: is_series || a.is_roundup || b.is_roundup, common }
}

impl Sums {
    fn take(&mut self, term: Term, other: Term, idf: f32) {
        let factor = |term: Term| if term.is(Term::TITLE) { TITLE_WEIGHT } else { 1.0 };
        if term.is_before() != other.is_before() {
            return;
        }
        self.words += idf * idf * factor(term) * factor(other);
        if term.is(Term::TITLE) && other.is(Term::TITLE) {
            self.title += idf * idf;
        }
        if term.is(Term::NUMBER) {
            self.numbers += idf;
        } else if term.is(Term::NAME) || other.is(Term::NAME) {
            self.names += idf;
            self.rarest = self.rarest.max(idf);
            if term.is(Term::TITLE) || other.is(Term::TITLE) {
                self.title_names += idf;
            }
        }
    }
}

/// The length of an item as a vector of its words, or of its title's.
fn length(sketch: &Sketch, frequencies: &Frequencies, is_title: bool) -> f32 {
    let factor = |term: &Term| if term.is(Term::TITLE) && !is_title { TITLE_WEIGHT } else { 1.0 };
    let terms = sketch.terms.iter().filter(|term| !is_title || term.is(Term::TITLE));
    terms.map(|term| (frequencies.idf(*term) * factor(term)).powi(2)).sum::<f32>().sqrt()
}

/// The words of a title.
fn words_of_title(sketch: &Sketch) -> BTreeSet<u32> {
    sketch.terms.iter().filter(|term| term.is(Term::TITLE)).map(|term| term.key).collect()
}

/// How much of the names and numbers of a title another item has.
fn covered(title: &Sketch, by: &Sketch, frequencies: &Frequencies) -> f32 {
    let (mut all, mut found) = (2.0, 0.0);
    for term in title.terms.iter().filter(|term| term.is(Term::TITLE) && term.is(Term::NAME | Term::NUMBER)) {
        let idf = frequencies.idf(*term);
        all += idf;
        if by.find(term.key).is_some_and(|other| !other.is_before()) {
            found += idf;
        }
    }
    found / all
}

/// Do both titles have numbers, versions or the like, and none in common?
fn has_other_numbers(a: &Sketch, b: &Sketch) -> bool {
    let counts = |of: &Sketch, by: &Sketch| {
        let telling =
            |term: &&Term| term.is(Term::TITLE) && term.is(Term::NUMBER | Term::DIGITS) && term.prior() > TELLING;
        let all = of.terms.iter().filter(telling).count();
        (all, of.terms.iter().filter(telling).filter(|term| by.find(term.key).is_some()).count())
    };
    let ((all, found), (others, found_too)) = (counts(a, b), counts(b, a));
    all > 0 && others > 0 && found + found_too == 0
}

impl Evidence {
    /// The logarithm of the odds that both tell the same event.
    pub fn odds(&self, weights: &Weights) -> f32 {
        match (self.is_copy, self.is_apart) {
            (true, _) => COPY,
            (false, true) => APART,
            (false, false) => weights.odds(&self.likeness).clamp(APART, COPY),
        }
    }

    /// Names, numbers and words in common, as an item writes them.
    pub fn shared(&self, sketch: &Sketch, most: usize) -> Vec<String> {
        let shown = |key: u32| {
            let mut known = sketch.terms.iter().zip(sketch.shown.split(' '));
            known.find(|(term, _)| term.key == key).map(|(_, shown)| shown.to_owned())
        };
        let mut shared: Vec<String> = Vec::new();
        for word in self.common.iter().filter_map(|(key, _)| shown(*key)) {
            // "CVE" and "2026" say nothing beside CVE-2026-1234.
            if !shared.iter().any(|known| known.contains(&word)) {
                shared.push(word);
            }
        }
        shared.truncate(most);
        shared
    }
}
