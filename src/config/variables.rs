//! Environment variables that set keys, and those that only look like it.

use super::problem::{ConfigError, expected_names, nearest};
use super::{CONFIG_VARIABLE, Config, ENV_PREFIX};

/// Kubernetes sets variables with such parts for each service whose name begins with ours.
const SERVICE_PARTS: &[&str] = &["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"];

/// A variable with our prefix that sets nothing is a mistake, and not a silent one.
pub fn check<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), ConfigError> {
    let is_foreign = |name: &str| !name.starts_with(ENV_PREFIX) || SERVICE_PARTS.iter().any(|part| name.contains(part));
    for name in names.filter(|name| !is_foreign(name) && *name != CONFIG_VARIABLE) {
        // Those with a section and a key are checked as keys.
        if !name.contains("__") {
            let known = known();
            let nearest = nearest(name, known.iter().map(String::as_str));
            return Err(ConfigError::Variable { name: name.to_owned(), why: format!("it sets nothing{nearest}") });
        }
    }
    Ok(())
}

/// Every variable there is, asked of the reader itself, so that the list is never out of date.
fn known() -> Vec<String> {
    let keys = |section: &str| {
        let variable = |key: &String| format!("{ENV_PREFIX}{}__{}", section.to_uppercase(), key.to_uppercase());
        expected_after(&format!("[{section}]\n\"?\" = 0")).iter().map(variable).collect::<Vec<_>>()
    };
    let sections = expected_after("\"?\" = 0");
    sections.iter().flat_map(|section| keys(section)).chain([CONFIG_VARIABLE.to_owned()]).collect()
}

/// What the reader would have understood instead of the question mark.
fn expected_after(text: &str) -> Vec<String> {
    let error = toml::from_str::<Config>(text).err();
    error.map(|error| expected_names(error.message()).into_iter().map(str::to_owned).collect()).unwrap_or_default()
}
