//! Real feeds over time, replayed through the whole pipeline: each real item is announced once,
//! whatever the feed does to titles, dates and order.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use tidings::pipeline::parse::{Document, parse};

use crate::world::{World, corpus, hours};

#[tokio::test]
async fn each_item_of_a_series_is_announced_once() {
    let Some(series) = corpus("feeds/series") else { return };
    let mut folders: Vec<PathBuf> = fs::read_dir(series).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 10);
    for folder in folders {
        replay(&folder).await;
    }
}

async fn replay(folder: &Path) {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let mut snapshots: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    snapshots.sort();
    let mut world = World::new().await;
    let feed = world.feed(&name).await;
    let mut known: HashSet<String> = HashSet::new();
    let mut announced: HashSet<String> = HashSet::new();
    for (number, snapshot) in snapshots.iter().enumerate() {
        let bytes = fs::read(snapshot).unwrap();
        // The publisher's own names for its items: what a careful reader would call new.
        let parsed = parse(Document { bytes: &bytes, ..Document::default() }).unwrap();
        let names = parsed.entries.iter().map(|entry| entry.id.clone().or(entry.url.clone()).unwrap());
        let fresh: HashSet<String> = names.filter(|name| !known.contains(name)).collect();
        known.extend(fresh.iter().cloned());
        feed.serve_raw(&bytes);
        world.pass(hours(48)).await;
        world.pass(hours(48)).await;
        let cards: Vec<String> = world.screen.take().lines().map(str::to_owned).collect();
        for card in &cards {
            let card: serde_json::Value = serde_json::from_str(card).unwrap();
            let id = card["id"].as_str().unwrap().to_owned();
            assert!(announced.insert(id), "{name}: \"{}\" came twice", card["headline"]);
        }
        let expected = if number == 0 { 0 } else { fresh.len() };
        assert_eq!(cards.len(), expected, "{name}: new items of {}", snapshot.display());
    }
}
