//! Matching by index finds what matching one by one finds, and decisions tell the truth.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use tidings::analyst::embedded::Embedded;
use tidings::model::card::Card;
use tidings::model::decision::{Outcome, Stage, StepResult};
use tidings::model::id::{DeliveryId, FeedId, ItemId};
use tidings::model::item::{Item, Source};
use tidings::model::label::{Labels, Urgency};
use tidings::model::settings::{Mute, Muted, Settings};
use tidings::model::subscription::{Address, Mode, Origin, Pause, PlatformKind, Subscription, Wants};
use tidings::pipeline::route::{Candidate, Circumstances, Newness, Reader, Readers, Told, decide, route};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
static ZONE: TimeZone = TimeZone::UTC;

fn item(feed: &str, title: &str, body: &str) -> Item {
    Item {
        id: ItemId::new("i"),
        feed: FeedId::new(feed),
        title: title.to_owned(),
        body: body.to_owned(),
        url: None,
        authors: Vec::new(),
        categories: Vec::new(),
        image: None,
        lang: Some("en".to_owned()),
        published: None,
        collected: NOW,
        source: Source { name: "Acme News".to_owned(), url: None },
        rights: None,
        topics: Vec::new(),
    }
}

fn card(item: &Item) -> Card {
    Embedded::new(&Labels::default()).card(item)
}

fn at(channel: usize) -> Address {
    Address { platform: PlatformKind::Discord, workspace: "1".to_owned(), channel: channel.to_string(), thread: None }
}

fn subscription(channel: usize, wants: Wants, filter: Option<&str>) -> Subscription {
    let mut subscription = Subscription::new(at(channel), wants, Origin::Chat, NOW);
    subscription.filter = filter.map(str::to_owned);
    subscription
}

fn calm(settings: Option<&Settings>) -> Circumstances<'_> {
    Circumstances { settings, zone: &ZONE, told: None, last_hour: 0, today: 0, now: NOW }
}

const WORDS: [&str; 8] = ["rust", "java", "gateway", "flaw", "release", "chip", "market", "school"];

fn wants() -> impl Strategy<Value = Wants> {
    prop_oneof![
        Just(Wants::All),
        "[ab]".prop_map(|feed| Wants::Feed(FeedId::new(feed))),
        prop_oneof![Just("security"), Just("cloud"), Just("other"), Just("developer-tools")]
            .prop_map(|topic| Wants::Topics([topic.to_owned(), "research".to_owned()].into())),
        prop_oneof![Just("enterprise-security"), Just("developers"), Just("general")]
            .prop_map(|name| { Wants::Alerts { audiences: [name.to_owned()].into(), urgency: Some(Urgency::Fyi) } }),
        Just(Wants::Alerts { audiences: Default::default(), urgency: None }),
    ]
}

fn filter() -> impl Strategy<Value = Option<String>> {
    let word = || proptest::sample::select(&WORDS[..]).prop_map(str::to_owned);
    let term = prop_oneof![
        word(),
        word().prop_map(|word| format!("title:{word}")),
        word().prop_map(|word| format!("-{word}")),
        Just("topic:security".to_owned()),
        Just("urgency:>=this-week".to_owned()),
        Just("/ru.t/".to_owned()),
    ];
    let two = (term.clone(), term.clone(), any::<bool>())
        .prop_map(|(one, other, is_or)| if is_or { format!("{one} OR {other}") } else { format!("{one} {other}") });
    proptest::option::of(prop_oneof![term, two])
}

proptest! {
    #[test]
    fn the_index_finds_what_a_look_at_each_finds(
        asked in proptest::collection::vec((wants(), filter()), 1..60),
        removed in proptest::collection::vec(any::<prop::sample::Index>(), 0..10),
        words in proptest::collection::vec(proptest::sample::select(&WORDS[..]), 1..12),
        feed in "[ab]",
    ) {
        let mut readers = Readers::default();
        let mut all: Vec<Subscription> = asked
            .into_iter()
            .enumerate()
            .map(|(number, (wants, filter))| subscription(number, wants, filter.as_deref()))
            .collect();
        all.iter().for_each(|one| readers.put(one.clone()));
        for index in removed {
            if !all.is_empty() {
                readers.remove(&all.remove(index.index(all.len())).id);
            }
        }
        let item = item(&feed, &words[0].to_uppercase(), &words.join(" "));
        let card = card(&item);
        let candidate = Candidate::new(&item, &card, Newness::New);
        let heard = |reader: &Reader| decide(&candidate, reader, &calm(None)).outcome == Outcome::WouldDeliver;
        for one in &all {
            let reader = Reader::new(one.clone());
            prop_assert_eq!(reader.wants(&candidate), heard(&reader));
        }
        let mut expected: Vec<Address> =
            all.iter().filter(|one| heard(&Reader::new((*one).clone()))).map(|one| one.to.clone()).collect();
        expected.sort();
        let routed = route(&candidate, &readers.wanting(&candidate), |_| calm(None));
        let found: Vec<Address> = routed.deliveries.into_iter().map(|one| one.to).collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(readers.len(), all.len());
    }
}

fn told_elsewhere() -> Told {
    Told {
        item: ItemId::new("x"),
        title: "The same elsewhere".to_owned(),
        source: "Acme".to_owned(),
        delivery: Some(DeliveryId::new("d")),
        summary: None,
    }
}

#[test]
fn each_stage_decides_and_says_what_it_saw() {
    let item =
        item("a", "Acme fixes a gateway flaw", "Attackers exploit the vulnerability CVE-2026-4711 in the gateway.");
    let card = card(&item);
    let known = Settings {
        mutes: vec![Mute { what: Muted::Source("acme news".to_owned()), until: None }],
        ..Settings::new(at(1))
    };
    let limited = Settings { hourly_max: Some(3), ..Settings::new(at(1)) };
    let feed = Wants::Feed(FeedId::new("a"));
    let plain = subscription(1, feed.clone(), None);
    let told = Circumstances { told: Some(told_elsewhere()), ..calm(None) };
    let busy = Circumstances { last_hour: 3, ..calm(Some(&limited)) };
    let collected = Subscription { mode: Mode::Weekly, ..plain.clone() };
    let resting = Subscription { pause: Some(Pause { since: NOW, reason: "asked".to_owned() }), ..plain.clone() };
    let alerts = Wants::Alerts { audiences: ["researchers".to_owned()].into(), urgency: None };
    let topics = Wants::Topics(["cloud".to_owned()].into());
    let table: Vec<(Subscription, Newness, Circumstances<'_>, Outcome, Option<Stage>)> = vec![
        (plain.clone(), Newness::New, calm(None), Outcome::WouldDeliver, None),
        (plain.clone(), Newness::Baseline, calm(None), Outcome::FirstRunBaseline, Some(Stage::New)),
        (plain.clone(), Newness::Known("x".to_owned()), calm(None), Outcome::DuplicateId, Some(Stage::New)),
        (
            subscription(1, Wants::Feed(FeedId::new("b")), None),
            Newness::New,
            calm(None),
            Outcome::Filtered,
            Some(Stage::Feed),
        ),
        (subscription(1, topics, None), Newness::New, calm(None), Outcome::Filtered, Some(Stage::Topic)),
        (subscription(1, alerts, None), Newness::New, calm(None), Outcome::Filtered, Some(Stage::Audience)),
        (
            subscription(1, feed.clone(), Some("-gateway")),
            Newness::New,
            calm(None),
            Outcome::Filtered,
            Some(Stage::Query),
        ),
        (
            subscription(1, feed.clone(), Some("titel:x")),
            Newness::New,
            calm(None),
            Outcome::Filtered,
            Some(Stage::Query),
        ),
        (plain.clone(), Newness::New, calm(Some(&known)), Outcome::Muted, Some(Stage::Mute)),
        (plain.clone(), Newness::New, told, Outcome::DuplicateStory, Some(Stage::Story)),
        (plain.clone(), Newness::New, busy, Outcome::RateLimited, Some(Stage::Rate)),
        (collected, Newness::New, calm(None), Outcome::WouldCollect, None),
        (resting, Newness::New, calm(None), Outcome::Paused, None),
    ];
    for (subscription, newness, at, outcome, stage) in table {
        let candidate = Candidate::new(&item, &card, newness);
        let decision = decide(&candidate, &Reader::new(subscription), &at);
        let failed = decision.steps.iter().find(|step| step.result == StepResult::Failed).map(|step| step.stage);
        assert_eq!((decision.outcome, failed), (outcome, stage), "{decision:?}");
        assert_eq!(
            decision.steps.iter().map(|step| step.stage).collect::<Vec<_>>(),
            Stage::ALL,
            "every stage is there"
        );
    }
}
