//! Slack on loopback: the Web API and the sockets on one port, with the limits, the faults and the
//! people of the real one. A bot's own client is pointed to [`Slack::url`]; stories speak through the
//! verbs here and in `people` (commands, buttons, modals), `faults` (what goes wrong), `sockets` and
//! `signed` (the same by HTTP).
//!
//! Must not know: the product. Whatever a bot could be told by Slack, it is told over the wire.

mod api;
mod catalogue;
mod conversations;
mod elements;
mod faults;
mod files;
mod http;
mod interactions;
mod limits;
mod messages;
mod oracle;
mod people;
mod rich;
mod signed;
mod sockets;
mod state;
mod views;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

pub use api::{Entry, Refusal};
pub use faults::{ANY, After};
pub use messages::Message;
pub use oracle::Link;
pub use state::{BOT, Id, Role, Ts};
pub use views::{Fill, View};

// What stories get back, for those that name it.
#[allow(unused_imports)]
pub use {
    super::gate::Gate, interactions::Answer, interactions::InteractionId, oracle::Pings, sockets::SocketStats,
    state::TEAM,
};

use state::{Place, State};

/// The tokens that the bot logs in with, and the secret that it knows Slack by.
pub const BOT_TOKEN: &str = "xoxb-100-200-simulated";
pub const APP_TOKEN: &str = "xapp-1-A0SIM00001-300-simulated";
pub const SIGNING_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// How long any wait of a test may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The simulator. Dropping it closes every connection and stops every task.
pub struct Slack {
    inner: Arc<Inner>,
    tasks: [AbortHandle; 2],
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
            state.lapse_overdue();
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
            let found = {
                let mut state = self.state.lock().unwrap();
                state.lapse_overdue();
                find(&mut state)
            };
            if let Some(found) = found {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
            let _ = tokio::time::timeout(Duration::from_millis(100), changes.changed()).await;
        }
    }
}

impl Drop for Slack {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Slack {
    /// A Slack that lives in real time.
    pub async fn start() -> Self {
        Self::with_clock(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()).await
    }

    /// A Slack whose rate limits and times follow `clock`, in seconds since 1970. The three seconds for
    /// an acknowledgement are real ones; see [`Slack::let_lapse`].
    pub async fn with_clock(clock: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (outbox, posts) = mpsc::unbounded_channel();
        let state = State::new(address, clock(), outbox);
        let (changed, _) = watch::channel(());
        let inner = Arc::new(Inner { address, clock: Box::new(clock), state: Mutex::new(state), changed });
        let tasks = [
            tokio::spawn(accept(listener, inner.clone())).abort_handle(),
            tokio::spawn(signed::deliver(posts, inner.clone())).abort_handle(),
        ];
        Self { inner, tasks }
    }

    /// The limits of forms, under the names that an independent library gives them.
    pub fn limits() -> &'static [(&'static str, usize)] {
        limits::NAMED
    }

    /// Where the bot's client is to be pointed, instead of `https://slack.com`.
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
impl Slack {
    /// Somebody in the workspace.
    pub fn person(&self, name: &str, role: Role) -> Id {
        self.inner.with(|state| state.add_person(name, role))
    }

    /// Somebody who is in the workspace and no more.
    pub fn member(&self, name: &str) -> Id {
        self.person(name, Role::Member)
    }

    /// A public channel with its creator and the bot in it.
    pub fn channel(&self, name: &str, creator: Id) -> Id {
        self.inner.with(|state| state.add_channel(name, Place::Public, creator, &[creator, BOT]))
    }

    /// A private channel with its creator and the bot in it.
    pub fn private_channel(&self, name: &str, creator: Id) -> Id {
        self.inner.with(|state| state.add_channel(name, Place::Private, creator, &[creator, BOT]))
    }

    /// Somebody joins a channel.
    pub fn join(&self, channel: Id, person: Id) {
        self.inner.with(|state| state.channels.get_mut(&channel).unwrap().members.insert(person));
    }

    /// The conversation between the bot and somebody.
    pub fn dm(&self, person: Id) -> Id {
        self.inner.with(|state| state.dm(person))
    }

    /// The language of somebody's client, such as `de-DE`.
    pub fn speaks(&self, person: Id, locale: &str) {
        self.inner.with(|state| locale.clone_into(&mut state.people.get_mut(&person).unwrap().locale));
    }

    /// Whether channels, people and addresses in a command's text are marked, as they are at first.
    pub fn escape_commands(&self, escapes: bool) {
        self.inner.with(|state| state.escapes = escapes);
    }

    /// Messages that a channel takes at once (5), and in each second after that (1).
    pub fn limit_rates(&self, burst: u32, per_second: f64) {
        self.inner.with(|state| state.rest.limit_rates(burst, per_second));
    }

    /// Requests of a method, or of [`ANY`] that does not post to channels, in a minute.
    pub fn limit_method(&self, method: &str, per_minute: u32) {
        self.inner.with(|state| state.rest.limit_method(method, per_minute));
    }
}

/// What happens to a bot's places and rights.
impl Slack {
    /// The app has a scope no more, such as `channels:history`.
    pub fn remove_scope(&self, scope: &str) {
        self.inner.with(|state| assert!(state.scopes.remove(scope), "the bot has no {scope}"));
    }

    pub fn add_scope(&self, scope: &str) {
        self.inner.with(|state| state.scopes.insert(scope.to_owned()));
    }

    /// `channel_not_found` from then on.
    pub fn delete_channel(&self, channel: Id) {
        self.inner.with(|state| state.channels.get_mut(&channel).unwrap().is_deleted = true);
    }

    /// `is_archived` for whoever writes there.
    pub fn archive(&self, channel: Id) {
        self.inner.with(|state| state.channels.get_mut(&channel).unwrap().is_archived = true);
    }

    pub fn unarchive(&self, channel: Id) {
        self.inner.with(|state| state.channels.get_mut(&channel).unwrap().is_archived = false);
    }

    /// Only admins may post in a channel: `restricted_action`.
    pub fn restrict(&self, channel: Id) {
        self.inner.with(|state| state.channels.get_mut(&channel).unwrap().is_restricted = true);
    }

    /// The bot is removed: `not_in_channel`, and a private channel is not to be found any more.
    pub fn kick_bot(&self, channel: Id) {
        self.inner.with(|state| state.channels.get_mut(&channel).unwrap().members.remove(&BOT));
    }

    /// The app takes no direct messages: `messages_tab_disabled`.
    pub fn disable_dms(&self) {
        self.inner.with(|state| state.takes_no_dms = true);
    }

    /// The app takes direct messages again.
    pub fn enable_dms(&self) {
        self.inner.with(|state| state.takes_no_dms = false);
    }

    /// Somebody leaves the workspace: `user_disabled` for whoever would speak to them.
    pub fn deactivate(&self, person: Id) {
        self.inner.with(|state| state.people.get_mut(&person).unwrap().is_deactivated = true);
    }

    /// The bot's token is good for nothing any more: `token_revoked`, `account_inactive` or the like.
    pub fn revoke_token(&self, error: &'static str) {
        self.inner.with(|state| state.bot_token_error = Some(error));
    }

    /// The same of the app's token, which opens sockets.
    pub fn revoke_app_token(&self, error: &'static str) {
        self.inner.with(|state| state.app_token_error = Some(error));
    }

    /// Both tokens are good again.
    pub fn restore_tokens(&self) {
        self.inner.with(|state| (state.bot_token_error, state.app_token_error) = (None, None));
    }

    /// Slack cannot load pictures whose address begins so: a message with one is refused.
    pub fn break_pictures(&self, start: &str) {
        self.inner.with(|state| state.broken_pictures.push(start.to_owned()));
    }
}

/// What came of it.
impl Slack {
    /// The messages that all in a channel can read, replies in threads included, oldest first.
    pub fn messages(&self, channel: Id) -> Vec<Message> {
        self.inner.with(|state| state.seen(channel, None))
    }

    /// The messages in a channel that somebody alone can see, oldest first.
    pub fn ephemerals(&self, person: Id, channel: Id) -> Vec<Message> {
        self.inner.with(|state| state.seen(channel, Some(person)))
    }

    /// Waits until a channel has so many messages.
    pub async fn messages_when(&self, channel: Id, count: usize) -> Vec<Message> {
        let what = format!("{count} messages in {channel}");
        self.inner
            .wait(&what, |state| {
                let readable = state.seen(channel, None);
                (readable.len() >= count).then_some(readable)
            })
            .await
    }

    /// Waits until somebody alone sees so many messages in a channel.
    pub async fn ephemerals_when(&self, person: Id, channel: Id, count: usize) -> Vec<Message> {
        let what = format!("{count} messages to {person} alone");
        self.inner
            .wait(&what, |state| {
                let readable = state.seen(channel, Some(person));
                (readable.len() >= count).then_some(readable)
            })
            .await
    }

    /// Somebody who may do so deletes a message.
    pub fn delete_message(&self, message: Ts) {
        self.inner.with(|state| state.messages.get_mut(&message).unwrap().is_deleted = true);
    }

    /// Empties a channel, as if nothing had ever been said there.
    pub fn wipe(&self, channel: Id) {
        self.inner.with(|state| state.messages.retain(|_, message| message.channel != channel));
    }

    /// What somebody's home tab shows.
    pub fn home(&self, person: Id) -> Option<View> {
        self.inner.with(|state| state.homes.get(&person).map(|view| state.views[view].clone()))
    }

    /// Waits until somebody's home tab shows something.
    pub async fn home_when(&self, person: Id) -> View {
        let shown = |state: &mut State| state.homes.get(&person).map(|view| state.views[view].clone());
        self.inner.wait("a home tab", shown).await
    }

    /// A modal or home tab as it is now.
    pub fn view(&self, view: Id) -> View {
        self.inner.with(|state| state.views[&view].clone())
    }

    /// Every request that was accepted, written down before it was answered.
    pub fn ledger(&self) -> Vec<Entry> {
        self.inner.with(|state| state.rest.ledger.clone())
    }

    /// The accepted requests of one method.
    pub fn accepted(&self, method: &str) -> Vec<Entry> {
        self.ledger().into_iter().filter(|entry| entry.method == method).collect()
    }

    /// Every request that was refused, and why. A well-behaved bot sees few of them.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.inner.with(|state| state.rest.refusals.clone())
    }
}
