//! Does a card pass what somebody asked for? The query language of filters and alerts.
//!
//! | written | admits |
//! |---|---|
//! | `rust async` | title or body has both words, in any case |
//! | `"pattern matching"` | has the phrase; also in “these”, „these“, «these» and 「these」 quotes |
//! | `micro*` | has a word that begins so |
//! | `rust OR go`, `rust \| go` | either; binds less than words side by side |
//! | `rust -java`, `-"hot take"`, `-(a OR b)` | leaves out what follows the `-` |
//! | `(rust OR go) release` | parentheses, 32 deep at most |
//! | `/CVE-2026-\d+/i` | regular expression, linear in time; `i` for any case, `\/` for a slash |
//! | `title:rust` | the title has it |
//! | `author:"Ann Writer"` | an author's name has it |
//! | `source:example.com`, `source:"Example News"` | the source or the item is at that domain, or the source's name has it |
//! | `topic:security`, `audience:developers` | labels, by name or by what people read |
//! | `event:release` | the kind of event |
//! | `urgency:>=this-week` | also `>`, `<=`, `<`, `=`; `fyi` < `this-week` < `act-now` |
//! | `lang:zh` | the language, in any region |
//! | `title:(rust OR "go 2" -java)` | a field for everything in the parentheses |
//!
//! Every field takes a word, a "phrase" or a /regex/; `topics:` and `audiences:` are aliases. Signs
//! may be full-width, as East Asian keyboards type them. 500 characters at most.
//!
//! A word matches whole words: `rust` is not in "trust", but `c++`, `.net`, `node.js` and `AT&T` are
//! found, since only letters and digits make a word longer. Chinese, Japanese, Korean, Thai, Lao,
//! Khmer and Burmese words match anywhere: there particles follow directly or spaces are missing.
//! Compared is text without case and typesetting (`fold.rs`); expressions see it as it is.

mod anchors;
mod explain;
mod fold;
mod labels;
mod lex;
mod matching;
mod names;
mod node;
mod parse;
mod subject;
mod term;
mod value;

use std::fmt;

pub use anchors::Anchor;
pub use explain::{Explanation, Found, TermTrace};
use node::Node;
pub use subject::{Place, Subject};
use term::{Field, Pattern};

use crate::locale::Words;
use crate::model::label::Labels;
use crate::model::phrase::Phrase;

/// The longest query, in characters.
pub const CHARS_MAX: usize = 500;

/// What is wrong with a query, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Words::default().phrase(&self.phrase()))]
pub struct QueryError {
    /// From 1, in characters.
    pub column: usize,
    pub why: Phrase,
}

impl QueryError {
    fn new(column: usize, why: impl Into<Phrase>) -> Self {
        Self { column, why: why.into() }
    }

    /// What is wrong and where.
    pub fn phrase(&self) -> Phrase {
        Phrase::of("query-wrong").count("column", self.column).and("why", self.why.clone())
    }
}

/// A condition on items and their cards. Displays as canonical text, which parses to an equal query.
#[derive(Clone, Debug)]
pub struct Query {
    root: Node,
    text: String,
}

/// Queries are equal if they ask the same in the same order.
impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Query {
    /// Reads a query. Names of topics and audiences are not looked at: see [`Self::check_labels`].
    ///
    /// # Errors
    /// Where the text is no query, at the column in `text`.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let root = parse::parse(text)?;
        let mut query = Self { root, text: text.trim().to_owned() };
        query.write_out();
        Ok(query)
    }

    /// Checks topics and audiences, and turns what people read ("Enterprise & Security Teams") into
    /// names, which are all that a card has. Names ending in `*` and expressions stay.
    ///
    /// # Errors
    /// For a name that is not among `labels`, at its column in the text that was parsed.
    pub fn check_labels(&mut self, labels: &Labels) -> Result<(), QueryError> {
        for term in self.root.terms_mut() {
            labels::check(term, labels)?;
        }
        self.write_out();
        Ok(())
    }

    /// Whether the subject is what the query asks for.
    pub fn admits(&self, subject: &Subject<'_>) -> bool {
        self.root.holds(&|term| term.find(subject).is_some())
    }

    /// The same verdict, with the words that decided it.
    pub fn explain(&self, subject: &Subject<'_>) -> Explanation {
        explain::explain(&self.root, subject)
    }

    /// Anchors of which every subject that is admitted has at least one (see [`Subject::anchors`]).
    /// `None` if there are no such: the query must be asked every time.
    pub fn anchors(&self) -> Option<Vec<Anchor>> {
        anchors::choose(&self.root).map(|choice| choice.anchors)
    }

    /// Whether a subject that has one of the anchors is admitted without being asked: the query is one
    /// label and nothing else.
    pub fn is_its_anchor(&self) -> bool {
        let Node::Term(term) = &self.root else { return false };
        match &term.pattern {
            Pattern::Name(words) => matches!(term.field, Field::Topic | Field::Audience) && !words.is_prefix,
            Pattern::Event(_) => true,
            Pattern::Words(_) | Pattern::Source(..) | Pattern::Urgency(..) | Pattern::Regex { .. } => false,
        }
    }

    /// The audiences that it asks for by name.
    pub fn audiences(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for (term, is_negated) in self.root.terms() {
            if let Pattern::Name(words) = &term.pattern
                && term.field == Field::Audience
                && !words.is_prefix
                && !is_negated
            {
                names.push(words.written.as_str());
            }
        }
        names
    }

    /// Makes the text canonical, unless that would make it too long to be parsed again.
    fn write_out(&mut self) {
        let text = self.root.to_string();
        if text.chars().count() <= CHARS_MAX {
            self.text = text;
        }
    }
}
