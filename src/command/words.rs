//! Words that several answers share: how things are called, listed, counted.

use jiff::{SignedDuration, Timestamp};

use super::spec::{ALIASES, WORDS};
use crate::model::decision::{Decision, Outcome, Step, StepResult};
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

/// `1 item`, `2 items`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The choices in a row: `a, b or c`.
pub fn any_of(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// What a subscription is to, for people.
pub fn wants(subscription: &Subscription, feed: Option<&FeedRecord>, labels: &Labels) -> String {
    match &subscription.wants {
        Wants::Feed(id) => feed.map_or_else(|| id.to_string(), |record| record.title().to_owned()),
        Wants::Topics(topics) => topics.iter().map(|topic| labels.topic_title(topic)).collect::<Vec<_>>().join(", "),
        Wants::All => "everything".to_owned(),
        Wants::Alerts { audiences, urgency } => {
            let who: Vec<&str> = audiences.iter().map(|name| labels.audience_title(name)).collect();
            let who = if who.is_empty() { "everybody".to_owned() } else { who.join(", ") };
            let urgency = urgency.map(|urgency| format!(", at least \"{}\"", urgency.title())).unwrap_or_default();
            format!("alerts for {who}{urgency}")
        }
    }
}

/// How a subscription comes, after what it is to.
pub fn manner(subscription: &Subscription) -> String {
    let mut parts = Vec::new();
    parts.extend(subscription.filter.as_ref().map(|filter| format!("filter {filter}")));
    if subscription.mode != Mode::Instant {
        parts.push(subscription.mode.name().to_owned());
    }
    parts.extend(subscription.mention.as_ref().map(|mention| format!("calls {mention}")));
    parts.extend(subscription.pause.as_ref().map(|pause| format!("paused: {}", pause.reason)));
    parts.join("; ")
}

pub fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How often something comes, from its gap.
pub fn pace(gap: SignedDuration) -> String {
    let a_day = 24.0 * 3600.0 / gap.as_secs_f64().max(1.0);
    match a_day {
        rate if rate >= 1.5 => format!("about {rate:.0} a day"),
        rate if rate * 7.0 >= 0.8 => format!("about {:.0} a week", (rate * 7.0).max(1.0)),
        rate => format!("about {:.0} a month", (rate * 30.0).max(1.0)),
    }
}

/// The stages of a decision, one line each; those that were not asked for are left out.
pub fn trace(decision: &Decision) -> Block {
    let lines = decision.steps.iter().filter(|step| step.result != StepResult::Skipped).map(|step| {
        let mark = match step.result {
            StepResult::Passed => "✓",
            StepResult::Failed => "✗",
            StepResult::Skipped => "–",
        };
        format!("{mark} {}: {}", step.stage.title(), step.why)
    });
    list(lines)
}

/// The stage that decided against it.
pub fn verdict(decision: &Decision) -> String {
    let failed = decision.steps.iter().find(|step| step.result == StepResult::Failed);
    match failed {
        Some(step) => outcome_at(decision, step),
        None => decision.outcome.name().to_owned(),
    }
}

/// The outcome with the stage that led to it.
pub fn outcome_at(decision: &Decision, step: &Step) -> String {
    format!("{} · {}: {}", decision.outcome.name(), step.stage.title(), step.why)
}

/// How many of the decisions let something through.
pub fn heard(decisions: &[Decision]) -> usize {
    decisions.iter().filter(|decision| decision.outcome.is_heard()).count()
}

/// What an outcome means to a reader.
pub fn meaning(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::WouldDeliver => "it is posted",
        Outcome::WouldCollect => "it goes into the next recap",
        Outcome::QuietHours => "it waits for the end of the quiet hours",
        Outcome::DailyLimit => "it comes with the other alerts beyond the day's limit",
        Outcome::FirstRunBaseline => "it was there before that was subscribed",
        Outcome::DuplicateId => "it was seen before",
        Outcome::Filtered => "it is not what was asked for",
        Outcome::Muted => "it is muted",
        Outcome::DuplicateStory => "it was told before",
        Outcome::RateLimited => "too much was posted in the last hour; a recap has it",
        Outcome::Paused => "the subscription rests",
    }
}

/// `help`.
pub fn all_words() -> Doc {
    let lines = WORDS.iter().map(|word| format!("{} — {}", word.usage(), word.summary));
    let aliases = ALIASES.iter().map(|(alias, name)| format!("{alias} = {name}")).collect::<Vec<_>>().join(", ");
    Doc::new(vec![
        Block::Heading("What can be said".into()),
        list(lines),
        paragraph(format!("Also: {aliases}. More: help <word>, such as help subscribe.")),
    ])
}

/// `help <word>`.
pub fn about(family: &[&Word]) -> Doc {
    let mut blocks = Vec::new();
    for word in family {
        blocks.push(Block::Heading(word.usage().into()));
        let who = match word.who {
            Who::Everyone => "",
            Who::Managers => " For those who may manage the channel.",
        };
        blocks.push(paragraph(format!("{}.{who}", word.summary)));
        if !word.arguments.is_empty() {
            blocks.push(Block::Fields(
                word.arguments
                    .iter()
                    .map(|one| field(one.name, format!("{}{}", one.summary, kind(one.kind))))
                    .collect(),
            ));
        }
        blocks.push(Block::Code(word.example.into()));
    }
    Doc::new(blocks)
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Choice(choices) => format!(" ({})", choices.join(", ")),
        Kind::Number(min, max) => format!(" ({min} to {max})"),
        Kind::Place | Kind::File | Kind::Text | Kind::Completed => String::new(),
    }
}
