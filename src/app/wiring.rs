//! Which worker stands on which port.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore};

use super::Ports;
use crate::command::Commands;
use crate::config::Config;
use crate::model::subscription::PlatformKind;
use crate::pipeline::calendar;
use crate::pipeline::timing::Bounds;
use crate::worker::book::Book;
use crate::worker::deliver::{Deliver, Outbox};
use crate::worker::enrich::Enrich;
use crate::worker::health::HealthWorker;
use crate::worker::poll::{Poll, Poller};
use crate::worker::recap::{RecapPorts, RecapWorker};
use crate::worker::stories::Stories;
use crate::worker::summary::SummaryWorker;
use crate::worker::sweep::Sweep;
use crate::worker::{Hint, Worker};

/// Looks at addresses that people name, at once.
const LOOKS: usize = 8;

/// The turns of documents that are read, shared by polls and looks.
pub fn parsers() -> Arc<Semaphore> {
    Poller::parsers()
}

/// Answers to people's words, for the bot and for `tidings chat`.
pub fn commands(config: &Config, ports: &Ports, wakes: Vec<Hint>, parsers: Arc<Semaphore>) -> Commands {
    let (daily, weekly) = config.digest.schedules();
    Commands {
        store: ports.store.clone(),
        fetcher: ports.fetcher.clone(),
        analyst: ports.analyst.clone(),
        clock: ports.clock.clone(),
        labels: config.labels(),
        daily,
        weekly,
        platforms: ports.platforms.iter().map(|platform| platform.kind()).collect(),
        parsers,
        looks: Semaphore::new(LOOKS),
        calls: ports.platforms.iter().map(|platform| (platform.kind(), platform.can_call())).collect(),
        wakes,
    }
}

/// The workers, each with the hint that wakes it.
pub fn workers(
    config: &Config,
    ports: Ports,
    hints: [Hint; 7],
    parsers: Arc<Semaphore>,
) -> Vec<(Box<dyn Worker>, Hint)> {
    let Ports { clock, store, fetcher, analyst, platforms, metrics } = ports;
    let [poll, enrich, recap, deliver, sweep, summary, health] = hints;
    let bounds = Bounds { interval: config.watch.interval, min_interval: config.watch.min_interval() };
    let (daily, weekly) = config.digest.schedules();
    let zone = calendar::zone(&weekly.zone);
    let book = Arc::new(Book::new(store.clone()));
    let kinds: Vec<PlatformKind> = platforms.iter().map(|platform| platform.kind()).collect();
    let poller = Poller {
        store: store.clone(),
        fetcher,
        clock: clock.clone(),
        bounds,
        metrics: metrics.clone(),
        intake: enrich.clone(),
        parsers,
    };
    let enricher = Enrich {
        store: store.clone(),
        analyst,
        clock: clock.clone(),
        metrics: metrics.clone(),
        book: book.clone(),
        stories: Mutex::new(Stories::new(store.clone())),
        platforms: kinds.clone(),
        zone: zone.clone(),
        outbox: deliver.clone(),
    };
    let summaries = SummaryWorker {
        store: store.clone(),
        clock: clock.clone(),
        platforms: kinds.clone(),
        zone: zone.clone(),
        outbox: deliver.clone(),
    };
    let healths = HealthWorker {
        store: store.clone(),
        clock: clock.clone(),
        book: book.clone(),
        platforms: kinds.clone(),
        zone: zone.clone(),
        outbox: deliver.clone(),
        looked: HashMap::new(),
    };
    let recaps =
        RecapPorts { store: store.clone(), clock: clock.clone(), book, platforms: kinds, outbox: deliver.clone() };
    let outbox =
        Outbox { store: store.clone(), platforms, clock: clock.clone(), labels: config.labels(), zone, metrics };
    vec![
        (Box::new(Poll::new(poller, poll.clone(), config.watch.concurrency)), poll),
        (Box::new(enricher), enrich),
        (Box::new(RecapWorker::new(recaps, daily, weekly)), recap),
        (Box::new(summaries), summary),
        (Box::new(healths), health),
        (Box::new(Deliver::new(outbox, deliver.clone())), deliver),
        (Box::new(Sweep::new(store, clock)), sweep),
    ]
}
