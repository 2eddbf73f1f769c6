//! A bot with nothing to do does nothing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tidings::analyst::embedded::Embedded;
use tidings::app::{App, Ports, fetcher};
use tidings::config::{Config, Environment};
use tidings::metrics::Metrics;
use tidings::platform::terminal::{Output, Terminal};
use tidings::port::Clock;
use tokio_util::sync::CancellationToken;

use crate::store::open;
use crate::world::server::FeedServer;
use crate::world::{FixedClock, START, Screen};

/// Counts how often it is looked at: each step of each worker does.
struct Watched {
    clock: Arc<FixedClock>,
    looks: AtomicUsize,
}

impl Clock for Watched {
    fn now(&self) -> Timestamp {
        self.looks.fetch_add(1, Ordering::SeqCst);
        self.clock.now()
    }
}

#[tokio::test]
async fn an_idle_bot_wakes_up_once_a_minute_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    feed.publish("Old");
    let text = format!("[watch]\nallow_private = [\"127.0.0.1\"]\n[[feeds]]\nurl = \"{}\"\n", feed.url());
    let config = Config::parse(&text, Path::new("config.toml"), &Environment::default()).unwrap();
    let clock = Arc::new(Watched { clock: FixedClock::new(START), looks: AtomicUsize::new(0) });
    let ports = Ports {
        clock: clock.clone(),
        store: open(folder.path()).await,
        fetcher: Arc::new(fetcher(&config, clock.clone())),
        analyst: Arc::new(Embedded::new(&config.labels())),
        platforms: vec![Arc::new(Terminal::new(Output::Json, Screen::default(), CancellationToken::new()))],
        metrics: Metrics::default(),
    };
    let mut app = App::new(&config, ports).await.unwrap();
    app.run_until_idle().await.unwrap();
    assert_eq!(feed.asked().len(), 1, "the baseline is taken, and the next poll is far away");

    let stop = CancellationToken::new();
    let running = tokio::spawn(app.run(stop.clone()));
    tokio::time::pause();
    let before = clock.looks.load(Ordering::SeqCst);
    const MINUTES: usize = 60;
    for _ in 0..MINUTES * 60 {
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    tokio::time::resume();
    let looks = clock.looks.load(Ordering::SeqCst) - before;
    println!("{looks} looks at the clock in an hour");
    assert!(looks >= MINUTES, "it did run: {looks} looks at the clock");
    // Four workers, each of which looks a few times at each step.
    assert!(looks <= MINUTES * 4 * 4, "{looks} looks at the clock in an hour");
    stop.cancel();
    running.await.unwrap().unwrap();
}
