//! The nouns. No I/O, no async, no clock: every time is an argument.

pub mod card;
pub mod decision;
pub mod delivery;
pub mod doc;
pub mod feed;
pub mod health;
pub mod held;
pub mod id;
pub mod item;
pub mod label;
pub mod language;
pub mod phrase;
pub mod press;
pub mod recap;
pub mod secret;
pub mod seen;
pub mod settings;
pub mod story;
pub mod subscription;
pub mod word;
