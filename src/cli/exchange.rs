//! `tidings import` and `tidings export`: the terminal's subscriptions in and out.

use anyhow::Context;

use super::{desk, out};
use crate::config::Config;
use crate::control::{Answer, Question};
use crate::platform::terminal::Style;

#[derive(clap::Args)]
pub struct ImportArgs {
    /// An OPML file, or JSON as `tidings export --json` prints it
    #[arg(value_name = "FILE")]
    file: std::path::PathBuf,
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
}

#[derive(clap::Args)]
pub struct ExportArgs {
    /// As OPML (the default)
    #[arg(long, conflicts_with = "json")]
    opml: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub async fn import(args: &ImportArgs, config: &Config) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let question = Question::Import { text, is_dry_run: args.dry_run, style: Style::of_stdout() };
    let Answer::Said(told) = desk::ask(config, question).await? else { return Err(desk::misunderstood()) };
    out::text(told.trim_start())?;
    if args.dry_run {
        out::line("Nothing was changed.")?;
    }
    Ok(())
}

pub async fn export(args: &ExportArgs, config: &Config) -> anyhow::Result<()> {
    let Answer::Said(text) = desk::ask(config, Question::Export { as_json: args.json }).await? else {
        return Err(desk::misunderstood());
    };
    out::text(text)?;
    Ok(())
}
