//! Parameters, which come as strings or as JSON and mean the same.

use serde_json::Value;

use super::api::{Refused, bad};
use super::http::Request;

impl Request {
    pub fn text(&self, name: &str) -> Option<String> {
        match self.parameters.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// # Errors
    /// If it is no whole number.
    pub fn whole(&self, name: &str) -> Result<Option<i64>, Refused> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse().map_err(|_| bad(&format!("parameter \"{name}\" is not an integer: {text}")))?;
        Ok(Some(number))
    }

    /// # Errors
    /// If it is neither true nor false.
    pub fn truth(&self, name: &str) -> Result<bool, Refused> {
        match self.text(name).as_deref() {
            None => Ok(false),
            Some("true" | "1" | "True") => Ok(true),
            Some("false" | "0" | "False") => Ok(false),
            Some(other) => Err(bad(&format!("parameter \"{name}\" is not a boolean: {other}"))),
        }
    }

    /// A list or an object, also when it comes as a string.
    ///
    /// # Errors
    /// If the string is no JSON. `what` as Telegram calls it.
    pub fn json(&self, name: &str, what: &str) -> Result<Option<Value>, Refused> {
        match self.parameters.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => {
                serde_json::from_str(text).map(Some).map_err(|_| bad(&format!("can't parse {what} JSON object")))
            }
            Some(other) => Ok(Some(other.clone())),
        }
    }

    /// # Errors
    /// If it is not one of the words.
    pub fn word(&self, name: &str, words: &[&str]) -> Result<String, Refused> {
        let text = self.text(name).unwrap_or_default();
        if words.contains(&text.as_str()) { Ok(text) } else { Err(bad(&format!("wrong parameter {name} in request"))) }
    }
}
