//! In how many items each word occurs, and so how much it tells. Must not know: stories.

use std::collections::HashMap;

use super::sketch::{Sketch, Term};

/// Items that what is known of a word beforehand counts as: a bot that has just started merges nothing wildly.
const PRIOR_ITEMS: f32 = 300.0;

/// In how many items each word occurs.
#[derive(Default)]
pub(super) struct Frequencies {
    items: f32,
    of: HashMap<u32, u32>,
}

impl Frequencies {
    pub fn add(&mut self, sketch: &Sketch) {
        self.items += 1.0;
        for term in &sketch.terms {
            *self.of.entry(term.key).or_default() += 1;
        }
    }

    pub fn remove(&mut self, sketch: &Sketch) {
        self.items = (self.items - 1.0).max(0.0);
        for term in &sketch.terms {
            let Some(count) = self.of.get_mut(&term.key) else { continue };
            *count -= 1;
            if *count == 0 {
                self.of.remove(&term.key);
            }
        }
    }

    /// How much a word tells: the logarithm of how many items one has to read to meet it.
    pub fn idf(&self, term: Term) -> f32 {
        let seen = self.of.get(&term.key).copied().unwrap_or_default() as f32;
        let expected = PRIOR_ITEMS * (-term.prior()).exp();
        ((self.items + PRIOR_ITEMS) / (seen + expected)).ln().max(0.0)
    }
}
