//! `mute`, `unmute`.

use jiff::Timestamp;

use super::places::{duration, label};
use super::{Answer, Call, CommandError, Commands, UsageError, refuse, words};
use crate::model::card::Card;
use crate::model::doc::Doc;
use crate::model::id::ItemId;
use crate::model::item::link_fingerprint;
use crate::model::settings::{Mute, Muted, Settings};
use crate::model::subscription::Address;
use crate::pipeline::route::name_of;
use crate::port::Reply;

/// Mutes of one address.
const MUTES_MAX: usize = 100;

impl Commands {
    pub(super) async fn mute(&self, call: &Call<'_>) -> Answer {
        let what = self.muted(call.required("what")?).await?;
        let until = match call.text("for") {
            Some(text) => call.now.checked_add(duration(text)?).ok(),
            None => None,
        };
        self.put_mute(call.at(), Mute { what, until }, call.now).await
    }

    /// Mutes, and says so.
    pub(super) async fn put_mute(&self, at: &Address, mute: Mute, now: Timestamp) -> Answer {
        let settings = self.store.settings(at).await?;
        let others =
            settings.mutes.iter().filter(|one| one.what != mute.what && one.until.is_none_or(|until| until > now));
        if others.count() >= MUTES_MAX {
            return refuse(format!("There are {MUTES_MAX} mutes here already; unmute something first."));
        }
        let until =
            mute.until.map_or_else(|| "until \"unmute\"".to_owned(), |until| format!("until {}", words::minute(until)));
        let text =
            format!("{} is muted here {until}. To end that: unmute {}", name_of(&mute.what), name_of(&mute.what));
        let change = move |settings: &mut Settings| {
            settings.mutes.retain(|one| one.what != mute.what && one.until.is_none_or(|until| until > now));
            settings.mutes.push(mute);
        };
        self.store.change_settings(at, Box::new(change)).await?;
        self.withdraw_unwanted(at, now).await?;
        Ok(Reply::private(Doc::says(text)))
    }

    pub(super) async fn unmute(&self, call: &Call<'_>) -> Answer {
        let named = call.required("what")?;
        let settings = self.store.settings(call.at()).await?;
        let what = if named.eq_ignore_ascii_case("all") { None } else { Some(self.muted(named).await?) };
        let is_meant = move |mute: &Mute| what.as_ref().is_none_or(|what| mute.what == *what);
        if !settings.mutes.iter().any(&is_meant) {
            let all: Vec<String> = settings.mutes.iter().map(|mute| name_of(&mute.what)).collect();
            let all = if all.is_empty() { "nothing".to_owned() } else { all.join(", ") };
            return refuse(format!("{named} is not muted here. Muted: {all}."));
        }
        let change = move |settings: &mut Settings| settings.mutes.retain(|mute| !is_meant(mute));
        self.store.change_settings(call.at(), Box::new(change)).await?;
        Ok(Reply::private(Doc::says(format!("{named} is heard here again."))))
    }

    /// `source:x`, `topic:x`, `story:<link or card>`, `all`.
    async fn muted(&self, text: &str) -> Result<Muted, CommandError> {
        if text.eq_ignore_ascii_case("all") {
            return Ok(Muted::All);
        }
        let wrong =
            || UsageError(format!("\"{text}\" cannot be muted. Write source:x, topic:x, story:x or all.").into());
        let (kind, name) = text.split_once(':').ok_or_else(wrong)?;
        let name = name.trim().trim_matches('"');
        match kind.to_lowercase().as_str() {
            "source" if !name.is_empty() => Ok(Muted::Source(self.source(name).await?)),
            "topic" => match label(&self.labels.topics, name) {
                Some(topic) => Ok(Muted::Topic(topic.to_owned())),
                None => refuse(format!("There is no topic \"{name}\". See \"topics\".")),
            },
            "story" if !name.is_empty() => Ok(Muted::Story(self.story(name).await?)),
            _ => Err(wrong().into()),
        }
    }

    /// A source as cards call it, where it can be told.
    async fn source(&self, name: &str) -> Result<String, CommandError> {
        let feeds = self.store.feeds().await?;
        let found = feeds.iter().find(|record| record.title().eq_ignore_ascii_case(name));
        Ok(found.map_or_else(|| name.to_owned(), |record| record.title().to_owned()))
    }

    async fn story(&self, name: &str) -> Result<ItemId, CommandError> {
        if let Some(card) = self.store.card(&ItemId::new(name)).await? {
            return Ok(card.id);
        }
        let items = self.store.items_with_link(link_fingerprint(name)).await?;
        match items.first() {
            Some(item) => Ok(item.clone()),
            None => refuse(format!("No card has the id or link \"{name}\".")),
        }
    }
}

/// What of a card can be muted, with the words that do it.
pub fn choices(card: &Card) -> Vec<(String, Muted)> {
    let mut choices = vec![(format!("Source: {}", card.source.name), Muted::Source(card.source.name.clone()))];
    choices
        .extend(card.topics.first().map(|topic| (format!("Topic: {}", topic.name), Muted::Topic(topic.name.clone()))));
    choices.push(("This story".to_owned(), Muted::Story(card.id.clone())));
    choices
}
