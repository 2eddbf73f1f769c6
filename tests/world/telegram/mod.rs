//! Telegram on loopback: the Bot API with the limits, the faults and the people of the real one. A
//! bot's own client is pointed to [`Telegram::url`]; stories speak through the verbs here and in
//! `people` (words, buttons), `faults` (what goes wrong), `updates` (polling) and `webhook`.
//!
//! What Telegram would change or drop without a word is refused, with a description that begins with
//! `Bad Request: SIMULATOR`.
//!
//! Must not know: the product. Whatever a bot could be told by Telegram, it is told over the wire.

mod answers;
mod api;
mod chats;
mod commands;
mod entities;
mod faults;
mod form;
mod http;
mod links;
mod markup;
mod messages;
mod methods;
mod people;
mod schema;
mod state;
mod updates;
mod webhook;
mod wire;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

pub use faults::After;
pub use messages::Message;
pub use methods::Method;
pub use schema::is_here as has_specification;
pub use state::{ANONYMOUS_ADMIN, BOT, BOT_NAME, ChatId, Place, Status, TopicId, UserId, right};

// What stories get back, for those that name it.
#[allow(unused_imports)]
pub use {
    super::gate::Gate,
    answers::{Answer, CallbackAnswer},
    api::{Entry, Refusal},
    http::File,
    links::{Links, detect},
    messages::Sender,
    people::TurnId,
    state::MessageId,
    updates::{PollingStats, Rival},
    webhook::Delivery,
};

use state::{ChatKind, State};

/// The token that the bot asks with.
pub const TOKEN: &str = "7000000001:AAF_simulated-token-of-the-test-bot0";

/// How long any wait of a test may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The simulator. Dropping it closes every connection and stops every task.
pub struct Telegram {
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
    /// A change of the state, and the news of it: one at a time, at one moment of the clock.
    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = self.look(change);
        self.changed.send_replace(());
        result
    }

    /// The same without news, for what changes nothing that others wait for.
    fn look<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap();
        state.now = (self.clock)();
        look(&mut state)
    }

    /// Waits until `find` finds something; says what it waited for when it does not come.
    ///
    /// The bound is in real time, so that tests may pause the runtime's clock.
    async fn wait<T>(&self, what: &str, mut find: impl FnMut(&mut State) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        let begun = Instant::now();
        loop {
            changes.mark_unchanged();
            if let Some(found) = self.look(&mut find) {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
            let _ = tokio::time::timeout(Duration::from_millis(100), changes.changed()).await;
        }
    }
}

impl Drop for Telegram {
    fn drop(&mut self) {
        self.acceptor.abort();
    }
}

impl Telegram {
    /// A Telegram that lives in real time.
    pub async fn start() -> Self {
        Self::with_clock(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()).await
    }

    /// A Telegram whose rates and dates follow `clock`, in seconds since 1970. Long polls wait in real time.
    pub async fn with_clock(clock: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = State::new(clock());
        let (changed, _) = watch::channel(());
        let inner = Arc::new(Inner { address, clock: Box::new(clock), state: Mutex::new(state), changed });
        let acceptor = tokio::spawn(accept(listener, inner.clone())).abort_handle();
        Self { inner, acceptor }
    }

    /// Where the bot's client is to be pointed, instead of `https://api.telegram.org`.
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
impl Telegram {
    /// Somebody who has never started the bot. The private chat with them has their own number.
    pub fn person(&self, name: &str) -> UserId {
        self.inner.with(|state| state.add_person(name))
    }

    /// The language of somebody's client, such as `de`.
    pub fn speaks(&self, person: UserId, language: &str) {
        self.inner.with(|state| language.clone_into(&mut state.person_mut(person).language));
    }

    /// A basic group that the bot is a member of.
    pub fn group(&self, title: &str) -> ChatId {
        self.inner.with(|state| state.add_chat(ChatKind::Group, title))
    }

    /// A supergroup that the bot is a member of.
    pub fn supergroup(&self, title: &str) -> ChatId {
        self.inner.with(|state| state.add_chat(ChatKind::Supergroup, title))
    }

    /// A supergroup with topics that the bot is a member of.
    pub fn forum(&self, title: &str) -> ChatId {
        self.inner.with(|state| {
            let chat = state.add_chat(ChatKind::Supergroup, title);
            let forum = state.chat_mut(chat);
            forum.is_forum = true;
            // The first message is that of its making, and its number that of the topic "General".
            forum.last_message = 1;
            chat
        })
    }

    /// A channel that the bot administers with every right.
    pub fn channel(&self, title: &str) -> ChatId {
        self.inner.with(|state| state.add_chat(ChatKind::Channel, title))
    }

    /// The name by which everybody finds a supergroup or a channel, without `@`.
    pub fn set_public(&self, chat: ChatId, username: &str) {
        self.inner.with(|state| state.chat_mut(chat).username = Some(username.to_owned()));
    }

    /// A new topic.
    pub fn topic(&self, chat: ChatId, name: &str) -> TopicId {
        self.inner.with(|state| state.add_topic(chat, name))
    }

    /// Nobody but administrators writes there any more.
    pub fn close_topic(&self, chat: ChatId, topic: TopicId) {
        self.inner.with(|state| state.close_topic(chat, topic, true));
    }

    pub fn reopen_topic(&self, chat: ChatId, topic: TopicId) {
        self.inner.with(|state| state.close_topic(chat, topic, false));
    }

    /// The topic is gone, with all that was said in it.
    pub fn delete_topic(&self, chat: ChatId, topic: TopicId) {
        self.inner.with(|state| state.delete_topic(chat, topic));
    }

    /// Somebody new who is in the chat already.
    pub fn member(&self, chat: ChatId, name: &str) -> UserId {
        self.inner.with(|state| state.add_member(chat, name, Status::Member))
    }

    /// Somebody new who administers the chat with these rights.
    pub fn administrator(&self, chat: ChatId, name: &str, rights: &[&'static str]) -> UserId {
        self.inner.with(|state| state.add_member(chat, name, Status::administrator(rights)))
    }

    /// Whoever made the chat.
    pub fn creator(&self, chat: ChatId) -> UserId {
        self.inner.look(|state| state.creator(chat))
    }

    /// A picture on the web that Telegram can fetch.
    pub fn picture_at(&self, url: &str) {
        self.inner.with(|state| state.pictures.insert(url.to_owned()));
    }

    /// A page on the web that is no picture.
    pub fn page_at(&self, url: &str) {
        self.inner.with(|state| state.pages.insert(url.to_owned()));
    }

    /// Whether the bot hears everything in groups. Otherwise it hears what is meant for it: commands,
    /// replies to it, its name.
    pub fn set_hears_all(&self, hears_all: bool) {
        self.inner.with(|state| state.hears_all = hears_all);
    }

    /// Messages that a chat takes at once, with one more each second (3), that a group takes in a minute
    /// (20), and that the bot may send and change in one second (30).
    pub fn limit_rates(&self, in_chat: u32, in_group: u32, in_all: u32) {
        self.inner.with(|state| state.api.limit_rates(in_chat, in_group, in_all));
    }
}

/// What happens to a bot's places.
impl Telegram {
    /// The chat is gone.
    pub fn delete_chat(&self, chat: ChatId) {
        self.inner.with(|state| state.chat_mut(chat).is_deleted = true);
    }

    /// The bot is thrown out: `my_chat_member`, and 403 from then on.
    pub fn kick_bot(&self, chat: ChatId) {
        self.set_status(BOT, chat, Status::Kicked);
    }

    /// The bot is taken out, and may come back.
    pub fn remove_bot(&self, chat: ChatId) {
        self.set_status(BOT, chat, Status::Left);
    }

    /// The bot is back, as a member.
    pub fn invite_bot(&self, chat: ChatId) {
        self.set_status(BOT, chat, Status::Member);
    }

    /// The bot may read and not write.
    pub fn mute_bot(&self, chat: ChatId) {
        self.set_status(BOT, chat, Status::Restricted);
    }

    /// Only administrators write from now on.
    pub fn silence(&self, chat: ChatId) {
        self.inner.with(|state| state.chat_mut(chat).may_write = false);
    }

    /// Only administrators send photos and documents from now on.
    pub fn forbid_media(&self, chat: ChatId) {
        self.inner.with(|state| state.chat_mut(chat).may_send_media = false);
    }

    /// A group becomes a supergroup, with the number that is returned. Both chats tell of it.
    pub fn migrate(&self, group: ChatId) -> ChatId {
        self.inner.with(|state| state.migrate(group))
    }
}

/// What came of it.
impl Telegram {
    /// What of the bot can be read in a chat or in a topic, oldest first.
    pub fn messages(&self, place: impl Into<Place>) -> Vec<Message> {
        let place = place.into();
        self.inner.look(|state| state.readable(place).cloned().collect())
    }

    /// Waits until the bot has so many messages there.
    pub async fn messages_when(&self, place: impl Into<Place>, count: usize) -> Vec<Message> {
        let place = place.into();
        let what = format!("{count} messages in {place:?}");
        let find = |state: &mut State| {
            let readable: Vec<_> = state.readable(place).cloned().collect();
            (readable.len() >= count).then_some(readable)
        };
        self.inner.wait(&what, find).await
    }

    /// An administrator deletes a message.
    pub fn delete_message(&self, chat: ChatId, message: i64) {
        self.inner.with(|state| state.messages.get_mut(&(chat, message)).unwrap().is_deleted = true);
    }

    /// Empties a chat, as if nothing had ever been said there.
    pub fn wipe(&self, chat: ChatId) {
        self.inner.with(|state| state.messages.retain(|(of, _), _| *of != chat));
    }

    /// Every request that was accepted, written down before it was answered.
    pub fn ledger(&self) -> Vec<Entry> {
        self.inner.look(|state| state.api.ledger.clone())
    }

    /// The accepted requests of one kind.
    pub fn accepted(&self, method: Method) -> Vec<Entry> {
        self.ledger().into_iter().filter(|entry| method.covers(entry.method)).collect()
    }

    /// Waits until so many requests of one kind were accepted.
    pub async fn accepted_when(&self, method: Method, count: usize) -> Vec<Entry> {
        let what = format!("{count} times {method:?}");
        let find = |state: &mut State| {
            let all: Vec<_> = state.api.ledger.iter().filter(|entry| method.covers(entry.method)).cloned().collect();
            (all.len() >= count).then_some(all)
        };
        self.inner.wait(&what, find).await
    }

    /// Waits until so many requests of one kind were refused.
    pub async fn refused_when(&self, method: Method, count: usize) -> Vec<Refusal> {
        let what = format!("{count} times {method:?} to be refused");
        let find = |state: &mut State| {
            let all: Vec<_> = state.api.refusals.iter().filter(|one| method.covers(one.method)).cloned().collect();
            (all.len() >= count).then_some(all)
        };
        self.inner.wait(&what, find).await
    }

    /// Every request that was refused, and why. A well-behaved bot sees few of them.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.inner.look(|state| state.api.refusals.clone())
    }
}
