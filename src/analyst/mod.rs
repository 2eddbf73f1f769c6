//! From an item to a card. Must not know: stores, platforms, HTTP servers.

pub mod embedded;
pub mod text;
