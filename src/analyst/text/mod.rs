//! An item's plain text as an analyst reads it: sentences with their exact places.

mod boilerplate;
mod lines;
mod segment;
mod whole;

use crate::model::card::{Claim, ClaimKind, Quote};
use crate::model::item::Item;

use lines::Line;
use segment::is_unmarked;
pub use segment::{is_cjk, is_hangul};

/// Sentences that are looked at; news says what it has to say before.
const SENTENCES_MAX: usize = 200;

/// Characters of a sentence that is shown. Longer ones are lists, tables, code or bad faith, and each
/// stands several times on a card.
const SENTENCE_CHARS_MAX: usize = 600;

/// An item's text with its sentences found.
pub struct Article<'a> {
    pub item: &'a Item,
    /// Title, blank line, body: what offsets count in.
    pub text: String,
    pub sentences: Vec<Sentence>,
    /// Characters of the title.
    pub title_chars: usize,
}

/// A sentence of the body, trimmed; its place in characters and in bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub start: usize,
    pub end: usize,
    pub bytes: std::ops::Range<usize>,
    /// Lines before it: sentences of one line belong together.
    pub line: usize,
    /// It ends as sentences end, is no list item or caption, and not too long to be taken in.
    pub is_quotable: bool,
}

impl<'a> Article<'a> {
    pub fn new(item: &'a Item) -> Self {
        let text = item.text();
        let title_chars = item.title.chars().count();
        let sentences = sentences(&text, item.title.len());
        Self { item, text, sentences, title_chars }
    }

    /// A sentence's words.
    pub fn words(&self, sentence: &Sentence) -> &str {
        self.text.get(sentence.bytes.clone()).unwrap_or_default()
    }

    /// A sentence as a claim that quotes itself.
    pub fn claim(&self, sentence: &Sentence) -> Claim {
        let text = self.words(sentence).to_owned();
        self.quoted(text, sentence.start, sentence.end)
    }

    /// The title as a claim.
    pub fn title_claim(&self) -> Claim {
        self.quoted(self.item.title.clone(), 0, self.title_chars)
    }

    fn quoted(&self, text: String, start: usize, end: usize) -> Claim {
        let quote = Quote { text: text.clone(), start, end, item: self.item.id.clone() };
        Claim { text, kind: ClaimKind::Quoted, evidence: vec![quote] }
    }
}

/// The body's sentences, without boilerplate.
fn sentences(text: &str, title_bytes: usize) -> Vec<Sentence> {
    let start = (title_bytes + 2).min(text.len());
    let title = text.get(..title_bytes).unwrap_or_default();
    let chars = CharCounter { text, byte: 0, chars: 0 };
    let mut finder = Finder { title, chars, found: Vec::new(), lines: Vec::new(), is_open: false };
    let mut line_start = start;
    for (number, line) in text.get(start..).unwrap_or_default().split('\n').enumerate() {
        finder.line(number, line_start, line);
        line_start += line.len() + 1;
        if finder.found.len() >= SENTENCES_MAX {
            break;
        }
    }
    lines::promote(&mut finder.found, &finder.lines);
    finder.found
}

/// Finds sentences, line by line.
struct Finder<'a> {
    title: &'a str,
    chars: CharCounter<'a>,
    found: Vec<Sentence>,
    /// Those of the found that are lines without an end.
    lines: Vec<Line>,
    /// The line before has no end: this one may go on with it.
    is_open: bool,
}

impl Finder<'_> {
    /// Takes a line and the byte at which it starts.
    fn line(&mut self, number: usize, line_start: usize, line: &str) {
        let is_item = lines::is_item(line);
        let is_end = |at: usize| line.get(at..).is_some_and(|rest| rest.trim().is_empty());
        for piece in whole::joined(line, segment::sentences(line)) {
            let Some(kept) = boilerplate::trim(line.get(piece.clone()).unwrap_or_default()) else { continue };
            let (from, to) = (piece.start + kept.start, piece.start + kept.end);
            let (start, end) = (self.chars.at(line_start + from), self.chars.at(line_start + to));
            let words = line.get(from..to).unwrap_or_default();
            let is_complete = segment::is_complete(words, is_end(to));
            let is_short = end - start <= SENTENCE_CHARS_MAX;
            let is_line = piece.start == 0 && is_end(piece.end);
            if is_line && is_short && !is_complete && words != self.title && lines::says_something(words) {
                self.lines.push(Line { index: self.found.len(), is_item });
            }
            let follows_on = piece.start > 0 || (self.is_open && !is_item);
            self.found.push(Sentence {
                start,
                end,
                bytes: line_start + from..line_start + to,
                line: number,
                is_quotable: is_complete && is_short && whole::is_whole(words, follows_on),
            });
            if self.found.len() == SENTENCES_MAX {
                return;
            }
        }
        if !line.trim().is_empty() {
            self.is_open = !segment::is_complete(line.trim(), true);
        }
    }
}

/// Counts characters on the way through a text, so that offsets cost one pass.
struct CharCounter<'a> {
    text: &'a str,
    byte: usize,
    chars: usize,
}

impl CharCounter<'_> {
    fn at(&mut self, byte: usize) -> usize {
        self.chars += self.text.get(self.byte..byte).map_or(0, |passed| passed.chars().count());
        self.byte = byte;
        self.chars
    }
}
