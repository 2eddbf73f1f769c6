//! One process on all three platforms is killed at every commit: nothing is lost on any, nothing is said
//! twice where the platform can be asked, and where it cannot, at most the post that was under way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tidings::analyst::embedded::Embedded;
use tidings::app::{App, Ports, chat, fetcher};
use tidings::config::{Config, Environment};
use tidings::metrics::Metrics;
use tidings::model::subscription::{Address, PlatformKind};
use tidings::port::{Clock, Invocation, Person, Said};
use tidings::store::sled::SledStore;
use tokio::process::Command;

use crate::crash::{Tripwire, copy};
use crate::world::discord::{self, Discord};
use crate::world::slack::{self, Slack};
use crate::world::telegram::{self, Telegram};
use crate::world::{FixedClock, server::FeedServer};

/// Where the child finds its [`Life`].
const LIFE: &str = "TIDINGS_TEST_TOGETHER_LIFE";

/// What a child is told.
#[derive(Clone, Serialize, Deserialize)]
struct Life {
    folder: PathBuf,
    feed: String,
    config: String,
    places: Vec<Address>,
    now: String,
    tripwire: String,
}

/// The child process of the test below; without its variable it has nothing to do.
#[tokio::test]
async fn child() {
    let Ok(life) = std::env::var(LIFE) else { return };
    let life: Life = serde_json::from_str(&life).unwrap();
    let clock = FixedClock::new(&life.now);
    let inner = SledStore::open(&life.folder.join("data"), clock.now()).await.unwrap();
    let environment = Environment::new(&[
        ("DISCORD_TOKEN", discord::TOKEN),
        ("SLACK_BOT_TOKEN", slack::BOT_TOKEN),
        ("SLACK_APP_TOKEN", slack::APP_TOKEN),
        ("TELEGRAM_TOKEN", telegram::TOKEN),
    ]);
    let config = Config::parse(&life.config, Path::new("config.toml"), &environment).unwrap();
    let ports = Ports {
        fetcher: Arc::new(fetcher(&config, clock.clone())),
        platforms: chat(&config, &environment, clock.clone()).unwrap().platforms,
        clock: clock.clone(),
        store: Tripwire::on(inner, &life.tripwire),
        analyst: Arc::new(Embedded::new(&config.labels())),
        metrics: Metrics::default(),
    };
    let mut app = App::new(&config, ports).await.unwrap();
    for at in life.places {
        let from = Person { id: "1".to_owned(), direct: at.clone() };
        let said = Said::Line(format!("subscribe {}", life.feed).into());
        // Said in every life: asking again changes nothing.
        app.desk().answer(Invocation { from, at, may_manage: true, said }).await;
    }
    // A channel of Slack takes a message a second.
    for _ in 0..5 {
        app.run_until_idle().await.unwrap();
        clock.pass(SignedDuration::from_secs(1));
    }
}

/// Runs one life; the commit it died at, if it did.
async fn live(life: &Life) -> Option<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash_together::child", "--nocapture"])
        .env(LIFE, serde_json::to_string(life).unwrap())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let death = said.lines().find_map(|line| line.strip_prefix("dies at ")).map(str::to_owned);
    assert!(death.is_some() || output.status.success(), "the child failed: {said}");
    death
}

const TITLES: [&str; 3] = ["First", "Second", "Third"];

/// How often each title was told, in the order of [`TITLES`].
fn times(texts: &[String]) -> [usize; 3] {
    TITLES.map(|title| texts.iter().filter(|text| text.contains(title)).count())
}

#[tokio::test]
async fn a_death_at_any_commit_loses_nothing_on_three_platforms_at_once() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    // They live on the day of the story, and its time goes on.
    let began = std::time::Instant::now();
    let time = move || 1_795_428_000.0 + began.elapsed().as_secs_f64();
    let on_discord = Discord::with_clock(time).await;
    on_discord.limit_rates(1000, 5.0, 1000);
    let guild = on_discord.guild("Town");
    let channel = on_discord.channel(guild, "news", discord::TEXT);
    let on_slack = Slack::with_clock(time).await;
    on_slack.limit_rates(1000, 1000.0);
    on_slack.limit_method("*", 10_000);
    let room = on_slack.channel("news", on_slack.member("alice"));
    let on_telegram = Telegram::with_clock(time).await;
    on_telegram.limit_rates(1000, 1000, 1000);
    let group = on_telegram.supergroup("Town");
    let place = |platform, workspace: String, channel: String| Address { platform, workspace, channel, thread: None };
    let start = tempfile::tempdir().unwrap();
    let first = Life {
        folder: start.path().to_owned(),
        feed: feed.url(),
        config: format!(
            "[watch]\nallow_private = [\"127.0.0.1\"]\n[terminal]\nenabled = false\n[discord]\napi_url = \"{}\"\n\
             [slack]\napi_url = \"{}\"\n[telegram]\napi_url = \"{}\"\n",
            on_discord.url(),
            on_slack.url(),
            on_telegram.url()
        ),
        places: vec![
            place(PlatformKind::Discord, guild.to_string(), channel.to_string()),
            place(PlatformKind::Slack, slack::TEAM.to_string(), room.to_string()),
            place(PlatformKind::Telegram, String::new(), group.to_string()),
        ],
        now: "2026-11-23T09:00:00Z".to_owned(),
        tripwire: "after:1000".to_owned(),
    };
    assert_eq!(live(&first).await, None);
    TITLES.iter().for_each(|title| feed.publish(title));
    let mut deaths = Vec::new();
    for when in ["before", "after"] {
        for count in 1.. {
            // Each life begins with empty channels: ids of items are the same in each.
            on_discord.wipe(channel);
            on_slack.wipe(room);
            on_telegram.wipe(group);
            let folder = tempfile::tempdir().unwrap();
            copy(start.path(), folder.path());
            let (now, tripwire) = ("2026-11-23T10:00:00Z".to_owned(), format!("{when}:{count}"));
            let life = Life { folder: folder.path().to_owned(), now, tripwire: tripwire.clone(), ..first.clone() };
            let Some(commit) = live(&life).await else { break };
            let (now, tripwire) = ("2026-11-23T10:30:00Z".to_owned(), "after:1000".to_owned());
            assert_eq!(live(&Life { now, tripwire, ..life.clone() }).await, None);
            let told: Vec<String> = on_discord.messages(channel).iter().map(|one| one.body.to_string()).collect();
            assert_eq!(times(&told), [1; 3], "Discord, {} ({commit})", life.tripwire);
            let told: Vec<String> = on_slack.messages(room).into_iter().map(|one| one.words).collect();
            assert_eq!(times(&told), [1; 3], "Slack, {} ({commit})", life.tripwire);
            let told: Vec<String> = on_telegram.messages(group).into_iter().map(|one| one.text).collect();
            let times = times(&told);
            assert!(times.iter().all(|times| *times >= 1), "Telegram, {} ({commit}): {times:?}", life.tripwire);
            assert!(times.iter().sum::<usize>() <= 4, "Telegram, {} ({commit}): {times:?}", life.tripwire);
            deaths.push(commit);
        }
    }
    for commit in ["enrol", "intake", "notice", "lease", "settle"] {
        assert!(deaths.iter().any(|death| death == commit), "no death at {commit}: {deaths:?}");
    }
}
