//! `import`, `export`: subscriptions in and out. What would change is shown before it does.

use std::collections::HashSet;

use jiff::Timestamp;

use super::places::{address, label};
use super::subscribe::SUBSCRIPTIONS_MAX;
use super::{Answer, Call, CommandError, Commands, UsageError, refuse, words};
use crate::locale::Words;
use crate::model::doc::{Block, Doc};
use crate::model::feed::{Feed, FeedRecord, FeedState};
use crate::model::phrase::Phrase;
use crate::model::subscription::{Address, Mode, Origin, Subscription, Wants};
use crate::pipeline::exchange::{Outline, read, to_opml};
use crate::port::{Content, Enrolment, FetchError, FetchRequest, Intake, Reply};

/// Lines shown of each kind of change.
const SHOWN_MAX: usize = 10;

/// What an import would do.
#[derive(Default)]
pub struct Plan {
    pub add: Vec<Wish>,
    pub change: Vec<Wish>,
    /// Already as they should be.
    pub same: usize,
    /// What cannot be taken, and why.
    pub refused: Vec<Phrase>,
}

/// A subscription to be, with the name it goes by and the feed it needs.
pub struct Wish {
    pub subscription: Subscription,
    pub name: Phrase,
    feed: Option<FeedRecord>,
    /// The cadence, if the file has one.
    mode: Option<Mode>,
    /// What it is now, if it would be changed.
    before: Option<Subscription>,
}

impl Plan {
    /// The plan for people.
    pub fn doc(&self, words: Words) -> Doc {
        let counts = Phrase::of("words-import-counts").count("new", self.add.len()).count("changed", self.change.len());
        let counts = counts.count("same", self.same).count("refused", self.refused.len());
        let mut blocks = vec![words::paragraph(words.phrase(&counts))];
        let names = |wishes: &[Wish]| wishes.iter().map(|wish| wish.line(words)).collect::<Vec<_>>();
        let refused = self.refused.iter().map(|why| words.phrase(why)).collect();
        for (title, lines) in [
            ("words-import-new", names(&self.add)),
            ("words-import-changed", names(&self.change)),
            ("words-import-refused", refused),
        ] {
            if lines.is_empty() {
                continue;
            }
            let more = lines.len().saturating_sub(SHOWN_MAX);
            blocks.push(Block::Heading(words.say(title).into()));
            let more = (more > 0).then(|| words.with("words-and-more", &[("count", more.into())]));
            blocks.push(words::list(lines.into_iter().take(SHOWN_MAX).chain(more)));
        }
        Doc::new(blocks)
    }

    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.change.is_empty()
    }
}

impl Wish {
    /// What it is to, and how it comes, or what changes in that.
    fn line(&self, words: Words) -> String {
        let how = match &self.before {
            Some(before) => difference(before, &self.subscription, words),
            None => words::manner(&self.subscription, words),
        };
        let name = words.phrase(&self.name);
        match how.is_empty() {
            true => name,
            false => words.with("words-what-and-how", &[("what", name.into()), ("how", how.into())]),
        }
    }
}

impl Commands {
    /// What a file would change at an address.
    ///
    /// # Errors
    /// When the file cannot be read, or the store.
    pub async fn plan(&self, text: &str, to: &Address, owner: &Address, now: Timestamp) -> Result<Plan, CommandError> {
        let outlines =
            read(text).map_err(|error| UsageError(Phrase::of("words-import-not").and("error", error.phrase())))?;
        let known = self.store.subscriptions_of(to).await?;
        let feeds = self.store.feeds().await?;
        let mut plan = Plan::default();
        let mut taken = HashSet::new();
        for outline in outlines {
            let name = name_of(&outline);
            let wish = match self.wish_of(outline, to, &feeds, now) {
                Ok(wish) => wish,
                Err(error) => {
                    plan.refused.push(Phrase::of("list-labelled").and("label", name).and("text", error.0));
                    continue;
                }
            };
            if !taken.insert(wish.subscription.id.clone()) {
                plan.same += 1;
                continue;
            }
            plan.sort(wish, &known, owner);
        }
        let room = SUBSCRIPTIONS_MAX.saturating_sub(known.len());
        for wish in plan.add.split_off(plan.add.len().min(room)) {
            let full = Phrase::of("words-room-for").count("max", SUBSCRIPTIONS_MAX);
            plan.refused.push(Phrase::of("list-labelled").and("label", wish.name).and("text", full));
        }
        Ok(plan)
    }

    fn wish_of(
        &self,
        outline: Outline,
        to: &Address,
        feeds: &[FeedRecord],
        now: Timestamp,
    ) -> Result<Wish, UsageError> {
        let name = name_of(&outline);
        let filter = outline.filter.as_deref().map(|text| self.query(text)).transpose()?;
        let (wants, feed) = match outline.feed.as_deref() {
            Some(url) => {
                let url = address(url).ok_or_else(|| UsageError(Phrase::of("words-import-no-address")))?;
                let known = feeds.iter().find(|record| record.feed.url == url || record.state.url == url);
                let feed = known.map_or_else(|| Feed::new(&url), |known| known.feed.clone());
                let place = known.map_or(url.as_str(), |known| known.state.url.as_str());
                let title = known.and_then(|known| known.state.title.clone()).or(outline.title);
                // For the case that nobody listens to it yet: what its first poll finds is old.
                let state = FeedState { title, home_url: outline.site, ..FeedState::new(place, now) };
                (Wants::Feed(feed.id.clone()), Some(FeedRecord { feed, state }))
            }
            None if outline.all => (Wants::All, None),
            None => {
                let topic = |name: &String| {
                    label(&self.labels.topics, name)
                        .map(str::to_owned)
                        .ok_or_else(|| UsageError(Phrase::of("words-import-no-topic").and("name", name.as_str())))
                };
                (Wants::Topics(outline.topics.iter().map(topic).collect::<Result<_, _>>()?), None)
            }
        };
        let mut subscription = Subscription::new(to.clone(), wants, Origin::Chat, now);
        subscription.filter = filter.map(|query| query.to_string());
        subscription.mode = outline.mode.unwrap_or_default();
        Ok(Wish { subscription, name, feed, mode: outline.mode, before: None })
    }

    /// Does what a plan says; returns how many subscriptions are new or changed.
    ///
    /// # Errors
    /// When the store does not take one; those before it are kept.
    pub async fn apply(&self, plan: Plan) -> Result<usize, CommandError> {
        let count = plan.add.len() + plan.change.len();
        for mut wish in plan.add.into_iter().chain(plan.change) {
            // Fetching the file and writing the others may have taken a while.
            wish.feed.iter_mut().for_each(|record| record.state.next_poll = self.clock.now());
            let intake = wish.feed.map(|record| Intake { record, seen: None, items: Vec::new() });
            let enrolment =
                Enrolment { subscription: wish.subscription, intake, catch_up: Vec::new(), max: SUBSCRIPTIONS_MAX };
            self.enrol(enrolment).await?;
        }
        Ok(count)
    }

    /// The subscriptions of an address for a file. Alerts are a person's own and stay.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn outlines(&self, at: &Address) -> Result<Vec<Outline>, CommandError> {
        let mut outlines = Vec::new();
        for subscription in self.store.subscriptions_of(at).await? {
            let base = Outline { filter: subscription.filter, mode: Some(subscription.mode), ..Outline::default() };
            outlines.push(match subscription.wants {
                Wants::Feed(id) => {
                    let Some(record) = self.store.feed(&id).await? else { continue };
                    let title = Some(record.title().to_owned());
                    Outline { feed: Some(record.state.url), title, site: record.state.home_url, ..base }
                }
                Wants::Topics(topics) => Outline { topics, ..base },
                Wants::All => Outline { all: true, ..base },
                Wants::Alerts { .. } => continue,
            });
        }
        Ok(outlines)
    }

    async fn file(&self, call: &Call<'_>) -> Result<String, CommandError> {
        let url = match (call.file("file").map(|file| &file.content), call.text("file")) {
            (Some(Content::Here(text)), _) => return Ok(text.clone()),
            (Some(Content::At(url)), _) => Some(url.clone()),
            (None, Some(text)) if text.contains("://") => address(text),
            (None, _) => None,
        };
        let Some(url) = url else {
            return refuse(Phrase::of("words-import-how"));
        };
        let fetched = self.fetcher.fetch(&FetchRequest::new(url)).await;
        let unread = |error: FetchError| UsageError(Phrase::of("words-import-unread").and("error", error.to_string()));
        let body = fetched.map_err(unread)?.body;
        let bytes = body.map(|body| body.bytes).unwrap_or_default();
        Ok(String::from_utf8(bytes).map_err(|_| UsageError(Phrase::of("words-import-no-text")))?)
    }

    pub(super) async fn ask_import(&self, call: &Call<'_>) -> Result<Doc, CommandError> {
        let text = self.file(call).await?;
        let plan = self.plan(&text, call.at(), &call.invocation.from.direct, call.now).await?;
        if plan.is_empty() {
            return refuse(plain(&plan));
        }
        let mut doc = plan.doc(call.words);
        doc.blocks.push(words::paragraph(call.words.say("words-ask-import")));
        Ok(doc)
    }

    pub(super) async fn import(&self, call: &Call<'_>) -> Answer {
        let text = self.file(call).await?;
        let plan = self.plan(&text, call.at(), &call.invocation.from.direct, call.now).await?;
        let count = self.apply(plan).await?;
        Ok(Reply::private(call.says(Phrase::of("words-imported").count("count", count))))
    }

    pub(super) async fn export(&self, call: &Call<'_>) -> Answer {
        let outlines = self.outlines(call.at()).await?;
        if outlines.is_empty() {
            return refuse(Phrase::of("words-nothing-to-export"));
        }
        let said = call.says(Phrase::of("words-exported").count("count", outlines.len()));
        let file = Some(("subscriptions.opml".to_owned(), to_opml(&outlines)));
        Ok(Reply { file, ..Reply::private(said) })
    }
}

impl Plan {
    /// Puts a wish where it belongs.
    fn sort(&mut self, mut wish: Wish, known: &[Subscription], owner: &Address) {
        wish.subscription.owner = Some(owner.clone());
        match known.iter().find(|one| one.id == wish.subscription.id) {
            None => self.add.push(wish),
            Some(known) => {
                // What the file does not speak of stays.
                let filter = wish.subscription.filter.or_else(|| known.filter.clone());
                let mode = wish.mode.unwrap_or(known.mode);
                if (&filter, mode) == (&known.filter, known.mode) {
                    self.same += 1;
                    return;
                }
                wish.subscription = Subscription { filter, mode, ..known.clone() };
                wish.before = Some(known.clone());
                self.change.push(wish);
            }
        }
    }
}

fn difference(before: &Subscription, after: &Subscription, words: Words) -> String {
    let named = |subscription: &Subscription| match words::manner(subscription, words) {
        manner if manner.is_empty() => "instant".to_owned(),
        manner => manner,
    };
    words.with("words-now-then", &[("now", named(before).into()), ("then", named(after).into())])
}

fn plain(plan: &Plan) -> Phrase {
    let refused: Vec<Phrase> = plan.refused.iter().take(SHOWN_MAX).cloned().collect();
    match refused.is_empty() {
        true => Phrase::of("words-import-same").count("count", plan.same),
        false => Phrase::of("words-import-same-refused").count("count", plan.same).and("refused", refused),
    }
}

fn name_of(outline: &Outline) -> Phrase {
    let topics = || outline.topics.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match outline.title.as_ref().or(outline.feed.as_ref()) {
        Some(own) => own.as_str().into(),
        None if outline.all => Phrase::of("words-everything"),
        None => topics().into(),
    }
}
