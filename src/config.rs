//! The whole of `config.toml`. Typed, checked, with an error that names the place and the way out.
//! Secrets come from the environment alone and are never printed.

mod problem;
mod sections;
mod value;
mod variables;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::model::feed::Feed;
use crate::model::label::{LabelDefinition, Labels};
use crate::model::secret::Secret;
use crate::platform::{discord, slack, telegram, terminal};
use crate::{store, web};

pub use problem::ConfigError;
pub use sections::{Analyst, AnalystMode, Digest, FeedEntry, Llm, Watch};

/// Environment variables that set any key: `TIDINGS_WATCH__INTERVAL=5m`.
const ENV_PREFIX: &str = "TIDINGS_";
/// The environment variable that names the file.
pub const CONFIG_VARIABLE: &str = "TIDINGS_CONFIG";

/// `config.toml` (design, section 5).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub store: store::Config,
    pub web: web::Config,
    pub watch: Watch,
    pub feeds: Vec<FeedEntry>,
    pub analyst: Analyst,
    pub llm: Llm,
    pub discord: discord::Config,
    pub slack: slack::Config,
    pub telegram: telegram::Config,
    pub terminal: terminal::Config,
    pub audiences: Vec<LabelDefinition>,
    pub topics: Vec<LabelDefinition>,
    pub digest: Digest,
}

/// The environment, as far as configuration reads it. Passed in, so that tests need not change
/// their own.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    pub fn new(variables: &[(&str, &str)]) -> Self {
        Self(variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    /// A secret, if it is set and not empty.
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.0.get(name).filter(|value| !value.is_empty()).map(|value| Secret::new(value.clone()))
    }

    /// `TIDINGS_SECTION__KEY` variables as section, key and value.
    fn overrides(&self) -> impl Iterator<Item = (&str, String, String, &str)> {
        self.0.iter().filter_map(|(name, value)| {
            let (section, key) = name.strip_prefix(ENV_PREFIX)?.split_once("__")?;
            Some((name.as_str(), section.to_lowercase(), key.to_lowercase(), value.as_str()))
        })
    }
}

impl Config {
    /// Reads, completes by the environment, and checks.
    ///
    /// # Errors
    /// [`ConfigError`] names the file or variable, the place, and what to write instead.
    pub fn load(path: &Path, environment: &Environment) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Unreadable { path: path.to_owned(), why: error.to_string() })?;
        Self::parse(&text, path, environment)
    }

    /// The configuration in `text`; `path` is for messages.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str, path: &Path, environment: &Environment) -> Result<Self, ConfigError> {
        variables::check(environment.0.keys().map(String::as_str))?;
        // Read on its own first: only then an error knows its line.
        let alone: Self = toml::from_str(text).map_err(|error| problem::in_file(path, text, &error))?;
        let mut config =
            if environment.overrides().next().is_some() { Self::overridden(text, path, environment)? } else { alone };
        if let Some(url) = environment.0.get("DATABASE_URL").filter(|url| !url.is_empty()) {
            config.store.url = Some(url.clone());
        }
        config.check(path)?;
        Ok(config)
    }

    /// The defaults with the environment, for commands that need no file.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn without_file(environment: &Environment) -> Result<Self, ConfigError> {
        Self::parse("", &PathBuf::from("the built-in configuration"), environment)
    }

    fn overridden(text: &str, path: &Path, environment: &Environment) -> Result<Self, ConfigError> {
        let mut table: toml::Table = toml::from_str(text).map_err(|error| problem::in_file(path, text, &error))?;
        for (name, section, key, value) in environment.overrides() {
            let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
            let Some(section) = section.as_table_mut() else {
                return Err(ConfigError::Variable {
                    name: name.to_owned(),
                    why: "that section is a list; set it in the file".to_owned(),
                });
            };
            section.insert(key, value::of_variable(value));
            // Checked one by one, so that the error names the variable.
            if let Err(error) = table.clone().try_into::<Self>() {
                return Err(problem::in_variable(name, &error));
            }
        }
        table.try_into().map_err(|error| problem::in_variable(ENV_PREFIX, &error))
    }

    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let bad = |key: &str, why: String| ConfigError::Value { path: path.to_owned(), key: key.to_owned(), why };
        self.watch.check().map_err(|(key, why)| bad(key, why))?;
        if self.store.path.as_os_str().is_empty() {
            return Err(bad("store.path", "it is empty; write \"data\"".to_owned()));
        }
        self.check_urls().map_err(|(key, why)| bad(key, why))?;
        let labels = self.labels();
        let mut urls = HashSet::new();
        for (number, entry) in self.feeds.iter().enumerate() {
            entry.check(&labels).map_err(|(key, why)| bad(&format!("feeds[{number}].{key}"), why))?;
            if !urls.insert(entry.url.as_str()) {
                return Err(bad(&format!("feeds[{number}].url"), format!("\"{}\" is there twice", entry.url)));
            }
        }
        for label in self.audiences.iter().chain(&self.topics) {
            let is_name = !label.name.is_empty()
                && label.name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '&'));
            if !is_name {
                return Err(bad(
                    "name",
                    format!(
                        "\"{}\" is not a name of an audience or topic; use letters, digits and dashes, such as \"platform-team\"",
                        label.name
                    ),
                ));
            }
        }
        TimeZone::get(&self.digest.timezone).map_err(|_| {
            bad(
                "digest.timezone",
                format!("there is no time zone \"{}\"; write \"Europe/Berlin\"", self.digest.timezone),
            )
        })?;
        Ok(())
    }

    fn check_urls(&self) -> Result<(), (&'static str, String)> {
        let urls = [
            ("discord.api_url", &self.discord.api_url, "https://discord.com"),
            ("slack.api_url", &self.slack.api_url, "https://slack.com"),
            ("telegram.api_url", &self.telegram.api_url, "https://api.telegram.org"),
            ("llm.base_url", &self.llm.base_url, "http://localhost:11434/v1"),
        ];
        for (key, url, example) in urls {
            if let Some(why) = url.as_deref().and_then(value::unusable_base) {
                return Err((key, format!("{why}; write \"{example}\"")));
            }
        }
        Ok(())
    }

    /// The audiences and topics in use.
    pub fn labels(&self) -> Labels {
        Labels::with(&self.audiences, &self.topics)
    }

    /// The feeds of the terminal address.
    pub fn feeds(&self) -> Vec<Feed> {
        let feed = |entry: &FeedEntry| Feed {
            name: entry.name.clone(),
            topics: entry.topics.clone(),
            ..Feed::new(&entry.url)
        };
        self.feeds.iter().map(feed).collect()
    }
}
