//! The process is killed at every commit while it posts to Slack: nothing is lost, and nothing is said
//! twice, since Slack's history can be asked.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use tidings::analyst::embedded::Embedded;
use tidings::app::{App, Ports, chat, fetcher};
use tidings::config::{Config, Environment};
use tidings::metrics::Metrics;
use tidings::model::subscription::{Address, PlatformKind};
use tidings::port::{Clock, Invocation, Person, Said};
use tidings::store::sled::SledStore;
use tokio::process::Command;

use crate::crash::{Tripwire, copy};
use crate::world::FixedClock;
use crate::world::server::{FeedServer, Served};
use crate::world::slack::{APP_TOKEN, BOT_TOKEN, Id, Slack, TEAM};

/// Where the child works: folder, feed, Slack, channel, time, tripwire.
const LIFE: &str = "TIDINGS_TEST_SLACK_LIFE";

/// The child process of the test below; without its variable it has nothing to do.
#[tokio::test]
async fn child() {
    let Ok(life) = std::env::var(LIFE) else { return };
    let parts: Vec<&str> = life.split(' ').collect();
    let [folder, feed, slack, channel, now, tripwire] = parts.as_slice() else { panic!("{life}") };
    let clock = FixedClock::new(now);
    let inner = SledStore::open(&PathBuf::from(folder).join("data"), clock.now()).await.unwrap();
    let text = format!(
        "[watch]\nallow_private = [\"127.0.0.1\"]\n[terminal]\nenabled = false\n[slack]\napi_url = \"{slack}\"\n"
    );
    let environment = Environment::new(&[("SLACK_BOT_TOKEN", BOT_TOKEN), ("SLACK_APP_TOKEN", APP_TOKEN)]);
    let config = Config::parse(&text, Path::new("config.toml"), &environment).unwrap();
    let ports = Ports {
        fetcher: Arc::new(fetcher(&config, clock.clone())),
        platforms: chat(&config, &environment, clock.clone()).unwrap().platforms,
        clock: clock.clone(),
        store: Tripwire::on(inner, tripwire),
        analyst: Arc::new(Embedded::new(&config.labels())),
        metrics: Metrics::default(),
    };
    let at = Address {
        platform: PlatformKind::Slack,
        workspace: TEAM.to_string(),
        channel: (*channel).to_owned(),
        thread: None,
    };
    let mut app = App::new(&config, ports).await.unwrap();
    let line = format!("subscribe {feed}");
    let from = Person { id: "U1".to_owned(), direct: at.clone() };
    // Said in every life: asking again changes nothing.
    app.desk().answer(Invocation { from, at, may_manage: true, said: Said::Line(line.into()) }).await;
    // A channel takes a message a second.
    for _ in 0..5 {
        app.run_until_idle().await.unwrap();
        clock.pass(SignedDuration::from_secs(1));
    }
}

struct Scene<'a> {
    feed: &'a Served,
    slack: &'a Slack,
    channel: Id,
}

impl Scene<'_> {
    /// Runs one life; the commit it died at, if it did.
    async fn live(&self, folder: &Path, now: &str, tripwire: &str) -> Option<String> {
        let life = [
            folder.display().to_string(),
            self.feed.url(),
            self.slack.url(),
            self.channel.to_string(),
            now.to_owned(),
            tripwire.to_owned(),
        ];
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash_slack::child", "--nocapture"])
            .env(LIFE, life.join(" "))
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let death = said.lines().find_map(|line| line.strip_prefix("dies at ")).map(str::to_owned);
        assert!(death.is_some() || output.status.success(), "the child failed: {said}");
        death
    }
}

#[tokio::test]
async fn a_death_at_any_commit_loses_and_repeats_nothing_on_slack() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    // Slack lives on the day of the story, and its time goes on.
    let began = std::time::Instant::now();
    let slack = Slack::with_clock(move || 1_795_428_000.0 + began.elapsed().as_secs_f64()).await;
    slack.limit_rates(1000, 1000.0);
    slack.limit_method("*", 10_000);
    let channel = slack.channel("news", slack.member("alice"));
    let start = tempfile::tempdir().unwrap();
    let scene = Scene { feed: &feed, slack: &slack, channel };
    assert_eq!(scene.live(start.path(), "2026-11-23T09:00:00Z", "after:1000").await, None);
    for title in ["First", "Second", "Third"] {
        feed.publish(title);
    }
    let mut deaths = Vec::new();
    for when in ["before", "after"] {
        for count in 1.. {
            // Each life begins with an empty channel: ids of items are the same in each.
            slack.wipe(channel);
            let folder = tempfile::tempdir().unwrap();
            copy(start.path(), folder.path());
            let tripwire = format!("{when}:{count}");
            let Some(commit) = scene.live(folder.path(), "2026-11-23T10:00:00Z", &tripwire).await else { break };
            assert_eq!(scene.live(folder.path(), "2026-11-23T10:30:00Z", "after:1000").await, None);
            let mut times: HashMap<&str, usize> = HashMap::new();
            let messages = slack.messages(channel);
            for message in &messages {
                for title in ["First", "Second", "Third"].into_iter().filter(|title| message.words.contains(title)) {
                    *times.entry(title).or_default() += 1;
                }
            }
            for title in ["First", "Second", "Third"] {
                assert_eq!(times.get(title), Some(&1), "{tripwire} ({commit}): {times:?}");
            }
            assert_eq!(messages.len(), 3, "{tripwire} ({commit})");
            deaths.push(format!("{when} {commit}"));
        }
    }
    for commit in ["enrol", "intake", "notice", "lease", "settle"] {
        assert!(deaths.iter().any(|death| death.ends_with(commit)), "no death at {commit}: {deaths:?}");
    }
}
