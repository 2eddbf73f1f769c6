//! What is new: properties over feeds that do what feeds do.

use std::collections::HashSet;

use jiff::Timestamp;
use proptest::prelude::*;
use tidings::model::feed::{Body, Entry, Feed, FeedKind, FeedRecord, FeedState, Identity, ParsedFeed};
use tidings::model::seen::SeenSet;
use tidings::pipeline::sift::{ITEM_BYTES_MAX, ITEMS_MAX, Sifted, sift};

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

fn with_text(entry: Entry, text: &str) -> Entry {
    Entry { summary: Some(Body::Html(format!("<p>{text}</p>"))), ..entry }
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

/// Entries of a changelog: each with its own guid, title and text.
fn releases(range: std::ops::Range<usize>, link: impl Fn(usize) -> String) -> Vec<Entry> {
    let release = |n: usize| {
        let bare = entry(&format!("g{n}"), &link(n), &format!("Release {n} notes"));
        with_text(bare, &format!("The company shipped version {n} on Monday."))
    };
    range.rev().map(release).collect()
}

#[test]
fn entries_of_one_page_are_news_each() {
    let links: [fn(usize) -> String; 3] =
        [|n| format!("release-notes#v{n}"), |_| "status".to_owned(), |n| format!("app#!/posts/{n}")];
    for link in links {
        let mut polled = Polled::new();
        polled.poll(releases(0..5, link));
        let expected = ["Release 5 notes", "Release 6 notes", "Release 7 notes"];
        assert_eq!(polled.titles(releases(3..8, link)), expected, "{}", link(7));
        assert_eq!(polled.titles(releases(8..13, link)).len(), 5, "{}: nothing of the old window is left", link(7));
    }
}

#[test]
fn an_incident_with_the_link_and_title_of_the_last_is_news() {
    let incident = |n: usize, text: &str| {
        let bare = entry(&format!("inc-{n}"), "status", "Scheduled maintenance");
        vec![if text.is_empty() { bare } else { with_text(bare, text) }]
    };
    let mut polled = Polled::new();
    polled.poll(incident(1, "Maintenance one is planned today."));
    for (n, text) in [(2, "Maintenance two is planned tomorrow."), (3, "Maintenance three is planned on Friday.")] {
        assert_eq!(polled.titles(incident(n, text)).len(), 1);
        assert!(polled.titles(incident(n, text)).is_empty());
    }
    let mut wordless = Polled::new();
    wordless.poll(incident(1, ""));
    assert_eq!(wordless.titles(incident(2, "")).len(), 1);
}

#[test]
fn comments_by_the_same_people_are_news_each() {
    let mut polled = Polled::new();
    let people = ["Alice", "Bob", "Carol", "Dave", "Eve"];
    let comments = |range: std::ops::Range<usize>| -> Vec<Entry> {
        let comment = |n: usize| {
            let by = format!("By: {}", people[n * 7 % people.len()]);
            let place = format!("2026/11/post/#comment-{n}");
            with_text(entry(&format!("https://example.com/?p=1#comment-{n}"), &place, &by), &format!("Thought {n}."))
        };
        range.rev().map(comment).collect()
    };
    polled.poll(comments(0..5));
    for start in [5, 10, 15] {
        assert_eq!(polled.titles(comments(start..start + 5)).len(), 5, "from comment {start} on");
    }
}

#[test]
fn a_guid_that_several_new_items_share_is_no_name() {
    let mut polled = Polled::new();
    polled.poll(numbered(0..10));
    let mut window = vec![entry("dup", "l101", "Dup A"), entry("dup", "l100", "Dup B")];
    window.extend(numbered(2..10));
    let sifted = polled.poll(window.clone());
    let titles: Vec<&str> = sifted.items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["Dup B", "Dup A"]);
    assert_ne!(sifted.items[0].id, sifted.items[1].id);
    assert!(polled.titles(window).is_empty());

    // One item at first, so that nothing could be told of its guid.
    let same = |range: std::ops::Range<usize>| -> Vec<Entry> {
        range.rev().map(|n| entry("same", &format!("e{n}"), &format!("Title E{n}"))).collect()
    };
    for window in [1, 4] {
        let mut polled = Polled::new();
        polled.poll(same(0..1));
        assert_eq!(polled.titles(same(4 - window..4)).last().unwrap(), "Title E3");
        let next = polled.poll(same(5 - window..5)).items;
        assert_eq!(next.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(), ["Title E4"]);
    }
    // Guid and link say nothing, the titles do.
    let titled = |range: std::ops::Range<usize>| -> Vec<Entry> {
        let item = |n: usize| with_text(entry("same", "page", &format!("Title {n}")), &format!("Text {n}."));
        range.rev().map(item).collect()
    };
    for count in [1, 3] {
        let mut polled = Polled::new();
        polled.poll(titled(0..count));
        let expected: Vec<String> = (count..5).map(|n| format!("Title {n}")).collect();
        assert_eq!(polled.titles(titled(0..5)), expected);
        assert!(polled.titles(titled(0..5)).is_empty());
    }
}

#[test]
fn a_new_title_and_address_of_an_item_are_no_news() {
    let mut polled = Polled::new();
    polled.poll(numbered(0..10));
    let mut edited = numbered(0..10);
    edited[3] = entry("g6", "a-better-address", "A better title");
    assert!(polled.titles(edited.clone()).is_empty());
    edited.insert(0, entry("g10", "l10", "Title 10"));
    assert_eq!(polled.titles(edited), ["Title 10"]);
}

#[test]
fn guids_that_are_places_in_the_document_are_no_names() {
    let mut polled = Polled::new();
    let placed = |range: std::ops::Range<usize>| -> Vec<Entry> {
        let entries = range.rev().enumerate();
        entries.map(|(place, n)| entry(&place.to_string(), &format!("l{n}"), &format!("Title {n}"))).collect()
    };
    polled.poll(placed(0..5));
    assert_eq!(polled.titles(placed(2..7)), ["Title 5", "Title 6"]);
    assert!(polled.titles(placed(2..7)).is_empty());
    assert_eq!(polled.titles(placed(7..12)).len(), 5, "all of the window at once");
}

#[test]
fn a_small_feed_that_moves_its_domain_is_absorbed() {
    let mut polled = Polled::new();
    let at = |domain: &str, range: std::ops::Range<usize>| -> Vec<Entry> {
        let post = |n: usize| {
            let url = format!("https://{domain}/{n}");
            let bare = Entry { id: Some(url.clone()), url: Some(url), ..entry("", "", &format!("Title number {n}")) };
            let html = format!("Body text number {n} <a href=\"https://{domain}/{n}\">is here</a> today.");
            Entry { content: Some(Body::Html(html)), ..bare }
        };
        range.rev().map(post).collect()
    };
    polled.poll(at("old.example", 0..3));
    assert!(polled.titles(at("new.example", 0..3)).is_empty());
    assert_eq!(polled.titles(at("new.example", 1..4)), ["Title number 3"]);
    assert_eq!(polled.titles(at("newest.example", 2..5)), ["Title number 4"], "moved and new at once");
}

#[test]
fn fragments_and_parameters_that_only_say_where_a_reader_comes_from_change_nothing() {
    let linked = |suffix: &str, count: usize| -> Vec<Entry> {
        (0..count).rev().map(|n| entry("", &format!("l{n}{suffix}"), &format!("Title {n}"))).collect()
    };
    let mut polled = Polled::new();
    polled.poll(linked("", 1));
    for suffix in ["#rss", "#utm_source=rss&utm_medium=feed", "#xtor=RSS-1", "?utm_campaign=x#ref=rss", "/#", ""] {
        assert!(polled.titles(linked(suffix, 1)).is_empty(), "{suffix}");
    }
    // What nobody has heard of yet is seen through where all links have it.
    let mut polled = Polled::new();
    polled.poll(linked("", 5));
    assert!(polled.titles(linked("#campaign-7", 5)).is_empty());
    assert_eq!(polled.titles(linked("#campaign-8", 6)), ["Title 5"]);
}

#[test]
fn new_guids_at_every_poll_repeat_nothing() {
    for window in [1, 2, 3, 10] {
        let mut polled = Polled::new();
        for poll in 0..100 {
            let newest = window + poll / 10;
            let item = |n: usize| {
                let bare = entry(&format!("{poll}-{n}"), &format!("l{n}"), &format!("Title {n}"));
                with_text(bare, &format!("What item {n} has to say."))
            };
            let titles = polled.titles((newest - window..newest).rev().map(item).collect());
            let expected = if poll > 0 && poll % 10 == 0 { vec![format!("Title {}", newest - 1)] } else { vec![] };
            assert_eq!(titles, expected, "window {window}, poll {poll}");
        }
    }
}

#[test]
fn new_guids_and_other_words_at_every_poll_come_to_an_end() {
    let mut polled = Polled::new();
    let item = |poll: usize| {
        vec![with_text(entry(&format!("{poll}"), "page", "The weather"), &format!("It has {poll} degrees."))]
    };
    let announced: usize = (0..50).map(|poll| polled.poll(item(poll)).items.len()).sum();
    assert!(announced <= 4, "{announced}");
    assert_eq!(polled.record.state.identity, Identity::Link);
}

#[test]
fn a_known_item_stands_for_one_entry_at_most() {
    let mut polled = Polled::new();
    polled.poll(vec![entry("a", "page", "Same"), entry("b", "other", "Other")]);
    let twins = vec![entry("c", "page", "Same"), entry("d", "page", "Same"), entry("b", "other", "Other")];
    assert_eq!(polled.titles(twins).len(), 2);
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
fn an_item_of_any_size_fits_the_store() {
    let long = |letter: &str, count: usize| letter.repeat(count);
    let names = |letter: char| (0..20).map(|n| format!("{n}{}", long(&letter.to_string(), 118))).collect::<Vec<_>>();
    for (letter, title) in [("\"", "\""), ("\\ \"", "\u{1F600}"), ("\u{1F600}", "\\"), ("a\n", "x")] {
        let huge = Entry {
            title: Some(long(title, 1000)),
            authors: names('\u{1F600}'),
            categories: names('"'),
            url: Some(format!("https://example.com/{}", long("\"", 2000))),
            image: Some(format!("https://example.com/{}", long("\"", 200_000))),
            content: Some(Body::Plain(long(letter, 200_000))),
            ..entry("huge", "", "")
        };
        let mut polled = Polled::new();
        polled.poll(numbered(0..1));
        let mut parsed = feed([vec![huge], numbered(0..1)].concat());
        parsed.language = Some(long("de", 100_000));
        parsed.rights = Some(long("\"", 1000));
        let items = sift(&polled.record, &parsed, polled.seen.clone(), now()).items;
        let size = serde_json::to_vec(&items[0]).unwrap().len();
        assert!(size <= ITEM_BYTES_MAX, "{letter:?}: {size} bytes");
        assert!(items[0].body.len() > 8_000, "{letter:?}: {} bytes of text are left", items[0].body.len());
    }
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

    /// Items with guids of their own are told apart, even where many share a link and many a title.
    #[test]
    fn guids_tell_items_apart(
        polls in proptest::collection::vec(proptest::collection::vec(0usize..60, 0..12), 1..12),
        links in 1usize..8,
    ) {
        let mut polled = Polled::new();
        let mut known: HashSet<usize> = HashSet::new();
        for (round, numbers) in polls.into_iter().enumerate() {
            let window = numbers.iter().map(|n| {
                let bare = entry(&format!("g{n}"), &format!("l{}", n % links), &format!("Title {}", n / links));
                with_text(bare, &format!("What item {n} has to say."))
            });
            let titles = polled.titles(window.collect());
            let fresh: HashSet<usize> = numbers.into_iter().filter(|n| known.insert(*n)).collect();
            prop_assert_eq!(titles.len(), if round == 0 { 0 } else { fresh.len() });
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
