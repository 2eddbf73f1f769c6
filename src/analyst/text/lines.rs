//! Lines that stand for sentences where a text has none: list items, teasers and captions without
//! a full stop, and teasers that the feed cut off.

use super::{Sentence, is_cjk, is_hangul, whole};

/// A line that says something has so many words.
const WORDS_MIN: usize = 5;
/// A cut one must say more to be worth showing.
const CUT_WORDS_MIN: usize = 8;
/// Characters that count as a word where words are not apart.
const CJK_WORD: usize = 2;
/// A list of so many items to each sentence is what the text is about.
const ITEMS_PER_SENTENCE: usize = 4;

/// A line without an end of a sentence, by the position of its sentence.
pub struct Line {
    pub index: usize,
    pub is_item: bool,
}

/// Whether a line, as it is written, is an item of a list.
pub fn is_item(line: &str) -> bool {
    line.trim_start().starts_with(['•', '·', '*', '-', '–'])
}

/// Whether a line without an end says enough to stand for a sentence.
pub fn says_something(words: &str) -> bool {
    let cjk = words.chars().filter(|c| is_cjk(*c) || is_hangul(*c)).count();
    let count = words.split_whitespace().count().max(cjk / CJK_WORD);
    let is_table = words.contains(" | ") || words.matches(" - ").count() > 1;
    let says_enough = match whole::is_cut(words) {
        true => count >= CUT_WORDS_MIN && whole::is_balanced(words),
        false => count >= WORDS_MIN && whole::is_whole(words, false),
    };
    says_enough && !is_table && !words.split_whitespace().any(is_commit)
}

/// The hash of a commit: the line is of a log.
fn is_commit(word: &str) -> bool {
    let has = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
    (7..=40).contains(&word.len())
        && word.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
        && has(char::is_ascii_digit)
        && has(char::is_ascii_lowercase)
}

/// Lets lines be quoted where nothing else can be, and lists where they are the text.
pub fn promote(sentences: &mut [Sentence], lines: &[Line]) {
    let complete = sentences.iter().filter(|sentence| sentence.is_quotable).count();
    let items = lines.iter().filter(|line| line.is_item).count();
    let is_list = items >= ITEMS_PER_SENTENCE * complete;
    for line in lines.iter().filter(|line| complete == 0 || (is_list && line.is_item)) {
        if let Some(sentence) = sentences.get_mut(line.index) {
            sentence.is_quotable = true;
        }
    }
}
