//! `tidings doctor`: one line for each thing that must work, ok or what to do.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use futures_util::StreamExt;
use futures_util::stream;

use super::{desk, out, source};
use crate::app::{self, SystemClock, open_store};
use crate::config::{Config, Environment};
use crate::control::{self, Answer, Question};
use crate::model::subscription::Address;
use crate::port::{Counts, FetchError, Fetcher, Store, StoreError};
use crate::progress::Progress;
use crate::store::sled::is_there;
use crate::web;

/// How long the store may take to open.
const STORE_PATIENCE: Duration = Duration::from_secs(10);
/// Feeds looked at side by side.
const CONCURRENCY: usize = 8;

/// Prints findings and counts the bad ones.
struct Report {
    problems: usize,
    /// Why nothing more can be printed.
    unheard: Option<std::io::Error>,
}

impl Report {
    fn ok(&mut self, what: &str, finding: &str) {
        self.say(&format!("ok       {what:<10} {finding}"));
    }

    fn problem(&mut self, what: &str, finding: &str) {
        self.say(&format!("PROBLEM  {what:<10} {finding}"));
        self.problems += 1;
    }

    fn say(&mut self, line: &str) {
        if let Err(error) = out::line(line) {
            self.unheard.get_or_insert(error);
        }
    }

    fn take(&mut self, what: &str, finding: Result<String, String>) {
        match finding {
            Ok(finding) => self.ok(what, &finding),
            Err(finding) => self.problem(what, &finding),
        }
    }
}

pub async fn execute(path: &Path) -> anyhow::Result<()> {
    let environment = Environment::of_process();
    let mut report = Report { problems: 0, unheard: None };
    match Config::load(path, &environment) {
        Err(error) => report.problem("config", &error.to_string()),
        Ok(config) => {
            report.ok(
                "config",
                &format!(
                    "{}: {} feed{}",
                    path.display(),
                    config.feeds.len(),
                    if config.feeds.len() == 1 { "" } else { "s" }
                ),
            );
            let running = running(&config).await;
            report.take("store", store(&config, running.as_ref()).await);
            report.take(
                "analyst",
                app::analyst(&config)
                    .map(|_| "embedded: no key and no network needed".to_owned())
                    .map_err(|error| error.to_string()),
            );
            report.take("web", web_port(&config, running.as_ref()).await);
            platforms(&mut report, &config, &environment).await;
            feeds(&mut report, &config).await;
        }
    }
    if let Some(error) = report.unheard {
        return Err(error.into());
    }
    match report.problems {
        0 => Ok(()),
        1 => Err(anyhow!("1 problem")),
        count => Err(anyhow!("{count} problems")),
    }
}

/// A bot that runs beside us, as it describes itself.
struct Running {
    counts: Counts,
    listen: Option<SocketAddr>,
}

async fn running(config: &Config) -> Option<Running> {
    match control::ask(&control::socket_of(&config.store.path), &Question::Health).await {
        Ok(Answer::Health { counts, listen }) => Some(Running { counts, listen }),
        Ok(_) | Err(_) => None,
    }
}

async fn store(config: &Config, running: Option<&Running>) -> Result<String, String> {
    let path = config.store.path.display();
    if let Some(running) = running {
        return Ok(format!("{path} is in use by a running tidings: {}", in_words(running.counts)));
    }
    if !is_there(&config.store.path) {
        return Ok(format!("{path} will be made at the first start"));
    }
    let opening = tokio::time::timeout(STORE_PATIENCE, counts(config));
    match opening.await.unwrap_or_else(|_| Err(anyhow!("{path} does not answer; run `tidings store check`"))) {
        Err(error) => match error.downcast_ref::<StoreError>() {
            Some(StoreError::Locked { .. }) => {
                Ok(format!("{path} is in use by a running tidings that does not answer"))
            }
            _ => Err(error.to_string()),
        },
        Ok(counts) => Ok(format!("{path}: {}", in_words(counts))),
    }
}

/// On threads of their own: what is damaged can keep sled busy for ever.
async fn counts(config: &Config) -> anyhow::Result<Counts> {
    let config = config.clone();
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        runtime.block_on(async move { Ok(open_store(&config, &SystemClock).await?.counts().await?) })
    })
    .await?
}

fn in_words(counts: Counts) -> String {
    let Counts { feeds, items, open_deliveries, dead_deliveries, .. } = counts;
    let count = |count: u64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    format!(
        "{}, {}, {} waiting, {dead_deliveries} dead",
        count(feeds, "feed", "feeds"),
        count(items, "item", "items"),
        count(open_deliveries, "delivery", "deliveries")
    )
}

async fn web_port(config: &Config, running: Option<&Running>) -> Result<String, String> {
    match config.web.listen {
        None => Ok("off ([web] listen is not set)".to_owned()),
        Some(address) if running.is_some_and(|running| running.listen == Some(address)) => {
            Ok(format!("{address} is served by the running tidings"))
        }
        Some(address) => web::listen(address).await.map(|_| format!("{address} is free")),
    }
}

/// The platforms that are on, and what each says of its token, its rights and its places.
async fn platforms(report: &mut Report, config: &Config, environment: &Environment) {
    let chat = match app::chat(config, environment, Arc::new(SystemClock)) {
        Ok(chat) => chat,
        Err(error) => return report.problem("platforms", &error.to_string()),
    };
    if let Err(error) = app::require_platform(config, &chat) {
        return report.problem("platforms", &error.to_string());
    }
    let terminal = config.terminal.enabled.then_some("terminal");
    let names: Vec<&str> = terminal.into_iter().chain(chat.platforms.iter().map(|one| one.kind().name())).collect();
    report.ok("platforms", &names.join(", "));
    let places = match desk::ask(config, Question::Places).await {
        Ok(Answer::Places(places)) => places,
        Ok(_) | Err(_) => Vec::new(),
    };
    for platform in &chat.platforms {
        let own: Vec<Address> = places.iter().filter(|place| place.platform == platform.kind()).cloned().collect();
        for check in platform.check(&own).await {
            let finding = if check.is_ok { Ok(check.text) } else { Err(check.text) };
            report.take(platform.kind().name(), finding);
        }
    }
}

async fn feeds(report: &mut Report, config: &Config) {
    let fetcher = app::fetcher(config, Arc::new(SystemClock));
    let progress = Progress::counted("feeds", config.feeds.len());
    let looked_at = stream::iter(&config.feeds)
        .map(|feed| look_at(&feed.url, &fetcher, config))
        .buffered(CONCURRENCY)
        .map(|finding| {
            progress.advance();
            finding
        })
        .collect::<Vec<_>>()
        .await;
    drop(progress);
    for finding in looked_at {
        report.take("feed", finding);
    }
}

async fn look_at(url: &str, fetcher: &impl Fetcher, config: &Config) -> Result<String, String> {
    let source = source::fetch(url, fetcher).await.map_err(|error| match error.downcast_ref() {
        Some(FetchError::UnknownHost { .. }) => format!("{url}: {error}; check the name and the network"),
        _ => format!("{url}: {error}"),
    })?;
    let feed = source::feed(&source, None, config).await.map_err(|error| error.to_string())?;
    let title = feed.title.unwrap_or_default();
    Ok(format!("{url}: \"{title}\", {} entries", feed.entries.len()))
}
