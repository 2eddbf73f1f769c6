//! What an address was told of which topic, period by period.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan};

use super::{Period, TOLD_MAX};
use crate::model::recap::{Recap, RecapKind, Told, Trend};

/// Weeks and days that the picture shows.
const WEEKS: i64 = 8;
const DAYS: i64 = 14;
/// Topics that it shows.
const TOPICS_MAX: usize = 5;

/// How far back the picture of a recap goes; nothing for kinds that have none.
pub fn reach(kind: RecapKind, to: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let (count, _) = scale(kind)?;
    back(to, zone, kind, count)
}

/// So many periods, and how long that many are.
type Scale = (i64, fn(i64) -> Span);

fn scale(kind: RecapKind) -> Option<Scale> {
    match kind {
        RecapKind::Week => Some((WEEKS, |count| count.weeks())),
        RecapKind::Day => Some((DAYS, |count| count.days())),
        RecapKind::Quiet | RecapKind::Overflow => None,
    }
}

/// So many periods before, by the reader's calendar.
fn back(to: Timestamp, zone: &TimeZone, kind: RecapKind, count: i64) -> Option<Timestamp> {
    let (_, span) = scale(kind)?;
    to.to_zoned(zone.clone()).checked_sub(span(count)).ok().map(|at| at.timestamp())
}

/// What was told before (newest first) together with the recap that is being told. Nothing where less
/// than two periods have anything.
pub fn trend(told: &[Told], parts: &[Recap], period: &Period<'_>, zone: &TimeZone) -> Option<Trend> {
    let (count, _) = scale(period.kind)?;
    let mut starts: Vec<Timestamp> =
        (1..=count).rev().filter_map(|count| back(period.to, zone, period.kind, count)).collect();
    // Where not all of it could be looked at, periods that are not whole are left out.
    if let Some(oldest) = told.last().filter(|_| told.len() >= TOLD_MAX) {
        starts.retain(|start| *start >= oldest.at);
    }
    let mut topics: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let now = period.to.checked_sub(SignedDuration::from_millis(1)).unwrap_or(period.to);
    let groups = parts.iter().flat_map(|part| &part.groups);
    let current = groups.flat_map(|group| group.items.iter().map(|item| (now, item, group.topic.as_str())));
    let before = told.iter().rev().map(|one| (one.at, &one.item, one.topic.as_str()));
    for (at, item, topic) in before.chain(current) {
        let Some(number) = starts.partition_point(|start| *start <= at).checked_sub(1) else { continue };
        // An item counts when it was told first.
        if seen.insert(item)
            && let Some(count) = topics.entry(topic).or_insert_with(|| vec![0; starts.len()]).get_mut(number)
        {
            *count += 1;
        }
    }
    let mut topics: Vec<(String, Vec<u32>)> =
        topics.into_iter().map(|(topic, counts)| (topic.to_owned(), counts)).collect();
    // Of equals the first by name, which is how they come.
    topics.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<u32>()));
    topics.truncate(TOPICS_MAX);
    let has_any = |number: usize| topics.iter().any(|(_, counts)| counts.get(number).is_some_and(|count| *count > 0));
    let first = (0..starts.len()).find(|number| has_any(*number))?;
    if (first..starts.len()).filter(|number| has_any(*number)).count() < 2 {
        return None;
    }
    let periods = starts.iter().map(|start| start.to_zoned(zone.clone()).date()).collect();
    Some(Trend { periods, topics })
}
