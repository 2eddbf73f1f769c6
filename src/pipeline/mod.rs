//! Decisions, one file per arrow of the way an item takes. Plain functions: the time is an
//! argument, nothing here waits, logs or reads a clock. Must not know: ports, stores, platforms.

pub mod alert;
pub mod calendar;
pub mod chart;
pub mod discover;
pub mod exchange;
pub mod filter;
pub mod health;
pub mod parse;
pub mod present;
pub mod recap;
pub mod route;
pub mod sift;
pub mod story;
pub mod summary;
pub mod telling;
pub mod timing;
