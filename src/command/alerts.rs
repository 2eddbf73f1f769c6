//! `alerts on`, `alerts off`: to the person who asks, and nobody else.

use super::places::quiet;
use super::subscribe::SUBSCRIPTIONS_MAX;
use super::{Answer, Call, CommandError, Commands, refuse, words};
use crate::model::doc::Doc;
use crate::model::label::Urgency;
use crate::model::subscription::{Address, Origin, Subscription, Wants};
use crate::port::{BY_LINK, Enrolment, Reply};

impl Commands {
    pub(super) async fn alerts_on(&self, call: &Call<'_>) -> Answer {
        let audiences = self.audiences(call.required("audience")?)?;
        let urgency = call.text("urgency").and_then(|text| Urgency::ALL.into_iter().find(|one| one.name() == text));
        let filter = call.text("filter").map(|text| self.query(text)).transpose()?;
        let silence = call.text("quiet").map(quiet).transpose()?;
        let direct = call.invocation.from.direct.clone();
        let wants = Wants::Alerts { audiences, urgency };
        // Who opens a link does not see what it says, and must lose nothing by it.
        if call.text(BY_LINK).is_some()
            && let Some(alerts) = self.alerts_of(&direct).await?
        {
            return refuse(format!(
                "You get {} already, and that stays so. To have other alerts instead, say it yourself: alerts on {}",
                words::wants(&alerts, None, &self.labels, call.words),
                call.required("audience")?
            ));
        }
        let mut subscription = Subscription::new(direct.clone(), wants, Origin::Chat, call.now);
        // Alerts are asked for as a whole: what was asked before no longer counts.
        subscription.filter = filter.map(|query| query.to_string());
        subscription.owner = Some(direct.clone());
        if let Some(silence) = silence {
            self.store.change_settings(&direct, Box::new(move |settings| settings.quiet = Some(silence))).await?;
        }
        let enrolment = Enrolment { subscription, intake: None, catch_up: Vec::new(), max: SUBSCRIPTIONS_MAX };
        let (subscription, _) = self.enrol(enrolment).await?;
        let mut text = format!("You get {}", words::wants(&subscription, None, &self.labels, call.words));
        if let Some(filter) = &subscription.filter {
            text.push_str(&format!(", filtered by {filter}"));
        }
        if let Some(silence) = silence {
            text.push_str(&format!(
                "; whatever comes to you waits from {} to {} (\"settings quiet off\" there ends that)",
                silence.from.strftime("%H:%M"),
                silence.to.strftime("%H:%M")
            ));
        }
        text.push_str(". They come to you alone; \"alerts off\" ends them.");
        Ok(Reply::private(Doc::says(text)))
    }

    pub(super) async fn alerts_off(&self, call: &Call<'_>) -> Answer {
        match self.alerts_of(&call.invocation.from.direct).await? {
            None => refuse("You have no alerts."),
            Some(alerts) => {
                self.store.unsubscribe(&alerts.id).await?;
                Ok(Reply::private(Doc::says("You get no alerts any more.")))
            }
        }
    }

    async fn alerts_of(&self, direct: &Address) -> Result<Option<Subscription>, CommandError> {
        let all = self.store.subscriptions_of(direct).await?;
        Ok(all.into_iter().find(|one| matches!(one.wants, Wants::Alerts { .. })))
    }
}
