//! Where messages are read. Each platform is one folder: `mod` sends and finds, `lower` turns a
//! [`Doc`](crate::model::doc::Doc) into its own message. Must not know: cards, items, stores.

pub mod cut;
pub mod discord;
mod http;
mod pause;
pub mod slack;
pub mod telegram;
pub mod terminal;
