//! The HTTP server: health and metrics. Must not know: pipeline, workers, platforms.

pub mod page;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::metrics::Metrics;
use crate::port::{Clock, Desk, Store, WebCall, Webhook};

/// `[web]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Without it there is no HTTP server.
    pub listen: Option<SocketAddr>,
}

/// What the pages read.
#[derive(Clone)]
pub struct Site {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub metrics: Metrics,
    /// Endpoints that platforms call.
    pub webhooks: Vec<Arc<dyn Webhook>>,
    pub desk: Arc<dyn Desk>,
}

/// Takes the port.
///
/// # Errors
/// In words, with the key to change.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address}: {error}; choose another [web] listen, or stop what uses it")
    })
}

/// Serves until `stop`.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, site: Site, stop: CancellationToken) -> std::io::Result<()> {
    axum::serve(listener, router(site)).with_graceful_shutdown(stop.cancelled_owned()).await
}

/// Bytes of a platform's request.
const CALL_BYTES_MAX: usize = 1024 * 1024;

/// The endpoints.
pub fn router(site: Site) -> Router {
    let mut router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics));
    for webhook in site.webhooks.clone() {
        let path = webhook.path();
        let handler =
            move |State(site): State<Site>, headers: HeaderMap, body: Bytes| receive(webhook, site, headers, body);
        router = router.route(path, post(handler));
    }
    router.layer(DefaultBodyLimit::max(CALL_BYTES_MAX)).with_state(site)
}

async fn receive(webhook: Arc<dyn Webhook>, site: Site, headers: HeaderMap, body: Bytes) -> Response {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let answer = webhook.receive(WebCall { headers, body: body.to_vec() }, site.desk).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
}

/// Ready: the store answers.
async fn ready(State(site): State<Site>) -> Response {
    let now = site.clock.now();
    match site.store.due_feeds(now, now).await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {error}\n")).into_response(),
    }
}

async fn metrics(State(site): State<Site>) -> Response {
    let mut registry = Registry::default();
    site.metrics.register(&mut registry);
    if let Err(error) = gauges(&site, &mut registry).await {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response();
    }
    let mut text = String::new();
    if encode(&mut text, &registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// How much there is of everything now, and how late the latest feed is: what a dead man's switch
/// watches.
async fn gauges(site: &Site, registry: &mut Registry) -> Result<(), crate::port::StoreError> {
    let counts = site.store.counts().await?;
    let now = site.clock.now();
    let (due, _) = site.store.due_feeds(jiff::Timestamp::UNIX_EPOCH, now).await?;
    let (_, first_due) = site.store.due_feeds(jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::UNIX_EPOCH).await?;
    let age = |since: Option<jiff::Timestamp>| {
        since.and_then(|since| u64::try_from(now.duration_since(since).as_secs()).ok()).unwrap_or(0)
    };
    let mut gauge = |name: &str, help: &str, value: u64| registry.register(name, help, ConstGauge::new(value));
    gauge("tidings_feeds", "Feeds known", counts.feeds);
    gauge("tidings_items_kept", "Items kept in the store", counts.items);
    gauge("tidings_items_pending", "Items without a card yet", counts.pending_items);
    gauge("tidings_deliveries_open", "Deliveries queued or being sent", counts.open_deliveries);
    gauge("tidings_deliveries_dead", "Dead deliveries", counts.dead_deliveries);
    gauge("tidings_feeds_due", "Feeds whose poll is due now", due.len() as u64);
    gauge("tidings_oldest_due_feed_seconds", "How long the longest due feed waits for its poll", age(first_due));
    gauge("tidings_oldest_open_delivery_seconds", "Age of the oldest delivery not settled", age(counts.oldest_open));
    Ok(())
}
