//! The process is killed at every commit while it posts to Telegram: nothing is lost, and nothing is
//! said twice but what was in flight, since Telegram cannot be asked.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
use crate::world::telegram::{ChatId, TOKEN, Telegram};

/// Where the child works: folder, feed, Telegram, chat, time, tripwire.
const LIFE: &str = "TIDINGS_TEST_TELEGRAM_LIFE";

/// The child process of the test below; without its variable it has nothing to do.
#[tokio::test]
async fn child() {
    let Ok(life) = std::env::var(LIFE) else { return };
    let parts: Vec<&str> = life.split(' ').collect();
    let [folder, feed, telegram, place, now, tripwire] = parts.as_slice() else { panic!("{life}") };
    let clock = FixedClock::new(now);
    let inner = SledStore::open(&PathBuf::from(folder).join("data"), clock.now()).await.unwrap();
    let text = format!(
        "[watch]\nallow_private = [\"127.0.0.1\"]\n[terminal]\nenabled = false\n[telegram]\napi_url = \"{telegram}\"\n"
    );
    let environment = Environment::new(&[("TELEGRAM_TOKEN", TOKEN)]);
    let config = Config::parse(&text, Path::new("config.toml"), &environment).unwrap();
    let ports = Ports {
        fetcher: Arc::new(fetcher(&config, clock.clone())),
        platforms: chat(&config, &environment, clock.clone()).unwrap().platforms,
        clock,
        store: Tripwire::on(inner, tripwire),
        analyst: Arc::new(Embedded::new(&config.labels())),
        metrics: Metrics::default(),
    };
    let at = Address {
        platform: PlatformKind::Telegram,
        workspace: String::new(),
        channel: (*place).to_owned(),
        thread: None,
    };
    let mut app = App::new(&config, ports).await.unwrap();
    let line = format!("subscribe {feed}");
    let from = Person { id: "1".to_owned(), direct: at.clone() };
    // Said in every life: asking again changes nothing.
    app.desk().answer(Invocation { from, at, may_manage: true, said: Said::Line(line.into()) }).await;
    app.run_until_idle().await.unwrap();
}

struct Scene<'a> {
    feed: &'a Served,
    telegram: &'a Telegram,
    chat: ChatId,
}

impl Scene<'_> {
    /// Runs one life; the commit it died at, if it did.
    async fn live(&self, folder: &Path, now: &str, tripwire: &str) -> Option<String> {
        let life = [
            folder.display().to_string(),
            self.feed.url(),
            self.telegram.url(),
            self.chat.to_string(),
            now.to_owned(),
            tripwire.to_owned(),
        ];
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash_telegram::child", "--nocapture"])
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
async fn a_death_at_any_commit_loses_nothing_on_telegram() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    let telegram = Telegram::start().await;
    telegram.limit_rates(1000, 1000, 1000);
    let chat = telegram.supergroup("Town");
    let start = tempfile::tempdir().unwrap();
    let scene = Scene { feed: &feed, telegram: &telegram, chat };
    assert_eq!(scene.live(start.path(), "2026-11-23T09:00:00Z", "after:1000").await, None);
    for title in ["First", "Second", "Third"] {
        feed.publish(title);
    }
    let mut deaths = Vec::new();
    for when in ["before", "after"] {
        for count in 1.. {
            // Each life begins with an empty chat: ids of items are the same in each.
            telegram.wipe(chat);
            let folder = tempfile::tempdir().unwrap();
            copy(start.path(), folder.path());
            let tripwire = format!("{when}:{count}");
            let Some(commit) = scene.live(folder.path(), "2026-11-23T10:00:00Z", &tripwire).await else { break };
            assert_eq!(scene.live(folder.path(), "2026-11-23T10:30:00Z", "after:1000").await, None);
            let mut times: HashMap<String, usize> = HashMap::new();
            for message in telegram.messages(chat) {
                *times.entry(message.formatted("text_link")[0].to_owned()).or_default() += 1;
            }
            for title in ["First", "Second", "Third"] {
                assert!(times.contains_key(title), "{tripwire} ({commit}): {times:?}");
            }
            let twice = times.values().sum::<usize>() - 3;
            // Posts are made one after the other: one at most was under way, and only if its end was not
            // written down any more.
            let may_be_twice = usize::from(when == "before" && commit == "settle");
            assert!(times.len() == 3 && twice <= may_be_twice, "{tripwire} ({commit}): {times:?}");
            deaths.push(format!("{when} {commit}"));
        }
    }
    for commit in ["enrol", "intake", "notice", "lease", "settle"] {
        assert!(deaths.iter().any(|death| death.ends_with(commit)), "no death at {commit}: {deaths:?}");
    }
}
