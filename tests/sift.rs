//! What is new: properties over feeds that do what feeds do.

use std::collections::HashSet;

use jiff::Timestamp;
use proptest::prelude::*;
use tidings::model::feed::{Entry, Feed, FeedKind, FeedRecord, FeedState, ParsedFeed};
use tidings::model::seen::SeenSet;
use tidings::pipeline::sift::{ITEMS_MAX, Sifted, sift};

fn now() -> Timestamp {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn entry(guid: &str, link: &str, title: &str) -> Entry {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Entry {
        id: text(guid),
        url: text(link).map(|link| format!("https://example.com/{link}")),
        title: text(title),
        ..Entry::default()
    }
}

fn feed(entries: Vec<Entry>) -> ParsedFeed {
    ParsedFeed {
        kind: FeedKind::Rss,
        title: None,
        home_url: None,
        language: None,
        entries,
        ttl_minutes: None,
        rights: None,
    }
}

/// A feed that is polled again and again.
struct Polled {
    record: FeedRecord,
    seen: Option<SeenSet>,
}

impl Polled {
    fn new() -> Self {
        let url = "https://example.com/feed";
        Self { record: FeedRecord { feed: Feed::new(url), state: FeedState::new(url, now()) }, seen: None }
    }

    fn poll(&mut self, entries: Vec<Entry>) -> Sifted {
        let sifted = sift(&self.record, &feed(entries), self.seen.take(), now());
        self.record.state.has_baseline = true;
        self.record.state.identity = sifted.identity;
        self.record.state.guid_churn = sifted.guid_churn;
        self.seen = Some(sifted.seen.clone());
        sifted
    }

    fn titles(&mut self, entries: Vec<Entry>) -> Vec<String> {
        self.poll(entries).items.into_iter().map(|item| item.title).collect()
    }
}

fn numbered(range: std::ops::Range<usize>) -> Vec<Entry> {
    range.rev().map(|n| entry(&format!("g{n}"), &format!("l{n}"), &format!("Title {n}"))).collect()
}

#[test]
fn a_scheme_change_of_all_guids_and_links_is_absorbed() {
    let mut polled = Polled::new();
    let of = |scheme: &str, range: std::ops::Range<usize>| -> Vec<Entry> {
        range
            .rev()
            .map(|n| Entry {
                id: Some(format!("{scheme}://example.com/{n}")),
                url: Some(format!("{scheme}://www.example.com/{n}/?utm_source=rss")),
                title: Some(format!("Title {n}")),
                ..Entry::default()
            })
            .collect()
    };
    polled.poll(of("http", 0..20));
    assert!(polled.titles(of("https", 0..20)).is_empty());
    assert_eq!(polled.titles(of("https", 0..22)), ["Title 20", "Title 21"]);
    assert!(polled.titles(of("http", 0..22)).is_empty());
}

#[test]
fn a_storm_of_new_guids_and_domains_is_absorbed_by_titles_and_real_news_passes() {
    let mut polled = Polled::new();
    polled.poll(numbered(0..10));
    let mut moved: Vec<Entry> = (0..10)
        .map(|n| Entry {
            id: Some(format!("new-{n}")),
            url: Some(format!("https://other.example/{n}")),
            title: Some(format!("Title {n}")),
            ..Entry::default()
        })
        .collect();
    moved.insert(0, entry("new-10", "brand-new", "Really new"));
    assert_eq!(polled.titles(moved), ["Really new"]);
}

#[test]
fn entries_without_guids_go_by_link_and_without_links_by_what_they_say() {
    let mut by_link = Polled::new();
    by_link.poll(vec![entry("", "a", "A"), entry("", "b", "B")]);
    assert_eq!(by_link.titles(vec![entry("", "a", "A (edited)"), entry("", "c", "A")]), ["A"]);
    let mut by_title = Polled::new();
    by_title.poll(vec![entry("", "", "A"), entry("", "", "B")]);
    assert_eq!(by_title.titles(vec![entry("", "", "B"), entry("", "", "C")]), ["C"]);
}

#[test]
fn one_guid_for_all_items_is_no_name() {
    let mut polled = Polled::new();
    let same = |range: std::ops::Range<usize>| {
        range.rev().map(|n| entry("same", &format!("l{n}"), &format!("T{n}"))).collect::<Vec<_>>()
    };
    polled.poll(same(0..5));
    assert_eq!(polled.titles(same(0..7)), ["T5", "T6"]);
}

#[test]
fn items_that_share_a_link_and_a_title_are_told_apart_by_their_guids() {
    let mut polled = Polled::new();
    let warnings = |range: std::ops::Range<usize>| {
        range.rev().map(|n| entry(&format!("w{n}"), "warnings", "Storm warning")).collect::<Vec<_>>()
    };
    polled.poll(warnings(0..3));
    assert_eq!(polled.titles(warnings(0..5)).len(), 2);
}

#[test]
fn a_lost_memory_is_a_new_baseline_and_no_flood() {
    let mut polled = Polled::new();
    polled.poll(numbered(0..50));
    polled.seen = None;
    assert_eq!(polled.poll(numbered(0..60)).baseline, 60);
    assert_eq!(polled.titles(numbered(0..61)), ["Title 60"]);
}

#[test]
fn a_flood_is_taken_from_the_oldest_on() {
    let mut polled = Polled::new();
    polled.poll(numbered(0..1));
    let first = polled.poll(numbered(0..500));
    assert_eq!((first.items.len(), first.left), (ITEMS_MAX, 299));
    assert_eq!(first.items[0].title, "Title 1");
    let second = polled.poll(numbered(0..500));
    assert_eq!((second.items[0].title.as_str(), second.left), ("Title 201", 99));
    assert_eq!(polled.poll(numbered(0..500)).items.len(), 99);
}

#[test]
fn packed_memory_is_the_same_memory() {
    let mut polled = Polled::new();
    let seen = polled.poll(numbered(0..300)).seen;
    let mut unpacked = SeenSet::default();
    unpacked.extend_from_bytes(&seen.to_bytes()).unwrap();
    assert_eq!(unpacked, seen);
    assert!(SeenSet::default().extend_from_bytes(&[0; 25]).is_none());
}

proptest! {
    /// Whatever the feed shows in whatever order and under whatever titles, an item with its own
    /// guid and link is announced exactly once, and what was there at first never.
    #[test]
    fn each_item_once(polls in proptest::collection::vec(proptest::collection::vec((0usize..40, 0usize..3), 0..30), 1..12)) {
        let mut polled = Polled::new();
        let mut known: HashSet<usize> = HashSet::new();
        for (round, numbers) in polls.into_iter().enumerate() {
            let window: Vec<Entry> = numbers.iter().map(|(n, edit)| {
                let marks = ["", " (updated)", " - 45 minutes ago"];
                entry(&format!("g{n}"), &format!("l{n}"), &format!("Title {n}{}", marks[*edit]))
            }).collect();
            let present: HashSet<usize> = numbers.iter().map(|(n, _)| *n).collect();
            let fresh: HashSet<usize> = present.difference(&known).copied().collect();
            known.extend(&fresh);
            let announced: Vec<String> = polled.poll(window).items.into_iter().map(|item| item.url.unwrap()).collect();
            let distinct: HashSet<&String> = announced.iter().collect();
            prop_assert_eq!(distinct.len(), announced.len());
            prop_assert_eq!(announced.len(), if round == 0 { 0 } else { fresh.len() });
        }
    }

    /// No entries, however odd, make it panic or announce the baseline.
    #[test]
    fn odd_entries_are_survived(entries in proptest::collection::vec(("\\PC{0,5}", "\\PC{0,5}", "\\PC{0,5}"), 0..20)) {
        let mut polled = Polled::new();
        let odd: Vec<Entry> = entries.iter().map(|(guid, link, title)| entry(guid, link, title)).collect();
        prop_assert!(polled.poll(odd.clone()).items.is_empty());
        prop_assert!(polled.poll(odd).items.is_empty());
    }
}
