//! Which items tell the same event, which later one brings real news, and which version leads.
//!
//! Each item is reduced to a `Sketch`; a `Window` of the last days' sketches finds the story that a new
//! one belongs to. Must not know: the store, who is told what.

mod compare;
mod development;
mod everyday;
mod frequencies;
mod lead;
mod names;
mod roundup;
mod sketch;
mod weights;
mod window;
mod words;

pub use development::development;
pub use lead::leads;
pub use sketch::{Sketch, sketch};
pub use weights::{LIKENESSES, Likeness, Weights};
pub use window::{Match, Placement, WINDOW, Window, group};
