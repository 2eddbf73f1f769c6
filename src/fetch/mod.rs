//! The only way out to addresses that others name: HTTP with limits on size, time, redirects and
//! destinations. Must not know: feeds, stores, platforms.

#![allow(clippy::disallowed_types)] // the one place that holds an HTTP client

mod decode;
mod guard;
mod own;
mod resolve;

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use url::Url;

use crate::port::{Body, Clock, FetchError, FetchRequest, Fetched, Fetcher};

use decode::{DecodeError, RATIO_MAX, decode};
pub use guard::{Guard, PublicUrl, TrustedNet, host_of, is_public};
pub use own::is_own;
use resolve::{GuardedResolver, ResolveError, TrustedNames};

/// Redirects that are followed (failures, row 18).
const REDIRECTS_MAX: usize = 5;
/// Time limits of one request, apart from the operator's total (failures, row 23).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);
/// Idle connections are kept this long: a feed is polled more rarely than that, its host may not be.
const POOL_IDLE: Duration = Duration::from_secs(90);
/// HTTP clients, one per port; beyond this the oldest connections are given up.
const CLIENTS_MAX: usize = 64;
/// Bytes of an ETag or a Last-Modified that is kept.
const VALIDATOR_BYTES_MAX: usize = 1024;
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1";
const ACCEPT_ENCODING: &str = "gzip, br, zstd, deflate";
const USER_AGENT: &str = concat!("tidings/", env!("CARGO_PKG_VERSION"), " (feed reader)");

/// What one request may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the whole of a request with its redirects.
    pub timeout: Duration,
    /// For the body, both as it travels and unpacked.
    pub max_bytes: u64,
}

/// Fetches what the guard lets through.
pub struct SafeFetcher {
    guard: Arc<Guard>,
    limits: Limits,
    clock: Arc<dyn Clock>,
    trusted_names: TrustedNames,
    clients: Mutex<HashMap<u16, Client>>,
}

/// One answer on the way along redirects.
enum Hop {
    Answer(Fetched),
    Redirect { to: String, is_permanent: bool },
}

impl SafeFetcher {
    pub fn new(guard: Guard, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self {
            guard: Arc::new(guard),
            limits,
            clock,
            trusted_names: TrustedNames::default(),
            clients: Mutex::default(),
        }
    }

    /// The client for a port. Its resolver judges addresses together with that port.
    fn client(&self, port: u16) -> Result<Client, FetchError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&port) {
            return Ok(client.clone());
        }
        if clients.len() >= CLIENTS_MAX {
            clients.clear();
        }
        let resolver = GuardedResolver { guard: self.guard.clone(), port, trusted_names: self.trusted_names.clone() };
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .dns_resolver(Arc::new(resolver))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(2)
            .build()
            .map_err(|error| FetchError::Broken { host: "this process".to_owned(), why: error.to_string() })?;
        clients.insert(port, client.clone());
        Ok(client)
    }

    async fn follow(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        let mut url = self.guard.judge(&request.url)?;
        let mut moved_to = None;
        let mut is_permanent_so_far = true;
        let mut visited = vec![url.as_url().clone()];
        loop {
            match self.hop(&url, request).await? {
                Hop::Answer(answer) => return Ok(Fetched { moved_to, ..answer }),
                Hop::Redirect { to, is_permanent } => {
                    let next = self.next_url(&url, &to)?;
                    is_permanent_so_far &= is_permanent;
                    if is_permanent_so_far {
                        moved_to = Some(next.as_url().to_string());
                    }
                    if visited.contains(next.as_url()) || visited.len() > REDIRECTS_MAX {
                        let why = format!("in a circle or more than {REDIRECTS_MAX} times");
                        return Err(FetchError::Redirect { host: url.host(), why });
                    }
                    visited.push(next.as_url().clone());
                    url = next;
                }
            }
        }
    }

    fn next_url(&self, from: &PublicUrl, location: &str) -> Result<PublicUrl, FetchError> {
        let broken = |why: &str| FetchError::Redirect { host: from.host(), why: why.to_owned() };
        let next = from.as_url().join(location).map_err(|_| broken("to something that is no address"))?;
        if from.as_url().scheme() == "https" && next.scheme() == "http" {
            return Err(broken("from https to http, which is not followed"));
        }
        self.guard.judge(next.as_str())
    }

    async fn hop(&self, url: &PublicUrl, request: &FetchRequest) -> Result<Hop, FetchError> {
        let call = self.client(url.port())?.get(url.as_url().clone()).headers(headers(url, request));
        let response = match tokio::time::timeout(HEAD_TIMEOUT, call.send()).await {
            Ok(response) => response.map_err(|error| describe(&error, url))?,
            Err(_) => return Err(FetchError::Timeout { host: url.host(), stage: "no answer in 10 s" }),
        };
        self.check_remote(&response, url)?;
        let status = response.status();
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            return redirect(&response, url);
        }
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Hop::Answer(self.answer(url, response.headers(), None)));
        }
        if status != StatusCode::OK {
            let retry_after_secs = retry_after(response.headers(), self.clock.now());
            return Err(FetchError::Status { host: url.host(), status: status.as_u16(), retry_after_secs });
        }
        let headers = response.headers().clone();
        let bytes = self.body(response, url).await?;
        Ok(Hop::Answer(self.answer(url, &headers, Some(bytes))))
    }

    /// The second wall: what we are connected to must be what was judged.
    fn check_remote(&self, response: &Response, url: &PublicUrl) -> Result<(), FetchError> {
        match response.remote_addr() {
            Some(remote) if self.guard.permits(remote.ip(), remote.port()) => Ok(()),
            Some(remote) => {
                Err(FetchError::Refused { host: url.host(), why: format!("the connection led to {}", remote.ip()) })
            }
            None => {
                Err(FetchError::Refused { host: url.host(), why: "the connection led nobody knows where".to_owned() })
            }
        }
    }

    fn answer(&self, url: &PublicUrl, headers: &HeaderMap, bytes: Option<Vec<u8>>) -> Fetched {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned);
        Fetched {
            url: url.as_url().to_string(),
            moved_to: None,
            max_age_secs: text(header::CACHE_CONTROL).as_deref().and_then(max_age),
            body: bytes.map(|bytes| Body {
                bytes,
                content_type: text(header::CONTENT_TYPE),
                etag: headers.get(header::ETAG).and_then(validator),
                last_modified: headers.get(header::LAST_MODIFIED).and_then(validator),
            }),
        }
    }

    /// The body, counted as it comes in: lengths that are stated are not believed.
    async fn body(&self, mut response: Response, url: &PublicUrl) -> Result<Vec<u8>, FetchError> {
        let max_bytes = self.limits.max_bytes;
        let too_large = || FetchError::TooLarge { host: url.host(), max_bytes };
        let codings: Vec<HeaderValue> = response.headers().get_all(header::CONTENT_ENCODING).iter().cloned().collect();
        let mut bytes = Vec::new();
        loop {
            let chunk = match tokio::time::timeout(IDLE_TIMEOUT, response.chunk()).await {
                Ok(chunk) => chunk.map_err(|error| describe(&error, url))?,
                Err(_) => return Err(FetchError::Timeout { host: url.host(), stage: "nothing came for 10 s" }),
            };
            let Some(chunk) = chunk else { break };
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > max_bytes {
                return Err(too_large());
            }
        }
        if codings.is_empty() {
            return Ok(bytes);
        }
        let codings: Vec<&str> = codings.iter().map(|coding| coding.to_str().unwrap_or("unreadable")).collect();
        let coding = codings.join(", ");
        let unpacked = tokio::task::spawn_blocking(move || decode(bytes, &coding, max_bytes)).await;
        match unpacked {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(DecodeError::TooLarge)) => Err(too_large()),
            Ok(Err(DecodeError::Bomb)) => {
                let why = format!("it unpacks to more than {RATIO_MAX} times its size");
                Err(FetchError::Broken { host: url.host(), why })
            }
            Ok(Err(DecodeError::Broken(why))) => Err(FetchError::Broken { host: url.host(), why }),
            Err(_) => {
                Err(FetchError::Broken { host: url.host(), why: "its compressed data crashed the decoder".to_owned() })
            }
        }
    }
}

#[async_trait]
impl Fetcher for SafeFetcher {
    async fn fetch(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        match tokio::time::timeout(self.limits.timeout, self.follow(request)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let host = Url::parse(&request.url).map(|url| host_of(&url)).unwrap_or_default();
                Err(FetchError::Timeout { host, stage: "in all" })
            }
        }
    }

    fn trusts(&self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        let port = url.port_or_known_default().unwrap_or(80);
        match url.host() {
            Some(url::Host::Ipv4(ip)) => self.guard.trusts(ip.into(), port),
            Some(url::Host::Ipv6(ip)) => self.guard.trusts(ip.into(), port),
            Some(url::Host::Domain(name)) => self.trusted_names.contains(name, port),
            None => false,
        }
    }
}

fn headers(url: &PublicUrl, request: &FetchRequest) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(ACCEPT_ENCODING));
    let validators = &request.validators;
    if validators.url.as_deref() == Some(url.as_url().as_str()) {
        let value = |text: &Option<String>| text.as_deref().and_then(echo);
        headers.extend(value(&validators.etag).map(|etag| (header::IF_NONE_MATCH, etag)));
        headers.extend(value(&validators.last_modified).map(|date| (header::IF_MODIFIED_SINCE, date)));
    }
    headers
}

fn redirect(response: &Response, url: &PublicUrl) -> Result<Hop, FetchError> {
    let is_permanent = match response.status() {
        StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::FOUND | StatusCode::SEE_OTHER | StatusCode::TEMPORARY_REDIRECT => false,
        other => return Err(FetchError::Status { host: url.host(), status: other.as_u16(), retry_after_secs: None }),
    };
    let location =
        response.headers().get(header::LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    match location {
        Some(to) => Ok(Hop::Redirect { to, is_permanent }),
        None => Err(FetchError::Redirect { host: url.host(), why: "without saying where to".to_owned() }),
    }
}

/// `max-age` of a Cache-Control that allows keeping (RFC 9111, section 5.2.2).
fn max_age(cache_control: &str) -> Option<u64> {
    let directives: Vec<String> = cache_control.split(',').map(|part| part.trim().to_ascii_lowercase()).collect();
    if directives.iter().any(|directive| directive == "no-cache" || directive == "no-store") {
        return None;
    }
    directives.iter().find_map(|directive| directive.strip_prefix("max-age=")?.trim_matches('"').parse().ok())
}

/// A validator with each of its bytes as the character of that number, so that none is lost. One
/// that is longer than any server means it to be is none.
fn validator(value: &HeaderValue) -> Option<String> {
    let bytes = value.as_bytes();
    (bytes.len() <= VALIDATOR_BYTES_MAX).then(|| bytes.iter().copied().map(char::from).collect())
}

/// The very bytes that [`validator`] was made of.
fn echo(validator: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = validator.chars().map(|byte| u8::try_from(byte).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

/// Retry-After in seconds, from seconds or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<u64> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(secs) = value.parse::<u64>() {
        return Some(secs);
    }
    u64::try_from(http_date(value)?.duration_since(now).as_secs()).ok()
}

/// A date in the form of today or in one of the two that are older (RFC 9110, section 5.6.7). The
/// day of the week is not believed.
fn http_date(text: &str) -> Option<Timestamp> {
    let today = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let rfc850 = || datetime("%d-%b-%y %H:%M:%S GMT", text.split_once(", ")?.1);
    let asctime = || datetime("%b %d %H:%M:%S %Y", &text.split_whitespace().skip(1).collect::<Vec<_>>().join(" "));
    today.parse_timestamp(text).ok().or_else(rfc850).or_else(asctime)
}

fn datetime(format: &str, text: &str) -> Option<Timestamp> {
    let time = jiff::fmt::strtime::parse(format, text).ok()?.to_datetime().ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

/// An HTTP client's error in words, without the URL, which may hold a key.
fn describe(error: &reqwest::Error, url: &PublicUrl) -> FetchError {
    let host = url.host();
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    let mut root = String::new();
    while let Some(cause) = source {
        if let Some(resolve) = cause.downcast_ref::<ResolveError>() {
            return match resolve.clone() {
                ResolveError::Refused(why) => FetchError::Refused { host, why },
                ResolveError::Unknown(why) => FetchError::UnknownHost { host, why },
                ResolveError::Timeout => FetchError::Timeout { host, stage: "looking up its name" },
            };
        }
        root = cause.to_string();
        source = cause.source();
    }
    if error.is_timeout() {
        return FetchError::Timeout { host, stage: "connecting" };
    }
    if error.is_connect() {
        return FetchError::Unreachable { host, why: root };
    }
    FetchError::Broken { host, why: root }
}
