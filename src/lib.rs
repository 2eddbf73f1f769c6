//! tidings, in reading order.

pub mod metrics;
pub mod model;
pub mod port;

pub mod pipeline;

pub mod fetch;
pub mod store;
pub mod worker;
