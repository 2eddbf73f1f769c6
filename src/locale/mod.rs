//! The words of the interface in every language, as Fluent resources under `assets/locales`. Must not
//! know: anything but the language.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::model::language::Language;
use crate::model::phrase::{Phrase, Value};

mod terms;
mod texts;

/// A value in a message: a text or a number.
pub type Arg<'a> = fluent_bundle::FluentValue<'a>;

/// The interface in one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    language: Language,
}

impl Words {
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    pub fn language(self) -> Language {
        self.language
    }

    /// The message of this name, or a part of one: `menu-mute.for`.
    pub fn say(self, id: &str) -> String {
        self.with(id, &[])
    }

    /// The message of this name, with its values put in: `words.with("recap-left-out", &[("count", 3.into())])`.
    pub fn with(self, id: &str, args: &[(&str, Arg<'_>)]) -> String {
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
        let said = formatted(bundle(self.language), id, &args);
        // Every language is complete, which a test watches over; English stands in for a text that is damaged.
        said.or_else(|| formatted(bundle(Language::English), id, &args)).unwrap_or_else(|| id.to_owned())
    }

    /// A phrase in this language.
    pub fn phrase(self, phrase: &Phrase) -> String {
        match phrase {
            Phrase::Text(text) => text.clone(),
            Phrase::Message { id, args } => {
                let args: Vec<(&str, Arg<'_>)> =
                    args.iter().map(|(name, value)| (name.as_ref(), self.value(value))).collect();
                self.with(id, &args)
            }
        }
    }

    fn value(self, value: &Value) -> Arg<'static> {
        match value {
            Value::Number(number) => (*number).into(),
            Value::Phrase(phrase) => self.phrase(phrase).into(),
            Value::Each(phrases) => {
                let parts: Vec<String> = phrases.iter().map(|phrase| self.phrase(phrase)).collect();
                parts.join(&self.say("list-sentences")).into()
            }
        }
    }
}

type Bundle = FluentBundle<FluentResource>;

fn formatted(bundle: &Bundle, id: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = match id.split_once('.') {
        Some((id, part)) => bundle.get_message(id)?.get_attribute(part)?.value(),
        None => bundle.get_message(id)?.value()?,
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors);
    Some(text.into_owned())
}

/// One bundle a language, made when it is first needed.
fn bundle(language: Language) -> &'static Bundle {
    static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| read(Language::English));
    static CHINESE: LazyLock<Bundle> = LazyLock::new(|| read(Language::Chinese));
    static GERMAN: LazyLock<Bundle> = LazyLock::new(|| read(Language::German));
    static FRENCH: LazyLock<Bundle> = LazyLock::new(|| read(Language::French));
    static SPANISH: LazyLock<Bundle> = LazyLock::new(|| read(Language::Spanish));
    static JAPANESE: LazyLock<Bundle> = LazyLock::new(|| read(Language::Japanese));
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::Spanish => &SPANISH,
        Language::Japanese => &JAPANESE,
    }
}

fn read(language: Language) -> Bundle {
    let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // The marks that isolate directions are taken out of every message (`Plain::visible`).
    bundle.set_use_isolating(false);
    for text in texts::of(language) {
        // A damaged line is left out and falls back to English; a test finds it first.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}
