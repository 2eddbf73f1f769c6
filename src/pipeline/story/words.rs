//! Words, names and numbers of a text in any script, so that reports of one event can be compared. Must
//! not know: items.

use super::names;

/// A word, a pair of neighbouring characters in scripts without spaces, or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The form that is compared: lower case, without endings, numbers by their value.
    pub form: String,
    /// As it stands in the text.
    pub shown: String,
    /// Written as a name is: with a capital inside a sentence, with digits, in Latin letters in a text that is not.
    pub is_name: bool,
    pub is_number: bool,
}

/// Is the character of a script that is compared by pairs of characters?
pub fn is_dense(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x2FA1F)
}

/// Full-width letters and digits are the same as others.
fn narrowed(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        0x3000 | 0xA0 => ' ',
        0x2019 => '\'',
        0x2010..=0x2015 => '-',
        _ => c,
    }
}

/// All words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let chars: Vec<char> = text.chars().map(narrowed).collect();
    let is_dense_text = chars.iter().filter(|c| is_dense(**c)).count() * 5 > chars.len();
    let is_titled = is_titled(&chars);
    let mut words = Vec::new();
    let mut begins = true;
    let mut rest = chars.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if is_dense(*first) {
            if let Some((form, length)) = names::beginning(rest) {
                let shown = rest.iter().take(length).collect();
                words.push(Word { form: form.to_owned(), shown, is_name: true, is_number: false });
            }
            if let Some(second) = after.first().filter(|c| is_dense(**c)) {
                let pair = String::from_iter([*first, *second]);
                words.push(Word { form: pair.clone(), shown: pair, is_name: false, is_number: false });
            }
            rest = after;
            begins = false;
        } else if first.is_alphanumeric() {
            let length = run(rest);
            let (token, tail) = rest.split_at(length);
            let is_evident = !begins && !is_titled;
            push(&mut words, token, tail, is_evident, is_dense_text);
            rest = tail;
            begins = false;
        } else {
            begins = begins
                || matches!(
                    first,
                    '.' | '!' | '?' | ':' | ';' | '"' | '\u{201c}' | '\u{201e}' | '\n' | '\u{3002}' | '|'
                );
            rest = after;
        }
    }
    words
}

/// Does nearly every word of it begin with a capital, as in English headlines?
fn is_titled(chars: &[char]) -> bool {
    let text: String = chars.iter().collect();
    let long: Vec<&str> = text.split_whitespace().filter(|word| word.chars().count() > 3).collect();
    let capital = long.iter().filter(|word| word.chars().next().is_some_and(char::is_uppercase)).count();
    capital * 10 >= long.len() * 7
}

/// Characters of the word that a text begins with; what joins letters inside a name belongs to it.
fn run(chars: &[char]) -> usize {
    let mut length = 0;
    for (at, c) in chars.iter().enumerate() {
        if c.is_alphanumeric() && !is_dense(*c) {
            length = at + 1;
        } else if !matches!(c, '-' | '.' | '\'' | ',' | '_' | '+' | '/') || at > length {
            break;
        }
    }
    length
}

/// A word and, of a compound, its parts.
fn push(words: &mut Vec<Word>, token: &[char], tail: &[char], is_evident: bool, is_foreign: bool) {
    let shown: String = token.iter().collect();
    if let Some(form) = number(&shown, tail) {
        words.push(Word { form, shown, is_name: false, is_number: true });
        return;
    }
    let has_digit = shown.contains(|c: char| c.is_ascii_digit());
    let parts: Vec<&str> = shown.split(['-', '/', '_', ',', '+']).collect();
    if parts.len() > 1 {
        if has_digit {
            words.push(Word { form: folded(&shown), shown: shown.clone(), is_name: true, is_number: false });
        }
        for part in parts.iter().filter(|part| part.chars().count() > 2) {
            words.push(one(part, is_evident, is_foreign));
        }
    } else if shown.chars().count() > 1 {
        words.push(one(&shown, is_evident, is_foreign));
    }
}

fn one(shown: &str, is_evident: bool, is_foreign: bool) -> Word {
    let mut chars = shown.chars();
    let begins_large = chars.next().is_some_and(char::is_uppercase);
    let is_large_inside = chars.any(char::is_uppercase);
    let has_digit = shown.contains(|c: char| c.is_ascii_digit());
    let is_name = has_digit || is_large_inside || is_foreign || (begins_large && is_evident);
    let form = folded(shown);
    match names::of_word(&form) {
        Some(name) => Word { form: name.to_owned(), shown: shown.to_owned(), is_name: true, is_number: false },
        None => Word { form, shown: shown.to_owned(), is_name, is_number: false },
    }
}

/// Lower case, without the endings that only grammar asks for.
pub fn folded(word: &str) -> String {
    let lower = word.to_lowercase();
    let base = lower.trim_end_matches('\'');
    let base = base.strip_suffix("'s").unwrap_or(base);
    if base.contains(|c: char| c.is_ascii_digit()) || !base.is_ascii() {
        return base.to_owned();
    }
    for (ending, instead) in [("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")] {
        if let Some(stem) = base.strip_suffix(ending).filter(|stem| stem.len() > 3 && !stem.ends_with('s')) {
            return format!("{stem}{instead}").trim_end_matches('e').to_owned();
        }
    }
    base.trim_end_matches('e').to_owned()
}

/// Words after a number that multiply it.
const SCALES: &[(&str, f64)] = &[
    ("thousand", 1e3),
    ("million", 1e6),
    ("billion", 1e9),
    ("trillion", 1e12),
    ("mio", 1e6),
    ("mrd", 1e9),
    ("mn", 1e6),
    ("bn", 1e9),
    ("tausend", 1e3),
    ("milliarde", 1e9),
    ("mill", 1e6),
    ("mil", 1e3),
    ("k", 1e3),
    ("m", 1e6),
    ("b", 1e9),
    ("万亿", 1e12),
    ("百万", 1e6),
    ("千万", 1e7),
    ("万", 1e4),
    ("萬", 1e4),
    ("亿", 1e8),
    ("億", 1e8),
    ("兆", 1e12),
    ("만", 1e4),
    ("억", 1e8),
    ("조", 1e12),
];

/// What a number is compared by: its value to two digits. Small ones say too little.
pub fn number(token: &str, tail: &[char]) -> Option<String> {
    let digits = token.trim_end_matches(char::is_alphabetic);
    let unit = token.get(digits.len()..).unwrap_or_default().to_lowercase();
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    if !unit.is_empty() && !SCALES.iter().any(|(word, _)| *word == unit) {
        return None;
    }
    let plain = plain(digits)?;
    let after: String = tail.iter().skip_while(|c| **c == ' ').take(10).collect::<String>().to_lowercase();
    let named = |word: &str| if unit.is_empty() { is_scale(&after, word) } else { unit == word };
    let scale = SCALES.iter().find(|(word, _)| named(word)).map_or(1.0, |(_, scale)| *scale);
    let value = plain * scale;
    let is_share = after.starts_with('%') || after.starts_with("percent") || after.starts_with("prozent");
    let is_year = scale == 1.0 && !digits.contains([',', '.']) && (1990.0..2100.0).contains(&value);
    if value < 13.0 && !is_share && !digits.contains('.') || is_year {
        return Some(format!("#{value}~"));
    }
    if value < 1000.0 {
        return Some(format!("#{value}{}", if is_share { "%" } else { "" }));
    }
    let magnitude = 10f64.powi(value.log10().floor() as i32 - 1);
    Some(format!("#{}e{}", (value / magnitude + 1e-9).floor(), magnitude.log10().round()))
}

/// `million`, `Millionen`; a single letter only where nothing follows it.
fn is_scale(after: &str, word: &str) -> bool {
    let Some(rest) = after.strip_prefix(word) else { return false };
    word.chars().count() > 3 || !word.is_ascii() || !rest.starts_with(char::is_alphanumeric)
}

/// `14,500`, `14.500`, `3.6`, `3,6`.
fn plain(digits: &str) -> Option<f64> {
    let groups: Vec<&str> = digits.split([',', '.']).collect();
    let is_grouped = groups.len() > 1
        && groups.iter().skip(1).all(|group| group.len() == 3)
        && groups.first().is_some_and(|first| *first != "0");
    let is_version = groups.len() > 2 && !is_grouped;
    if is_version {
        return None;
    }
    let text = if is_grouped { groups.concat() } else { digits.replace(',', ".") };
    text.parse().ok()
}
