//! What the value of a field means, and what is wrong with one that means nothing.

use regex::{Error, RegexBuilder};
use url::Url;

use super::QueryError;
use super::lex::Value;
use super::names::{advice, nearest};
use super::term::{Comparison, Field, Pattern, Term, Words};
use crate::model::label::{Event, Urgency};
use crate::model::phrase::Phrase;

/// Bytes of one compiled regular expression, so that thousands of queries fit in memory and no
/// expression is slow.
const REGEX_BYTES_MAX: usize = 128 * 1024;
/// Nested groups in one regular expression.
const REGEX_DEPTH_MAX: u32 = 32;

/// A term that looks for `value` in `field`.
pub(super) fn term(field: Field, value: Value, column: usize) -> Result<Term, QueryError> {
    let pattern = match value {
        Value::Regex { source, is_caseless } => regex(&source, is_caseless),
        Value::Phrase(text) => pattern(field, &text, false),
        Value::Word(text) => word(field, &text),
    };
    let pattern = pattern.map_err(|why| QueryError::new(column, why))?;
    Ok(Term { field, pattern, column })
}

fn word(field: Field, text: &str) -> Result<Pattern, Phrase> {
    if matches!(field, Field::Event | Field::Urgency | Field::Lang) {
        return pattern(field, text, false);
    }
    if field != Field::Text && text.starts_with(['<', '>', '=']) {
        return Err(Phrase::of("query-not-compared").and("text", text));
    }
    let start = text.trim_end_matches('*');
    if text.starts_with('*') || start.len() + 1 < text.len() {
        return Err(Phrase::of("query-star"));
    }
    pattern(field, start, start.len() < text.len())
}

fn pattern(field: Field, text: &str, is_prefix: bool) -> Result<Pattern, Phrase> {
    let words = || Words::new(text, is_prefix).ok_or_else(|| Phrase::of("query-quotes-empty"));
    match field {
        Field::Text | Field::Title | Field::Author => words().map(Pattern::Words),
        Field::Source => words().map(|words| Pattern::Source(words, domain(text).filter(|_| !is_prefix))),
        Field::Topic | Field::Audience => words().map(Pattern::Name),
        Field::Event => event(text),
        Field::Urgency => urgency(text),
        Field::Lang => lang(text),
    }
}

/// The domain that a source may be named by, with or without scheme and path.
fn domain(text: &str) -> Option<String> {
    let text = text.trim();
    let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    let host = url.ok()?.host_str()?.to_owned();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

fn event(text: &str) -> Result<Pattern, Phrase> {
    let name = name_like(text);
    let names = Event::ALL.iter().map(|event| event.name());
    let event = Event::ALL.into_iter().find(|event| event.name() == name);
    event.map(Pattern::Event).ok_or_else(|| {
        let known = advice(nearest(&name, names.clone()), names);
        Phrase::of("query-no-event").and("name", text).and("known", known)
    })
}

fn urgency(text: &str) -> Result<Pattern, Phrase> {
    let signs = [
        (">=", Comparison::AtLeast),
        ("<=", Comparison::AtMost),
        (">", Comparison::More),
        ("<", Comparison::Less),
        ("=", Comparison::Equal),
    ];
    let compared = signs.into_iter().find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?)));
    let (comparison, rest) = compared.unwrap_or((Comparison::Equal, text));
    let name = name_like(rest);
    let urgency = Urgency::ALL.into_iter().find(|urgency| urgency.name() == name);
    urgency.map(|urgency| Pattern::Urgency(comparison, urgency)).ok_or_else(|| {
        let names = advice(None, Urgency::ALL.iter().map(|urgency| urgency.name()));
        Phrase::of("query-no-urgency").and("name", rest).and("known", names)
    })
}

/// "Act now" for people is `act-now` among names.
fn name_like(text: &str) -> String {
    text.to_lowercase()
        .split(|c: char| c.is_whitespace() || c == '_')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

/// The language without its region: en-GB is en.
fn lang(text: &str) -> Result<Pattern, Phrase> {
    let primary = primary_subtag(text);
    let is_code = (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
    Words::new(&primary, false)
        .filter(|_| is_code)
        .map(Pattern::Name)
        .ok_or_else(|| Phrase::of("query-no-language").and("name", text))
}

/// `zh` of `zh-CN`.
pub(super) fn primary_subtag(tag: &str) -> String {
    tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn regex(source: &str, is_caseless: bool) -> Result<Pattern, Phrase> {
    if source.is_empty() {
        return Err(Phrase::of("query-regex-empty"));
    }
    let built = RegexBuilder::new(source)
        .case_insensitive(is_caseless)
        .size_limit(REGEX_BYTES_MAX)
        .dfa_size_limit(REGEX_BYTES_MAX)
        .nest_limit(REGEX_DEPTH_MAX)
        .build();
    built.map(|regex| Pattern::Regex { regex, is_caseless }).map_err(|error| match error {
        Error::CompiledTooBig(_) => Phrase::of("query-regex-large"),
        error => {
            let message = error.to_string();
            let reason = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Phrase::of("query-regex-unreadable").and("reason", reason)
        }
    })
}
