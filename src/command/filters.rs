//! `filter set`, `filter test`, `filter clear`.

use super::{Answer, Call, CommandError, Commands, refuse, words};
use crate::model::doc::{Block, Doc};
use crate::model::phrase::Phrase;
use crate::model::subscription::Subscription;
use crate::pipeline::route::Reader;
use crate::port::Reply;

impl Commands {
    pub(super) async fn filter_set(&self, call: &Call<'_>) -> Answer {
        let mut subscription = self.subscription(call, call.required("subscription")?).await?;
        let filter = self.query(call.required("query")?)?.to_string();
        subscription.filter = Some(filter.clone());
        let blocks = self.tried(&subscription, call).await?;
        let wanted = filter.clone();
        self.change(&subscription, move |one| one.filter = Some(wanted)).await?;
        self.withdraw_unwanted(call.at(), call.now).await?;
        let said = Phrase::of("words-filter-set").and("number", subscription.number).and("filter", filter);
        Ok(Reply::private(Doc::new([vec![words::paragraph(call.words.phrase(&said))], blocks].concat())))
    }

    pub(super) async fn filter_test(&self, call: &Call<'_>) -> Answer {
        let mut subscription = self.subscription(call, call.required("subscription")?).await?;
        let query = self.query(call.required("query")?)?;
        subscription.filter = Some(query.to_string());
        let blocks = self.tried(&subscription, call).await?;
        let said = Phrase::of("words-filter-tried").and("number", subscription.number).and("filter", query.to_string());
        Ok(Reply::private(Doc::new([vec![words::paragraph(call.words.phrase(&said))], blocks].concat())))
    }

    /// What a subscription would have brought. A feed that cannot be read right now does not hold
    /// up a change.
    async fn tried(&self, subscription: &Subscription, call: &Call<'_>) -> Result<Vec<Block>, CommandError> {
        match self.samples(&Reader::new(subscription.clone()), call.now).await {
            Ok(samples) => Ok(vec![words::paragraph(samples.summary(call.words)), samples.lines(call.words)]),
            Err(CommandError::Usage(error)) => Ok(vec![words::paragraph(call.words.phrase(&error.0))]),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn ask_filter_clear(&self, call: &Call<'_>) -> Result<Doc, CommandError> {
        let subscription = self.subscription(call, call.required("subscription")?).await?;
        match &subscription.filter {
            None => refuse(Phrase::of("words-no-filter").and("number", subscription.number)),
            Some(filter) => {
                let name = self.name_of(&subscription, call.words).await?;
                let ask = Phrase::of("words-ask-filter-clear").and("number", subscription.number).and("name", name);
                Ok(call.says(ask.and("filter", filter.as_str())))
            }
        }
    }

    pub(super) async fn filter_clear(&self, call: &Call<'_>) -> Answer {
        let subscription = self.subscription(call, call.required("subscription")?).await?;
        let number = subscription.number;
        self.change(&subscription, |one| one.filter = None).await?;
        Ok(Reply::private(call.says(Phrase::of("words-filter-cleared").and("number", number))))
    }

    /// Changes a subscription, unless it has ended meanwhile.
    pub(super) async fn change(
        &self,
        subscription: &Subscription,
        change: impl FnOnce(&mut Subscription) + Send + 'static,
    ) -> Result<Subscription, CommandError> {
        match self.store.change_subscription(&subscription.id, Box::new(change)).await? {
            Some(changed) => Ok(changed),
            None => refuse(Phrase::of("words-ended-meanwhile").and("number", subscription.number)),
        }
    }
}
