//! What an argument means: a subscription, a feed, topics, audiences, a query, a time.

use std::collections::BTreeSet;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Call, CommandError, Commands, UsageError};
use crate::model::feed::FeedRecord;
use crate::model::item::link_key;
use crate::model::label::LabelDefinition;
use crate::model::phrase::Phrase;
use crate::model::settings::{Period, Quiet, Schedule};
use crate::model::subscription::{Address, Subscription, Wants};
use crate::pipeline::filter::Query;

/// What somebody wants to subscribe to.
pub enum Target {
    All,
    Topics(BTreeSet<String>),
    /// A feed or a site.
    Url(String),
}

/// A topic as filters write it is a topic too.
fn bare(name: &str) -> &str {
    ["topics:", "topic:"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

impl Commands {
    /// `all`, topics with commas, or an address; `https://` need not be typed.
    pub(super) fn target(&self, text: &str) -> Result<Target, UsageError> {
        if text.eq_ignore_ascii_case("all") {
            return Ok(Target::All);
        }
        let names: Vec<&str> = text.split(',').map(|name| bare(name.trim())).collect();
        let topics: Vec<Option<&str>> = names.iter().map(|name| label(&self.labels.topics, name)).collect();
        if topics.iter().all(Option::is_some) {
            return Ok(Target::Topics(topics.into_iter().flatten().map(str::to_owned).collect()));
        }
        if let Some(url) = address(text) {
            return Ok(Target::Url(url));
        }
        let unknown = names.iter().zip(&topics).find(|(_, topic)| topic.is_none()).map_or(text, |(name, _)| name);
        Err(UsageError(match nearest(&self.labels.topics, unknown) {
            Some(nearest) => Phrase::of("words-no-target-but").and("text", unknown).and("nearest", nearest),
            None => Phrase::of("words-no-target").and("text", unknown),
        }))
    }

    /// Audiences with commas; `all` is every one.
    pub(super) fn audiences(&self, text: &str) -> Result<BTreeSet<String>, UsageError> {
        if text.eq_ignore_ascii_case("all") {
            return Ok(BTreeSet::new());
        }
        let known = &self.labels.audiences;
        let one = |name: &str| {
            label(known, name).map(str::to_owned).ok_or_else(|| {
                UsageError(match nearest(known, name) {
                    Some(nearest) => Phrase::of("words-no-audience-but").and("name", name).and("nearest", nearest),
                    None => Phrase::of("words-no-audience").and("name", name),
                })
            })
        };
        text.split(',').map(|name| one(name.trim())).collect()
    }

    /// A query that can be read and whose labels exist, in its canonical form.
    pub(super) fn query(&self, text: &str) -> Result<Query, UsageError> {
        let mut query = Query::parse(text).map_err(|error| UsageError(error.phrase()))?;
        query.check_labels(&self.labels).map_err(|error| UsageError(error.phrase()))?;
        Ok(query)
    }

    /// A subscription of this address by number, address or topic.
    pub(super) async fn subscription(&self, call: &Call<'_>, named: &str) -> Result<Subscription, CommandError> {
        let all = self.store.subscriptions_of(call.at()).await?;
        if let Ok(number) = named.trim_start_matches('#').parse::<u32>() {
            let found = all.iter().find(|one| one.number == number);
            return found.cloned().ok_or_else(|| no_such(named, &all).into());
        }
        match self.target(named) {
            Ok(Target::All) => all.iter().find(|one| one.wants == Wants::All).cloned(),
            Ok(Target::Topics(topics)) => all.iter().find(|one| one.wants == Wants::Topics(topics.clone())).cloned(),
            Ok(Target::Url(url)) => self.subscription_to(&url, &all).await?,
            Err(_) => None,
        }
        .ok_or_else(|| no_such(named, &all).into())
    }

    async fn subscription_to(&self, url: &str, all: &[Subscription]) -> Result<Option<Subscription>, CommandError> {
        for subscription in all {
            let Some(feed) = subscription.feed() else { continue };
            if self.store.feed(feed).await?.is_some_and(|record| is_at(&record, url)) {
                return Ok(Some(subscription.clone()));
            }
        }
        Ok(None)
    }

    /// A feed that the bot watches already.
    pub(super) async fn known_feed(&self, url: &str) -> Result<Option<FeedRecord>, CommandError> {
        let feeds = self.store.feeds().await?;
        Ok(feeds.into_iter().find(|record| is_at(record, url)))
    }

    /// The zone of an address.
    pub(super) async fn zone_of(&self, address: &Address) -> Result<TimeZone, CommandError> {
        let settings = self.store.settings(address).await?;
        Ok(settings.zone.as_deref().map_or_else(|| self.default_zone(), crate::pipeline::calendar::zone))
    }
}

/// Whether a feed is what somebody calls `url`: as it was added, where it is polled, or its site.
fn is_at(record: &FeedRecord, url: &str) -> bool {
    let own = [Some(&record.feed.url), Some(&record.state.url), record.state.home_url.as_ref()];
    own.into_iter().flatten().any(|known| link_key(known) == link_key(url))
}

fn no_such(named: &str, all: &[Subscription]) -> UsageError {
    match all {
        [] => UsageError(Phrase::of("words-nothing-subscribed")),
        all => {
            let numbers: Vec<String> = all.iter().map(|one| one.number.to_string()).collect();
            UsageError(Phrase::of("words-no-subscription").and("name", named).and("numbers", numbers.join(", ")))
        }
    }
}

/// A label's name, from its name or what people read.
pub fn label<'a>(known: &'a [LabelDefinition], text: &str) -> Option<&'a str> {
    let text = text.trim();
    let found = known.iter().find(|one| one.name.eq_ignore_ascii_case(text) || one.title().eq_ignore_ascii_case(text));
    found.map(|one| one.name.as_str())
}

fn nearest<'a>(known: &'a [LabelDefinition], text: &str) -> Option<&'a str> {
    let scored = known.iter().map(|one| (strsim::jaro_winkler(&text.to_lowercase(), &one.name), one));
    let best = scored.filter(|(score, _)| *score >= 0.75).max_by(|one, other| one.0.total_cmp(&other.0));
    best.map(|(_, one)| one.name.as_str())
}

/// An address to fetch, completed by `https://` where it looks like a host.
pub fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>');
    let has_scheme = text.starts_with("http://") || text.starts_with("https://");
    let is_host = text.split('/').next().is_some_and(|host| host.contains('.') || host.starts_with("localhost"));
    let url = match (has_scheme, is_host && !text.contains(char::is_whitespace)) {
        (true, _) => text.to_owned(),
        (false, true) => format!("https://{text}"),
        (false, false) => return None,
    };
    Url::parse(&url).ok().map(|url| url.to_string())
}

/// `22:00-07:00`.
pub fn quiet(text: &str) -> Result<Quiet, UsageError> {
    let wrong = || UsageError(Phrase::of("words-no-quiet-hours").and("text", text));
    let (from, to) = text.split_once(['-', '–']).ok_or_else(wrong)?;
    let time = |text: &str| text.trim().parse::<Time>().map_err(|_| wrong());
    let quiet = Quiet { from: time(from)?, to: time(to)? };
    if quiet.from == quiet.to { Err(wrong()) } else { Ok(quiet) }
}

/// `weekly monday 09:00 Europe/Berlin` or `daily 08:30`; what is left out is as in `default`.
pub fn schedule(text: &str, daily: &Schedule, weekly: &Schedule, since: Timestamp) -> Result<Schedule, UsageError> {
    let wrong = |id: &'static str, text: &str| UsageError(Phrase::of(id).and("text", text));
    let mut words = text.split_whitespace();
    let mut schedule = match words.next().map(str::to_lowercase).as_deref() {
        Some("weekly") => weekly.clone(),
        Some("daily") => daily.clone(),
        _ => return Err(wrong("words-no-period", text)),
    };
    schedule.since = since;
    for word in words {
        if let (Some(day), Period::Week(_)) = (weekday(word), schedule.period) {
            schedule.period = Period::Week(day);
        } else if let Ok(time) = word.parse::<Time>() {
            schedule.time = time;
        } else if TimeZone::get(word).is_ok() {
            schedule.zone = word.to_owned();
        } else {
            return Err(wrong("words-no-time", word));
        }
    }
    Ok(schedule)
}

fn weekday(word: &str) -> Option<Weekday> {
    let days = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let word = word.to_lowercase();
    days.into_iter().find(|(name, _)| word.len() >= 3 && name.starts_with(&word)).map(|(_, day)| day)
}

/// `30m`, `1h`, `1d`, `2w`.
pub fn duration(text: &str) -> Result<SignedDuration, UsageError> {
    let wrong = || UsageError(Phrase::of("words-no-duration").and("text", text));
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit_at);
    let number: i64 = number.parse().map_err(|_| wrong())?;
    let hours = match unit.trim() {
        "m" | "min" => return in_range(SignedDuration::from_mins(number), wrong),
        "h" => 1,
        "d" => 24,
        "w" => 24 * 7,
        _ => return Err(wrong()),
    };
    in_range(SignedDuration::from_hours(number.saturating_mul(hours).min(1_000_000)), wrong)
}

/// More than nothing and less than a year.
fn in_range(duration: SignedDuration, wrong: impl Fn() -> UsageError) -> Result<SignedDuration, UsageError> {
    let is_sane = duration > SignedDuration::ZERO && duration <= SignedDuration::from_hours(24 * 366);
    if is_sane { Ok(duration) } else { Err(wrong()) }
}
