//! Copying the store out, and putting a copy back. At every moment there is the old store, or the
//! whole new one, or an error that says what to do.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use xxhash_rust::xxh3::Xxh3;

use super::key;
use super::open::{self, SCHEMA, restoring};
use super::tx::{VALUE_BYTES_MAX, failure};
use super::writer::Disk;
use crate::port::StoreError;

/// The file that a backup is.
const BACKUP_FILE: &str = "tidings.backup";
/// The first bytes of a backup; the number is the format's version.
const MAGIC: &[u8; 16] = b"tidings backup 1";
/// Records that are written in one batch.
const CHUNK: usize = 1000;

fn unusable(path: &Path, what: &str, error: &io::Error) -> StoreError {
    StoreError::Unusable { path: path.to_owned(), why: format!("{what}: {error}") }
}

/// Copies every record into one file of `folder`, with a checksum, and returns that file.
///
/// # Errors
/// When the store or the folder cannot be used; no half backup is left.
pub fn backup(path: &Path, folder: &Path) -> Result<PathBuf, StoreError> {
    let disk = open::open_existing(path)?;
    let target = folder.join(BACKUP_FILE);
    let half = folder.join(format!("{BACKUP_FILE}.half"));
    let failed = |error: io::Error| unusable(folder, "the backup cannot be written", &error);
    fs::create_dir_all(folder).map_err(failed)?;
    let written = write_backup(&disk, &half)
        .and_then(|()| fs::rename(&half, &target).and_then(|()| open::sync_folder(folder)).map_err(failed));
    if written.is_err() {
        // Best effort: what is left of it is named after what it is.
        let _ = fs::remove_file(&half);
    }
    written.map(|()| target)
}

fn write_backup(disk: &Disk, file: &Path) -> Result<(), StoreError> {
    let failed = |error: io::Error| unusable(file, "the backup cannot be written", &error);
    let mut out = BufWriter::new(File::create(file).map_err(failed)?);
    let mut sum = Xxh3::new();
    let mut write = |bytes: &[u8]| {
        sum.update(bytes);
        out.write_all(bytes)
    };
    write(MAGIC).map_err(failed)?;
    write(&SCHEMA.to_be_bytes()).map_err(failed)?;
    for pair in disk.db.iter() {
        let (key, value) = pair.map_err(|error| failure(&disk.path, &error))?;
        for part in [&key, &value] {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            write(&length.to_be_bytes()).and_then(|()| write(part)).map_err(failed)?;
        }
    }
    write(&u32::MAX.to_be_bytes()).map_err(failed)?;
    let sum = sum.digest();
    out.write_all(&sum.to_be_bytes()).map_err(failed)?;
    let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)
}

/// Makes the store what a backup holds. What is there is moved aside, and its new place returned.
///
/// # Errors
/// When the backup is not whole, or the store is in use or cannot be moved; it is as it was then.
pub fn restore(path: &Path, folder: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let records = read_backup(&folder.join(BACKUP_FILE))?;
    let path = open::real(path);
    refuse_where_we_are(&path)?;
    refuse_if_in_use(&path)?;
    let half = restoring(&path);
    // An earlier restore that did not come to its end left it, unless one is under way.
    refuse_if_in_use(&half)?;
    remove(&half)?;
    let replaced = fill(&half, &records).and_then(|()| {
        // A bot may have been started meanwhile.
        refuse_if_in_use(&path)?;
        replace(&path, &half, now)
    });
    if replaced.is_err() {
        remove(&half)?;
    }
    replaced
}

fn remove(folder: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(folder, "it cannot be removed", &error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A new store that holds exactly these records, durable to the last byte.
fn fill(folder: &Path, records: &[Record]) -> Result<(), StoreError> {
    let synced = |error: io::Error| unusable(folder, "it cannot be synced", &error);
    let disk = open::make(folder)?;
    let failed = |error: sled::Error| failure(folder, &error);
    // Until this goes the folder is not taken for a store.
    disk.db.insert(key::RESTORING, b"").map_err(failed)?;
    for chunk in records.chunks(CHUNK) {
        let mut batch = sled::Batch::default();
        for (key, value) in chunk {
            batch.insert(key.as_slice(), value.as_slice());
        }
        disk.db.apply_batch(batch).map_err(failed)?;
    }
    disk.db.flush().map_err(failed)?;
    disk.file.sync_all().map_err(synced)?;
    disk.db.remove(key::RESTORING).and_then(|_| disk.db.flush()).map_err(failed)?;
    if disk.db.len() != records.len() {
        let why = format!("{} records of {} can be read back", disk.db.len(), records.len());
        return Err(StoreError::Damaged { path: folder.to_owned(), why });
    }
    drop(disk);
    sync_all(folder).map_err(synced)
}

fn sync_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_all(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Moves what is at `path` aside and puts the new store in its place. Between the two there is none;
/// [`open::open`] knows that from the folder that waits.
fn replace(path: &Path, half: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let moved = |error: io::Error| unusable(path, "it cannot be moved aside", &error);
    let is_empty = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    let aside = if is_empty {
        fs::remove_dir(path).map_err(moved)?;
        None
    } else if path.exists() {
        let aside = free_name(path, now);
        fs::rename(path, &aside).map_err(moved)?;
        Some(aside)
    } else {
        None
    };
    if let Err(error) = fs::rename(half, path) {
        // Back to where it was: the old store is better than none.
        if let Some(aside) = &aside {
            fs::rename(aside, path).map_err(moved)?;
        }
        return Err(unusable(path, "the restored store cannot be put there", &error));
    }
    open::sync_folder(path).map_err(|error| unusable(path, "its folder cannot be synced", &error))?;
    Ok(aside)
}

fn free_name(path: &Path, now: Timestamp) -> PathBuf {
    let name = |number: u32| match number {
        1 => open::beside(path, &format!("before-restore-{}", now.as_second())),
        _ => open::beside(path, &format!("before-restore-{}-{number}", now.as_second())),
    };
    (1..).map(name).find(|name| !name.exists()).unwrap_or_else(|| name(1))
}

/// A store that is only damaged may be moved; one that another process has open may not.
fn refuse_if_in_use(path: &Path) -> Result<(), StoreError> {
    if !path.join(open::DB_FILE).exists() {
        return Ok(());
    }
    match open::make(path) {
        Err(error @ StoreError::Locked { .. }) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A folder that also holds what we work with is no folder of the store alone.
fn refuse_where_we_are(path: &Path) -> Result<(), StoreError> {
    let is_here = match (fs::canonicalize(path), std::env::current_dir()) {
        (Ok(path), Ok(here)) => here.starts_with(path),
        _ => false,
    };
    if is_here {
        let why = "it would be moved aside with all that is in it; give the store a folder of its own ([store] path)";
        return Err(StoreError::Unusable { path: path.to_owned(), why: why.to_owned() });
    }
    Ok(())
}

type Record = (Vec<u8>, Vec<u8>);

fn read_backup(file: &Path) -> Result<Vec<Record>, StoreError> {
    let broken = |why: String| StoreError::Unusable { path: file.to_owned(), why };
    let opened = File::open(file)
        .map_err(|error| broken(format!("{error}; name the folder given to `tidings store backup`")))?;
    let mut source = Summed { source: BufReader::new(opened), sum: Xxh3::new() };
    let cut = |error: io::Error| broken(format!("the backup is not whole: {error}"));
    if source.exact::<16>().map_err(cut)? != *MAGIC {
        return Err(broken("this is not a backup of tidings".to_owned()));
    }
    let schema = u32::from_be_bytes(source.exact().map_err(cut)?);
    if schema > SCHEMA {
        return Err(StoreError::Newer { path: file.to_owned(), found: schema, known: SCHEMA });
    }
    let mut records = Vec::new();
    loop {
        let length = u32::from_be_bytes(source.exact().map_err(cut)?);
        if length == u32::MAX {
            break;
        }
        let key = source.bytes(length).map_err(cut)?;
        let length = u32::from_be_bytes(source.exact().map_err(cut)?);
        let value = source.bytes(length).map_err(cut)?;
        records.push((key, value));
    }
    let expected = source.sum.digest();
    let mut stated = [0; 8];
    source.source.read_exact(&mut stated).map_err(cut)?;
    if u64::from_be_bytes(stated) != expected {
        return Err(broken("the backup is damaged: its checksum is wrong".to_owned()));
    }
    Ok(records)
}

/// Reads and sums up.
struct Summed<R> {
    source: R,
    sum: Xxh3,
}

impl<R: Read> Summed<R> {
    fn exact<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes)?;
        self.sum.update(&bytes);
        Ok(bytes)
    }

    fn bytes(&mut self, length: u32) -> io::Result<Vec<u8>> {
        if length as usize > VALUE_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a record of {length} bytes")));
        }
        let mut bytes = vec![0; length as usize];
        self.source.read_exact(&mut bytes)?;
        self.sum.update(&bytes);
        Ok(bytes)
    }
}
