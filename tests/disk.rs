//! What only a real disk shows: that it is full, and that what is acknowledged is synced.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::cli::{Bot, config, until_asked};
use crate::world::server::FeedServer;

/// A bot whose store is on a small disk of its own, which goes away with it. `None`, said aloud,
/// where such a disk cannot be made.
async fn bot_on_a_small_disk(folder: &Path) -> Option<Bot> {
    fs::create_dir(folder.join("disk")).unwrap();
    for namespace in ["-m", "-rm"] {
        let mount = "mount -t tmpfs -o size=40m tmpfs disk";
        let Ok(tried) = Command::new("unshare").args([namespace, "sh", "-c", mount]).current_dir(folder).output().await
        else {
            break;
        };
        if tried.status.success() {
            let line = format!("{mount} && exec {} run --output json", env!("CARGO_BIN_EXE_tidings"));
            let mut bot = Command::new("unshare");
            bot.args([namespace, "sh", "-c", &line]).current_dir(folder).kill_on_drop(true).env_remove("RUST_LOG");
            return Some(Bot::of(bot));
        }
    }
    eprintln!("SKIPPED: no small disk can be mounted here");
    None
}

/// The folder as the bot sees it.
fn seen_by(bot: &Child, folder: &Path) -> PathBuf {
    PathBuf::from(format!("/proc/{}/root{}", bot.id().unwrap(), folder.display()))
}

#[tokio::test]
async fn a_full_disk_pauses_the_intake_and_passes() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    config(folder.path(), &[feed.url()], "[store]\npath = \"disk/data\"");
    let Some(mut bot) = bot_on_a_small_disk(folder.path()).await else { return };
    until_asked(&feed, 2).await;
    let fill = seen_by(&bot.child, folder.path()).join("disk/fill");
    fs::write(&fill, vec![0; 30 * 1024 * 1024]).unwrap();
    feed.publish("While the disk was full");
    let asked = feed.asked().len();
    until_asked(&feed, asked + 1).await;
    let early = tokio::time::timeout(Duration::from_millis(100), bot.headline()).await;
    assert!(early.is_err(), "nothing is taken in: {early:?}");
    fs::remove_file(&fill).unwrap();
    assert_eq!(bot.headline().await, "While the disk was full");
    bot.signal("-TERM");
    let (code, said) = bot.end().await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("free some space, nothing is lost meanwhile"), "{said}");
}

#[tokio::test]
async fn what_is_acknowledged_is_synced_by_the_system() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let tried = Command::new("strace").args(["-D", "-o", "/dev/null", "true"]).output().await;
    if !tried.is_ok_and(|tried| tried.status.success()) {
        eprintln!("SKIPPED: there is no `strace` here, or it may not trace");
        return;
    }
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    config(folder.path(), &[feed.url()], "");
    // As a grandchild, so that the bot is our own child and gets our signals.
    let mut traced = Command::new("strace");
    traced.args(["-D", "-f", "-y", "-e", "trace=fsync,write", "-o"]).arg(&trace);
    traced.args([env!("CARGO_BIN_EXE_tidings"), "run", "--output", "json"]);
    traced.current_dir(folder.path()).kill_on_drop(true).env_remove("RUST_LOG");
    let mut bot = Bot::of(traced);
    until_asked(&feed, 2).await;
    let syncs = |text: &str| text.lines().filter(|line| line.contains("fsync(") && line.contains("/data/db")).count();
    let before = syncs(&fs::read_to_string(&trace).unwrap());
    feed.publish("Synced");
    assert_eq!(bot.headline().await, "Synced");
    bot.signal("-TERM");
    assert_eq!(bot.end().await.0, Some(0));
    let text = fs::read_to_string(&trace).unwrap();
    let (until_card, _) = text.split_once("\"{\\\"id\\\"").unwrap();
    assert!(
        syncs(until_card) >= before + 3,
        "the intake, the notice and the lease, before the card is written: {text}"
    );
}
