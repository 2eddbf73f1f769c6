//! Where sentences begin and end, in any script.
//!
//! Unicode's rules (UAX 29) split after abbreviations and put an opening CJK quote on the wrong
//! side; both are mended here (intelligence, section 1.1).

use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::SentenceSegmenter;
use icu_segmenter::options::SentenceBreakInvariantOptions;
use regex::Regex;

/// Words before a full stop that does not end a sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "gen", "col", "sen", "rep", "gov", "lt", "capt", "sgt", "inc",
    "corp", "ltd", "co", "llc", "vs", "e.g", "i.e", "etc", "no", "nos", "vol", "fig", "figs", "eq", "sec", "al", "u.s",
    "u.k", "u.n", "e.u", "d.c", "a.m", "p.m", "approx", "est", "dept", "univ", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sept", "sep", "oct", "nov", "dec", "ver", "v", "z.b", "bzw", "ca", "nr", "art",
];
/// Names that end in an exclamation mark.
const SHOUTING_NAMES: &[&str] = &["yahoo!", "jeopardy!", "yum!"];

/// Whether a character is written without spaces between words, and counts as wide.
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2FA1F}')
}

/// Korean writes syllables, with spaces between words and particles right behind them.
pub fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7AF}')
}

/// The byte ranges of the sentences of one line, untrimmed.
pub fn sentences(line: &str) -> Vec<Range<usize>> {
    let (mut cjk, mut letters) = (0usize, 0usize);
    for c in line.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        cjk += usize::from(is_cjk(c));
    }
    if cjk * 3 > letters { cjk_sentences(line) } else { spaced_sentences(line) }
}

fn spaced_sentences(line: &str) -> Vec<Range<usize>> {
    let segmenter = SentenceSegmenter::new(SentenceBreakInvariantOptions::default());
    let breaks: Vec<usize> = segmenter.segment_str(line).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, end) in breaks.iter().zip(breaks.iter().skip(1)) {
        let goes_on = found.last().is_some_and(|last| {
            let before = line.get(last.clone()).unwrap_or_default();
            goes_on(before, line.get(*start..*end).unwrap_or_default())
        });
        match found.last_mut() {
            Some(last) if goes_on => last.end = *end,
            _ => found.push(*start..*end),
        }
    }
    found
}

/// Whether what looks like the end of `before` is none.
fn goes_on(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let last_word = before.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    if SHOUTING_NAMES.contains(&last_word.as_str()) {
        return after.trim_start().starts_with(char::is_lowercase);
    }
    let Some(word) = last_word.strip_suffix('.') else { return false };
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    // A full stop shortens a word there; it ends nothing.
    let is_short_form = word.ends_with(is_unmarked);
    let starts_small = after.trim_start().starts_with(|c: char| c.is_lowercase());
    is_initial || is_short_form || starts_small || ABBREVIATIONS.contains(&word)
}

/// CJK sentences end at a full stop, with the closing quotes that follow, and never inside quotes.
fn cjk_sentences(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0usize;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '「' | '『' | '“' | '（' | '《' | '【' => depth += 1,
            '」' | '』' | '”' | '）' | '》' | '】' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let next = chars.peek().map(|(_, next)| *next);
        if !ends_cjk(c, next) {
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut ends_quote = false;
        while let Some((next_at, mark)) =
            chars.next_if(|(_, next)| matches!(next, '」' | '』' | '”' | '）' | '！' | '？' | '!' | '?' | '。'))
        {
            if matches!(mark, '」' | '』' | '”' | '）') {
                depth = depth.saturating_sub(1);
                ends_quote = true;
            }
            end = next_at + mark.len_utf8();
        }
        let next = chars.peek().map(|(_, next)| *next);
        if depth == 0 && !next.is_some_and(|next| quote_goes_on(next, ends_quote)) {
            found.push(start..end);
            start = end;
        }
    }
    if start < line.len() {
        found.push(start..line.len());
    }
    found
}

/// Whether the sentence goes on after a quoted one: 「…。」と語った, “…。”并表示.
fn quote_goes_on(next: char, ends_quote: bool) -> bool {
    matches!(next, '，' | ',' | '、') || (ends_quote && matches!(next, 'と' | 'な' | '并' | '的' | '等' | '和' | '后'))
}

fn ends_cjk(c: char, next: Option<char>) -> bool {
    match c {
        '。' | '！' | '？' => true,
        '!' | '?' => next.is_none_or(|next| next.is_whitespace() || is_cjk(next)),
        // A Latin full stop between CJK sentences.
        '.' => next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

/// Letters of scripts that mark no end of a sentence: Thai, Lao, Khmer. A line's end is all there is.
pub fn is_unmarked(c: char) -> bool {
    matches!(c, '\u{0E01}'..='\u{0E4E}' | '\u{0E81}'..='\u{0ECE}' | '\u{1780}'..='\u{17D3}')
}

/// The marks that end a sentence in any script (Unicode, Sentence_Terminal): . ! ? 。 । ۔ ؟ ։ and others.
static TERMINAL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\p{Sentence_Terminal}$").expect("the pattern is valid"));
/// Quotes and brackets that may follow such a mark.
static CLOSING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"^["'\p{Pe}\p{Pf}\p{Pi}]$"#).expect("the pattern is valid"));

/// Whether words end as a sentence ends. `ends_line`: nothing stands behind them in their line.
pub fn is_complete(words: &str, ends_line: bool) -> bool {
    let is = |pattern: &Regex, c: char| pattern.is_match(c.encode_utf8(&mut [0; 4]));
    let end = words.trim_end_matches(|c: char| !c.is_alphanumeric() && is(&CLOSING, c));
    if end.ends_with("...") || end.ends_with('…') {
        return false;
    }
    end.chars().next_back().is_some_and(|last| {
        // Most sentences end so; the tables are for the others.
        matches!(last, '.' | '!' | '?')
            || (ends_line && is_unmarked(last))
            || (!last.is_alphanumeric() && is(&TERMINAL, last))
    })
}
