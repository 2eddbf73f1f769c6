//! The only wiring: builds each port from the configuration, starts the workers, and stops them
//! in order.

mod clerk;
mod platforms;
mod suspect;
mod wiring;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use futures_util::future::select_all;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::analyst::embedded::Embedded;
use crate::command::Commands;
use crate::config::{AnalystMode, Config, Environment};
use crate::control;
use crate::fetch::{Guard, Limits, SafeFetcher};
use crate::metrics::Metrics;
use crate::model::subscription::Address;
use crate::platform::terminal::{Output, Terminal};
use crate::port::{Analyst, Clock, Desk, Fetcher, Platform, Store, Webhook};
use crate::store::Engine;
use crate::store::sled::SledStore;
use crate::web;
use crate::worker::{self, Hint, Worker};

pub use clerk::AppClerk;
pub use platforms::{Chat, chat, require_platform};
pub use suspect::{READ_TO_ITS_END, examine_suspects};
use wiring::workers;
pub use wiring::{commands, parsers};

/// How long a stop may take (design: at most 10 s).
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// 128 + SIGINT, as shells report it.
const STOPPED_AT_ONCE: i32 = 130;

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // here, and nowhere else
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Everything the workers stand on.
#[derive(Clone)]
pub struct Ports {
    pub clock: Arc<dyn Clock>,
    pub store: Arc<dyn Store>,
    pub fetcher: Arc<dyn Fetcher>,
    pub analyst: Arc<dyn Analyst>,
    pub platforms: Vec<Arc<dyn Platform>>,
    pub metrics: Metrics,
}

/// A bot that is ready to run.
pub struct App {
    workers: Vec<(Box<dyn Worker>, Hint)>,
    platforms: Vec<Arc<dyn Platform>>,
    desk: Arc<Commands>,
    clock: Arc<dyn Clock>,
}

impl App {
    /// Makes the configured feeds known and builds the workers.
    ///
    /// # Errors
    /// When the store does not take the feeds.
    pub async fn new(config: &Config, ports: Ports) -> anyhow::Result<Self> {
        let now = ports.clock.now();
        ports.store.sync_feeds(&config.feeds(), &Address::terminal(), now).await?;
        let hints: [Hint; 7] = std::array::from_fn(|_| Arc::new(Notify::new()));
        let parsers = parsers();
        let desk = Arc::new(commands(config, &ports, hints.to_vec(), parsers.clone()));
        let (platforms, clock) = (ports.platforms.clone(), ports.clock.clone());
        Ok(Self { workers: workers(config, ports, hints, parsers), platforms, desk, clock })
    }

    /// Answers people's words.
    pub fn desk(&self) -> Arc<dyn Desk> {
        self.desk.clone()
    }

    /// Runs until `stop`, then finishes what is in flight.
    ///
    /// # Errors
    /// When the store is beyond use, or when something was still in flight after ten seconds.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        let (mut running, mut listening) = (JoinSet::new(), JoinSet::new());
        for platform in &self.platforms {
            let (platform, desk, stop) = (platform.clone(), self.desk.clone(), stop.clone());
            listening.spawn(async move { platform.listen(desk, stop).await });
        }
        for (worker, hint) in self.workers {
            running.spawn(worker::run(worker, hint, self.clock.clone(), stop.clone()));
        }
        let first_end = tokio::select! {
            () = stop.cancelled() => None,
            ended = running.join_next() => ended,
        };
        stop.cancel();
        let finish = async { while running.join_next().await.is_some() {} };
        // Words that were begun are answered: their platforms do not say them again.
        let hear_out = async { while listening.join_next().await.is_some() {} };
        let (finished, heard_out) =
            tokio::join!(tokio::time::timeout(STOP_TIMEOUT, finish), tokio::time::timeout(STOP_TIMEOUT, hear_out));
        let is_late = finished.is_err();
        if heard_out.is_err() {
            tracing::warn!("Some words were not answered within {} s", STOP_TIMEOUT.as_secs());
        }
        if let Some(ended) = first_end {
            ended.context("a worker crashed")?.context("stopped; start again once that is mended, nothing is lost")?;
        }
        if is_late {
            return Err(anyhow!(
                "deliveries were still under way after {} s; they are looked into at the next start",
                STOP_TIMEOUT.as_secs()
            ));
        }
        Ok(())
    }

    /// Steps every worker until none has anything left to do at the present time.
    ///
    /// # Errors
    /// When the store refuses to work.
    pub async fn run_until_idle(&mut self) -> anyhow::Result<()> {
        self.step_until_idle(|_| true).await
    }

    /// Steps one worker until it has nothing left to do at the present time.
    ///
    /// # Errors
    /// When the store refuses to work.
    pub async fn run_worker_until_idle(&mut self, name: &str) -> anyhow::Result<()> {
        self.step_until_idle(|worker| worker.name() == name).await
    }

    async fn step_until_idle(&mut self, is_chosen: impl Fn(&dyn Worker) -> bool) -> anyhow::Result<()> {
        loop {
            let mut is_busy = false;
            for (worker, _) in self.workers.iter_mut().filter(|(worker, _)| is_chosen(worker.as_ref())) {
                is_busy |= worker.step().await?.is_busy;
            }
            if !is_busy {
                return Ok(());
            }
            let hints = self.workers.iter().map(|(_, hint)| Box::pin(hint.notified()));
            // Not every end of a task gives a hint.
            let _ = tokio::time::timeout(Duration::from_millis(10), select_all(hints)).await;
        }
    }
}

/// The store of the configuration.
///
/// # Errors
/// In words, with the way out.
pub async fn open_store(config: &Config, clock: &dyn Clock) -> anyhow::Result<SledStore> {
    match config.store.engine {
        Engine::Sled => Ok(SledStore::open(&config.store.path, clock.now()).await?),
        Engine::Postgres => Err(anyhow!("[store] engine = \"postgres\" is not in this version; use \"sled\"")),
    }
}

/// The way out to addresses that others name.
pub fn fetcher(config: &Config, clock: Arc<dyn Clock>) -> SafeFetcher {
    let limits = Limits { timeout: config.watch.timeout(), max_bytes: config.watch.max_bytes };
    SafeFetcher::new(Guard::new(config.watch.allow_private.clone()), limits, clock)
}

/// The analyst of the configuration.
///
/// # Errors
/// When the mode is not in this version.
pub fn analyst(config: &Config) -> anyhow::Result<Embedded> {
    match config.analyst.mode {
        AnalystMode::Auto | AnalystMode::Embedded => Ok(Embedded::new(&config.labels())),
        AnalystMode::Llm => {
            Err(anyhow!("[analyst] mode = \"llm\" is not in this version; use \"auto\" or \"embedded\""))
        }
    }
}

/// Runs the bot until a signal or until nobody reads its output.
///
/// # Errors
/// What could not be opened, in words.
pub async fn run(config: &Config, output: Output, environment: &Environment) -> anyhow::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let stop = CancellationToken::new();
    let reader_gone = CancellationToken::new();
    let chat = chat(config, environment, clock.clone())?;
    require_platform(config, &chat)?;
    let Chat { mut platforms, webhooks } = chat;
    if config.terminal.enabled {
        platforms.push(Arc::new(Terminal::of_stdout(output, reader_gone.clone())));
    }
    let analyst = analyst(config)?;
    let store = Arc::new(open_store(config, clock.as_ref()).await?);
    examine_suspects(&store, &std::env::current_exe().context("cannot find this program's own file")?, clock.as_ref())
        .await?;
    for trusted in &config.watch.allow_private {
        tracing::info!("Private addresses of {trusted} may be fetched");
    }
    let metrics = Metrics::default();
    let fetcher = Arc::new(fetcher(config, clock.clone()));
    let ports = Ports { clock, store, fetcher, analyst: Arc::new(analyst), platforms, metrics };
    let app = App::new(config, ports.clone()).await?;
    let serving = serve(config, &ports, webhooks, app.desk(), &stop).await?;
    let (commands, listen) = (app.desk.clone(), config.web.listen);
    let clerk = AppClerk { store: ports.store, clock: ports.clock, commands, listen };
    tokio::spawn(answer_questions(control::socket_of(&config.store.path), Arc::new(clerk)));
    tokio::spawn(stop_on_signal(stop.clone()));
    let closing = stop.clone();
    let is_reader_gone = reader_gone.clone();
    tokio::spawn(async move {
        is_reader_gone.cancelled().await;
        closing.cancel();
    });
    tracing::info!(
        feeds = config.feeds.len(),
        "Watching {}; what they have now is the baseline, new items follow",
        match config.feeds.len() {
            1 => "1 feed".to_owned(),
            count => format!("{count} feeds"),
        }
    );
    app.run(stop).await?;
    if let Some(serving) = serving {
        // Connections that idle do not hold up the stop.
        serving.abort();
    }
    if reader_gone.is_cancelled() {
        return Err(anyhow!("nobody reads standard output any more; undelivered cards wait for the next start"));
    }
    Ok(())
}

/// The HTTP server, if there is to be one.
async fn serve(
    config: &Config,
    ports: &Ports,
    webhooks: Vec<Arc<dyn Webhook>>,
    desk: Arc<dyn Desk>,
    stop: &CancellationToken,
) -> anyhow::Result<Option<tokio::task::JoinHandle<std::io::Result<()>>>> {
    let Some(address) = config.web.listen else { return Ok(None) };
    let listener = web::listen(address).await.map_err(|error| anyhow!(error))?;
    let (store, clock, metrics) = (ports.store.clone(), ports.clock.clone(), ports.metrics.clone());
    let site = web::Site { store, clock, metrics, webhooks, desk };
    Ok(Some(tokio::spawn(web::serve(listener, site, stop.clone()))))
}

/// Other commands ask the running bot, which alone has the store open. Without that it runs as well.
async fn answer_questions(socket: PathBuf, clerk: Arc<AppClerk>) {
    if let Err(error) = control::serve(socket.clone(), clerk).await {
        tracing::warn!("Other commands cannot ask this bot at {}: {error}", socket.display());
    }
}

/// The first signal asks to stop, the second stops at once.
#[cfg(unix)]
async fn stop_on_signal(stop: CancellationToken) {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::warn!("Signals cannot be received here: the bot stops at once when it is told to");
        return;
    };
    either(&mut terminate, &mut interrupt).await;
    tracing::info!("Stopping: finishing what is in flight (again to stop at once)");
    stop.cancel();
    either(&mut terminate, &mut interrupt).await;
    std::process::exit(STOPPED_AT_ONCE);
}

#[cfg(not(unix))]
async fn stop_on_signal(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.cancel();
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(STOPPED_AT_ONCE);
    }
}
