//! Discord on loopback: REST and the gateway on one port, with the limits, the faults and the people
//! of the real one. A bot's own client logs in to [`Discord::url`]; stories speak through the verbs
//! here and in `people` (slash commands, buttons), `faults` (what goes wrong) and `gateway`.
//!
//! Must not know: the product. Whatever a bot could be told by Discord, it is told over the wire.

mod answers;
mod faults;
mod gateway;
mod http;
mod limits;
mod messages;
mod people;
mod rest;
mod routes;
mod schema;
mod state;
mod wire;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

pub use faults::After;
pub use messages::{Message, Pings};
pub use people::Input;
pub use rest::{Entry, Refusal};
pub use routes::Kind;
pub use schema::is_here as has_specification;
pub use state::{BOT, Id, permission};

// What stories get back, for those that name it.
#[allow(unused_imports)]
pub use {super::gate::Gate, answers::Answer, gateway::GatewayStats, people::InteractionId};

use faults::Faults;
use gateway::Gateway;
use rest::Rest;
use state::{Channel, State};

/// The token that the bot logs in with.
pub const TOKEN: &str = "MTAw.simulated.token";

/// Text channel, direct messages, announcements, thread and forum, as Discord numbers them.
pub const TEXT: u8 = 0;
pub const DIRECT: u8 = 1;
pub const ANNOUNCEMENTS: u8 = 5;
pub const THREAD: u8 = 11;
pub const FORUM: u8 = 15;

/// How long any wait of a test may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The simulator. Dropping it closes every connection and stops every task.
pub struct Discord {
    inner: Arc<Inner>,
    acceptor: AbortHandle,
}

struct Inner {
    address: SocketAddr,
    /// Seconds since 1970.
    clock: Box<dyn Fn() -> f64 + Send + Sync>,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

impl Inner {
    /// Every look at the state and every change of it: one at a time, at one moment of the clock.
    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = {
            let mut state = self.state.lock().unwrap();
            state.now = (self.clock)();
            change(&mut state)
        };
        self.changed.send_replace(());
        result
    }

    /// Waits until `find` finds something; says what it waited for when it does not come.
    ///
    /// The bound is in real time, so that tests may pause the runtime's clock.
    async fn wait<T>(&self, what: &str, mut find: impl FnMut(&mut State) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        let begun = Instant::now();
        loop {
            changes.mark_unchanged();
            let found = find(&mut self.state.lock().unwrap());
            if let Some(found) = found {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
            let _ = tokio::time::timeout(Duration::from_millis(100), changes.changed()).await;
        }
    }
}

impl Drop for Discord {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

impl Discord {
    /// A Discord that lives in real time.
    pub async fn start() -> Self {
        Self::with_clock(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()).await
    }

    /// A Discord whose rate limits, nonces and dates follow `clock`, in seconds since 1970.
    pub async fn with_clock(clock: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = State::new(address, clock());
        let (changed, _) = watch::channel(());
        let inner = Arc::new(Inner { address, clock: Box::new(clock), state: Mutex::new(state), changed });
        let acceptor = tokio::spawn(accept(listener, inner.clone())).abort_handle();
        Self { inner, acceptor }
    }

    /// Where the bot's client is to be pointed, instead of `https://discord.com`.
    pub fn url(&self) -> String {
        format!("http://{}", self.inner.address)
    }
}

/// One task per connection; all of them end with this one.
async fn accept(listener: TcpListener, inner: Arc<Inner>) {
    const CONNECTIONS_MAX: usize = 512;
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        assert!(connections.len() < CONNECTIONS_MAX, "a bot opens too many connections");
        let _ = stream.set_nodelay(true);
        connections.spawn(http::serve(stream, inner.clone()));
    }
}

/// What there is before a story begins.
impl Discord {
    /// A guild that the bot has joined. Everybody may read, write, embed and attach there.
    pub fn guild(&self, name: &str) -> Id {
        self.inner.with(|state| state.add_guild(name))
    }

    /// A channel where everybody has the guild's permissions. `kind`: [`TEXT`], [`ANNOUNCEMENTS`] or [`FORUM`].
    pub fn channel(&self, guild: Id, name: &str, kind: u8) -> Id {
        self.inner.with(|state| state.add_channel(guild, name, kind))
    }

    /// A thread below a channel, whose permissions it has.
    pub fn thread(&self, parent: Id, name: &str) -> Id {
        self.inner.with(|state| {
            let id = state.new_id();
            state.add_thread(parent, name, id);
            id
        })
    }

    /// A role whose members have these permissions besides.
    pub fn role(&self, guild: Id, name: &str, permissions: u64) -> Id {
        self.inner.with(|state| state.add_role(guild, name, permissions))
    }

    /// Somebody who is in the guild and has these permissions besides those of everybody.
    pub fn member(&self, guild: Id, name: &str, permissions: u64) -> Id {
        self.inner.with(|state| state.add_member(guild, name, permissions))
    }

    /// Somebody who is in no guild and has the bot installed for themselves.
    pub fn person(&self, name: &str) -> Id {
        self.inner.with(|state| state.add_person(name, true))
    }

    /// The language of somebody's client, such as `de`.
    pub fn speaks(&self, person: Id, locale: &str) {
        self.inner.with(|state| locale.clone_into(&mut state.people.get_mut(&person).unwrap().locale));
    }

    /// The channel of direct messages between the bot and somebody.
    pub fn dm(&self, person: Id) -> Id {
        self.inner.with(|state| state.dm(person))
    }

    /// What the bot may do in a channel, exactly.
    pub fn set_bot_permissions(&self, channel: Id, permissions: u64) {
        self.inner.with(|state| state.set_bot_permissions(channel, permissions));
    }

    /// What the bot may do in a channel.
    pub fn bot_permissions(&self, channel: Id) -> u64 {
        self.inner.with(|state| state.bot_permissions(channel))
    }

    /// Messages that a channel takes in so many seconds (5 in 5), and requests that the bot has in one
    /// second (50).
    pub fn limit_rates(&self, in_channel: u32, seconds: f64, in_all: u32) {
        self.inner.with(|state| state.rest.limit_rates(in_channel, seconds, in_all));
    }
}

/// What happens to a bot's places.
impl Discord {
    /// The channel is gone: CHANNEL_DELETE, and 404 from then on.
    pub fn delete_channel(&self, channel: Id) {
        self.inner.with(|state| state.delete_channel(channel));
    }

    /// A moderator archives and locks a thread: nothing can be written there any more.
    pub fn archive(&self, thread: Id) {
        self.inner.with(|state| state.archive(thread, true));
    }

    /// A thread archives itself, since nobody wrote: the next message wakes it.
    pub fn fall_asleep(&self, thread: Id) {
        self.inner.with(|state| state.archive(thread, false));
    }

    /// The bot is removed from a guild: GUILD_DELETE, and 403 from then on.
    pub fn kick_bot(&self, guild: Id) {
        self.inner.with(|state| state.kick_bot(guild));
    }

    /// The bot is back: GUILD_CREATE.
    pub fn invite_bot(&self, guild: Id) {
        self.inner.with(|state| state.invite_bot(guild));
    }

    /// Somebody takes no direct messages from the bot any more.
    pub fn block_dms(&self, person: Id) {
        self.inner.with(|state| state.people.get_mut(&person).unwrap().takes_dms = false);
    }

    /// Somebody takes direct messages from the bot again.
    pub fn allow_dms(&self, person: Id) {
        self.inner.with(|state| state.people.get_mut(&person).unwrap().takes_dms = true);
    }

    /// The token is good for nothing any more: 401, and the gateway closes with 4004.
    pub fn revoke_token(&self) {
        self.inner.with(State::revoke_token);
    }
}

/// What came of it.
impl Discord {
    /// The messages that can be read in a channel, oldest first.
    pub fn messages(&self, channel: Id) -> Vec<Message> {
        self.inner.with(|state| state.readable(channel).cloned().collect())
    }

    /// So much else is said in a channel by the bot.
    pub fn chatter(&self, channel: Id, count: usize) {
        self.inner.with(|state| {
            for number in 0..count {
                let body = serde_json::json!({"content": format!("Something else, {number}")});
                let message = state.new_message(channel, &body, &[]);
                state.keep_message(message);
            }
        });
    }

    /// Somebody says something in a channel.
    pub fn says(&self, person: Id, channel: Id, text: &str) -> Id {
        self.inner.with(|state| {
            let message = state.new_message(channel, &serde_json::json!({"content": text}), &[]);
            let id = message.id;
            state.keep_message(Message { author: person, ..message });
            id
        })
    }

    /// A moderator deletes a message.
    pub fn delete_message(&self, message: Id) {
        self.inner.with(|state| state.messages.get_mut(&message).unwrap().is_deleted = true);
    }

    /// The owners make another kind of a channel.
    pub fn turn_into(&self, channel: Id, kind: u8) {
        self.inner.with(|state| state.channels.get_mut(&channel).unwrap().kind = kind);
    }

    /// Empties a channel, as if nothing had ever been said there.
    pub fn wipe(&self, channel: Id) {
        self.inner.with(|state| state.messages.retain(|_, message| message.channel != channel));
    }

    /// Waits until a channel has so many messages.
    pub async fn messages_when(&self, channel: Id, count: usize) -> Vec<Message> {
        let what = format!("{count} messages in {channel}");
        self.inner
            .wait(&what, |state| {
                let readable: Vec<_> = state.readable(channel).cloned().collect();
                (readable.len() >= count).then_some(readable)
            })
            .await
    }

    /// The threads below a channel, oldest first: id and name.
    pub fn threads(&self, channel: Id) -> Vec<(Id, String)> {
        self.inner.with(|state| {
            let is_below = |thread: &&Channel| thread.parent == Some(channel) && !thread.is_deleted;
            state.channels.values().filter(is_below).map(|thread| (thread.id, thread.name.clone())).collect()
        })
    }

    /// Every request that was accepted, written down before it was answered.
    pub fn ledger(&self) -> Vec<Entry> {
        self.inner.with(|state| state.rest.ledger.clone())
    }

    /// The accepted requests of one kind.
    pub fn accepted(&self, kind: Kind) -> Vec<Entry> {
        self.ledger().into_iter().filter(|entry| kind.covers(entry.kind)).collect()
    }

    /// Every request that was refused, and why. A well-behaved bot sees few of them.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.inner.with(|state| state.rest.refusals.clone())
    }

    /// The commands as the bot registered them.
    pub fn commands(&self) -> Vec<Value> {
        self.inner.with(|state| state.commands.get(&None).cloned().unwrap_or_default())
    }

    /// The commands that the bot registered for one guild alone.
    pub fn guild_commands(&self, guild: Id) -> Vec<Value> {
        self.inner.with(|state| state.commands.get(&Some(guild)).cloned().unwrap_or_default())
    }

    /// As if so many requests had been answered 401, 403 or 429 just now.
    pub fn note_invalid_requests(&self, count: usize) {
        self.inner.with(|state| {
            let now = state.now;
            (0..count).for_each(|_| state.rest.note_invalid(now));
        });
    }

    /// How many 401, 403 and 429 were answered in all: 10,000 in ten minutes are a ban.
    pub fn invalid_requests(&self) -> usize {
        self.inner.with(|state| state.rest.invalid_total)
    }
}
