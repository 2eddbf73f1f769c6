//! An item with its card, prepared to be matched against many queries.

use std::borrow::Cow;

use url::Url;

use super::anchors::Anchor;
use super::fold::{fold, tokens};
use super::term::Field;
use super::value::primary_subtag;
use crate::model::card::Card;
use crate::model::item::Item;
use crate::model::label::{Event, Urgency};

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Title,
    Body,
    Author,
    /// The name of the source.
    Source,
    /// The host of the source's address, or of the item's.
    Host,
    Topic,
    Audience,
    Event,
    Urgency,
    Lang,
}

impl Place {
    /// The message that names it: "in the title".
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Title => "why-in-title",
            Self::Body => "why-in-body",
            Self::Author => "why-in-authors",
            Self::Source => "why-in-source",
            Self::Host => "why-in-host",
            Self::Topic => "why-in-topics",
            Self::Audience => "why-in-audiences",
            Self::Event => "why-in-event",
            Self::Urgency => "why-in-urgency",
            Self::Lang => "why-in-language",
        }
    }
}

/// One text of a subject.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    pub place: Place,
    pub original: Cow<'a, str>,
    pub folded: String,
}

impl<'a> Text<'a> {
    fn new(place: Place, original: impl Into<Cow<'a, str>>) -> Self {
        let original = original.into();
        Self { place, folded: fold(&original), original }
    }
}

/// What queries ask about, folded once. Borrows the item and the card.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// Title and body.
    article: [Text<'a>; 2],
    authors: Vec<Text<'a>>,
    /// The name, and the hosts.
    source: Vec<Text<'a>>,
    topics: Vec<Text<'a>>,
    audiences: Vec<Text<'a>>,
    event_name: [Text<'a>; 1],
    urgency_name: [Text<'a>; 1],
    /// Folded to the language without its region.
    lang: Option<Text<'a>>,
    pub(super) event: Event,
    pub(super) urgency: Urgency,
}

impl<'a> Subject<'a> {
    /// Takes the words from the item and the labels from the card.
    pub fn new(item: &'a Item, card: &'a Card) -> Self {
        let lang = card.lang.as_deref().or(item.lang.as_deref());
        Self {
            article: [Text::new(Place::Title, &item.title), Text::new(Place::Body, &item.body)],
            authors: item.authors.iter().map(|author| Text::new(Place::Author, author)).collect(),
            source: source(item),
            topics: card.topics.iter().map(|topic| Text::new(Place::Topic, &topic.name)).collect(),
            audiences: audiences(card),
            event_name: [Text::new(Place::Event, card.event.name())],
            urgency_name: [Text::new(Place::Urgency, card.urgency.name())],
            lang: lang.map(|lang| Text { folded: primary_subtag(lang), ..Text::new(Place::Lang, lang) }),
            event: card.event,
            urgency: card.urgency,
        }
    }

    /// All that a query can be indexed by. Some come more than once.
    pub fn anchors(&self) -> impl Iterator<Item = Anchor> {
        let tokens = self.article.iter().flat_map(|text| tokens(&text.folded)).map(Anchor::token);
        let topics = self.topics.iter().map(|topic| Anchor::topic(&topic.folded));
        let audiences = self.audiences.iter().map(|audience| Anchor::audience(&audience.folded));
        tokens.chain(topics).chain(audiences).chain([Anchor::Event(self.event)])
    }

    /// The texts that a term of this field looks at.
    pub(super) fn texts(&self, field: Field) -> &[Text<'a>] {
        match field {
            Field::Text => &self.article,
            Field::Title => self.article.split_at(1).0,
            Field::Author => &self.authors,
            Field::Source => &self.source,
            Field::Topic => &self.topics,
            Field::Audience => &self.audiences,
            Field::Event => &self.event_name,
            Field::Urgency => &self.urgency_name,
            Field::Lang => self.lang.as_slice(),
        }
    }
}

fn source(item: &Item) -> Vec<Text<'_>> {
    let mut texts = vec![Text::new(Place::Source, &item.source.name)];
    for url in [&item.source.url, &item.url].into_iter().flatten() {
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        texts.extend(host.map(|host| Text::new(Place::Host, host)));
    }
    texts
}

/// Those who should care, and the other audiences.
fn audiences(card: &Card) -> Vec<Text<'_>> {
    let mut names: Vec<&str> = card.tldr.who_should_care.iter().map(String::as_str).collect();
    for audience in &card.audiences {
        if !names.contains(&audience.name.as_str()) {
            names.push(&audience.name);
        }
    }
    names.into_iter().map(|name| Text::new(Place::Audience, name)).collect()
}
