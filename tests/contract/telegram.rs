//! Telegram as a stage: a supergroup in the simulated Telegram.

use std::collections::HashSet;

use async_trait::async_trait;
use serde_json::Value;

use super::{Feature, Shown, Stage, Who, as_line};
use crate::world::World;
use crate::world::telegram::{After, Answer, BOT, ChatId, Message, Method, Place, Status, Telegram, UserId, right};

pub struct TelegramStage {
    pub world: World,
    pub group: ChatId,
    pub admin: UserId,
    pub guest: UserId,
    seen: HashSet<(ChatId, i64)>,
}

pub async fn stage() -> TelegramStage {
    on(World::on_telegram("").await).await
}

/// A group with an admin, who has opened the bot, and a guest, who has not.
pub async fn on(world: World) -> TelegramStage {
    let telegram = world.telegram.as_ref().unwrap();
    // Stories stand still in time, so a chat takes more at one moment than it would.
    telegram.limit_rates(200, 200, 400);
    let group = telegram.supergroup("Town");
    let admin = telegram.administrator(group, "alice", &[right::CHANGE_INFO]);
    let guest = telegram.member(group, "bob");
    let opened = telegram.starts(admin, "");
    whole(telegram, opened).await;
    let mut stage = TelegramStage { world, group, admin, guest, seen: HashSet::new() };
    stage.directs().await;
    stage
}

/// The text as it is read: without the joiners that keep it from being linked, blanks as one.
pub fn read(text: &str) -> String {
    text.replace('\u{2060}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn shown(message: &Message) -> Shown {
    let button = |button: &Value| {
        let text = |name: &str| button[name].as_str().unwrap_or_default().to_owned();
        (text("text"), text("callback_data"))
    };
    let links: String = message.links.text_links.iter().map(|(_, url)| format!(" {url}")).collect();
    Shown {
        text: format!("{}{links}", read(&message.text)),
        buttons: message.buttons().into_iter().map(button).collect(),
        is_private: false,
        id: message.id as u64,
        file: message.file.as_ref().and_then(|file| String::from_utf8(file.bytes.clone()).ok()),
        answers: message.reply_to.map(|id| id as u64),
        has_picture: message.photo.is_some() && message.file.is_some(),
    }
}

/// How many messages an answer has in all, as its first one says.
fn parts(first: &Message) -> usize {
    let last_line = first.text.lines().last().unwrap_or_default();
    last_line.rsplit_once('/').filter(|(one, _)| *one == "1").and_then(|(_, all)| all.parse().ok()).unwrap_or(1)
}

/// Waits for the whole of an answer, of all its messages.
pub async fn whole(telegram: &Telegram, turn: u64) -> Answer {
    let is_whole = |answer: &Answer| match (&answer.callback, answer.said.first()) {
        (Some(callback), _) if !callback.text.is_empty() || callback.url.is_some() => true,
        (_, Some(first)) => answer.said.len() >= parts(first),
        (_, None) => false,
    };
    let answer = telegram.answer_when(turn, is_whole);
    match tokio::time::timeout(std::time::Duration::from_secs(4), answer).await {
        Ok(answer) => answer,
        Err(_) => panic!("no answer: {:?}, refused: {:?}", telegram.answer_so_far(turn), telegram.refusals()),
    }
}

impl TelegramStage {
    pub fn telegram(&self) -> &Telegram {
        self.world.telegram.as_ref().unwrap()
    }

    pub fn person(&self, who: Who) -> UserId {
        match who {
            Who::Admin => self.admin,
            Who::Guest => self.guest,
        }
    }

    /// The answer to a turn as one.
    pub async fn answer(&mut self, turn: u64) -> Shown {
        let answer = whole(self.telegram(), turn).await;
        if let Some(callback) = answer.callback.filter(|callback| !callback.text.is_empty()) {
            assert!(callback.is_alert);
            let text = read(&callback.text);
            let (buttons, is_private) = (Vec::new(), true);
            return Shown { text, buttons, is_private, id: 0, file: None, answers: None, has_picture: false };
        }
        self.seen.extend(answer.said.iter().map(|one| (one.chat, one.id)));
        let mut all = answer.said.iter().map(shown);
        let first = all.next().expect("an answer");
        all.fold(first, |mut all, more| {
            all.text.push(' ');
            all.text.push_str(&more.text);
            all.buttons.extend(more.buttons);
            // Its last message has the buttons.
            let has_picture = all.has_picture || more.has_picture;
            Shown { id: more.id, file: all.file.or(more.file), has_picture, ..all }
        })
    }

    pub async fn says(&mut self, person: UserId, place: impl Into<Place>, line: &str) -> Shown {
        let turn = self.telegram().say(person, place, line);
        self.answer(turn).await
    }

    pub async fn presses(&mut self, person: UserId, on: &Message, label: &str) -> Shown {
        let turn = self.telegram().press(person, on, &data(&shown(on), label));
        self.answer(turn).await
    }

    /// What came to a place since the last look.
    pub fn unseen(&mut self, place: impl Into<Place>) -> Vec<Message> {
        let all = self.telegram().messages(place);
        all.into_iter().filter(|one| self.seen.insert((one.chat, one.id))).collect()
    }

    /// A message of the bot by its number.
    pub fn message(&self, chat: ChatId, id: u64) -> Message {
        self.telegram().messages(chat).into_iter().find(|one| one.id as u64 == id).expect("a message of the bot")
    }
}

/// Menus know no blanks: `filter set` is `/filter_set`.
fn line(word: &str, arguments: &[(&str, &str)]) -> String {
    let line = as_line(word, arguments);
    format!("/{}{}", word.replace(' ', "_"), line.strip_prefix(word).unwrap())
}

pub fn data(on: &Shown, label: &str) -> String {
    let button = on.buttons.iter().find(|(own, _)| own.contains(label));
    button.unwrap_or_else(|| panic!("no button \"{label}\" among {:?}", on.buttons)).1.clone()
}

#[async_trait]
impl Stage for TelegramStage {
    fn name(&self) -> &'static str {
        "telegram"
    }

    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    async fn say(&mut self, who: Who, word: &str, arguments: &[(&str, &str)]) -> Shown {
        let (person, group) = (self.person(who), self.group);
        let typed: Vec<_> = arguments.iter().filter(|(name, _)| *name != "file").copied().collect();
        let line = line(word, &typed);
        match arguments.iter().find(|(name, _)| *name == "file") {
            None => self.says(person, group, &line).await,
            Some((_, text)) => {
                let file = ("feeds.opml", text.as_bytes());
                let turn = self.telegram().say_with_file(person, group, &line, file);
                self.answer(turn).await
            }
        }
    }

    async fn press(&mut self, who: Who, on: &Shown, label: &str) -> Shown {
        let (person, data) = (self.person(who), data(on, label));
        // In the group, or with the admin alone.
        let all = self.telegram().messages(self.group).into_iter().chain(self.telegram().messages(self.admin));
        let is_it = |one: &Message| one.id as u64 == on.id && shown(one).buttons.iter().any(|(_, own)| *own == data);
        let message = all.into_iter().find(is_it).expect("a message with that button");
        let turn = self.telegram().press(person, &message, &data);
        self.answer(turn).await
    }

    async fn posts(&mut self) -> Vec<Shown> {
        let group = self.group;
        self.unseen(group).iter().map(shown).collect()
    }

    async fn now(&mut self, on: &Shown) -> Shown {
        shown(&self.message(self.group, on.id))
    }

    async fn hears(&mut self, word: &str, arguments: &[(&str, &str)], count: usize, has_picture: bool) -> Vec<Shown> {
        let turn = self.telegram().say(self.admin, self.group, &line(word, arguments));
        let count = count + usize::from(has_picture);
        let answer = self.telegram().answer_when(turn, |answer| answer.said.len() >= count).await;
        self.seen.extend(answer.said.iter().map(|one| (one.chat, one.id)));
        answer.said.iter().map(shown).collect()
    }

    async fn directs(&mut self) -> Vec<Shown> {
        let admin = self.admin;
        self.unseen(admin).iter().map(shown).collect()
    }

    async fn completions(&mut self, _word: &str, _argument: &str, _typed: &str) -> Vec<String> {
        unreachable!("Telegram completes no arguments")
    }

    fn has(&self, what: Feature) -> Result<(), &'static str> {
        match what {
            Feature::Buttons | Feature::Guests | Feature::Places | Feature::RateLimits => Ok(()),
            Feature::Files | Feature::Rights | Feature::OthersButtons => Ok(()),
            Feature::Edits | Feature::Replies | Feature::Pictures => Ok(()),
            Feature::History => Err("a bot on Telegram cannot read what it has sent"),
            Feature::Completions => Err("Telegram completes the names of words and nothing behind them"),
            Feature::Whispers => Err("a group on Telegram has no messages for one reader"),
        }
    }

    fn limit_next(&mut self, secs: f64) {
        self.telegram().rate_limit_next(Method::Send, secs as u64);
    }

    fn hang_up_after_next(&mut self) {
        self.telegram().accept_then(Method::Send, After::HangUp);
    }

    fn hang_up_after_next_edit(&mut self) {
        self.telegram().accept_then(Method::EditMessageText, After::HangUp);
    }

    fn delete_post(&mut self, on: &Shown) {
        self.telegram().delete_message(self.group, on.id as i64);
    }

    fn forbid_pictures(&mut self) {
        self.telegram().forbid_media(self.group);
    }

    fn allow_posts(&mut self, is_allowed: bool) {
        match is_allowed {
            true => self.telegram().set_status(BOT, self.group, Status::Member),
            false => self.telegram().mute_bot(self.group),
        }
    }

    fn block_directs(&mut self, is_blocked: bool) {
        match is_blocked {
            true => self.telegram().blocks(self.admin),
            false => self.telegram().unblocks(self.admin),
        }
    }

    fn delete_channel(&mut self) {
        self.telegram().delete_chat(self.group);
    }
}
