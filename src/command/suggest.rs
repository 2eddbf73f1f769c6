//! What completes an argument while it is typed.

use std::collections::BTreeSet;

use super::{CommandError, Commands, settings, spec};
use crate::locale::Words;
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
        let words = self.words_at(&suggestion.at).await?;
        let choices = match (suggestion.word.as_str(), suggestion.argument.as_str()) {
            ("subscribe", "what") => self.wishes(&suggestion.at, words).await?,
            ("unsubscribe", "what") | (_, "subscription") => self.numbers(suggestion, words).await?,
            ("alerts on", "audience") => self.audience_choices(words),
            ("mute", "what") => self.mutable(suggestion, words).await?,
            ("unmute", "what") => self.muted_here(suggestion, words).await?,
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
    async fn wishes(&self, at: &Address, words: Words) -> Result<Vec<Choice>, CommandError> {
        let mut choices = vec![choice(&words.say("words-choice-all"), "all")];
        choices.extend(self.topic_choices("", words));
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

    async fn numbers(&self, suggestion: &Suggestion, words: Words) -> Result<Vec<Choice>, CommandError> {
        let mut choices = Vec::new();
        for subscription in self.store.subscriptions_of(&suggestion.at).await? {
            let name = format!("{}. {}", subscription.number, self.name_of(&subscription, words).await?);
            choices.push(choice(&name, &subscription.number.to_string()));
        }
        Ok(choices)
    }

    async fn mutable(&self, suggestion: &Suggestion, words: Words) -> Result<Vec<Choice>, CommandError> {
        let mut choices = vec![choice(&words.say("words-choice-all"), "all")];
        for subscription in self.store.subscriptions_of(&suggestion.at).await? {
            let Some(feed) = subscription.feed() else { continue };
            if let Some(record) = self.store.feed(feed).await? {
                let source = format!("source:{}", record.title());
                choices.push(choice(&source, &source));
            }
        }
        choices.extend(self.topic_choices("topic:", words));
        Ok(choices)
    }

    async fn muted_here(&self, suggestion: &Suggestion, words: Words) -> Result<Vec<Choice>, CommandError> {
        let settings = self.store.settings(&suggestion.at).await?;
        let names = settings.mutes.iter().map(|mute| crate::pipeline::route::name_of(&mute.what));
        Ok(names
            .map(|name| choice(&name, &name))
            .chain([choice(&words.say("words-choice-all-mutes"), "all")])
            .collect())
    }

    fn topic_choices(&self, prefix: &str, words: Words) -> Vec<Choice> {
        let one = |one: &LabelDefinition| {
            choice(&format!("{prefix}{}", words.topic(&self.labels, &one.name)), &format!("{prefix}{}", one.name))
        };
        self.labels.topics.iter().map(one).collect()
    }

    fn audience_choices(&self, words: Words) -> Vec<Choice> {
        let one = |one: &LabelDefinition| choice(&words.audience(&self.labels, &one.name), &one.name);
        self.labels.audiences.iter().map(one).collect()
    }
}

fn choice(label: &str, value: &str) -> Choice {
    Choice { label: label.chars().take(CHOICE_CHARS_MAX).collect(), value: value.to_owned() }
}
