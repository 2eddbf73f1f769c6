//! Buttons. Who presses is looked at when it is pressed: rights may have changed since the card.

use jiff::SignedDuration;

use super::{Answer, CommandError, Commands, mutes, refuse};
use crate::locale::Words;
use crate::model::card::Card;
use crate::model::doc::{Block, Button, Doc};
use crate::model::id::ItemId;
use crate::model::phrase::Phrase;
use crate::model::press::Press;
use crate::model::settings::{Mute, Muted, Settings, WEIGHT_MAX};
use crate::model::subscription::Address;
use crate::pipeline::present;
use crate::pipeline::route::name_of;
use crate::pipeline::telling::{self, Telling};
use crate::port::{Invocation, Reply, Vote};

/// How long a mute by button lasts.
const MUTE: SignedDuration = SignedDuration::from_hours(24);

impl Commands {
    pub(super) async fn press(&self, press: &Press, invocation: &Invocation, words: Words) -> Answer {
        match press {
            Press::Insight(item) => self.insight(item, &invocation.at, words).await,
            Press::Why(item) => self.why_item(item, &invocation.at, self.clock.now(), words).await,
            Press::Mute(item) => self.ask_mute(item, invocation).await,
            Press::MuteSource(item) => self.mute_by_button(item, invocation, is_source).await,
            Press::MuteTopic(item) => self.mute_by_button(item, invocation, is_topic).await,
            Press::MuteStory(item) => self.mute_by_button(item, invocation, is_story).await,
            Press::UnmuteSource(item) => self.unmute_by_button(item, invocation, is_source).await,
            Press::UnmuteTopic(item) => self.unmute_by_button(item, invocation, is_topic).await,
            Press::UnmuteStory(item) => self.unmute_by_button(item, invocation, is_story).await,
            Press::AlertsOff => self.alerts_off_by_button(invocation).await,
            Press::Useful(item) => self.vote(item, true, invocation, words).await,
            Press::NotUseful(item) => self.vote(item, false, invocation, words).await,
            Press::Yes(token) => self.decide(token, true, invocation, words).await,
            Press::No(token) => self.decide(token, false, invocation, words).await,
        }
    }

    /// The depth of a card, with the other reports of its story.
    async fn insight(&self, item: &ItemId, at: &Address, words: Words) -> Answer {
        let card = self.kept(item).await?;
        let foreign = self.store.foreign_to(at, telling::referred(&card)).await?;
        let card = telling::without(card, &foreign);
        let story = self.store.story_of(item).await?;
        let own = self.store.feeds_of(at).await?;
        let reports = story.iter().flat_map(|story| &story.reports).filter(|report| report.item != *item);
        let also = reports.filter(|report| own.as_ref().is_none_or(|own| own.contains(&report.feed)));
        let telling = Telling { also: also.cloned().collect(), story: story.clone(), follows: None };
        Ok(Reply::private(telling::deepen(present::insight(&card, words), &card, &telling, words)))
    }

    async fn kept(&self, item: &ItemId) -> Result<Card, CommandError> {
        match self.store.card(item).await? {
            Some(card) => Ok(card),
            None => refuse(Phrase::of("words-card-not-kept")),
        }
    }

    async fn ask_mute(&self, item: &ItemId, invocation: &Invocation) -> Answer {
        let words = self.words_at(&invocation.at).await?;
        may_manage(invocation, words)?;
        let card = self.kept(item).await?;
        let button = |(label, what): (String, Muted)| {
            let press = match what {
                Muted::Source(_) => Press::MuteSource(item.clone()),
                Muted::Topic(_) => Press::MuteTopic(item.clone()),
                Muted::Story(_) | Muted::All => Press::MuteStory(item.clone()),
            };
            Button::press(&label, press)
        };
        let buttons = mutes::choices(&card, words).into_iter().map(button).collect();
        let text = words.say("quiet-choose");
        Ok(Reply::private(Doc::new(vec![Block::Paragraph(text.into()), Block::Buttons(buttons)])))
    }

    /// What of a card is meant by one of its buttons.
    async fn meant(
        &self,
        item: &ItemId,
        invocation: &Invocation,
        is_meant: fn(&Muted) -> bool,
    ) -> Result<Muted, CommandError> {
        let words = self.words_at(&invocation.at).await?;
        may_manage(invocation, words)?;
        let card = self.kept(item).await?;
        match mutes::choices(&card, words).into_iter().find(|(_, what)| is_meant(what)) {
            Some((_, Muted::Story(item))) => Ok(Muted::Story(self.story_named(item).await?)),
            Some((_, what)) => Ok(what),
            None => refuse(words.say("quiet-topicless")),
        }
    }

    async fn mute_by_button(&self, item: &ItemId, invocation: &Invocation, is_meant: fn(&Muted) -> bool) -> Answer {
        let what = self.meant(item, invocation, is_meant).await?;
        let unmute = match what {
            Muted::Source(_) => Press::UnmuteSource(item.clone()),
            Muted::Topic(_) => Press::UnmuteTopic(item.clone()),
            Muted::Story(_) | Muted::All => Press::UnmuteStory(item.clone()),
        };
        let now = self.clock.now();
        self.put_mute(&invocation.at, Mute { what, until: now.checked_add(MUTE).ok() }, Some(unmute), now).await
    }

    async fn unmute_by_button(&self, item: &ItemId, invocation: &Invocation, is_meant: fn(&Muted) -> bool) -> Answer {
        let what = self.meant(item, invocation, is_meant).await?;
        let named = name_of(&what);
        self.end_mutes(&invocation.at, Some(what), &named).await
    }

    /// One vote a person and card; the last one counts.
    async fn vote(&self, item: &ItemId, is_useful: bool, invocation: &Invocation, words: Words) -> Answer {
        let card = self.kept(item).await?;
        let at = invocation.at.clone();
        let vote = Vote { at: at.clone(), person: invocation.from.id.clone(), item: item.clone(), is_useful };
        let before = self.store.vote(vote).await?;
        if before == Some(is_useful) {
            return Ok(Reply::private(Doc::says(words.say("settings-vote-again"))));
        }
        let worth = |is_useful: bool| if is_useful { 1 } else { -1 };
        let change = worth(is_useful) - before.map(worth).unwrap_or(0);
        let topics = card.topics.iter().map(|topic| format!("topic:{}", topic.name));
        let keys: Vec<String> = topics.chain([format!("source:{}", card.source.name)]).collect();
        let weigh = move |settings: &mut Settings| {
            for key in keys {
                let weight = settings.weights.entry(key).or_default();
                *weight = (*weight + change).clamp(-WEIGHT_MAX, WEIGHT_MAX);
            }
            settings.weights.retain(|_, weight| *weight != 0);
        };
        self.store.change_settings(&at, Box::new(weigh)).await?;
        let thanks = if is_useful { "settings-vote-more" } else { "settings-vote-less" };
        Ok(Reply::private(Doc::says(words.say(thanks))))
    }
}

fn may_manage(invocation: &Invocation, words: Words) -> Result<(), CommandError> {
    if invocation.may_manage { Ok(()) } else { refuse(words.say("quiet-managers")) }
}

fn is_source(what: &Muted) -> bool {
    matches!(what, Muted::Source(_))
}

fn is_topic(what: &Muted) -> bool {
    matches!(what, Muted::Topic(_))
}

fn is_story(what: &Muted) -> bool {
    matches!(what, Muted::Story(_))
}
