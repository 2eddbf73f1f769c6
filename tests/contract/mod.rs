//! What every platform must do, told once and run on each: the same words give the same result,
//! a card is whole, hostile text is harmless, and nothing is lost or said twice.

mod again;
mod alerts;
pub mod cards;
mod delivery;
pub mod discord;
mod health;
mod language;
pub mod markdown;
mod quiet;
mod recaps;
pub mod slack;
pub mod standing;
mod stories;
mod table;
pub mod telegram;
mod terminal;
mod words;

use async_trait::async_trait;

use tidings::command::spec;
use tidings::model::word::Kind;

use crate::world::World;

/// One message as a reader sees it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Every text of it in one, without the platform's own marks.
    pub text: String,
    /// What can be pressed: label and id.
    pub buttons: Vec<(String, String)>,
    pub is_private: bool,
    /// Where it was answered or posted, for pressing its buttons.
    pub id: u64,
    /// A file of words that came with it.
    pub file: Option<String>,
    /// The message that it is a reply to, or whose thread it stands in.
    pub answers: Option<u64>,
    pub has_picture: bool,
}

impl Shown {
    /// Fails with the whole text when a part is missing.
    pub fn says(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.text.contains(part), "\"{part}\" is not in:\n{}", self.text);
        }
        self
    }
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// May manage the channel.
    Admin,
    /// May not.
    Guest,
}

/// A platform with a channel, an admin and a guest, and the bot in it.
#[async_trait]
pub trait Stage: Send {
    fn name(&self) -> &'static str;
    fn world(&mut self) -> &mut World;

    /// Says a word in the channel; the answer, with its follow-ups in one.
    async fn say(&mut self, who: Who, word: &str, arguments: &[(&str, &str)]) -> Shown;
    /// Presses a button of that label, or says the word that stands for it.
    async fn press(&mut self, who: Who, on: &Shown, label: &str) -> Shown;
    /// What was posted to the channel since the last look.
    async fn posts(&mut self) -> Vec<Shown>;
    /// An earlier post as it is now.
    async fn now(&mut self, on: &Shown) -> Shown;
    /// Says a word as the admin, and waits for an answer of so many messages with words, and for its picture.
    async fn hears(&mut self, word: &str, arguments: &[(&str, &str)], count: usize, has_picture: bool) -> Vec<Shown>;
    /// What was sent to the admin alone since the last look.
    async fn directs(&mut self) -> Vec<Shown>;
    /// What completes an argument.
    async fn completions(&mut self, word: &str, argument: &str, typed: &str) -> Vec<String>;

    /// Whether this platform has what a story is about; one that has not says why.
    fn has(&self, what: Feature) -> Result<(), &'static str>;
    /// The next post is turned away until so many seconds have passed.
    fn limit_next(&mut self, secs: f64);
    /// The next post is taken, and the connection dies before the answer.
    fn hang_up_after_next(&mut self);
    /// The next change of a message is taken, and the connection dies before the answer.
    fn hang_up_after_next_edit(&mut self);
    /// A moderator deletes a post.
    fn delete_post(&mut self, on: &Shown);
    /// The bot may send no pictures from now on.
    fn forbid_pictures(&mut self);
    /// The channel is deleted.
    fn delete_channel(&mut self);
    /// Whether the bot may post to the channel from now on.
    fn allow_posts(&mut self, is_allowed: bool);
    /// Whether the admin takes no messages of the bot's from now on.
    fn block_directs(&mut self, is_blocked: bool);
}

/// A word as it is typed where people type lines.
pub fn as_line(word: &str, arguments: &[(&str, &str)]) -> String {
    let mut line = word.to_owned();
    for (name, value) in arguments {
        // A free text takes the rest of the line as it stands.
        let is_free = spec::word(word).unwrap().argument(name).unwrap().kind == Kind::Text;
        // A phrase is quoted twice: the outer quotes would be taken for those that hold an argument together.
        let needs_quotes = (value.contains(' ') && !is_free) || value.starts_with('"');
        let quote = if needs_quotes { "\"" } else { "" };
        line.push_str(&format!(" {name}:{quote}{value}{quote}"));
    }
    line
}

/// What not every platform has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    Buttons,
    /// People who may not manage the channel.
    Guests,
    /// Places other than the one there is.
    Places,
    RateLimits,
    /// Looking up what has arrived.
    History,
    /// Pressing buttons that were shown to somebody else alone.
    OthersButtons,
    /// Completing arguments while they are typed.
    Completions,
    /// Answers in a channel that the asker alone sees.
    Whispers,
    /// Files with words and answers.
    Files,
    /// Rights of the bot that can be taken away.
    Rights,
    /// Changing what was said.
    Edits,
    /// Messages below others.
    Replies,
    Pictures,
}

/// Runs a story on every platform.
macro_rules! on_every_platform {
    ($($story:ident),* $(,)?) => {
        mod on_terminal {
            $(#[tokio::test]
            async fn $story() {
                super::$story(&mut crate::contract::terminal::stage().await).await;
            })*
        }
        mod on_telegram {
            $(#[tokio::test]
            async fn $story() {
                super::$story(&mut crate::contract::telegram::stage().await).await;
            })*
        }
        mod on_discord {
            $(#[tokio::test]
            async fn $story() {
                super::$story(&mut crate::contract::discord::stage().await).await;
            })*
        }
        mod on_slack {
            $(#[tokio::test]
            async fn $story() {
                super::$story(&mut crate::contract::slack::stage().await).await;
            })*
        }
    };
}
pub(crate) use on_every_platform;

/// Ends a story on a platform that cannot play it.
macro_rules! needs {
    ($stage:expr, $feature:expr) => {
        if let Err(why) = $stage.has($feature) {
            eprintln!("SKIPPED on {}: {why}", $stage.name());
            return;
        }
    };
}
pub(crate) use needs;
