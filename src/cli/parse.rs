//! `tidings parse`: a feed as one JSON object.

use std::io::{IsTerminal, Write};

use anyhow::anyhow;
use url::Url;

use super::source;
use crate::config::Config;
use crate::pipeline::parse::plain_entry;

#[derive(clap::Args)]
pub struct Args {
    /// A file, a URL, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    source: String,
    /// The address that relative links are resolved against
    #[arg(long, value_name = "URL")]
    base: Option<String>,
}

pub async fn execute(args: &Args, config: &Config) -> anyhow::Result<()> {
    if let Some(base) = &args.base {
        Url::parse(base).map_err(|error| anyhow!("--base {base} is not a URL: {error}"))?;
    }
    let source = source::read(&args.source, config).await?;
    let mut feed = source::feed(&source, args.base.as_deref(), config).await?;
    feed.entries = feed.entries.into_iter().map(plain_entry).collect();
    let mut out = std::io::stdout().lock();
    let json = if out.is_terminal() { serde_json::to_string_pretty(&feed) } else { serde_json::to_string(&feed) };
    Ok(writeln!(out, "{}", json?)?)
}
