//! Socket Mode: slack-morphism's connections, two of them, under watch.
//!
//! They run on a thread and a runtime of their own: a connection that slack-morphism is still opening
//! when it is told to stop opens nevertheless and swallows what comes. Ending the runtime ends it.
//! Pings are answered and awaited by the library; what it does not see is watched here.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};
use slack_morphism::errors::SlackClientError;
use slack_morphism::hyper_tokio::SlackClientHyperConnector;
use slack_morphism::listener::SlackClientEventsListenerEnvironment;
use slack_morphism::socket_mode::clients_manager::{
    SlackSocketModeClientsManager, SlackSocketModeClientsManagerFactory,
};
use slack_morphism::socket_mode::{
    SlackClientSocketModeConfig, SlackSocketModeClientListener, SlackSocketModeWssClientId,
};
use slack_morphism::{SlackApiToken, SlackApiTokenType, SlackClient};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::heard::Kind;
use super::hub::Hub;
use super::pulse::Pulse;
use super::rest::Rest;
use crate::model::secret::Secret;
use crate::port::Desk;

const BACKOFF_MIN: Duration = Duration::from_secs(5);
const BACKOFF_MAX: Duration = Duration::from_secs(300);
/// How often the connections are looked at.
const WATCH_EVERY: Duration = Duration::from_secs(15);
/// Connections that held this long were good ones.
const GOOD: Duration = Duration::from_secs(600);

type Manager = dyn SlackSocketModeClientsManager + Send + Sync;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub struct Sockets {
    pub rest: Arc<Rest>,
    /// `SLACK_APP_TOKEN`.
    pub token: Secret,
    pub hub: Arc<Hub>,
}

impl Sockets {
    /// Stays connected until `stop`.
    pub async fn run(&self, desk: Arc<dyn Desk>, stop: CancellationToken) {
        let mut backoff = BACKOFF_MIN;
        loop {
            let began = Instant::now();
            let why = tokio::select! {
                () = stop.cancelled() => return,
                why = self.session(desk.clone()) => why,
            };
            if began.elapsed() > GOOD {
                backoff = BACKOFF_MIN;
            }
            tracing::warn!("Slack's sockets: {why}; beginning anew in {} s", backoff.as_secs());
            tokio::select! {
                () = tokio::time::sleep(backoff) => {}
                () = stop.cancelled() => return,
            }
            backoff = (backoff * 2).min(BACKOFF_MAX);
        }
    }

    /// Connections, until they must be begun anew. Says why.
    async fn session(&self, desk: Arc<dyn Desk>) -> String {
        let (last_words, mut ended) = unbounded_channel();
        let pulse = Arc::new(Watch { start: Instant::now(), pulse: Mutex::default() });
        let ears = Ears {
            main: Handle::current(),
            hub: self.hub.clone(),
            desk,
            watch: pulse.clone(),
            manager: OnceLock::new(),
        };
        // Dropped with this future, and the connections with it.
        let _client = match Client::start(self.rest.base(), &self.token, ears, last_words) {
            Ok(client) => client,
            Err(error) => return format!("their thread cannot be started: {error}"),
        };
        loop {
            tokio::select! {
                why = ended.recv() => return why.unwrap_or_else(|| "their thread has ended".to_owned()),
                () = tokio::time::sleep(WATCH_EVERY) => {}
            }
            if let Some(why) = pulse.complaint() {
                return self.explained(why, &pulse).await;
            }
        }
    }

    /// The library keeps to itself why it cannot connect.
    async fn explained(&self, why: &str, pulse: &Watch) -> String {
        if pulse.is_open() {
            return why.to_owned();
        }
        match self.rest.try_socket(&self.token).await {
            Ok(_) => why.to_owned(),
            Err(error) => format!("{why} ({error}); is SLACK_APP_TOKEN right, and Socket Mode on?"),
        }
    }
}

/// The pulse, under a clock that nobody sets.
struct Watch {
    start: Instant,
    pulse: Mutex<Pulse>,
}

impl Watch {
    fn with<T>(&self, look: impl FnOnce(&mut Pulse, Duration) -> T) -> T {
        look(&mut self.pulse.lock().unwrap_or_else(PoisonError::into_inner), self.start.elapsed())
    }

    fn complaint(&self) -> Option<&'static str> {
        self.with(|pulse, now| pulse.complaint(now))
    }

    fn is_open(&self) -> bool {
        self.with(|pulse, _| pulse.is_open())
    }
}

/// What comes through a socket.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    envelope_id: Option<String>,
    #[serde(default)]
    payload: Value,
    #[serde(default)]
    debug_info: Value,
}

/// Hears what comes through the sockets, and acknowledges it.
struct Ears {
    /// Where the work is done, so that no socket waits for it.
    main: Handle,
    hub: Arc<Hub>,
    desk: Arc<dyn Desk>,
    watch: Arc<Watch>,
    manager: OnceLock<Weak<Manager>>,
}

impl Ears {
    /// Opens another connection in the place of one.
    fn replace(&self, socket: &SlackSocketModeWssClientId) {
        let pause = self.watch.with(|pulse, now| pulse.closed(&socket.to_string(), now));
        let Some(manager) = self.manager.get().and_then(Weak::upgrade) else { return };
        let socket = socket.clone();
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            manager.restart_client(&socket).await;
        });
    }

    /// The acknowledgement: at once and empty, or with what Slack asked for in it.
    async fn acknowledge(&self, kind: Kind, envelope: Envelope) -> Option<String> {
        let id = envelope.envelope_id?;
        let is_asked = matches!(
            envelope.payload.get("type").and_then(Value::as_str),
            Some("block_suggestion" | "view_submission")
        );
        let taking = self.hub.clone().take(kind, Some(id.clone()), envelope.payload, self.desk.clone());
        let taking = self.main.spawn(taking);
        let payload = if is_asked { taking.await.ok().flatten() } else { None };
        let acknowledgement = match payload {
            Some(payload) => json!({ "envelope_id": id, "payload": payload }),
            None => json!({ "envelope_id": id }),
        };
        Some(acknowledgement.to_string())
    }
}

#[async_trait]
impl SlackSocketModeClientListener for Ears {
    async fn on_message(&self, socket: &SlackSocketModeWssClientId, message: String) -> Option<String> {
        let envelope: Envelope = serde_json::from_str(&message).ok()?;
        self.watch.with(|pulse, now| pulse.heard(&socket.to_string(), now));
        match envelope.kind.as_str() {
            "hello" => {
                let lives = envelope.debug_info.get("approximate_connection_time").and_then(Value::as_u64);
                let lives = lives.map(Duration::from_secs);
                self.watch.with(|pulse, now| pulse.opened(&socket.to_string(), lives, now));
                None
            }
            "disconnect" => {
                self.replace(socket);
                None
            }
            "slash_commands" => self.acknowledge(Kind::Command, envelope).await,
            "interactive" => self.acknowledge(Kind::Interactive, envelope).await,
            "events_api" => self.acknowledge(Kind::Event, envelope).await,
            // What is not known is acknowledged all the same, or it comes again and again.
            _ => envelope.envelope_id.map(|id| json!({ "envelope_id": id }).to_string()),
        }
    }

    async fn on_error(&self, error: BoxError) {
        tracing::debug!("A socket of Slack's fails: {error}");
    }

    async fn on_disconnect(&self, socket: &SlackSocketModeWssClientId) {
        self.replace(socket);
    }
}

/// slack-morphism on a thread of its own. Dropping this ends it.
struct Client {
    end: CancellationToken,
}

impl Client {
    fn start(base: &str, token: &Secret, ears: Ears, last_words: UnboundedSender<String>) -> std::io::Result<Self> {
        let end = CancellationToken::new();
        let ended = end.clone();
        let (api, token) = (format!("{base}/api"), token.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("slack-sockets".to_owned()).spawn(move || {
            let why = runtime.block_on(async {
                let connected = connect(&api, &token, ears).await;
                // Kept here: the ears hold it weakly.
                let _manager = match connected {
                    Ok(manager) => manager,
                    Err(error) => return Some(format!("they cannot be opened: {error}")),
                };
                ended.cancelled().await;
                None
            });
            runtime.shutdown_background();
            drop(why.map(|why| last_words.send(why)));
        })?;
        Ok(Self { end })
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

/// Opens the connections: two, as the library has it, so that one is there while the other is renewed.
async fn connect(api: &str, token: &Secret, ears: Ears) -> Result<Arc<Manager>, SlackClientError> {
    // The library's own connector knows https alone; `api_url` may be another server.
    let https = hyper_rustls::HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
    let connector = SlackClientHyperConnector::from(https).with_slack_api_url(api);
    let client = Arc::new(SlackClient::new(connector));
    let environment = Arc::new(SlackClientEventsListenerEnvironment::new(client.clone()));
    let manager = client.http_api.connector.new_clients_manager(environment);
    let ears = Arc::new(ears);
    drop(ears.manager.set(Arc::downgrade(&manager)));
    let token = SlackApiToken::new(token.reveal().into()).with_token_type(SlackApiTokenType::App);
    manager.register_new_token(&SlackClientSocketModeConfig::new(), token, ears).await?;
    manager.start().await;
    Ok(manager)
}
