//! How many words of a person and of a chat are answered: nobody makes the bot so loud that Telegram
//! takes no posts from it any more.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// People and chats that are remembered.
const KNOWN_MAX: usize = 10_000;

/// What is to be done with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Answer,
    /// It is told once that it is too much.
    SayEnough,
    Ignore,
}

#[derive(Default)]
struct Talker {
    /// Words of the last minute.
    said: VecDeque<Timestamp>,
    is_told: bool,
}

impl Talker {
    fn has_room(&mut self, max: usize, now: Timestamp) -> bool {
        // What lies ahead was said before the clock was set back.
        self.said.retain(|at| *at <= now && now.duration_since(*at) < MINUTE);
        self.said.len() < max
    }
}

/// Words of the last minute, by person and by chat.
pub struct Talkers {
    max: usize,
    known: HashMap<String, Talker>,
}

impl Talkers {
    /// `max`: words a minute of one person, and as many in one chat.
    pub fn new(max: usize) -> Self {
        Self { max, known: HashMap::new() }
    }

    /// One word more of these talkers: a person, and the chat where the answer is to stand.
    pub fn take(&mut self, talkers: &[String], now: Timestamp) -> Pace {
        let max = self.max;
        if self.known.len() >= KNOWN_MAX {
            self.known.retain(|_, talker| !talker.has_room(1, now));
        }
        for name in talkers {
            let talker = self.known.entry(name.clone()).or_default();
            if !talker.has_room(max, now) {
                let is_told = std::mem::replace(&mut talker.is_told, true);
                return if is_told { Pace::Ignore } else { Pace::SayEnough };
            }
        }
        for name in talkers {
            self.known.entry(name.clone()).or_default().is_told = false;
        }
        self.charge(talkers, 1, now);
        Pace::Answer
    }

    /// An answer of several messages counts for as many words.
    pub fn charge(&mut self, talkers: &[String], count: usize, now: Timestamp) {
        for name in talkers {
            let said = &mut self.known.entry(name.clone()).or_default().said;
            said.extend(std::iter::repeat_n(now, count));
        }
    }
}
