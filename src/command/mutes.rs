//! `mute`, `unmute`.

use jiff::Timestamp;

use super::places::{duration, label};
use super::{Answer, Call, CommandError, Commands, UsageError, refuse, words};
use crate::locale::Words;
use crate::model::card::Card;
use crate::model::doc::{Block, Button, Doc};
use crate::model::id::ItemId;
use crate::model::item::link_fingerprint;
use crate::model::press::Press;
use crate::model::settings::{Mute, Muted, Settings};
use crate::model::subscription::Address;
use crate::pipeline::route::name_of;
use crate::port::Reply;

/// Mutes of one address.
const MUTES_MAX: usize = 100;

impl Commands {
    pub(super) async fn mute(&self, call: &Call<'_>) -> Answer {
        let words = self.words_at(call.at()).await?;
        let what = self.muted(call.required("what")?, words).await?;
        let until = match call.text("for") {
            Some(text) => call.now.checked_add(duration(text)?).ok(),
            None => None,
        };
        self.put_mute(call.at(), Mute { what, until }, None, call.now).await
    }

    /// Mutes, and says so, with the button that ends it where there is one.
    pub(super) async fn put_mute(&self, at: &Address, mute: Mute, unmute: Option<Press>, now: Timestamp) -> Answer {
        let settings = self.store.settings(at).await?;
        let words = Words::new(settings.language.unwrap_or_default());
        let others =
            settings.mutes.iter().filter(|one| one.what != mute.what && one.until.is_none_or(|until| until > now));
        if others.count() >= MUTES_MAX {
            return refuse(words.with("quiet-too-many", &[("max", MUTES_MAX.into())]));
        }
        let what = name_of(&mute.what);
        let text = match mute.until {
            Some(until) => {
                words.with("quiet-muted-until", &[("what", what.into()), ("until", words::minute(until).into())])
            }
            None => words.with("quiet-muted", &[("what", what.into())]),
        };
        let change = move |settings: &mut Settings| {
            settings.mutes.retain(|one| one.what != mute.what && one.until.is_none_or(|until| until > now));
            settings.mutes.push(mute);
        };
        self.store.change_settings(at, Box::new(change)).await?;
        self.withdraw_unwanted(at, now).await?;
        let mut doc = Doc::says(text);
        doc.blocks
            .extend(unmute.map(|press| Block::Buttons(vec![Button::press(&words.say("quiet-unmute-button"), press)])));
        Ok(Reply::private(doc))
    }

    pub(super) async fn unmute(&self, call: &Call<'_>) -> Answer {
        let named = call.required("what")?;
        let words = self.words_at(call.at()).await?;
        let what = if named.eq_ignore_ascii_case("all") { None } else { Some(self.muted(named, words).await?) };
        self.end_mutes(call.at(), what, named).await
    }

    /// Ends one mute, or all of them.
    pub(super) async fn end_mutes(&self, at: &Address, what: Option<Muted>, named: &str) -> Answer {
        let settings = self.store.settings(at).await?;
        let words = Words::new(settings.language.unwrap_or_default());
        let is_meant = move |mute: &Mute| what.as_ref().is_none_or(|what| mute.what == *what);
        if !settings.mutes.iter().any(&is_meant) {
            let all: Vec<String> = settings.mutes.iter().map(|mute| name_of(&mute.what)).collect();
            let all = if all.is_empty() { words.say("quiet-nothing") } else { all.join(", ") };
            return refuse(words.with("quiet-not-muted", &[("what", named.into()), ("all", all.into())]));
        }
        let change = move |settings: &mut Settings| settings.mutes.retain(|mute| !is_meant(mute));
        self.store.change_settings(at, Box::new(change)).await?;
        Ok(Reply::private(Doc::says(words.with("quiet-unmuted", &[("what", named.into())]))))
    }

    /// `source:x`, `topic:x`, `story:<link or card>`, `all`.
    async fn muted(&self, text: &str, words: Words) -> Result<Muted, CommandError> {
        if text.eq_ignore_ascii_case("all") {
            return Ok(Muted::All);
        }
        let wrong = || UsageError(words.with("quiet-what", &[("what", text.into())]).into());
        let (kind, name) = text.split_once(':').ok_or_else(wrong)?;
        let name = name.trim().trim_matches('"');
        match kind.to_lowercase().as_str() {
            "source" if !name.is_empty() => Ok(Muted::Source(self.source(name).await?)),
            "topic" => match label(&self.labels.topics, name) {
                Some(topic) => Ok(Muted::Topic(topic.to_owned())),
                None => refuse(words.with("quiet-no-topic", &[("name", name.into())])),
            },
            "story" if !name.is_empty() => Ok(Muted::Story(self.story(name, words).await?)),
            _ => Err(wrong().into()),
        }
    }

    /// A source as cards call it, where it can be told.
    async fn source(&self, name: &str) -> Result<String, CommandError> {
        let feeds = self.store.feeds().await?;
        let found = feeds.iter().find(|record| record.title().eq_ignore_ascii_case(name));
        Ok(found.map_or_else(|| name.to_owned(), |record| record.title().to_owned()))
    }

    async fn story(&self, name: &str, words: Words) -> Result<ItemId, CommandError> {
        if let Some(card) = self.store.card(&ItemId::new(name)).await? {
            return self.story_named(card.id).await;
        }
        let items = self.store.items_with_link(link_fingerprint(name)).await?;
        match items.first() {
            Some(item) => self.story_named(item.clone()).await,
            None => refuse(words.with("quiet-no-story", &[("name", name.into())])),
        }
    }

    /// A story goes by its first item, whichever of its reports somebody names.
    pub(super) async fn story_named(&self, item: ItemId) -> Result<ItemId, CommandError> {
        let story = self.store.story_of(&item).await?;
        Ok(story.map_or(item, |story| ItemId::new(story.id.as_str())))
    }
}

/// What of a card can be muted, as people read it.
pub fn choices(card: &Card, words: Words) -> Vec<(String, Muted)> {
    let source = card.source.name.as_str();
    let topic = card.topics.first().map(|topic| topic.name.as_str());
    let mut choices = vec![(words.with("quiet-source", &[("name", source.into())]), Muted::Source(source.to_owned()))];
    choices.extend(
        topic.map(|topic| (words.with("quiet-topic", &[("name", topic.into())]), Muted::Topic(topic.to_owned()))),
    );
    choices.push((words.say("quiet-story"), Muted::Story(card.id.clone())));
    choices
}
