//! Words that several answers share: how things are called, listed, counted.

use jiff::{SignedDuration, Timestamp};

use super::spec::{ALIASES, WORDS};
use crate::locale::Words;
use crate::model::decision::{Decision, Outcome, Stage, Step, StepResult};
use crate::model::doc::{Block, Doc, Field, Plain, Sentence};
use crate::model::feed::FeedRecord;
use crate::model::label::Labels;
use crate::model::subscription::{Mode, Subscription, Wants};
use crate::model::word::{Kind, Who, Word};

/// A sentence without a mark.
pub fn sentence(text: impl Into<Plain>) -> Sentence {
    Sentence { text: text.into(), mark: None }
}

pub fn field(label: impl Into<Plain>, value: impl Into<Plain>) -> Field {
    Field { label: label.into(), value: sentence(value) }
}

pub fn list(lines: impl IntoIterator<Item = String>) -> Block {
    Block::List(lines.into_iter().map(sentence).collect())
}

pub fn paragraph(text: impl Into<Plain>) -> Block {
    Block::Paragraph(text.into())
}

/// What a subscription is to, for people.
pub fn wants(subscription: &Subscription, feed: Option<&FeedRecord>, labels: &Labels, words: Words) -> String {
    match &subscription.wants {
        Wants::Feed(id) => feed.map_or_else(|| id.to_string(), |record| record.title().to_owned()),
        Wants::Topics(topics) => words.list(&topics.iter().map(|topic| words.topic(labels, topic)).collect::<Vec<_>>()),
        Wants::All => words.say("words-everything"),
        Wants::Alerts { audiences, urgency } => {
            let who: Vec<String> = audiences.iter().map(|name| words.audience(labels, name)).collect();
            let who = if who.is_empty() { words.say("words-everybody") } else { words.list(&who) };
            match urgency {
                None => words.with("words-alerts", &[("who", who.into())]),
                Some(urgency) => {
                    let urgency = words.urgency(*urgency);
                    words.with("words-alerts-at-least", &[("who", who.into()), ("urgency", urgency.into())])
                }
            }
        }
    }
}

/// How a subscription comes, after what it is to.
pub fn manner(subscription: &Subscription, words: Words) -> String {
    let with = |id: &str, name: &str, value: &str| words.with(id, &[(name, value.into())]);
    let mut parts = Vec::new();
    parts.extend(subscription.filter.as_ref().map(|filter| with("words-how-filter", "filter", filter)));
    if subscription.mode != Mode::Instant {
        parts.push(subscription.mode.name().to_owned());
    }
    parts.extend(subscription.mention.as_ref().map(|mention| with("words-how-mention", "mention", mention)));
    parts.extend(subscription.pause.as_ref().map(|pause| match pause.is_asked() {
        true => words.say("words-how-paused-as-asked"),
        false => with("words-how-paused", "reason", &pause.reason),
    }));
    parts.join(&words.say("list-sentences"))
}

pub fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How often something comes, from its gap.
pub fn pace(gap: SignedDuration, words: Words) -> String {
    let a_day = 24.0 * 3600.0 / gap.as_secs_f64().max(1.0);
    let about = |id: &str, rate: f64| words.with(id, &[("count", rate.max(1.0).round_ties_even().into())]);
    match a_day {
        rate if rate >= 1.5 => about("words-pace-day", rate),
        rate if rate * 7.0 >= 0.8 => about("words-pace-week", rate * 7.0),
        rate => about("words-pace-month", rate * 30.0),
    }
}

/// The stages of a decision, one line each; those that were not asked for are left out.
pub fn trace(decision: &Decision, words: Words) -> Block {
    let lines = decision.steps.iter().filter(|step| step.result != StepResult::Skipped).map(|step| {
        let mark = match step.result {
            StepResult::Passed => "✓",
            StepResult::Failed => "✗",
            StepResult::Skipped => "–",
        };
        format!("{mark} {}", looked_at(step, words))
    });
    list(lines)
}

/// The stage that decided against it.
pub fn verdict(decision: &Decision, words: Words) -> String {
    let failed = decision.steps.iter().find(|step| step.result == StepResult::Failed);
    match failed {
        Some(step) => outcome_at(decision, step, words),
        None => decision.outcome.name().to_owned(),
    }
}

/// The outcome with the stage that led to it.
pub fn outcome_at(decision: &Decision, step: &Step, words: Words) -> String {
    format!("{} · {}", decision.outcome.name(), looked_at(step, words))
}

/// `Filter: "rust" matched "Rust 1.95" in the title`
fn looked_at(step: &Step, words: Words) -> String {
    words.labelled(&words.say(title(step.stage)), &words.phrase(&step.why))
}

fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::New => "why-stage-new",
        Stage::Feed => "why-stage-feed",
        Stage::Topic => "why-stage-topic",
        Stage::Audience => "why-stage-audience",
        Stage::Query => "why-stage-filter",
        Stage::Mute => "why-stage-mute",
        Stage::Story => "why-stage-story",
        Stage::Quiet => "why-stage-quiet",
        Stage::Rate => "why-stage-rate",
    }
}

/// How many of the decisions let something through.
pub fn heard(decisions: &[Decision]) -> usize {
    decisions.iter().filter(|decision| decision.outcome.is_heard()).count()
}

/// The message that says what an outcome means to a reader.
pub fn meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::WouldDeliver => "why-posted",
        Outcome::WouldCollect => "why-collected",
        Outcome::QuietHours => "why-quiet-hours",
        Outcome::DailyLimit => "alerts-over",
        Outcome::FirstRunBaseline => "why-baseline",
        Outcome::DuplicateId => "why-seen",
        Outcome::Filtered => "why-filtered",
        Outcome::Muted => "why-muted",
        Outcome::DuplicateStory => "why-told",
        Outcome::RateLimited => "why-too-much",
        Outcome::Paused => "why-paused",
    }
}

/// `help`.
pub fn all_words(words: Words) -> Doc {
    let lines = WORDS.iter().map(|word| format!("{} — {}", word.usage(), words.summary(word)));
    let aliases = ALIASES.iter().map(|(alias, name)| format!("{alias} = {name}")).collect::<Vec<_>>().join(", ");
    Doc::new(vec![
        Block::Heading(words.say("words-what-can-be-said").into()),
        list(lines),
        paragraph(words.with("words-help-more", &[("aliases", aliases.into())])),
    ])
}

/// `help <word>`.
pub fn about(family: &[&Word], words: Words) -> Doc {
    let mut blocks = Vec::new();
    for word in family {
        blocks.push(Block::Heading(word.usage().into()));
        let id = match word.who {
            Who::Everyone => "words-help-everyone",
            Who::Managers => "words-help-managers",
        };
        blocks.push(paragraph(words.with(id, &[("summary", words.summary(word).into())])));
        if !word.arguments.is_empty() {
            blocks.push(Block::Fields(
                word.arguments
                    .iter()
                    .map(|one| field(one.name, kind(one.kind, words.argument(word, one), words)))
                    .collect(),
            ));
        }
        blocks.push(Block::Code(word.example.into()));
    }
    Doc::new(blocks)
}

/// What an argument is, and what it can be.
fn kind(kind: Kind, summary: String, words: Words) -> String {
    let (id, more) = match kind {
        Kind::Choice(choices) => ("words-help-choices", vec![("choices", choices.join(", ").into())]),
        Kind::Number(min, max) => ("words-help-numbers", vec![("min", min.into()), ("max", max.into())]),
        Kind::Place | Kind::File | Kind::Text | Kind::Completed => return summary,
    };
    words.with(id, &[vec![("summary", summary.into())], more].concat())
}
