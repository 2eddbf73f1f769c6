//! `tidings stories`: which items of a file tell the same event.

use std::io::{BufWriter, Write};

use serde::Serialize;

use super::{items, source};
use crate::app::SystemClock;
use crate::config::Config;
use crate::model::id::{ItemId, StoryId};
use crate::pipeline::story;
use crate::port::Clock;

#[derive(clap::Args)]
pub struct Args {
    /// Items as JSON Lines {"id","title","url","source","published","lang","text"}: a file, a URL, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    source: String,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a ItemId,
    story: &'a StoryId,
}

pub async fn execute(args: &Args, config: &Config) -> anyhow::Result<()> {
    let source = source::read(&args.source, config).await?;
    let items = items::read(&source.bytes, &args.source, SystemClock.now())?;
    let stories = story::group(&items);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (item, story) in items.iter().zip(&stories) {
        writeln!(out, "{}", serde_json::to_string(&Line { id: &item.id, story })?)?;
    }
    Ok(out.flush()?)
}
