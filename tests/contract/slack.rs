//! Slack as a stage: the real client libraries against the simulated Slack.

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::SignedDuration;
use serde_json::Value;
use tidings::model::delivery::{Delivery, DeliveryState};

use super::{Feature, Shown, Stage, Who, as_line};
use crate::world::World;
use crate::world::slack::{After, Answer, BOT, Fill, Id, InteractionId, Message, Role, Slack, Ts};

pub const POST: &str = "chat.postMessage";

pub struct SlackStage {
    pub world: World,
    pub channel: Id,
    pub admin: Id,
    pub guest: Id,
    seen: HashSet<Ts>,
}

pub async fn stage() -> SlackStage {
    on(World::on_slack("").await)
}

/// A workspace with a channel, an admin and a member, and the bot in it.
pub fn on(world: World) -> SlackStage {
    let slack = world.slack.as_ref().unwrap();
    // Stories stand still in time, so methods take more at one moment than they would.
    slack.limit_method("*", 10_000);
    let admin = slack.person("alice", Role::Admin);
    let guest = slack.member("bob");
    let channel = slack.channel("news", admin);
    slack.join(channel, guest);
    SlackStage { world, channel, admin, guest, seen: HashSet::new() }
}

pub fn shown(message: &Message) -> Shown {
    let button = |control: &Value| {
        let id = control["action_id"].as_str().unwrap_or_default().to_owned();
        (control["text"]["text"].as_str().unwrap_or_default().to_owned(), id)
    };
    Shown {
        text: message.words.split_whitespace().collect::<Vec<_>>().join(" "),
        buttons: message.controls().iter().map(button).collect(),
        is_private: message.is_ephemeral(),
        id: message.ts.0,
        file: message.files.iter().find_map(|file| String::from_utf8(file.bytes.clone()).ok()),
        answers: message.thread.map(|ts| ts.0),
        has_picture: message.files.iter().any(|file| file.name.ends_with(".png")),
    }
}

fn joined(messages: &[Message]) -> Shown {
    let all = messages.iter().map(shown);
    all.reduce(|mut all, more| {
        all.text.push(' ');
        all.text.push_str(&more.text);
        // What can be pressed stands on the last part.
        (all.buttons, all.id) = if more.buttons.is_empty() { (all.buttons, all.id) } else { (more.buttons, more.id) };
        all.file = all.file.or(more.file);
        all.has_picture |= more.has_picture;
        all
    })
    .expect("an answer with words")
}

/// How many messages an answer says that it has.
fn parts(first: &Message) -> usize {
    let said = first.words.rsplit_once("Part 1 of ").map(|(_, count)| count);
    said.and_then(|count| count.trim().parse().ok()).unwrap_or(1)
}

impl SlackStage {
    pub fn slack(&self) -> &Slack {
        self.world.slack.as_ref().unwrap()
    }

    pub fn person(&self, who: Who) -> Id {
        match who {
            Who::Admin => self.admin,
            Who::Guest => self.guest,
        }
    }

    /// The whole answer to something that was done.
    pub async fn answer(&mut self, id: InteractionId) -> Shown {
        let Answer { messages, error, .. } = self.slack().answer(id).await;
        assert_eq!(error, None);
        let count = parts(messages.first().expect("words"));
        let whole = self.slack().answer_when(id, |answer| answer.messages.len() >= count).await;
        joined(&whole.messages)
    }

    pub async fn command(&mut self, who: Who, text: &str) -> Shown {
        let id = self.slack().say_command(self.person(who), self.channel, "/tidings", text);
        self.answer(id).await
    }

    /// Says a word without arguments, which opens its form.
    pub async fn form(&mut self, who: Who, text: &str) -> Id {
        let id = self.slack().say_command(self.person(who), self.channel, "/tidings", text);
        self.slack().answer(id).await.modal.expect("a form").id
    }

    /// Fills a form in; the answer comes to whoever asked for it, by the address of the command.
    pub async fn send(&mut self, who: Who, view: Id, fills: &[(&str, Fill)]) -> Shown {
        let before = self.slack().ephemerals(self.person(who), self.channel).len();
        let answer = self.slack().answer(self.slack().submits(view, fills)).await;
        assert_eq!((answer.errors, answer.error), (None, None));
        let (person, channel) = (self.person(who), self.channel);
        let messages = self.slack().ephemerals_when(person, channel, before + 1).await;
        joined(&messages[before..])
    }

    pub fn unseen(&mut self, channel: Id) -> Vec<Message> {
        let all = self.slack().messages(channel);
        // Insights stand in threads as well.
        let is_delivery = |one: &Message| one.thread.is_none() || one.metadata["event_type"] == "tidings_delivery";
        let is_post = |one: &Message| one.author == BOT && one.answers.is_none() && is_delivery(one);
        all.into_iter().filter(|one| is_post(one) && self.seen.insert(one.ts)).collect()
    }

    /// A channel takes a message a second: as many of them pass as messages wait for it.
    pub async fn a_few_seconds(&mut self) {
        const SECONDS_MAX: usize = 10;
        for _ in 0..SECONDS_MAX {
            let soon = self.world.now() + SignedDuration::from_secs(2);
            let deliveries = self.world.store().deliveries(usize::MAX).await.unwrap();
            let waits = |one: &Delivery| matches!(one.state, DeliveryState::Queued { due, .. } if due <= soon);
            if !deliveries.iter().any(waits) {
                return;
            }
            self.world.pass(SignedDuration::from_secs(1)).await;
        }
    }
}

#[async_trait]
impl Stage for SlackStage {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    async fn say(&mut self, who: Who, word: &str, arguments: &[(&str, &str)]) -> Shown {
        if let [("file", text)] = arguments {
            let file = self.slack().file(self.person(who), "feeds.opml", text.as_bytes());
            let view = self.form(who, word).await;
            return self.send(who, view, &[("file", file.into())]).await;
        }
        let line = as_line(word, arguments);
        let answer = self.command(who, &line).await;
        let direct = self.slack().dm(self.person(who));
        let file = self.slack().messages(direct).iter().rev().map(shown).find_map(|message| message.file);
        Shown { file: file.filter(|_| word == "export"), ..answer }
    }

    async fn press(&mut self, who: Who, on: &Shown, label: &str) -> Shown {
        let button = on.buttons.iter().find(|(own, _)| own.contains(label));
        let (_, action) = button.unwrap_or_else(|| panic!("no button \"{label}\" among {:?}", on.buttons));
        let before = self.slack().messages(self.channel).len();
        let id = self.slack().press(self.person(who), Ts(on.id), action);
        if label != "Insight" {
            return self.answer(id).await;
        }
        let all = self.slack().messages_when(self.channel, before + 1).await;
        let count = parts(&all[before]);
        let all = self.slack().messages_when(self.channel, before + count).await;
        let replies = &all[before..];
        assert!(replies.iter().all(|reply| reply.thread == Some(Ts(on.id)) && !reply.is_broadcast));
        joined(replies)
    }

    async fn posts(&mut self) -> Vec<Shown> {
        self.a_few_seconds().await;
        self.unseen(self.channel).iter().map(shown).collect()
    }

    async fn now(&mut self, on: &Shown) -> Shown {
        let all = self.slack().messages(self.channel);
        shown(all.iter().find(|one| one.ts.0 == on.id).expect("the message is still there"))
    }

    async fn hears(&mut self, word: &str, arguments: &[(&str, &str)], count: usize, has_picture: bool) -> Vec<Shown> {
        let direct = self.slack().dm(self.admin);
        let before = [self.channel, direct].map(|place| self.slack().messages(place).len());
        let line = as_line(word, arguments);
        let id = self.slack().say_command(self.admin, self.channel, "/tidings", &line);
        let answer = self.slack().answer_when(id, |answer| answer.messages.len() >= count).await;
        let mut said: Vec<Shown> = answer.messages.iter().map(shown).collect();
        if has_picture {
            // It comes behind its words; that of an answer to one alone comes to their own conversation.
            let (place, others) = match said[0].is_private {
                true => (direct, before[1]),
                false => (self.channel, before[0] + count),
            };
            let all = self.slack().messages_when(place, others + 1).await;
            said.extend(all.iter().map(shown).rfind(|one| one.has_picture));
            self.seen.extend(all.iter().map(|one| one.ts));
        }
        said
    }

    async fn directs(&mut self) -> Vec<Shown> {
        self.a_few_seconds().await;
        let channel = self.slack().dm(self.admin);
        self.unseen(channel).iter().filter(|message| message.files.is_empty()).map(shown).collect()
    }

    async fn completions(&mut self, word: &str, argument: &str, typed: &str) -> Vec<String> {
        let view = self.form(Who::Admin, word).await;
        let answer = self.slack().answer(self.slack().suggests(view, argument, typed)).await;
        let options = answer.options.expect("suggestions");
        let values = options.iter().map(|option| option["value"].as_str().unwrap().to_owned());
        // What is typed is always one of them.
        values.filter(|value| value != typed).collect()
    }

    fn has(&self, what: Feature) -> Result<(), &'static str> {
        match what {
            Feature::OthersButtons => Err("on Slack nobody else sees what was said to somebody alone"),
            _ => Ok(()),
        }
    }

    fn limit_next(&mut self, secs: f64) {
        self.slack().rate_limit_next(POST, secs);
    }

    fn hang_up_after_next(&mut self) {
        self.slack().accept_then(POST, After::HangUp);
    }

    fn hang_up_after_next_edit(&mut self) {
        self.slack().accept_then("chat.update", After::HangUp);
    }

    fn delete_post(&mut self, on: &Shown) {
        self.slack().delete_message(Ts(on.id));
    }

    fn forbid_pictures(&mut self) {
        self.slack().remove_scope("files:write");
    }

    fn block_directs(&mut self, is_blocked: bool) {
        match is_blocked {
            true => self.slack().disable_dms(),
            false => self.slack().enable_dms(),
        }
    }

    fn delete_channel(&mut self) {
        self.slack().delete_channel(self.channel);
    }

    fn allow_posts(&mut self, is_allowed: bool) {
        match is_allowed {
            true => drop(self.slack().invite_bot(self.channel, self.admin)),
            false => self.slack().kick_bot(self.channel),
        }
    }
}
