//! The one thread that writes. Transactions run one after the other; those that wait together are
//! made durable together, by one flush and one sync.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::tx::{Tx, failure};
use crate::port::StoreError;

/// Transactions that share a flush.
const GROUP_MAX: usize = 256;
/// Free bytes below which nothing new is taken in, and below which nothing at all is written: the
/// rest is for finishing what is begun, and for opening the store again.
const FREE_FOR_GROWTH: u64 = 16 * 1024 * 1024;
const FREE_FOR_ANYTHING: u64 = 4 * 1024 * 1024;

/// How long a note may wait for company before it is made durable.
const NOTE_DELAY: Duration = Duration::from_secs(1);

/// Whether a transaction takes something in, finishes something, or only notes something: losing
/// a note costs a little time and nothing else, so nobody waits until it is durable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Grow,
    Settle,
    Note,
}

type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Job = Box<dyn FnOnce(&Disk) -> Applied + Send>;

/// What is left to do for a transaction that has run.
enum Applied {
    Nothing,
    /// Written, and somebody waits until it is durable.
    Awaited(Finish),
    /// Written, and nobody waits.
    Noted,
}

/// What a transaction runs against.
pub struct Disk {
    pub db: sled::Db,
    pub path: PathBuf,
    /// Our own descriptor of sled's file: sled's flush does not sync it (bench, section 3).
    pub file: File,
}

pub struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

impl Writer {
    pub fn start(disk: Disk) -> std::io::Result<Self> {
        let (jobs, queue) = channel::<Job>();
        let path = disk.path.clone();
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || run(&disk, &queue))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), path })
    }

    /// Runs a transaction and returns after it is durable, or, for a note, after it is written.
    pub async fn write<T: Send + 'static>(
        &self,
        purpose: Purpose,
        transaction: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |disk| match run_one(disk, purpose, transaction) {
            Ok((value, true)) if purpose != Purpose::Note => {
                Applied::Awaited(Box::new(move |durable| drop(answer.send(durable.map(|()| value)))))
            }
            Ok((value, is_written)) => {
                drop(answer.send(Ok(value)));
                if is_written { Applied::Noted } else { Applied::Nothing }
            }
            Err(error) => {
                drop(answer.send(Err(error)));
                Applied::Nothing
            }
        });
        let stopped = || StoreError::Unusable { path: self.path.clone(), why: "its writer has stopped".to_owned() };
        self.jobs.as_ref().ok_or_else(stopped)?.send(job).map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    /// Finishes what is queued.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // The thread catches panics of transactions; its own end has nothing to say.
            let _ = thread.join();
        }
    }
}

fn run_one<T>(
    disk: &Disk,
    purpose: Purpose,
    transaction: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<(T, bool), StoreError> {
    check_space(&disk.path, purpose)?;
    // sled panics on damage that it does not expect.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut tx = Tx::new(&disk.db, &disk.path);
        let value = transaction(&mut tx)?;
        Ok((value, tx.apply()?))
    }));
    outcome.unwrap_or_else(|_| {
        Err(StoreError::Damaged { path: disk.path.clone(), why: "sled could not go on".to_owned() })
    })
}

fn check_space(path: &Path, purpose: Purpose) -> Result<(), StoreError> {
    let needed_bytes = if purpose == Purpose::Settle { FREE_FOR_ANYTHING } else { FREE_FOR_GROWTH };
    match fs2::available_space(path) {
        Ok(free_bytes) if free_bytes < needed_bytes => {
            Err(StoreError::DiskFull { path: path.to_owned(), free_bytes, needed_bytes })
        }
        // A file system that cannot say how much is free is used without asking.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn run(disk: &Disk, queue: &Receiver<Job>) {
    let mut noted_at: Option<Instant> = None;
    loop {
        let first = match next_job(queue, noted_at) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let is_note_due = first.is_none();
        let mut finishes: Vec<Finish> = Vec::new();
        for job in first.into_iter().chain(queue.try_iter().take(GROUP_MAX - 1)) {
            match job(disk) {
                Applied::Nothing => {}
                Applied::Awaited(finish) => finishes.push(finish),
                Applied::Noted => {
                    noted_at.get_or_insert_with(Instant::now);
                }
            }
        }
        if finishes.is_empty() && !is_note_due {
            continue;
        }
        // A flush that meets a full disk leaves sled unusable; notes can wait.
        if finishes.is_empty() && check_space(&disk.path, Purpose::Settle).is_err() {
            noted_at = Some(Instant::now());
            continue;
        }
        noted_at = None;
        let durable = flush(disk);
        for finish in finishes {
            finish(durable.clone());
        }
    }
    if let (Some(_), Err(error)) = (noted_at, flush(disk)) {
        tracing::warn!("The last notes of the store are lost: {error}; some feeds are asked early at the next start");
    }
}

/// Waits for a job; while notes are not durable yet, no longer than their delay.
fn next_job(queue: &Receiver<Job>, noted_at: Option<Instant>) -> Result<Job, RecvTimeoutError> {
    match noted_at {
        None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(at) => queue.recv_timeout(NOTE_DELAY.saturating_sub(at.elapsed())),
    }
}

/// Blocking `flush` (never `flush_async`, which deadlocks), then a real sync of the file.
fn flush(disk: &Disk) -> Result<(), StoreError> {
    let flushed = catch_unwind(AssertUnwindSafe(|| disk.db.flush()));
    match flushed {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(failure(&disk.path, &error)),
        Err(_) => return Err(StoreError::Damaged { path: disk.path.clone(), why: "sled could not flush".to_owned() }),
    }
    disk.file
        .sync_all()
        .map_err(|error| StoreError::Unusable { path: disk.path.clone(), why: format!("it cannot be synced: {error}") })
}
