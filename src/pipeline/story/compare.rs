//! How probable it is that two items tell the same event. Must not know: stories.

use std::collections::HashMap;

use super::sketch::{Sketch, Term};

/// From here on two items tell the same event; from there on they may.
pub const UPPER: f32 = 0.6;
pub const LOWER: f32 = 0.3;

/// Documents that what is known of a word beforehand counts as.
const PRIOR_DOCUMENTS: f32 = 300.0;

/// In how many items each word occurs.
#[derive(Default)]
pub struct Frequencies {
    documents: f32,
    of: HashMap<u32, u32>,
}

impl Frequencies {
    pub fn add(&mut self, sketch: &Sketch) {
        self.documents += 1.0;
        for term in &sketch.terms {
            *self.of.entry(term.key).or_default() += 1;
        }
    }

    pub fn remove(&mut self, sketch: &Sketch) {
        self.documents -= 1.0;
        for term in &sketch.terms {
            let count = self.of.entry(term.key).or_default();
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.of.remove(&term.key);
            }
        }
    }

    /// How much a word tells: the logarithm of how many items one has to read to meet it.
    pub fn idf(&self, term: Term) -> f32 {
        let seen = self.of.get(&term.key).copied().unwrap_or_default() as f32;
        let expected = PRIOR_DOCUMENTS * (-term.prior()).exp();
        ((self.documents + PRIOR_DOCUMENTS) / (seen + expected)).ln().max(0.0)
    }
}

/// What two items have in common.
pub struct Evidence {
    is_copy: bool,
    cosine: f32,
    names: f32,
    meaning: f32,
    /// Keys of words in common with their weight, the most telling first.
    common: Vec<(u32, f32)>,
}

pub fn compare(a: &Sketch, b: &Sketch, frequencies: &Frequencies) -> Evidence {
    let others: HashMap<u32, &Term> = b.terms.iter().map(|term| (term.key, term)).collect();
    let length = |sketch: &Sketch| sketch.terms.iter().map(|term| frequencies.idf(*term).powi(2)).sum::<f32>().sqrt();
    let (mut dot, mut names, mut common) = (0.0, 0.0, Vec::new());
    for term in &a.terms {
        let Some(other) = others.get(&term.key) else { continue };
        let idf = frequencies.idf(*term);
        dot += idf * idf;
        if term.is(Term::NAME | Term::NUMBER) || other.is(Term::NAME | Term::NUMBER) {
            names += idf;
        }
        common.push((term.key, idf));
    }
    common.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let cosine = dot / (length(a) * length(b)).max(1e-6);
    let meaning = a.vector.as_ref().zip(b.vector.as_ref()).map_or(0.0, |(a, b)| a.cosine(b));
    let is_copy = (a.link.is_some() && a.link == b.link) || a.title == b.title;
    Evidence { is_copy, cosine, names, meaning, common }
}

impl Evidence {
    /// From 0 to 1.
    pub fn score(&self) -> f32 {
        if self.is_copy {
            return 1.0;
        }
        let sum = -4.0 + 8.0 * self.cosine + 0.1 * self.names + 2.0 * self.meaning;
        1.0 / (1.0 + (-sum).exp())
    }

    /// Names, numbers and words in common, as an item writes them.
    pub fn shared(&self, sketch: &Sketch, most: usize) -> Vec<String> {
        let shown = |key: u32| {
            sketch.terms.iter().zip(&sketch.shown).find(|(term, _)| term.key == key).map(|(_, shown)| shown.clone())
        };
        self.common.iter().filter_map(|(key, _)| shown(*key)).take(most).collect()
    }
}
