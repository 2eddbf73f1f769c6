//! Opening the folder: lock, damaged snapshots, full disk, schema.

use std::fs::{self, File};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::key;
use super::migrate;
use super::tx::failure;
use super::writer::Disk;
use crate::port::StoreError;

/// The version of the key layout.
pub const SCHEMA: u32 = 2;
/// Bytes that sled keeps in memory; its default is 1 GB.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;
/// Kept free for the day the disk is full: sled cannot even open then.
const BALLAST_BYTES: usize = 8 * 1024 * 1024;
/// How often, and how long apart, a lock is tried again: half a second in all.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// Files that are kept beside sled's own.
pub const PARSING_FOLDER: &str = "parsing";
const BALLAST_FILE: &str = "ballast";
/// sled's own file.
pub const DB_FILE: &str = "db";

/// Whether there is a store in this folder, or what a restore left of one. Looks without making one.
pub fn is_there(path: &Path) -> bool {
    path.join(DB_FILE).exists() || restoring(path).exists()
}

/// Opens the store, or makes it.
pub fn open(path: &Path) -> Result<Disk, StoreError> {
    if !path.join(DB_FILE).exists() && restoring(path).exists() {
        // An old store is aside and a new one is not in its place yet: no time to begin from nothing.
        return Err(unfinished(path));
    }
    if is_lost(path) {
        return Err(StoreError::Damaged {
            path: path.to_owned(),
            why: format!("its file {DB_FILE} is missing or empty"),
        });
    }
    let disk = make(path)?;
    if disk.db.contains_key(key::RESTORING).map_err(|error| failure(path, &error))? {
        return Err(unfinished(path));
    }
    check_schema(&disk, path.join(BALLAST_FILE).exists())?;
    keep_ballast(path);
    Ok(disk)
}

/// Whether a store that was open before has lost its file: to begin from nothing would hide that.
fn is_lost(path: &Path) -> bool {
    let size = fs::metadata(path.join(DB_FILE)).map_or(0, |file| file.len());
    size == 0 && path.join(BALLAST_FILE).exists()
}

fn unfinished(path: &Path) -> StoreError {
    let why = "a restore of it was not finished; run `tidings store restore DIR` again";
    StoreError::Unusable { path: path.to_owned(), why: why.to_owned() }
}

/// Opens the store that is there.
pub fn open_existing(path: &Path) -> Result<Disk, StoreError> {
    if !is_there(path) {
        return Err(StoreError::Unusable { path: path.to_owned(), why: "there is no store in it".to_owned() });
    }
    open(path)
}

/// Opens the folder, or makes it, whatever it holds.
pub fn make(path: &Path) -> Result<Disk, StoreError> {
    let unusable = |what: &str, error: &io::Error| StoreError::Unusable {
        path: path.to_owned(),
        why: format!("{what}: {error}; check that the folder exists and that this user may write to it"),
    };
    let is_new = !path.join(DB_FILE).exists();
    fs::create_dir_all(path.join(PARSING_FOLDER)).map_err(|error| unusable("cannot make its folder", &error))?;
    let db = open_sled(path)?;
    let file = File::open(path.join(DB_FILE)).map_err(|error| unusable("cannot open its file", &error))?;
    if is_new {
        // A new file's name is durable only when its folder and the folder's own name are.
        sync_folder(path).map_err(|error| unusable("cannot sync its folder", &error))?;
    }
    Ok(Disk { db, path: path.to_owned(), file })
}

/// The folder itself: without a slash at the end, and what a link leads to.
pub fn real(path: &Path) -> PathBuf {
    let path: PathBuf = path.components().collect();
    let is_another = path.is_symlink() || path.file_name().is_none();
    if is_another { fs::canonicalize(&path).unwrap_or(path) } else { path }
}

/// Where a restore works until all of it is there.
pub fn restoring(path: &Path) -> PathBuf {
    beside(&real(path), "restoring")
}

/// The name of a folder beside this one.
pub fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    PathBuf::from(name)
}

fn open_sled(path: &Path) -> Result<sled::Db, StoreError> {
    match open_patiently(path) {
        Ok(db) => Ok(db),
        Err(StoreError::Damaged { .. }) => {
            // Snapshots only speed up opening: without them sled reads its log.
            quarantine_snapshots(path)?;
            try_open(path)
        }
        Err(StoreError::Unusable { .. }) if fs::remove_file(path.join(BALLAST_FILE)).is_ok() => try_open(path),
        Err(error) => Err(error),
    }
}

/// Another command that only looks holds the lock for moments; a bot holds it as long as it lives.
fn open_patiently(path: &Path) -> Result<sled::Db, StoreError> {
    for _ in 0..LOCK_TRIES {
        match try_open(path) {
            Err(StoreError::Locked { .. }) => std::thread::sleep(LOCK_PAUSE),
            opened => return opened,
        }
    }
    try_open(path)
}

fn try_open(path: &Path) -> Result<sled::Db, StoreError> {
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        // Each commit is flushed and synced by the writer; a timer would only wake an idle bot.
        .flush_every_ms(None);
    let opened = catch_unwind(AssertUnwindSafe(|| config.open()));
    match opened {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(error)) if error.to_string().contains("acquire lock") => {
            Err(StoreError::Locked { path: path.to_owned() })
        }
        Ok(Err(error)) => Err(failure(path, &error)),
        Err(_) => Err(StoreError::Damaged { path: path.to_owned(), why: "sled cannot read its file".to_owned() }),
    }
}

/// Moves sled's snapshots aside, where they can be looked at.
fn quarantine_snapshots(path: &Path) -> Result<(), StoreError> {
    let unusable = |error: io::Error| StoreError::Unusable {
        path: path.to_owned(),
        why: format!("its damaged snapshots cannot be moved aside: {error}"),
    };
    let quarantine = path.join("quarantine");
    fs::create_dir_all(&quarantine).map_err(unusable)?;
    for entry in fs::read_dir(path).map_err(unusable)? {
        let entry = entry.map_err(unusable)?;
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            fs::rename(entry.path(), quarantine.join(entry.file_name())).map_err(unusable)?;
            tracing::warn!(file = %entry.path().display(), "Moved a damaged snapshot of the store to {}", quarantine.display());
        }
    }
    Ok(())
}

/// `was_open`: the store has been opened before, so it had a schema.
fn check_schema(disk: &Disk, was_open: bool) -> Result<(), StoreError> {
    let found = disk.db.get(key::SCHEMA).map_err(|error| failure(&disk.path, &error))?;
    let version = found.as_ref().map(|bytes| bytes.first_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes)));
    match version {
        Some(SCHEMA) => return Ok(()),
        // A file that was cut short: to begin from nothing would hide that.
        None if was_open => {
            let why = format!("most of its file {DB_FILE} is missing");
            return Err(StoreError::Damaged { path: disk.path.clone(), why });
        }
        None => {}
        Some(1) => {
            tracing::info!("The store at {} is brought up to date", disk.path.display());
            migrate::from_1(disk)?;
        }
        Some(newer) if newer > SCHEMA => {
            return Err(StoreError::Newer { path: disk.path.clone(), found: newer, known: SCHEMA });
        }
        Some(other) => {
            return Err(StoreError::Damaged { path: disk.path.clone(), why: format!("its schema version is {other}") });
        }
    }
    let written = disk.db.flush().and_then(|_| disk.db.insert(key::SCHEMA, &SCHEMA.to_be_bytes()));
    written.and_then(|_| disk.db.flush()).map_err(|error| failure(&disk.path, &error))?;
    disk.file.sync_all().map_err(|error| StoreError::Unusable { path: disk.path.clone(), why: error.to_string() })
}

/// Writes the ballast where there is room for it; without it the store works as well.
fn keep_ballast(path: &Path) {
    let ballast = path.join(BALLAST_FILE);
    let has_room = fs2::available_space(path).is_ok_and(|free| free > 8 * BALLAST_BYTES as u64);
    if ballast.exists() || !has_room {
        return;
    }
    let written = File::create(&ballast).and_then(|mut file| file.write_all(&vec![0; BALLAST_BYTES]));
    if let Err(error) = written {
        tracing::debug!(%error, "No room for the ballast file");
        // Half a ballast is none.
        let _ = fs::remove_file(&ballast);
    }
}

/// Makes what happened in a folder durable, and its own name.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    match parent_of(path) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

fn parent_of(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?;
    Some(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() })
}
