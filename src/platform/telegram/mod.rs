//! Telegram: cards as text with entities, words as commands.

use serde::Deserialize;

/// `[telegram]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub api_url: Option<String>,
    pub transport: Transport,
    pub on_doubt: OnDoubt,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    #[default]
    Poll,
    Webhook,
}

/// What to do with a message that may have arrived: nobody can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnDoubt {
    #[default]
    Resend,
    Drop,
}
