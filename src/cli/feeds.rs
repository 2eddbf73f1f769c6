//! `tidings feeds`: the feeds and how they are doing.

use jiff::Timestamp;
use serde_json::json;

use super::table::{columns, short};
use super::{desk, out};
use crate::app::SystemClock;
use crate::config::Config;
use crate::control::{Answer, Listed, Question};
use crate::locale::Words;
use crate::port::Clock;

#[derive(clap::Args)]
pub struct Args {
    /// One JSON array
    #[arg(long)]
    json: bool,
}

pub async fn execute(args: &Args, config: &Config) -> anyhow::Result<()> {
    let Answer::Feeds(mut feeds) = desk::ask(config, Question::Feeds).await? else {
        return Err(desk::misunderstood());
    };
    feeds.sort_by_key(|feed| (!feed.is_heard, feed.record.title().to_lowercase()));
    if args.json {
        let all: Vec<_> = feeds.iter().map(as_json).collect();
        out::line(serde_json::to_string(&all)?)?;
        return Ok(());
    }
    if feeds.is_empty() {
        out::line("No feeds yet. Name them in [[feeds]] and start `tidings run`.")?;
        return Ok(());
    }
    let now = SystemClock.now();
    let rows: Vec<Vec<String>> = feeds.iter().map(|feed| row(feed, now)).collect();
    out::text(columns(&["STATE", "FEED", "NEXT", "LAST NEW", "URL"], &rows))?;
    let heard = feeds.iter().filter(|feed| feed.is_heard).map(|feed| &feed.record);
    for record in heard.filter(|record| record.state.health.last_error.is_some()) {
        let error = record.state.health.last_error.as_deref().unwrap_or_default();
        out::line(format_args!("\n{}: {error}", record.title()))?;
    }
    Ok(())
}

fn state(feed: &Listed) -> &'static str {
    if feed.is_heard { feed.record.standing() } else { "unheard" }
}

/// When it is polled next, if it ever is.
fn next_poll(feed: &Listed) -> Option<Timestamp> {
    let state = &feed.record.state;
    (feed.is_heard && state.health.parked.is_none()).then_some(state.next_poll)
}

fn row(feed: &Listed, now: Timestamp) -> Vec<String> {
    let (record, state) = (&feed.record, &feed.record.state);
    let next = match next_poll(feed) {
        None => "never".to_owned(),
        Some(at) if at <= now => "now".to_owned(),
        Some(at) => format!("in {}", Words::default().span(at.duration_since(now))),
    };
    let last_new = state
        .last_new
        .map_or_else(|| "-".to_owned(), |at| format!("{} ago", Words::default().span(now.duration_since(at))));
    vec![self::state(feed).to_owned(), short(record.title(), 40), next, last_new, state.url.clone()]
}

fn as_json(feed: &Listed) -> serde_json::Value {
    let (record, state) = (&feed.record, &feed.record.state);
    json!({
        "id": record.feed.id,
        "title": record.title(),
        "url": state.url,
        "added_as": record.feed.url,
        "state": self::state(feed),
        "next_poll": next_poll(feed),
        "last_poll": state.last_poll,
        "last_success": state.last_success,
        "last_new": state.last_new,
        "failures": state.health.failures,
        "last_error": state.health.last_error,
        "parked": state.health.parked,
    })
}
