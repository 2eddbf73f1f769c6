//! Which story an item belongs to: the sketches of the last days in memory, in step with the store.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::model::id::{ItemId, StoryId};
use crate::model::item::{Item, link_fingerprint};
use crate::model::story::{Report, Story};
use crate::pipeline::story::{self, Placement, Sketch, WINDOW, Window};
use crate::port::{Filing, Store, StoreError};

/// Sketches in memory, at most; older ones are forgotten first.
const SKETCHES_MAX: usize = 20_000;
/// Items with the same link that are looked at: one that more have says little.
const COPIES_MAX: usize = 50;
/// Earlier reports that a new one is compared with for what is new in it.
const EARLIER_MAX: usize = 8;
/// Reports of one story that are announced as news of their own; a story that goes on and on is quiet then.
const DEVELOPMENTS_MAX: usize = 5;

pub struct Stories {
    store: Arc<dyn Store>,
    /// `None` until it is read, and again after a publication that failed.
    window: Option<Window>,
    /// Stories as they are with the items that are not published yet.
    coming: HashMap<StoryId, Story>,
    /// The items of this batch by their stories.
    assigned: HashMap<StoryId, Vec<ItemId>>,
}

/// The story that an item belongs to, and what else may be of it.
pub struct Assigned {
    pub story: StoryId,
    shared: Vec<String>,
    possible: Vec<ItemId>,
    sketch: Sketch,
}

/// An item in its story.
pub struct Placed {
    /// With the item's own report in it.
    pub story: Story,
    pub filing: Filing,
    /// The reports before it.
    pub earlier: Vec<Report>,
    /// Items that may be of the same story.
    pub possible: Vec<Item>,
}

impl Stories {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, window: None, coming: HashMap::new(), assigned: HashMap::new() }
    }

    /// A new batch: what the last one added is in the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn begin(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.coming.clear();
        self.assigned.clear();
        let since = now.checked_sub(WINDOW).unwrap_or(now);
        if let Some(window) = &mut self.window {
            window.forget_before(since);
            window.keep(SKETCHES_MAX);
            return Ok(());
        }
        let mut window = Window::default();
        for (item, story, sketch) in self.store.sketches_since(since, SKETCHES_MAX).await? {
            // What an older version wrote in another form is no longer compared with.
            if let Ok(sketch) = serde_json::from_slice(&sketch) {
                window.add(item, story, sketch);
            }
        }
        self.window = Some(window);
        Ok(())
    }

    /// What was assigned did not reach the store: it is read again.
    pub fn distrust(&mut self) {
        self.window = None;
    }

    /// Finds the story of an item, or begins one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn assign(&mut self, item: &Item, sketch: Sketch) -> Result<Assigned, StoreError> {
        let copied = self.story_of_copy(item).await?;
        let Placement { same, mut possible } = self.window.get_or_insert_default().place(&item.id, &sketch);
        let same = match same {
            Some(found) if self.is_series(item, &found.story).await? => {
                possible.insert(0, found);
                None
            }
            same => same,
        };
        let (story, shared) = match (copied, same) {
            (Some(story), _) => (story, Vec::new()),
            (None, Some(found)) => (found.story, found.shared),
            (None, None) => (StoryId::of(&item.id), Vec::new()),
        };
        self.assigned.entry(story.clone()).or_default().push(item.id.clone());
        let window = self.window.get_or_insert_default();
        window.add(item.id.clone(), story.clone(), sketch.clone());
        let others = possible.into_iter().filter(|found| found.story != story);
        let possible = others.map(|found| found.item).collect();
        Ok(Assigned { story, shared, possible, sketch })
    }

    /// Whether a feed would say the same again: what a publisher tells twice is a series more often than a
    /// repetition, and its readers want each part. Only what it corrects or carries on is of the same story.
    async fn is_series(&self, item: &Item, story: &StoryId) -> Result<bool, StoreError> {
        let stored = self.store.story(story).await?;
        let reports = stored.iter().flat_map(|story| &story.reports).map(|report| &report.item);
        let batch = self.assigned.get(story).into_iter().flatten();
        let told = self.items(reports.chain(batch).filter(|known| **known != item.id)).await?;
        let is_of_feed = told.iter().any(|known| known.feed == item.feed);
        let newest: Vec<&Item> = told.iter().rev().take(EARLIER_MAX).collect();
        Ok(is_of_feed && story::development(&newest, item).is_none())
    }

    /// The story of the same article from another feed, however long ago: the same link and title.
    async fn story_of_copy(&self, item: &Item) -> Result<Option<StoryId>, StoreError> {
        let Some(url) = &item.url else { return Ok(None) };
        let copies = self.store.items_with_link(link_fingerprint(url)).await?;
        for copy in copies.into_iter().filter(|copy| *copy != item.id).take(COPIES_MAX) {
            let Some(original) = self.store.item(&copy).await? else { continue };
            // A feed that gives all its items one link means them all.
            if original.feed == item.feed || original.title.to_lowercase() != item.title.to_lowercase() {
                continue;
            }
            let coming = self.coming.values().find(|story| story.report(&copy).is_some()).map(|story| story.id.clone());
            let stored = self.store.story_of(&copy).await?.map(|story| story.id);
            if let Some(story) = coming.or(stored) {
                return Ok(Some(story));
            }
        }
        Ok(None)
    }

    /// Puts an item into the story that it was assigned to.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn file(&mut self, item: &Item, assigned: Assigned) -> Result<Placed, StoreError> {
        let id = &assigned.story;
        let mut story = match self.coming.remove(id) {
            Some(story) => story,
            None => self.store.story(id).await?.unwrap_or_else(|| Story::new(id.clone())),
        };
        let earlier: Vec<Report> = story.reports.iter().filter(|report| report.item != item.id).cloned().collect();
        let development = match earlier.iter().filter(|report| report.development.is_some()).count() {
            count if count < DEVELOPMENTS_MAX => {
                let told = self.items(earlier.iter().rev().take(EARLIER_MAX).map(|report| &report.item)).await?;
                story::development(&told.iter().collect::<Vec<_>>(), item)
            }
            _ => None,
        };
        let report = Report::of(item, assigned.shared, development);
        story.add(report.clone());
        self.coming.insert(id.clone(), story.clone());
        let possible = self.items(assigned.possible.iter()).await?;
        let sketch = serde_json::to_vec(&assigned.sketch).unwrap_or_default();
        Ok(Placed { story, filing: Filing { story: id.clone(), report, sketch }, earlier, possible })
    }

    async fn items(&self, ids: impl Iterator<Item = &ItemId>) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        for id in ids {
            items.extend(self.store.item(id).await?);
        }
        Ok(items)
    }
}
