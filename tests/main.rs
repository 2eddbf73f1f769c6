//! One test binary: behaviours as stories, decisions as tables, looks as snapshots.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods)]

mod analyst;
mod care;
mod cli;
mod config;
mod conformance;
mod crash;
mod disk;
mod fetch;
mod hostile;
mod idle;
mod kills;
mod leases;
mod looking;
mod looks;
mod output;
mod pages;
mod parse;
mod poll;
mod series;
mod sift;
mod store;
mod stories;
mod tidy;
mod timing;
mod world;
