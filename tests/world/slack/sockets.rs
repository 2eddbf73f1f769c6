//! Socket Mode: tickets, sockets, envelopes, and everything that can happen to a connection.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::api::{Accepted, Outcome, refuse};
use super::interactions::{InteractionId, Kind};
use super::state::{APP, State};
use super::{Inner, Slack};
use crate::world::http::{Headers, Stream};

const SOCKETS_MAX: usize = 10;
const NORMAL: u16 = 1000;

/// What bots did so far.
#[derive(Clone, Debug, Default)]
pub struct SocketStats {
    /// Sockets that were ever opened, and those refused at the door.
    pub connections: usize,
    pub refused: usize,
    /// The sockets that are open now, oldest first. Those that have gone deaf are among them.
    pub open: Vec<u64>,
    /// Which socket each envelope went to.
    pub delivered: Vec<(u64, InteractionId)>,
    pub pongs: usize,
    pub acks: usize,
    /// Acknowledgements that came too late, and those of envelopes that never were.
    pub late_acks: usize,
    pub strange_acks: usize,
    /// What was wrong with the payloads of acknowledgements.
    pub bad_acks: Vec<Value>,
    /// The codes with which bots closed their sockets.
    pub closed_by_bot: Vec<Option<u16>>,
}

#[derive(Default)]
pub struct Sockets {
    pub stats: SocketStats,
    open: BTreeMap<u64, Socket>,
    next: u64,
    last_used: u64,
    tickets: BTreeSet<String>,
    /// Events that nobody was there to take.
    waiting: Vec<InteractionId>,
    is_disabled: bool,
    refuses: usize,
}

struct Socket {
    orders: mpsc::UnboundedSender<Order>,
    is_deaf: bool,
}

/// What a connection is told to do.
enum Order {
    Send(String),
    Ping,
    /// Hears and says nothing any more.
    Deafen,
    Close,
    Drop,
}

impl Sockets {
    fn order(&self, socket: u64, order: Order) {
        if let Some(socket) = self.open.get(&socket) {
            let _ = socket.orders.send(order);
        }
    }

    fn cut(&mut self, socket: u64, order: Order) {
        self.order(socket, order);
        self.open.remove(&socket);
        self.stats.open = self.open.keys().copied().collect();
    }

    fn disconnect(&mut self, socket: u64, reason: &str) {
        let message = json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "sim"}});
        self.order(socket, Order::Send(message.to_string()));
    }

    /// The next one in turn that hears.
    fn turn(&mut self) -> Option<u64> {
        let hears = |(id, socket): (&u64, &Socket)| (!socket.is_deaf).then_some(*id);
        let after = self.open.range(self.last_used + 1..).find_map(hears);
        let socket = after.or_else(|| self.open.iter().find_map(hears))?;
        self.last_used = socket;
        Some(socket)
    }
}

impl State {
    pub fn open_connection(&mut self) -> Outcome {
        if self.sockets.is_disabled {
            return Err(refuse("link_disabled"));
        }
        let ticket = format!("ticket-{}", self.next_number());
        self.sockets.tickets.insert(ticket.clone());
        Ok(Accepted::with(json!({"url": format!("ws://{}/link/?ticket={ticket}&app_id={APP}", self.address)})))
    }

    /// Sends an interaction to where the bot listens.
    pub fn deliver(&mut self, id: InteractionId, reason: &str) {
        let interaction = self.interactions.get_mut(&id).unwrap();
        interaction.delivered = Instant::now();
        interaction.attempts += 1;
        let retry = interaction.attempts - 1;
        let kind = interaction.kind;
        if self.request_url.is_some() {
            return self.post(id, retry, reason);
        }
        let Some(socket) = self.sockets.turn() else {
            if kind == Kind::Event {
                self.interactions.get_mut(&id).unwrap().attempts = 0;
                self.sockets.waiting.push(id);
            } else {
                self.said_mut(id).error = Some("dispatch_failed".to_owned());
            }
            return;
        };
        // An event that comes again comes in a new envelope.
        let number = if kind == Kind::Event { retry } else { 0 };
        let envelope = format!("envelope-{id}-{number}");
        self.envelopes.insert(envelope.clone(), id);
        let name = match kind {
            Kind::Command => "slash_commands",
            Kind::Event => "events_api",
            _ => "interactive",
        };
        let mut message = json!({
            "envelope_id": envelope, "type": name, "accepts_response_payload": kind != Kind::Event,
            "payload": self.interactions[&id].payload,
        });
        if kind == Kind::Event || retry > 0 {
            message["retry_attempt"] = json!(retry);
            message["retry_reason"] = json!(if retry == 0 { "" } else { reason });
        }
        self.sockets.stats.delivered.push((socket, id));
        self.sockets.order(socket, Order::Send(message.to_string()));
    }

    fn open(&mut self, orders: mpsc::UnboundedSender<Order>) -> u64 {
        self.sockets.next += 1;
        let id = self.sockets.next;
        self.sockets.open.insert(id, Socket { orders, is_deaf: false });
        self.sockets.stats.connections += 1;
        if self.sockets.open.len() > SOCKETS_MAX {
            self.sockets.disconnect(id, "too_many_websockets");
            self.sockets.cut(id, Order::Close);
            return id;
        }
        self.sockets.stats.open = self.sockets.open.keys().copied().collect();
        let hello = json!({
            "type": "hello", "num_connections": self.sockets.open.len(), "connection_info": {"app_id": APP},
            "debug_info": {"host": "sim", "build_number": 1, "approximate_connection_time": 18_060},
        });
        self.sockets.order(id, Order::Send(hello.to_string()));
        for event in std::mem::take(&mut self.sockets.waiting) {
            self.deliver(event, "");
        }
        id
    }

    fn hear(&mut self, text: &str) {
        let message: Value = serde_json::from_str(text).unwrap_or_default();
        let envelope = message["envelope_id"].as_str().unwrap_or_default();
        let Some(id) = self.envelopes.get(envelope).copied() else {
            self.sockets.stats.strange_acks += 1;
            return;
        };
        self.sockets.stats.acks += 1;
        self.acknowledge(id, &message["payload"]);
    }

    fn closed(&mut self, socket: u64, code: Option<u16>) {
        self.sockets.stats.closed_by_bot.push(code);
        self.sockets.cut(socket, Order::Drop);
    }
}

type Connection = WebSocketStream<Stream>;

/// One socket, from the handshake on.
pub async fn serve(stream: Stream, inner: Arc<Inner>, target: &str, headers: &Headers) {
    let Some(mut connection) = shake_hands(stream, &inner, target, headers).await else { return };
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let socket = inner.with(|state| state.open(orders));
    let mut is_deaf = false;
    loop {
        tokio::select! {
            biased;
            order = ordered.recv() => {
                let sent = match order {
                    Some(Order::Send(text)) => connection.send(Frame::Text(text)).await,
                    Some(Order::Ping) => connection.send(Frame::Ping(Vec::new())).await,
                    Some(Order::Deafen) => {
                        is_deaf = true;
                        Ok(())
                    }
                    Some(Order::Close) => return close(&mut connection).await,
                    Some(Order::Drop) | None => return,
                };
                if sent.is_err() {
                    return inner.with(|state| state.closed(socket, None));
                }
            }
            frame = connection.next(), if !is_deaf => match frame {
                Some(Ok(Frame::Text(text))) => inner.with(|state| state.hear(&text)),
                Some(Ok(Frame::Pong(_))) => inner.with(|state| state.sockets.stats.pongs += 1),
                Some(Ok(Frame::Close(frame))) => {
                    inner.with(|state| state.closed(socket, frame.map(|frame| frame.code.into())));
                    // Lets the other half of the good-bye out.
                    let _ = connection.flush().await;
                    return;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return inner.with(|state| state.closed(socket, None)),
            },
        }
    }
}

/// A websocket for whoever has a ticket that was not used yet.
async fn shake_hands(mut stream: Stream, inner: &Inner, target: &str, headers: &Headers) -> Option<Connection> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let ticket = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "ticket");
    let ticket = ticket.map_or(String::new(), |(_, ticket)| ticket.into_owned());
    let status = inner.with(|state| {
        let sockets = &mut state.sockets;
        let status = if sockets.refuses > 0 {
            sockets.refuses -= 1;
            503
        } else if !sockets.tickets.remove(&ticket) {
            401
        } else {
            return None;
        };
        sockets.stats.refused += 1;
        Some(status)
    });
    if let Some(status) = status {
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let _ = stream.write_all(head.as_bytes()).await;
        return None;
    }
    let key = derive_accept_key(headers.get("sec-websocket-key").map_or("", String::as_str).as_bytes());
    let head = "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ";
    stream.write_all(format!("{head}{key}\r\n\r\n").as_bytes()).await.ok()?;
    Some(WebSocketStream::from_raw_socket(stream, Role::Server, None).await)
}

/// Says good-bye and waits for the bot's.
async fn close(connection: &mut Connection) {
    let frame = CloseFrame { code: NORMAL.into(), reason: "".into() };
    if connection.close(Some(frame)).await.is_ok() {
        while let Some(Ok(_)) = connection.next().await {}
    }
}

/// Faults and facts of the sockets.
impl Slack {
    fn for_all(&self, mut act: impl FnMut(&mut Sockets, u64)) {
        self.inner.with(|state| {
            let all: Vec<_> = state.sockets.open.keys().copied().collect();
            all.into_iter().for_each(|socket| act(&mut state.sockets, socket));
        });
    }

    /// `disconnect` with `warning`: the socket goes on for about ten seconds. Close it to end them.
    pub fn warn_socket(&self, socket: u64) {
        self.inner.with(|state| state.sockets.disconnect(socket, "warning"));
    }

    /// `disconnect` with `refresh_requested`, and the socket is closed.
    pub fn refresh_socket(&self, socket: u64) {
        self.inner.with(|state| {
            state.sockets.disconnect(socket, "refresh_requested");
            state.sockets.cut(socket, Order::Close);
        });
    }

    /// Closed with a good-bye.
    pub fn close_socket(&self, socket: u64) {
        self.inner.with(|state| state.sockets.cut(socket, Order::Close));
    }

    /// Ends without a word.
    pub fn drop_socket(&self, socket: u64) {
        self.inner.with(|state| state.sockets.cut(socket, Order::Drop));
    }

    /// All of them end without a word.
    pub fn drop_sockets(&self) {
        self.for_all(|sockets, socket| sockets.cut(socket, Order::Drop));
    }

    /// Half open: the socket stays, and neither hears nor says anything, not even to a ping.
    pub fn deafen_socket(&self, socket: u64) {
        self.inner.with(|state| {
            state.sockets.order(socket, Order::Deafen);
            state.sockets.open.get_mut(&socket).expect("a socket that is open").is_deaf = true;
        });
    }

    /// `disconnect` with `link_disabled`: Socket Mode is switched off, and no socket is opened any more.
    pub fn disable_link(&self) {
        self.inner.with(|state| state.sockets.is_disabled = true);
        self.for_all(|sockets, socket| {
            sockets.disconnect(socket, "link_disabled");
            sockets.cut(socket, Order::Close);
        });
    }

    /// Socket Mode is switched on again.
    pub fn enable_link(&self) {
        self.inner.with(|state| state.sockets.is_disabled = false);
    }

    /// The next `times` sockets are answered 503 at the door.
    pub fn refuse_sockets(&self, times: usize) {
        self.inner.with(|state| state.sockets.refuses = times);
    }

    /// A ping to each socket.
    pub fn ping_sockets(&self) {
        self.for_all(|sockets, socket| sockets.order(socket, Order::Ping));
    }

    pub fn socket_stats(&self) -> SocketStats {
        self.inner.with(|state| state.sockets.stats.clone())
    }

    /// Waits until what bots did so far is as told.
    pub async fn sockets_when(&self, what: &str, mut is_so: impl FnMut(&SocketStats) -> bool) -> SocketStats {
        let stats = |state: &mut State| is_so(&state.sockets.stats).then(|| state.sockets.stats.clone());
        self.inner.wait(what, stats).await
    }

    /// Waits until a bot has so many sockets open: `hello` is on its way to it.
    pub async fn connected(&self, count: usize) {
        self.sockets_when("a bot to connect", |stats| stats.open.len() >= count).await;
    }
}
