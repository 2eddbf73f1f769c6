//! A month of real feeds on three platforms at once: each place hears each story once and each recap once,
//! nothing in its quiet hours and nothing that it has muted, and `why` explains what came and what did not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use jiff::civil::time;
use jiff::tz::TimeZone;
use tidings::model::delivery::{Anchor, Delivery, DeliveryState, Notice, RecapKind};
use tidings::model::item::Item;
use tidings::model::subscription::Address;
use tidings::port::{Invocation, Person, Reply, Said};

use crate::together::three;
use crate::world::server::Served;
use crate::world::{World, corpus, hours};

const DAYS: i64 = 30;
const QUIET: &str = "22:00-07:00";
const ZONE: &str = "Europe/Berlin";
/// A source that is muted from the tenth day on, for a week.
const MUTED_FROM: i64 = 10;

/// A feed as it was captured, again and again.
struct Series {
    served: Served,
    captures: Vec<Vec<u8>>,
}

fn captures(folder: &PathBuf) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

async fn say(world: &mut World, at: &Address, line: &str) -> Reply {
    let from = Person { id: "admin".to_owned(), direct: at.clone() };
    world.hears(Invocation { from, at: at.clone(), may_manage: true, said: Said::Line(line.into()) }).await
}

/// Two publishers who report the same event, a few hours apart, every other day.
fn report(alpha: &Served, beta: &Served, day: i64, hour: i64) {
    let events = [
        (
            "Volcano Katla erupts and closes Keflavik airport",
            "Katla erupted on the south coast of Iceland and Keflavik airport was closed",
        ),
        (
            "Nordea and Swedbank agree on a merger worth 42 billion euros",
            "Nordea and Swedbank agreed on a merger worth 42 billion euros in Stockholm",
        ),
        (
            "Rust Foundation names Ferris Crabbe as its director",
            "The Rust Foundation named Ferris Crabbe as its director on Tuesday",
        ),
        (
            "Boeing recalls 312 Dreamliner jets over cracked bolts",
            "Boeing recalled 312 Dreamliner jets because of cracked bolts in their wings",
        ),
        (
            "Kyoto museum recovers stolen Hokusai prints in Lisbon",
            "Stolen Hokusai prints of a Kyoto museum were recovered in Lisbon",
        ),
        (
            "Ariane 6 puts Galileo satellites 33 and 34 into orbit",
            "An Ariane 6 put the Galileo satellites 33 and 34 into orbit from Kourou",
        ),
        (
            "Lake Chad floods drive 80,000 people from Bol",
            "Floods at Lake Chad drove 80,000 people from the town of Bol",
        ),
        (
            "Novak wins the Melbourne marathon in 2:04:11",
            "Novak won the Melbourne marathon in 2:04:11, the fastest time of the year",
        ),
        (
            "Arm and Qualcomm settle the Nuvia licence dispute",
            "Arm and Qualcomm settled their dispute about the licences of Nuvia",
        ),
        (
            "Denmark orders five icebreakers from Aker Arctic",
            "Denmark ordered five icebreakers from Aker Arctic for Greenland",
        ),
    ];
    let Some((title, text)) = usize::try_from(day / 2).ok().and_then(|number| events.get(number)) else { return };
    if day % 2 == 0 && hour == 8 {
        alpha.publish_item(title, &format!("{text}. Officials confirmed it in the morning."));
    }
    if day % 2 == 0 && hour == 14 {
        beta.publish_item(title, &format!("{text}, officials said. It was reported first this morning."));
    }
}

fn is_quiet(at: jiff::Timestamp) -> bool {
    let local = TimeZone::get(ZONE).unwrap().to_datetime(at).time();
    local >= time(22, 0, 0, 0) || local < time(7, 0, 0, 0)
}

fn sent(delivery: &Delivery) -> Option<jiff::Timestamp> {
    match delivery.state {
        DeliveryState::Sent { at, .. } => Some(at),
        _ => None,
    }
}

#[tokio::test]
async fn a_month_of_real_feeds_on_three_platforms() {
    let Some(folder) = corpus("feeds/series") else { return };
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut three = three().await;
    let (alpha, beta) = (three.world.server.feed("alpha"), three.world.server.feed("beta"));
    three.subscribe(&alpha.url(), ["-nonsense", "-nonsense", "-nonsense"]).await;
    let mut series = Vec::new();
    for folder in &folders {
        let served = three.world.server.feed(&folder.file_name().unwrap().to_string_lossy());
        let captures = captures(folder);
        served.serve_raw(&captures[0]);
        series.push(Series { served, captures });
    }
    let all = three.world.store().subscriptions().await.unwrap();
    let places: Vec<Address> = all.iter().map(|one| one.to.clone()).collect();
    assert_eq!(places.len(), 3, "one place on each platform");
    let world = &mut three.world;
    for place in &places {
        say(world, place, &format!("settings timezone {ZONE}")).await;
        say(world, place, &format!("settings quiet {QUIET}")).await;
        say(world, place, &format!("digest schedule weekly monday 09:00 {ZONE}")).await;
        say(world, place, &format!("subscribe {}", beta.url())).await;
        for one in &series {
            let reply = say(world, place, &format!("subscribe {}", one.served.url())).await;
            assert!(!reply.is_refusal, "{reply:?}");
        }
    }
    let start = world.now();
    let (mut muted, mut muted_at) = (String::new(), start);
    for hour in 0..DAYS * 24 {
        let day = hour / 24;
        if hour == MUTED_FROM * 24 {
            // The one that has said most so far.
            muted = busiest(world, &places[0]).await;
            muted_at = world.now();
            for place in &places {
                say(world, place, &format!("mute source:\"{muted}\" for:1w")).await;
            }
        }
        report(&alpha, &beta, day, hour % 24);
        for one in &series {
            let number = one.captures.len() * usize::try_from(hour).unwrap() / usize::try_from(DAYS * 24).unwrap();
            one.served.serve_raw(&one.captures[number]);
        }
        world.pass(hours(1)).await;
    }
    for place in &places {
        let told = world.store().deliveries_to(place, start, usize::MAX).await.unwrap();
        assert!(told.iter().filter(|one| one.item().is_some()).count() > 20, "{place} heard too little");
        each_story_once(world, place, &told).await;
        each_recap_once(&told);
        for delivery in &told {
            let at = sent(delivery).unwrap_or_else(|| panic!("{delivery:?} was not sent"));
            assert!(!is_quiet(at), "{place} was told something at {at}: {delivery:?}");
        }
        let until = muted_at + hours(24 * 7);
        for item in items(world, &told).await {
            let is_within = item.collected > muted_at && item.collected < until;
            assert!(!is_within || item.source.name != muted, "\"{}\" is muted at {place}", item.title);
        }
        why_explains(world, place, &told).await;
    }
    assert!(!muted.is_empty());
}

async fn items(world: &World, told: &[Delivery]) -> Vec<Item> {
    let mut items = Vec::new();
    for id in told.iter().filter_map(Delivery::item) {
        items.push(world.store().item(id).await.unwrap().unwrap());
    }
    items
}

async fn busiest(world: &World, place: &Address) -> String {
    let told = world.store().deliveries_to(place, jiff::Timestamp::UNIX_EPOCH, usize::MAX).await.unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for item in items(world, &told).await {
        *counts.entry(item.source.name).or_default() += 1;
    }
    counts.into_iter().filter(|(name, _)| name != "alpha").max_by_key(|(_, count)| *count).unwrap().0
}

/// A story has one card that stands for itself, on its own or in one summary.
async fn each_story_once(world: &World, place: &Address, told: &[Delivery]) {
    let mut stories: BTreeSet<String> = BTreeSet::new();
    let mut folded = 0;
    for delivery in told {
        let items: Vec<_> = match &delivery.notice {
            Notice::Card(item) if delivery.anchor.is_none() => vec![item.clone()],
            Notice::Card(_) => {
                assert!(matches!(delivery.anchor, Some(Anchor::Answers(_))));
                Vec::new()
            }
            Notice::Recap(recap) if recap.kind == RecapKind::Quiet => {
                recap.groups.iter().flat_map(|group| group.items.clone()).collect()
            }
            Notice::Amended(_) => {
                folded += 1;
                Vec::new()
            }
            _ => Vec::new(),
        };
        for item in items {
            let story = world.store().story_of(&item).await.unwrap().expect("every item is of a story");
            assert!(stories.insert(story.id.to_string()), "{place} heard {story:?} twice");
        }
    }
    assert!(folded >= 5, "reports of alpha's stories by beta are named on alpha's cards: {folded}");
}

/// The weekly recap came once for each Monday.
fn each_recap_once(told: &[Delivery]) {
    let mut keys: BTreeSet<(String, u32)> = BTreeSet::new();
    for delivery in told {
        if let Notice::Recap(recap) = &delivery.notice
            && recap.kind == RecapKind::Week
        {
            assert!(keys.insert((recap.key.clone(), recap.part)), "{} came twice", recap.key);
        }
    }
    let weeks: BTreeSet<&String> = keys.iter().map(|(key, _)| key).collect();
    assert_eq!(weeks.len(), 4, "{weeks:?}");
}

async fn why_explains(world: &mut World, place: &Address, told: &[Delivery]) {
    let heard: BTreeSet<_> = told.iter().filter_map(Delivery::item).cloned().collect();
    let cards = world.store().cards_between(jiff::Timestamp::UNIX_EPOCH, world.now(), 10_000).await.unwrap();
    let (mut explained, mut silent) = (0, 0);
    for (item, _) in cards.iter().step_by(5) {
        let Some(url) = &item.url else { continue };
        let reply = say(world, place, &format!("why {url}")).await;
        let said = format!("{:?}", reply.doc);
        let is_explained = ["would-deliver", "would-collect", "quiet-hours", "duplicate-story", "muted", "filtered"]
            .iter()
            .any(|outcome| said.contains(outcome));
        assert!(is_explained, "{url}: {said}");
        explained += 1;
        silent += usize::from(!heard.contains(&item.id));
    }
    assert!(explained > 20 && silent > 0, "{explained} explained, {silent} of them not posted");
}
