//! Discord as a stage: the real client library against the simulated Discord.

use std::collections::HashSet;

use async_trait::async_trait;
use serde_json::Value;

use super::{Feature, Shown, Stage, Who};
use crate::world::World;
use crate::world::discord::{After, Answer, Discord, Id, Input, Kind, Message, TEXT, permission};

pub struct DiscordStage {
    pub world: World,
    pub guild: Id,
    pub channel: Id,
    pub admin: Id,
    pub guest: Id,
    seen: HashSet<Id>,
}

pub async fn stage() -> DiscordStage {
    let world = World::on_discord("").await;
    let discord = world.discord.as_ref().unwrap();
    // Stories stand still in time, so a channel takes more at one moment than it would.
    discord.limit_rates(50, 5.0, 50);
    let guild = discord.guild("Town");
    let channel = discord.channel(guild, "news", TEXT);
    let admin = discord.member(guild, "alice", permission::MANAGE_CHANNELS);
    let guest = discord.member(guild, "bob", 0);
    DiscordStage { world, guild, channel, admin, guest, seen: HashSet::new() }
}

/// The words of a message without Discord's marks, in the order in which they are shown.
fn text_of(body: &Value) -> String {
    let mut parts = vec![body["content"].as_str().unwrap_or_default().to_owned()];
    for embed in body["embeds"].as_array().into_iter().flatten() {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        parts.extend([
            text(&embed["author"]["name"]),
            text(&embed["title"]),
            text(&embed["url"]),
            text(&embed["description"]),
        ]);
        for field in embed["fields"].as_array().into_iter().flatten() {
            parts.extend([text(&field["name"]), text(&field["value"])]);
        }
        parts.push(text(&embed["footer"]["text"]));
    }
    unmarked(&parts.join("\n"))
}

/// Bold and boxes gone, escapes resolved, blanks as one.
fn unmarked(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '*' | '`' => {}
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn shown(message: &Message) -> Shown {
    let button = |control: &&Value| {
        let text = |name: &str| control[name].as_str().unwrap_or_default().to_owned();
        (text("label"), text("custom_id"))
    };
    Shown {
        text: text_of(&message.body),
        buttons: message.controls().iter().map(button).collect(),
        is_private: message.is_ephemeral,
        id: message.id,
        file: message.files.first().map(|file| String::from_utf8(file.bytes.clone()).unwrap()),
    }
}

fn joined(answer: &Answer) -> Shown {
    let first = shown(answer.message.as_ref().expect("an answer with words"));
    answer.followups.iter().map(shown).fold(first, |mut all, more| {
        all.text.push(' ');
        all.text.push_str(&more.text);
        all.buttons.extend(more.buttons);
        all.file = all.file.or(more.file);
        all
    })
}

impl DiscordStage {
    pub fn discord(&self) -> &Discord {
        self.world.discord.as_ref().unwrap()
    }

    fn person(&self, who: Who) -> Id {
        match who {
            Who::Admin => self.admin,
            Who::Guest => self.guest,
        }
    }

    pub fn unseen(&mut self, channel: Id) -> Vec<Message> {
        let all = self.discord().messages(channel);
        all.into_iter().filter(|one| one.answers.is_none() && self.seen.insert(one.id)).collect()
    }
}

#[async_trait]
impl Stage for DiscordStage {
    fn name(&self) -> &'static str {
        "discord"
    }

    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    async fn say(&mut self, who: Who, word: &str, arguments: &[(&str, &str)]) -> Shown {
        let options: Vec<(&str, Input)> = arguments
            .iter()
            .map(|(name, value)| match *name {
                "backfill" => (*name, Input::Whole(value.parse().unwrap())),
                "to" => (*name, Input::Channel(value.parse().unwrap())),
                "file" => (*name, Input::File("feeds.opml".to_owned(), value.as_bytes().to_vec())),
                _ => (*name, Input::Text((*value).to_owned())),
            })
            .collect();
        let id = self.discord().interact(self.person(who), self.channel, word, &options);
        joined(&self.discord().answer(id).await)
    }

    async fn press(&mut self, who: Who, on: &Shown, label: &str) -> Shown {
        let button = on.buttons.iter().find(|(own, _)| own.contains(label));
        let (_, id) = button.unwrap_or_else(|| panic!("no button \"{label}\" among {:?}", on.buttons));
        let id = self.discord().press(self.person(who), on.id, id);
        joined(&self.discord().answer(id).await)
    }

    async fn posts(&mut self) -> Vec<Shown> {
        self.unseen(self.channel).iter().map(shown).collect()
    }

    async fn directs(&mut self) -> Vec<Shown> {
        let channel = self.discord().dm(self.admin);
        self.unseen(channel).iter().map(shown).collect()
    }

    async fn completions(&mut self, word: &str, argument: &str, typed: &str) -> Vec<String> {
        let id = self.discord().types(self.admin, self.channel, word, argument, typed);
        let answer = self.discord().answer(id).await;
        let choices = answer.choices.expect("choices");
        choices.iter().map(|choice| choice["value"].as_str().unwrap().to_owned()).collect()
    }

    fn has(&self, _what: Feature) -> Result<(), &'static str> {
        Ok(())
    }

    fn limit_next(&mut self, secs: f64) {
        self.discord().rate_limit_next(Kind::CreateMessage, secs);
    }

    fn hang_up_after_next(&mut self) {
        self.discord().accept_then(Kind::CreateMessage, After::HangUp);
    }

    fn allow_posts(&mut self, is_allowed: bool) {
        let rights = self.discord().bot_permissions(self.channel);
        let rights = if is_allowed { rights | permission::SEND_MESSAGES } else { rights & !permission::SEND_MESSAGES };
        self.discord().set_bot_permissions(self.channel, rights);
    }

    fn delete_channel(&mut self) {
        self.discord().delete_channel(self.channel);
    }
}
