//! One test binary: behaviours as stories, decisions as tables, looks as snapshots.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods)]

mod analyst;
mod bounds;
mod calendar;
mod care;
mod claims;
mod cli;
mod config;
mod conformance;
mod contract;
mod crash;
mod crash_discord;
mod crash_slack;
mod discord;
mod disk;
mod events;
mod exchange;
mod fetch;
mod filter;
mod filter_laws;
mod hostile;
mod idle;
mod kills;
mod leases;
mod line;
mod looking;
mod looks;
mod moving;
mod output;
mod pages;
mod parse;
mod poll;
mod route;
mod series;
mod sift;
mod simulator;
mod simulator_slack;
mod slack;
mod slack_parts;
mod store;
mod stories;
mod suspects;
mod tidy;
mod timing;
mod world;
