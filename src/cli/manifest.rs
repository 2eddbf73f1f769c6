//! `tidings manifest`: what a platform must know of the app, to be pasted there.

use clap::Subcommand;

use super::out;
use crate::config::Config;
use crate::platform::slack;

#[derive(Subcommand)]
pub enum Command {
    /// The Slack app manifest as JSON, for the transport and the command of the configuration
    Slack,
}

pub fn execute(command: &Command, config: &Config) -> anyhow::Result<()> {
    match command {
        Command::Slack => Ok(out::line(format!("{:#}", slack::manifest::manifest(&config.slack)))?),
    }
}
