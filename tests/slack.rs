//! What only Slack has: one command and its forms, threads, a Home tab, signed requests, sockets that
//! break, a history that can be asked.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tidings::model::delivery::DeliveryState;
use tidings::model::subscription::Address;

use crate::contract::slack::{POST, SlackStage, on, shown, stage};
use crate::contract::{Stage, Who};
use crate::world::server::Served;
use crate::world::slack::{APP_TOKEN, After, BOT_TOKEN, Fill, Id, Role, Slack, Ts};
use crate::world::{World, hours, minutes};

const TEXT_OF_ITEM: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";
const FLAW: &str = "Acme fixed CVE-2026-4711, a critical vulnerability that attackers exploit in the wild to run code. \
    The flaw affects all versions before 4.2 and could allow attackers to read every message that passes. \
    Administrators should install the update immediately. Acme will end support for version 3 in March 2027.";

async fn with_feed(stage: &mut SlackStage) -> Served {
    let feed = stage.world.server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    feed
}

async fn news(stage: &mut SlackStage, feed: &Served, title: &str) {
    feed.publish_item(title, TEXT_OF_ITEM);
    stage.world.pass(hours(2)).await;
    stage.a_few_seconds().await;
}

fn fill(text: &str) -> Fill {
    Fill::from(text)
}

#[tokio::test]
async fn the_story_of_an_admin_from_the_invitation_to_the_export() {
    let mut stage = stage().await;
    let feed = stage.world.server.feed("acme");
    feed.publish_item("An old flaw", FLAW);
    let answer = stage.command(Who::Admin, &format!("subscribe {} filter:topic:security", feed.url())).await;
    answer.says(&["acme", "filter topic:security", "would have been posted", "An old flaw"]);
    assert!(answer.is_private && stage.posts().await.is_empty());

    feed.publish_item("Acme fixes exploited gateway flaw", FLAW);
    stage.world.pass(hours(2)).await;
    let cards = stage.posts().await;
    assert_eq!(cards.len(), 1);
    cards[0].says(&["Acme fixes exploited gateway flaw", "Enterprise & Security Teams", "What changed"]);
    stage.press(Who::Guest, &cards[0], "Why").await.says(&["would-deliver", "\"topic:security\" matched \"security\""]);
    let choice = stage.press(Who::Admin, &cards[0], "Mute").await;
    stage.press(Who::Admin, &choice, "Source").await.says(&["source:acme is muted"]);
    stage.command(Who::Admin, "unmute source:acme").await.says(&["is heard here again"]);
    let file = stage.say(Who::Admin, "export", &[]).await.file.unwrap();
    assert!(file.contains("acme.xml") && file.contains("topic:security"), "{file}");
    stage.command(Who::Guest, "").await.says(&["What can be said"]);
}

#[tokio::test]
async fn a_card_is_made_of_slacks_own_blocks() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    feed.publish_item("Acme fixes exploited gateway flaw", FLAW);
    stage.world.pass(hours(2)).await;
    let card = stage.unseen(stage.channel).pop().unwrap();
    let mut body = Value::Object(card.body.clone());
    for volatile in ["channel", "metadata"] {
        assert!(body[volatile].is_string() || body[volatile]["event_payload"]["delivery"].is_string());
        body[volatile] = json!("...");
    }
    let text = serde_json::to_string_pretty(&body).unwrap();
    let ids = regex::Regex::new("1:([iwmun]):[0-9a-f]+").unwrap();
    insta::assert_snapshot!("slack_card", ids.replace_all(&text, "1:$1:ITEM"));
}

#[tokio::test]
async fn an_answer_has_a_native_table_and_buttons() {
    let mut stage = stage().await;
    with_feed(&mut stage).await;
    let id = stage.slack().say_command(stage.admin, stage.channel, "/tidings", "subscriptions");
    let listed = stage.slack().answer(id).await.messages.remove(0);
    let id = stage.slack().say_command(stage.admin, stage.channel, "/tidings", "unsubscribe 1");
    let question = stage.slack().answer(id).await.messages.remove(0);
    let bare = |body: &serde_json::Map<String, Value>| serde_json::to_string_pretty(&body["blocks"]).unwrap();
    let text = format!("{}\n{}", bare(&listed.body), bare(&question.body));
    let text = regex::Regex::new("1:(yes|no):[0-9a-f]+").unwrap().replace_all(&text, "1:$1:TOKEN").into_owned();
    let text = regex::Regex::new(r"127\.0\.0\.1:\d+").unwrap().replace_all(&text, "127.0.0.1:PORT").into_owned();
    insta::assert_snapshot!("slack_answer", text);
}

#[tokio::test]
async fn cards_call_nobody_unless_somebody_was_named() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    news(&mut stage, &feed, "<!channel> <!here> <@U0SIM00002> @here @alice &lt;!everyone&gt; *bold* :tada:").await;
    let cards = stage.unseen(stage.channel);
    assert_eq!(cards.len(), 1);
    assert!(cards[0].pings.is_empty(), "{:?}", cards[0].pings);
    assert_eq!((&cards[0].body["link_names"], &cards[0].body["parse"]), (&json!(false), &json!("none")));
    assert!(cards[0].words.contains("<!channel> <!here> <@U0SIM00002> @here @alice"), "{}", cards[0].words);

    stage.command(Who::Admin, "settings mention 1 @alice").await.says(&["Posts of subscription 1 call"]);
    news(&mut stage, &feed, "@bob is not called").await;
    let card = stage.unseen(stage.channel).pop().unwrap();
    assert_eq!(card.pings.users.iter().cloned().collect::<Vec<_>>(), [stage.admin.to_string()]);
    assert!(card.pings.everyone.is_empty());
}

#[tokio::test]
async fn links_lead_where_they_say() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    news(&mut stage, &feed, "Go to https://bank.example at once").await;
    let card = stage.unseen(stage.channel).pop().unwrap();
    for link in &card.links {
        assert!(link.url.starts_with("https://example.com/") && !link.label.contains("bank.example"), "{link:?}");
    }
    card.words.split_whitespace().find(|word| word.contains("example.com")).expect("the host that it leads to");
}

#[tokio::test]
async fn a_word_without_its_arguments_opens_a_form() {
    let mut stage = stage().await;
    let other = stage.slack().channel("other", stage.admin);
    let feed = stage.world.server.feed("acme");
    let view = stage.form(Who::Admin, "subscribe").await;
    let kinds: Vec<String> = stage.slack().view(view).controls().iter().map(|one| one["type"].to_string()).collect();
    assert_eq!(
        kinds.join(" ").replace('"', ""),
        "external_select plain_text_input static_select number_input conversations_select"
    );

    let options = stage.slack().answer(stage.slack().suggests(view, "what", &feed.url())).await.options.unwrap();
    assert_eq!(options.last().unwrap()["value"], json!(feed.url()), "what is typed is a choice");
    let topics = stage.slack().answer(stage.slack().suggests(view, "what", "secu")).await.options.unwrap();
    assert!(topics.iter().any(|option| option["value"] == "security"), "{topics:?}");
    stage.slack().answer(stage.slack().suggests(view, "what", &feed.url())).await;
    let fills = [
        ("what", fill(&feed.url())),
        ("filter", fill("title:\"flaw & co\"")),
        ("mode", fill("instant")),
        ("to", other.into()),
    ];
    stage.send(Who::Admin, view, &fills).await.says(&["Subscription 1", "flaw & co"]);
    let subscription = stage.world.store().subscriptions().await.unwrap().remove(0);
    assert_eq!(subscription.to.channel, other.to_string());
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field() {
    let mut stage = stage().await;
    let foreign = stage.slack().channel("foreign", stage.admin);
    stage.slack().kick_bot(foreign);
    let view = stage.form(Who::Admin, "subscribe").await;
    stage.slack().answer(stage.slack().suggests(view, "what", "all")).await;
    let sent = stage.slack().submits(view, &[("what", fill("all")), ("to", foreign.into())]);
    let answer = stage.slack().answer(sent).await;
    let errors = answer.errors.unwrap();
    assert!(errors["to"].as_str().unwrap().contains("I am not in that channel"), "{errors}");
    assert!(stage.world.store().subscriptions().await.unwrap().is_empty());

    let guest = stage.slack().channel("of-alice", stage.admin);
    stage.slack().join(guest, stage.guest);
    let view = stage.form(Who::Guest, "subscribe").await;
    stage.slack().answer(stage.slack().suggests(view, "what", "all")).await;
    let sent = stage.slack().submits(view, &[("what", fill("all")), ("to", guest.into())]);
    let errors = stage.slack().answer(sent).await.errors.unwrap();
    assert!(errors["to"].as_str().unwrap().contains("Only people who may manage"), "{errors}");
}

#[tokio::test]
async fn another_channel_is_named_in_a_line() {
    let mut stage = stage().await;
    let other = stage.slack().channel("other", stage.admin);
    let feed = stage.world.server.feed("acme");
    let refused = stage.command(Who::Guest, &format!("subscribe {} to:#other", feed.url())).await;
    refused.says(&["Only people who may manage"]);
    stage.command(Who::Admin, &format!("subscribe {} to:#other", feed.url())).await.says(&["Subscription 1"]);
    news(&mut stage, &feed, "Over there").await;
    assert_eq!(stage.slack().messages(other).len(), 1);
    assert!(stage.posts().await.is_empty());
}

#[tokio::test]
async fn admins_and_creators_manage_and_guests_never() {
    let mut stage = stage().await;
    let creator = stage.slack().member("carol");
    let outsider = stage.slack().person("dave", Role::Guest);
    let hers = stage.slack().channel("hers", creator);
    stage.slack().join(hers, outsider);
    let mut say = async |person: Id, text: &str| {
        let id = stage.slack().say_command(person, hers, "/tidings", text);
        stage.answer(id).await
    };
    say(creator, "subscribe all filter:one").await.says(&["Subscription 1"]);
    say(outsider, "subscribe all filter:two").await.says(&["Only people who may manage"]);
    // A guest of the workspace manages nothing but their own messages.
    let his = stage.slack().channel("his", outsider);
    let id = stage.slack().say_command(outsider, his, "/tidings", "subscribe all");
    stage.answer(id).await.says(&["Only people who may manage"]);
}

#[tokio::test]
async fn in_the_apps_messages_everybody_is_their_own_admin() {
    let mut stage = stage().await;
    let feed = stage.world.server.feed("acme");
    let direct = stage.slack().dm(stage.guest);
    stage.slack().writes(stage.guest, direct, &format!("subscribe {}", feed.url())).unwrap();
    let messages = stage.slack().messages_when(direct, 2).await;
    shown(&messages[1]).says(&["Subscription 1"]);
    news(&mut stage, &feed, "For Bob").await;
    let messages = stage.slack().messages(direct);
    shown(messages.last().unwrap()).says(&["For Bob"]);
    // Who is gone is left in peace.
    stage.slack().deactivate(stage.guest);
    stage.world.restart().await;
    news(&mut stage, &feed, "Unwanted").await;
    news(&mut stage, &feed, "Unwanted as well").await;
    let subscription = stage.world.store().subscriptions().await.unwrap().remove(0);
    assert!(subscription.pause.is_some(), "{subscription:?}");
}

#[tokio::test]
async fn an_insight_is_one_reply_under_its_card() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    feed.publish_item("Acme fixes exploited gateway flaw", FLAW);
    stage.world.pass(hours(2)).await;
    let card = stage.posts().await.remove(0);
    let insight = stage.press(Who::Guest, &card, "Insight").await;
    insight.says(&["Key takeaways"]);
    let action = &card.buttons.iter().find(|(label, _)| label == "Insight").unwrap().1;
    let count = stage.slack().messages(stage.channel).len();
    // Whoever asks again is led there, also after a restart.
    for _ in 0..2 {
        let id = stage.slack().press(stage.admin, Ts(card.id), action);
        let again = stage.slack().answer(id).await.messages.remove(0);
        assert!(again.is_ephemeral() && again.links.iter().any(|link| link.url.contains("/archives/")), "{again:?}");
        assert_eq!(stage.slack().messages(stage.channel).len(), count);
        stage.world.restart().await;
    }
}

#[tokio::test]
async fn the_shortcut_tells_why() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    news(&mut stage, &feed, "A machine").await;
    let card = stage.posts().await.remove(0);
    let id = stage.slack().shortcut(stage.guest, Ts(card.id), "why");
    stage.answer(id).await.says(&["would-deliver", "Feed: the item is from acme"]);
    let channel = stage.channel;
    stage.slack().writes(stage.guest, channel, "Lunch?");
    let lunch = stage.slack().messages(channel).pop().unwrap();
    let id = stage.slack().shortcut(stage.guest, lunch.ts, "why");
    stage.answer(id).await.says(&["no card of mine"]);
}

#[tokio::test]
async fn the_home_tab_shows_what_is_mine() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.command(Who::Guest, "alerts on developers").await.says(&["You get alerts"]);
    let direct = stage.slack().dm(stage.guest);
    stage.slack().writes(stage.guest, direct, &format!("subscribe {}", feed.url()));
    stage.slack().messages_when(direct, 2).await;
    let id = stage.slack().opens_home(stage.guest);
    stage.slack().answer(id).await;
    let home = stage.slack().home_when(stage.guest).await.words();
    for part in ["Your subscriptions and alerts", "acme", "alerts for Developers", "Feeds", "ok"] {
        assert!(home.contains(part), "\"{part}\" is not in: {home}");
    }
}

#[tokio::test]
async fn what_is_said_twice_is_done_once() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    let id = stage.slack().say_command(stage.admin, stage.channel, "/tidings", "digest daily");
    let first = stage.answer(id).await;
    for _ in 0..3 {
        stage.slack().deliver_again(id);
    }
    let answer = stage.slack().answer_when(id, |answer| answer.acks == 4).await;
    assert_eq!(answer.messages.len(), 1, "{first:?}");
    let direct = stage.slack().dm(stage.guest);
    let line = stage.slack().writes(stage.guest, direct, &format!("subscribe {}", feed.url())).unwrap();
    stage.slack().messages_when(direct, 2).await;
    stage.slack().deliver_again(line);
    stage.slack().answer_when(line, |answer| answer.acks == 2).await;
    stage.command(Who::Guest, "topics").await;
    assert_eq!(stage.slack().messages(direct).len(), 2);
}

#[tokio::test]
async fn acknowledgements_do_not_wait_for_the_work() {
    let stage = stage().await;
    let slow = stage.world.server.page("/slow", crate::world::server::Answer::Silence);
    let id = stage.slack().say_command(stage.admin, stage.channel, "/tidings", &format!("preview {}", slow.url()));
    let acknowledged = stage.slack().answer_when(id, |answer| answer.is_acknowledged).await;
    assert!(acknowledged.messages.is_empty());
    let answer = stage.slack().answer(id).await;
    assert!(answer.words().contains("took too long"), "{answer:?}");
}

#[tokio::test]
async fn sockets_are_renewed_and_come_back() {
    let mut stage = stage().await;
    let slack = stage.slack();
    let first = slack.socket_stats().open[0];
    slack.refresh_socket(first);
    slack.sockets_when("another socket", |stats| stats.open.iter().any(|one| *one != first)).await;
    stage.command(Who::Guest, "topics").await.says(&["Topics"]);
    let seen = stage.slack().socket_stats().connections;
    stage.slack().drop_sockets();
    stage.slack().sockets_when("a socket again", |stats| stats.connections > seen && !stats.open.is_empty()).await;
    stage.command(Who::Guest, "topics").await.says(&["Topics"]);
    assert_eq!(stage.slack().socket_stats().strange_acks, 0);
}

/// Everything that goes by socket goes by signed requests as well.
#[tokio::test]
async fn signed_requests_do_what_sockets_do() {
    let mut stage = on(World::on_slack_by_http().await);
    let url = format!("http://{}", stage.world.web.unwrap());
    assert!(stage.slack().verifies_url(&url).await);
    let feed = with_feed(&mut stage).await;
    feed.publish_item("Acme fixes exploited gateway flaw", FLAW);
    stage.world.pass(hours(2)).await;
    let card = stage.posts().await.remove(0);
    stage.press(Who::Guest, &card, "Why").await.says(&["would-deliver"]);
    let view = stage.form(Who::Admin, "unsubscribe").await;
    stage.slack().answer(stage.slack().suggests(view, "what", "ac")).await;
    let question = stage.send(Who::Admin, view, &[("what", fill("1"))]).await;
    stage.press(Who::Admin, &question, "Yes").await.says(&["has ended"]);
}

#[tokio::test]
async fn only_slack_is_believed_lately_and_once() {
    let stage = on(World::on_slack_by_http().await);
    let url = format!("http://{}", stage.world.web.unwrap());
    let slack = stage.slack();
    let id = slack.say_command(stage.admin, stage.channel, "/tidings", "topics");
    slack.answer(id).await;
    let (path, headers, body) = slack.signed(id);
    let url = format!("{url}{path}");
    let status = async |headers: &Vec<(String, String)>, body: &[u8]| slack.post(&url, headers, body).await.unwrap().0;
    assert_eq!(status(&headers, &body).await, 401, "a replay");
    let now = stage.world.now().as_second() as u64;
    for (at, expected) in [(now - 301, 401), (now + 301, 401), (now - 299, 200), (now + 299, 200)] {
        assert_eq!(status(&slack.signed_at(at, &body), &body).await, expected, "{at}");
    }
    let mut changed = body.clone();
    changed.push(b'&');
    assert_eq!(status(&slack.signed_at(now, &body), &changed).await, 401);
    for place in 0..67 {
        let mut forged = slack.signed_at(now - 7, &body);
        let signature = forged.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("x-slack-signature")).unwrap();
        let sign = if signature.1.as_bytes()[place] == b'0' { "1" } else { "0" };
        signature.1.replace_range(place..=place, sign);
        assert_eq!(status(&forged, &body).await, 401, "{place}");
    }
}

#[tokio::test]
async fn a_dead_token_stops_everything_at_once_and_a_new_one_goes_on() {
    for code in ["token_revoked", "invalid_auth", "account_inactive", "not_authed", "token_expired"] {
        let mut stage = stage().await;
        let feed = with_feed(&mut stage).await;
        stage.slack().revoke_token(code);
        for number in 0..3 {
            feed.publish_item(&format!("Item {number}"), TEXT_OF_ITEM);
        }
        stage.world.pass(hours(2)).await;
        stage.a_few_seconds().await;
        let asked = stage.slack().refusals().iter().filter(|one| one.error == code).count();
        assert_eq!(asked, 1, "one request told enough: {code}");
        stage.slack().restore_tokens();
        stage.world.pass(minutes(6)).await;
        assert_eq!(stage.posts().await.len(), 3, "{code}");
    }
}

#[tokio::test]
async fn a_channel_takes_one_message_a_second() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    for number in 0..4 {
        feed.publish_item(&format!("Item {number}"), TEXT_OF_ITEM);
    }
    stage.slack().limit_rates(1, 1.0);
    stage.world.pass(hours(2)).await;
    for count in 1..=4 {
        assert_eq!(stage.unseen(stage.channel).len(), 1, "message {count}");
        stage.world.pass(SignedDuration::from_secs(1)).await;
    }
    assert!(stage.slack().refusals().is_empty(), "{:?}", stage.slack().refusals());
}

#[tokio::test]
async fn limits_on_several_channels_hold_up_the_workspace() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    let others: Vec<Id> = (0..4).map(|number| stage.slack().channel(&format!("c{number}"), stage.admin)).collect();
    for (number, other) in others.iter().enumerate() {
        let id =
            stage.slack().say_command(stage.admin, *other, "/tidings", &format!("subscribe all filter:-x{number}"));
        stage.answer(id).await.says(&["Subscription 1"]);
    }
    stage.slack().rate_limit_all(60.0);
    news(&mut stage, &feed, "Held up").await;
    // Those that were on their way already, and none after them.
    let refused = stage.slack().refusals().iter().filter(|one| one.status == 429).count();
    assert!((1..=5).contains(&refused), "{refused} requests were turned away");
    feed.publish_item("Held up as well", TEXT_OF_ITEM);
    stage.world.pass(SignedDuration::from_secs(20)).await;
    assert_eq!(stage.slack().refusals().iter().filter(|one| one.status == 429).count(), refused);
    stage.world.pass(minutes(2)).await;
    stage.a_few_seconds().await;
    assert!(others.iter().all(|other| stage.slack().messages(*other).iter().any(|one| one.answers.is_none())));
}

#[tokio::test]
async fn whatever_the_answer_each_post_is_made_once() {
    let after = [After::HangUp, After::Status(500), After::Status(502), After::Html, After::Error("fatal_error")];
    for after in after {
        let mut stage = stage().await;
        let feed = with_feed(&mut stage).await;
        stage.slack().accept_then(POST, after);
        news(&mut stage, &feed, "Only once").await;
        stage.world.pass(minutes(2)).await;
        assert_eq!(stage.posts().await.len(), 1, "{after:?}");
        let delivery = stage.world.store().deliveries(5).await.unwrap().remove(0);
        assert!(matches!(delivery.state, DeliveryState::Sent { receipt: Some(_), .. }), "{delivery:?}");
    }
    for before in [500, 503] {
        let mut stage = stage().await;
        let feed = with_feed(&mut stage).await;
        stage.slack().fail_next_with(POST, 1, before);
        news(&mut stage, &feed, "Only once").await;
        stage.world.pass(minutes(5)).await;
        assert_eq!(stage.posts().await.len(), 1, "after {before}");
    }
}

#[tokio::test]
async fn without_the_history_twice_is_better_than_not_at_all() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    for scope in ["channels:history", "groups:history", "im:history"] {
        stage.slack().remove_scope(scope);
    }
    stage.slack().accept_then(POST, After::HangUp);
    news(&mut stage, &feed, "At least once").await;
    stage.world.pass(minutes(2)).await;
    assert_eq!(stage.posts().await.len(), 2);
    let checks = stage.world.platform_check(&[]).await;
    assert!(checks.iter().any(|check| !check.is_ok && check.text.contains("at-least-once")), "{checks:?}");
}

#[tokio::test]
async fn a_message_that_is_not_taken_is_said_again_more_plainly() {
    let mut stage = stage().await;
    let feed = with_feed(&mut stage).await;
    stage.slack().refuse_next(POST, 1, "invalid_blocks");
    news(&mut stage, &feed, "Plainly").await;
    let post = stage.posts().await.remove(0);
    post.says(&["Plainly", "https://example.com/plainly"]);
    assert!(post.buttons.is_empty());
}

/// How a channel is lost, and what is told of it.
type Loss = (fn(&Slack, Id), &'static str);

#[tokio::test]
async fn a_channel_that_is_lost_rests_and_its_owner_hears() {
    let losses: [Loss; 4] = [
        (Slack::archive, "archived"),
        (Slack::kick_bot, "/invite"),
        (Slack::restrict, "a setting of the workspace"),
        (Slack::delete_channel, "the channel was deleted"),
    ];
    for (lose, told) in losses {
        let mut stage = stage().await;
        let feed = with_feed(&mut stage).await;
        lose(stage.slack(), stage.channel);
        news(&mut stage, &feed, "Lost").await;
        stage.directs().await[0].says(&["Nothing can be posted to", told]);
        let subscription = stage.world.store().subscriptions().await.unwrap().remove(0);
        assert!(subscription.pause.unwrap().reason.contains(told));
    }
}

#[tokio::test]
async fn who_is_not_in_a_channel_says_how_to_be() {
    let mut stage = stage().await;
    stage.slack().kick_bot(stage.channel);
    let answer = stage.command(Who::Admin, "subscribe all").await;
    answer.says(&["Subscription 1", "I am not in this channel", "/invite @tidings"]);
}

#[tokio::test]
async fn the_doctor_sees_token_scopes_sockets_and_places() {
    let mut stage = stage().await;
    with_feed(&mut stage).await;
    let addresses: Vec<Address> =
        stage.world.store().subscriptions().await.unwrap().into_iter().map(|one| one.to).collect();
    let checks = stage.world.platform_check(&addresses).await;
    assert!(checks.iter().all(|check| check.is_ok), "{checks:?}");
    let texts: Vec<&str> = checks.iter().map(|check| check.text.as_str()).collect();
    assert!(texts[0].contains("logged in as tidings") && texts[3].contains("may post"), "{texts:?}");
    let bad = async |stage: &mut SlackStage, part: &str| {
        let checks = stage.world.platform_check(&addresses).await;
        assert!(checks.iter().any(|check| !check.is_ok && check.text.contains(part)), "{part}: {checks:?}");
    };
    stage.slack().kick_bot(stage.channel);
    bad(&mut stage, "/invite").await;
    stage.slack().archive(stage.channel);
    bad(&mut stage, "archived").await;
    stage.slack().remove_scope("files:write");
    bad(&mut stage, "lacks the scopes files:write").await;
    stage.slack().revoke_app_token("invalid_auth");
    bad(&mut stage, "SLACK_APP_TOKEN").await;
    stage.slack().revoke_token("token_revoked");
    bad(&mut stage, "SLACK_BOT_TOKEN").await;
}

/// However much is logged, no token is, nor the address that opens a socket.
#[tokio::test]
async fn nothing_secret_is_logged() {
    let slack = Slack::start().await;
    let channel = slack.channel("news", slack.person("alice", Role::Admin));
    let alice = slack.person("anna", Role::Admin);
    let folder = tempfile::tempdir().unwrap();
    let text = format!("[web]\n[terminal]\nenabled = false\n[slack]\napi_url = \"{}\"\n", slack.url());
    std::fs::write(folder.path().join("config.toml"), text).unwrap();
    let mut bot = crate::cli::command(folder.path())
        .env("RUST_LOG", "trace")
        .env("SLACK_BOT_TOKEN", BOT_TOKEN)
        .env("SLACK_APP_TOKEN", APP_TOKEN)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = bot.stderr.take().unwrap();
    let reading = tokio::spawn(async move {
        let mut said = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut log, &mut said).await.unwrap();
        said
    });
    slack.connected(1).await;
    let id = slack.say_command(alice, channel, "/tidings", "topics");
    slack.answer(id).await;
    bot.kill().await.unwrap();
    let said = reading.await.unwrap();
    assert!(said.contains("TRACE"), "{said}");
    for secret in [BOT_TOKEN, APP_TOKEN, "ticket=", "/response/"] {
        let line = said.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
