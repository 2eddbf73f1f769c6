//! Notes of documents that are being parsed: one file each, with all that the parser was given. Beside
//! it, how often the process has died since a document of this feed was last parsed to its end.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Suspect;
use crate::model::id::FeedId;
use crate::port::Body;

/// The ending of the files that count deaths.
const DEATHS: &str = "deaths";

/// A document as its parser was given it.
pub struct Note {
    pub document: Vec<u8>,
    pub content_type: Option<String>,
    pub base: Option<String>,
}

/// The first line of a note; the document follows.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    content_type: Option<String>,
    base: String,
}

impl Note {
    /// # Errors
    /// When the file cannot be read.
    pub fn read(file: &Path) -> io::Result<Self> {
        let bytes = fs::read(file)?;
        let line_end = memchr::memchr(b'\n', &bytes).unwrap_or(bytes.len());
        let (first, rest) = bytes.split_at(line_end);
        match serde_json::from_slice::<Head>(first) {
            Ok(head) => Ok(Self {
                document: rest.get(1..).unwrap_or_default().to_vec(),
                content_type: head.content_type,
                base: Some(head.base),
            }),
            // Notes of earlier versions are the bare document.
            Err(_) => Ok(Self { document: bytes, content_type: None, base: None }),
        }
    }
}

pub fn write(file: &Path, document: &Body, base: &str) -> io::Result<()> {
    let head = Head { content_type: document.content_type.clone(), base: base.to_owned() };
    let mut out = File::create(file)?;
    out.write_all(&serde_json::to_vec(&head)?)?;
    out.write_all(b"\n")?;
    out.write_all(&document.bytes)
}

/// The notes in a folder, each with one more death to its name.
pub fn suspects(folder: &Path) -> io::Result<Vec<Suspect>> {
    let mut suspects = Vec::new();
    for entry in fs::read_dir(folder)? {
        let note = entry?.path();
        let Some(name) = note.file_name().filter(|_| note.extension().is_none()) else { continue };
        let feed = FeedId::new(name.to_string_lossy());
        let counter = note.with_extension(DEATHS);
        let before = fs::read_to_string(&counter).ok().and_then(|text| text.trim().parse().ok());
        let deaths = before.unwrap_or(0_u32).saturating_add(1);
        if let Err(error) = fs::write(&counter, deaths.to_string()) {
            tracing::warn!(feed.id = %feed, %error, "Cannot count that the process ended while feed {feed} was parsed");
        }
        suspects.push(Suspect { feed, note, deaths });
    }
    Ok(suspects)
}

pub fn remove(note: &Path) {
    if let Err(error) = fs::remove_file(note) {
        tracing::warn!(%error, "Cannot remove the note {}", note.display());
    }
}

/// Removes a note with its count, which is rarely there.
pub fn forget(note: &Path) {
    remove(note);
    let _ = fs::remove_file(note.with_extension(DEATHS));
}
