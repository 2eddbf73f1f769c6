//! One word that somebody says, and whether it is said as it must be. Must not know: the store.

use jiff::Timestamp;

use super::UsageError;
use crate::locale::Words;
use crate::model::doc::Doc;
use crate::model::phrase::Phrase;
use crate::model::subscription::Address;
use crate::model::word::{Kind, Word};
use crate::port::{Attachment, Content, Invocation, Place, Value};

/// One word that somebody says, with everything that its handler may look at.
pub struct Call<'a> {
    pub word: &'static Word,
    pub arguments: &'a [(String, Value)],
    pub invocation: &'a Invocation,
    pub now: Timestamp,
    /// The language of the place where it is said.
    pub words: Words,
}

impl Call<'_> {
    /// An argument's text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|(known, _)| known == name).and_then(|(_, value)| match value {
            Value::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Value::Place(_) | Value::File(_) => None,
        })
    }

    /// The same, where it is asked for.
    pub fn required(&self, name: &str) -> Result<&str, UsageError> {
        self.text(name).ok_or_else(|| {
            let asked = Phrase::of("words-missing").and("name", name).and("usage", self.word.usage());
            UsageError(asked.and("example", self.word.example))
        })
    }

    /// An argument that is another place.
    pub fn place(&self, name: &str) -> Option<&Place> {
        self.arguments.iter().find(|(known, _)| known == name).and_then(|(_, value)| match value {
            Value::Place(place) => Some(place),
            Value::Text(_) | Value::File(_) => None,
        })
    }

    /// An argument that is a file.
    pub fn file(&self, name: &str) -> Option<&Attachment> {
        self.arguments.iter().find(|(known, _)| known == name).and_then(|(_, value)| match value {
            Value::File(file) => Some(file),
            Value::Text(_) | Value::Place(_) => None,
        })
    }

    /// Where it is said.
    pub fn at(&self) -> &Address {
        &self.invocation.at
    }

    /// One paragraph, in the language of the place.
    pub fn says(&self, phrase: Phrase) -> Doc {
        Doc::says(self.words.phrase(&phrase))
    }

    /// The arguments for the same word again. Only words without places ask.
    pub fn texts(&self) -> Vec<(String, String)> {
        let text = |value: &Value| match value {
            Value::Text(text) | Value::File(Attachment { content: Content::At(text), .. }) => Some(text.clone()),
            Value::File(Attachment { content: Content::Here(_), .. }) | Value::Place(_) => None,
        };
        self.arguments.iter().filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect()
    }

    /// What a file says that was sent along.
    pub fn sent_file(&self) -> Option<&str> {
        self.arguments.iter().find_map(|(_, value)| match value {
            Value::File(Attachment { content: Content::Here(text), .. }) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// Looking is for everyone where changing is not: `settings` alone shows them.
pub fn is_reading(call: &Call<'_>) -> bool {
    let name = call.text("name").map(str::to_lowercase);
    call.word.name == "settings" && call.text("value").is_none() && !matches!(name.as_deref(), Some("pause" | "resume"))
}

/// Required arguments are there, choices are among the choices, numbers within their bounds.
pub fn check_arguments(call: &Call<'_>) -> Result<(), UsageError> {
    for argument in call.word.arguments {
        let is_given = call.arguments.iter().any(|(name, _)| name == argument.name);
        if argument.is_required && !is_given {
            call.required(argument.name)?;
        }
        let Some(text) = call.text(argument.name) else { continue };
        match argument.kind {
            Kind::Choice(choices) if argument.name != "for" && !choices.contains(&text) => {
                let wrong = Phrase::of("words-no-choice").and("name", argument.name).and("choices", choices.join(", "));
                return Err(UsageError(wrong.and("text", text)));
            }
            Kind::Number(min, max) if !text.parse::<i64>().is_ok_and(|number| (min..=max).contains(&number)) => {
                let wrong = Phrase::of("words-no-number").and("name", argument.name).and("min", min).and("max", max);
                return Err(UsageError(wrong.and("text", text)));
            }
            Kind::Choice(_) | Kind::Number(..) | Kind::Place | Kind::File | Kind::Text | Kind::Completed => {}
        }
    }
    Ok(())
}
