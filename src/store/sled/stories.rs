//! Stories: which items report the same event. Must not know: how that is told.

use std::collections::HashMap;
use std::path::Path;

use jiff::Timestamp;

use super::key;
use super::read;
use super::tx::{Tx, failure};
use crate::model::id::{ItemId, StoryId};
use crate::model::story::Story;
use crate::port::{Filing, StoreError};

/// Puts an item into its story, and out of the one that it was in.
pub fn file(tx: &mut Tx<'_>, item: &ItemId, filing: Filing) -> Result<(), StoreError> {
    let Filing { story: id, report, sketch } = filing;
    forget(tx, item)?;
    let mut story = tx.load(&key::story(&id))?.unwrap_or_else(|| Story::new(id.clone()));
    story.add(report);
    tx.save(key::story(&id), &story)?;
    tx.put(key::story_of_item(item), id.as_str().into())?;
    tx.put(key::sketch(item), sketch)
}

/// Takes an item that is no longer kept out of its story.
pub fn forget(tx: &mut Tx<'_>, item: &ItemId) -> Result<(), StoreError> {
    let Some(id) = tx.get(&key::story_of_item(item))? else { return Ok(()) };
    tx.remove(key::story_of_item(item));
    tx.remove(key::sketch(item));
    let id = StoryId::new(String::from_utf8_lossy(&id));
    let Some(mut story) = tx.load::<Story>(&key::story(&id))? else { return Ok(()) };
    story.forget(item);
    if story.is_empty() {
        tx.remove(key::story(&id));
        return Ok(());
    }
    tx.save(key::story(&id), &story)
}

/// The story of an item.
pub fn of_item(db: &sled::Db, path: &Path, item: &ItemId) -> Result<Option<Story>, StoreError> {
    let found = db.get(key::story_of_item(item)).map_err(|error| failure(path, &error))?;
    let Some(id) = found.map(|id| StoryId::new(String::from_utf8_lossy(&id))) else { return Ok(None) };
    read::load(db, path, &key::story(&id))
}

/// The story of each of these items, and how many report it.
pub fn of_items(
    db: &sled::Db,
    path: &Path,
    items: Vec<ItemId>,
) -> Result<HashMap<ItemId, (StoryId, usize)>, StoreError> {
    let mut found = HashMap::new();
    for item in items {
        if let Some(story) = of_item(db, path, &item)? {
            let reports = story.len();
            found.insert(item, (story.id, reports));
        }
    }
    Ok(found)
}

/// Items collected from `from` on with their stories and sketches, oldest first; the newest `max` of them.
pub fn sketches_since(
    db: &sled::Db,
    path: &Path,
    from: Timestamp,
    max: usize,
) -> Result<Vec<(ItemId, StoryId, Vec<u8>)>, StoreError> {
    let start = [key::ITEMS_BY_TIME, &key::millis(from)].concat();
    let end = key::end_of_time(key::ITEMS_BY_TIME, Timestamp::MAX);
    let failed = |error: sled::Error| failure(path, &error);
    let mut found = Vec::new();
    for pair in db.range(start..end).rev().take(max) {
        let (key, _) = pair.map_err(failed)?;
        let Some(item) = key::text_after_time(&key).map(ItemId::new) else { continue };
        let story = db.get(key::story_of_item(&item)).map_err(failed)?;
        let sketch = db.get(key::sketch(&item)).map_err(failed)?;
        if let (Some(story), Some(sketch)) = (story, sketch) {
            found.push((item, StoryId::new(String::from_utf8_lossy(&story)), sketch.to_vec()));
        }
    }
    found.reverse();
    Ok(found)
}
