//! The process is killed at every commit while it posts to Slack: nothing is lost, and nothing is said
//! twice, since Slack's history can be asked.
