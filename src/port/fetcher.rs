//! The way out to addresses that others name.

use async_trait::async_trait;

use crate::model::feed::Validators;

/// A conditional GET.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    pub url: String,
    /// Sent only to the URL that gave them.
    pub validators: Validators,
}

impl FetchRequest {
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), validators: Validators::default() }
    }
}

/// An answer that is not an error.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Where the answer came from, after redirects.
    pub url: String,
    /// Where the first redirects, as far as they were permanent (301, 308), led.
    pub moved_to: Option<String>,
    /// How long the server asks us to wait before asking again (Cache-Control max-age), in seconds.
    pub max_age_secs: Option<u64>,
    /// `None`: not modified.
    pub body: Option<Body>,
}

/// A decoded body.
#[derive(Clone, Debug)]
pub struct Body {
    pub bytes: Vec<u8>,
    pub content_type: Option<String>,
    /// As [`Validators`] keep it.
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// Why there is no answer to use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("{url} is not an address to fetch: {why}")]
    BadUrl { url: String, why: String },
    #[error("{host} is refused: {why}; to trust it, add it to [watch] allow_private")]
    Refused { host: String, why: String },
    #[error("{host} cannot be found: {why}")]
    UnknownHost { host: String, why: String },
    #[error("cannot connect to {host}: {why}")]
    Unreachable { host: String, why: String },
    #[error("{host} took too long ({stage})")]
    Timeout { host: String, stage: &'static str },
    #[error("{host} answered {status}{}", retry_text(.retry_after_secs))]
    Status { host: String, status: u16, retry_after_secs: Option<u64> },
    #[error("the answer of {host} is larger than {max_bytes} bytes ([watch] max_bytes)")]
    TooLarge { host: String, max_bytes: u64 },
    #[error("{host} redirects {why}")]
    Redirect { host: String, why: String },
    #[error("the answer of {host} is broken: {why}")]
    Broken { host: String, why: String },
}

fn retry_text(secs: &Option<u64>) -> String {
    secs.map(|secs| format!(" and asks to wait {secs} s")).unwrap_or_default()
}

/// The only way out to addresses that others name.
#[async_trait]
pub trait Fetcher: Send + Sync {
    /// # Errors
    /// [`FetchError`] in words for people.
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError>;

    /// Whether the operator vouches for this host (`allow_private`): it is then polled at the
    /// operator's pace instead of a stranger's.
    fn trusts(&self, url: &str) -> bool;
}
