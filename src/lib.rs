//! tidings, in reading order.

pub mod embedding;
pub mod locale;
pub mod metrics;
pub mod model;
pub mod port;
pub mod progress;

pub mod pipeline;

pub mod analyst;
pub mod command;
pub mod control;
pub mod fetch;
pub mod platform;
pub mod store;
pub mod web;
pub mod worker;

pub mod app;
pub mod cli;
pub mod config;
