//! One way out to the platforms' own APIs, and what is known of a call that brought no answer. What
//! an answer means is known to each platform alone.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Shorter than the 30 s that a send may take.
const TIMEOUT: Duration = Duration::from_secs(25);

/// No platform says as much as this at once.
const ANSWER_MAX: usize = 32 * 1024 * 1024;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoResponse {
    /// Proven not to have arrived.
    NotSent(String),
    /// Nobody knows whether it arrived.
    NoAnswer(String),
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Response {
    /// The body as JSON. `None` when it is something else, such as a proxy's page.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// The client of one platform's API.
#[allow(clippy::disallowed_types)] // one fixed host, named by the operator
pub struct Http {
    client: reqwest::Client,
    /// The platform's name, for messages.
    name: &'static str,
}

#[allow(clippy::disallowed_types)]
impl Http {
    /// # Errors
    /// When the system has no working TLS, in words.
    pub fn new(name: &'static str, user_agent: &str) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .user_agent(user_agent)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { client, name })
    }

    pub fn request(&self, method: Method, url: &str) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request and reads the answer to its end.
    ///
    /// # Errors
    /// Whether it may have arrived; the text holds no address, which may hold a token.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, NoResponse> {
        self.send_for(request, ANSWER_MAX).await
    }

    /// Sends a request and reads its answer until it is longer than `max`: a body that is longer was cut.
    ///
    /// # Errors
    /// As for [`Http::send`].
    pub async fn send_for(&self, request: RequestBuilder, max: usize) -> Result<Response, NoResponse> {
        let mut response = request.send().await.map_err(|error| {
            let is_unsent = error.is_connect() || error.is_builder();
            let why = self.words(error);
            if is_unsent { NoResponse::NotSent(why) } else { NoResponse::NoAnswer(why) }
        })?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // It was carried out, as far as the status goes; what it made is not known.
        let mut body = Vec::new();
        while body.len() <= max {
            match response.chunk().await.map_err(|error| NoResponse::NoAnswer(self.words(error)))? {
                Some(chunk) => body.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(Response { status, headers, body })
    }

    fn words(&self, error: reqwest::Error) -> String {
        let error = error.without_url();
        let mut root: &dyn std::error::Error = &error;
        while let Some(cause) = root.source() {
            root = cause;
        }
        let what = if error.is_timeout() { "took too long" } else { "cannot be reached" };
        format!("{} {what}: {root}", self.name)
    }
}
