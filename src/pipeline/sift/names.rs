//! What an entry is called: its guid, its link, its title. What of a link or a text belongs to the
//! name and what does not.

use super::super::parse::plain::cut;
use crate::model::feed::{Body, Entry, Identity};
use crate::model::item::link_key;
use crate::model::seen::{Seen, fingerprint};

/// Letters and digits at the start of a text by which it is told from others, and the bytes in
/// which they are looked for.
const GIST_BYTES: usize = 128;
const GIST_LOOK_BYTES: usize = 1024;

/// The names of an entry as they are remembered.
pub fn names_of(entry: &Entry, day: u16) -> Seen {
    Seen {
        guid: guid(entry).map(fingerprint).unwrap_or_default(),
        link: entry.url.as_deref().map(|link| fingerprint(&link_key(link))).unwrap_or_default(),
        content: Seen::content_of(content_key(entry).as_deref(), words(entry).map(gist).as_deref()),
        last_day: day,
    }
}

/// What the id of a new item is made of: the name that the feed's rule asks for, else its next one.
pub fn key_of(entry: &Entry, identity: Identity) -> String {
    let [guid, link, content] = parts(entry);
    let key = match identity {
        Identity::Guid => guid.or(link).or(content),
        Identity::Link => link.or(guid).or(content),
        Identity::Fingerprint => content.or(link).or(guid),
    };
    key.unwrap_or_default()
}

/// The same for an item whose name is also another's: all its names together (failures, row 4).
pub fn whole_key_of(entry: &Entry) -> String {
    parts(entry).into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn parts(entry: &Entry) -> [Option<String>; 3] {
    [
        guid(entry).map(|guid| format!("guid:{guid}")),
        entry.url.as_deref().map(|link| format!("link:{}", link_key(link))),
        content_key(entry).map(|content| format!("content:{content}")),
    ]
}

fn guid(entry: &Entry) -> Option<&str> {
    entry.id.as_deref().filter(|id| !id.is_empty())
}

/// What an entry says, where it has no other name: its title, with the start of its text when it
/// has neither guid nor link.
pub fn content_key(entry: &Entry) -> Option<String> {
    let text = words(entry);
    let is_nameless = entry.id.is_none() && entry.url.is_none();
    match (&entry.title, text) {
        (Some(title), Some(text)) if is_nameless => Some(format!("{title}\n{}", cut(text, 256))),
        (Some(title), _) => Some(title.clone()),
        (None, Some(text)) => Some(cut(text, 256).to_owned()),
        (None, None) => None,
    }
}

/// The text of an entry as it came.
pub fn words(entry: &Entry) -> Option<&str> {
    entry.content.as_ref().or(entry.summary.as_ref()).map(Body::as_written)
}

/// The start of a text without markup, marks and spaces: addresses and layout change when a site
/// moves, its words do not.
pub fn gist(text: &str) -> String {
    let mut gist = String::with_capacity(GIST_BYTES);
    let mut is_in_tag = false;
    for letter in cut(text, GIST_LOOK_BYTES).chars() {
        match letter {
            '<' => is_in_tag = true,
            '>' => is_in_tag = false,
            letter if letter.is_alphanumeric() && !is_in_tag => gist.push(letter),
            _ => {}
        }
        if gist.len() >= GIST_BYTES {
            break;
        }
    }
    gist
}
