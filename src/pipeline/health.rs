//! Whether a feed is in trouble that people should know of, and how that is told.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::locale::Words;
use crate::model::doc::{Block, Doc, Sentence};
use crate::model::feed::FeedRecord;
use crate::model::health::{FeedTrouble, HealthReport, ToldHealth, ToldTrouble, Trouble};
use crate::model::id::FeedId;

/// A feed that fails for less may be mended before anybody looks.
const FAILING_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// A feed is silent after this, and after so many times its usual gap, weekends not counted.
const SILENT_AFTER: SignedDuration = SignedDuration::from_hours(3 * 24);
const SILENT_GAPS: i32 = 8;
/// New items that must have been seen for a pace to be one.
const HISTORY_MIN: f64 = 9.5;
/// A move is news for this long.
const MOVED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Days that are looked at one by one; who is silent for longer is silent with or without weekends.
const DAYS_MAX: usize = 60;

/// What is wrong with a feed now.
pub fn trouble(record: &FeedRecord, now: Timestamp) -> Option<Trouble> {
    let (state, health) = (&record.state, &record.state.health);
    if let Some(reason) = &health.parked {
        return Some(Trouble::Parked { reason: reason.clone() });
    }
    if health.failures > 0 {
        let since = health.failing_since.or(state.last_success)?;
        let error = health.last_error.clone().unwrap_or_default();
        return (now.duration_since(since) >= FAILING_AFTER).then_some(Trouble::Failing { since, error });
    }
    let moved = state.moved.as_ref().filter(|moved| now.duration_since(moved.at) < MOVED_FOR);
    if let Some(moved) = moved {
        return Some(Trouble::Moved { to: moved.to.clone() });
    }
    let (usual, since) = (state.usual.filter(|usual| usual.new_items >= HISTORY_MIN)?, state.last_new?);
    let gap = usual.gap();
    let is_silent = working_time(since, now) > SILENT_AFTER.max(gap * SILENT_GAPS);
    is_silent.then_some(Trouble::Silent { since, gap_secs: gap.as_secs() })
}

/// The time between, without Saturdays and Sundays.
fn working_time(from: Timestamp, to: Timestamp) -> SignedDuration {
    let mut time = SignedDuration::ZERO;
    let mut start = from.to_zoned(TimeZone::UTC);
    for _ in 0..DAYS_MAX {
        let Ok(midnight) = start.tomorrow().and_then(|day| day.start_of_day()) else { break };
        let end = midnight.timestamp().min(to);
        if !matches!(start.weekday(), Weekday::Saturday | Weekday::Sunday) {
            time += end.duration_since(start.timestamp()).max(SignedDuration::ZERO);
        }
        if end >= to {
            return time;
        }
        start = midnight;
    }
    time + to.duration_since(start.timestamp()).max(SignedDuration::ZERO)
}

/// Troubles of one message: a person can look at no more, and a store takes no more in one value.
const TROUBLES_MAX: usize = 30;

/// What a person has to be told, and what they will have been told then. `feeds`: those that they subscribed,
/// with their trouble if they are in any.
pub fn report(
    feeds: Vec<(FeedId, FeedTroubleOrNone)>,
    told: &ToldHealth,
    at: Timestamp,
) -> (Option<HealthReport>, ToldHealth) {
    let mut report = HealthReport { at, troubles: Vec::new(), well: Vec::new() };
    let mut after = ToldHealth { until: Some(at), troubles: Vec::new() };
    for (feed, found) in feeds {
        let before = told.troubles.iter().find(|one| one.feed == feed);
        match found {
            FeedTroubleOrNone::Trouble(found) => {
                let name = found.trouble.name().to_owned();
                let is_new = before.is_none_or(|before| before.name != name);
                if is_new && report.troubles.len() == TROUBLES_MAX {
                    // It comes with the next day's.
                    continue;
                }
                if is_new {
                    report.troubles.push(found);
                }
                after.troubles.push(ToldTrouble { feed, name });
            }
            // Where a feed has gone to is no trouble that ends.
            FeedTroubleOrNone::Well { title } if before.is_some_and(|before| before.name != "moved") => {
                report.well.push(title);
            }
            FeedTroubleOrNone::Well { .. } => {}
        }
    }
    let is_news = !report.troubles.is_empty() || !report.well.is_empty();
    (is_news.then_some(report), after)
}

/// How a feed is.
pub enum FeedTroubleOrNone {
    Trouble(FeedTrouble),
    Well { title: String },
}

/// A trouble in words, as it is now.
pub fn said(trouble: &Trouble, now: Timestamp, words: Words) -> String {
    match trouble {
        Trouble::Failing { since, error } => {
            let args = [("span", words.span(now.duration_since(*since)).into()), ("error", error.as_str().into())];
            words.with("health-failing", &args)
        }
        Trouble::Silent { since, gap_secs } => {
            let args =
                [("span", words.span(now.duration_since(*since)).into()), ("usual", usual(*gap_secs, words).into())];
            words.with("health-silent", &args)
        }
        Trouble::Moved { to } => words.with("health-moved", &[("to", to.as_str().into())]),
        Trouble::Parked { reason } => words.with("health-parked", &[("reason", reason.as_str().into())]),
    }
}

/// `4 a day`, `2 a week`.
fn usual(gap_secs: i64, words: Words) -> String {
    let a_day = 86_400.0 / gap_secs.max(1) as f64;
    let (id, count) = if a_day >= 1.0 { ("health-a-day", a_day) } else { ("health-a-week", a_day * 7.0) };
    words.with(id, &[("count", (count.round().max(1.0) as i64).into())])
}

/// The message to a person.
pub fn doc(report: &HealthReport, now: Timestamp, words: Words) -> Doc {
    let sentence = |text: String| Sentence { text: text.into(), mark: None };
    let trouble = |one: &FeedTrouble| {
        let places: Vec<String> = one.places.iter().map(ToString::to_string).collect();
        let said = said(&one.trouble, now, words);
        let args = [("feed", one.title.as_str().into()), ("said", said.into()), ("places", places.join(", ").into())];
        sentence(words.with("health-line", &args))
    };
    let well = |title: &String| sentence(words.with("health-well", &[("feed", title.as_str().into())]));
    let lines = report.troubles.iter().map(trouble).chain(report.well.iter().map(well)).collect();
    let record = serde_json::json!({ "health": report }).to_string();
    let blocks = vec![
        Block::Context(vec![words.say("health-context").into()]),
        Block::Heading(words.say("health-title").into()),
        Block::List(lines),
        Block::Paragraph(words.say("health-how").into()),
    ];
    Doc { record: Some(record), ..Doc::new(blocks) }
}
