//! The store of truth. Decides nothing; every write is durable before it is acknowledged.

pub mod sled;

use std::path::PathBuf;

use serde::Deserialize;

/// `[store]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub engine: Engine,
    /// The folder of the sled engine.
    pub path: PathBuf,
    /// The database of the postgres engine; `DATABASE_URL` goes before it.
    pub url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    Sled,
    Postgres,
}

impl Default for Config {
    fn default() -> Self {
        Self { engine: Engine::Sled, path: PathBuf::from("data"), url: None }
    }
}
