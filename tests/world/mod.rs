//! A small world around the real bot: a feed server that can misbehave, a clock that stands still,
//! a screen that remembers. Stories read like the README.

pub mod discord;
pub mod faults;
mod gate;
mod http;
pub mod server;
pub mod slack;
pub mod telegram;
pub mod watched;

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tidings::analyst::embedded::Embedded;
use tidings::app::{App, Chat, Ports, chat, fetcher};
use tidings::config::{Config, Environment};
use tidings::metrics::Metrics;
use tidings::model::subscription::Address;
use tidings::platform::terminal::{Output, Terminal};
use tidings::port::{Analyst, Check, Clock, Desk, Invocation, Person, Platform, Reply, Said, Store};
use tidings::store::sled::SledStore;
use tidings::web;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use discord::Discord;
use server::{FeedServer, Served};
use slack::Slack;
use telegram::Telegram;

/// A clock that moves when it is told to.
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    pub fn new(now: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(now.parse().unwrap())))
    }

    pub fn pass(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// What was printed, on paper that can run out, by a printer that can jam.
#[derive(Clone, Default)]
pub struct Screen {
    paper: Arc<Mutex<Paper>>,
    goes_on: Arc<Condvar>,
    jammed: Arc<Notify>,
}

#[derive(Default)]
struct Paper {
    bytes: Vec<u8>,
    is_jammed: bool,
    /// Writes that wait now, and the most that ever did.
    waiting: usize,
    waiting_most: usize,
    /// Bytes that are still taken; `None`: as many as come.
    room: Option<usize>,
}

impl Screen {
    /// Everything since the last look.
    pub fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut self.paper.lock().unwrap().bytes)).unwrap()
    }

    /// The headlines of the cards since the last look, in JSON output.
    pub fn headlines(&self) -> Vec<String> {
        let text = self.take();
        let cards = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        cards.map(|card| card["headline"].as_str().unwrap().to_owned()).collect()
    }

    /// Nobody reads from now on: the next write waits.
    pub fn jam(&self) {
        self.paper.lock().unwrap().is_jammed = true;
    }

    /// Waits until a write waits.
    pub async fn until_jammed(&self) {
        self.jammed.notified().await;
    }

    /// Somebody reads again. Returns how many writes waited at the same time, at most.
    pub fn go_on(&self) -> usize {
        let mut paper = self.paper.lock().unwrap();
        paper.is_jammed = false;
        self.goes_on.notify_all();
        paper.waiting_most
    }

    /// Takes so many bytes more, then no more: the disk under the output is full.
    pub fn room_for(&self, bytes: usize) {
        self.paper.lock().unwrap().room = Some(bytes);
    }

    pub fn room_for_all(&self) {
        self.paper.lock().unwrap().room = None;
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut paper = self.paper.lock().unwrap();
        if paper.is_jammed {
            paper.waiting += 1;
            paper.waiting_most = paper.waiting_most.max(paper.waiting);
            self.jammed.notify_one();
            paper = self.goes_on.wait_while(paper, |paper| paper.is_jammed).unwrap();
            paper.waiting -= 1;
        }
        let count = paper.room.map_or(bytes.len(), |room| room.min(bytes.len()));
        if count == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        paper.room = paper.room.map(|room| room - count);
        paper.bytes.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bot with everything around it.
pub struct World {
    pub server: FeedServer,
    pub clock: Arc<FixedClock>,
    pub screen: Screen,
    store: Option<Arc<dyn Store>>,
    output: Output,
    /// Instead of the embedded one.
    analyst: Option<Arc<dyn Analyst>>,
    /// Answers people instead of the app's own.
    answerer: Option<Arc<dyn Desk>>,
    config: String,
    folder: TempDir,
    app: Option<App>,
    /// Discord, if the bot is on it.
    pub discord: Option<Discord>,
    /// Slack, if the bot is on it.
    pub slack: Option<Slack>,
    /// Telegram, if the bot is on it.
    pub telegram: Option<Telegram>,
    /// What ends the listening of this life of the bot.
    life: CancellationToken,
    platforms: Vec<Arc<dyn Platform>>,
    /// Where the bot's HTTP server listens, if it has one.
    pub web: Option<std::net::SocketAddr>,
    listening: JoinSet<()>,
}

const NO_TERMINAL: &str = "[terminal]\nenabled = false";
const WEB: &str = "[web]\nlisten = \"127.0.0.1:0\"";

/// When every story begins.
pub const START: &str = "2026-11-23T09:00:00Z";

impl World {
    /// A world without feeds.
    pub async fn new() -> Self {
        Self::with(Output::Json, "").await
    }

    /// `more`: further lines of `config.toml`.
    pub async fn with(output: Output, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = FixedClock::new(START);
        let store: Arc<dyn Store> = Arc::new(SledStore::open(&folder.path().join("data"), clock.now()).await.unwrap());
        let config = format!("[watch]\nallow_private = [\"127.0.0.1/32\"]\ntimeout = \"2s\"\n{more}\n");
        Self {
            server: FeedServer::start().await,
            clock,
            screen: Screen::default(),
            store: Some(store),
            output,
            analyst: None,
            answerer: None,
            config,
            folder,
            app: None,
            discord: None,
            slack: None,
            telegram: None,
            life: CancellationToken::new(),
            platforms: Vec::new(),
            web: None,
            listening: JoinSet::new(),
        }
    }

    /// A world whose cards are made by another analyst.
    pub async fn with_analyst(analyst: Arc<dyn Analyst>) -> Self {
        Self { analyst: Some(analyst), ..Self::new().await }
    }

    /// A world with a Discord in it, which the bot is on, without the terminal.
    pub async fn on_discord(more: &str) -> Self {
        let mut world = Self::with(Output::Json, NO_TERMINAL).await;
        world.add_discord(more).await;
        world.build().await;
        world
    }

    /// The same by signed HTTP requests, with the bot's own HTTP server.
    pub async fn on_discord_by_http() -> Self {
        let mut world = Self::with(Output::Json, &format!("{NO_TERMINAL}\n{WEB}")).await;
        world.add_discord("transport = \"http\"").await;
        world.build().await;
        world
    }

    /// A world with a Slack in it, which the bot is on by sockets, without the terminal.
    pub async fn on_slack(more: &str) -> Self {
        let mut world = Self::with(Output::Json, NO_TERMINAL).await;
        world.add_slack(more).await;
        world.build().await;
        world
    }

    /// The same by signed HTTP requests, with the bot's own HTTP server.
    pub async fn on_slack_by_http() -> Self {
        let mut world = Self::with(Output::Json, &format!("{NO_TERMINAL}\n{WEB}")).await;
        world.add_slack("transport = \"http\"").await;
        world.build().await;
        world
    }

    /// A world with a Telegram in it, which the bot is on, without the terminal.
    pub async fn on_telegram(more: &str) -> Self {
        let mut world = Self::beside_telegram(more).await;
        world.build().await;
        world
    }

    /// A world with a Telegram in it, whose bot has not been started yet.
    pub async fn beside_telegram(more: &str) -> Self {
        let mut world = Self::with(Output::Json, NO_TERMINAL).await;
        world.add_telegram(more).await;
        world
    }

    /// A world with all three in it, and one bot on all of them.
    pub async fn everywhere() -> Self {
        let mut world = Self::with(Output::Json, NO_TERMINAL).await;
        world.add_discord("").await;
        world.add_slack("").await;
        world.add_telegram("").await;
        world.build().await;
        world
    }

    /// The time of this world, in seconds since 1970.
    fn seconds(&self) -> impl Fn() -> f64 + Send + Sync + 'static {
        let clock = self.clock.clone();
        move || clock.now().as_millisecond() as f64 / 1000.0
    }

    async fn add_discord(&mut self, more: &str) {
        let discord = Discord::with_clock(self.seconds()).await;
        self.config.push_str(&format!("[discord]\napi_url = \"{}\"\n{more}\n", discord.url()));
        self.discord = Some(discord);
    }

    async fn add_slack(&mut self, more: &str) {
        let slack = Slack::with_clock(self.seconds()).await;
        self.config.push_str(&format!("[slack]\napi_url = \"{}\"\n{more}\n", slack.url()));
        self.slack = Some(slack);
    }

    async fn add_telegram(&mut self, more: &str) {
        let telegram = Telegram::with_clock(self.seconds()).await;
        // Stories stand still in time, so people say more at one moment than they would.
        let pace = if more.contains("words_per_minute") { "" } else { "words_per_minute = 1000\n" };
        self.config.push_str(&format!("[telegram]\napi_url = \"{}\"\n{pace}{more}\n", telegram.url()));
        self.telegram = Some(telegram);
    }

    /// Starts the bot anew, with somebody else answering people.
    pub async fn answered_by(&mut self, desk: Arc<dyn Desk>) {
        self.answerer = Some(desk);
        self.build().await;
    }

    /// The platform that the bot is on, if it is one.
    pub fn platform(&self) -> Arc<dyn Platform> {
        self.platforms.first().expect("a bot that was started").clone()
    }

    /// What `tidings doctor` would say of the chat platforms.
    pub async fn platform_check(&self, addresses: &[Address]) -> Vec<Check> {
        let mut checks = Vec::new();
        for platform in &self.platforms {
            checks.extend(platform.check(addresses).await);
        }
        checks
    }

    /// A line at the terminal's address.
    pub async fn says(&mut self, line: &str) -> Reply {
        let at = Address::terminal();
        let from = Person { id: "operator".to_owned(), direct: at.clone() };
        self.hears(Invocation { from, at, may_manage: true, said: Said::Line(line.into()) }).await
    }

    pub async fn hears(&mut self, invocation: Invocation) -> Reply {
        if self.app.is_none() {
            self.build().await;
        }
        self.app.as_ref().unwrap().desk().answer(invocation).await
    }

    pub fn desk(&self) -> Arc<dyn Desk> {
        self.app.as_ref().unwrap().desk()
    }

    /// A feed that the bot watches from its next start on.
    pub async fn feed(&mut self, name: &str) -> Served {
        let feed = self.server.feed(name);
        self.watch(&feed.url()).await;
        feed
    }

    /// Adds a URL to the configuration and starts the bot anew.
    pub async fn watch(&mut self, url: &str) {
        self.config.push_str(&format!("\n[[feeds]]\nurl = \"{url}\"\n"));
        self.build().await;
    }

    async fn build(&mut self) {
        self.stop_listening().await;
        self.life = CancellationToken::new();
        let mut secrets = Vec::new();
        if let Some(discord) = &self.discord {
            secrets.push(("DISCORD_TOKEN", discord::TOKEN.to_owned()));
            secrets.push(("DISCORD_PUBLIC_KEY", discord.public_key_hex()));
        }
        if self.slack.is_some() {
            secrets.push(("SLACK_BOT_TOKEN", slack::BOT_TOKEN.to_owned()));
            secrets.push(("SLACK_APP_TOKEN", slack::APP_TOKEN.to_owned()));
            secrets.push(("SLACK_SIGNING_SECRET", slack::SIGNING_SECRET.to_owned()));
        }
        if self.telegram.is_some() {
            secrets.push(("TELEGRAM_TOKEN", telegram::TOKEN.to_owned()));
        }
        let secrets: Vec<(&str, &str)> = secrets.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let environment = Environment::new(&secrets);
        let config = Config::parse(&self.config, Path::new("config.toml"), &environment).unwrap();
        let Chat { mut platforms, webhooks } = chat(&config, &environment, self.clock.clone()).unwrap();
        if config.terminal.enabled {
            let terminal = Terminal::new(self.output, self.screen.clone(), CancellationToken::new());
            platforms.push(Arc::new(terminal));
        }
        let ports = Ports {
            clock: self.clock.clone(),
            store: self.store(),
            fetcher: Arc::new(fetcher(&config, self.clock.clone())),
            analyst: self.analyst.clone().unwrap_or_else(|| Arc::new(Embedded::new(&config.labels()))),
            platforms: platforms.clone(),
            metrics: Metrics::default(),
        };
        let app = App::new(&config, ports).await.unwrap();
        self.platforms.clone_from(&platforms);
        let is_called = |path: &str| webhooks.iter().any(|webhook| webhook.path().starts_with(path));
        let is_by_sockets = self.slack.is_some() && !is_called("/slack");
        let is_telegram_calling = is_called("/telegram");
        let is_by_gateway = self.discord.is_some() && !is_called("/discord");
        if let Some(address) = config.web.listen {
            let listener = web::listen(address).await.unwrap();
            self.web = Some(listener.local_addr().unwrap());
            let site = web::Site {
                store: self.store(),
                clock: self.clock.clone(),
                metrics: Metrics::default(),
                webhooks,
                desk: app.desk(),
            };
            let life = self.life.clone();
            self.listening.spawn(async move { web::serve(listener, site, life).await.unwrap() });
        }
        if let (Some(slack), Some(web), false) = (&self.slack, self.web, is_by_sockets) {
            slack.post_to(&format!("http://{web}"));
        }
        let sockets = self.slack.as_ref().map(|slack| slack.socket_stats().connections).unwrap_or_default();
        let sessions = self.discord.as_ref().map(|discord| discord.gateway_stats().ready).unwrap_or_default();
        for platform in platforms {
            let desk = self.answerer.clone().unwrap_or_else(|| app.desk());
            let life = self.life.clone();
            self.listening.spawn(async move { platform.listen(desk, life).await });
        }
        if let Some(discord) = self.discord.as_ref().filter(|_| is_by_gateway) {
            discord.gateway_when("the bot to be connected", |stats| stats.ready > sessions).await;
        }
        if let Some(slack) = self.slack.as_ref().filter(|_| is_by_sockets) {
            slack.sockets_when("the bot to be connected", |stats| stats.connections > sockets).await;
        }
        if let Some(telegram) = self.telegram.as_ref().filter(|_| !is_telegram_calling) {
            telegram.connected().await;
        }
        self.app = Some(app);
    }

    async fn stop_listening(&mut self) {
        self.life.cancel();
        while self.listening.join_next().await.is_some() {}
    }

    pub fn store(&self) -> Arc<dyn Store> {
        self.store.clone().unwrap()
    }

    /// Steps every worker until nothing is left to do at this time.
    pub async fn run_until_idle(&mut self) {
        self.app.as_mut().unwrap().run_until_idle().await.unwrap();
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// One worker alone, until what it began is done.
    pub async fn step_once(&mut self, worker: &str) {
        self.app.as_mut().unwrap().run_worker_until_idle(worker).await.unwrap();
    }

    /// Takes every feed out of the configuration and starts the bot anew.
    pub async fn unwatch_all(&mut self) {
        let feeds = self.config.find("[[feeds]]").unwrap_or(self.config.len());
        self.config.truncate(feeds);
        self.build().await;
    }

    /// Lets time pass, then runs until idle.
    pub async fn pass(&mut self, by: SignedDuration) {
        self.clock.pass(by);
        self.run_until_idle().await;
    }

    /// Closes the store and opens it again, as a new process would.
    pub async fn restart(&mut self) {
        let path = self.folder.path().join("data");
        self.stop_listening().await;
        self.app = None;
        self.store = None;
        self.store = Some(Arc::new(SledStore::open(&path, self.clock.now()).await.unwrap()));
        self.build().await;
    }

    /// What the store knows of the feed.
    pub async fn record(&self, feed: &Served) -> tidings::model::feed::FeedRecord {
        let all = self.store().feeds().await.unwrap();
        all.into_iter().find(|record| record.feed.url == feed.url()).unwrap()
    }
}

pub fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

pub fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

/// Where the shared corpus is, if this machine has it. Says so when it has not.
pub fn corpus(part: &str) -> Option<std::path::PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(part);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not on this machine", path.display());
    None
}
