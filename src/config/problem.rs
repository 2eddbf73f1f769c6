//! What is wrong with a configuration, where, and what to write instead.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {}: {why}; name another file with --config, or start from the config.toml that comes with tidings", .path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("{} line {line}: {why}", .path.display())]
    Line { path: PathBuf, line: usize, why: String },
    #[error("{}: {key}: {why}", .path.display())]
    Value { path: PathBuf, key: String, why: String },
    #[error("the environment variable {name}: {why}")]
    Variable { name: String, why: String },
}

/// An error of the TOML reader in a file.
pub fn in_file(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let at = error.span().map_or(0, |span| span.start);
    let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    ConfigError::Line { path: path.to_owned(), line, why: describe(error.message(), section_at(text, at).as_deref()) }
}

/// An error that an environment variable brought.
pub fn in_variable(name: &str, error: &toml::de::Error) -> ConfigError {
    ConfigError::Variable { name: name.to_owned(), why: describe(error.message(), None) }
}

/// The TOML reader's words for an unknown key or value, with the nearest known one in front.
fn describe(message: &str, section: Option<&str>) -> String {
    let unknown = |start: &str| message.strip_prefix(start).and_then(|rest| rest.split('`').next());
    if let Some(key) = unknown("unknown field `") {
        let place = section.map(|section| format!(" in {section}")).unwrap_or_default();
        return format!("there is no key \"{key}\"{place}{}", nearest(key, expected_names(message).into_iter()));
    }
    if let Some(value) = unknown("unknown variant `") {
        return format!("\"{value}\" cannot be chosen here{}", nearest(value, expected_names(message).into_iter()));
    }
    if let Some(key) = unknown("missing field `") {
        return format!("the {key} is missing");
    }
    if let Some((found, wanted)) = mismatch(message) {
        return format!("{found} cannot stand here; write {wanted}");
    }
    match first_line(message).as_str() {
        "invalid socket address syntax" => "that is no address to listen on; write \"127.0.0.1:8765\"".to_owned(),
        other => other.to_owned(),
    }
}

/// What stands there, and what should, of `invalid type: string "x", expected usize`.
fn mismatch(message: &str) -> Option<(&str, &'static str)> {
    let line = message.lines().next()?;
    let rest = line.strip_prefix("invalid type: ").or_else(|| line.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.split_once(", expected ")?;
    let wanted = match expected {
        "a boolean" => "true or false",
        "a string" => "a text in quotes",
        "a sequence" if found == "map" => "[[ ]] with two brackets on each side",
        "a sequence" => "a list, such as [\"one\", \"another\"]",
        "usize" | "u64" | "u32" | "u16" => "a whole number, such as 32",
        _ => return None,
    };
    let found = found.trim_start_matches("string ").trim_start_matches("integer ").trim_matches('`');
    Some((if found == "map" { "a section of its own" } else { found }, wanted))
}

/// The names that the TOML reader would have understood.
pub fn expected_names(message: &str) -> Vec<&str> {
    let expected = message.split_once("expected").map(|(_, names)| names).unwrap_or_default();
    expected.split('`').skip(1).step_by(2).collect()
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

/// `; did you mean "x"?`, or the list where nothing is near.
pub fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let distance = |name: &str| strsim::damerau_levenshtein(&unknown.to_lowercase(), &name.to_lowercase());
    match known.iter().min_by_key(|name| distance(name)) {
        Some(near) if distance(near) <= 1 + near.len() / 2 => format!("; did you mean \"{near}\"?"),
        Some(_) => format!("; there are: {}", known.join(", ")),
        None => String::new(),
    }
}

/// The `[section]` that a key in the file belongs to; a section's own name belongs to none.
fn section_at(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at)?;
    let line = before.lines().next_back().unwrap_or_default();
    if line.trim_start().starts_with('[') && !before.ends_with('\n') {
        return None;
    }
    let header = before.lines().rev().map(str::trim).find(|line| line.starts_with('['))?;
    Some(header.split('#').next().unwrap_or(header).trim().to_owned())
}
