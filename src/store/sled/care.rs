//! The store's own care: looking through it, copying it out, and putting a copy back.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::IgnoredAny;
use xxhash_rust::xxh3::Xxh3;

use super::guarded;
use super::key;
use super::open::{self, SCHEMA};
use super::tx::{VALUE_BYTES_MAX, failure};
use crate::model::card::Card;
use crate::model::decision::Decision;
use crate::model::delivery::{Delivery, DeliveryState};
use crate::model::feed::FeedRecord;
use crate::model::item::Item;
use crate::model::seen::SeenSet;
use crate::model::subscription::Subscription;
use crate::port::StoreError;

/// The file that a backup is.
const BACKUP_FILE: &str = "tidings.backup";
/// The first bytes of a backup; the number is the format's version.
const MAGIC: &[u8; 16] = b"tidings backup 1";

/// What a look through the store found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub records: u64,
    pub bytes: u64,
    /// What is wrong, one line each.
    pub problems: Vec<String>,
}

/// Reads every record and checks that it is what its key says, and that what refers to something
/// finds it.
///
/// # Errors
/// When the store cannot be opened or read at all.
pub fn check(path: &Path) -> Result<Report, StoreError> {
    let disk = open_existing(path)?;
    guarded(path, || look_through(&disk.db, path))
}

fn look_through(db: &sled::Db, path: &Path) -> Result<Report, StoreError> {
    let mut report = Report::default();
    for pair in db.iter() {
        let (key, value) = pair.map_err(|error| failure(path, &error))?;
        report.records += 1;
        report.bytes += (key.len() + value.len()) as u64;
        if let Err(problem) = check_record(db, &key, &value) {
            report.problems.push(format!("{}: {problem}", String::from_utf8_lossy(&key)));
        }
    }
    Ok(report)
}

fn check_record(db: &sled::Db, key: &[u8], value: &[u8]) -> Result<(), String> {
    fn readable<T: serde::de::DeserializeOwned>(value: &[u8]) -> Result<(), String> {
        serde_json::from_slice::<T>(value).map(drop).map_err(|error| error.to_string())
    }
    let refers_to = |prefix: &[u8], id: &[u8]| {
        let target = [prefix, id].concat();
        let found = db.contains_key(&target).map_err(|error| error.to_string())?;
        if found { Ok(()) } else { Err(format!("{} is missing", String::from_utf8_lossy(&target))) }
    };
    let after_time = || key.get(9..).unwrap_or_default();
    if value.len() > VALUE_BYTES_MAX {
        return Err(format!("{} bytes are too many", value.len()));
    }
    match key.get(..1).unwrap_or_default() {
        key::FEEDS => readable::<FeedRecord>(value),
        key::DUE_FEEDS => refers_to(key::FEEDS, after_time()),
        key::SEEN => SeenSet::default().extend_from_bytes(value).ok_or_else(|| "not a seen set".to_owned()),
        key::SUBSCRIPTIONS => readable::<Subscription>(value),
        key::ITEMS => readable::<Item>(value),
        key::PENDING => refers_to(key::ITEMS, value),
        key::PENDING_OF_ITEM => refers_to(&[], value),
        key::ITEMS_BY_TIME => refers_to(key::ITEMS, after_time()),
        key::CARDS => readable::<Card>(value),
        key::DECISIONS => readable::<Decision>(value),
        key::DELIVERIES => check_delivery(db, value),
        key::DEAD => refers_to(key::DELIVERIES, key.get(1..).unwrap_or_default()),
        key::QUEUES => refers_to(key::DELIVERIES, value),
        key::DUE_ADDRESSES => readable::<IgnoredAny>(value),
        key::DUE_OF_ADDRESS => refers_to(&[], value),
        key::SETTLED_BY_TIME => refers_to(key::DELIVERIES, after_time()),
        _ if key == key::SCHEMA || key == key::SEQUENCE => Ok(()),
        _ => Err("no record has such a key".to_owned()),
    }
}

/// What is open must be in its queue, or nobody ever sends it; what is dead must be findable.
fn check_delivery(db: &sled::Db, value: &[u8]) -> Result<(), String> {
    let delivery: Delivery = serde_json::from_slice(value).map_err(|error| error.to_string())?;
    let found = |key: &[u8]| db.get(key).map_err(|error| error.to_string());
    if delivery.is_open() {
        let queued = found(&key::queued(&delivery.to, delivery.sequence))?;
        if queued.is_none_or(|id| id != delivery.id.as_str().as_bytes()) {
            return Err("it is open and is in no queue".to_owned());
        }
        if found(&key::due_of_address(&delivery.to))?.is_none() {
            return Err(format!("it is open and {} is never due", delivery.to));
        }
    }
    if matches!(delivery.state, DeliveryState::Dead { .. }) && found(&key::dead(&delivery.id))?.is_none() {
        return Err("it is dead and not among the dead".to_owned());
    }
    Ok(())
}

fn open_existing(path: &Path) -> Result<super::writer::Disk, StoreError> {
    if !path.join("db").exists() {
        return Err(StoreError::Unusable { path: path.to_owned(), why: "there is no store in it".to_owned() });
    }
    open::open(path)
}

/// Copies every record into one file of `folder`, with a checksum, and returns that file.
///
/// # Errors
/// When the store or the folder cannot be used; no half backup is left.
pub fn backup(path: &Path, folder: &Path) -> Result<PathBuf, StoreError> {
    let disk = open_existing(path)?;
    let target = folder.join(BACKUP_FILE);
    let half = folder.join(format!("{BACKUP_FILE}.half"));
    let unusable = |error: io::Error| StoreError::Unusable { path: folder.to_owned(), why: error.to_string() };
    fs::create_dir_all(folder).map_err(unusable)?;
    let mut out = BufWriter::new(File::create(&half).map_err(unusable)?);
    let mut sum = Xxh3::new();
    let mut write = |bytes: &[u8]| {
        sum.update(bytes);
        out.write_all(bytes)
    };
    write(MAGIC).map_err(unusable)?;
    write(&SCHEMA.to_be_bytes()).map_err(unusable)?;
    for pair in disk.db.iter() {
        let (key, value) = pair.map_err(|error| failure(path, &error))?;
        for part in [&key, &value] {
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            write(&length.to_be_bytes()).and_then(|()| write(part)).map_err(unusable)?;
        }
    }
    write(&u32::MAX.to_be_bytes()).map_err(unusable)?;
    let sum = sum.digest();
    out.write_all(&sum.to_be_bytes()).map_err(unusable)?;
    let file = out.into_inner().map_err(|error| unusable(error.into_error()))?;
    file.sync_all().and_then(|()| fs::rename(&half, &target)).map_err(unusable)?;
    Ok(target)
}

/// Makes the store what a backup holds. A store that is there is moved aside, and its new place
/// returned.
///
/// # Errors
/// When the backup is not whole, or the store is in use; nothing is changed then.
pub fn restore(path: &Path, folder: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let file = folder.join(BACKUP_FILE);
    let records = read_backup(&file)?;
    let unusable = |error: io::Error| StoreError::Unusable { path: path.to_owned(), why: error.to_string() };
    let aside = if path.join("db").exists() {
        refuse_if_in_use(path)?;
        let aside = PathBuf::from(format!("{}.before-restore-{}", path.display(), now.as_second()));
        fs::rename(path, &aside).map_err(unusable)?;
        Some(aside)
    } else {
        None
    };
    let disk = open::open(path)?;
    for chunk in records.chunks(1000) {
        let mut batch = sled::Batch::default();
        for (key, value) in chunk {
            batch.insert(key.as_slice(), value.as_slice());
        }
        disk.db.apply_batch(batch).map_err(|error| failure(path, &error))?;
    }
    disk.db.flush().map_err(|error| failure(path, &error))?;
    disk.file.sync_all().map_err(unusable)?;
    Ok(aside)
}

/// A store that is only damaged may be moved; one that another process has open may not.
fn refuse_if_in_use(path: &Path) -> Result<(), StoreError> {
    match open::open(path) {
        Err(error @ StoreError::Locked { .. }) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
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
