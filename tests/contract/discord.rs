//! Discord as a stage: the real client library against the simulated Discord.

use std::collections::HashSet;

use async_trait::async_trait;
use serde_json::Value;

use super::markdown::{Mark, render};
use super::{Feature, Shown, Stage, Who};
use crate::world::World;
use crate::world::discord::{After, Answer, Discord, Id, Input, InteractionId, Kind, Message, TEXT, permission};

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

/// The words of a message as they are shown, in the order in which they are shown. Fails when
/// anything is alive in it that the bot never makes alive.
fn text_of(body: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut parts = vec![read(&text(&body["content"]), true)];
    for embed in body["embeds"].as_array().into_iter().flatten() {
        // Names of authors and footers know no markdown.
        parts.extend([text(&embed["author"]["name"]), read(&text(&embed["title"]), false)]);
        parts.extend([text(&embed["url"]), read(&text(&embed["description"]), false)]);
        for field in embed["fields"].as_array().into_iter().flatten() {
            parts.extend([read(&text(&field["name"]), false), read(&text(&field["value"]), false)]);
        }
        parts.push(text(&embed["footer"]["text"]));
    }
    parts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One text as it is shown. Stories let hostile text lead to evil.example, which nothing leads to.
fn read(text: &str, is_content: bool) -> String {
    let rendered = render(text);
    for (mark, inner) in &rendered.marks {
        let is_ours = match mark {
            Mark::Bold | Mark::Box | Mark::Quote => true,
            Mark::Italic => inner.starts_with('(') && inner.ends_with(')'),
            Mark::Link(url) => !url.contains("evil.example"),
            // Roles that are called, and the address in the plain form.
            Mark::Mention | Mark::Address => is_content && !inner.contains("evil.example") && inner != "@everyone",
            Mark::Underline | Mark::Strike | Mark::Spoiler | Mark::Code => false,
            Mark::Heading | Mark::Subtext | Mark::Bullet => false,
        };
        assert!(is_ours, "{mark:?} is alive around \"{inner}\" in:\n{text}");
    }
    rendered.text
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
        file: message.files.iter().find_map(|file| String::from_utf8(file.bytes.clone()).ok()),
        answers: message.replies_to,
        has_picture: has_picture(message),
    }
}

/// Whether it shows a picture that came along with it.
fn has_picture(message: &Message) -> bool {
    let image = message.body["embeds"][0]["image"]["url"].as_str().unwrap_or_default();
    let name = image.strip_prefix("attachment://");
    name.is_some_and(|name| message.files.iter().any(|file| file.name == name))
}

fn joined(answer: &Answer) -> Shown {
    let first = shown(answer.message.as_ref().expect("an answer with words"));
    answer.followups.iter().map(shown).fold(first, |mut all, more| {
        all.text.push(' ');
        all.text.push_str(&more.text);
        all.buttons.extend(more.buttons);
        all.file = all.file.or(more.file);
        all.has_picture |= more.has_picture;
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

    fn interact(&self, who: Who, word: &str, arguments: &[(&str, &str)]) -> InteractionId {
        let options: Vec<(&str, Input)> = arguments
            .iter()
            .map(|(name, value)| match *name {
                "backfill" => (*name, Input::Whole(value.parse().unwrap())),
                "to" => (*name, Input::Channel(value.parse().unwrap())),
                "file" => (*name, Input::File("feeds.opml".to_owned(), value.as_bytes().to_vec())),
                _ => (*name, Input::Text((*value).to_owned())),
            })
            .collect();
        self.discord().interact(self.person(who), self.channel, word, &options)
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
        let id = self.interact(who, word, arguments);
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

    async fn now(&mut self, on: &Shown) -> Shown {
        let all = self.discord().messages(self.channel);
        shown(all.iter().find(|one| one.id == on.id).expect("the message is still there"))
    }

    async fn hears(&mut self, word: &str, arguments: &[(&str, &str)], count: usize, _has_picture: bool) -> Vec<Shown> {
        let id = self.interact(Who::Admin, word, arguments);
        let answer = self.discord().answer_when(id, |answer| answer.followups.len() + 1 >= count).await;
        answer.message.iter().chain(&answer.followups).map(shown).collect()
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

    fn hang_up_after_next_edit(&mut self) {
        self.discord().accept_then(Kind::EditMessage, After::HangUp);
    }

    fn delete_post(&mut self, on: &Shown) {
        self.discord().delete_message(on.id);
    }

    fn forbid_pictures(&mut self) {
        let rights = self.discord().bot_permissions(self.channel);
        self.discord().set_bot_permissions(self.channel, rights & !permission::ATTACH_FILES);
    }

    fn block_directs(&mut self, is_blocked: bool) {
        match is_blocked {
            true => self.discord().block_dms(self.admin),
            false => self.discord().allow_dms(self.admin),
        }
    }

    fn delete_channel(&mut self) {
        self.discord().delete_channel(self.channel);
    }
}
