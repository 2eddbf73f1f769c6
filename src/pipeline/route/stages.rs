//! The stages of a decision, one function each: what was looked at, and what was found.

use jiff::Timestamp;

use super::super::parse::plain::cut;
use super::{Candidate, Circumstances, Newness, Reader};
use crate::model::card::Card;
use crate::model::decision::{Outcome, Stage, Step, StepResult};
use crate::model::settings::{Mute, Muted};
use crate::model::subscription::Wants;

/// Bytes of a step's words: a decision must fit the store whatever feeds and queries hold.
const WHY_BYTES_MAX: usize = 1024;

type Look = (StepResult, String);

/// The steps so far, and what the first stage that failed makes of it.
#[derive(Default)]
pub struct Trace {
    pub steps: Vec<Step>,
    pub failed: Option<Outcome>,
}

impl Trace {
    /// Looks at one stage, unless an earlier one has decided.
    pub fn stage(&mut self, stage: Stage, if_failed: Outcome, look: impl FnOnce() -> Look) {
        let (result, why) = match self.failed {
            Some(_) => (StepResult::Skipped, "decided before".to_owned()),
            None => look(),
        };
        if result == StepResult::Failed {
            self.failed = Some(if_failed);
        }
        let why = cut(&why, WHY_BYTES_MAX).to_owned();
        self.steps.push(Step { stage, result, why });
    }
}

fn passed(why: impl Into<String>) -> Look {
    (StepResult::Passed, why.into())
}

fn failed(why: impl Into<String>) -> Look {
    (StepResult::Failed, why.into())
}

fn skipped(why: impl Into<String>) -> Look {
    (StepResult::Skipped, why.into())
}

/// What an item that is no news is called.
pub fn not_new(newness: &Newness) -> Outcome {
    match newness {
        Newness::Baseline => Outcome::FirstRunBaseline,
        Newness::New | Newness::Supposed | Newness::Known(_) => Outcome::DuplicateId,
    }
}

pub fn new(candidate: &Candidate<'_>) -> Look {
    match &candidate.newness {
        Newness::New => passed(format!("first seen {}", minute(candidate.item.collected))),
        Newness::Supposed => passed("supposed to be new"),
        Newness::Baseline => failed("it was there before this was subscribed"),
        Newness::Known(name) => failed(format!("seen before as {name}")),
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

pub fn feed(candidate: &Candidate<'_>, reader: &Reader) -> Look {
    let source = &candidate.item.source.name;
    match &reader.subscription.wants {
        Wants::Feed(feed) if *feed == candidate.item.feed => passed(format!("the item is from {source}")),
        Wants::Feed(_) => failed(format!("the item is from {source}, another feed")),
        Wants::Topics(_) | Wants::All | Wants::Alerts { .. } => skipped("any feed"),
    }
}

pub fn topic(candidate: &Candidate<'_>, reader: &Reader) -> Look {
    let Wants::Topics(wanted) = &reader.subscription.wants else { return skipped("any topic") };
    let has: Vec<&str> = candidate.card.topics.iter().map(|topic| topic.name.as_str()).collect();
    match has.iter().find(|name| wanted.contains(**name)) {
        Some(name) => passed(format!("the card is about {name}")),
        None => failed(format!("the card is about {}, not {}", listed(&has), listed(wanted))),
    }
}

pub fn audience(candidate: &Candidate<'_>, reader: &Reader) -> Look {
    let Wants::Alerts { audiences, urgency } = &reader.subscription.wants else { return skipped("any audience") };
    let card = candidate.card;
    if let Some(urgency) = urgency.filter(|wanted| card.urgency < *wanted) {
        return failed(format!("it is {}, less than {}", card.urgency.name(), urgency.name()));
    }
    let concerned = concerned(card);
    if audiences.is_empty() {
        return passed("any audience");
    }
    match concerned.iter().find(|name| audiences.contains(**name)) {
        Some(name) => passed(format!("it concerns {name}")),
        None => failed(format!("it concerns {}, not {}", listed(&concerned), listed(audiences))),
    }
}

/// The audiences that a card routes to.
pub fn concerned(card: &Card) -> Vec<&str> {
    card.tldr.who_should_care.iter().map(String::as_str).collect()
}

pub fn query(candidate: &Candidate<'_>, reader: &Reader) -> Look {
    match &reader.query {
        None => skipped("no filter"),
        Some(Err(error)) => failed(format!("the filter cannot be read any more: {error}")),
        Some(Ok(query)) => {
            let explanation = query.explain(&candidate.subject);
            if explanation.admitted { passed(explanation.to_string()) } else { failed(explanation.to_string()) }
        }
    }
}

pub fn mute(candidate: &Candidate<'_>, at: &Circumstances<'_>) -> Look {
    let mutes = at.settings.map(|settings| settings.mutes.as_slice()).unwrap_or_default();
    let holds = |mute: &&Mute| mute.until.is_none_or(|until| until > at.now) && is_muted(candidate, &mute.what);
    match mutes.iter().find(holds) {
        None => skipped("nothing muted"),
        Some(mute) => {
            let until = mute.until.map(|until| format!(" until {}", minute(until))).unwrap_or_default();
            failed(format!("{} is muted{until}", name_of(&mute.what)))
        }
    }
}

fn is_muted(candidate: &Candidate<'_>, muted: &Muted) -> bool {
    match muted {
        Muted::Source(name) => candidate.item.source.name.eq_ignore_ascii_case(name),
        Muted::Topic(name) => candidate.card.topics.first().is_some_and(|topic| topic.name == *name),
        Muted::Story(item) => candidate.item.id == *item,
        Muted::All => true,
    }
}

/// What is muted, as people type it.
pub fn name_of(muted: &Muted) -> String {
    match muted {
        Muted::Source(name) => format!("source:{name}"),
        Muted::Topic(name) => format!("topic:{name}"),
        Muted::Story(item) => format!("story:{item}"),
        Muted::All => "all".to_owned(),
    }
}

pub fn story(at: &Circumstances<'_>) -> Look {
    match &at.told_as {
        Some(title) => failed(format!("told here before as \"{title}\"")),
        None => passed("not told here before"),
    }
}

/// Silence puts off and loses nothing, so this stage never fails.
pub fn quiet(at: &Circumstances<'_>, silent_until: Option<Timestamp>) -> Look {
    match (silent_until, at.settings.and_then(|settings| settings.quiet)) {
        (Some(until), _) => passed(format!("it is quiet here until {}", minute(until))),
        (None, Some(_)) => passed("outside quiet hours"),
        (None, None) => skipped("no quiet hours"),
    }
}

pub fn rate(at: &Circumstances<'_>) -> Look {
    match at.settings.and_then(|settings| settings.hourly_max) {
        None => skipped("no limit"),
        Some(max) if at.last_hour < max as usize => passed(format!("{} of {max} in the last hour", at.last_hour)),
        Some(max) => failed(format!("{max} cards were posted here in the last hour; \"digest daily\" has it")),
    }
}

/// What waits for a summary is one post, however much it is.
pub fn unlimited() -> Look {
    skipped("a summary has it")
}

/// Of alerts beyond the day's limit.
pub fn daily(at: &Circumstances<'_>) -> Look {
    failed(format!("{} alerts came today, as many as are wanted; a summary has the others", at.today))
}

fn listed<'a>(names: impl IntoIterator<Item = &'a (impl AsRef<str> + 'a)>) -> String {
    names.into_iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
