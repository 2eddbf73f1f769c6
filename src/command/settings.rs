//! `settings`: what an address has settled for itself; `pause` and `resume` of its subscriptions.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::places::quiet;
use super::{Answer, Call, CommandError, Commands, refuse, words};
use crate::locale::Words;
use crate::model::doc::{Block, Doc, Field};
use crate::model::language::Language;
use crate::model::phrase::Phrase;
use crate::model::settings::{ALERTS_DAILY_MAX, Period, Schedule, Settings};
use crate::pipeline::route::name_of;
use crate::port::Reply;

/// The names that can be set.
pub const NAMES: [&str; 11] =
    ["timezone", "quiet", "limit", "cap", "fold", "crosspost", "language", "mention", "weights", "pause", "resume"];

impl Commands {
    pub(super) async fn settings(&self, call: &Call<'_>) -> Answer {
        let settings = self.store.settings(call.at()).await?;
        let name = call.text("name").map(str::to_lowercase);
        match (name.as_deref(), call.text("value")) {
            (None, _) => Ok(Reply::private(self.shown(&settings, call.now))),
            (Some("pause"), value) => self.rest(call, value.unwrap_or("all"), true).await,
            (Some("resume"), value) => self.rest(call, value.unwrap_or("all"), false).await,
            (Some("weights"), value) => self.weights(call, value).await,
            (Some("mention"), Some(value)) => self.set_mention(call, value).await,
            (Some(name), None) if NAMES.contains(&name) => Ok(Reply::private(self.shown(&settings, call.now))),
            (Some(name), Some(value)) if NAMES.contains(&name) => {
                set(&mut settings.clone(), name, value)?;
                let (name, value) = (name.to_owned(), value.to_owned());
                let change = move |settings: &mut Settings| _ = set(settings, &name, &value);
                let settings = self.store.change_settings(call.at(), Box::new(change)).await?;
                Ok(Reply::private(self.shown(&settings, call.now)))
            }
            (Some(name), _) => {
                let names = call.words.any_of(&NAMES);
                refuse(Phrase::of("settings-unknown").and("name", name).and("names", names))
            }
        }
    }

    fn shown(&self, settings: &Settings, now: Timestamp) -> Doc {
        let words = Words::new(settings.language.unwrap_or_default());
        let off = || "off".to_owned();
        let operators = || words.with("settings-operators-zone", &[("zone", self.weekly.zone.as_str().into())]);
        let zone = settings.zone.clone().unwrap_or_else(operators);
        let cap = settings.daily_max.unwrap_or(ALERTS_DAILY_MAX);
        let limit = settings.hourly_max.map_or_else(off, |max| limit_text(max, words));
        let fields = vec![
            words::field("timezone", zone),
            words::field("quiet", quiet_text(settings).unwrap_or_else(off)),
            words::field("limit", limit),
            words::field("cap", words.with("alerts-cap", &[("max", cap.into())])),
            words::field("fold", if settings.is_unfolded { "off" } else { "on" }),
            words::field("crosspost", if settings.crosspost { "on" } else { "off" }),
            words::field("language", language_text(words.language())),
            words::field(words.say("settings-recap"), settings.recap.as_ref().map_or_else(off, schedule_text)),
        ];
        let mut blocks = vec![Block::Heading(words.say("settings-here").into()), Block::Fields(fields)];
        blocks.extend(muted(settings, now, words).map(|muted| Block::Fields(vec![muted])));
        blocks.push(words::paragraph(words.say("settings-how")));
        Doc::new(blocks)
    }

    /// `2 @role`, or `2 off`.
    async fn set_mention(&self, call: &Call<'_>, value: &str) -> Answer {
        let (number, mention) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
        if mention.trim().is_empty() {
            return refuse(Phrase::of("settings-mention-how"));
        }
        let subscription = self.subscription(call, number).await?;
        let mention = Some(mention.trim().to_owned()).filter(|mention| !mention.eq_ignore_ascii_case("off"));
        let platform = subscription.to.platform;
        let known = self.calls.iter().find(|(kind, _)| *kind == platform);
        if let (Some(mention), Some((_, can_call))) = (&mention, known) {
            can_call(&subscription.to, mention).or_else(refuse)?;
        }
        let subscription = self.change(&subscription, move |one| one.mention = mention).await?;
        let said = match subscription.mention {
            Some(mention) => Phrase::of("settings-mention-set").and("mention", mention),
            None => Phrase::of("settings-mention-off"),
        };
        Ok(Reply::private(call.says(said.and("number", subscription.number))))
    }
}

/// Changes one setting, or says why it cannot be.
fn set(settings: &mut Settings, name: &str, value: &str) -> Result<(), CommandError> {
    let is_off = matches!(value.to_lowercase().as_str(), "off" | "none" | "default");
    match name {
        "timezone" if is_off => settings.zone = None,
        "timezone" => match TimeZone::get(value) {
            Ok(zone) => settings.zone = Some(zone.iana_name().unwrap_or(value).to_owned()),
            Err(_) => return refuse(Phrase::of("settings-no-zone").and("value", value)),
        },
        "quiet" => settings.quiet = if is_off { None } else { Some(quiet(value)?) },
        "limit" if is_off => settings.hourly_max = None,
        "limit" => match value.parse() {
            Ok(max) if (1..=1000).contains(&max) => settings.hourly_max = Some(max),
            _ => return refuse(Phrase::of("settings-no-limit").and("value", value)),
        },
        "fold" => match value.to_lowercase().as_str() {
            "on" => settings.is_unfolded = false,
            _ if is_off => settings.is_unfolded = true,
            _ => return refuse(Phrase::of("settings-no-fold").and("value", value)),
        },
        "cap" => settings.daily_max = alerts_cap(settings, value, is_off)?,
        "crosspost" => match value.to_lowercase().as_str() {
            "on" => settings.crosspost = true,
            _ if is_off => settings.crosspost = false,
            _ => return refuse(Phrase::of("settings-no-crosspost").and("value", value)),
        },
        "language" if is_off => settings.language = None,
        "language" => match Language::parse(value) {
            Some(language) => settings.language = Some(language),
            None => {
                let known = Language::ALL.map(language_text).join(", ");
                return refuse(Phrase::of("settings-no-language").and("value", value).and("languages", known));
            }
        },
        other => return refuse(Phrase::of("settings-not-so").and("name", other)),
    }
    Ok(())
}

/// Alerts to a person in one day; without a number the usual one.
fn alerts_cap(settings: &Settings, value: &str, is_off: bool) -> Result<Option<u32>, CommandError> {
    match value.parse() {
        Ok(max) if (1..=1000).contains(&max) => Ok(Some(max)),
        _ if is_off => Ok(None),
        _ => {
            let words = Words::new(settings.language.unwrap_or_default());
            let args = [("max", ALERTS_DAILY_MAX.into()), ("value", value.into())];
            refuse(words.with("alerts-cap-wrong", &args))
        }
    }
}

fn quiet_text(settings: &Settings) -> Option<String> {
    let quiet = settings.quiet?;
    Some(format!("{}-{}", quiet.from.strftime("%H:%M"), quiet.to.strftime("%H:%M")))
}

fn limit_text(max: u32, words: Words) -> String {
    words.with("settings-cards-an-hour", &[("count", max.into())])
}

/// As it is typed, and as it calls itself.
fn language_text(language: Language) -> String {
    format!("{} ({})", language.tag(), language.name())
}

fn schedule_text(schedule: &Schedule) -> String {
    let day = match schedule.period {
        Period::Day => "daily".to_owned(),
        Period::Week(day) => format!("weekly {}", format!("{day:?}").to_lowercase()),
    };
    format!("{day} {} {}", schedule.time.strftime("%H:%M"), schedule.zone)
}

fn muted(settings: &Settings, now: Timestamp, words: Words) -> Option<Field> {
    let holds = settings.mutes.iter().filter(|mute| mute.until.is_none_or(|until| until > now));
    let mutes: Vec<String> = holds
        .map(|mute| match mute.until {
            Some(until) => {
                let until = Phrase::of("settings-muted-until").and("until", words::minute(until));
                words.phrase(&until.and("what", name_of(&mute.what)))
            }
            None => name_of(&mute.what),
        })
        .collect();
    (!mutes.is_empty()).then(|| words::field(words.say("settings-muted"), words.list(&mutes)))
}

/// What keeps cards back or puts them off here.
pub fn kept_back(settings: &Settings, now: Timestamp, words: Words) -> Vec<Field> {
    let quiet = quiet_text(settings).map(|text| words::field("quiet", text));
    let limit = settings.hourly_max.map(|max| words::field("limit", limit_text(max, words)));
    let recap = settings.recap.as_ref();
    let recap = recap.map(|schedule| words::field(words.say("settings-recap"), schedule_text(schedule)));
    [muted(settings, now, words), quiet, limit, recap].into_iter().flatten().collect()
}
