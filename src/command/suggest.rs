//! What completes an argument while it is typed.

use std::collections::BTreeSet;

use super::{CommandError, Commands, settings, spec};
use crate::model::id::FeedId;
use crate::model::label::LabelDefinition;
use crate::model::subscription::{Address, Origin};
use crate::port::{Choice, Suggestion};

/// Completions that are shown (Discord's limit).
const CHOICES_MAX: usize = 25;
/// Characters of one completion (Discord's limit).
const CHOICE_CHARS_MAX: usize = 100;

impl Commands {
    pub(super) async fn completions(&self, suggestion: &Suggestion) -> Result<Vec<Choice>, CommandError> {
        let typed = suggestion.typed.trim().to_lowercase();
        let choices = match (suggestion.word.as_str(), suggestion.argument.as_str()) {
            ("subscribe", "what") => self.wishes(&suggestion.at).await?,
            ("unsubscribe", "what") | (_, "subscription") => self.numbers(suggestion).await?,
            ("alerts on", "audience") => labels(&self.labels.audiences, ""),
            ("mute", "what") => self.mutable(suggestion).await?,
            ("unmute", "what") => self.muted_here(suggestion).await?,
            ("settings", "name") => settings::NAMES.iter().map(|name| choice(name, name)).collect(),
            ("help", "word") => spec::WORDS.iter().map(|word| choice(word.name, word.name)).collect(),
            _ => Vec::new(),
        };
        let matches = |choice: &Choice| {
            choice.label.to_lowercase().contains(&typed) || choice.value.to_lowercase().contains(&typed)
        };
        let fits = |choice: &Choice| choice.value.chars().count() <= CHOICE_CHARS_MAX;
        Ok(choices.into_iter().filter(|one| matches(one) && fits(one)).take(CHOICES_MAX).collect())
    }

    /// Topics, and the feeds that the operator has named or that are subscribed here. What others
    /// subscribe is theirs: an address can hold a key.
    async fn wishes(&self, at: &Address) -> Result<Vec<Choice>, CommandError> {
        let mut choices = vec![choice("Everything", "all")];
        choices.extend(labels(&self.labels.topics, ""));
        let named = self.store.subscriptions_of(&Address::terminal()).await?;
        let named = named.into_iter().filter(|one| one.origin == Origin::Config);
        let here = self.store.subscriptions_of(at).await?;
        let feeds: BTreeSet<FeedId> = named.chain(here).filter_map(|one| one.feed().cloned()).collect();
        for feed in feeds {
            let record = self.store.feed(&feed).await?;
            choices.extend(record.map(|record| choice(record.title(), &record.feed.url)));
        }
        Ok(choices)
    }

    async fn numbers(&self, suggestion: &Suggestion) -> Result<Vec<Choice>, CommandError> {
        let mut choices = Vec::new();
        for subscription in self.store.subscriptions_of(&suggestion.at).await? {
            let name = format!("{}. {}", subscription.number, self.name_of(&subscription).await?);
            choices.push(choice(&name, &subscription.number.to_string()));
        }
        Ok(choices)
    }

    async fn mutable(&self, suggestion: &Suggestion) -> Result<Vec<Choice>, CommandError> {
        let mut choices = vec![choice("Everything", "all")];
        for subscription in self.store.subscriptions_of(&suggestion.at).await? {
            let Some(feed) = subscription.feed() else { continue };
            if let Some(record) = self.store.feed(feed).await? {
                let source = format!("source:{}", record.title());
                choices.push(choice(&source, &source));
            }
        }
        choices.extend(labels(&self.labels.topics, "topic:"));
        Ok(choices)
    }

    async fn muted_here(&self, suggestion: &Suggestion) -> Result<Vec<Choice>, CommandError> {
        let settings = self.store.settings(&suggestion.at).await?;
        let names = settings.mutes.iter().map(|mute| crate::pipeline::route::name_of(&mute.what));
        Ok(names.map(|name| choice(&name, &name)).chain([choice("All of them", "all")]).collect())
    }
}

fn labels(labels: &[LabelDefinition], prefix: &str) -> Vec<Choice> {
    labels.iter().map(|one| choice(&format!("{prefix}{}", one.title()), &format!("{prefix}{}", one.name))).collect()
}

fn choice(label: &str, value: &str) -> Choice {
    Choice { label: label.chars().take(CHOICE_CHARS_MAX).collect(), value: value.to_owned() }
}
