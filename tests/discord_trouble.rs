//! What goes wrong between the bot and Discord: nothing comes twice, nothing is lost, no place is given up
//! that still takes posts, and whoever can mend it hears what is wrong.

use tidings::model::delivery::{Delivery, DeliveryState};

use crate::contract::discord::{DiscordStage, stage};
use crate::contract::{Stage, Who};
use crate::world::discord::{ANNOUNCEMENTS, After, FORUM, Id, Input, Kind, Message, TEXT};
use crate::world::server::Served;
use crate::world::{hours, minutes};

const TEXT_OF_ITEM: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";

async fn with_feed(stage: &mut DiscordStage) -> Served {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    feed
}

async fn news(stage: &mut DiscordStage, feed: &Served, title: &str) {
    feed.publish_item(title, TEXT_OF_ITEM);
    stage.world().pass(hours(2)).await;
}

/// The admin says a word in a channel of their choice.
async fn say_in(stage: &DiscordStage, channel: Id, word: &str, options: &[(&str, Input)]) {
    let id = stage.discord().interact(stage.admin, channel, word, options);
    stage.discord().answer(id).await;
}

/// An announcement channel whose posts go to its followers.
async fn with_followers(stage: &mut DiscordStage) -> (Id, Served) {
    let channel = stage.discord().channel(stage.guild, "announcements", ANNOUNCEMENTS);
    say_in(stage, channel, "settings", &[("name", "crosspost".into()), ("value", "on".into())]).await;
    let feed = stage.world.server.feed("acme");
    feed.publish_item("Old", TEXT_OF_ITEM);
    (channel, feed)
}

async fn subscribe_in(stage: &DiscordStage, channel: Id, feed: &Served) {
    say_in(stage, channel, "subscribe", &[("what", feed.url().as_str().into())]).await;
}

fn posts_in(stage: &DiscordStage, channel: Id) -> Vec<Message> {
    stage.discord().messages(channel).into_iter().filter(|one| one.answers.is_none()).collect()
}

async fn newest_delivery(stage: &DiscordStage) -> Delivery {
    stage.world.store().deliveries(50).await.unwrap().into_iter().max_by_key(|one| one.sequence).unwrap()
}

async fn is_awake(stage: &DiscordStage) -> bool {
    stage.world.store().subscriptions().await.unwrap().iter().all(|one| one.pause.is_none())
}

#[tokio::test]
async fn a_wall_or_an_answer_without_a_code_buries_no_channel() {
    for status in [400, 401, 403, 404] {
        let mut stage = stage().await;
        let feed = with_feed(&mut stage).await;
        stage.discord().fail_next_with(Kind::CreateMessage, 1, status);
        news(&mut stage, &feed, "Through the wall").await;
        stage.world.pass(hours(1)).await;
        assert!(is_awake(&stage).await, "a page with {status}");
        assert_eq!(stage.posts().await.len(), 1, "a page with {status}");
    }
    for status in [403, 404] {
        let mut stage = stage().await;
        let feed = with_feed(&mut stage).await;
        stage.discord().refuse_next(Kind::CreateMessage, 1, status, 0);
        news(&mut stage, &feed, "No such path").await;
        stage.world.pass(hours(1)).await;
        assert!(is_awake(&stage).await, "{status} without a code");
        assert_eq!(stage.posts().await.len(), 1, "{status} without a code");
    }
}

#[tokio::test]
async fn a_wall_parks_the_token_for_every_channel() {
    let mut stage = stage().await;
    let other = stage.discord().channel(stage.guild, "other", TEXT);
    let feed = with_feed(&mut stage).await;
    subscribe_in(&stage, other, &feed).await;
    stage.discord().fail_next_with(Kind::CreateMessage, 50, 403);
    news(&mut stage, &feed, "Held up").await;
    let refused = stage.discord().refusals().iter().filter(|one| one.status == 403).count();
    assert!((1..=2).contains(&refused), "{refused} requests ran against the wall");
    stage.world.pass(minutes(4)).await;
    assert_eq!(stage.discord().refusals().iter().filter(|one| one.status == 403).count(), refused, "parked");
}

#[tokio::test]
async fn a_forum_that_asks_for_tags_is_told_to_its_owner() {
    let mut stage = stage().await;
    let forum = stage.discord().channel(stage.guild, "reading", FORUM);
    let feed = stage.world.server.feed("acme");
    subscribe_in(&stage, forum, &feed).await;
    stage.discord().refuse_next(Kind::CreateThread, 1, 400, 40067);
    news(&mut stage, &feed, "Untagged").await;
    stage.world.run_until_idle().await;
    assert!(!is_awake(&stage).await);
    stage.directs().await[0].says(&["Nothing can be posted to", "asks for a tag on each post"]);
}

#[tokio::test]
async fn rights_are_read_again_before_a_channel_is_given_up() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.discord().refuse_next(Kind::CreateMessage, 1, 403, 50013);
    news(&mut stage, &feed, "Allowed after all").await;
    stage.world.pass(minutes(30)).await;
    assert!(is_awake(&stage).await);
    assert_eq!(stage.posts().await.len(), 1);
}

#[tokio::test]
async fn a_text_that_a_filter_blocks_ends_alone() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    for code in [200_000, 240_000] {
        stage.discord().refuse_next(Kind::CreateMessage, 1, 400, code);
        news(&mut stage, &feed, &format!("Blocked by {code}")).await;
        assert!(matches!(newest_delivery(&stage).await.state, DeliveryState::Dead { .. }));
        assert!(is_awake(&stage).await && stage.posts().await.is_empty());
    }
    news(&mut stage, &feed, "Taken").await;
    assert_eq!(stage.posts().await.len(), 1);
}

#[tokio::test]
async fn the_end_of_an_interaction_is_not_the_end_of_the_token() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.discord().refuse_next(Kind::Callback, 1, 401, 50027);
    stage.discord().interact(stage.admin, stage.channel, "topics", &[]);
    stage.say(Who::Admin, "help", &[]).await;
    assert_eq!(stage.discord().refusals().iter().filter(|one| one.status == 401).count(), 1);
    feed.publish_item("At once", TEXT_OF_ITEM);
    stage.world.pass(hours(2)).await;
    assert_eq!(stage.posts().await.len(), 1);
}

#[tokio::test]
async fn a_channel_that_becomes_another_kind_is_noticed() {
    let mut stage = stage().await;
    let channel = stage.channel;
    stage.say(Who::Admin, "settings", &[("name", "crosspost"), ("value", "on")]).await;
    let feed = with_feed(&mut stage).await;
    news(&mut stage, &feed, "To a channel").await;
    stage.discord().turn_into(channel, ANNOUNCEMENTS);
    news(&mut stage, &feed, "To its followers").await;
    let posts = posts_in(&stage, channel);
    assert_eq!(posts.iter().map(|post| post.is_crossposted).collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn a_post_that_does_not_fit_the_channel_any_more_is_made_as_it_does() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.limit_next(90.0);
    news(&mut stage, &feed, "To a forum by now").await;
    // What the channel is was asked a minute ago.
    stage.discord().turn_into(stage.channel, FORUM);
    stage.world.pass(minutes(2)).await;
    let threads = stage.discord().threads(stage.channel);
    assert_eq!(threads.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["To a forum by now"]);
    assert!(is_awake(&stage).await);
}

/// A post is taken and nobody hears of it; the nonce is long forgotten when it is looked for.
async fn in_doubt(stage: &mut DiscordStage, feed: &Served, kind: Kind) {
    stage.discord().accept_then(kind, After::HangUp);
    feed.publish_item("Only once", TEXT_OF_ITEM);
    stage.world.pass(hours(2)).await;
}

#[tokio::test]
async fn doubt_is_resolved_in_a_busy_channel() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    in_doubt(&mut stage, &feed, Kind::CreateMessage).await;
    stage.discord().chatter(stage.channel, 450);
    stage.world.pass(hours(1)).await;
    assert!(matches!(newest_delivery(&stage).await.state, DeliveryState::Sent { receipt: Some(_), .. }));
    assert_eq!(posts_in(&stage, stage.channel).len(), 451);
}

#[tokio::test]
async fn a_long_look_goes_on_where_the_rate_limit_ended_it() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    // The post did not arrive, and many others did: all of them have to be looked at.
    stage.discord().fail_next_with(Kind::CreateMessage, 1, 502);
    feed.publish_item("Only once", TEXT_OF_ITEM);
    stage.world.pass(hours(2)).await;
    stage.discord().chatter(stage.channel, 450);
    stage.discord().limit_rates(2, 5.0, 50);
    for _ in 0..6 {
        stage.world.pass(minutes(2)).await;
    }
    assert_eq!(posts_in(&stage, stage.channel).len(), 451);
    assert_eq!(stage.discord().accepted(Kind::ReadMessages).len(), 5, "each page once");
}

#[tokio::test]
async fn what_cannot_be_looked_through_is_a_dead_letter_and_comes_never_twice() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.discord().fail_next_with(Kind::CreateMessage, 1, 502);
    feed.publish_item("Only once", TEXT_OF_ITEM);
    stage.world.pass(hours(2)).await;
    stage.discord().chatter(stage.channel, 1100);
    stage.world.pass(hours(1)).await;
    let delivery = newest_delivery(&stage).await;
    assert!(matches!(&delivery.state, DeliveryState::Dead { reason, .. } if reason.contains("may have arrived")));
    assert_eq!(posts_in(&stage, stage.channel).len(), 1100);
    news(&mut stage, &feed, "The next").await;
    assert_eq!(posts_in(&stage, stage.channel).len(), 1101);
}

#[tokio::test]
async fn doubt_is_resolved_in_a_forum_whose_threads_sleep() {
    let mut stage = stage().await;
    let forum = stage.discord().channel(stage.guild, "reading", FORUM);
    let feed = stage.world.server.feed("acme");
    subscribe_in(&stage, forum, &feed).await;
    in_doubt(&mut stage, &feed, Kind::CreateThread).await;
    let (thread, _) = stage.discord().threads(forum)[0];
    stage.discord().fall_asleep(thread);
    stage.world.pass(hours(1)).await;
    assert_eq!(stage.discord().threads(forum).len(), 1);
    assert!(matches!(newest_delivery(&stage).await.state, DeliveryState::Sent { receipt: Some(_), .. }));
}

#[tokio::test]
async fn doubt_is_resolved_for_the_plain_form() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.discord().refuse_next(Kind::CreateMessage, 1, 400, 50035);
    in_doubt(&mut stage, &feed, Kind::CreateMessage).await;
    stage.world.pass(hours(1)).await;
    assert_eq!(stage.posts().await.len(), 1);
    assert!(matches!(newest_delivery(&stage).await.state, DeliveryState::Sent { receipt: Some(_), .. }));
}

#[tokio::test]
async fn followers_get_a_post_whatever_happens_on_the_way() {
    for trouble in 0..4 {
        let mut stage = stage().await;
        let (channel, feed) = with_followers(&mut stage).await;
        subscribe_in(&stage, channel, &feed).await;
        match trouble {
            0 => stage.discord().accept_then(Kind::CreateMessage, After::HangUp),
            1 => stage.discord().rate_limit_next(Kind::Crosspost, 600.0),
            2 => stage.discord().hang_up_on_next(Kind::Crosspost),
            _ => stage.discord().accept_then(Kind::Crosspost, After::HangUp),
        }
        news(&mut stage, &feed, "For followers").await;
        stage.world.pass(minutes(5)).await;
        stage.world.pass(minutes(10)).await;
        let posts = posts_in(&stage, channel);
        assert_eq!(posts.len(), 1, "trouble {trouble}");
        assert!(posts[0].is_crossposted, "trouble {trouble}");
        assert!(matches!(newest_delivery(&stage).await.state, DeliveryState::Sent { .. }), "trouble {trouble}");
    }
}

#[tokio::test]
async fn a_post_that_may_not_be_published_stands() {
    let mut stage = stage().await;
    let (channel, feed) = with_followers(&mut stage).await;
    subscribe_in(&stage, channel, &feed).await;
    stage.discord().refuse_next(Kind::Crosspost, 1, 403, 50013);
    news(&mut stage, &feed, "For this place").await;
    stage.world.pass(hours(1)).await;
    let posts = posts_in(&stage, channel);
    assert_eq!((posts.len(), posts[0].is_crossposted), (1, false));
    assert!(is_awake(&stage).await);
    assert!(matches!(newest_delivery(&stage).await.state, DeliveryState::Sent { .. }));
}

#[tokio::test]
async fn old_cards_and_recaps_go_to_followers_too() {
    let mut stage = stage().await;
    let (channel, feed) = with_followers(&mut stage).await;
    let options = [("what", feed.url().as_str().into()), ("backfill", 1.into())];
    say_in(&stage, channel, "subscribe", &options).await;
    stage.world.run_until_idle().await;
    let posts = posts_in(&stage, channel);
    assert_eq!((posts.len(), posts[0].is_crossposted), (1, true), "an old card");
    let when = "weekly tuesday 09:00 Europe/Berlin";
    say_in(&stage, channel, "digest schedule", &[("when", when.into())]).await;
    news(&mut stage, &feed, "In the week").await;
    stage.world.pass(hours(24)).await;
    let posts = posts_in(&stage, channel);
    assert_eq!(posts.len(), 3, "a card and the recap");
    assert!(posts.iter().all(|post| post.is_crossposted));
}

#[tokio::test]
async fn a_mention_that_calls_nobody_is_refused_where_it_is_set() {
    let mut stage = stage().await;
    with_feed(&mut stage).await;
    let everybody = format!("1 <@&{}>", stage.guild);
    for wrong in ["1 @everyone", "1 @here", "1 security", "1 <@1>", "1 <@&x>", everybody.as_str()] {
        let answer = stage.say(Who::Admin, "settings", &[("name", "mention"), ("value", wrong)]).await;
        assert!(!answer.text.contains("Posts of subscription 1 call"), "{wrong}: {}", answer.text);
        answer.says(&["role"]);
    }
    let off = stage.say(Who::Admin, "settings", &[("name", "mention"), ("value", "1 off")]).await;
    off.says(&["call nobody"]);
}

#[tokio::test]
async fn the_roles_of_all_subscriptions_that_want_a_card_are_called() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.say(Who::Admin, "subscribe", &[("what", "all")]).await.says(&["Subscription 2"]);
    let roles = ["one", "other"].map(|name| stage.discord().role(stage.guild, name, 0));
    for (number, role) in roles.iter().enumerate() {
        let value = format!("{} <@&{role}>", number + 1);
        stage.say(Who::Admin, "settings", &[("name", "mention"), ("value", &value)]).await;
    }
    news(&mut stage, &feed, "For two roles").await;
    let posts = posts_in(&stage, stage.channel);
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0].pings.roles.iter().copied().collect::<Vec<_>>(), roles);
}

#[tokio::test]
async fn what_was_imported_is_posted() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    let opml = stage.say(Who::Admin, "export", &[]).await.file.unwrap();
    let question = stage.say(Who::Admin, "unsubscribe", &[("what", "1")]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["has ended"]);
    let question = stage.say(Who::Admin, "import", &[("file", &opml)]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["taken over"]);
    stage.world.pass(hours(3)).await;
    feed.publish_item("News", TEXT_OF_ITEM);
    stage.world.pass(hours(30)).await;
    assert_eq!(stage.posts().await.len(), 1);
}
