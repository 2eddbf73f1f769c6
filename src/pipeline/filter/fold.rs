//! Text as it is compared: without case, width and the signs that only typesetting tells apart.
//! Folding looks at one character at a time, so that a part folds as it does inside the whole.

use std::ops::Range;

/// Full-width forms of ASCII stand this far above it.
const FULL_WIDTH_OFFSET: u32 = 0xFEE0;

/// The folded text; every run of white space is one space.
pub(super) fn fold(text: &str) -> String {
    folded(text).map(|(_, c)| c).collect()
}

/// Where a range of the folded text stands in the text itself.
pub(super) fn unfold(text: &str, range: &Range<usize>) -> Range<usize> {
    let mut place = 0..0;
    let mut length = 0;
    for (at, c) in folded(text) {
        if length <= range.start {
            place.start = at;
        }
        if length < range.end {
            place.end = at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        }
        length += c.len_utf8();
    }
    place
}

/// The folded characters, each with the place of the character it comes from.
fn folded(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut was_space = false;
    let kept = text.char_indices().filter(move |(_, c)| {
        if is_invisible(*c) {
            return false;
        }
        let is_repeated_space = c.is_whitespace() && was_space;
        was_space = c.is_whitespace();
        !is_repeated_space
    });
    kept.flat_map(|(at, c)| plain(c).to_lowercase().map(move |c| (at, c)))
}

/// The sign that is meant where typesetting has several.
fn plain(c: char) -> char {
    match narrow(c) {
        c if c.is_whitespace() => ' ',
        '\u{2018}' | '\u{2019}' | '\u{2BC}' => '\'',
        '\u{2010}' | '\u{2011}' => '-',
        // The Greek sigma at the end of a word.
        'ς' => 'σ',
        c => c,
    }
}

/// ASCII for its full-width form, as East Asian keyboards type it.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - FULL_WIDTH_OFFSET).unwrap_or(c),
        c => c,
    }
}

/// Soft hyphens, joiners and marks of direction: they may stand inside any word.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// A letter or digit of a script that puts spaces between words.
pub(super) fn is_spaced(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric() && !is_of_unspaced_script(c))
}

/// A letter or digit of a script without spaces, or where particles follow words directly.
pub(super) fn is_unspaced(c: char) -> bool {
    is_of_unspaced_script(c) && c.is_alphanumeric()
}

fn is_of_unspaced_script(c: char) -> bool {
    matches!(c,
        // Thai, Lao, Burmese, Khmer.
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        // Hangul.
        | '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        // Kana and Bopomofo.
        | '\u{3040}'..='\u{312F}' | '\u{31A0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}'
        // Han.
        | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3029}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// What an index over folded text is made of: whole words of spaced scripts, and every two
/// neighbours of the others.
pub(super) fn tokens(folded: &str) -> impl Iterator<Item = &str> {
    let words = folded.split(|c| !is_spaced(c)).filter(|word| !word.is_empty());
    let pairs = folded
        .char_indices()
        .zip(folded.char_indices().skip(1))
        .filter(|((_, first), (_, second))| is_unspaced(*first) && is_unspaced(*second))
        .filter_map(|((start, _), (second_at, second))| folded.get(start..second_at + second.len_utf8()));
    words.chain(pairs)
}
