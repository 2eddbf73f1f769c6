//! The stages of a decision, one function each: what was looked at, and what was found.

use jiff::Timestamp;

use super::{Candidate, Circumstances, Newness, Reader};
use crate::model::card::Card;
use crate::model::decision::{Outcome, Stage, Step, StepResult};
use crate::model::phrase::Phrase;
use crate::model::settings::{Mute, Muted};
use crate::model::story::{Development, DevelopmentKind, Story};
use crate::model::subscription::Wants;

/// Bytes of a step's words: a decision must fit the store whatever feeds and queries hold.
const WHY_BYTES_MAX: usize = 1024;

type Look = (StepResult, Phrase);

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
            Some(_) => (StepResult::Skipped, Phrase::of("why-decided-before")),
            None => look(),
        };
        if result == StepResult::Failed {
            self.failed = Some(if_failed);
        }
        self.steps.push(Step { stage, result, why: why.within(WHY_BYTES_MAX) });
    }
}

fn passed(why: impl Into<Phrase>) -> Look {
    (StepResult::Passed, why.into())
}

fn failed(why: impl Into<Phrase>) -> Look {
    (StepResult::Failed, why.into())
}

fn skipped(why: impl Into<Phrase>) -> Look {
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
        Newness::New => passed(Phrase::of("why-new-first-seen").and("at", minute(candidate.item.collected))),
        Newness::Supposed => passed(Phrase::of("why-new-supposed")),
        Newness::Baseline => failed(Phrase::of("why-new-baseline")),
        Newness::Known(name) => failed(Phrase::of("why-new-seen-as").and("name", name.as_str())),
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

pub fn feed(candidate: &Candidate<'_>, reader: &Reader) -> Look {
    let from = |id: &'static str| Phrase::of(id).and("source", candidate.item.source.name.as_str());
    match &reader.subscription.wants {
        Wants::Feed(feed) if *feed == candidate.item.feed => passed(from("why-feed-same")),
        Wants::Feed(_) => failed(from("why-feed-other")),
        Wants::Topics(_) | Wants::All | Wants::Alerts { .. } => skipped(Phrase::of("why-feed-any")),
    }
}

pub fn topic(candidate: &Candidate<'_>, reader: &Reader) -> Look {
    let Wants::Topics(wanted) = &reader.subscription.wants else { return skipped(Phrase::of("why-topic-any")) };
    let has: Vec<&str> = candidate.card.topics.iter().map(|topic| topic.name.as_str()).collect();
    match has.iter().find(|name| wanted.contains(**name)) {
        Some(name) => passed(Phrase::of("why-topic-is").and("topic", *name)),
        None => failed(Phrase::of("why-topic-is-not").and("topics", listed(&has)).and("wanted", listed(wanted))),
    }
}

pub fn audience(candidate: &Candidate<'_>, reader: &Reader) -> Look {
    let Wants::Alerts { audiences, urgency } = &reader.subscription.wants else {
        return skipped(Phrase::of("why-audience-any"));
    };
    let card = candidate.card;
    if let Some(urgency) = urgency.filter(|wanted| card.urgency < *wanted) {
        let less = Phrase::of("why-urgency-less").and("urgency", card.urgency.name());
        return failed(less.and("wanted", urgency.name()));
    }
    let concerned = concerned(card);
    if audiences.is_empty() {
        return passed(Phrase::of("why-audience-any"));
    }
    match concerned.iter().find(|name| audiences.contains(**name)) {
        Some(name) => passed(Phrase::of("why-audience-is").and("audience", *name)),
        None => {
            let not = Phrase::of("why-audience-is-not").and("audiences", listed(&concerned));
            failed(not.and("wanted", listed(audiences)))
        }
    }
}

/// The audiences that a card routes to.
pub fn concerned(card: &Card) -> Vec<&str> {
    card.tldr.who_should_care.iter().map(String::as_str).collect()
}

pub fn query(candidate: &Candidate<'_>, reader: &Reader) -> Look {
    match &reader.query {
        None => skipped(Phrase::of("why-filter-none")),
        Some(Err(error)) => failed(Phrase::of("why-filter-unreadable").and("error", error.phrase())),
        Some(Ok(query)) => {
            let explanation = query.explain(&candidate.subject);
            if explanation.admitted { passed(explanation.phrase()) } else { failed(explanation.phrase()) }
        }
    }
}

pub fn mute(candidate: &Candidate<'_>, at: &Circumstances<'_>) -> Look {
    let mutes = at.settings.map(|settings| settings.mutes.as_slice()).unwrap_or_default();
    let holds = |mute: &&Mute| mute.until.is_none_or(|until| until > at.now) && is_muted(candidate, &mute.what);
    match mutes.iter().find(holds) {
        None => skipped(Phrase::of("why-mute-none")),
        Some(mute) => {
            let muted = |id: &'static str| Phrase::of(id).and("what", name_of(&mute.what));
            failed(match mute.until {
                Some(until) => muted("why-mute-until").and("until", minute(until)),
                None => muted("why-mute"),
            })
        }
    }
}

fn is_muted(candidate: &Candidate<'_>, muted: &Muted) -> bool {
    match muted {
        Muted::Source(name) => candidate.item.source.name.eq_ignore_ascii_case(name),
        Muted::Topic(name) => candidate.card.topics.first().is_some_and(|topic| topic.name == *name),
        Muted::Story(item) => {
            let is_of_it = |story: &Story| story.id.as_str() == item.as_str() || story.report(item).is_some();
            candidate.item.id == *item || candidate.story.is_some_and(is_of_it)
        }
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

pub fn story(candidate: &Candidate<'_>, at: &Circumstances<'_>) -> Look {
    let Some(told) = &at.told else { return passed(of_story(Phrase::of("why-story-new"), candidate)) };
    let before = Phrase::of("why-story-told").and("title", told.title.as_str()).and("source", told.source.as_str());
    let before = of_story(before, candidate);
    if at.settings.is_some_and(|settings| settings.is_unfolded) {
        return passed(Phrase::of("why-story-unfolded").and("said", before));
    }
    match candidate.development() {
        Some(Development { kind, cue }) => {
            passed(Phrase::of(called(*kind)).and("said", before).and("cue", cue.as_str()))
        }
        None => failed(before),
    }
}

/// What was said, with how many tell the story, and what ties this report to it. Who they are is for each place
/// to be told: some are feeds of others.
fn of_story(said: Phrase, candidate: &Candidate<'_>) -> Phrase {
    let Some(story) = candidate.story.filter(|story| story.len() > 1) else { return said };
    let shared = story.report(&candidate.item.id).map(|report| report.shared.as_slice()).unwrap_or_default();
    let id = if shared.is_empty() { "why-story-of" } else { "why-story-of-sharing" };
    let story = Phrase::of(id).and("said", said).count("count", story.len());
    if shared.is_empty() { story } else { story.and("shared", listed(shared)) }
}

fn called(kind: DevelopmentKind) -> &'static str {
    match kind {
        DevelopmentKind::Update => "why-story-update",
        DevelopmentKind::Correction => "why-story-correction",
        DevelopmentKind::Denial => "why-story-denial",
    }
}

/// Silence puts off and loses nothing, so this stage never fails.
pub fn quiet(at: &Circumstances<'_>, silent_until: Option<Timestamp>) -> Look {
    match (silent_until, at.settings.and_then(|settings| settings.quiet)) {
        (Some(until), _) => passed(Phrase::of("why-quiet-until").and("until", minute(until))),
        (None, Some(_)) => passed(Phrase::of("why-quiet-outside")),
        (None, None) => skipped(Phrase::of("why-quiet-none")),
    }
}

pub fn rate(at: &Circumstances<'_>) -> Look {
    match at.settings.and_then(|settings| settings.hourly_max) {
        None => skipped(Phrase::of("why-rate-none")),
        Some(max) if at.last_hour < max as usize => {
            passed(Phrase::of("why-rate-within").count("count", at.last_hour).and("max", max))
        }
        Some(max) => failed(Phrase::of("why-rate-reached").and("max", max)),
    }
}

/// What waits for a summary is one post, however much it is.
pub fn unlimited() -> Look {
    skipped(Phrase::of("quiet-unlimited"))
}

/// Of alerts beyond the day's limit.
pub fn daily(at: &Circumstances<'_>) -> Look {
    failed(Phrase::of("quiet-daily").count("count", at.today))
}

fn listed<'a>(names: impl IntoIterator<Item = &'a (impl AsRef<str> + 'a)>) -> String {
    names.into_iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
