//! The sections of `config.toml` that no adapter owns yet.

use std::str::FromStr;
use std::time::Duration;

use jiff::civil::{Time, Weekday};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::problem::nearest;
use super::value;
use crate::fetch::TrustedNet;
use crate::model::label::Labels;
use crate::model::settings::{Period, Schedule};

/// Polls side by side that make sense on one machine.
const CONCURRENCY_MAX: usize = 1000;

/// A feed that is asked more rarely is as good as not watched.
const INTERVAL_MAX: SignedDuration = SignedDuration::from_hours(31 * 24);

/// `[watch]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    #[serde(deserialize_with = "value::duration")]
    pub interval: SignedDuration,
    /// Without it, 5 minutes or `interval`, whichever is less.
    #[serde(deserialize_with = "value::some_duration")]
    pub min_interval: Option<SignedDuration>,
    pub concurrency: usize,
    #[serde(deserialize_with = "value::duration")]
    pub timeout: SignedDuration,
    #[serde(deserialize_with = "value::bytes")]
    pub max_bytes: u64,
    #[serde(deserialize_with = "value::list")]
    pub allow_private: Vec<TrustedNet>,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            interval: SignedDuration::from_mins(15),
            min_interval: None,
            concurrency: 32,
            timeout: SignedDuration::from_secs(30),
            max_bytes: 5 * 1024 * 1024,
            allow_private: Vec::new(),
        }
    }
}

impl Watch {
    pub fn min_interval(&self) -> SignedDuration {
        self.min_interval.unwrap_or_else(|| SignedDuration::from_mins(5).min(self.interval))
    }

    pub fn timeout(&self) -> Duration {
        Duration::try_from(self.timeout).unwrap_or_default()
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let second = SignedDuration::from_secs(1);
        if self.interval < second {
            return Err(("watch.interval", "less than a second; write \"15m\"".to_owned()));
        }
        if self.interval > INTERVAL_MAX {
            return Err(("watch.interval", "longer than a month; write \"15m\"".to_owned()));
        }
        if self.min_interval() < second {
            return Err(("watch.min_interval", "less than a second; write \"5m\"".to_owned()));
        }
        if self.min_interval() > self.interval {
            return Err(("watch.min_interval", "longer than watch.interval; make it the same or shorter".to_owned()));
        }
        if !(1..=CONCURRENCY_MAX).contains(&self.concurrency) {
            return Err(("watch.concurrency", format!("{} is not between 1 and {CONCURRENCY_MAX}", self.concurrency)));
        }
        if self.timeout < second {
            return Err(("watch.timeout", "less than a second; write \"30s\"".to_owned()));
        }
        if self.max_bytes < 1024 {
            return Err(("watch.max_bytes", "less than a kilobyte; write \"5MB\"".to_owned()));
        }
        Ok(())
    }
}

/// `[[feeds]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedEntry {
    pub url: String,
    pub name: Option<String>,
    #[serde(default, deserialize_with = "value::list")]
    pub topics: Vec<String>,
}

impl FeedEntry {
    pub(super) fn check(&self, labels: &Labels) -> Result<(), (&'static str, String)> {
        let url = Url::parse(&self.url).map_err(|error| {
            ("url", format!("\"{}\" is not a URL: {error}; write \"https://example.com/feed.xml\"", self.url))
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(("url", format!("\"{}\" is neither http nor https", self.url)));
        }
        let unknown = self.topics.iter().find(|topic| !labels.topics.iter().any(|known| known.name == **topic));
        if let Some(topic) = unknown {
            let names = labels.topics.iter().map(|known| known.name.as_str());
            return Err(("topics", format!("there is no topic \"{topic}\"{}", nearest(topic, names))));
        }
        Ok(())
    }
}

/// `[analyst]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Analyst {
    pub mode: AnalystMode,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnalystMode {
    /// The language model where one is configured, else the embedded analyst.
    #[default]
    Auto,
    Embedded,
    Llm,
}

/// `[llm]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Llm {
    pub base_url: Option<String>,
    pub model: Option<String>,
    pub daily_tokens: u64,
    #[serde(deserialize_with = "value::duration")]
    pub timeout: SignedDuration,
}

impl Default for Llm {
    fn default() -> Self {
        Self { base_url: None, model: None, daily_tokens: 500_000, timeout: SignedDuration::from_secs(60) }
    }
}

/// `[digest]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Digest {
    pub timezone: String,
    pub day: Day,
    #[serde(deserialize_with = "time_of_day")]
    pub time: Time,
}

impl Default for Digest {
    fn default() -> Self {
        Self { timezone: "UTC".to_owned(), day: Day::Monday, time: Time::constant(9, 0, 0, 0) }
    }
}

impl Digest {
    /// The recaps of addresses that have none of their own: daily, weekly.
    pub fn schedules(&self) -> (Schedule, Schedule) {
        let of =
            |period| Schedule { period, time: self.time, zone: self.timezone.clone(), since: Timestamp::UNIX_EPOCH };
        (of(Period::Day), of(Period::Week(self.day.weekday())))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

fn time_of_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    Time::from_str(&text)
        .map_err(|_| serde::de::Error::custom(format!("\"{text}\" is not a time of day; write \"09:00\"")))
}
