//! `subscribe`, `unsubscribe`, `subscriptions`.

use std::collections::HashSet;

use super::look::Looked;
use super::places::Target;
use super::preview::{about, title};
use super::{Answer, Call, CommandError, Commands, refuse, rest, words};
use crate::locale::Words;
use crate::model::card::Card;
use crate::model::delivery::{Delivery, Notice};
use crate::model::doc::{Block, Doc};
use crate::model::feed::{Feed, FeedRecord, FeedState, Health};
use crate::model::id::{ItemId, StoryId};
use crate::model::item::Item;
use crate::model::phrase::Phrase;
use crate::model::settings::Settings;
use crate::model::story::Report;
use crate::model::subscription::{Address, Mode, Origin, Subscription, Wants};
use crate::pipeline::filter::Query;
use crate::pipeline::route::Reader;
use crate::pipeline::{sift, story, timing};
use crate::port::{Enrolment, Filing, Intake, Publication, Reply};

/// Subscriptions of one address.
pub const SUBSCRIPTIONS_MAX: usize = 200;
/// The first poll after the baseline of a subscription comes at this pace or the feed's own.
const FIRST_POLL: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

/// What was asked for beside what.
struct Terms {
    to: Address,
    query: Option<Query>,
    mode: Option<Mode>,
    backfill: usize,
}

impl Commands {
    pub(super) async fn subscribe(&self, call: &Call<'_>) -> Answer {
        let terms = self.terms(call)?;
        match self.target(call.required("what")?)? {
            Target::All => self.subscribe_to_many(call, terms, Wants::All).await,
            Target::Topics(topics) => self.subscribe_to_many(call, terms, Wants::Topics(topics)).await,
            Target::Url(url) => self.subscribe_to_feed(call, terms, &url).await,
        }
    }

    fn terms(&self, call: &Call<'_>) -> Result<Terms, CommandError> {
        let to = match (call.place("to"), call.text("to")) {
            (Some(place), _) if !place.may_manage => {
                return refuse(Phrase::of("words-managers-there"));
            }
            (Some(place), _) => place.address.clone(),
            (None, Some(text)) => return refuse(Phrase::of("words-no-channel").and("text", text)),
            (None, None) => call.at().clone(),
        };
        let mode = call.text("mode").and_then(|text| Mode::ALL.into_iter().find(|mode| mode.name() == text));
        let backfill = call.text("backfill").and_then(|text| text.parse().ok()).unwrap_or(0);
        Ok(Terms { to, query: call.text("filter").map(|text| self.query(text)).transpose()?, mode, backfill })
    }

    /// The subscription as it will be: the one that is there, changed, or a new one.
    async fn wish(&self, call: &Call<'_>, terms: &Terms, wants: Wants) -> Result<Subscription, CommandError> {
        let fresh = Subscription::new(terms.to.clone(), wants, Origin::Chat, call.now);
        let known = self.store.subscriptions_of(&terms.to).await?.into_iter().find(|one| one.id == fresh.id);
        let mut wish = known.unwrap_or(fresh);
        wish.owner = Some(call.invocation.from.direct.clone());
        if let Some(query) = &terms.query {
            wish.filter = Some(query.to_string());
        }
        wish.mode = terms.mode.unwrap_or(wish.mode);
        Ok(wish)
    }

    async fn subscribe_to_many(&self, call: &Call<'_>, terms: Terms, wants: Wants) -> Answer {
        let wish = self.wish(call, &terms, wants).await?;
        let reader = Reader::new(wish.clone());
        let samples = self.samples(&reader, call.now).await?;
        let heard = samples.items.iter().zip(&samples.decisions).filter(|(_, decision)| decision.outcome.is_heard());
        let chosen: Vec<(Item, Card)> = heard.map(|(pair, _)| pair.clone()).take(terms.backfill).collect();
        let settings = self.store.settings(&wish.to).await?;
        let catch_up = catch_up(self.untold(chosen, &wish.to).await?, &wish, &settings, call);
        let backfilled = catch_up.len();
        let (subscription, is_new) =
            self.enrol(Enrolment { subscription: wish, intake: None, catch_up, max: SUBSCRIPTIONS_MAX }).await?;
        // Asking again wakes what rested.
        let followed = self.wake(&subscription, call).await?;
        let what = words::wants(&subscription, None, &self.labels, call.words);
        let follows = rest::following(backfill_text(backfilled), followed);
        let blocks = vec![
            words::paragraph(said(&subscription, &what, is_new, call)),
            words::paragraph(samples.summary(call.words)),
            words::paragraph(call.words.phrase(&follows)),
        ];
        Ok(Reply::private(Doc::new(blocks)))
    }

    async fn subscribe_to_feed(&self, call: &Call<'_>, terms: Terms, url: &str) -> Answer {
        let looked = self.look(url, call.now).await?;
        let known = match self.known_feed(&looked.url).await? {
            Some(record) => Some(record),
            None => self.known_feed(url).await?,
        };
        let record = known.unwrap_or_else(|| FeedRecord {
            feed: Feed::new(&looked.url),
            state: FeedState::new(&looked.url, call.now),
        });
        let wish = self.wish(call, &terms, Wants::Feed(record.feed.id.clone())).await?;
        let settings = self.store.settings(&wish.to).await?;
        let enrolment = self.enrolment(&looked, record, wish, &terms, &settings, call).await;
        let (enrolment, samples) = enrolment?;
        let backfilled = enrolment.catch_up.len();
        let (subscription, is_new) = self.enrol(enrolment).await?;
        let followed = self.wake(&subscription, call).await?;
        let follows = rest::following(backfill_text(backfilled), followed);
        let blocks = vec![
            Block::Headline { text: title(&looked).into(), url: looked.parsed.home_url.clone() },
            words::paragraph(said(&subscription, &title(&looked), is_new, call)),
            words::paragraph(about(&looked, call.words)),
            words::paragraph(samples.summary(call.words)),
            samples.lines(call.words),
            words::paragraph(call.words.phrase(&follows)),
        ];
        Ok(Reply::private(Doc::new(blocks)))
    }

    /// What is there now is the baseline, unless somebody listens to the feed already: that is for the
    /// store to see, at the moment of the commit.
    async fn enrolment(
        &self,
        looked: &Looked,
        record: FeedRecord,
        wish: Subscription,
        terms: &Terms,
        settings: &Settings,
        call: &Call<'_>,
    ) -> Result<(Enrolment, super::preview::Samples), CommandError> {
        let known = self.store.seen(&record.feed.id).await?;
        let sifted = sift::sift(&record, &looked.parsed, known, call.now);
        let news: HashSet<ItemId> = sifted.items.into_iter().map(|item| item.id).collect();
        let mut record = record;
        record.state.identity = sifted.identity;
        let items = self.cards_of(looked, &record, call.now).await;
        let samples = self.try_on(items, &Reader::new(wish.clone()), settings, call.now);
        let heard = samples.items.iter().zip(&samples.decisions).filter(|(_, decision)| decision.outcome.is_heard());
        let chosen: Vec<(Item, Card)> = heard.map(|(pair, _)| pair.clone()).take(terms.backfill).collect();
        let chosen = self.untold(chosen, &wish.to).await?;
        let items: Vec<Item> = chosen.iter().map(|(item, _)| item.clone()).collect();
        let mut catch_up = catch_up(chosen, &wish, settings, call);
        // What no poll has found yet is news to whoever listens.
        for one in catch_up.iter_mut().filter(|one| news.contains(&one.card.id)) {
            (one.is_part, one.filing) = (true, None);
        }
        let state = &mut record.state;
        state.url.clone_from(&looked.url);
        state.title.clone_from(&looked.parsed.title);
        state.home_url.clone_from(&looked.parsed.home_url);
        state.language.clone_from(&looked.parsed.language);
        state.rights.clone_from(&looked.parsed.rights);
        state.ttl_minutes = looked.parsed.ttl_minutes;
        state.validators = looked.validators.clone();
        state.health = Health::default();
        state.has_baseline = true;
        state.last_poll = Some(call.now);
        state.last_success = Some(call.now);
        state.next_poll = timing::later(call.now, FIRST_POLL);
        let intake = Intake { record, seen: Some(sifted.seen), items };
        let enrolment = Enrolment { subscription: wish, intake: Some(intake), catch_up, max: SUBSCRIPTIONS_MAX };
        Ok((enrolment, samples))
    }

    /// What was not posted there before.
    async fn untold(&self, cards: Vec<(Item, Card)>, to: &Address) -> Result<Vec<(Item, Card)>, CommandError> {
        let mut untold = Vec::new();
        for (item, card) in cards {
            let id = Delivery::id_of(&Notice::Card(item.id.clone()), to);
            let is_held = self.store.held_item(to, &item.id).await?.is_some();
            if !is_held && self.store.delivery(&id).await?.is_none() {
                untold.push((item, card));
            }
        }
        Ok(untold)
    }

    pub(super) async fn enrol(&self, enrolment: Enrolment) -> Result<(Subscription, bool), CommandError> {
        use crate::port::StoreError;
        match self.store.enrol(enrolment).await {
            Err(StoreError::TooMany { max }) => refuse(Phrase::of("words-too-many").count("max", max)),
            outcome => Ok(outcome?),
        }
    }

    /// The subscription that is to end, if it would stay ended.
    async fn ending(&self, call: &Call<'_>) -> Result<Subscription, CommandError> {
        let subscription = self.subscription(call, call.required("what")?).await?;
        if subscription.origin == Origin::Config {
            return refuse(Phrase::of("words-named-in-config"));
        }
        Ok(subscription)
    }

    pub(super) async fn ask_unsubscribe(&self, call: &Call<'_>) -> Result<Doc, CommandError> {
        let subscription = self.ending(call).await?;
        let name = self.name_of(&subscription, call.words).await?;
        let ask = Phrase::of("words-ask-unsubscribe").and("number", subscription.number).and("name", name);
        Ok(call.says(ask))
    }

    pub(super) async fn unsubscribe(&self, call: &Call<'_>) -> Answer {
        let subscription = self.ending(call).await?;
        let name = self.name_of(&subscription, call.words).await?;
        self.store.unsubscribe(&subscription.id).await?;
        self.withdraw_unwanted(call.at(), call.now).await?;
        let ended = Phrase::of("words-unsubscribed").and("number", subscription.number).and("name", name);
        Ok(Reply::private(call.says(ended)))
    }

    pub(super) async fn name_of(&self, subscription: &Subscription, words: Words) -> Result<String, CommandError> {
        let feed = match subscription.feed() {
            Some(feed) => self.store.feed(feed).await?,
            None => None,
        };
        Ok(words::wants(subscription, feed.as_ref(), &self.labels, words))
    }

    pub(super) async fn subscriptions(&self, call: &Call<'_>) -> Answer {
        let all = self.store.subscriptions_of(call.at()).await?;
        if all.is_empty() {
            return Ok(Reply::private(Doc::says(call.words.say("words-start-subscribing"))));
        }
        let mut rows = Vec::new();
        for subscription in &all {
            let (name, manner) =
                (self.name_of(subscription, call.words).await?, words::manner(subscription, call.words));
            rows.push([subscription.number.to_string(), name, manner].map(Into::into).to_vec());
        }
        let columns = ["words-column-number", "words-column-what", "words-column-how"];
        let columns = columns.map(|id| call.words.say(id).into()).to_vec();
        let heading = Block::Heading(call.words.say("words-posted-here").into());
        let mut blocks = vec![heading, Block::Table { columns, rows }];
        let settings = self.store.settings(call.at()).await?;
        let mut kept = super::settings::kept_back(&settings, call.now, call.words);
        kept.extend(super::quiet::cap(&settings, &all, call.words));
        kept.extend(self.waiting(call.at(), call.now).await?);
        if !kept.is_empty() {
            blocks.push(Block::Fields(kept));
        }
        Ok(Reply::private(Doc::new(blocks)))
    }
}

/// An item that begins a story, unless it is of one already.
fn filing(item: &Item) -> Filing {
    let sketch = serde_json::to_vec(&story::sketch(item)).unwrap_or_default();
    Filing { story: StoryId::of(&item.id), report: Report::of(item, Vec::new(), None), sketch }
}

/// Cards that are posted although they are old, oldest first.
pub fn catch_up(
    chosen: Vec<(Item, Card)>,
    wish: &Subscription,
    settings: &Settings,
    call: &Call<'_>,
) -> Vec<Publication> {
    let publication = |(item, card): (Item, Card)| {
        let filing = Some(filing(&item));
        // Nobody is called for what is old.
        let delivery = Delivery {
            to_followers: settings.crosspost,
            ..Delivery::new(Notice::Card(item.id), wish.to.clone(), call.now)
        };
        Publication {
            card,
            decisions: Vec::new(),
            deliveries: vec![delivery],
            held: Vec::new(),
            is_part: false,
            filing,
        }
    };
    chosen.into_iter().rev().map(publication).collect()
}

fn said(subscription: &Subscription, what: &str, is_new: bool, call: &Call<'_>) -> String {
    let manner = words::manner(subscription, call.words);
    let what = match manner.is_empty() {
        true => what.into(),
        false => Phrase::of("words-what-and-how").and("what", what).and("how", manner),
    };
    let said = Phrase::of(match (is_new, subscription.to == *call.at()) {
        (true, true) => "words-subscribed",
        (false, true) => "words-subscribed-again",
        (true, false) => "words-subscribed-there",
        (false, false) => "words-subscribed-again-there",
    });
    let said = said.and("number", subscription.number).and("what", what);
    call.words.phrase(&said.and("place", subscription.to.to_string()))
}

fn backfill_text(backfilled: usize) -> Phrase {
    match backfilled {
        0 => Phrase::of("words-nothing-old"),
        count => Phrase::of("words-backfilled").count("count", count),
    }
}
