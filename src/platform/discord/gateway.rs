//! Interactions over the gateway: serenity's client, kept within Discord's budget of sessions and
//! under watch.
//!
//! The client runs on a thread and a runtime of its own: some close frames make serenity 0.12 spin
//! without ever yielding, and after a new session its own shutdown no longer works. Ending the
//! runtime always does.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use serde_json::Value;
use serenity::all::{ClientBuilder, Context, EventHandler, GatewayIntents, Ready};
use serenity::gateway::{ConnectionStage, ShardManager};
use serenity::http::HttpBuilder;
use serenity::model::application::Interaction;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::answer;
use super::rest::{CallError, Rest};
use crate::port::{Clock, Desk};

/// Sessions that are left for tomorrow's starts: a bot that crashes in a circle must not use up the
/// day's budget, which ends with its token reset (failures, row 34).
const SESSIONS_KEPT: u64 = 20;
/// Sessions that one client may begin before it is stopped for a while: serenity begins one every
/// five seconds for as long as Discord refuses to resume.
const SESSIONS_OF_CLIENT: u32 = 10;
const BACKOFF_MIN: Duration = Duration::from_secs(5);
const BACKOFF_MAX: Duration = Duration::from_secs(300);
/// How often the connection is looked at, and how many looks in a row may find it down.
const WATCH_EVERY: Duration = Duration::from_secs(30);
const LOOKS_MAX: u32 = 6;
/// A session that held this long was a good one.
const GOOD_SESSION: SignedDuration = SignedDuration::from_mins(10);

pub struct Gateway {
    pub rest: Arc<Rest>,
    pub clock: Arc<dyn Clock>,
}

/// What a client reports from its own thread.
enum Heard {
    Ready {
        guilds: usize,
    },
    Interaction(Box<Interaction>),
    /// It cannot go on.
    Ended(String),
}

struct Ears(UnboundedSender<Heard>);

impl Ears {
    /// Nobody listens any more when the client is being ended.
    fn tell(&self, heard: Heard) {
        drop(self.0.send(heard));
    }
}

#[async_trait]
impl EventHandler for Ears {
    async fn ready(&self, _context: Context, ready: Ready) {
        self.tell(Heard::Ready { guilds: ready.guilds.len() });
    }

    async fn interaction_create(&self, _context: Context, interaction: Interaction) {
        self.tell(Heard::Interaction(Box::new(interaction)));
    }
}

impl Gateway {
    /// Stays connected until `stop`.
    pub async fn run(&self, desk: Arc<dyn Desk>, stop: CancellationToken) {
        let mut backoff = BACKOFF_MIN;
        loop {
            let began = self.clock.now();
            let (why, at_least) = tokio::select! {
                () = stop.cancelled() => return,
                ended = self.session(desk.clone()) => ended,
            };
            if self.clock.now().duration_since(began) > GOOD_SESSION {
                backoff = BACKOFF_MIN;
            }
            let pause = backoff.max(at_least);
            tracing::warn!("Discord's gateway: {why}; trying again in {} s", pause.as_secs());
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => return,
            }
            backoff = (backoff * 2).min(BACKOFF_MAX);
        }
    }

    /// One client, until it cannot go on. Says why, and how long to wait at least.
    async fn session(&self, desk: Arc<dyn Desk>) -> (String, Duration) {
        if let Err(refused) = self.budget().await {
            return refused;
        }
        let (ears, heard) = unbounded_channel();
        // Dropped with this future, and the client with it.
        let _client = match Client::start(self.rest.clone(), ears) {
            Ok(client) => client,
            Err(error) => return (format!("its thread cannot be started: {error}"), Duration::ZERO),
        };
        (self.listen(heard, desk).await, Duration::ZERO)
    }

    async fn listen(&self, mut heard: UnboundedReceiver<Heard>, desk: Arc<dyn Desk>) -> String {
        let mut sessions = 0;
        while let Some(event) = heard.recv().await {
            match event {
                Heard::Ready { guilds } => {
                    sessions += 1;
                    tracing::info!(guilds, "Discord is connected, in {guilds} servers");
                    if sessions > SESSIONS_OF_CLIENT {
                        return format!("{sessions} sessions were begun, and none can be resumed");
                    }
                }
                Heard::Interaction(interaction) => {
                    tokio::spawn(reply(*interaction, desk.clone(), self.rest.clone(), self.clock.clone()));
                }
                Heard::Ended(why) => return why,
            }
        }
        "its thread has ended".to_owned()
    }

    /// Whether one more session may be begun. serenity would turn to the real Discord if it could
    /// not ask this itself, so it is asked here first.
    async fn budget(&self) -> Result<(), (String, Duration)> {
        let answer = self.rest.get("/gateway/bot").await.map_err(|error| match error {
            CallError::Wait { until, why } => {
                let wait = Duration::try_from(until.duration_since(self.clock.now())).unwrap_or_default();
                (why, wait)
            }
            other => (other.to_string(), Duration::ZERO),
        })?;
        let limit = |name: &str| answer.get("session_start_limit").and_then(|limit| limit.get(name)?.as_u64());
        match (limit("remaining"), limit("reset_after")) {
            (Some(remaining), Some(reset_after)) if remaining <= SESSIONS_KEPT => Err((
                format!("only {remaining} sessions are left today, and they are kept"),
                Duration::from_millis(reset_after),
            )),
            _ => Ok(()),
        }
    }
}

/// Answers one interaction.
async fn reply(interaction: Interaction, desk: Arc<dyn Desk>, rest: Arc<Rest>, clock: Arc<dyn Clock>) {
    let path = format!("/interactions/{}/{}/callback", interaction.id(), interaction.token());
    let Some((first, pending)) = answer::begin(interaction, desk).await else { return };
    if let Err(error) = rest.post(&path, &first).await {
        tracing::warn!("Discord did not take the answer to a command: {error}");
        return;
    }
    if let Some(pending) = pending {
        answer::finish(pending, &rest, clock.as_ref()).await;
    }
}

/// serenity on a thread of its own. Dropping this ends it.
struct Client {
    end: CancellationToken,
}

impl Client {
    fn start(rest: Arc<Rest>, ears: UnboundedSender<Heard>) -> std::io::Result<Self> {
        let end = CancellationToken::new();
        let ended = end.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("discord-gateway".to_owned()).spawn(move || {
            let last_word = ears.clone();
            let why = runtime.block_on(async {
                tokio::select! {
                    why = connect(&rest, ears) => Some(why),
                    () = ended.cancelled() => None,
                }
            });
            runtime.shutdown_background();
            if let Some(why) = why {
                drop(last_word.send(Heard::Ended(why)));
            }
        })?;
        Ok(Self { end })
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

/// Connects and stays, until that is no longer possible; says why.
async fn connect(rest: &Rest, ears: UnboundedSender<Heard>) -> String {
    let http = HttpBuilder::new(rest.token().reveal())
        .proxy(rest.base())
        // With a base address serenity's own limiter would ask the real Discord.
        .ratelimiter_disabled(true)
        .build();
    // Commands and buttons need no intents; GUILDS tells of servers that the bot is in.
    let built = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS).event_handler(Ears(ears)).await;
    let mut client = match built {
        Ok(client) => client,
        Err(error) => return error.to_string(),
    };
    let shards = client.shard_manager.clone();
    tokio::select! {
        ended = client.start() => ended.map_or_else(|error| error.to_string(), |()| "it ended".to_owned()),
        () = watch(&shards) => "it has been silent for three minutes".to_owned(),
    }
}

/// Comes back when the connection has been down for several looks in a row.
async fn watch(shards: &ShardManager) {
    let mut down = 0;
    while down < LOOKS_MAX {
        tokio::time::sleep(WATCH_EVERY).await;
        let runners = shards.runners.lock().await;
        let is_up = runners.values().any(|runner| runner.stage == ConnectionStage::Connected);
        down = if is_up { 0 } else { down + 1 };
    }
}

/// The application's id, which commands are registered under.
pub async fn application(rest: &Rest) -> Result<String, CallError> {
    let application = rest.get("/applications/@me").await?;
    Ok(application.get("id").and_then(Value::as_str).unwrap_or_default().to_owned())
}
