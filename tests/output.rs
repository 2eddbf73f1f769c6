//! The terminal as a place that can be slow, full or half written.

use std::fs::{self, OpenOptions};
use std::io::{PipeReader, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use jiff::SignedDuration;
use tidings::model::delivery::{Delivery, DeliveryState, SEND_TIMEOUT};
use tidings::platform::terminal::Output;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::cli::{Bot, command, config, out, tidings, until_asked};
use crate::world::server::{FeedServer, Served};
use crate::world::{World, hours, minutes};

async fn only_delivery(world: &World) -> Delivery {
    let deliveries = world.store().deliveries(10).await.unwrap();
    let [delivery] = deliveries.as_slice() else { panic!("one delivery, not {}", deliveries.len()) };
    delivery.clone()
}

fn is_in_doubt(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Queued { in_doubt: true, .. })
}

/// Lets the bot give up waiting for the write that is stuck, without waiting ourselves.
async fn give_up_waiting(world: &mut World) {
    let screen = world.screen.clone();
    let pass = async {
        screen.until_jammed().await;
        tokio::time::pause();
        tokio::time::advance(Duration::try_from(SEND_TIMEOUT).unwrap() + Duration::from_secs(1)).await;
        tokio::time::resume();
    };
    tokio::join!(world.run_until_idle(), pass);
}

/// Lets time pass until nothing waits. The thread that writes has a time of its own.
async fn until_delivered(world: &mut World) {
    for _ in 0..1000 {
        world.pass(minutes(2)).await;
        if world.store().counts().await.unwrap().open_deliveries == 0 {
            return;
        }
    }
    panic!("something still waits");
}

#[tokio::test]
async fn a_reader_who_looks_away_for_hours_gets_each_card_once() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("One");
    acme.publish("Two");
    acme.publish("Three");
    world.screen.jam();
    world.clock.pass(hours(1));
    give_up_waiting(&mut world).await;
    let waiting = world.store().deliveries(10).await.unwrap();
    assert_eq!(waiting.iter().filter(|one| is_in_doubt(one)).count(), 1, "{waiting:?}");
    for _ in 0..50 {
        world.pass(minutes(2)).await;
    }
    assert_eq!(world.screen.go_on(), 1, "one write waits, however often its fate is asked");
    until_delivered(&mut world).await;
    assert_eq!(world.screen.headlines(), ["One", "Two", "Three"]);
}

#[tokio::test]
async fn a_write_that_fails_after_it_was_given_up_is_repeated() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("One");
    world.screen.jam();
    world.screen.room_for(0);
    world.clock.pass(hours(1));
    give_up_waiting(&mut world).await;
    world.screen.go_on();
    world.pass(minutes(2)).await;
    assert!(!matches!(only_delivery(&world).await.state, DeliveryState::Sent { .. }));
    world.screen.room_for_all();
    until_delivered(&mut world).await;
    assert_eq!(world.screen.headlines(), ["One"]);
}

#[tokio::test]
async fn a_full_disk_under_the_output_costs_half_a_line_and_no_card() {
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("One");
    acme.publish("Two");
    world.screen.room_for(100);
    world.pass(hours(1)).await;
    let deliveries = world.store().deliveries(10).await.unwrap();
    assert!(is_in_doubt(&deliveries[1]), "a part of it was taken: {deliveries:?}");
    // Nothing more is taken: what was not begun is no doubt.
    world.pass(minutes(20)).await;
    let before = world.screen.take();
    assert_eq!(before.len(), 100);
    world.screen.room_for_all();
    for _ in 0..3 {
        world.pass(minutes(20)).await;
    }
    let text = world.screen.take();
    let (rest, whole) = text.split_once('\n').unwrap();
    assert_eq!(rest, "", "the line that was cut off ends before the next one");
    let cards = whole.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let headlines: Vec<String> = cards.map(|card| card["headline"].as_str().unwrap().to_owned()).collect();
    assert_eq!(headlines, ["One", "Two"]);
}

#[tokio::test]
async fn a_line_that_lacks_only_its_end_is_a_card() {
    let folder_size = {
        let mut world = World::new().await;
        let acme = world.feed("acme").await;
        world.run_until_idle().await;
        acme.publish("One");
        world.pass(hours(1)).await;
        world.screen.take().len()
    };
    let mut world = World::new().await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("One");
    world.screen.room_for(folder_size - 1);
    world.pass(hours(1)).await;
    assert!(matches!(only_delivery(&world).await.state, DeliveryState::Sent { .. }));
    world.screen.room_for_all();
    acme.publish("Two");
    world.pass(hours(1)).await;
    assert_eq!(world.screen.headlines(), ["One", "Two"]);
}

#[tokio::test]
async fn people_get_whole_cards_too() {
    let mut world =
        World::with(Output::Text(tidings::platform::terminal::Style { has_color: false, width: 80 }), "").await;
    let acme = world.feed("acme").await;
    world.run_until_idle().await;
    acme.publish("One");
    world.screen.room_for(10);
    world.pass(hours(1)).await;
    world.screen.take();
    world.screen.room_for_all();
    world.pass(minutes(20)).await;
    world.pass(SignedDuration::from_mins(20)).await;
    let text = world.screen.take();
    assert!(text.starts_with('\n') && text.matches("One").count() >= 1, "{text}");
}

#[tokio::test]
async fn a_file_whose_last_line_was_cut_off_gets_a_new_line_first() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    config(folder.path(), &[feed.url()], "");
    let path = folder.path().join("cards.jsonl");
    fs::write(&path, "{\"headline\":\"Torn").unwrap();
    for (number, title) in [(2, "First"), (3, "Second")] {
        let out = OpenOptions::new().append(true).open(&path).unwrap();
        let mut bot = command(folder.path()).args(["run", "--output", "json"]).stdout(out).spawn().unwrap();
        until_asked(&feed, 2).await;
        feed.publish(title);
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        while fs::read_to_string(&path).unwrap().lines().count() < number || !fs::read(&path).unwrap().ends_with(b"\n")
        {
            ticks.tick().await;
        }
        std::process::Command::new("kill").arg(bot.id().unwrap().to_string()).status().unwrap();
        assert!(bot.wait().await.unwrap().success());
    }
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "{\"headline\":\"Torn");
    assert!(lines[1].contains("First") && lines[2].contains("Second"), "{text}");
    assert_eq!(lines.len(), 3, "{text}");
}

/// A bot whose standard output is a pipe that is full and that nobody reads, with a card under way.
async fn stuck_bot(folder: &Path, feed: &Served) -> (Child, PipeReader) {
    let (reader, writer) = std::io::pipe().unwrap();
    let mut filler = writer.try_clone().unwrap();
    // Ends when the reader goes.
    std::thread::spawn(move || filler.write_all(&vec![b' '; 16 * 1024 * 1024]));
    let mut command = command(folder);
    let bot = command.args(["run", "--output", "json"]).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    until_asked(feed, 2).await;
    feed.publish("Nobody takes it");
    while !out(&tidings(folder, &["deliveries", "--json"]).await).contains("\"sending\"") {}
    (bot, reader)
}

fn terminate(bot: &Child) {
    let id = bot.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
}

#[tokio::test]
async fn the_second_signal_stops_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    config(folder.path(), &[feed.url()], "");
    let (mut bot, _reader) = stuck_bot(folder.path(), &feed).await;
    let mut said = BufReader::new(bot.stderr.take().unwrap()).lines();
    let begun = tokio::time::Instant::now();
    terminate(&bot);
    while !said.next_line().await.unwrap().unwrap().contains("again to stop at once") {}
    assert!(bot.try_wait().unwrap().is_none(), "what is in flight is waited for");
    terminate(&bot);
    assert_eq!(bot.wait().await.unwrap().code(), Some(130));
    assert!(begun.elapsed() < Duration::from_secs(8), "well before the ten seconds of an orderly stop");
    // What was under way is looked into, and comes.
    let mut next = Bot::start(folder.path());
    assert_eq!(next.headline().await, "Nobody takes it");
}
