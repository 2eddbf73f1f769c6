//! `alerts on`, `alerts off`, and the tap that ends them: to the person who asks, and nobody else.

use jiff::{SignedDuration, Timestamp};

use super::places::quiet;
use super::subscribe::SUBSCRIPTIONS_MAX;
use super::{Answer, Call, CommandError, Commands, refuse, words};
use crate::locale::Words;
use crate::model::doc::{Block, Button, Doc};
use crate::model::id::token;
use crate::model::label::Urgency;
use crate::model::press::Press;
use crate::model::settings::{ALERTS_DAILY_MAX, Quiet};
use crate::model::subscription::{Address, Origin, Subscription, Wants};
use crate::port::{BY_LINK, Enrolment, Invocation, Question, Reply};

/// How long the button stands that turns alerts on again.
const REGRET: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Commands {
    pub(super) async fn alerts_on(&self, call: &Call<'_>) -> Answer {
        let audiences = self.audiences(call.required("audience")?)?;
        let urgency = call.text("urgency").and_then(|text| Urgency::ALL.into_iter().find(|one| one.name() == text));
        let filter = call.text("filter").map(|text| self.query(text)).transpose()?;
        let silence = call.text("quiet").map(quiet).transpose()?;
        let direct = call.invocation.from.direct.clone();
        let words = self.words_at(call.at()).await?;
        let wants = Wants::Alerts { audiences, urgency };
        // Who opens a link does not see what it says, and must lose nothing by it.
        if call.text(BY_LINK).is_some()
            && let Some(alerts) = self.alerts_of(&direct).await?
        {
            let what = words::wants(&alerts, None, &self.labels, call.words);
            let audience = call.required("audience")?;
            return refuse(call.words.with("alerts-stay", &[("what", what.into()), ("audience", audience.into())]));
        }
        let mut subscription = Subscription::new(direct.clone(), wants, Origin::Chat, call.now);
        // Alerts are asked for as a whole: what was asked before no longer counts.
        subscription.filter = filter.map(|query| query.to_string());
        subscription.owner = Some(direct.clone());
        let settings = match silence {
            Some(silence) => {
                self.store.change_settings(&direct, Box::new(move |settings| settings.quiet = Some(silence))).await?
            }
            None => self.store.settings(&direct).await?,
        };
        let enrolment = Enrolment { subscription, intake: None, catch_up: Vec::new(), max: SUBSCRIPTIONS_MAX };
        let (subscription, _) = self.enrol(enrolment).await?;
        // What waited for other alerts and is none of these any more.
        self.withdraw_unwanted(&direct, call.now).await?;
        let what = words::wants(&subscription, None, &self.labels, call.words);
        let max = settings.daily_max.unwrap_or(ALERTS_DAILY_MAX);
        let mut sentences = vec![match &subscription.filter {
            None => words.with("alerts-get", &[("what", what.into())]),
            Some(filter) => {
                words.with("alerts-get-filtered", &[("what", what.into()), ("filter", filter.as_str().into())])
            }
        }];
        sentences.extend(silence.map(|silence| quiet_text(silence, words)));
        sentences.push(words.with("alerts-alone", &[("max", max.into())]));
        Ok(Reply::private(Doc::says(sentences.join(" "))))
    }

    pub(super) async fn alerts_off(&self, call: &Call<'_>) -> Answer {
        let words = self.words_at(call.at()).await?;
        match self.end_alerts(&call.invocation.from.direct, call.now).await? {
            None => refuse(words.say("alerts-none")),
            Some(_) => Ok(Reply::private(Doc::says(words.say("alerts-ended")))),
        }
    }

    /// One tap on an alert ends the alerts of whoever taps, and shows how to have them again.
    pub(super) async fn alerts_off_by_button(&self, invocation: &Invocation) -> Answer {
        let now = self.clock.now();
        let words = self.words_at(&invocation.at).await?;
        let Some(alerts) = self.end_alerts(&invocation.from.direct, now).await? else {
            return refuse(words.say("alerts-none"));
        };
        let arguments = said_as(&alerts);
        let line: Vec<String> = arguments.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        let line = format!("alerts on {}", line.join(" ").trim_start_matches("audience:"));
        let again = self.offer(invocation, arguments, now).await?;
        Ok(Reply::private(Doc::new(vec![
            Block::Paragraph(words.say("alerts-ended").into()),
            Block::Paragraph(words.say("alerts-again").into()),
            Block::Code(line.into()),
            Block::Buttons(vec![Button::press(&words.say("alerts-again-button"), Press::Yes(again))]),
        ])))
    }

    /// Asks whether the alerts are wanted again; the token of the question.
    async fn offer(
        &self,
        invocation: &Invocation,
        arguments: Vec<(String, String)>,
        now: Timestamp,
    ) -> Result<String, CommandError> {
        let (at, person) = (invocation.at.clone(), invocation.from.id.clone());
        let token = token(&[&person, &at.to_string(), "alerts on", &now.to_string()]);
        let expires = now.checked_add(REGRET).unwrap_or(Timestamp::MAX);
        let word = "alerts on".to_owned();
        let question = Question { token: token.clone(), at, person, word, arguments, file: None, expires };
        self.store.ask(question).await?;
        Ok(token)
    }

    async fn end_alerts(&self, direct: &Address, now: Timestamp) -> Result<Option<Subscription>, CommandError> {
        let Some(alerts) = self.alerts_of(direct).await? else { return Ok(None) };
        self.store.unsubscribe(&alerts.id).await?;
        self.withdraw_unwanted(direct, now).await?;
        Ok(Some(alerts))
    }

    async fn alerts_of(&self, direct: &Address) -> Result<Option<Subscription>, CommandError> {
        let all = self.store.subscriptions_of(direct).await?;
        Ok(all.into_iter().find(|one| matches!(one.wants, Wants::Alerts { .. })))
    }
}

/// What to say to have the same alerts again, the free text last.
fn said_as(alerts: &Subscription) -> Vec<(String, String)> {
    let mut arguments = Vec::new();
    if let Wants::Alerts { audiences, urgency } = &alerts.wants {
        let all: Vec<&str> = audiences.iter().map(String::as_str).collect();
        let all = if all.is_empty() { "all".to_owned() } else { all.join(",") };
        arguments.push(("audience".to_owned(), all));
        arguments.extend(urgency.map(|urgency| ("urgency".to_owned(), urgency.name().to_owned())));
    }
    arguments.extend(alerts.filter.as_ref().map(|filter| ("filter".to_owned(), filter.clone())));
    arguments
}

fn quiet_text(silence: Quiet, words: Words) -> String {
    let time = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
    words.with("alerts-quiet", &[("from", time(silence.from).into()), ("to", time(silence.to).into())])
}
