//! `filter set`, `filter test`, `filter clear`.

use super::{Answer, Call, CommandError, Commands, refuse, words};
use crate::model::doc::{Block, Doc};
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
        let said = format!("Subscription {} lets through only: {filter}", subscription.number);
        Ok(Reply::private(Doc::new([vec![words::paragraph(said)], blocks].concat())))
    }

    pub(super) async fn filter_test(&self, call: &Call<'_>) -> Answer {
        let mut subscription = self.subscription(call, call.required("subscription")?).await?;
        let query = self.query(call.required("query")?)?;
        subscription.filter = Some(query.to_string());
        let blocks = self.tried(&subscription, call).await?;
        let said = format!("Nothing was changed. Subscription {} with: {query}", subscription.number);
        Ok(Reply::private(Doc::new([vec![words::paragraph(said)], blocks].concat())))
    }

    /// What a subscription would have brought. A feed that cannot be read right now does not hold
    /// up a change.
    async fn tried(&self, subscription: &Subscription, call: &Call<'_>) -> Result<Vec<Block>, CommandError> {
        match self.samples(&Reader::new(subscription.clone()), call.now).await {
            Ok(samples) => Ok(vec![words::paragraph(samples.summary()), samples.lines()]),
            Err(CommandError::Usage(error)) => Ok(vec![words::paragraph(error.0)]),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn ask_filter_clear(&self, call: &Call<'_>) -> Result<Doc, CommandError> {
        let subscription = self.subscription(call, call.required("subscription")?).await?;
        match &subscription.filter {
            None => refuse(format!("Subscription {} has no filter.", subscription.number)),
            Some(filter) => Ok(Doc::says(format!(
                "Post everything of subscription {}, {}, again? Its filter is: {filter}",
                subscription.number,
                self.name_of(&subscription).await?
            ))),
        }
    }

    pub(super) async fn filter_clear(&self, call: &Call<'_>) -> Answer {
        let subscription = self.subscription(call, call.required("subscription")?).await?;
        let number = subscription.number;
        self.change(&subscription, |one| one.filter = None).await?;
        Ok(Reply::private(Doc::says(format!("Subscription {number} posts everything again."))))
    }

    /// Changes a subscription, unless it has ended meanwhile.
    pub(super) async fn change(
        &self,
        subscription: &Subscription,
        change: impl FnOnce(&mut Subscription) + Send + 'static,
    ) -> Result<Subscription, CommandError> {
        match self.store.change_subscription(&subscription.id, Box::new(change)).await? {
            Some(changed) => Ok(changed),
            None => refuse(format!("Subscription {} has ended meanwhile.", subscription.number)),
        }
    }
}
