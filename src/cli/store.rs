//! `tidings store`: the store's own care.

use std::path::PathBuf;

use anyhow::anyhow;

use super::out;
use crate::app::SystemClock;
use crate::config::Config;
use crate::port::Clock;
use crate::progress::Progress;
use crate::store::Engine;
use crate::store::sled::{backup, check, restore};

/// Problems that are printed; more of them say no more.
const PROBLEMS_SHOWN: usize = 20;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Read every record and check what refers to what
    Check,
    /// Copy the store into a folder
    Backup {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Make the store what a backup holds; the present one is moved aside
    Restore {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

pub fn execute(command: &Command, config: &Config) -> anyhow::Result<()> {
    if config.store.engine != Engine::Sled {
        return Err(anyhow!("`tidings store` looks after the sled engine; use PostgreSQL's own tools for the other"));
    }
    let path = &config.store.path;
    match command {
        Command::Check => {
            let report = during("reading every record", || check(path))?;
            for problem in report.problems.iter().take(PROBLEMS_SHOWN) {
                out::line(problem)?;
            }
            if let Some(folder) = &report.unfinished {
                out::line(format_args!(
                    "{}: left by a restore that was not finished; restore again, or remove it",
                    folder.display()
                ))?;
            }
            match report.problems.len() {
                0 => out::line(format_args!(
                    "{}: ok, {} records, {} bytes",
                    path.display(),
                    report.records,
                    report.bytes
                ))?,
                count => {
                    return Err(anyhow!(
                        "{}: {count} of {} records are wrong; restore a backup with `tidings store restore DIR`",
                        path.display(),
                        report.records
                    ));
                }
            }
        }
        Command::Backup { folder } => {
            let file = during("copying the store", || backup(path, folder))?;
            out::line(format_args!("{} is backed up to {}", path.display(), file.display()))?;
        }
        Command::Restore { folder } => {
            let aside = during("restoring the store", || restore(path, folder, SystemClock.now()))?;
            out::line(format_args!("{} is what {} holds", path.display(), folder.display()))?;
            if let Some(aside) = aside {
                out::line(format_args!("what was there before is at {}", aside.display()))?;
            }
        }
    }
    Ok(())
}

fn during<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let _progress = Progress::timed(what);
    work()
}
