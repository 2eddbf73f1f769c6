//! `import`, `export`: subscriptions in and out. What would change is shown before it does.

use std::collections::HashSet;

use jiff::Timestamp;

use super::places::{address, label};
use super::subscribe::SUBSCRIPTIONS_MAX;
use super::{Answer, Call, CommandError, Commands, UsageError, refuse, words};
use crate::model::doc::{Block, Doc};
use crate::model::feed::{Feed, FeedRecord, FeedState};
use crate::model::subscription::{Address, Mode, Origin, Subscription, Wants};
use crate::pipeline::exchange::{Outline, read, to_opml};
use crate::port::{Content, Enrolment, FetchRequest, Intake, Reply};

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
    pub refused: Vec<String>,
}

/// A subscription to be, with the name it goes by and the feed it needs.
pub struct Wish {
    pub subscription: Subscription,
    pub name: String,
    feed: Option<FeedRecord>,
    /// The cadence, if the file has one.
    mode: Option<Mode>,
    /// What would be other than it is.
    changes: Option<String>,
}

impl Plan {
    /// The plan for people.
    pub fn doc(&self) -> Doc {
        let mut blocks = vec![words::paragraph(format!(
            "{} new, {} changed, {} already there, {} refused.",
            self.add.len(),
            self.change.len(),
            self.same,
            self.refused.len()
        ))];
        let names = |wishes: &[Wish]| -> Vec<String> {
            wishes
                .iter()
                .map(|wish| match wish.changes.clone().unwrap_or_else(|| words::manner(&wish.subscription)) {
                    manner if manner.is_empty() => wish.name.clone(),
                    manner => format!("{} ({manner})", wish.name),
                })
                .collect()
        };
        for (title, lines) in
            [("New", names(&self.add)), ("Changed", names(&self.change)), ("Refused", self.refused.clone())]
        {
            if lines.is_empty() {
                continue;
            }
            let more = lines.len().saturating_sub(SHOWN_MAX);
            blocks.push(Block::Heading(title.into()));
            let more = (more > 0).then(|| format!("and {more} more"));
            blocks.push(words::list(lines.into_iter().take(SHOWN_MAX).chain(more)));
        }
        Doc::new(blocks)
    }

    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.change.is_empty()
    }
}

impl Commands {
    /// What a file would change at an address.
    ///
    /// # Errors
    /// When the file cannot be read, or the store.
    pub async fn plan(&self, text: &str, to: &Address, owner: &Address, now: Timestamp) -> Result<Plan, CommandError> {
        let outlines = read(text).map_err(|error| UsageError(format!("That file cannot be taken: {error}.")))?;
        let known = self.store.subscriptions_of(to).await?;
        let feeds = self.store.feeds().await?;
        let mut plan = Plan::default();
        let mut taken = HashSet::new();
        for outline in outlines {
            let name = name_of(&outline);
            let wish = match self.wish_of(outline, to, &feeds, now) {
                Ok(wish) => wish,
                Err(error) => {
                    plan.refused.push(format!("{name}: {error}"));
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
            plan.refused.push(format!("{}: there is room for {SUBSCRIPTIONS_MAX} subscriptions here", wish.name));
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
                let url = address(url).ok_or_else(|| UsageError("that is no address".to_owned()))?;
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
                        .ok_or_else(|| UsageError(format!("there is no topic {name}")))
                };
                (Wants::Topics(outline.topics.iter().map(topic).collect::<Result<_, _>>()?), None)
            }
        };
        let mut subscription = Subscription::new(to.clone(), wants, Origin::Chat, now);
        subscription.filter = filter.map(|query| query.to_string());
        subscription.mode = outline.mode.unwrap_or_default();
        Ok(Wish { subscription, name, feed, mode: outline.mode, changes: None })
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
            return refuse("Send an OPML or JSON file, or write its address: import https://...");
        };
        let fetched = self.fetcher.fetch(&FetchRequest::new(url)).await;
        let body = fetched.map_err(|error| UsageError(format!("The file cannot be read: {error}.")))?.body;
        let bytes = body.map(|body| body.bytes).unwrap_or_default();
        Ok(String::from_utf8(bytes).map_err(|_| UsageError("The file is not UTF-8 text.".to_owned()))?)
    }

    pub(super) async fn ask_import(&self, call: &Call<'_>) -> Result<Doc, CommandError> {
        let text = self.file(call).await?;
        let plan = self.plan(&text, call.at(), &call.invocation.from.direct, call.now).await?;
        if plan.is_empty() {
            return refuse(plain(&plan));
        }
        let mut doc = plan.doc();
        doc.blocks.push(words::paragraph("Do it? What the feeds have now is not posted."));
        Ok(doc)
    }

    pub(super) async fn import(&self, call: &Call<'_>) -> Answer {
        let text = self.file(call).await?;
        let plan = self.plan(&text, call.at(), &call.invocation.from.direct, call.now).await?;
        let count = self.apply(plan).await?;
        Ok(Reply::private(Doc::says(format!("{} taken over.", words::count(count, "subscription")))))
    }

    pub(super) async fn export(&self, call: &Call<'_>) -> Answer {
        let outlines = self.outlines(call.at()).await?;
        if outlines.is_empty() {
            return refuse("Nothing is subscribed here, so there is nothing to export.");
        }
        let said = format!("{} of this place, as OPML.", words::count(outlines.len(), "subscription"));
        let file = Some(("subscriptions.opml".to_owned(), to_opml(&outlines)));
        Ok(Reply { file, ..Reply::private(Doc::says(said)) })
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
                wish.changes = Some(difference(known, &wish.subscription));
                self.change.push(wish);
            }
        }
    }
}

fn difference(before: &Subscription, after: &Subscription) -> String {
    let named = |subscription: &Subscription| match words::manner(subscription) {
        manner if manner.is_empty() => "instant".to_owned(),
        manner => manner,
    };
    format!("now {}, then {}", named(before), named(after))
}

fn plain(plan: &Plan) -> String {
    let refused: Vec<String> = plan.refused.iter().take(SHOWN_MAX).cloned().collect();
    let refused = if refused.is_empty() { String::new() } else { format!(" Refused: {}.", refused.join("; ")) };
    format!("Nothing would change: {} already there.{refused}", words::count(plan.same, "subscription"))
}

fn name_of(outline: &Outline) -> String {
    let topics = || outline.topics.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let own = outline.title.clone().or_else(|| outline.feed.clone());
    own.unwrap_or_else(|| if outline.all { "everything".to_owned() } else { topics() })
}
