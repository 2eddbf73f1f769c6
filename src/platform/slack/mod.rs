//! Slack: cards as blocks, words behind one slash command.

use serde::Deserialize;

/// `[slack]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub api_url: Option<String>,
    pub transport: Transport,
    /// The slash command, such as `/tidings`.
    pub command: String,
}

impl Default for Config {
    fn default() -> Self {
        Self { api_url: None, transport: Transport::Socket, command: "/tidings".to_owned() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    Socket,
    Http,
}
