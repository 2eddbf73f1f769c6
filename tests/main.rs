//! One test binary: behaviours as stories, decisions as tables, looks as snapshots.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods)]

mod analyst;
mod bounds;
mod cli;
mod config;
mod conformance;
mod crash;
mod fetch;
mod looks;
mod parse;
mod series;
mod sift;
mod store;
mod stories;
mod suspects;
mod tidy;
mod timing;
mod world;
