//! Lines as people type them, with Slack's escapes undone, and what is missing in them.

use std::collections::BTreeMap;

use crate::model::word::{Argument, Kind, Word};

/// A line in plain words, and the channels that it names: as they are written in it, and their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub text: String,
    pub channels: BTreeMap<String, String>,
}

/// Undoes `<#C1|news>`, `<@U1|ann>`, `<https://x|x>`, `<!here>` and `&amp;` (Formatting text). Signs
/// that people type themselves come escaped, so what is bracketed is Slack's.
pub fn typed(raw: &str) -> Typed {
    let mut out = Typed::default();
    let mut rest = raw;
    while let Some(start) = rest.find('<') {
        let (before, after) = rest.split_at(start);
        out.text.push_str(&unescaped(before));
        let Some(end) = after.find('>') else {
            rest = after;
            break;
        };
        let inside = after.get(1..end).unwrap_or_default();
        let shown = reference(inside, &mut out.channels);
        out.text.push_str(&shown);
        rest = after.get(end + 1..).unwrap_or_default();
    }
    out.text.push_str(&unescaped(rest));
    out.text = out.text.trim().to_owned();
    out
}

fn reference(inside: &str, channels: &mut BTreeMap<String, String>) -> String {
    let (target, label) = inside.split_once('|').map_or((inside, ""), |(target, label)| (target, label));
    if let Some(channel) = target.strip_prefix('#') {
        let name = if label.is_empty() || label.contains(char::is_whitespace) { channel } else { label };
        let written = format!("#{}", unescaped(name));
        channels.insert(written.clone(), channel.to_owned());
        return written;
    }
    if target.starts_with('@') || target.starts_with('!') {
        // As posts call people: without the name, which may change.
        return format!("<{target}>");
    }
    // Slack makes links of what looks like one, and keeps beside them what was typed.
    let typed = ["http://", "https://", "mailto:"].iter().find_map(|scheme| target.strip_prefix(scheme));
    match typed.filter(|typed| *typed == label) {
        Some(typed) => unescaped(typed),
        None => unescaped(target),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The word that a line begins with, and what follows it.
pub fn word_of<'a>(words: &'static [Word], line: &'a str) -> Option<(&'static Word, &'a str)> {
    let line = line.trim();
    let is_named = |name: &str| {
        let head = line.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name));
        head.is_some() && line.get(name.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let found = words.iter().filter(|word| is_named(word.name)).max_by_key(|word| word.name.len())?;
    Some((found, line.get(found.name.len()..).unwrap_or_default().trim()))
}

/// The word of a line that lacks an argument, and those that it has: by name, or in the table's
/// order. `None`: nothing is missing, or there is no such word.
pub fn incomplete(words: &'static [Word], line: &str) -> Option<(&'static Word, Vec<(String, String)>)> {
    let (word, rest) = word_of(words, line)?;
    let mut given: Vec<(String, String)> = Vec::new();
    for piece in rest.split_whitespace() {
        let named = piece.split_once(':').and_then(|(name, value)| {
            let argument = word.argument(&name.to_lowercase())?;
            (!value.is_empty() && !value.starts_with("//")).then_some((argument.name, value))
        });
        let is_open = |argument: &&Argument| !given.iter().any(|(name, _)| name == argument.name);
        match named.or_else(|| word.arguments.iter().find(is_open).map(|argument| (argument.name, piece))) {
            Some((name, value)) => given.push((name.to_owned(), value.trim_matches('"').to_owned())),
            // A text goes on.
            None => match given.last_mut() {
                Some((_, value)) => *value = format!("{value} {piece}"),
                None => break,
            },
        }
    }
    let is_missing = |argument: &&Argument| {
        argument.is_required && argument.kind != Kind::File && !given.iter().any(|(name, _)| name == argument.name)
    };
    let needs_file = |argument: &Argument| argument.is_required && argument.kind == Kind::File && given.is_empty();
    let is_incomplete = word.arguments.iter().any(|one| is_missing(&one) || needs_file(one));
    is_incomplete.then_some((word, given))
}
