//! Whether words can stand alone: quotes and brackets closed, nothing cut off at either end; and
//! pieces joined that only look like sentences.

use std::ops::Range;

/// Pieces joined at most until a quote or bracket is closed, and the bytes of the outcome.
const JOINED_MAX: usize = 4;
const JOINED_BYTES_MAX: usize = 600;

/// Brackets that are counted, and the side they are on.
const BRACKETS: &[(char, char)] = &[
    ('(', ')'),
    ('（', '）'),
    ('[', ']'),
    ('{', '}'),
    ('【', '】'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('〈', '〉'),
];

/// Words that lead on to another: a sentence that ends with one has lost its end.
const LEADING_ON: &[&str] = &[
    "or", "and", "the", "a", "an", "to", "of", "in", "on", "at", "by", "with", "from", "via", "see", "is", "are", "as",
    "for", "und", "oder", "et", "ou",
];
/// Those that never end a sentence, even right before its full stop.
const NEVER_LAST: &[&str] = &["or", "and", "the", "a", "an", "via", "und", "oder", "et", "ou"];

/// Marks that something must follow.
const MARKS_LEADING_ON: &[char] =
    &['_', '-', '–', '—', ':', ';', ',', '(', '[', '{', '|', '&', '=', '@', '\\', '~', '<'];

/// The pieces of a line, those joined that share a quote or a bracket.
pub fn joined(line: &str, pieces: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut found = Vec::with_capacity(pieces.len());
    let mut rest = pieces.as_slice();
    while let Some((first, _)) = rest.split_first() {
        let closed = (1..=JOINED_MAX.min(rest.len())).find_map(|count| {
            let whole = first.start..rest.get(count - 1)?.end;
            let fits = count == 1 || whole.len() <= JOINED_BYTES_MAX;
            (fits && is_balanced(line.get(whole.clone())?)).then_some((count, whole))
        });
        let (count, whole) = closed.unwrap_or((1, first.clone()));
        found.push(whole);
        rest = rest.get(count..).unwrap_or_default();
    }
    found
}

/// Whether words that end as a sentence ends are one. `follows_on`: what stands before them is no
/// end of a sentence either, or they stand within a line.
pub fn is_whole(words: &str, follows_on: bool) -> bool {
    let starts_within = follows_on && starts_small(words);
    is_balanced(words) && !starts_within && !starts_cut(words) && !ends_cut(words)
}

/// Whether the feed cut the words off.
pub fn is_cut(words: &str) -> bool {
    let end = words.trim_end_matches(['"', '”', '\'', ')', ']', '」', '）']);
    end.ends_with("...") || end.ends_with('…')
}

/// A small letter at the start, unless it begins a name: iPhone, node-ipc, example.com.
fn starts_small(words: &str) -> bool {
    let first = words.split_whitespace().next().unwrap_or_default();
    let is_name =
        first.contains(|c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '/'));
    let letter = first.chars().find(|c| c.is_alphabetic());
    letter.is_some_and(char::is_lowercase) && !is_name
}

/// What follows a cut is not the start of a sentence; `.NET` is.
fn starts_cut(words: &str) -> bool {
    words.starts_with([',', ';', ':', '.', ')', ']', '}', '，', '。', '；', '：', '、', '）', '」', '!', '?', '_', '='])
        && !words.starts_with("...")
        && !words.strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

fn ends_cut(words: &str) -> bool {
    let end = words.trim_end_matches(['.', '!', '?', '…', '"', '”', '\'', ')', ']']);
    let last = end.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    let last = last.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_apart = end.ends_with(char::is_whitespace);
    let word_is_cut = if is_apart { LEADING_ON.contains(&last) } else { NEVER_LAST.contains(&last) };
    word_is_cut || ends_with_number_of_item(end) || end.trim_end().ends_with(MARKS_LEADING_ON)
}

/// `has the following parts: 1`
fn ends_with_number_of_item(words: &str) -> bool {
    let before = words.trim_end_matches(|c: char| c.is_ascii_digit());
    before.len() < words.len() && before.ends_with(' ') && before.trim_end().ends_with([':', '.', ';', ')', '!', '?'])
}

/// Whether every quote and bracket of the words is closed within them.
pub fn is_balanced(words: &str) -> bool {
    let mut depths = [0usize; BRACKETS.len()];
    let mut quotes = Quotes::default();
    let chars: Vec<char> = words.chars().collect();
    for (index, c) in chars.iter().copied().enumerate() {
        let before = index.checked_sub(1).and_then(|before| chars.get(before)).copied();
        let next = chars.get(index + 1).copied();
        quotes.count(c, before, next);
        // Chinese texts close a wide bracket with a narrow one, and the other way round.
        let kind = BRACKETS.iter().position(|(open, close)| c == *open || c == *close);
        let Some(kind) = kind.map(|kind| if kind == 1 { 0 } else { kind }) else { continue };
        let Some(depth) = depths.get_mut(kind) else { continue };
        if BRACKETS.iter().any(|(open, _)| c == *open) {
            *depth += usize::from(!is_smiley(before));
        } else if *depth > 0 {
            *depth -= 1;
        } else if !is_smiley(before) && !is_list_mark(&chars, index) {
            return false;
        }
    }
    depths.iter().all(|depth| *depth == 0) && quotes.are_closed()
}

fn is_smiley(before: Option<char>) -> bool {
    matches!(before, Some(':' | ';' | '^'))
}

/// `1)` and `a)`.
fn is_list_mark(chars: &[char], index: usize) -> bool {
    let at = |back: usize| index.checked_sub(back).and_then(|at| chars.get(at)).copied();
    at(1).is_some_and(char::is_alphanumeric) && at(2).is_none_or(|c| c.is_whitespace() || c.is_ascii_digit())
}

/// Quotation marks by kind.
#[derive(Default)]
struct Quotes {
    straight: usize,
    left: usize,
    right: usize,
    low: usize,
    single_left: usize,
    single_right: usize,
    guillemets_left: usize,
    guillemets_right: usize,
}

impl Quotes {
    fn count(&mut self, c: char, before: Option<char>, next: Option<char>) {
        // UTF-8 that was read as something else: â€“ was a dash, and â€™ an apostrophe.
        if before == Some('€') {
            return;
        }
        let follows_digit = before.is_some_and(|c| c.is_ascii_digit());
        match c {
            // Inches, unless something is open.
            '"' if follows_digit && self.straight.is_multiple_of(2) => {}
            '”' if follows_digit && self.left == self.right && self.low == 0 => {}
            '"' => self.straight += 1,
            '“' => self.left += 1,
            '”' => self.right += 1,
            '„' => self.low += 1,
            // ‘90s
            '‘' if next.is_some_and(|c| c.is_ascii_digit()) => {}
            '‘' => self.single_left += 1,
            '’' => self.single_right += 1,
            '«' => self.guillemets_left += 1,
            '»' => self.guillemets_right += 1,
            _ => {}
        }
    }

    /// „…“ in German, ”…” in Swedish, “…” elsewhere; ’ is an apostrophe too.
    fn are_closed(&self) -> bool {
        let double = if self.low > 0 {
            self.low == self.left + self.right
        } else if self.left == 0 {
            self.right.is_multiple_of(2)
        } else {
            self.left == self.right
        };
        double
            && self.straight.is_multiple_of(2)
            && self.single_left <= self.single_right
            && self.guillemets_left == self.guillemets_right
    }
}
