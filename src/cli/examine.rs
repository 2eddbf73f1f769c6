//! `tidings examine`: the bot's own question whether a document kills its parser. Hidden: it reads a
//! note of the store, on a thread like the bot's, without any configuration that might be in the way,
//! and answers by how it ends.

use std::path::PathBuf;

use anyhow::Context;

use crate::app::READ_TO_ITS_END;
use crate::pipeline::parse::{Document, parse};
use crate::store::sled::Note;

#[derive(clap::Args)]
pub struct Args {
    /// A note in the store's folder
    note: PathBuf,
}

pub async fn execute(args: &Args) -> anyhow::Result<()> {
    let note = Note::read(&args.note).with_context(|| format!("cannot read {}", args.note.display()))?;
    let parsing = tokio::task::spawn_blocking(move || {
        let (content_type, base) = (note.content_type.as_deref(), note.base.as_deref());
        // A feed or not: what counts is that there is an answer.
        drop(parse(Document { bytes: &note.document, content_type, base }));
    });
    parsing.await.context("the parser crashed")?;
    std::process::exit(READ_TO_ITS_END)
}
