//! What a recap tells, in which order, how it stands to the one before, and that each of its messages
//! fits every platform.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tidings::locale::Words;
use tidings::model::card::Card;
use tidings::model::doc::{Block, Doc};
use tidings::model::id::{FeedId, ItemId, StoryId};
use tidings::model::item::{Item, Source};
use tidings::model::label::{Label, Labels, Urgency};
use tidings::model::recap::{Recalled, Recap, RecapKind, Standing, Told};
use tidings::model::settings::Settings;
use tidings::model::subscription::{Address, Origin, Subscription, Wants};
use tidings::pipeline::present::{self, bare_card};
use tidings::pipeline::recap::{Period, Stories, Taste, entries, recalled, recap, trend};
use tidings::pipeline::route::Reader;
use tidings::platform::{discord, slack, telegram};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn from() -> Timestamp {
    at("2026-11-16T09:00:00Z")
}

fn to() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// An item of the middle of the week.
fn told(id: &str, headline: &str, topic: &str, source: &str) -> (Item, Card) {
    let item = Item {
        id: ItemId::new(id),
        feed: FeedId::new("feed"),
        title: headline.to_owned(),
        body: String::new(),
        url: Some(format!("https://news.example/{id}")),
        authors: Vec::new(),
        categories: Vec::new(),
        image: None,
        lang: None,
        published: None,
        collected: at("2026-11-20T09:00:00Z"),
        source: Source { name: source.to_owned(), url: None },
        rights: None,
        topics: vec![topic.to_owned()],
    };
    let card = bare_card(&item);
    (item, card)
}

fn headlines(parts: &[Recap], cards: &[(Item, Card)]) -> Vec<String> {
    let items = parts.iter().flat_map(|part| &part.groups).flat_map(|group| &group.items);
    items.map(|id| cards.iter().find(|(item, _)| item.id == *id).unwrap().1.headline.clone()).collect()
}

fn week() -> Period<'static> {
    Period { key: "2026-W48 09:00", kind: RecapKind::Week, from: from(), to: to() }
}

struct Reading {
    settings: Settings,
    readers: Vec<Reader>,
    stories: Stories,
    last: Option<Recalled>,
}

impl Default for Reading {
    fn default() -> Self {
        let settings = Settings::new(Address::terminal());
        Self { settings, readers: Vec::new(), stories: Stories::new(), last: None }
    }
}

impl Reading {
    fn of(&self, cards: &[(Item, Card)]) -> Vec<Recap> {
        let taste = Taste::of(&self.settings, &self.readers, jiff::Timestamp::MIN);
        recap(&entries(cards, &self.stories), &taste, &week(), self.last.as_ref())
    }

    fn with(mut self, wants: Wants, filter: Option<&str>) -> Self {
        let mut subscription = Subscription::new(Address::terminal(), wants, Origin::Chat, from());
        subscription.filter = filter.map(str::to_owned);
        self.readers.push(Reader::new(subscription));
        self
    }
}

fn docs(parts: &[Recap], cards: &[(Item, Card)]) -> Vec<Doc> {
    let cards: HashMap<ItemId, Card> = cards.iter().map(|(item, card)| (item.id.clone(), card.clone())).collect();
    let shown = |part| present::recap(part, &cards, &Labels::default(), (&TimeZone::UTC, Words::default()));
    parts.iter().map(shown).collect()
}

/// All texts of a message, one a line.
fn text(doc: &Doc) -> String {
    let plain = |block: &Block| match block {
        Block::Context(parts) => parts.iter().map(|part| part.as_str().to_owned()).collect::<Vec<_>>().join(" · "),
        Block::Headline { text, .. } | Block::Heading(text) => text.as_str().to_owned(),
        Block::Links(links) => {
            let line = |link: &tidings::model::doc::Link| {
                let note = link.note.as_ref().map(|note| format!(" ({})", note.as_str())).unwrap_or_default();
                format!("- {}{note}", link.label.as_str())
            };
            links.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        other => format!("{other:?}"),
    };
    doc.blocks.iter().filter(|block| !matches!(block, Block::Footer(_))).map(plain).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_matters_here_comes_first() {
    let reading = || Reading::default();
    let base = || vec![told("a", "Alpha", "cloud", "One"), told("b", "Beta", "cloud", "Two")];
    let order = |reading: &Reading, cards: &[(Item, Card)]| headlines(&reading.of(cards), cards);
    // Of equals the first by id; of two alike the newer one.
    assert_eq!(order(&reading(), &base()), ["Alpha", "Beta"]);
    let mut cards = base();
    cards[1].0.collected = at("2026-11-21T09:00:00Z");
    assert_eq!(order(&reading(), &cards), ["Beta", "Alpha"]);
    let mut cards = base();
    cards[1].1.urgency = Urgency::ThisWeek;
    assert_eq!(order(&reading(), &cards), ["Beta", "Alpha"]);
    // Whom it concerns counts where the address has said whom it is for: in alerts or in a filter.
    let mut cards = base();
    cards[1].1.tldr.who_should_care = vec!["developers".to_owned()];
    assert_eq!(order(&reading(), &cards), ["Alpha", "Beta"]);
    let alerts = Wants::Alerts { audiences: BTreeSet::from(["developers".to_owned()]), urgency: None };
    assert_eq!(order(&reading().with(alerts, None), &cards), ["Beta", "Alpha"]);
    assert_eq!(order(&reading().with(Wants::All, Some("audience:developers")), &cards), ["Beta", "Alpha"]);
    assert_eq!(order(&reading().with(Wants::All, Some("-audience:developers")), &cards), ["Alpha", "Beta"]);
    // What many report.
    let mut many = reading();
    many.stories.insert(ItemId::new("b"), (StoryId::new("s"), 3));
    assert_eq!(order(&many, &base()), ["Beta", "Alpha"]);
    // What readers here found useful, and what they did not.
    for (key, weight) in [("source:Two", 2), ("source:One", -2)] {
        let mut liked = reading();
        liked.settings.weights = BTreeMap::from([(key.to_owned(), weight)]);
        assert_eq!(order(&liked, &base()), ["Beta", "Alpha"], "{key}");
    }
    let mut cards = base();
    cards[1].1.topics = vec![Label { name: "robotics".to_owned(), score: 1.0 }];
    let mut liked = reading();
    liked.settings.weights = BTreeMap::from([("topic:robotics".to_owned(), 1)]);
    assert_eq!(order(&liked, &cards), ["Beta", "Alpha"]);
    // To act now outweighs all of it.
    let mut cards = base();
    cards[0].1.urgency = Urgency::ActNow;
    many.settings.weights = BTreeMap::from([("source:Two".to_owned(), 3)]);
    assert_eq!(order(&many, &cards), ["Alpha", "Beta"]);
}

#[test]
fn no_topic_and_no_source_floods_it() {
    let mut cards: Vec<(Item, Card)> = (0..8)
        .map(|number| told(&format!("s{number}"), &format!("Flaw {number}"), "security", &format!("Source {number}")))
        .collect();
    cards.push(told("c", "Cloud", "cloud", "Other"));
    let parts = Reading::default().of(&cards);
    let [one] = parts.as_slice() else { panic!("{parts:?}") };
    let of: Vec<(&str, usize, usize)> =
        one.groups.iter().map(|group| (group.topic.as_str(), group.items.len(), group.left_out)).collect();
    // Of equals the first by id leads.
    assert_eq!(of, [("cloud", 1, 0), ("security", 5, 3)]);
    assert_eq!((one.left_out, one.counts.stories), (3, 6));
    let shown = text(&docs(&parts, &cards)[0]);
    assert!(shown.contains("6 stories · 3 more found no room here"), "{shown}");
    assert!(shown.contains("- 3 more on Security"), "{shown}");

    let topics = ["security", "cloud", "robotics", "research", "ai-models"];
    let from_one = (0..30).map(|number| {
        told(
            &format!("x{number:02}"),
            &format!("News {number}"),
            topics[number % 5],
            if number < 26 { "Loud" } else { "Quiet" },
        )
    });
    let cards: Vec<(Item, Card)> = from_one.collect();
    let parts = Reading::default().of(&cards);
    let items: Vec<&ItemId> = parts.iter().flat_map(|part| &part.groups).flat_map(|group| &group.items).collect();
    let loud = items.iter().filter(|id| cards.iter().any(|(item, _)| item.id == ***id && item.source.name == "Loud"));
    assert_eq!((loud.count(), items.len()), (10, 14), "two sources share it");
}

#[test]
fn a_story_is_told_once_with_how_many_report_it() {
    let mut cards = vec![
        told("a", "Acme falls", "cloud", "One"),
        told("b", "Acme has fallen", "cloud", "Two"),
        told("c", "acme falls", "cloud", "Three"),
        told("d", "Quite another thing", "cloud", "One"),
    ];
    cards[1].1.urgency = Urgency::ThisWeek;
    let mut reading = Reading::default();
    for id in ["a", "b"] {
        reading.stories.insert(ItemId::new(id), (StoryId::new("a"), 4));
    }
    let parts = reading.of(&cards);
    // The one that matters most tells it.
    assert_eq!(headlines(&parts, &cards), ["Acme has fallen", "acme falls", "Quite another thing"]);
    let shown = text(&docs(&parts, &cards)[0]);
    assert!(
        shown.contains("- Acme has fallen (Two · This week · General Readers · also reported by 3 others)"),
        "{shown}"
    );
}

#[test]
fn what_is_new_goes_on_or_is_over_is_said() {
    let week_before = Recalled {
        until: at("2026-11-19T09:00:00Z"),
        stories: ["goes-on", "over", "denied", "silent"].into_iter().map(StoryId::new).collect(),
    };
    let mut cards = vec![
        told("n", "A new thing", "cloud", "One"),
        told("g", "The outage goes on", "cloud", "Two"),
        told("o", "Service is restored after the outage", "cloud", "Three"),
        told("d", "The flaw is still not fixed", "cloud", "Four"),
        told("s", "Told before, and nothing since", "cloud", "Five"),
    ];
    cards[4].0.collected = at("2026-11-18T09:00:00Z");
    let stories = [("g", "goes-on"), ("o", "over"), ("d", "denied"), ("s", "silent")];
    let stories: Stories =
        stories.into_iter().map(|(item, story)| (ItemId::new(item), (StoryId::new(story), 2))).collect();
    let mut reading = Reading { stories, ..Reading::default() };
    // The first recap of an address has nothing to compare with.
    let first = reading.of(&cards);
    assert!(first[0].about.values().all(|about| about.standing.is_none()));
    let kept = recalled(&first, &entries(&cards, &reading.stories)).unwrap();
    assert_eq!(kept.until, to());
    assert!(kept.stories.contains(&StoryId::new("over")) && kept.stories.contains(&StoryId::new("n")));

    reading.last = Some(week_before);
    let parts = reading.of(&cards);
    let standing = |id: &str| parts[0].about.get(&ItemId::new(id)).and_then(|about| about.standing);
    assert_eq!(standing("n"), Some(Standing::New));
    assert_eq!(standing("g"), Some(Standing::Continued));
    assert_eq!(standing("o"), Some(Standing::Resolved));
    assert_eq!(standing("d"), Some(Standing::Continued));
    assert_eq!(standing("s"), None);
    let shown = text(&docs(&parts, &cards)[0]);
    assert!(shown.contains("5 stories · 1 new · 2 continued · 1 resolved"), "{shown}");
    assert!(shown.contains("- A new thing (new · One"), "{shown}");
    assert!(shown.contains("- Service is restored after the outage (resolved · Three"), "{shown}");
}

#[test]
fn words_that_say_that_something_is_over() {
    let last = Some(Recalled { until: from(), stories: [StoryId::new("a")].into() });
    let standing = |headline: &str| {
        let parts = Reading { last: last.clone(), ..Reading::default() }.of(&[told("a", headline, "cloud", "One")]);
        parts[0].about[&ItemId::new("a")].standing.unwrap()
    };
    for over in [
        "Acme has fixed the flaw",
        "Cloud service restored after six hours",
        "Makers settle: dispute settled out of court",
        "Bill withdrawn",
        "Site is back online",
        "Störung behoben",
        "漏洞已修复",
    ] {
        assert_eq!(standing(over), Standing::Resolved, "{over}");
    }
    for open in [
        "Acme has not fixed the flaw",
        "Flaw will be fixed next week",
        "Service not yet restored",
        "The unpatched flaw",
        "Prefixed names are back",
        "Noch nicht behoben",
    ] {
        assert_eq!(standing(open), Standing::Continued, "{open}");
    }
}

#[test]
fn the_picture_counts_what_was_told_first_in_which_week() {
    let told_at = |at: &str, item: &str, topic: &str| Told {
        at: at.parse().unwrap(),
        item: ItemId::new(item),
        topic: topic.to_owned(),
    };
    let cards = vec![told("n", "News", "cloud", "One"), told("x", "Told before", "security", "Two")];
    let parts = Reading::default().of(&cards);
    // Newest first.
    let before = [
        told_at("2026-11-12T10:00:00Z", "x", "security"),
        told_at("2026-11-09T09:00:00Z", "y", "security"),
        told_at("2026-11-09T08:59:00Z", "z", "security"),
        told_at("2026-09-01T08:59:00Z", "long ago", "security"),
    ];
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let trend_of = |told: &[Told]| trend(told, &parts, &week(), &berlin);
    let found = trend_of(&before).unwrap();
    let days: Vec<String> = found.periods.iter().map(ToString::to_string).collect();
    assert_eq!((days.len(), days[0].as_str(), days[7].as_str()), (8, "2026-09-28", "2026-11-16"));
    assert_eq!(
        found.topics,
        [("security".to_owned(), vec![0, 0, 0, 0, 0, 1, 2, 0]), ("cloud".to_owned(), vec![0, 0, 0, 0, 0, 0, 0, 1]),]
    );
    assert_eq!(trend_of(&[]), None, "one week alone is no trend");
    let mut with = parts.clone();
    with[0].trend = Some(found);
    let picture = docs(&with, &cards)[0].picture.clone().unwrap();
    assert_eq!(
        picture.alt.as_str(),
        "Stories by topic, week by week. 2 Nov: Security 1; 9 Nov: Security 2; 16 Nov: Cloud 1."
    );
    assert_eq!(&picture.png[1..4], b"PNG");
}

#[test]
fn old_recaps_can_be_read() {
    let old = r#"{"key":"2026-W47 09:00","is_weekly":true,"from":"2026-11-16T09:00:00Z","to":"2026-11-23T09:00:00Z",
        "groups":[{"topic":"cloud","items":["a"]}],"left_out":2}"#;
    let old: Recap = serde_json::from_str(old).unwrap();
    let cards = [told("a", "Alpha", "cloud", "One")];
    let shown = text(&docs(&[old], &cards)[0]);
    assert!(shown.starts_with("1 story · 2 more found no room here\nThe week, 16 November to 23 November"), "{shown}");
}

/// A headline, a link and a source of any length, with marks in them.
fn any_card() -> impl Strategy<Value = (String, String, String, usize)> {
    let headline = prop_oneof!["[A-Za-z][A-Za-z *_~`(\\[\\])#.-]{0,259}", "[漢字かな交じり文]{1,230}"];
    let url = prop_oneof!["[a-z0-9()/_-]{1,60}", "[a-z0-9()/_-]{500,900}"];
    (headline, url, "[A-Za-z_. ]{1,90}", 0..6_usize)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn each_part_is_whole_on_every_platform(all in proptest::collection::vec(any_card(), 1..60)) {
        let topics = ["security", "cloud", "robotics", "research", "ai-models", "policy-regulation"];
        let mut cards = Vec::new();
        for (number, (headline, url, source, topic)) in all.into_iter().enumerate() {
            let (mut item, mut card) = told(&format!("i{number}"), &headline, topics[topic], &source);
            card.url = Some(format!("https://news.example/{number}/{url}"));
            card.urgency = Urgency::ThisWeek;
            card.tldr.who_should_care =
                ["enterprise-security", "investors-business", "founders-product", "general"].map(str::to_owned).into();
            item.url.clone_from(&card.url);
            cards.push((item, card));
        }
        let last = Some(Recalled { until: from(), stories: BTreeSet::new() });
        let parts = Reading { last, ..Reading::default() }.of(&cards);
        prop_assert!(!parts.is_empty() && parts.len() <= 4);
        let mut topics_seen = BTreeSet::new();
        for (number, part) in parts.iter().enumerate() {
            prop_assert_eq!((part.part as usize, part.parts as usize), (number, parts.len()));
            for group in &part.groups {
                prop_assert!(topics_seen.insert(&group.topic), "a group stands in one part");
            }
        }
        let listed: usize = parts.iter().flat_map(|part| &part.groups).map(|group| group.items.len()).sum();
        prop_assert_eq!(listed, parts[0].counts.stories);
        prop_assert!(listed <= 20);
        for (doc, part) in docs(&parts, &cards).iter().zip(&parts) {
            let items: Vec<String> = part.groups.iter().flat_map(|group| &group.items).map(ToString::to_string).collect();
            let posts = [
                discord::preview(doc, "nonce").to_string(),
                slack::preview(doc, "nonce").to_string(),
                telegram::preview(doc).to_string(),
            ];
            for post in &posts {
                for item in &items {
                    prop_assert!(post.contains(&format!("https://news.example/{}/", &item[1..])), "{item} in {post}");
                }
                prop_assert!(!post.contains("… and "), "{post}");
            }
            prop_assert_eq!(discord::preview_answer(doc).len(), 1);
        }
    }

    #[test]
    fn the_order_does_not_depend_on_that_of_the_cards(shift in 0..12_usize, step in prop_oneof![Just(1_usize), Just(5), Just(7), Just(11)]) {
        let topics = ["security", "cloud", "robotics"];
        let cards: Vec<(Item, Card)> = (0..12)
            .map(|number| told(&format!("i{number}"), &format!("News {number}"), topics[number % 3], &format!("S{}", number % 4)))
            .collect();
        let mixed: Vec<(Item, Card)> = (0..12).map(|number| cards[(number * step + shift) % 12].clone()).collect();
        prop_assert_eq!(Reading::default().of(&cards), Reading::default().of(&mixed));
    }
}

#[test]
fn a_recap_of_given_cards_has_a_title_of_its_kind() {
    let cards = vec![told("a", "Alpha", "cloud", "One")];
    for (kind, title) in [
        (RecapKind::Quiet, "While it was quiet, until 23 November, 09:00"),
        (RecapKind::Overflow, "More alerts, until 23 November, 09:00"),
        (RecapKind::Day, "The day to 23 November, 09:00"),
    ] {
        let settings = Settings::new(Address::terminal());
        let period = Period { kind, from: to() - SignedDuration::from_hours(8), ..week() };
        let stories = Stories::new();
        let parts = recap(&entries(&cards, &stories), &Taste::of(&settings, &[], jiff::Timestamp::MIN), &period, None);
        assert!(text(&docs(&parts, &cards)[0]).contains(title));
    }
}
