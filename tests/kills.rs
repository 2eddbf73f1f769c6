//! The process is killed again and again, at random moments: nothing is lost, and nothing comes again
//! but what was on its way to the terminal at that moment.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::cli::tidings;
use crate::crash::headlines;
use crate::world::server::{FeedServer, Served};

const KILLS: usize = 50;
const FEEDS: usize = 6;

#[tokio::test]
async fn fifty_kills_at_random_moments() {
    let server = FeedServer::start().await;
    let feeds: Vec<Served> = (0..FEEDS).map(|n| server.feed(&format!("feed{n}"))).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut config =
        "[watch]\ninterval = \"1s\"\nallow_private = [\"127.0.0.1\"]\n[store]\npath = \"data\"\n".to_owned();
    feeds.iter().for_each(|feed| config.push_str(&format!("[[feeds]]\nurl = \"{}\"\n", feed.url())));
    fs::write(folder.path().join("config.toml"), config).unwrap();
    let ledger = folder.path().join("ledger");

    // A first life for the baseline, until every feed has been asked.
    let mut first = start(folder.path(), &ledger);
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    while feeds.iter().any(|feed| feed.asked().len() < 2) {
        ticks.tick().await;
    }
    first.kill().await.unwrap();

    let mut expected = Vec::new();
    let mut random = fastrand::Rng::with_seed(7);
    for kill in 0..KILLS {
        let mut life = start(folder.path(), &ledger);
        let end = tokio::time::Instant::now() + Duration::from_millis(random.u64(10..500));
        while tokio::time::Instant::now() < end {
            let title = format!("Item {} of life {kill}", expected.len());
            feeds[random.usize(0..FEEDS)].publish(&title);
            expected.push(title);
            ticks.tick().await;
        }
        life.kill().await.unwrap();
    }
    finish(folder.path(), &ledger, &expected).await;
    let counts = headlines(&fs::read_to_string(&ledger).unwrap());
    let lost: Vec<&String> = expected.iter().filter(|title| !counts.contains_key(*title)).collect();
    let again: usize = counts.values().map(|times| times - 1).sum();
    println!("{KILLS} kills: {} items, {} lost, {again} came again", expected.len(), lost.len());
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert!(again <= KILLS, "at most one write is in flight at each kill, {again} came again");
    assert_eq!(counts.len(), expected.len(), "nothing was invented");
}

fn start(folder: &Path, ledger: &Path) -> tokio::process::Child {
    let out = OpenOptions::new().create(true).append(true).open(ledger).unwrap();
    command(folder).stdout(Stdio::from(out)).stderr(Stdio::from(log(folder))).spawn().unwrap()
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(["run", "--output", "json"]).current_dir(folder).kill_on_drop(true);
    command
}

fn log(folder: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap()
}

/// A card whose send five lives in a row did not survive is put away, lest it be what kills them. Here
/// it is innocent.
async fn revive_dead(folder: &Path) {
    let dead = tidings(folder, &["deliveries", "--dead", "--json"]).await;
    let dead: serde_json::Value = serde_json::from_slice(&dead.stdout).unwrap();
    for delivery in dead.as_array().unwrap() {
        let id = delivery["id"].as_str().unwrap();
        assert!(tidings(folder, &["deliveries", "--retry", id]).await.status.success());
    }
}

/// A last life, until everything has been said or nothing more comes.
async fn finish(folder: &Path, ledger: &Path, expected: &[String]) {
    revive_dead(folder).await;
    let said = fs::read_to_string(ledger).unwrap_or_default();
    let mut missing: std::collections::HashSet<&String> = expected.iter().collect();
    missing.retain(|title| !headlines(&said).contains_key(*title));
    let mut life = command(folder).stdout(Stdio::piped()).stderr(Stdio::from(log(folder))).spawn().unwrap();
    let mut lines = BufReader::new(life.stdout.take().unwrap()).lines();
    let mut more = String::new();
    let reading = async {
        while !missing.is_empty() {
            let Some(line) = lines.next_line().await.unwrap() else { break };
            let card: serde_json::Value = serde_json::from_str(&line).unwrap();
            missing.retain(|title| *title != card["headline"].as_str().unwrap());
            more.push_str(&format!("{line}\n"));
        }
    };
    // The condition is checked by the caller; this only bounds the wait.
    let _ = tokio::time::timeout(Duration::from_secs(60), reading).await;
    life.kill().await.unwrap();
    fs::write(ledger, said + &more).unwrap();
}
