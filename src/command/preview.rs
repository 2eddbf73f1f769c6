//! What would have happened: items of a feed, or of the archive, through the same decisions as news.

use jiff::{SignedDuration, Timestamp};

use super::look::{Looked, look};
use super::places::address;
use super::{Answer, Call, CommandError, Commands, UsageError, refuse, words};
use crate::locale::Words;
use crate::model::card::Card;
use crate::model::decision::Decision;
use crate::model::doc::{Block, Doc, Link, Plain};
use crate::model::feed::{Feed, FeedRecord, FeedState};
use crate::model::item::Item;
use crate::model::phrase::Phrase;
use crate::model::settings::Settings;
use crate::model::subscription::{Origin, Subscription, Wants};
use crate::pipeline::route::{Candidate, Circumstances, Newness, Reader, decide};
use crate::pipeline::{present, sift};

/// Items that a preview looks at, and those that it shows.
const ITEMS_MAX: usize = 50;
const SHOWN_MAX: usize = 8;
/// How far back a preview of topics looks.
const ARCHIVE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Items with their cards and what would become of them.
pub struct Samples {
    pub items: Vec<(Item, Card)>,
    pub decisions: Vec<Decision>,
}

impl Samples {
    /// `12 of the last 50 items would have been posted; the latest: "..."`.
    pub fn summary(&self, words: Words) -> String {
        let counts = |id: &'static str| {
            Phrase::of(id).count("heard", words::heard(&self.decisions)).count("items", self.items.len())
        };
        words.phrase(&match (self.items.len(), self.latest()) {
            (0, _) => Phrase::of("words-tried-nothing"),
            (_, None) => counts("words-tried"),
            (_, Some(title)) => counts("words-tried-latest").and("title", title),
        })
    }

    fn latest(&self) -> Option<&str> {
        let heard = self.items.iter().zip(&self.decisions).find(|(_, decision)| decision.outcome.is_heard());
        heard.map(|((item, _), _)| item.title.as_str())
    }

    /// The items with their outcomes by stage.
    pub fn lines(&self, words: Words) -> Block {
        let entries = self.items.iter().zip(&self.decisions).take(SHOWN_MAX);
        let link = |((item, _), decision): (&(Item, Card), &Decision)| Link {
            label: item.title.as_str().into(),
            url: item.url.clone(),
            note: Some(Plain::from(reasons(decision, words))),
        };
        Block::Links(entries.map(link).collect())
    }
}

/// The outcome, and what the filter found.
fn reasons(decision: &Decision, words: Words) -> String {
    use crate::model::decision::{Stage, StepResult};
    let asked = |stage: Stage| matches!(stage, Stage::Topic | Stage::Audience | Stage::Query);
    let found = decision.steps.iter().rev().find(|step| asked(step.stage) && step.result == StepResult::Passed);
    match found.filter(|_| decision.outcome.is_heard()) {
        Some(step) => words::outcome_at(decision, step, words),
        None => words::verdict(decision, words),
    }
}

impl Commands {
    pub(super) async fn look(&self, url: &str, now: Timestamp) -> Result<Looked, CommandError> {
        // Looking is work that anybody can ask for: a few at a time.
        let _turn = self.looks.acquire().await;
        let looked = look(&self.fetcher, &self.parsers, url, now).await;
        Ok(looked.map_err(|error| UsageError(Phrase::of("words-no-feed").and("error", error.to_string())))?)
    }

    /// The items of a feed that was looked at, newest first as the feed has them, with their cards.
    pub(super) async fn cards_of(&self, looked: &Looked, record: &FeedRecord, now: Timestamp) -> Vec<(Item, Card)> {
        let mut cards = Vec::new();
        for entry in looked.parsed.entries.iter().take(ITEMS_MAX) {
            let item = sift::item_of(record, &looked.parsed, entry, now);
            let card = match self.analyst.analyse(&item).await {
                Ok(card) => card,
                Err(error) => {
                    tracing::warn!(item.id = %item.id, "No analysis for a preview: {error}");
                    present::bare_card(&item)
                }
            };
            cards.push((item, card));
        }
        cards
    }

    /// What would become of items that are new, with the settings of the address.
    pub(super) fn try_on(
        &self,
        items: Vec<(Item, Card)>,
        reader: &Reader,
        settings: &Settings,
        now: Timestamp,
    ) -> Samples {
        let zone = self.default_zone();
        // Silence and limits are for the moment at which something is posted.
        let settings = Settings { quiet: None, hourly_max: None, ..settings.clone() };
        let at = Circumstances { settings: Some(&settings), zone: &zone, told: None, last_hour: 0, today: 0, now };
        let decide_one =
            |(item, card): &(Item, Card)| decide(&Candidate::new(item, card, Newness::Supposed), reader, &at);
        let decisions = items.iter().map(decide_one).collect();
        Samples { items, decisions }
    }

    /// Items to try a subscription's filter on: those its feed has now, or those of the archive.
    pub(super) async fn samples(&self, reader: &Reader, now: Timestamp) -> Result<Samples, CommandError> {
        let settings = self.store.settings(&reader.subscription.to).await?;
        let items = match reader.subscription.feed() {
            Some(feed) => {
                let Some(record) = self.store.feed(feed).await? else {
                    return refuse(Phrase::of("words-feed-unknown"));
                };
                let looked = self.look(&record.state.url, now).await?;
                self.cards_of(&looked, &record, now).await
            }
            None => {
                let since = now.checked_sub(ARCHIVE).unwrap_or(now);
                self.store.cards_between(since, now, ITEMS_MAX).await?
            }
        };
        Ok(self.try_on(items, reader, &settings, now))
    }

    pub(super) async fn preview(&self, call: &Call<'_>) -> Answer {
        let Some(url) = address(call.required("url")?) else {
            return refuse(Phrase::of("words-no-address"));
        };
        let query = call.text("filter").map(|text| self.query(text)).transpose()?;
        let looked = self.look(&url, call.now).await?;
        let record = match self.known_feed(&looked.url).await? {
            Some(record) => record,
            None => FeedRecord { feed: Feed::new(&looked.url), state: FeedState::new(&looked.url, call.now) },
        };
        let wants = Wants::Feed(record.feed.id.clone());
        let mut subscription = Subscription::new(call.at().clone(), wants, Origin::Chat, call.now);
        subscription.filter = query.map(|query| query.to_string());
        let settings = self.store.settings(call.at()).await?;
        let items = self.cards_of(&looked, &record, call.now).await;
        let samples = self.try_on(items, &Reader::new(subscription), &settings, call.now);
        let mut blocks = vec![Block::Headline { text: title(&looked).into(), url: looked.parsed.home_url.clone() }];
        blocks.push(words::paragraph(about(&looked, call.words)));
        blocks.push(words::paragraph(samples.summary(call.words)));
        blocks.push(samples.lines(call.words));
        Ok(super::Reply::private(Doc::new(blocks)))
    }
}

pub fn title(looked: &Looked) -> String {
    looked.parsed.title.clone().filter(|title| !title.is_empty()).unwrap_or_else(|| looked.url.clone())
}

/// Where the feed is and how often it brings something.
pub fn about(looked: &Looked, words: Words) -> String {
    let pace = looked.gap().map_or_else(|| words.say("words-pace-unknown"), |gap| words::pace(gap, words));
    let about = Phrase::of("words-about-feed").and("url", looked.url.as_str());
    words.phrase(&about.count("items", looked.parsed.entries.len()).and("pace", pace))
}
