//! The gateway: sessions that can be resumed, and everything that can happen to a connection.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::state::{BOT, Id, State};
use super::{Discord, Inner};
use crate::world::http::Stream;

/// What a bot wants to hear of.
pub mod intent {
    pub const GUILDS: u64 = 1 << 0;
    pub const GUILD_MESSAGES: u64 = 1 << 9;
    pub const DIRECT_MESSAGES: u64 = 1 << 12;
    /// Those that Discord grants on request only: members, presences, message content.
    pub const PRIVILEGED: u64 = 1 << 1 | 1 << 8 | 1 << 15;
    pub const KNOWN: u64 = ((1 << 17) - 1) | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25;
    /// Interactions come without any intent.
    pub const NONE: u64 = 0;
}

const REPLAY_MAX: usize = 10_000;
const SEND_BYTES_MAX: usize = 4096;
const SENDS_MAX: u32 = 120;
const SENDS_WINDOW: Duration = Duration::from_secs(60);

/// What bots did so far.
#[derive(Clone, Debug, Default)]
pub struct GatewayStats {
    /// Connections that were opened, and those refused at the door.
    pub connections: usize,
    pub refused: usize,
    /// What bots sent.
    pub identifies: usize,
    pub resumes: usize,
    pub heartbeats: usize,
    /// Sessions that began (READY), and those that went on (RESUMED).
    pub ready: usize,
    pub resumed: usize,
    /// The codes with which bots closed their connections.
    pub closed_by_bot: Vec<u16>,
    /// Connections that are open now.
    pub open: usize,
}

pub struct Gateway {
    pub sessions: BTreeMap<String, Session>,
    connections: HashMap<u64, mpsc::UnboundedSender<Order>>,
    next_connection: u64,
    stats: GatewayStats,
    heartbeat: Duration,
    acks: bool,
    refuses: usize,
    invalid_next: Option<(usize, bool)>,
    starts_left: u64,
    granted: u64,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            sessions: BTreeMap::new(),
            connections: HashMap::new(),
            next_connection: 0,
            stats: GatewayStats::default(),
            heartbeat: Duration::from_millis(41_250),
            acks: true,
            refuses: 0,
            invalid_next: None,
            starts_left: 1000,
            granted: 0,
        }
    }
}

pub struct Session {
    shard: (u64, u64),
    intents: u64,
    seq: u64,
    /// What can be replayed: number and text.
    sent: VecDeque<(u64, String)>,
    connection: Option<u64>,
}

/// What a connection is told to do.
enum Order {
    Send(String),
    Close(Option<u16>),
    Drop,
}

impl Gateway {
    fn order(&self, connection: u64, order: Order) {
        if let Some(orders) = self.connections.get(&connection) {
            let _ = orders.send(order);
        }
    }

    fn send(&self, connection: u64, message: &Value) {
        self.order(connection, Order::Send(message.to_string()));
    }

    /// From now on events of its session wait for a RESUME.
    fn cut(&mut self, connection: u64, order: Order) {
        self.order(connection, order);
        self.connections.remove(&connection);
        for session in self.sessions.values_mut().filter(|session| session.connection == Some(connection)) {
            session.connection = None;
        }
        self.stats.open = self.connections.len();
    }

    fn session_of(&mut self, connection: u64) -> Option<&mut Session> {
        self.sessions.values_mut().find(|session| session.connection == Some(connection))
    }

    fn emit(&mut self, id: &str, event: &str, data: Value) {
        let session = self.sessions.get_mut(id).expect("a session that is there");
        session.seq += 1;
        let text = json!({"op": 0, "t": event, "s": session.seq, "d": data}).to_string();
        session.sent.push_back((session.seq, text.clone()));
        if session.sent.len() > REPLAY_MAX {
            session.sent.pop_front();
        }
        if let Some(connection) = session.connection {
            self.order(connection, Order::Send(text));
        }
    }
}

impl State {
    pub fn gateway_url(&self) -> String {
        format!("ws://{}/gateway", self.address)
    }

    pub fn wire_gateway(&self) -> Value {
        json!({
            "url": self.gateway_url(), "shards": 1,
            "session_start_limit": {
                "total": 1000, "remaining": self.gateway.starts_left, "reset_after": 14_400_000, "max_concurrency": 1,
            },
        })
    }

    /// An event to every session that wants it and serves the guild.
    pub fn dispatch(&mut self, guild: Option<Id>, needed: u64, event: &str, data: Value) {
        let wants = |session: &Session| {
            let (own, total) = session.shard;
            session.intents & needed == needed && guild.map_or(0, |guild| (guild >> 22) % total) == own
        };
        let sessions = self.gateway.sessions.iter().filter(|(_, session)| wants(session));
        let ids: Vec<_> = sessions.map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.gateway.emit(&id, event, data.clone());
        }
    }

    pub fn close_all(&mut self, code: u16) {
        let all: Vec<_> = self.gateway.connections.keys().copied().collect();
        for connection in all {
            self.gateway.cut(connection, Order::Close(Some(code)));
        }
    }

    fn open(&mut self, orders: mpsc::UnboundedSender<Order>) -> u64 {
        let gateway = &mut self.gateway;
        gateway.next_connection += 1;
        gateway.connections.insert(gateway.next_connection, orders);
        gateway.stats.connections += 1;
        gateway.stats.open = gateway.connections.len();
        let hello =
            json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": gateway.heartbeat.as_millis() as u64}});
        gateway.send(gateway.next_connection, &hello);
        gateway.next_connection
    }

    /// What a bot said. An error is the code to close with.
    fn hear(&mut self, connection: u64, text: &str, sends: &mut Sends) -> Result<(), u16> {
        const UNKNOWN_OPCODE: u16 = 4001;
        const DECODE_ERROR: u16 = 4002;
        const NOT_AUTHENTICATED: u16 = 4003;
        const RATE_LIMITED: u16 = 4008;
        if text.len() > SEND_BYTES_MAX {
            return Err(DECODE_ERROR);
        }
        let message: Value = serde_json::from_str(text).map_err(|_| DECODE_ERROR)?;
        let (op, data) = (message["op"].as_u64().ok_or(UNKNOWN_OPCODE)?, &message["d"]);
        if op != 1 && !sends.has_room() {
            return Err(RATE_LIMITED);
        }
        match op {
            1 => {
                self.gateway.stats.heartbeats += 1;
                if self.gateway.acks {
                    self.gateway.send(connection, &json!({"op": 11, "d": null, "s": null, "t": null}));
                }
                Ok(())
            }
            2 => self.identify(connection, data),
            6 => self.resume(connection, data),
            3 | 4 | 8 | 31 if self.gateway.session_of(connection).is_some() => Ok(()),
            3 | 4 | 8 | 31 => Err(NOT_AUTHENTICATED),
            _ => Err(UNKNOWN_OPCODE),
        }
    }

    fn has_token(&self, data: &Value) -> bool {
        let token = data["token"].as_str().unwrap_or_default();
        !self.token.is_empty() && token.strip_prefix("Bot ").unwrap_or(token) == self.token
    }

    fn is_invalidated(&mut self, connection: u64) -> bool {
        let Some((times, can_resume)) = self.gateway.invalid_next else { return false };
        self.gateway.invalid_next = (times > 1).then_some((times - 1, can_resume));
        self.gateway.send(connection, &json!({"op": 9, "d": can_resume, "s": null, "t": null}));
        true
    }

    fn identify(&mut self, connection: u64, data: &Value) -> Result<(), u16> {
        self.gateway.stats.identifies += 1;
        if self.gateway.session_of(connection).is_some() {
            return Err(4005);
        }
        if self.gateway.starts_left == 0 {
            // Discord resets the token of a bot that identifies too often.
            self.token.clear();
        }
        if !self.has_token(data) {
            return Err(4004);
        }
        self.gateway.starts_left -= 1;
        let intents = data["intents"].as_u64().unwrap_or(u64::MAX);
        if intents & !intent::KNOWN != 0 {
            return Err(4013);
        }
        if intents & intent::PRIVILEGED & !self.gateway.granted != 0 {
            return Err(4014);
        }
        let shard = (data["shard"][0].as_u64().unwrap_or(0), data["shard"][1].as_u64().unwrap_or(1));
        if shard.0 >= shard.1 {
            return Err(4010);
        }
        if self.is_invalidated(connection) {
            return Ok(());
        }
        self.begin_session(connection, shard, intents);
        Ok(())
    }

    fn begin_session(&mut self, connection: u64, shard: (u64, u64), intents: u64) {
        // Whoever identifies anew has given up what was before.
        self.gateway.sessions.retain(|_, session| session.shard != shard || session.connection.is_some());
        let id = format!("session-{}", self.new_id());
        let session = Session { shard, intents, seq: 0, sent: VecDeque::new(), connection: Some(connection) };
        self.gateway.sessions.insert(id.clone(), session);
        let joined = |guild: &&super::state::Guild| guild.has_bot && (guild.id >> 22) % shard.1 == shard.0;
        let guilds: Vec<_> = self.guilds.values().filter(joined).map(|guild| guild.id).collect();
        let unavailable: Vec<_> = guilds.iter().map(|id| json!({"id": id.to_string(), "unavailable": true})).collect();
        let ready = json!({
            "v": 10, "user": self.wire_user(BOT), "guilds": unavailable, "session_id": id, "private_channels": [],
            "resume_gateway_url": self.gateway_url(), "shard": [shard.0, shard.1],
            "application": {"id": BOT.to_string(), "flags": 0},
        });
        self.gateway.emit(&id, "READY", ready);
        self.gateway.stats.ready += 1;
        if intents & intent::GUILDS != 0 {
            for guild in guilds {
                let wire = self.wire_new_guild(guild);
                self.gateway.emit(&id, "GUILD_CREATE", wire);
            }
        }
    }

    fn resume(&mut self, connection: u64, data: &Value) -> Result<(), u16> {
        self.gateway.stats.resumes += 1;
        if !self.has_token(data) {
            return Err(4004);
        }
        if self.is_invalidated(connection) {
            return Ok(());
        }
        let id = data["session_id"].as_str().unwrap_or_default().to_owned();
        let seen = data["seq"].as_u64().unwrap_or(0);
        let gateway = &mut self.gateway;
        let Some(session) = gateway.sessions.get_mut(&id) else {
            gateway.send(connection, &json!({"op": 9, "d": false, "s": null, "t": null}));
            return Ok(());
        };
        if seen > session.seq {
            return Err(4007);
        }
        session.connection = Some(connection);
        let missed: Vec<_> = session.sent.iter().filter(|(seq, _)| *seq > seen).map(|(_, text)| text.clone()).collect();
        for text in missed {
            gateway.order(connection, Order::Send(text));
        }
        gateway.emit(&id, "RESUMED", json!({"_trace": []}));
        gateway.stats.resumed += 1;
        Ok(())
    }

    fn closed(&mut self, connection: u64, code: Option<u16>) {
        self.gateway.stats.closed_by_bot.extend(code);
        if matches!(code, Some(1000 | 1001)) {
            // A bot that says good-bye does not come back to its session.
            self.gateway.sessions.retain(|_, session| session.connection != Some(connection));
        }
        self.gateway.cut(connection, Order::Drop);
    }
}

/// What was sent on a connection lately. Heartbeats are not counted, since tests make them quick.
struct Sends {
    count: u32,
    since: Instant,
}

impl Sends {
    fn has_room(&mut self) -> bool {
        if self.since.elapsed() > SENDS_WINDOW {
            *self = Self { count: 0, since: Instant::now() };
        }
        self.count += 1;
        self.count <= SENDS_MAX
    }
}

type Socket = WebSocketStream<Stream>;

/// One connection to the gateway, from the handshake on.
pub async fn serve(stream: Stream, inner: Arc<Inner>, target: &str, headers: &HashMap<String, String>) {
    let Some(mut socket) = shake_hands(stream, &inner, headers).await else { return };
    if !target.contains("v=10") {
        return close(&mut socket, Some(4012)).await;
    }
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let connection = inner.with(|state| state.open(orders));
    let mut sends = Sends { count: 0, since: Instant::now() };
    loop {
        tokio::select! {
            biased;
            order = ordered.recv() => match order {
                Some(Order::Send(text)) => {
                    if socket.send(Frame::Text(text)).await.is_err() {
                        return inner.with(|state| state.closed(connection, None));
                    }
                }
                Some(Order::Close(code)) => return close(&mut socket, code).await,
                Some(Order::Drop) | None => return,
            },
            frame = socket.next() => match frame {
                Some(Ok(Frame::Text(text))) => {
                    if let Err(code) = inner.with(|state| state.hear(connection, &text, &mut sends)) {
                        inner.with(|state| state.gateway.cut(connection, Order::Drop));
                        return close(&mut socket, Some(code)).await;
                    }
                }
                Some(Ok(Frame::Close(frame))) => {
                    inner.with(|state| state.closed(connection, frame.map(|frame| frame.code.into())));
                    // Lets the other half of the good-bye out.
                    let _ = socket.flush().await;
                    return;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return inner.with(|state| state.closed(connection, None)),
            },
        }
    }
}

/// A websocket, unless a test wants it refused.
async fn shake_hands(mut stream: Stream, inner: &Inner, headers: &HashMap<String, String>) -> Option<Socket> {
    let is_refused = inner.with(|state| {
        let gateway = &mut state.gateway;
        let is_refused = gateway.refuses > 0;
        gateway.refuses = gateway.refuses.saturating_sub(1);
        gateway.stats.refused += usize::from(is_refused);
        is_refused
    });
    if is_refused {
        let _ = stream.write_all(b"HTTP/1.1 503 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
        return None;
    }
    let key = derive_accept_key(headers.get("sec-websocket-key").map_or("", String::as_str).as_bytes());
    let head = "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ";
    stream.write_all(format!("{head}{key}\r\n\r\n").as_bytes()).await.ok()?;
    Some(WebSocketStream::from_raw_socket(stream, Role::Server, None).await)
}

/// Says good-bye and waits for the bot's.
async fn close(socket: &mut Socket, code: Option<u16>) {
    let frame = code.map(|code| CloseFrame { code: code.into(), reason: "".into() });
    if socket.close(frame).await.is_ok() {
        while let Some(Ok(_)) = socket.next().await {}
    }
}

/// Faults and facts of the gateway.
impl Discord {
    /// How often bots are to send heartbeats (41.25 s); for connections opened later.
    pub fn set_heartbeat(&self, interval: Duration) {
        self.inner.with(|state| state.gateway.heartbeat = interval);
    }

    /// Privileged intents that the bot was granted, as bits.
    pub fn grant_intents(&self, intents: u64) {
        self.inner.with(|state| state.gateway.granted = intents);
    }

    /// How many sessions may still begin today. One more costs the bot its token.
    pub fn set_session_starts(&self, left: u64) {
        self.inner.with(|state| state.gateway.starts_left = left);
    }

    /// Every connection breaks without a word; what happens meanwhile waits for a RESUME.
    pub fn drop_connections(&self) {
        self.inner.with(|state| {
            let all: Vec<_> = state.gateway.connections.keys().copied().collect();
            all.into_iter().for_each(|connection| state.gateway.cut(connection, Order::Drop));
        });
    }

    /// Every connection is closed with this code.
    pub fn close_connections(&self, code: u16) {
        self.inner.with(|state| state.close_all(code));
    }

    /// Every connection is closed without a code.
    pub fn close_connections_without_code(&self) {
        self.inner.with(|state| {
            let all: Vec<_> = state.gateway.connections.keys().copied().collect();
            all.into_iter().for_each(|connection| state.gateway.cut(connection, Order::Close(None)));
        });
    }

    /// The next `times` connections to the gateway are answered 503.
    pub fn refuse_connections(&self, times: usize) {
        self.inner.with(|state| state.gateway.refuses = times);
    }

    /// A zombie: the connection stays, and heartbeats are not acknowledged any more.
    pub fn stop_acking(&self) {
        self.inner.with(|state| state.gateway.acks = false);
    }

    pub fn ack_again(&self) {
        self.inner.with(|state| state.gateway.acks = true);
    }

    /// Op 7: bots are asked to come again and resume.
    pub fn ask_to_reconnect(&self) {
        self.tell_all(&json!({"op": 7, "d": null, "s": null, "t": null}));
    }

    /// Op 9: the sessions are over for the moment, and can be resumed.
    pub fn invalidate_resumable(&self) {
        self.tell_all(&json!({"op": 9, "d": true, "s": null, "t": null}));
    }

    /// Op 9: the sessions are over for good.
    pub fn invalidate_sessions(&self) {
        self.tell_all(&json!({"op": 9, "d": false, "s": null, "t": null}));
        self.inner.with(|state| state.gateway.sessions.clear());
    }

    /// Sessions are forgotten while nobody is connected, as after a long time: a RESUME comes too late.
    pub fn forget_sessions(&self) {
        self.inner.with(|state| state.gateway.sessions.clear());
    }

    /// The next `times` IDENTIFY or RESUME are answered with op 9.
    pub fn invalidate_next(&self, times: usize) {
        self.inner.with(|state| state.gateway.invalid_next = Some((times, false)));
    }

    fn tell_all(&self, message: &Value) {
        self.inner.with(|state| {
            let gateway = &state.gateway;
            gateway.connections.keys().for_each(|connection| gateway.send(*connection, message));
        });
    }

    pub fn gateway_stats(&self) -> GatewayStats {
        self.inner.with(|state| state.gateway.stats.clone())
    }

    /// Waits until what bots did so far is as told.
    pub async fn gateway_when(&self, what: &str, mut is_so: impl FnMut(&GatewayStats) -> bool) -> GatewayStats {
        let stats = |state: &mut State| is_so(&state.gateway.stats).then(|| state.gateway.stats.clone());
        self.inner.wait(what, stats).await
    }

    /// Waits until a bot is logged in: READY is on its way to it, and whatever happens next comes after.
    pub async fn connected(&self) {
        let is_there =
            |state: &mut State| state.gateway.sessions.values().any(|one| one.connection.is_some()).then_some(());
        self.inner.wait("a bot to log in", is_there).await;
    }
}
