//! Whether a term holds for a subject, and where. Admitting and explaining both ask here, so that
//! they cannot disagree.

use std::ops::Range;

use super::super::parse::plain::cut;
use super::subject::{Place, Subject, Text};
use super::term::{Pattern, Term, Words};

/// Where a term was found.
pub(super) struct Hit<'s> {
    pub place: Place,
    /// The text as it stands in the item or on the card.
    pub within: &'s str,
    pub at: At,
}

pub(super) enum At {
    /// All of the text.
    Whole,
    /// A part of the text after folding.
    Folded(Range<usize>),
    /// A part of the text.
    Original(Range<usize>),
}

/// Bytes of a text that expressions look at. Theirs is the only matching that can be slow, if a
/// person means it to be: news says what it has to say before.
const REGEX_TEXT_BYTES_MAX: usize = 8 * 1024;

impl Term {
    /// The first place where the term is found.
    pub fn find<'s>(&self, subject: &'s Subject<'_>) -> Option<Hit<'s>> {
        let texts = subject.texts(self.field);
        match &self.pattern {
            Pattern::Words(words) => texts.iter().find_map(|text| in_text(words, text)),
            Pattern::Source(words, domain) => texts.iter().find_map(|text| {
                if text.place == Place::Host {
                    domain.as_ref().filter(|domain| is_at(&text.folded, domain)).map(|_| whole(text))
                } else {
                    in_text(words, text)
                }
            }),
            Pattern::Name(name) => texts.iter().find(|text| name.is_name(&text.folded)).map(whole),
            Pattern::Event(event) => texts.first().filter(|_| subject.event == *event).map(whole),
            Pattern::Urgency(comparison, urgency) => {
                texts.first().filter(|_| comparison.holds(subject.urgency, *urgency)).map(whole)
            }
            Pattern::Regex { regex, .. } => texts.iter().find_map(|text| {
                let found = regex.find(cut(&text.original, REGEX_TEXT_BYTES_MAX))?;
                Some(Hit { place: text.place, within: &text.original, at: At::Original(found.range()) })
            }),
        }
    }
}

fn whole<'s>(text: &'s Text<'_>) -> Hit<'s> {
    Hit { place: text.place, within: &text.original, at: At::Whole }
}

fn in_text<'s>(words: &Words, text: &'s Text<'_>) -> Option<Hit<'s>> {
    let range = words.find(&text.folded)?;
    Some(Hit { place: text.place, within: &text.original, at: At::Folded(range) })
}

impl Words {
    /// The first place in a folded text where the words are no part of longer words.
    fn find(&self, folded: &str) -> Option<Range<usize>> {
        let step = self.folded.chars().next().map_or(1, char::len_utf8);
        let mut from = 0;
        loop {
            let start = from + self.finder.find(folded.as_bytes().get(from..)?)?;
            let end = start + self.folded.len();
            let before = folded.get(..start)?.chars().next_back();
            let after = folded.get(end..)?.chars().next();
            if self.fits_between(before, after) {
                return Some(start..end);
            }
            // Occurrences may overlap: in "xa a a" the first "a a" is a part of a longer word.
            from = start + step;
        }
    }
}

/// Whether a host is this domain or in it. A domain of one label, such as `localhost` or `com`,
/// has nothing in it.
fn is_at(host: &str, domain: &str) -> bool {
    match host.strip_suffix(domain) {
        Some("") => true,
        Some(rest) => rest.ends_with('.') && domain.contains('.'),
        None => false,
    }
}
