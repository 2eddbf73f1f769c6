//! Did a document end the last process? Those that were being parsed then are tried again, each in
//! a process of its own.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use crate::port::{Clock, Intake, Store};
use crate::progress::Progress;
use crate::store::sled::{SledStore, Suspect};

/// A document that takes longer to parse than this has stalled its parser.
const SUSPECT_TIMEOUT: Duration = Duration::from_secs(20);
/// Deaths in a row after which a document is no longer believed, whatever became of the process
/// that tried it: it may take the bot's own circumstances to die of it.
const DEATHS_MAX: u32 = 3;
/// The exit code of a process that has read a document to its end, as a feed or not. No other way
/// to end has this code: not an error, not a panic, not a wrong argument.
pub const READ_TO_ITS_END: i32 = 83;

/// What a process that tried a document says of it.
enum Finding {
    Innocent,
    Guilty(String),
    /// It did not come to try it.
    Unknown(String),
}

/// Tries documents that were being parsed when the last process ended. One that kills or stalls its
/// parser parks its feed, and so does one that was there each time of several; the others were only
/// there.
///
/// # Errors
/// When the store does not take it.
pub async fn examine_suspects(store: &SledStore, program: &Path, clock: &dyn Clock) -> anyhow::Result<()> {
    for suspect in store.suspects()? {
        let progress = Progress::timed("trying a document that was being parsed at the last end");
        let finding = examine(program, &suspect).await;
        drop(progress);
        match finding {
            Finding::Guilty(why) => park(store, &suspect, why, clock).await?,
            Finding::Innocent | Finding::Unknown(_) if suspect.deaths >= DEATHS_MAX => {
                let why = format!("was under way when the process ended, {} times in a row", suspect.deaths);
                park(store, &suspect, why, clock).await?;
            }
            Finding::Innocent => store.acquit(&suspect),
            Finding::Unknown(why) => {
                tracing::warn!(feed.id = %suspect.feed, "Whether a document of feed {} ended the last process cannot be told: {why}", suspect.feed);
                store.acquit(&suspect);
            }
        }
    }
    Ok(())
}

async fn park(store: &SledStore, suspect: &Suspect, why: String, clock: &dyn Clock) -> anyhow::Result<()> {
    let document = store.put_aside(suspect)?;
    if let Some(mut record) = store.feed(&suspect.feed).await? {
        let reason = format!("reading its document {why}");
        tracing::error!(feed.id = %suspect.feed, "{} is no longer polled: {reason}; the document is kept at {}", record.state.url, document.display());
        record.state.health.parked = Some(reason.clone());
        record.state.health.last_error = Some(reason);
        record.state.last_poll = Some(clock.now());
        store.commit_intake(Intake { record, seen: None, items: Vec::new() }).await?;
    }
    Ok(())
}

async fn examine(program: &Path, suspect: &Suspect) -> Finding {
    let child = tokio::process::Command::new(program)
        .arg("examine")
        .arg(&suspect.note)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return Finding::Unknown(format!("no process can be started: {error}")),
    };
    match tokio::time::timeout(SUSPECT_TIMEOUT, child.wait()).await {
        Err(_) => Finding::Guilty(format!("takes longer than {} s", SUSPECT_TIMEOUT.as_secs())),
        Ok(Ok(status)) => judge(status),
        Ok(Err(error)) => Finding::Unknown(format!("its process cannot be waited for: {error}")),
    }
}

fn judge(status: ExitStatus) -> Finding {
    match status.code() {
        Some(READ_TO_ITS_END) => Finding::Innocent,
        Some(code) => Finding::Unknown(format!("the process that tried it ended with {code}")),
        // A signal, which nobody else sends it.
        None => Finding::Guilty(format!("kills the process ({status})")),
    }
}
