//! Why a query admits a subject or not, with the words that decided it.

use std::fmt;
use std::ops::Range;

use super::fold::unfold;
use super::matching::{At, Hit};
use super::node::Node;
use super::subject::{Place, Subject};
use super::term::Term;
use crate::locale::Words;
use crate::model::phrase::Phrase;

/// The longest excerpt, in characters.
const EXCERPT_CHARS_MAX: usize = 60;
/// Of what an excerpt has room for around the match, this part comes before it.
const BEFORE_PART: usize = 3;

/// The verdict on a subject, and what became of every term. Displays as one line that names the
/// terms that decided: `"rust" matched "Rust 1.95" in the title; -java did not match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub admitted: bool,
    /// In the order in which they are written.
    pub terms: Vec<TermTrace>,
}

/// What became of one term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermTrace {
    /// As it is printed, without its `-`.
    pub term: String,
    /// Where its word, phrase or expression begins in the text that was parsed, from 1, in
    /// characters.
    pub column: usize,
    /// Whether it was found, negated or not.
    pub matched: bool,
    /// Whether it is something that must not be found.
    pub negated: bool,
    pub found: Option<Found>,
}

/// Words of the item or its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub place: Place,
    /// Verbatim, the match with what stands around it, at most 60 characters.
    pub text: String,
}

pub(super) fn explain(root: &Node, subject: &Subject<'_>) -> Explanation {
    let admitted = root.holds(&|term| term.find(subject).is_some());
    let terms = root.terms().into_iter().map(|(term, negated)| trace(term, negated, subject)).collect();
    Explanation { admitted, terms }
}

fn trace(term: &Term, negated: bool, subject: &Subject<'_>) -> TermTrace {
    let found = term.find(subject).map(found);
    TermTrace { term: term.to_string(), column: term.column, matched: found.is_some(), negated, found }
}

fn found(hit: Hit<'_>) -> Found {
    let range = match &hit.at {
        At::Whole => 0..hit.within.len(),
        At::Folded(range) => unfold(hit.within, range),
        At::Original(range) => range.clone(),
    };
    Found { place: hit.place, text: excerpt(hit.within, range).to_owned() }
}

/// The match with whole words around it, inside its line.
fn excerpt(text: &str, range: Range<usize>) -> &str {
    let (before, rest) = text.split_at_checked(range.start).unwrap_or((text, ""));
    let (found, after) = rest.split_at_checked(range.len()).unwrap_or((rest, ""));
    let spare = EXCERPT_CHARS_MAX.saturating_sub(found.chars().count());
    let before = last_words(before, spare / BEFORE_PART);
    let after = first_words(after, spare - before.chars().count());
    let start = range.start - before.len();
    let end = range.end + after.len();
    first_chars(text.get(start..end).unwrap_or_default(), EXCERPT_CHARS_MAX).trim()
}

fn first_chars(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| text.split_at(end).0)
}

/// Cut where a word ends, if one does.
fn first_words(text: &str, count: usize) -> &str {
    let line = text.lines().next().unwrap_or_default();
    let cut = first_chars(line, count);
    if cut.len() == line.len() { cut } else { cut.rfind(char::is_whitespace).map_or(cut, |end| cut.split_at(end).0) }
}

/// Cut where a word begins, if one does.
fn last_words(text: &str, count: usize) -> &str {
    let line = text.rsplit('\n').next().unwrap_or_default();
    let skipped = line.chars().count().saturating_sub(count);
    let cut = line.char_indices().nth(skipped).map_or("", |(start, _)| line.split_at(start).1);
    if skipped == 0 { cut } else { cut.find(char::is_whitespace).map_or(cut, |start| cut.split_at(start).1) }
}

impl TermTrace {
    /// Whether it speaks for admitting: found if it should be, or not if it should not.
    fn is_satisfied(&self) -> bool {
        self.matched != self.negated
    }
}

impl TermTrace {
    fn phrase(&self) -> Phrase {
        let term = if self.negated {
            format!("-{}", self.term).into()
        } else if self.term.contains('"') {
            self.term.as_str().into()
        } else {
            Phrase::of("why-filter-term").and("term", self.term.as_str())
        };
        match &self.found {
            Some(found) => {
                let text = found.text.split_whitespace().collect::<Vec<_>>().join(" ");
                let matched = Phrase::of("why-filter-matched").and("term", term).and("text", text);
                matched.and("place", Phrase::of(found.place.message()))
            }
            None => Phrase::of("why-filter-unmatched").and("term", term),
        }
    }
}

impl Explanation {
    /// The terms that decided.
    pub fn phrase(&self) -> Phrase {
        let deciding = self.terms.iter().filter(|term| term.is_satisfied() == self.admitted);
        Phrase::of("why-filter").and("terms", deciding.map(TermTrace::phrase).collect::<Vec<_>>())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Words::default().phrase(&self.phrase()))
    }
}
