//! What a query can be found by, so that a card need not be matched against all of them.

use std::cmp::Reverse;

use super::fold::{is_unspaced, tokens};
use super::node::Node;
use super::term::{Field, Pattern, Term};
use crate::model::label::Event;
use crate::model::seen::fingerprint;

/// Something that a subject has. Names and tokens are kept as fingerprints of their folded text:
/// a collision asks a query in vain, and never leaves one out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anchor {
    /// A word of title or body; in scripts without spaces, two characters side by side.
    Token(u64),
    Topic(u64),
    Audience(u64),
    Event(Event),
}

impl Anchor {
    pub(super) fn token(folded: &str) -> Self {
        Self::Token(fingerprint(folded))
    }

    pub(super) fn topic(folded: &str) -> Self {
        Self::Topic(fingerprint(folded))
    }

    pub(super) fn audience(folded: &str) -> Self {
        Self::Audience(fingerprint(folded))
    }
}

/// Anchors of which a subject has at least one if a condition holds for it.
pub(super) struct Choice {
    pub anchors: Vec<Anchor>,
    /// Greater for what fewer subjects have.
    worth: usize,
}

const EVENT_WORTH: usize = 0;
const LABEL_WORTH: usize = 1;
/// Added to the length of a token: the longer a word, the rarer it is.
const TOKEN_WORTH: usize = 2;
/// A pair of characters is about as rare as a word of four letters.
const PAIR_WORTH: usize = TOKEN_WORTH + 4;

/// Nothing where the condition may hold for any subject.
pub(super) fn choose(node: &Node) -> Option<Choice> {
    match node {
        Node::Term(term) => of_term(term),
        Node::Not(_) => None,
        Node::All(nodes) => {
            nodes.iter().filter_map(choose).max_by_key(|choice| (choice.worth, Reverse(choice.anchors.len())))
        }
        Node::Any(nodes) => {
            let choices = nodes.iter().map(choose).collect::<Option<Vec<Choice>>>()?;
            let worth = choices.iter().map(|choice| choice.worth).min()?;
            let mut anchors: Vec<Anchor> = choices.into_iter().flat_map(|choice| choice.anchors).collect();
            anchors.sort_unstable();
            anchors.dedup();
            Some(Choice { anchors, worth })
        }
    }
}

fn of_term(term: &Term) -> Option<Choice> {
    let (anchor, worth) = match &term.pattern {
        Pattern::Words(words) if !words.is_prefix && term.field != Field::Author => {
            let token = tokens(&words.folded).max_by_key(|token| token_worth(token))?;
            (Anchor::token(token), token_worth(token))
        }
        Pattern::Name(name) if !name.is_prefix && term.field == Field::Topic => {
            (Anchor::topic(&name.folded), LABEL_WORTH)
        }
        Pattern::Name(name) if !name.is_prefix && term.field == Field::Audience => {
            (Anchor::audience(&name.folded), LABEL_WORTH)
        }
        Pattern::Event(event) => (Anchor::Event(*event), EVENT_WORTH),
        Pattern::Words(_) | Pattern::Name(_) | Pattern::Source(..) | Pattern::Urgency(..) | Pattern::Regex { .. } => {
            return None;
        }
    };
    Some(Choice { anchors: vec![anchor], worth })
}

fn token_worth(token: &str) -> usize {
    if token.starts_with(is_unspaced) { PAIR_WORTH } else { TOKEN_WORTH + token.chars().count() }
}
