//! Documents that may have killed the last process.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::Context;

use crate::port::{Clock, Intake, Store};
use crate::progress::Progress;
use crate::store::sled::{SledStore, Suspect};

/// A document that takes longer to parse than this has stalled its parser.
const SUSPECT_TIMEOUT: Duration = Duration::from_secs(20);

/// Tries documents that were being parsed when the last process ended, each in a process of its
/// own. One that kills or stalls that process parks its feed; the others were only there.
///
/// # Errors
/// When the store does not take it.
pub async fn examine_suspects(store: &SledStore, program: &PathBuf, clock: &dyn Clock) -> anyhow::Result<()> {
    for suspect in store.suspects()? {
        let progress = Progress::timed("trying a document that was being parsed at the last end");
        let found = try_parse(program, &suspect).await?;
        drop(progress);
        let Some(why) = found else {
            store.parsed(&suspect.feed);
            continue;
        };
        if let Some(mut record) = store.feed(&suspect.feed).await? {
            let reason = format!("reading its document {why}");
            tracing::error!(feed.id = %suspect.feed, "{} is no longer polled: {reason}; the document is kept at {}", record.state.url, poison_of(&suspect).display());
            record.state.health.parked = Some(reason.clone());
            record.state.health.last_error = Some(reason);
            record.state.last_poll = Some(clock.now());
            store.commit_intake(Intake { record, seen: None, items: Vec::new() }).await?;
        }
        std::fs::rename(&suspect.document, poison_of(&suspect)).context("cannot put the poisonous document aside")?;
    }
    Ok(())
}

fn poison_of(suspect: &Suspect) -> PathBuf {
    let folder = suspect.document.parent().and_then(|parsing| parsing.parent());
    folder.unwrap_or(&suspect.document).join(format!("poison-{}", suspect.feed))
}

/// What happened to the process that parsed it, if that is what killed it.
async fn try_parse(program: &PathBuf, suspect: &Suspect) -> anyhow::Result<Option<String>> {
    let mut child = tokio::process::Command::new(program)
        .arg("parse")
        .arg(&suspect.document)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start a process to examine a feed")?;
    match tokio::time::timeout(SUSPECT_TIMEOUT, child.wait()).await {
        Err(_) => Ok(Some(format!("takes longer than {} s", SUSPECT_TIMEOUT.as_secs()))),
        Ok(status) => Ok(killed(status.context("cannot wait for that process")?)),
    }
}

fn killed(status: ExitStatus) -> Option<String> {
    // 0: a feed; 1: an error in words. Everything else is a process that did not end by itself.
    match status.code() {
        Some(0 | 1) => None,
        _ => Some(format!("kills the process ({status})")),
    }
}
