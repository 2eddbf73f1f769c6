//! One condition of a query: where to look, and for what. Prints as it would be written.

use std::fmt;

use memchr::memmem::Finder;
use regex::Regex;

use super::fold::{fold, is_spaced};
use super::lex::{DOUBLE_QUOTES, ends_word, is_address};
use crate::model::label::{Event, Urgency};

/// Where a term looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// Title and body.
    Text,
    Title,
    Author,
    Source,
    Topic,
    Audience,
    Event,
    Urgency,
    Lang,
}

/// The names of the fields, and the aliases that print as them.
const NAMES: &[(&str, Field)] = &[
    ("title", Field::Title),
    ("author", Field::Author),
    ("source", Field::Source),
    ("topic", Field::Topic),
    ("audience", Field::Audience),
    ("event", Field::Event),
    ("urgency", Field::Urgency),
    ("lang", Field::Lang),
    ("topics", Field::Topic),
    ("audiences", Field::Audience),
];

impl Field {
    /// Any case: phones begin a line with a capital.
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, field)| *field)
    }

    /// Empty for title and body, which a term without a field is about.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }

    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().filter(|(name, field)| field.name() == *name).map(|(name, _)| *name)
    }
}

/// One condition.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub field: Field,
    pub pattern: Pattern,
    /// Where its word, phrase or expression begins in the text that was parsed, from 1, in
    /// characters.
    pub column: usize,
}

/// What a term looks for.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Words(Words),
    /// Words in the name of the source, or its domain.
    Source(Words, Option<String>),
    /// A name as a whole.
    Name(Words),
    Event(Event),
    Urgency(Comparison, Urgency),
    Regex {
        regex: Regex,
        is_caseless: bool,
    },
}

/// A word or phrase.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub written: String,
    pub folded: String,
    pub finder: Finder<'static>,
    pub is_prefix: bool,
}

impl Words {
    /// Runs of white space become one space. Nothing if there is nothing to look for.
    pub fn new(text: &str, is_prefix: bool) -> Option<Self> {
        let written = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let folded = fold(&written).trim().to_owned();
        let finder = Finder::new(folded.as_bytes()).into_owned();
        (!folded.is_empty()).then_some(Self { written, folded, finder, is_prefix })
    }

    /// Whether a folded name is this one, or begins with it.
    pub fn is_name(&self, folded: &str) -> bool {
        if self.is_prefix { folded.starts_with(&self.folded) } else { folded == self.folded }
    }

    /// Whether a match between these neighbours is no part of a longer word.
    pub fn fits_between(&self, before: Option<char>, after: Option<char>) -> bool {
        let starts_inside = before.is_some_and(is_spaced) && self.folded.starts_with(is_spaced);
        let ends_inside = after.is_some_and(is_spaced) && self.folded.ends_with(is_spaced);
        !starts_inside && (!ends_inside || self.is_prefix)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Comparison {
    pub fn holds(self, left: Urgency, right: Urgency) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::Equal => left == right,
            Self::AtLeast => left >= right,
            Self::More => left > right,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }
}

/// Terms that print alike are alike, wherever they stand.
impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field != Field::Text {
            write!(f, "{}:", self.field.name())?;
        }
        match &self.pattern {
            Pattern::Words(words) | Pattern::Source(words, _) | Pattern::Name(words) => write!(f, "{words}"),
            Pattern::Event(event) => f.write_str(event.name()),
            Pattern::Urgency(comparison, urgency) => write!(f, "{}{}", comparison.sign(), urgency.name()),
            Pattern::Regex { regex, is_caseless } => {
                write!(f, "/{}/{}", regex.as_str(), if *is_caseless { "i" } else { "" })
            }
        }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.written;
        if self.is_prefix {
            write!(f, "{text}*")
        } else if is_plain_word(text) {
            f.write_str(text)
        } else if text.contains(DOUBLE_QUOTES) {
            // Only corner brackets can have held these.
            write!(f, "「{text}」")
        } else {
            write!(f, "\"{text}\"")
        }
    }
}

/// Whether a word needs no quotes to be read as itself.
fn is_plain_word(text: &str) -> bool {
    let is_operator = matches!(text, "OR" | "AND" | "NOT");
    !is_operator
        && !text.contains(ends_word)
        && !text.starts_with(['-', '/', '<', '>', '=', '*'])
        && !text.ends_with('*')
        && (!text.contains(':') || is_address(text))
}
