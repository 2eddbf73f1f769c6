//! The parts that cost: parsing next to raw feed-rs, the seen-set check, a card.
//!
//! `cargo bench --bench parts`. Where the shared corpus is on this machine, real documents are
//! measured as well as made-up ones.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use tidings::analyst::embedded::Embedded;
use tidings::model::card::Card;
use tidings::model::feed::{Entry, Feed, FeedKind, FeedRecord, FeedState, ParsedFeed};
use tidings::model::id::{FeedId, ItemId};
use tidings::model::item::{Item, Source};
use tidings::model::label::Labels;
use tidings::model::seen::SeenSet;
use tidings::model::subscription::{Address, Origin, Subscription, Wants};
use tidings::pipeline::parse::{Document, parse};
use tidings::pipeline::route::{Candidate, Newness, Reader, Readers};
use tidings::pipeline::sift;

fn main() {
    divan::main();
}

const DOCUMENTS: &[&str] = &["cdata", "escaped", "tags", "daringfireball.rss", "nyt"];

/// 50 items with 5 KB of HTML each, in CDATA or escaped; 200 items with many small tags; and two
/// real feeds.
fn document(name: &str) -> Vec<u8> {
    let paragraph = "<p>Acme said on <a href=\"https://example.com/?a=1&amp;b=2\">Monday</a> that its new model is twice as fast &amp; half as dear.</p>\n";
    let html = paragraph.repeat(5000 / paragraph.len());
    let item = |n: usize, body: &str| {
        format!(
            "<item><title>Item number {n}</title><link>https://example.com/{n}</link><guid>{n}</guid><pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate><description>{body}</description></item>"
        )
    };
    let feed = |items: String| {
        format!("<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>T</title>{items}</channel></rss>").into_bytes()
    };
    let escaped = html.replace('&', "&amp;").replace('<', "&lt;");
    match name {
        "cdata" => feed((0..50).map(|n| item(n, &format!("<![CDATA[{html}]]>"))).collect()),
        "escaped" => feed((0..30).map(|n| item(n, &escaped)).collect()),
        "tags" => feed(
            (0..200)
                .map(|n| {
                    item(n, "Short.").replace(
                        "</item>",
                        "<dc:creator>A</dc:creator><category>x</category><category>y</category></item>",
                    )
                })
                .collect(),
        ),
        "nyt" => corpus("nyt").unwrap_or_default(),
        real => corpus(real).unwrap_or_default(),
    }
}

fn corpus(part: &str) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/feeds/single");
    let part = part.to_lowercase();
    let mut files: Vec<_> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let file = files.into_iter().find(|file| file.to_string_lossy().to_lowercase().contains(&part))?;
    fs::read(file).ok()
}

#[divan::bench(args = DOCUMENTS)]
fn parse_ours(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = document(name);
    bencher
        .counter(BytesCount::new(bytes.len()))
        .bench_local(|| parse(Document { bytes: black_box(&bytes), ..Document::default() }));
}

/// The bounds alone: encoding, pre-scan, mending, feed-rs; without making plain text of every body.
#[divan::bench(args = DOCUMENTS)]
fn parse_feed_rs(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = document(name);
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| feed_rs::parser::parse(black_box(bytes.as_slice())));
}

fn entries(count: usize) -> Vec<Entry> {
    let entry = |n: usize| Entry {
        id: Some(format!("https://example.com/{n}")),
        url: Some(format!("https://example.com/{n}?utm_source=rss")),
        title: Some(format!("Title number {n}")),
        ..Entry::default()
    };
    (0..count).map(entry).collect()
}

fn remembered(count: usize) -> (FeedRecord, SeenSet) {
    let now = "2026-11-23T09:00:00Z".parse().unwrap();
    let mut record =
        FeedRecord { feed: Feed::new("https://example.com/"), state: FeedState::new("https://example.com/", now) };
    let first = sift::sift(&record, &feed(count), None, now);
    record.state.has_baseline = true;
    (record, first.seen)
}

fn feed(count: usize) -> ParsedFeed {
    ParsedFeed {
        kind: FeedKind::Rss,
        title: None,
        home_url: None,
        language: None,
        entries: entries(count),
        ttl_minutes: None,
        rights: None,
    }
}

/// 50 ids against a packed set of 100, from its bytes to the answer.
#[divan::bench]
fn seen_check_50_ids(bencher: Bencher<'_, '_>) {
    let bytes = remembered(100).1.to_bytes();
    let ids: Vec<u64> =
        (0..50).map(|n| tidings::model::seen::fingerprint(&format!("https://example.com/{n}"))).collect();
    bencher.bench_local(|| {
        let mut seen = SeenSet::default();
        seen.extend_from_bytes(black_box(&bytes));
        let index = seen.index(|seen| seen.guid);
        ids.iter().filter(|id| index.find(**id).is_some()).count()
    });
}

/// A whole sift of a feed of 50 in which nothing is new.
#[divan::bench]
fn sift_50_known(bencher: Bencher<'_, '_>) {
    let (record, seen) = remembered(50);
    let feed = feed(50);
    let now = "2026-11-23T09:00:00Z".parse().unwrap();
    bencher.bench_local(|| sift::sift(black_box(&record), &feed, Some(seen.clone()), now));
}

fn items() -> Vec<Item> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/items.jsonl");
    let text = fs::read_to_string(file).unwrap_or_else(|_| {
        let body = "Acme said on Monday that its new model is twice as fast. ".repeat(25);
        (0..100).map(|n| format!("{{\"title\":\"Acme releases model {n}\",\"text\":\"{body}\"}}\n")).collect()
    });
    let rows = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    rows.map(|row| Item {
        id: ItemId::new("x"),
        feed: FeedId::of_url("x"),
        title: row["title"].as_str().unwrap().to_owned(),
        body: row["text"].as_str().unwrap().to_owned(),
        url: None,
        authors: Vec::new(),
        categories: Vec::new(),
        image: None,
        lang: None,
        published: None,
        collected: "2026-11-23T09:00:00Z".parse().unwrap(),
        source: Source::default(),
        rights: None,
        topics: Vec::new(),
    })
    .collect()
}

/// Cards of real news by the embedded analyst.
#[divan::bench]
fn embedded_card(bencher: Bencher<'_, '_>) {
    let analyst = Embedded::new(&Labels::default());
    let items = items();
    bencher
        .counter(ItemsCount::new(items.len()))
        .bench_local(|| items.iter().for_each(|item| drop(black_box(analyst.card(item)))));
}

/// Who wants what: most want one to three topics, half of them only with certain words, a third for
/// one audience, a tenth without some word (bench, section 4).
fn readers(count: usize) -> Vec<Reader> {
    let mut random = fastrand::Rng::with_seed(4);
    let labels = Labels::default();
    let zipf = |random: &mut fastrand::Rng, of: usize| (of as f64).powf(random.f64()) as usize - 1;
    let now: jiff::Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
    (0..count)
        .map(|number| {
            let to = Address { channel: number.to_string(), ..Address::terminal() };
            let mut topic = || labels.topics[zipf(&mut random, labels.topics.len())].name.clone();
            let topics = [topic(), topic(), topic()];
            let wants = match random.f64() < 0.8 {
                true => Wants::Topics(topics.into_iter().take(random.usize(1..=3)).collect()),
                false => Wants::All,
            };
            let mut filter: Vec<String> = Vec::new();
            if random.f64() < 0.3 {
                filter.push(format!("audience:{}", labels.audiences[zipf(&mut random, labels.audiences.len())].name));
            }
            if random.f64() < 0.5 {
                filter.extend((0..random.usize(1..=4)).map(|_| format!("word{}", zipf(&mut random, 20_000))));
            }
            if random.f64() < 0.1 {
                filter.push(format!("-word{}", zipf(&mut random, 20_000)));
            }
            let mut subscription = Subscription::new(to, wants, Origin::Chat, now);
            subscription.filter = Some(filter.join(" ")).filter(|filter| !filter.is_empty());
            Reader::new(subscription)
        })
        .collect()
}

/// An item of 1.8 KB with words that some want.
fn wanted() -> (Item, Card) {
    let mut random = fastrand::Rng::with_seed(5);
    let words: Vec<String> = (0..200).map(|_| format!("word{}", (20_000f64).powf(random.f64()) as usize)).collect();
    let mut item = items().swap_remove(0);
    item.body = words.join(" ");
    item.topics = vec!["security".to_owned()];
    let card = Embedded::new(&Labels::default()).card(&item);
    (item, card)
}

/// A card against 100,000 subscriptions, by the index.
#[divan::bench]
fn match_100k(bencher: Bencher<'_, '_>) {
    let mut all = Readers::default();
    readers(100_000).into_iter().for_each(|reader| all.put(reader.subscription));
    let (item, card) = wanted();
    let candidate = Candidate::new(&item, &card, Newness::New);
    println!("{} of 100,000 match", all.matches(&candidate).len());
    bencher.bench_local(|| {
        let candidate = Candidate::new(black_box(&item), &card, Newness::New);
        all.matches(&candidate).len()
    });
}

/// The same, asking each.
#[divan::bench(sample_count = 10)]
fn match_100k_one_by_one(bencher: Bencher<'_, '_>) {
    let all = readers(100_000);
    let (item, card) = wanted();
    bencher.bench_local(|| {
        let candidate = Candidate::new(black_box(&item), &card, Newness::New);
        all.iter().filter(|reader| reader.wants(&candidate)).count()
    });
}
