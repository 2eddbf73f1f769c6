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

/// The TOML reader's words for an unknown key, with the nearest known one in front.
fn describe(message: &str, section: Option<&str>) -> String {
    let Some(rest) = message.strip_prefix("unknown field `") else { return first_line(message) };
    let Some((unknown, expected)) = rest.split_once('`') else { return first_line(message) };
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let place = section.map(|section| format!(" in {section}")).unwrap_or_default();
    let nearest = nearest(unknown, known.iter().copied());
    format!("there is no key \"{unknown}\"{place}{nearest}")
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

/// `; did you mean "x"?`, or the list where nothing is near.
pub fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let distance = |name: &str| strsim::damerau_levenshtein(&unknown.to_lowercase(), name);
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
