//! Values as people write them: "15m", "5MB", one item where a list is meant.

use jiff::SignedDuration;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use url::Url;

/// "90s", "15m", "1h30m", "2d", "1w", "500ms".
pub fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SignedDuration, D::Error> {
    let text = String::deserialize(deserializer).map_err(|_| D::Error::custom("a duration is text: write \"15m\""))?;
    parse_duration(&text).ok_or_else(|| {
        D::Error::custom(format!("\"{text}\" is not a duration; write a number with s, m, h or d, such as \"15m\""))
    })
}

pub fn some_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SignedDuration>, D::Error> {
    duration(deserializer).map(Some)
}

fn parse_duration(text: &str) -> Option<SignedDuration> {
    let mut rest = text.trim();
    let mut total_millis: i64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit_millis = match rest.get(..letters)? {
            "ms" => 1,
            "s" | "sec" => 1000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        total_millis = total_millis.checked_add(number.checked_mul(unit_millis)?)?;
        rest = rest.get(letters..)?.trim_start();
    }
    Some(SignedDuration::from_millis(total_millis))
}

/// A number of bytes, or text with KB, MB or GB (1024 each).
pub fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u64),
        Text(String),
    }
    let bad = |text: &str| {
        D::Error::custom(format!("\"{text}\" is not a size; write a number with KB or MB, such as \"5MB\""))
    };
    match Written::deserialize(deserializer).map_err(|_| bad("that"))? {
        Written::Number(bytes) => Ok(bytes),
        Written::Text(text) => parse_bytes(&text).ok_or_else(|| bad(&text)),
    }
}

fn parse_bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_uppercase();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text.get(..digits)?.parse().ok()?;
    let unit: u64 = match text.get(digits..)?.trim() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1024,
        "M" | "MB" | "MIB" => 1024 * 1024,
        "G" | "GB" | "GIB" => 1024 * 1024 * 1024,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// A list, or one text with commas: environment variables have no lists.
pub fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = match toml::Value::deserialize(deserializer)? {
        toml::Value::Array(items) => items,
        toml::Value::String(text) => {
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.to_owned().into()).collect()
        }
        _ => return Err(D::Error::custom("a list is meant: write [\"...\", \"...\"]")),
    };
    items
        .into_iter()
        .map(|item| item.try_into().map_err(|error: toml::de::Error| D::Error::custom(error.message())))
        .collect()
}

/// Why this is not an address that paths can be added to.
pub fn unusable_base(text: &str) -> Option<String> {
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => return Some(format!("\"{text}\" is not a URL: {error}")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        // Not shown: it may be a secret.
        return Some("it has a user name or a password".to_owned());
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Some(format!("\"{text}\" is neither http nor https"));
    }
    let is_more = url.query().is_some() || url.fragment().is_some();
    is_more.then(|| format!("\"{text}\" has more than a host and a path"))
}

/// The value of an environment variable: TOML where it reads as a number, a truth or a list,
/// else text.
pub fn of_variable(text: &str) -> toml::Value {
    let is_bare = text.starts_with('[') || matches!(text, "true" | "false") || text.parse::<i64>().is_ok();
    let parsed = toml::from_str::<toml::Table>(&format!("value = {text}")).ok();
    match parsed.and_then(|mut table| table.remove("value")) {
        Some(value) if is_bare => value,
        _ => text.to_owned().into(),
    }
}
