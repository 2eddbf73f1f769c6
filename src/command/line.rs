//! The text grammar: a line to a word and its arguments. Quotes keep words together, `name:value`
//! names an argument, `/word@bot` is `word`, and what is not known is answered with the nearest.

use super::UsageError;
use super::spec::{ALIASES, WORDS, word};
use crate::model::phrase::Phrase;
use crate::model::word::{Argument, Kind, Word};
use crate::port::Value;

/// Characters of one line.
const LINE_CHARS_MAX: usize = 4_000;
/// How alike two words must be to be meant, from 0 to 1.
const ALIKE_MIN: f64 = 0.7;

/// A word with its arguments, as typed.
#[derive(Debug, PartialEq, Eq)]
pub struct Parsed {
    pub word: &'static str,
    pub arguments: Vec<(String, Value)>,
}

/// A piece of a line between blanks, and where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    /// In bytes of the line.
    start: usize,
}

/// Reads a line.
///
/// # Errors
/// In words for the person who typed it.
pub fn parse(line: &str) -> Result<Parsed, UsageError> {
    if line.chars().count() > LINE_CHARS_MAX {
        return Err(UsageError(Phrase::of("words-line-too-long").count("max", LINE_CHARS_MAX)));
    }
    let pieces = pieces(line);
    let Some((word, rest)) = find_word(&pieces) else { return Err(unknown(&pieces)) };
    Ok(Parsed { word: word.name, arguments: arguments(word, rest, line)? })
}

/// Words between blanks; quotes, also typographic ones, keep blanks inside.
fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut current: Option<Piece> = None;
    let mut quote: Option<char> = None;
    for (start, c) in line.char_indices() {
        match quote {
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None => quote = closing(c),
        }
        if c.is_whitespace() && quote.is_none() {
            pieces.extend(current.take());
        } else {
            current.get_or_insert_with(|| Piece { text: String::new(), start }).text.push(c);
        }
    }
    pieces.extend(current);
    pieces
}

fn closing(c: char) -> Option<char> {
    match c {
        '"' => Some('"'),
        '“' | '„' => Some('”'),
        '«' => Some('»'),
        '「' => Some('」'),
        _ => None,
    }
}

/// Without the quotes around it.
fn unquoted(text: &str) -> &str {
    let mut chars = text.chars();
    match (chars.next().and_then(closing), chars.next_back()) {
        (Some(end), Some(last)) if end == last => chars.as_str(),
        _ => text,
    }
}

/// Quotes hold an argument together. Around nothing but words of a query they mean a phrase.
fn is_phrase(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace()) && !text.split_whitespace().any(|word| word == "OR")
}

/// The longest word of the table that the pieces begin with.
fn find_word(pieces: &[Piece]) -> Option<(&'static Word, &[Piece])> {
    let first = pieces.first()?.text.to_lowercase();
    let first = first.trim_start_matches('/').split('@').next().unwrap_or_default();
    let first = ALIASES.iter().find(|(alias, _)| *alias == first).map_or(first, |(_, name)| *name);
    // Menus of commands know no blanks: `/filter_set` is `filter set`.
    if let Some(found) = first.contains('_').then(|| word(&first.replace('_', " "))).flatten() {
        return Some((found, pieces.get(1..).unwrap_or_default()));
    }
    if let Some(second) = pieces.get(1)
        && let Some(found) = word(&format!("{first} {}", second.text.to_lowercase()))
    {
        return Some((found, pieces.get(2..).unwrap_or_default()));
    }
    Some((word(first)?, pieces.get(1..).unwrap_or_default()))
}

fn unknown(pieces: &[Piece]) -> UsageError {
    let first = pieces.first().map(|piece| piece.text.trim_start_matches('/').to_lowercase()).unwrap_or_default();
    let family: Vec<&str> =
        WORDS.iter().map(|word| word.name).filter(|name| name.starts_with(&format!("{first} "))).collect();
    if !family.is_empty() && !first.is_empty() {
        return UsageError(Phrase::of("words-goes-on").and("word", first).and("words", family.join(", ")));
    }
    let both: Vec<&str> = pieces.iter().take(2).map(|piece| piece.text.trim_start_matches('/')).collect();
    let nearest = nearest_word(&both.join(" ").to_lowercase()).or_else(|| nearest_word(&first));
    unknown_word(&first, nearest)
}

/// There is no such word; `nearest` may be meant.
pub fn unknown_word(typed: &str, nearest: Option<&str>) -> UsageError {
    UsageError(match nearest {
        Some(nearest) => Phrase::of("words-unknown-but").and("word", typed).and("nearest", nearest),
        None => Phrase::of("words-unknown").and("word", typed),
    })
}

/// The word most like what was typed, if any is.
pub fn nearest_word(typed: &str) -> Option<&'static str> {
    let names = WORDS.iter().map(|word| word.name).chain(ALIASES.iter().map(|(alias, _)| *alias));
    let scored = names.map(|name| (strsim::jaro_winkler(typed, name), name));
    scored.filter(|(score, _)| *score >= ALIKE_MIN).max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| name)
}

/// Named arguments anywhere, the others in the table's order; a text takes what follows up to the
/// next named argument, as it stands.
fn arguments(word: &Word, pieces: &[Piece], line: &str) -> Result<Vec<(String, Value)>, UsageError> {
    let mut found: Vec<(String, Value)> = Vec::new();
    let mut open: Vec<&Argument> = word.arguments.iter().collect();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        let named = named(word, &piece.text);
        let argument = match named {
            Some((argument, _)) => argument,
            None if open.is_empty() => {
                let much = Phrase::of("words-too-much").and("text", piece.text.as_str());
                return Err(UsageError(much.and("usage", word.usage())));
            }
            None => open.remove(0),
        };
        open.retain(|one| one.name != argument.name);
        let after = pieces.get(at + 1..).unwrap_or_default();
        let more = match argument.kind {
            Kind::Text => after.iter().take_while(|piece| self::named(word, &piece.text).is_none()).count(),
            Kind::Choice(_) | Kind::Number(..) | Kind::Place | Kind::File | Kind::Completed => 0,
        };
        let start = piece.start + named.map_or(0, |(argument, _)| argument.name.len() + 1);
        let end = after.get(more).map_or(line.len(), |piece| piece.start);
        let text = line.get(start..end).unwrap_or_default().trim();
        let text = match argument.name {
            "filter" | "query" if named.is_none() || is_phrase(unquoted(text)) => text,
            _ => unquoted(text),
        };
        found.push((argument.name.to_owned(), Value::Text(text.to_owned())));
        at += more + 1;
    }
    Ok(found)
}

/// `name:value` with the name of an argument of this word. An address is none, nor a name alone.
fn named<'a>(word: &Word, piece: &'a str) -> Option<(&'static Argument, &'a str)> {
    let (name, value) = piece.split_once(':')?;
    let argument = word.argument(&name.to_lowercase())?;
    (!value.is_empty() && !value.starts_with("//")).then_some((argument, value))
}
