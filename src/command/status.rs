//! `status`, `topics`.

use jiff::Timestamp;

use super::{Answer, Call, Commands, words};
use crate::locale::Words;
use crate::model::doc::{Block, Doc, Plain};
use crate::model::feed::FeedRecord;
use crate::model::label::LabelDefinition;
use crate::pipeline::health;
use crate::port::Reply;

impl Commands {
    pub(super) async fn status(&self, call: &Call<'_>) -> Answer {
        let mut rows = Vec::new();
        let mut troubles = Vec::new();
        for subscription in self.store.subscriptions_of(call.at()).await? {
            let Some(feed) = subscription.feed() else { continue };
            let Some(record) = self.store.feed(feed).await? else { continue };
            rows.push(row(&record, call.now, call.words));
            troubles.extend(trouble(&record, call.words));
        }
        let counts = self.store.counts().await?;
        let words = call.words;
        let waiting = [("items", counts.pending_items.into()), ("posts", counts.open_deliveries.into())];
        let facts = vec![
            words::field(words.say("words-version"), env!("CARGO_PKG_VERSION")),
            words::field(words.say("words-feeds"), counts.feeds.to_string()),
            words::field(words.say("words-subscriptions"), counts.subscriptions.to_string()),
            words::field(words.say("words-waiting"), words.with("words-waits", &waiting)),
            words::field(words.say("quiet-held-label"), counts.held.to_string()),
            words::field(words.say("words-dead"), counts.dead_deliveries.to_string()),
        ];
        let mut blocks = Vec::new();
        if !rows.is_empty() {
            let columns =
                ["words-column-feed", "words-column-state", "words-column-last-new", "words-column-next-look"];
            let columns = columns.map(|id| Plain::from(words.say(id))).to_vec();
            let heading = Block::Heading(words.say("words-feeds-here").into());
            blocks.extend([heading, Block::Table { columns, rows }]);
        }
        if !troubles.is_empty() {
            blocks.push(words::list(troubles));
        }
        blocks.extend([Block::Heading(words.say("words-the-bot").into()), Block::Fields(facts)]);
        Ok(Reply::private(Doc::new(blocks)))
    }

    pub(super) fn topics(&self, words: Words) -> Reply {
        let table = |labels: &[LabelDefinition], meaning: fn(Words, &str, &str) -> String| {
            let row = |one: &LabelDefinition| {
                vec![one.name.as_str().into(), meaning(words, &one.name, &one.description).into()]
            };
            let columns = ["words-column-name", "words-column-meaning"].map(|id| words.say(id).into()).to_vec();
            Block::Table { columns, rows: labels.iter().map(row).collect() }
        };
        Reply::private(Doc::new(vec![
            Block::Heading(words.say("words-topics").into()),
            table(&self.labels.topics, Words::topic_meaning),
            Block::Heading(words.say("words-audiences").into()),
            table(&self.labels.audiences, Words::audience_meaning),
            words::paragraph(words.say("words-topics-how")),
        ]))
    }
}

fn row(record: &FeedRecord, now: Timestamp, words: Words) -> Vec<Plain> {
    let state = &record.state;
    let span = |id: &str, duration| words.with(id, &[("span", words.span(duration).into())]);
    let last_new = state.last_new.map(|at| span("time-ago", now.duration_since(at)));
    let next = match &state.health.parked {
        Some(_) => words.say("time-never"),
        None if state.next_poll <= now => words.say("time-now"),
        None => span("time-in", state.next_poll.duration_since(now)),
    };
    let standing = match health::trouble(record, now) {
        Some(trouble) => health::said(&trouble, now, words),
        None => words.with("words-standing", &[("state", record.standing().into())]),
    };
    vec![record.title().into(), standing.into(), last_new.unwrap_or_else(|| "-".to_owned()).into(), next.into()]
}

fn trouble(record: &FeedRecord, words: Words) -> Option<String> {
    let health = &record.state.health;
    let why = health.parked.as_ref().or(health.last_error.as_ref())?;
    Some(words.labelled(record.title(), why))
}
