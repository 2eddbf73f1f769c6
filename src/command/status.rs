//! `status`, `topics`.

use jiff::Timestamp;

use super::{Answer, Call, Commands, words};
use crate::locale::Words;
use crate::model::doc::{Block, Doc, Plain};
use crate::model::feed::FeedRecord;
use crate::model::label::LabelDefinition;
use crate::pipeline::health;
use crate::pipeline::present::span;
use crate::port::Reply;

impl Commands {
    pub(super) async fn status(&self, call: &Call<'_>) -> Answer {
        let words = self.words_at(call.at()).await?;
        let mut rows = Vec::new();
        let mut troubles = Vec::new();
        for subscription in self.store.subscriptions_of(call.at()).await? {
            let Some(feed) = subscription.feed() else { continue };
            let Some(record) = self.store.feed(feed).await? else { continue };
            rows.push(row(&record, call.now, words));
            troubles.extend(trouble(&record));
        }
        let counts = self.store.counts().await?;
        let facts = vec![
            words::field("version", env!("CARGO_PKG_VERSION")),
            words::field("feeds", counts.feeds.to_string()),
            words::field("subscriptions", counts.subscriptions.to_string()),
            words::field(
                "waiting",
                format!("{} to be read, {} to be posted", counts.pending_items, counts.open_deliveries),
            ),
            words::field("held", counts.held.to_string()),
            words::field("dead", counts.dead_deliveries.to_string()),
        ];
        let mut blocks = Vec::new();
        if !rows.is_empty() {
            let columns = ["feed", "state", "last new", "next look"].map(Plain::from).to_vec();
            blocks.extend([Block::Heading("Feeds here".into()), Block::Table { columns, rows }]);
        }
        if !troubles.is_empty() {
            blocks.push(words::list(troubles));
        }
        blocks.extend([Block::Heading("The bot".into()), Block::Fields(facts)]);
        Ok(Reply::private(Doc::new(blocks)))
    }

    pub(super) fn topics(&self) -> Reply {
        let table = |labels: &[LabelDefinition]| {
            let row = |one: &LabelDefinition| vec![one.name.as_str().into(), one.description.as_str().into()];
            Block::Table {
                columns: vec!["name".into(), "what it means".into()],
                rows: labels.iter().map(row).collect(),
            }
        };
        Reply::private(Doc::new(vec![
            Block::Heading("Topics".into()),
            table(&self.labels.topics),
            Block::Heading("Audiences".into()),
            table(&self.labels.audiences),
            words::paragraph(
                "Use them so: subscribe security,cloud, filter topic:security, alerts on enterprise-security.",
            ),
        ]))
    }
}

fn row(record: &FeedRecord, now: Timestamp, words: Words) -> Vec<Plain> {
    let state = &record.state;
    let last_new = state.last_new.map_or_else(|| "-".to_owned(), |at| format!("{} ago", span(now.duration_since(at))));
    let next = match &state.health.parked {
        Some(_) => "never".to_owned(),
        None if state.next_poll <= now => "now".to_owned(),
        None => format!("in {}", span(state.next_poll.duration_since(now))),
    };
    let standing = match health::trouble(record, now) {
        Some(trouble) => health::said(&trouble, now, words),
        None => record.standing().to_owned(),
    };
    vec![record.title().into(), standing.into(), last_new.into(), next.into()]
}

fn trouble(record: &FeedRecord) -> Option<String> {
    let health = &record.state.health;
    let why = health.parked.as_ref().or(health.last_error.as_ref())?;
    Some(format!("{}: {why}", record.title()))
}
