//! `settings`: what an address has settled for itself; `pause` and `resume` of its subscriptions.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::places::quiet;
use super::{Answer, Call, CommandError, Commands, refuse, words};
use crate::locale::Words;
use crate::model::doc::{Block, Doc, Field};
use crate::model::settings::{ALERTS_DAILY_MAX, Period, Schedule, Settings};
use crate::pipeline::route::name_of;
use crate::port::Reply;

/// The names that can be set.
pub const NAMES: [&str; 8] = ["timezone", "quiet", "limit", "cap", "crosspost", "mention", "pause", "resume"];

impl Commands {
    pub(super) async fn settings(&self, call: &Call<'_>) -> Answer {
        let settings = self.store.settings(call.at()).await?;
        let name = call.text("name").map(str::to_lowercase);
        match (name.as_deref(), call.text("value")) {
            (None, _) => Ok(Reply::private(self.shown(&settings, call.now))),
            (Some("pause"), value) => self.rest(call, value.unwrap_or("all"), true).await,
            (Some("resume"), value) => self.rest(call, value.unwrap_or("all"), false).await,
            (Some("mention"), Some(value)) => self.set_mention(call, value).await,
            (Some(name), None) if NAMES.contains(&name) => Ok(Reply::private(self.shown(&settings, call.now))),
            (Some(name), Some(value)) if NAMES.contains(&name) => {
                set(&mut settings.clone(), name, value)?;
                let (name, value) = (name.to_owned(), value.to_owned());
                let change = move |settings: &mut Settings| _ = set(settings, &name, &value);
                let settings = self.store.change_settings(call.at(), Box::new(change)).await?;
                Ok(Reply::private(self.shown(&settings, call.now)))
            }
            (Some(name), _) => refuse(format!("There is no setting \"{name}\". There is {}.", words::any_of(&NAMES))),
        }
    }

    fn shown(&self, settings: &Settings, now: Timestamp) -> Doc {
        let off = || "off".to_owned();
        let zone = settings.zone.clone().unwrap_or_else(|| format!("{} (the operator's)", self.weekly.zone));
        let words = Words::new(settings.language.unwrap_or_default());
        let cap = settings.daily_max.unwrap_or(ALERTS_DAILY_MAX);
        let limit = settings.hourly_max.map_or_else(off, |max| format!("{max} cards an hour"));
        let fields = vec![
            words::field("timezone", zone),
            words::field("quiet", quiet_text(settings).unwrap_or_else(off)),
            words::field("limit", limit),
            words::field("cap", words.with("alerts-cap", &[("max", cap.into())])),
            words::field("crosspost", if settings.crosspost { "on" } else { "off" }),
            words::field("recap", settings.recap.as_ref().map_or_else(off, schedule_text)),
        ];
        let mut blocks = vec![Block::Heading("Settings of this place".into()), Block::Fields(fields)];
        let kept: Vec<Field> =
            kept_back(settings, now).into_iter().filter(|field| field.label.as_str() == "muted").collect();
        if !kept.is_empty() {
            blocks.push(Block::Fields(kept));
        }
        blocks.push(words::paragraph("Change one: settings quiet 22:00-07:00. Of one subscription: settings mention 2 @role, settings pause 2, settings resume 2."));
        Doc::new(blocks)
    }

    /// `2 @role`, or `2 off`.
    async fn set_mention(&self, call: &Call<'_>, value: &str) -> Answer {
        let (number, mention) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
        if mention.trim().is_empty() {
            return refuse("Say whose posts call whom: settings mention 2 @role, or settings mention 2 off.");
        }
        let subscription = self.subscription(call, number).await?;
        let mention = Some(mention.trim().to_owned()).filter(|mention| !mention.eq_ignore_ascii_case("off"));
        let platform = subscription.to.platform;
        let known = self.calls.iter().find(|(kind, _)| *kind == platform);
        if let (Some(mention), Some((_, can_call))) = (&mention, known) {
            can_call(&subscription.to, mention).or_else(refuse)?;
        }
        let subscription = self.change(&subscription, move |one| one.mention = mention).await?;
        let text = match &subscription.mention {
            Some(mention) => format!("Posts of subscription {} call {mention}.", subscription.number),
            None => format!("Posts of subscription {} call nobody.", subscription.number),
        };
        Ok(Reply::private(Doc::says(text)))
    }
}

/// Changes one setting, or says why it cannot be.
fn set(settings: &mut Settings, name: &str, value: &str) -> Result<(), CommandError> {
    let is_off = matches!(value.to_lowercase().as_str(), "off" | "none" | "default");
    match name {
        "timezone" if is_off => settings.zone = None,
        "timezone" => match TimeZone::get(value) {
            Ok(zone) => settings.zone = Some(zone.iana_name().unwrap_or(value).to_owned()),
            Err(_) => return refuse(format!("There is no time zone \"{value}\". Write Europe/Berlin.")),
        },
        "quiet" => settings.quiet = if is_off { None } else { Some(quiet(value)?) },
        "limit" if is_off => settings.hourly_max = None,
        "limit" => match value.parse() {
            Ok(max) if (1..=1000).contains(&max) => settings.hourly_max = Some(max),
            _ => return refuse(format!("limit is a number of cards an hour from 1 to 1000, or off; not \"{value}\".")),
        },
        "cap" => settings.daily_max = alerts_cap(settings, value, is_off)?,
        "crosspost" => match value.to_lowercase().as_str() {
            "on" => settings.crosspost = true,
            _ if is_off => settings.crosspost = false,
            _ => return refuse(format!("crosspost is on or off, not \"{value}\".")),
        },
        other => return refuse(format!("\"{other}\" cannot be set that way.")),
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

fn schedule_text(schedule: &Schedule) -> String {
    let day = match schedule.period {
        Period::Day => "daily".to_owned(),
        Period::Week(day) => format!("weekly {}", format!("{day:?}").to_lowercase()),
    };
    format!("{day} {} {}", schedule.time.strftime("%H:%M"), schedule.zone)
}

/// What keeps cards back or puts them off here.
pub fn kept_back(settings: &Settings, now: Timestamp) -> Vec<Field> {
    let mut fields = Vec::new();
    let holds = settings.mutes.iter().filter(|mute| mute.until.is_none_or(|until| until > now));
    let mutes: Vec<String> = holds
        .map(|mute| match mute.until {
            Some(until) => format!("{} until {}", name_of(&mute.what), words::minute(until)),
            None => name_of(&mute.what),
        })
        .collect();
    if !mutes.is_empty() {
        fields.push(words::field("muted", mutes.join(", ")));
    }
    fields.extend(quiet_text(settings).map(|text| words::field("quiet", text)));
    fields.extend(settings.hourly_max.map(|max| words::field("limit", format!("{max} cards an hour"))));
    fields.extend(settings.recap.as_ref().map(|schedule| words::field("recap", schedule_text(schedule))));
    fields
}
