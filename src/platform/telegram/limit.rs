//! How much Telegram takes, and when: in all, in each chat, in each group. Never sleeps: who must
//! wait is told until when. The numbers are the FAQ's ("My bot is hitting limits"); Telegram
//! publishes no exact ones, so its `retry_after` always has the last word.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::platform::pause::Pause;

/// Messages a second, over all chats.
const ALL_MAX: usize = 30;
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// One message a second in a chat; Telegram takes short bursts.
const BURST_MAX: usize = 3;
const BURST_WINDOW: SignedDuration = SignedDuration::from_secs(3);
/// Messages a minute in a group or channel.
const GROUP_MAX: usize = 20;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// Two chats that are turned away within this time mean the token, not the chats.
const TOGETHER: SignedDuration = SignedDuration::from_secs(1);
/// The whole token waits no longer than this for two chats' sake; each chat waits as long as
/// Telegram said.
const ALL_WAIT_MAX: SignedDuration = SignedDuration::from_mins(5);
/// Chats that are remembered.
const CHATS_MAX: usize = 50_000;

/// When to ask again, and why not now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    pub until: Timestamp,
    pub why: String,
}

#[derive(Default)]
struct Chat {
    /// Messages of the last minute.
    sent: VecDeque<Timestamp>,
    parked: Option<Pause>,
}

#[derive(Default)]
pub struct Limiter {
    sent: VecDeque<Timestamp>,
    chats: HashMap<String, Chat>,
    parked: Option<Pause>,
    /// The chat that was turned away last, and when.
    turned_away: Option<(String, Timestamp, SignedDuration)>,
}

impl Limiter {
    /// Takes a place for a post, or says until when to wait.
    pub fn take(&mut self, chat: &str, now: Timestamp) -> Result<(), Wait> {
        self.may(chat, now)?;
        let wait = |until: Timestamp, why: &str| Err(Wait { until, why: why.to_owned() });
        forget(&mut self.sent, now, SECOND);
        if self.sent.len() >= ALL_MAX
            && let Some(first) = self.sent.front()
        {
            return wait(later(*first, SECOND), "30 messages in a second");
        }
        let known = self.chat(chat, now);
        let lately = known.sent.iter().rev().take_while(|at| now.duration_since(**at) < BURST_WINDOW);
        if let Some(first) = lately.take(BURST_MAX).nth(BURST_MAX - 1) {
            return wait(later(*first, BURST_WINDOW), "one message a second in a chat");
        }
        if is_group(chat)
            && known.sent.len() >= GROUP_MAX
            && let Some(first) = known.sent.front()
        {
            return wait(later(*first, MINUTE), "20 messages a minute in a group");
        }
        self.count(chat, now);
        Ok(())
    }

    /// Whether anything may be sent there at all. People who wait for an answer are served between
    /// the posts: they set the pace themselves.
    pub fn may(&self, chat: &str, now: Timestamp) -> Result<(), Wait> {
        let wait = |parked: Pause, why: &str| Err(Wait { until: parked.until, why: why.to_owned() });
        if let Some(parked) = self.parked.filter(|parked| parked.holds(now)) {
            return wait(parked, "Telegram's limit on the whole bot");
        }
        match self.chats.get(chat).and_then(|chat| chat.parked).filter(|parked| parked.holds(now)) {
            Some(parked) => wait(parked, "Telegram's limit on that chat"),
            None => Ok(()),
        }
    }

    /// Notes a message that goes out.
    pub fn count(&mut self, chat: &str, now: Timestamp) {
        forget(&mut self.sent, now, SECOND);
        self.sent.push_back(now);
        self.chat(chat, now).sent.push_back(now);
    }

    /// Telegram asks for a pause in a chat. What people make the bot say must not end its posts
    /// elsewhere, however many of them it is.
    pub fn pause_alone(&mut self, chat: &str, retry_after: SignedDuration, now: Timestamp) {
        self.chat(chat, now).parked = Some(Pause::new(now, retry_after));
    }

    /// The same for a post. When two chats hear it at once, it is the whole bot that is too loud.
    pub fn pause(&mut self, chat: &str, retry_after: SignedDuration, now: Timestamp) {
        self.pause_alone(chat, retry_after, now);
        let other = self.turned_away.replace((chat.to_owned(), now, retry_after));
        let Some((other, at, its_own)) = other else { return };
        let is_together = at <= now && now.duration_since(at) < TOGETHER;
        if is_together && other != chat {
            let longer = its_own.max(retry_after).min(ALL_WAIT_MAX);
            self.parked = Some(Pause::new(now, longer));
        }
    }

    fn chat(&mut self, chat: &str, now: Timestamp) -> &mut Chat {
        if self.chats.len() >= CHATS_MAX && !self.chats.contains_key(chat) {
            self.chats.retain(|_, chat| {
                forget(&mut chat.sent, now, MINUTE);
                !chat.sent.is_empty() || chat.parked.is_some_and(|parked| parked.holds(now))
            });
        }
        let chat = self.chats.entry(chat.to_owned()).or_default();
        forget(&mut chat.sent, now, MINUTE);
        chat
    }
}

/// Groups and channels have negative ids (Bot API, Chat), public ones are also called by a name.
fn is_group(chat: &str) -> bool {
    chat.starts_with(['-', '@'])
}

/// Drops what is older than the window, or lies ahead of a clock that was set back.
fn forget(times: &mut VecDeque<Timestamp>, now: Timestamp, window: SignedDuration) {
    times.retain(|at| *at <= now && now.duration_since(*at) < window);
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
