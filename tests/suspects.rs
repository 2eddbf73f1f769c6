//! Documents that end the process: found at the next start, tried as the bot tried them, parked.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tidings::app::{READ_TO_ITS_END, SystemClock, examine_suspects};
use tidings::model::feed::Feed;
use tidings::model::id::FeedId;
use tidings::model::subscription::Address;
use tidings::port::{Body, Clock, Store};
use tidings::store::sled::{Note, SledStore};
use tokio::process::{Child, Command};

use crate::world::server::{Answer, FeedServer};

const BASE: &str = "https://example.com/feed";

fn body(bytes: &[u8]) -> Body {
    Body { bytes: bytes.to_vec(), content_type: Some("text/xml".to_owned()), etag: None, last_modified: None }
}

async fn store_of(folder: &Path, feeds: &[Feed]) -> SledStore {
    let now = SystemClock.now();
    let store = SledStore::open(&folder.join("data"), now).await.unwrap();
    store.sync_feeds(feeds, &Address::terminal(), now).await.unwrap();
    store
}

async fn parked(store: &SledStore, feed: &FeedId) -> Option<String> {
    store.feed(feed).await.unwrap().and_then(|record| record.state.health.parked)
}

/// A stand-in for the program.
fn program(folder: &Path, script: &str) -> PathBuf {
    let program = folder.join("program");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    program
}

#[tokio::test]
async fn a_note_keeps_all_that_the_parser_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let feed = Feed::new(BASE);
    let store = store_of(folder.path(), std::slice::from_ref(&feed)).await;
    store.parsing(&feed.id, &body(b"<rss>\n{}\n</rss>"), "https://example.com/moved").unwrap();
    let suspects = store.suspects().unwrap();
    assert_eq!((suspects.len(), &suspects[0].feed, suspects[0].deaths), (1, &feed.id, 1));
    let note = Note::read(&suspects[0].note).unwrap();
    assert_eq!(note.document, b"<rss>\n{}\n</rss>");
    assert_eq!(
        (note.content_type.as_deref(), note.base.as_deref()),
        (Some("text/xml"), Some("https://example.com/moved"))
    );
    store.parsed(&feed.id);
    assert!(store.suspects().unwrap().is_empty());
    // An earlier version kept the document alone.
    let bare = folder.path().join("bare");
    fs::write(&bare, "{\"version\":\"https://jsonfeed.org/version/1\"}\n").unwrap();
    assert!(Note::read(&bare).unwrap().document.starts_with(b"{\"version\""));
}

#[tokio::test]
async fn a_document_that_kills_its_parser_parks_its_feed_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let [good, bad] = ["good", "bad"].map(|name| Feed::new(&format!("https://example.com/{name}")));
    let store = store_of(folder.path(), &[good.clone(), bad.clone()]).await;
    store.parsing(&good.id, &body(b"<rss>"), BASE).unwrap();
    store.parsing(&bad.id, &body(b"poison"), BASE).unwrap();
    let program = program(
        folder.path(),
        &format!("[ \"$1\" = examine ] || exit 2\ngrep -q poison \"$2\" && kill -ABRT $$\nexit {READ_TO_ITS_END}"),
    );
    examine_suspects(&store, &program, &SystemClock).await.unwrap();
    assert_eq!(parked(&store, &good.id).await, None, "it only happened to be there");
    assert!(parked(&store, &bad.id).await.unwrap().contains("kills the process"));
    assert!(store.suspects().unwrap().is_empty());
    assert_eq!(fs::read(folder.path().join("data").join(format!("poison-{}", bad.id))).unwrap(), b"poison");
}

#[tokio::test]
async fn a_document_that_is_there_at_three_deaths_in_a_row_is_parked() {
    let folder = tempfile::tempdir().unwrap();
    let feed = Feed::new(BASE);
    let store = store_of(folder.path(), std::slice::from_ref(&feed)).await;
    // Once it is read to its end, once it cannot be tried, once there is no program at all.
    let programs = [
        program(folder.path(), &format!("exit {READ_TO_ITS_END}")),
        program(folder.path(), "exit 1"),
        folder.path().join("nothing"),
    ];
    let die = |program: &Path| {
        store.parsing(&feed.id, &body(b"<rss>"), BASE).unwrap();
        let (store, program) = (&store, program.to_owned());
        async move { examine_suspects(store, &program, &SystemClock).await.unwrap() }
    };
    for program in &programs[..2] {
        die(program).await;
        assert_eq!(parked(&store, &feed.id).await, None);
    }
    // Parsed meanwhile: the deaths had other reasons.
    store.parsing(&feed.id, &body(b"<rss>"), BASE).unwrap();
    store.parsed(&feed.id);
    for program in &programs[1..] {
        die(program).await;
        assert_eq!(parked(&store, &feed.id).await, None);
    }
    die(&programs[0]).await;
    assert!(parked(&store, &feed.id).await.unwrap().contains("3 times in a row"));
    assert!(store.suspects().unwrap().is_empty());
}

/// A bot in a folder of its own; what it says goes to a file there.
fn start(folder: &Path, config: &str, stack_bytes: Option<usize>) -> Child {
    let said = fs::File::create(folder.join("said")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(["run", "--config", config]).current_dir(folder).env_remove("RUST_LOG");
    if let Some(bytes) = stack_bytes {
        // The standard library's own setting for the stacks of threads.
        command.env("RUST_MIN_STACK", bytes.to_string());
    }
    command.stdout(Stdio::null()).stderr(said).kill_on_drop(true).spawn().unwrap()
}

fn said(folder: &Path) -> String {
    fs::read_to_string(folder.join("said")).unwrap()
}

fn configure(folder: &Path, urls: &[String]) {
    let mut text = "[store]\npath = \"data\"\n[watch]\ninterval = \"1s\"\nallow_private = [\"127.0.0.1\"]\n".to_owned();
    urls.iter().for_each(|url| text.push_str(&format!("[[feeds]]\nurl = \"{url}\"\n")));
    fs::write(folder.join("bot.toml"), text).unwrap();
    // The configuration of something else altogether, where the program looks for its own.
    fs::write(folder.join("config.toml"), "[package]\nname = \"x\"\n").unwrap();
}

async fn until(bot: &mut Child, mut is_so: impl FnMut() -> bool) -> Option<ExitStatus> {
    loop {
        if let Some(status) = bot.try_wait().unwrap() {
            return Some(status);
        }
        if is_so() {
            return None;
        }
        tokio::task::yield_now().await;
    }
}

/// Nested elements that the parser follows one into the other, and threads with so little stack that
/// they die of it: a real death, of the bot and of the process that tries the document.
#[tokio::test]
async fn a_document_that_really_kills_the_bot_kills_it_once() {
    const STACK_BYTES: usize = 192 * 1024;
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let deep = "<media:content url=\"a\">".repeat(240) + &"</media:content>".repeat(240);
    let feed = server.page(
        "/deep.xml",
        Answer::ok(format!(
            "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><item>{deep}</item></channel></rss>"
        )),
    );
    let harmless = server.feed("harmless");
    configure(folder.path(), &[feed.url(), harmless.url()]);
    let mut bot = start(folder.path(), "bot.toml", Some(STACK_BYTES));
    let status = bot.wait().await.unwrap();
    assert!(status.signal().is_some(), "{status}: {}", said(folder.path()));

    let mut bot = start(folder.path(), "bot.toml", Some(STACK_BYTES));
    let ended = until(&mut bot, || said(folder.path()).contains("no longer polled")).await;
    assert!(ended.is_none(), "{ended:?}: {}", said(folder.path()));
    let parked: Vec<String> = said(folder.path()).lines().map(str::to_owned).collect();
    let parked: Vec<&String> = parked.iter().filter(|line| line.contains("no longer polled")).collect();
    assert!(parked.len() == 1 && parked[0].contains("/deep.xml"), "{parked:?}");
    assert!(parked[0].contains("kills the process"), "{parked:?}");
}

/// Killed from outside, each time while one large and harmless document is being parsed.
#[tokio::test]
async fn a_bot_that_is_killed_again_and_again_over_one_document_gives_it_up() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let item = "<item><title>a &amp; b</title><link>/a</link><guid>1</guid></item>";
    let text = format!("<rss version=\"2.0\"><channel>{}</channel></rss>", item.repeat(30_000));
    let feed = server.page("/large.xml", Answer::ok(text));
    configure(folder.path(), &[feed.url()]);
    let note = folder.path().join("data/parsing").join(FeedId::of_url(&feed.url()).as_str());
    let mut deaths = 0;
    while deaths < 3 {
        let mut bot = start(folder.path(), "bot.toml", None);
        // The note of the last death is there until the new process has looked at it.
        let is_watching = || said(folder.path()).contains("Watching");
        assert!(until(&mut bot, || is_watching() && note.exists()).await.is_none(), "{}", said(folder.path()));
        assert!(!said(folder.path()).contains("no longer polled"), "after {deaths} deaths");
        bot.kill().await.unwrap();
        if note.exists() {
            deaths += 1;
        } else {
            // It was done before it was killed: that counts for nothing, and it starts anew.
            fs::remove_dir_all(folder.path().join("data")).unwrap();
            deaths = 0;
        }
    }
    let mut bot = start(folder.path(), "bot.toml", None);
    assert!(until(&mut bot, || said(folder.path()).contains("no longer polled")).await.is_none());
    assert!(said(folder.path()).contains("3 times in a row"), "{}", said(folder.path()));
}

#[tokio::test]
async fn two_documents_are_read_at_once_whatever_the_number_of_polls() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let item = "<item><title>a &amp; b</title><link>/a</link><guid>1</guid></item>";
    let text = format!("<rss version=\"2.0\"><channel>{}</channel></rss>", item.repeat(3000));
    let feeds: Vec<_> = (0..6).map(|n| server.page(&format!("/{n}.xml"), Answer::ok(text.clone()))).collect();
    configure(folder.path(), &feeds.iter().map(|feed| feed.url()).collect::<Vec<_>>());
    let mut bot = start(folder.path(), "bot.toml", None);
    let mut most = 0;
    let notes = || fs::read_dir(folder.path().join("data/parsing")).map_or(0, Iterator::count);
    let ended = until(&mut bot, || {
        most = most.max(notes());
        feeds.iter().all(|feed| feed.asked().len() > 1)
    });
    assert!(ended.await.is_none(), "{}", said(folder.path()));
    assert!((1..=2).contains(&most), "{most} at once");
}
