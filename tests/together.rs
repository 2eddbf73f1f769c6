//! One process on Discord, Slack and Telegram at once: one item reaches three subscriptions with filters
//! and looks of their own, in order and within the limits, whatever goes wrong on each of the three.

use tidings::model::delivery::DeliveryState;

use crate::cli::{Bot, command, config, out};
use crate::world::discord::Discord;
use crate::world::server::FeedServer;
use crate::world::slack::Slack;
use crate::world::telegram::{ChatId, Method, Telegram, TopicId, UserId, right};
use crate::world::{World, discord, hours, minutes, slack, telegram};

/// Three communities, each with an admin, and the bot in all of them.
pub struct Three {
    pub world: World,
    discord: (discord::Id, discord::Id),
    slack: (slack::Id, slack::Id),
    telegram: (UserId, ChatId, TopicId),
}

pub async fn three() -> Three {
    let world = World::everywhere().await;
    let there = world.discord.as_ref().unwrap();
    let guild = there.guild("Town");
    let channel = there.channel(guild, "news", discord::TEXT);
    let discord = (there.member(guild, "alice", discord::permission::MANAGE_CHANNELS), channel);
    let there = world.slack.as_ref().unwrap();
    let admin = there.person("bob", slack::Role::Admin);
    let slack = (admin, there.channel("news", admin));
    let there = world.telegram.as_ref().unwrap();
    let group = there.forum("Town");
    let telegram = (there.administrator(group, "carol", &[right::CHANGE_INFO]), group, there.topic(group, "News"));
    Three { world, discord, slack, telegram }
}

impl Three {
    /// Each subscribes in its own way.
    pub async fn subscribe(&self, url: &str, filters: [&str; 3]) {
        let [of_discord, of_slack, of_telegram] = filters;
        let (admin, channel) = self.discord;
        let there = self.world.discord.as_ref().unwrap();
        let options = [("what", discord::Input::Text(url.into())), ("filter", discord::Input::Text(of_discord.into()))];
        there.answer(there.interact(admin, channel, "subscribe", &options)).await;
        let (admin, channel) = self.slack;
        let there = self.world.slack.as_ref().unwrap();
        let line = format!("subscribe {url} filter:{of_slack}");
        there
            .answer_when(there.say_command(admin, channel, "/tidings", &line), |answer| {
                answer.words().contains("Subscription 1")
            })
            .await;
        let (admin, chat, topic) = self.telegram;
        let there = self.world.telegram.as_ref().unwrap();
        let line = format!("/subscribe {url} filter:{of_telegram}");
        there
            .answer_when(there.say(admin, (chat, topic), &line), |answer| answer.text().contains("Subscription 1"))
            .await;
    }

    /// The cards of each place in the order in which they stand there, by what they are about.
    fn posts(&self, about: &[&'static str]) -> [Vec<&'static str>; 3] {
        let named = |text: String| about.iter().find(|title| text.contains(**title)).copied();
        let there = self.world.discord.as_ref().unwrap();
        let on_discord = there.messages(self.discord.1).into_iter().filter(|one| one.answers.is_none());
        let on_slack = self.world.slack.as_ref().unwrap().messages(self.slack.1);
        let on_telegram = self.world.telegram.as_ref().unwrap().messages((self.telegram.1, self.telegram.2));
        let is_card =
            |markup: &Option<serde_json::Value>| markup.as_ref().is_some_and(|one| one.to_string().contains("1:w:"));
        [
            on_discord.filter_map(|one| named(one.body["embeds"][0]["title"].to_string())).collect(),
            on_slack.into_iter().filter_map(|one| named(one.text)).collect(),
            on_telegram.into_iter().filter(|one| is_card(&one.markup)).filter_map(|one| named(one.text)).collect(),
        ]
    }

    async fn until_all_is_sent(&mut self) {
        for _ in 0..40 {
            self.world.pass(minutes(2)).await;
            let deliveries = self.world.store().deliveries(100).await.unwrap();
            if deliveries.iter().all(|one| matches!(one.state, DeliveryState::Sent { .. })) {
                return;
            }
        }
        panic!("{:#?}", self.world.store().deliveries(100).await.unwrap());
    }
}

const TEXT: &str = "A critical vulnerability was found in the gateway, and hackers exploit it to run code.";
const CALM: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";

#[tokio::test]
async fn one_item_reaches_three_platforms_through_limits_and_broken_connections() {
    let mut three = three().await;
    let feed = three.world.server.feed("acme");
    three.subscribe(&feed.url(), ["topic:security", "title:flaw OR title:machine", "title:machine"]).await;
    feed.publish_item("A flaw in the machine", TEXT);
    three.world.discord.as_ref().unwrap().rate_limit_next(discord::Kind::CreateMessage, 40.0);
    three.world.slack.as_ref().unwrap().rate_limit_next("chat.postMessage", 40.0);
    three.world.telegram.as_ref().unwrap().rate_limit_next(Method::Send, 40);
    three.world.pass(hours(1)).await;
    assert_eq!(three.posts(&["A flaw"]), [const { Vec::<&str>::new() }; 3], "all of them were told to wait");
    for (title, text) in [("A second flaw", TEXT), ("The machine again", CALM), ("Weather", CALM)] {
        feed.publish_item(title, text);
    }
    // Taken, and the connection dies before the answer: both can be asked. Telegram cannot, so there it
    // dies before anything is taken.
    three.world.discord.as_ref().unwrap().accept_then(discord::Kind::CreateMessage, discord::After::HangUp);
    three.world.slack.as_ref().unwrap().accept_then("chat.postMessage", slack::After::HangUp);
    three.world.telegram.as_ref().unwrap().hang_up_on_next(Method::Send);
    three.world.pass(hours(1)).await;
    three.until_all_is_sent().await;
    let all = ["A flaw", "A second", "The machine", "Weather"];
    assert_eq!(
        three.posts(&all),
        [vec!["A flaw", "A second"], vec!["A flaw", "A second", "The machine"], vec!["A flaw", "The machine"]]
    );
}

#[tokio::test]
async fn what_breaks_one_platform_holds_up_no_other() {
    let mut three = three().await;
    let feed = three.world.server.feed("acme");
    three.subscribe(&feed.url(), ["news", "news", "news"]).await;
    three.world.slack.as_ref().unwrap().revoke_token("token_revoked");
    three.world.telegram.as_ref().unwrap().rate_limit_chat(three.telegram.1, 43_838);
    feed.publish_item("Some news", CALM);
    three.world.pass(hours(1)).await;
    assert_eq!(three.posts(&["Some news"]), [vec!["Some news"], vec![], vec![]]);
    three.world.slack.as_ref().unwrap().restore_tokens();
    three.world.pass(hours(1)).await;
    assert_eq!(three.posts(&["Some news"]), [vec!["Some news"], vec!["Some news"], vec![]]);
    three.world.pass(hours(12)).await;
    assert_eq!(three.posts(&["Some news"]), ["Some news"; 3].map(|title| vec![title]));
}

/// The program itself, as people run it: its own clock, gateway, sockets and polls.
#[tokio::test]
async fn the_program_serves_three_platforms_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = FeedServer::start().await;
    let feed = server.feed("acme");
    let (on_discord, on_slack, on_telegram) = (Discord::start().await, Slack::start().await, Telegram::start().await);
    let guild = on_discord.guild("Town");
    let (alice, channel) =
        (on_discord.member(guild, "alice", discord::permission::MANAGE_CHANNELS), on_discord.channel(guild, "news", 0));
    let bob = on_slack.person("bob", slack::Role::Admin);
    let room = on_slack.channel("news", bob);
    let group = on_telegram.supergroup("Town");
    let carol = on_telegram.administrator(group, "carol", &[right::CHANGE_INFO]);
    let more = format!(
        "[terminal]\nenabled = false\n[discord]\napi_url = \"{}\"\n[slack]\napi_url = \"{}\"\n[telegram]\napi_url = \"{}\"",
        on_discord.url(),
        on_slack.url(),
        on_telegram.url()
    );
    config(folder.path(), &[], &more);
    let tidings = |word: &str| {
        let mut tidings = command(folder.path());
        tidings.arg(word).env("DISCORD_TOKEN", discord::TOKEN).env("SLACK_BOT_TOKEN", slack::BOT_TOKEN);
        tidings.env("SLACK_APP_TOKEN", slack::APP_TOKEN).env("TELEGRAM_TOKEN", telegram::TOKEN);
        tidings
    };
    let bot = Bot::of(tidings("run"));
    on_discord.gateway_when("the bot to be connected", |stats| stats.ready > 0).await;
    on_slack.connected(1).await;
    on_telegram.connected().await;
    feed.publish_item("Some news", CALM);
    let what = [("what", discord::Input::Text(feed.url())), ("backfill", discord::Input::Whole(1))];
    on_discord.answer(on_discord.interact(alice, channel, "subscribe", &what)).await;
    let line = format!("subscribe {} backfill:1", feed.url());
    on_slack.answer(on_slack.say_command(bob, room, "/tidings", &line)).await;
    on_telegram.answer(on_telegram.say(carol, group, &format!("/{line}"))).await;
    let is_card = |text: &str| text.contains("Some news") && text.contains("What changed");
    on_slack.messages_when(room, 1).await;
    on_telegram.messages_when(group, 2).await;
    on_discord.messages_when(channel, 1).await;
    let posts = on_discord.messages(channel).into_iter().filter(|one| one.answers.is_none());
    assert_eq!(posts.filter(|one| is_card(&one.body.to_string())).count(), 1);
    assert!(is_card(&on_slack.messages(room)[0].words));
    assert_eq!(on_telegram.messages(group).iter().filter(|one| is_card(&one.text)).count(), 1);
    // The doctor asks the running bot where it posts, and each platform what may be done there.
    let findings = out(&tidings("doctor").output().await.unwrap());
    for place in ["ok       discord    discord:", "ok       slack      slack:", "ok       telegram   telegram:"] {
        assert!(findings.contains(place), "{place} is not in:\n{findings}");
    }
    assert!(!findings.contains("PROBLEM  slack") && !findings.contains("PROBLEM  discord"), "{findings}");
    bot.signal("-TERM");
    let (code, said) = bot.end().await;
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
}
