//! tidings, in reading order.

pub mod metrics;
pub mod model;
pub mod port;

pub mod pipeline;

pub mod fetch;
pub mod analyst;
pub mod platform;
pub mod store;
pub mod worker;
pub mod web;

pub mod config;
pub mod app;
pub mod cli;
