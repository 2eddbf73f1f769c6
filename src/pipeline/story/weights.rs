//! What each likeness of two items weighs (`assets/stories.toml`, made by `examples/stories.rs`). Must not
//! know: how a likeness is measured.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The likenesses, in the order in which they are measured.
pub const LIKENESSES: [&str; 14] = [
    "words",
    "title",
    "names",
    "numbers",
    "rarest",
    "title_names",
    "meaning",
    "least_covered",
    "most_covered",
    "other_language",
    "days_apart",
    "same_publisher",
    "other_numbers",
    "meaning_across",
];

/// What is measured of two items.
pub type Likeness = [f32; LIKENESSES.len()];

/// A logistic regression: the logarithm of the odds is `bias` and the weighted likenesses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// From here on, in logarithms of odds, items tell the same event; from `possible` on they may.
    pub same: f32,
    pub possible: f32,
    pub bias: f32,
    pub likeness: Vec<f32>,
}

/// Weights that cannot be read, which a test would tell, call nothing alike.
static SHIPPED: LazyLock<Weights> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../assets/stories.toml")).unwrap_or(Weights {
        same: 1.0,
        possible: 0.5,
        bias: -9.0,
        likeness: Vec::new(),
    })
});

impl Weights {
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    pub(super) fn odds(&self, likeness: &Likeness) -> f32 {
        self.bias + self.likeness.iter().zip(likeness).map(|(weight, value)| weight * value).sum::<f32>()
    }
}
