//! Something said that is not yet in any language: the name of a message with its values. What is
//! stored so is read in the language of whoever asks. Must not know: the messages.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A sentence or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Phrase {
    /// Words that stay as they are: names, other people's, and what was stored before there were messages.
    Text(String),
    Message {
        id: Cow<'static, str>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        args: Vec<(Cow<'static, str>, Value)>,
    },
}

/// What stands in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Number(i64),
    Phrase(Phrase),
    /// Several in a row.
    Each(Vec<Phrase>),
}

/// What a phrase takes in a store beside its texts, roughly, in bytes.
const PHRASE_BYTES: usize = 64;

impl Phrase {
    /// The message of this name.
    pub fn of(id: &'static str) -> Self {
        Self::Message { id: id.into(), args: Vec::new() }
    }

    /// With a value for one of the message's variables.
    pub fn and(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        if let Self::Message { args, .. } = &mut self {
            args.push((name.into(), value.into()));
        }
        self
    }

    /// With a count for one of its variables.
    pub fn count(self, name: &'static str, count: usize) -> Self {
        self.and(name, i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// With texts cut so that all of it takes about so many bytes.
    pub fn within(mut self, bytes_max: usize) -> Self {
        self.shorten(&mut { bytes_max });
        self
    }

    fn shorten(&mut self, left: &mut usize) {
        match self {
            Self::Text(text) => {
                text.truncate(text.floor_char_boundary(*left));
                *left -= text.len();
            }
            Self::Message { args, .. } => args.iter_mut().for_each(|(_, value)| match value {
                Value::Number(_) => {}
                Value::Phrase(phrase) => phrase.shorten(left),
                Value::Each(phrases) => {
                    phrases.truncate(*left / PHRASE_BYTES + 1);
                    *left = left.saturating_sub(phrases.len() * PHRASE_BYTES);
                    phrases.iter_mut().for_each(|phrase| phrase.shorten(left));
                }
            }),
        }
    }
}

impl From<&str> for Phrase {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Vec<Phrase>> for Value {
    fn from(phrases: Vec<Phrase>) -> Self {
        Self::Each(phrases)
    }
}

impl From<Phrase> for Value {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(phrase)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Phrase(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Phrase(text.into())
    }
}
