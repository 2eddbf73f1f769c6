//! tidings, in reading order.

pub mod model;
pub mod port;

pub mod pipeline;
