//! Which items tell the same event: made-up stories, laws, and the corpus where it is at hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use tidings::embedding;
use tidings::model::id::{FeedId, ItemId, StoryId};
use tidings::model::item::{Item, Source};
use tidings::model::story::DevelopmentKind;
use tidings::pipeline::story::{LIKENESSES, Sketch, Weights, Window, development, group, leads, sketch};

use crate::cli::{failed, out, tidings};

fn item(id: &str, lang: &str, source: &str, hour: i64, title: &str, body: &str) -> Item {
    let time = Timestamp::from_second(1_790_000_000 + hour * 3600).unwrap();
    Item {
        id: ItemId::new(id),
        feed: FeedId::of_url(source),
        title: title.to_owned(),
        body: body.to_owned(),
        url: Some(format!("https://{}.example/{id}", source.to_lowercase().replace(' ', "-"))),
        authors: Vec::new(),
        categories: Vec::new(),
        image: None,
        lang: Some(lang.to_owned()),
        published: Some(time),
        collected: time,
        source: Source { name: source.to_owned(), url: None },
        rights: None,
        topics: Vec::new(),
    }
}

/// One event in four languages, and its near miss.
fn harbour() -> Vec<Item> {
    vec![
        item(
            "en1",
            "en",
            "Harbour Post",
            0,
            "Nordhavn Logistics hit by Quillfox ransomware, 42,000 customers affected",
            "Nordhavn Logistics said on Monday that the Quillfox ransomware gang had stolen data of 42,000 customers from its booking portal.",
        ),
        item(
            "en2",
            "en",
            "Cargo Daily",
            5,
            "Quillfox gang steals data of 42,000 Nordhavn Logistics customers",
            "The Quillfox ransomware group broke into the booking portal of Nordhavn Logistics and took records of about 42,000 customers.",
        ),
        item(
            "de1",
            "de",
            "Hafenblatt",
            7,
            "Ransomware Quillfox: Daten von 42.000 Kunden bei Nordhavn Logistics gestohlen",
            "Die Gruppe Quillfox ist in das Buchungsportal von Nordhavn Logistics eingedrungen. Betroffen sind 42.000 Kunden.",
        ),
        item(
            "zh1",
            "zh",
            "港口新闻",
            8,
            "物流企业 Nordhavn Logistics 遭 Quillfox 勒索软件攻击，4.2 万名客户数据被盗",
            "Nordhavn Logistics 周一表示，勒索软件团伙 Quillfox 入侵其预订门户网站，窃取约 4.2 万名客户的数据。",
        ),
        item(
            "ja1",
            "ja",
            "港ニュース",
            9,
            "Nordhavn Logistics、ランサムウェア「Quillfox」の被害で顧客4.2万人の情報流出",
            "Nordhavn Logisticsは月曜日、ランサムウェア集団「Quillfox」が予約ポータルに侵入し、顧客約4.2万人の情報を盗んだと発表した。",
        ),
        item(
            "near",
            "en",
            "Tanker Times",
            30,
            "Shipping insurers raise premiums as attacks on ports grow",
            "Insurers want more money from shipping lines, a study says, since ransomware attacks on ports have doubled in a year.",
        ),
        item(
            "other",
            "en",
            "Harbour Post",
            6,
            "City council approves new tram line to the western docks",
            "The council voted on Monday for a tram line that will reach the western docks in four years.",
        ),
    ]
}

fn story_of(items: &[Item]) -> BTreeMap<String, StoryId> {
    items.iter().map(|item| item.id.to_string()).zip(group(items)).collect()
}

#[test]
fn reports_of_one_event_are_one_story_in_every_language() {
    let of = story_of(&harbour());
    for id in ["en2", "de1", "zh1", "ja1"] {
        assert_eq!(of[id], of["en1"], "{id}: {of:?}");
    }
    assert_ne!(of["near"], of["en1"]);
    assert_ne!(of["other"], of["en1"]);
    assert_eq!(of["en1"].as_str(), "en1");
}

#[test]
fn a_place_says_what_is_shared() {
    let items = harbour();
    let mut window = Window::default();
    window.add(items[0].id.clone(), StoryId::of(&items[0].id), sketch(&items[0]));
    let found = window.place(&items[3].id, &sketch(&items[3])).same.unwrap();
    assert_eq!((found.item.as_str(), found.story.as_str()), ("en1", "en1"));
    assert!(found.score > 0.5 && found.score <= 1.0);
    assert!(found.shared.iter().any(|word| word == "Quillfox"), "{:?}", found.shared);
    assert!(found.shared.len() <= 6);
}

#[test]
fn releases_and_columns_of_one_publisher_are_not_one_story() {
    let release = |id, hour, version: &str, what| {
        let title = format!("Vessel {version} released");
        item(
            id,
            "en",
            "Vessel releases",
            hour,
            &title,
            &format!("Vessel {version} is out. Changes: {what}. Download it as usual."),
        )
    };
    let items = [
        release("r1", 0, "1.2.3", "a fix for the scheduler"),
        release("r2", 24, "1.2.4", "a fix for the parser"),
        item(
            "w1",
            "en",
            "Coast Review",
            1,
            "Week 14: what happened at sea",
            "This column looks at the week. Storms, ferries, fish.",
        ),
        item(
            "w2",
            "en",
            "Coast Review",
            160,
            "Week 15: what happened at sea",
            "This column looks at the week. Cranes, tides, whales.",
        ),
    ];
    let of = story_of(&items);
    assert_ne!(of["r1"], of["r2"]);
    assert_ne!(of["w1"], of["w2"]);
}

#[test]
fn copies_are_one_story_and_round_ups_are_none() {
    let title = "Ferry company Brightwake to order nine electric ships";
    let text = "Brightwake will order nine electric ships from two yards, the company said.";
    let mut linked = item("c", "en", "Link List", 3, "A read for the evening", "");
    linked.url = Some("https://wire.example/a?utm_source=list".to_owned());
    let items = [
        item("a", "en", "Wire", 0, title, text),
        item("b", "en", "Mirror", 2, &title.to_uppercase(), ""),
        linked,
        item("d", "en", "Weekly", 4, "Weekly recap: Brightwake orders nine electric ships, and 12 more stories", text),
    ];
    let of = story_of(&items);
    assert_eq!(of["b"], of["a"]);
    assert_eq!(of["c"], of["a"]);
    assert_ne!(of["d"], of["a"]);
}

#[test]
fn real_news_in_a_later_report_has_its_cue() {
    let items = harbour();
    let earlier: Vec<&Item> = items.iter().take(1).collect();
    assert_eq!(development(&earlier, &items[1]), None, "the same again is no news");
    let cases = [
        ("en", "Nordhavn denies that customer data was stolen", DevelopmentKind::Denial, "denies"),
        ("en", "Correction: Nordhavn breach affects partners only", DevelopmentKind::Correction, "Correction:"),
        ("en", "Police: Quillfox leader arrested in Lisbon", DevelopmentKind::Update, "arrested"),
        ("en", "Nordhavn breach now counts 310,000 customers", DevelopmentKind::Update, "310,000 customers"),
        ("zh", "Nordhavn Logistics 否认客户数据被盗", DevelopmentKind::Denial, "否认"),
        ("zh", "更正：Nordhavn Logistics 事件仅涉及合作伙伴", DevelopmentKind::Correction, "更正"),
        ("de", "Nordhavn bestreitet Datenabfluss", DevelopmentKind::Denial, "bestreitet"),
        ("fr", "Nordhavn dément le vol de données", DevelopmentKind::Denial, "dément"),
        ("es", "Nordhavn desmiente el robo de datos", DevelopmentKind::Denial, "desmiente"),
        ("ja", "【訂正】Nordhavnの件、影響は取引先のみ", DevelopmentKind::Correction, "訂正"),
    ];
    for (lang, title, kind, cue) in cases {
        let later = item("later", lang, "Evening", 20, title, "");
        let found = development(&earlier, &later).unwrap_or_else(|| panic!("{title}"));
        assert_eq!((found.kind, found.cue.as_str()), (kind, cue), "{title}");
        assert!(later.text().contains(&found.cue));
    }
    for (lang, title) in [
        ("en", "Access denied for Nordhavn customers"),
        ("de", "Nie war Nordhavn so groß"),
        ("en", "Nordhavn breach: 41,500 customers hit"),
    ] {
        assert_eq!(development(&earlier, &item("later", lang, "Evening", 20, title, "")), None, "{title}");
    }
}

#[test]
fn more_substance_leads_then_the_earlier() {
    let short = item("a", "en", "Wire", 0, "Title", "Short.");
    let long = item("b", "en", "Paper", 5, "Title", &"A sentence of some substance. ".repeat(40));
    let late = item("c", "en", "Paper", 9, "Title", "Short.");
    let mut items = [&late, &short, &long];
    items.sort_by(|a, b| leads(a, b));
    assert_eq!(items.map(|item| item.id.as_str()), ["b", "a", "c"]);
}

#[test]
fn what_is_old_is_forgotten() {
    let items = harbour();
    let mut window = Window::default();
    for item in &items {
        window.add(item.id.clone(), StoryId::of(&item.id), sketch(item));
    }
    window.forget_before(items[1].published.unwrap());
    assert_eq!(window.len(), items.len() - 1);
    window.forget_before(Timestamp::MAX);
    assert!(window.is_empty());
    assert_eq!(window.place(&items[1].id, &sketch(&items[1])), Default::default());
}

#[test]
fn hostile_texts_are_sketched() {
    let texts = [
        String::new(),
        " ".repeat(99),
        "🦀🎉🧨".repeat(50),
        "a".repeat(1 << 20),
        "漏洞".repeat(1 << 18),
        "1,000,000 ".repeat(9999),
        "\u{202e}\u{0}\u{feff}".repeat(99),
    ];
    let items: Vec<Item> =
        texts.iter().enumerate().map(|(at, text)| item(&at.to_string(), "", "", 0, text, text)).collect();
    for item in &items {
        let stored = serde_json::to_string(&sketch(item)).unwrap();
        assert!(stored.len() < 1700, "{}", stored.len());
        assert_eq!(serde_json::from_str::<Sketch>(&stored).unwrap(), sketch(item));
        assert_eq!(development(&[item], item), None);
    }
    assert_eq!(group(&items).len(), items.len());
}

#[test]
fn the_tables_can_be_read() {
    assert_eq!(Weights::shipped().likeness.len(), LIKENESSES.len());
    assert!(Weights::shipped().possible < Weights::shipped().same);
    for name in ["names", "developments"] {
        let text =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/{name}.toml"))).unwrap();
        text.parse::<toml::Table>().unwrap();
    }
}

#[test]
fn texts_of_one_meaning_are_near_in_every_language() {
    let near = |a: (&str, &str), b: (&str, &str)| {
        embedding::embed_in(a.0, a.1).unwrap().cosine(&embedding::embed_in(b.0, b.1).unwrap())
    };
    let en = ("Microsoft fixes a critical security hole in Windows", "en");
    assert!(near(en, ("微软修复 Windows 严重安全漏洞", "zh")) > near(en, ("今年苹果价格上涨", "zh")) + 0.2);
    assert!(near(en, ("Microsoft schließt kritische Sicherheitslücke in Windows", "de")) > 0.4);
    assert_eq!(embedding::embed(""), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_place_depends_on_nothing_but_the_window(order in Just((0..7usize).collect::<Vec<_>>()).prop_shuffle(), text in "\\PC{0,80}") {
        let items = harbour();
        let asked = item("asked", "en", "Asker", 9, &format!("Quillfox {text}"), &text);
        let window = |order: &[usize]| {
            let mut window = Window::default();
            for at in order {
                window.add(items[*at].id.clone(), StoryId::of(&items[*at].id), sketch(&items[*at]));
            }
            window
        };
        let straight: Vec<usize> = (0..items.len()).collect();
        let (one, other) = (window(&straight).place(&asked.id, &sketch(&asked)), window(&order).place(&asked.id, &sketch(&asked)));
        prop_assert_eq!(one.same.map(|found| found.story), other.same.map(|found| found.story));
        prop_assert_eq!(window(&order).place(&asked.id, &sketch(&asked)), window(&order).place(&asked.id, &sketch(&asked)));
    }
}

#[tokio::test]
async fn the_command_groups_a_file_in_its_order() {
    let folder = TempDir::new().unwrap();
    let line = |item: &Item| {
        json!({"id": item.id, "title": item.title, "url": item.url, "source": item.source.name,
            "published": item.published, "lang": item.lang, "text": item.body})
    };
    let lines: Vec<String> = harbour().iter().rev().map(|item| line(item).to_string()).collect();
    fs::write(folder.path().join("items.jsonl"), lines.join("\n")).unwrap();
    let output = tidings(folder.path(), &["stories", "items.jsonl"]).await;
    assert!(output.status.success());
    let answers: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = answers.iter().map(|answer| answer["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["other", "near", "ja1", "zh1", "de1", "en2", "en1"]);
    assert_eq!(answers[6], json!({"id": "en1", "story": "en1"}));
    assert_eq!(answers[2]["story"], "en1");

    fs::write(folder.path().join("bad.jsonl"), "{\"id\":\"a\"}\n").unwrap();
    let error = failed(&tidings(folder.path(), &["stories", "bad.jsonl"]).await);
    assert!(error.contains("bad.jsonl line 1: missing field `title`"), "{error}");
}

/// The corpus is what the weights were trained on; the honest numbers are the README's, cross-validated.
#[test]
fn the_corpus_is_grouped_as_its_labels_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/items.jsonl");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let items: Vec<Item> = lines
        .iter()
        .map(|line| {
            let mut one =
                item(&of(line, "id"), &of(line, "lang"), &of(line, "source"), 0, &of(line, "title"), &of(line, "text"));
            one.published = tidings::pipeline::parse::dates::parse(&of(line, "published"));
            assert!(one.published.is_some(), "{}", of(line, "published"));
            one
        })
        .collect();
    let stories = group(&items);
    let (mut right, mut merged, mut same, mut near, mut near_merged) = (0, 0, 0, 0, 0);
    for (a, one) in lines.iter().enumerate() {
        for (b, other) in lines.iter().enumerate().take(a) {
            let is_merged = stories[a] == stories[b];
            let is_same = one["story"].is_string() && one["story"] == other["story"];
            let says = |item: &Value, other: &Value| {
                item["near_miss"]
                    .as_str()
                    .zip(other["story"].as_str())
                    .is_some_and(|(says, story)| says.contains(story) || says.contains("recap"))
            };
            merged += usize::from(is_merged);
            same += usize::from(is_same);
            right += usize::from(is_merged && is_same);
            if says(one, other) || says(other, one) {
                near += 1;
                near_merged += usize::from(is_merged);
            }
        }
    }
    println!("{right} of {merged} merged pairs are right, of {same} pairs; {near_merged} of {near} near misses merged");
    assert!(right * 100 >= merged * 95, "precision: {right} of {merged}");
    assert!(right * 100 >= same * 75, "recall: {right} of {same}");
    assert!(near_merged * 20 <= near, "near misses: {near_merged} of {near}");
}
