//! `settings weights`: what readers here found useful. Orders recaps and nothing else.

use super::places::label;
use super::{Answer, Call, CommandError, Commands, UsageError, refuse, words as answers};
use crate::locale::Words;
use crate::model::doc::{Block, Doc};
use crate::model::settings::{Settings, WEIGHT_MAX};
use crate::port::Reply;

/// Weights of one address.
const WEIGHTS_MAX: usize = 200;

/// What somebody wants to be different.
enum Change {
    /// Every source and topic weighs the same again.
    Forget,
    Set {
        key: String,
        weight: i32,
    },
}

impl Commands {
    /// `topic:security +2`, `source:"The Register" off`, `off`; without a value they are shown.
    pub(super) async fn weights(&self, call: &Call<'_>, value: Option<&str>) -> Answer {
        let settings = self.store.settings(call.at()).await?;
        let words = call.words;
        let Some(value) = value else { return Ok(Reply::private(shown(&settings, words))) };
        let change = self.weight_change(value, &settings, words).await?;
        let is_full = settings.weights.len() >= WEIGHTS_MAX;
        if is_full && matches!(&change, Change::Set { key, .. } if !settings.weights.contains_key(key)) {
            return refuse(words.with("settings-weights-full", &[("count", WEIGHTS_MAX.into())]));
        }
        let apply = move |settings: &mut Settings| match change {
            Change::Forget => settings.weights.clear(),
            Change::Set { key, weight: 0 } => drop(settings.weights.remove(&key)),
            Change::Set { key, weight } => drop(settings.weights.insert(key, weight)),
        };
        let settings = self.store.change_settings(call.at(), Box::new(apply)).await?;
        Ok(Reply::private(shown(&settings, words)))
    }

    async fn weight_change(&self, text: &str, settings: &Settings, words: Words) -> Result<Change, CommandError> {
        if is_off(text) {
            return Ok(Change::Forget);
        }
        let wrong = || UsageError(words.with("settings-weights-wrong", &[("text", text.into())]).into());
        let (named, weight) = text.trim().rsplit_once(char::is_whitespace).ok_or_else(wrong)?;
        let (kind, name) = named.split_once(':').ok_or_else(wrong)?;
        let name = name.trim().trim_matches(['"', '“', '”']).trim();
        let key = match kind.trim().to_lowercase().as_str() {
            "source" if !name.is_empty() => self.source_key(name, settings).await?,
            "topic" => match label(&self.labels.topics, name) {
                Some(topic) => format!("topic:{topic}"),
                None => return refuse(words.with("settings-weights-no-topic", &[("name", name.into())])),
            },
            _ => return Err(wrong().into()),
        };
        Ok(Change::Set { key, weight: weight_of(weight, words)? })
    }

    /// A source as cards call it, where it can be told.
    async fn source_key(&self, name: &str, settings: &Settings) -> Result<String, CommandError> {
        let key = format!("source:{name}");
        let is_same = |known: &&String| known.to_lowercase() == key.to_lowercase();
        if let Some(known) = settings.weights.keys().find(is_same) {
            return Ok(known.clone());
        }
        let feeds = self.store.feeds().await?;
        let found = feeds.iter().find(|record| record.title().to_lowercase() == name.to_lowercase());
        Ok(found.map_or(key, |record| format!("source:{}", record.title())))
    }
}

fn is_off(text: &str) -> bool {
    matches!(text.trim().to_lowercase().as_str(), "off" | "none" | "default")
}

fn weight_of(text: &str, words: Words) -> Result<i32, UsageError> {
    if is_off(text) {
        return Ok(0);
    }
    // As people write minus signs.
    let number = text.replace(['−', '–'], "-").parse::<i32>().ok();
    number.filter(|weight| (-WEIGHT_MAX..=WEIGHT_MAX).contains(weight)).ok_or_else(|| {
        let bounds = [("min", (-WEIGHT_MAX).into()), ("max", WEIGHT_MAX.into()), ("text", text.into())];
        UsageError(words.with("settings-weights-out", &bounds).into())
    })
}

/// The weights, the greatest first.
fn shown(settings: &Settings, words: Words) -> Doc {
    let mut weights: Vec<(&String, i32)> = settings.weights.iter().map(|(key, weight)| (key, *weight)).collect();
    weights.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    let mut blocks = vec![Block::Heading(words.say("settings-weights").into())];
    if weights.is_empty() {
        blocks.push(answers::paragraph(words.say("settings-weights-none")));
    } else {
        blocks.push(answers::list(weights.into_iter().map(|(key, weight)| format!("{weight:+} {key}"))));
    }
    let bounds = [("min", (-WEIGHT_MAX).into()), ("max", WEIGHT_MAX.into())];
    blocks.push(answers::paragraph(words.with("settings-weights-hint", &bounds)));
    Doc::new(blocks)
}
