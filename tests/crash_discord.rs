//! The process is killed at every commit while it posts to Discord: nothing is lost, and nothing is
//! said twice, since Discord can be asked.

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

use crate::contract::markdown::render;
use crate::crash::{Tripwire, copy};
use crate::world::FixedClock;
use crate::world::discord::{ANNOUNCEMENTS, Discord, Message, TOKEN};
use crate::world::server::{FeedServer, Served};

/// Where the child works: folder, feed, Discord, server and channel, time, tripwire.
const LIFE: &str = "TIDINGS_TEST_DISCORD_LIFE";

/// The first life, when everything is set up.
const BIRTH: &str = "2026-11-23T09:00:00Z";

/// The child process of the tests below; without its variable it has nothing to do.
#[tokio::test]
async fn child() {
    let Ok(life) = std::env::var(LIFE) else { return };
    let parts: Vec<&str> = life.split(' ').collect();
    let [folder, feed, discord, guild, channel, now, tripwire] = parts.as_slice() else { panic!("{life}") };
    let clock = FixedClock::new(now);
    let inner = SledStore::open(&PathBuf::from(folder).join("data"), clock.now()).await.unwrap();
    let text = format!(
        "[watch]\nallow_private = [\"127.0.0.1\"]\n[terminal]\nenabled = false\n[discord]\napi_url = \"{discord}\"\n"
    );
    let environment = Environment::new(&[("DISCORD_TOKEN", TOKEN)]);
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
        platform: PlatformKind::Discord,
        workspace: (*guild).to_owned(),
        channel: (*channel).to_owned(),
        thread: None,
    };
    let mut app = App::new(&config, ports).await.unwrap();
    let line = format!("subscribe {feed}");
    let from = Person { id: "1".to_owned(), direct: at.clone() };
    let say = async |line: &str| {
        let said = Said::Line(line.into());
        app.desk().answer(Invocation { from: from.clone(), at: at.clone(), may_manage: true, said }).await;
    };
    // Said in every life: asking again changes nothing.
    say(&line).await;
    if *now == BIRTH {
        say("settings crosspost on").await;
        // All tell the same here, and each is to be said.
        say("settings fold off").await;
        say("digest schedule daily 10:15 UTC").await;
    }
    app.run_until_idle().await.unwrap();
}

struct Scene<'a> {
    feed: &'a Served,
    discord: &'a Discord,
    guild: u64,
    channel: u64,
}

impl Scene<'_> {
    /// Runs one life; the commit it died at, if it did.
    async fn live(&self, folder: &Path, now: &str, tripwire: &str) -> Option<String> {
        let life = [
            folder.display().to_string(),
            self.feed.url(),
            self.discord.url(),
            self.guild.to_string(),
            self.channel.to_string(),
            now.to_owned(),
            tripwire.to_owned(),
        ];
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash_discord::child", "--nocapture"])
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

/// How often each title was posted; each post went to the channel's followers.
fn times(messages: &[Message], context: &str) -> HashMap<String, usize> {
    let mut times: HashMap<String, usize> = HashMap::new();
    for message in messages {
        assert!(message.is_crossposted, "{context}: {message:?}");
        let title = render(message.body["embeds"][0]["title"].as_str().unwrap()).text;
        *times.entry(title).or_default() += 1;
    }
    times
}

#[tokio::test]
async fn a_death_at_any_commit_loses_and_repeats_nothing_on_discord() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    let discord = Discord::start().await;
    discord.limit_rates(1000, 5.0, 1000);
    let guild = discord.guild("Town");
    let first = discord.channel(guild, "first", ANNOUNCEMENTS);
    let start = tempfile::tempdir().unwrap();
    let scene = Scene { feed: &feed, discord: &discord, guild, channel: first };
    assert_eq!(scene.live(start.path(), BIRTH, "after:1000").await, None);
    for title in ["First", "Second", "Third"] {
        feed.publish(title);
    }
    let mut deaths = Vec::new();
    for when in ["before", "after"] {
        for count in 1.. {
            let folder = tempfile::tempdir().unwrap();
            copy(start.path(), folder.path());
            let tripwire = format!("{when}:{count}");
            let Some(commit) = scene.live(folder.path(), "2026-11-23T10:00:00Z", &tripwire).await else { break };
            assert_eq!(scene.live(folder.path(), "2026-11-23T10:10:00Z", "after:1000").await, None);
            let times = times(&discord.messages(first), &format!("{tripwire} ({commit})"));
            for title in ["First", "Second", "Third"] {
                assert_eq!(times.get(title), Some(&1), "{tripwire} ({commit}): {times:?}");
            }
            assert_eq!(times.len(), 3, "{tripwire} ({commit}): {times:?}");
            // The next life begins with an empty channel: ids of items are the same in each.
            discord.wipe(first);
            deaths.push(format!("{when} {commit}"));
        }
    }
    for commit in ["enrol", "intake", "notice", "lease", "settle"] {
        assert!(deaths.iter().any(|death| death.ends_with(commit)), "no death at {commit}: {deaths:?}");
    }
}

#[tokio::test]
async fn a_death_at_any_commit_of_a_recap_loses_and_repeats_nothing_on_discord() {
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    let discord = Discord::start().await;
    discord.limit_rates(1000, 5.0, 1000);
    let guild = discord.guild("Town");
    let channel = discord.channel(guild, "first", ANNOUNCEMENTS);
    let start = tempfile::tempdir().unwrap();
    let scene = Scene { feed: &feed, discord: &discord, guild, channel };
    assert_eq!(scene.live(start.path(), BIRTH, "after:1000").await, None);
    // Two topics, each so long that it takes a message of its own.
    let long = "with a headline that goes on and on until everything has been said that there is to say about it";
    for number in 1..=5 {
        feed.publish_item(&format!("Match {number} {long}"), "The home team won on Saturday in front of many people.");
        feed.publish_item(&format!("Flaw {number} {long}"), "A critical vulnerability lets attackers run code.");
    }
    assert_eq!(scene.live(start.path(), "2026-11-23T10:00:00Z", "after:1000").await, None);
    discord.wipe(channel);
    let mut deaths = Vec::new();
    for when in ["before", "after"] {
        for count in 1.. {
            let folder = tempfile::tempdir().unwrap();
            copy(start.path(), folder.path());
            let tripwire = format!("{when}:{count}");
            let Some(commit) = scene.live(folder.path(), "2026-11-23T10:20:00Z", &tripwire).await else { break };
            assert_eq!(scene.live(folder.path(), "2026-11-23T10:30:00Z", "after:1000").await, None);
            let times = times(&discord.messages(channel), &format!("{tripwire} ({commit})"));
            assert_eq!(times.into_iter().collect::<Vec<_>>(), [("The day to 23 November, 10:15".to_owned(), 2)]);
            let parts = discord.messages(channel);
            let part = |number: usize| {
                parts[number].body["embeds"][0]["author"]["name"].as_str().unwrap_or_default().to_owned()
            };
            assert!(part(0).starts_with("1 of 2") && part(1).starts_with("2 of 2"), "{tripwire} ({commit}): {parts:?}");
            discord.wipe(channel);
            deaths.push(format!("{when} {commit}"));
        }
    }
    for commit in ["recap", "lease", "settle"] {
        assert!(deaths.iter().any(|death| death.ends_with(commit)), "no death at {commit}: {deaths:?}");
    }
}
