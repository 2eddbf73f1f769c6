//! The signs and words of a query, with their columns.

use super::QueryError;
use super::fold::narrow;
use super::names::{advice, nearest};
use super::term::Field;
use crate::model::phrase::Phrase;

/// Quotes that open and close a phrase: languages disagree on which does what, and phones type what
/// suits the language.
pub(super) const DOUBLE_QUOTES: [char; 7] = ['"', '\u{201C}', '\u{201D}', '\u{201E}', '\u{201F}', '«', '»'];
const CORNER_OPENS: char = '「';
const CORNER_CLOSES: char = '」';

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    /// From 1, in characters.
    pub column: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Open,
    Close,
    Or,
    Not,
    Field(Field),
    Value(Value),
    End,
}

/// What a term can be about.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Word(String),
    Phrase(String),
    Regex { source: String, is_caseless: bool },
}

/// The tokens of `text`; the last one is [`Kind::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer { chars: text.trim_end().chars().collect(), at: 0 };
    let mut tokens: Vec<Token> = Vec::new();
    loop {
        while lexer.peek().is_some_and(char::is_whitespace) {
            lexer.at += 1;
        }
        let column = lexer.at + 1;
        let Some(c) = lexer.peek() else { break };
        let follows_field = tokens.last().is_some_and(|token| matches!(token.kind, Kind::Field(_)));
        tokens.push(Token { kind: lexer.token(c, follows_field)?, column });
    }
    tokens.push(Token { kind: Kind::End, column: lexer.chars.len().max(1) });
    Ok(tokens)
}

/// A sign that cannot stand inside a word.
pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '|' | CORNER_OPENS) || DOUBLE_QUOTES.contains(&c)
}

/// An address of the web, which is a word in spite of its colon.
pub(super) fn is_address(word: &str) -> bool {
    let scheme = word.split(':').next().unwrap_or_default();
    scheme.len() < word.len() && (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied().map(narrow)
    }

    fn token(&mut self, c: char, follows_field: bool) -> Result<Kind, QueryError> {
        // A full-width slash begins no expression: inside of one it would mean itself.
        if self.chars.get(self.at) == Some(&'/') {
            return self.regex();
        }
        let kind = match c {
            '(' => Kind::Open,
            ')' => Kind::Close,
            '|' => Kind::Or,
            '-' => return self.minus(),
            CORNER_OPENS => return self.phrase(&[CORNER_CLOSES]),
            c if DOUBLE_QUOTES.contains(&c) => return self.phrase(&DOUBLE_QUOTES),
            _ => return self.word(follows_field),
        };
        self.at += 1;
        Ok(kind)
    }

    fn minus(&mut self) -> Result<Kind, QueryError> {
        self.at += 1;
        if self.peek().is_none_or(|next| next.is_whitespace() || next == '-') {
            return Err(QueryError::new(self.at, Phrase::of("query-minus-alone")));
        }
        Ok(Kind::Not)
    }

    fn phrase(&mut self, closing: &[char]) -> Result<Kind, QueryError> {
        let start = self.at;
        self.at += 1;
        let mut phrase = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            if closing.contains(&c) {
                return Ok(Kind::Value(Value::Phrase(phrase)));
            }
            phrase.push(c);
        }
        let close = closing.first().copied().unwrap_or_default();
        let why = Phrase::of("query-quote-open").and("close", close.to_string());
        Err(QueryError::new(start + 1, why))
    }

    fn regex(&mut self) -> Result<Kind, QueryError> {
        let start = self.at;
        self.at += 1;
        let mut source = String::new();
        while let Some(c) = self.chars.get(self.at).copied() {
            self.at += 1;
            if c == '/' {
                let is_caseless = self.flags()?;
                return Ok(Kind::Value(Value::Regex { source, is_caseless }));
            }
            source.push(c);
            if let (true, Some(escaped)) = (c == '\\', self.chars.get(self.at).copied()) {
                source.push(escaped);
                self.at += 1;
            }
        }
        Err(QueryError::new(start + 1, Phrase::of("query-regex-open")))
    }

    /// What follows a regular expression: nothing, or `i`.
    fn flags(&mut self) -> Result<bool, QueryError> {
        let column = self.at + 1;
        match self.run().as_str() {
            "" => Ok(false),
            "i" => Ok(true),
            flags => Err(QueryError::new(column, Phrase::of("query-regex-flags").and("flags", flags))),
        }
    }

    /// The characters up to a space, a quote, a parenthesis or a bar.
    fn run(&mut self) -> String {
        let mut run = String::new();
        while let Some(c) = self.peek() {
            if ends_word(c) {
                break;
            }
            run.push(c);
            self.at += 1;
        }
        run
    }

    fn word(&mut self, follows_field: bool) -> Result<Kind, QueryError> {
        let start = self.at;
        let word = self.run();
        if follows_field {
            return Ok(Kind::Value(Value::Word(word)));
        }
        match word.as_str() {
            "OR" => return Ok(Kind::Or),
            "AND" => return Err(QueryError::new(start + 1, Phrase::of("query-and"))),
            "NOT" => return Err(QueryError::new(start + 1, Phrase::of("query-not"))),
            _ => {}
        }
        match word.split_once(':') {
            Some((name, _)) if is_like_a_field(name) && !is_address(&word) => self.field(start, name),
            _ => Ok(Kind::Value(Value::Word(word))),
        }
    }

    /// The word that begins at `start` was `name:` and perhaps more, which is read again.
    fn field(&mut self, start: usize, name: &str) -> Result<Kind, QueryError> {
        let Some(field) = Field::named(name) else {
            let known = advice(nearest(name, Field::names()), Field::names());
            let why = Phrase::of("query-no-field").and("name", name).and("known", known);
            return Err(QueryError::new(start + 1, why));
        };
        self.at = start + name.chars().count() + 1;
        if self.peek().is_none_or(char::is_whitespace) {
            return Err(needs_value(start + 1, field));
        }
        Ok(Kind::Field(field))
    }
}

/// Times such as 10:30 are none.
fn is_like_a_field(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphabetic() || c == '-' || c == '_')
}

pub(super) fn needs_value(column: usize, field: Field) -> QueryError {
    QueryError::new(column, Phrase::of("query-needs-value").and("field", field.name()))
}
