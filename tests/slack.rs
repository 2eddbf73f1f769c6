//! What only Slack has.
