//! Changes, answers and pictures where one platform is unlike the others: forums, threads, captions,
//! chats that have become others, and a terminal that cannot take back what it has printed.

use std::sync::Arc;

use serde_json::json;
use tidings::model::delivery::{Anchor, Delivery, Notice, Resting, Verdict};
use tidings::model::doc::{Block, Doc};
use tidings::model::id::DeliveryId;
use tidings::model::subscription::{Address, PlatformKind};
use tidings::platform::terminal::{Output, Style, Terminal};
use tidings::port::{Lease, Platform, Reply};
use tokio_util::sync::CancellationToken;

use crate::contract::discord::stage as discord_stage;
use crate::contract::slack::stage as slack_stage;
use crate::contract::standing::{Parrot, picture};
use crate::contract::telegram::stage as telegram_stage;
use crate::contract::{Stage, Who};
use crate::world::discord::{ANNOUNCEMENTS, FORUM, Kind};
use crate::world::slack::{BOT, Ts};
use crate::world::telegram::{After, Method};
use crate::world::{START, Screen, World, minutes};

/// How a message stands on an earlier one, with the receipt of that.
#[derive(Clone, Copy)]
enum As<'a> {
    New,
    Edit(&'a str),
    Answer(&'a str),
}

fn at(platform: PlatformKind, channel: impl ToString) -> Address {
    Address { platform, workspace: String::new(), channel: channel.to_string(), thread: None }
}

/// The lease of a delivery that is called by a name of its own.
fn lease(to: &Address, name: &str, how: As<'_>) -> Lease {
    let resting = Resting { address: to.clone(), reason: name.to_owned(), since: START.parse().unwrap() };
    // Deliveries are told apart by their address and the time.
    let since = resting.since + jiff::SignedDuration::from_millis(name.len() as i64);
    let delivery = Delivery::new(Notice::Resting(Resting { since, ..resting }), to.clone(), since);
    let first = DeliveryId::new("first");
    let (anchor, receipt) = match how {
        As::New => (None, None),
        As::Edit(receipt) => (Some(Anchor::Edits(first)), Some(receipt.to_owned())),
        As::Answer(receipt) => (Some(Anchor::Answers(first)), Some(receipt.to_owned())),
    };
    Lease::new(Delivery { anchor, ..delivery }, false).on(receipt)
}

/// Sends a text; the receipt.
async fn send(world: &mut World, to: &Address, how: As<'_>, words: &str) -> Option<String> {
    send_doc(world, to, how, words, &Doc::says(words)).await
}

async fn send_doc(world: &mut World, to: &Address, how: As<'_>, name: &str, doc: &Doc) -> Option<String> {
    world.pass(minutes(1)).await;
    match world.platform().send(&lease(to, name, how), doc).await {
        Verdict::Sent { receipt } => receipt,
        verdict => panic!("{name}: {verdict:?}"),
    }
}

#[tokio::test]
async fn an_answer_to_a_post_of_a_forum_stands_in_its_thread() {
    let mut stage = discord_stage().await;
    let forum = stage.discord().channel(stage.guild, "reading", FORUM);
    let to = at(PlatformKind::Discord, forum);
    let first = send(&mut stage.world, &to, As::New, "First").await.unwrap();
    send(&mut stage.world, &to, As::Answer(&first), "Corrected").await.unwrap();
    send(&mut stage.world, &to, As::Edit(&first), "First, and others").await.unwrap();
    let [(thread, _)] = stage.discord().threads(forum)[..] else { panic!("one thread") };
    let said = stage.discord().messages(thread);
    let texts: Vec<_> = said.iter().map(|one| one.body["embeds"][0]["description"].as_str().unwrap()).collect();
    assert_eq!(texts, ["First, and others", "Corrected"]);
    assert_eq!(said[1].replies_to, Some(said[0].id));
    // A moderator closes the thread: the next answer is a post like others, and a change is left at that.
    stage.discord().archive(thread);
    send(&mut stage.world, &to, As::Answer(&first), "Denied after all").await.unwrap();
    assert_eq!(send(&mut stage.world, &to, As::Edit(&first), "Too late for that").await, None);
    let threads = stage.discord().threads(forum);
    assert_eq!(threads.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["First", "Denied after all"]);
}

#[tokio::test]
async fn a_change_on_discord_calls_nobody_and_is_not_published_again() {
    let stage = discord_stage().await;
    let channel = stage.discord().channel(stage.guild, "announcements", ANNOUNCEMENTS);
    let role = stage.discord().role(stage.guild, "readers", 0);
    let to = at(PlatformKind::Discord, channel);
    let calling = |how: As<'_>, name: &str| {
        let delivery = lease(&to, name, how).delivery().clone();
        let delivery = Delivery { mention: Some(format!("<@&{role}>")), to_followers: true, ..delivery };
        let receipt = match how {
            As::New => None,
            As::Edit(receipt) | As::Answer(receipt) => Some(receipt.to_owned()),
        };
        Lease::new(delivery, false).on(receipt)
    };
    let platform = stage.world.platform();
    let sent = platform.send(&calling(As::New, "new"), &Doc::says("First")).await;
    let Verdict::Sent { receipt: Some(first) } = sent else { panic!("{sent:?}") };
    let doc = Doc { picture: Some(picture()), ..Doc::says("First, with a picture") };
    platform.send(&calling(As::Edit(&first), "changed"), &doc).await;
    let edit = &stage.discord().accepted(Kind::EditMessage)[0];
    assert_eq!(edit.body["allowed_mentions"]["parse"], json!([]));
    assert_eq!(edit.body.get("content"), None, "whoever was called stays named");
    assert_eq!((edit.files.len(), &edit.files[0].name), (1, &"topics.png".to_owned()));
    assert_eq!(edit.body["attachments"][0]["description"], "Topics of six weeks");
    assert_eq!(stage.discord().accepted(Kind::Crosspost).len(), 1);
    // Without it the picture goes as well.
    platform.send(&calling(As::Edit(&first), "changed again"), &Doc::says("First, without")).await;
    let message = &stage.discord().messages(channel)[0];
    assert_eq!((message.edits, message.files.len(), message.content()), (2, 0, format!("<@&{role}>").as_str()));
    assert!(message.is_crossposted);
}

#[tokio::test]
async fn others_messages_and_lost_rights_on_discord() {
    let mut stage = discord_stage().await;
    let (guest, channel) = (stage.guest, stage.channel);
    let theirs = stage.discord().says(guest, channel, "Mine").to_string();
    let to = at(PlatformKind::Discord, channel);
    assert_eq!(send(&mut stage.world, &to, As::Edit(&theirs), "Not theirs").await, None);
    assert_eq!(stage.discord().refusals().last().unwrap().code, 50005);
    // Without the right to read what it answers, an answer is a post like others.
    let rights = stage.discord().bot_permissions(channel);
    let history = crate::world::discord::permission::READ_MESSAGE_HISTORY;
    stage.discord().set_bot_permissions(channel, rights & !history);
    send(&mut stage.world, &to, As::Answer(&theirs), "All the same").await.unwrap();
    assert_eq!(stage.discord().refusals().last().unwrap().code, 160_002);
    assert_eq!(stage.discord().messages(channel).last().unwrap().replies_to, None);
}

#[tokio::test]
async fn an_answer_on_discord_survives_the_refusal_of_its_picture() {
    let mut stage = discord_stage().await;
    let doc = Doc { picture: Some(picture()), ..Doc::says("The week") };
    let reply = Reply { file: Some(("feeds.opml".to_owned(), "<opml/>".to_owned())), ..Reply::private(doc) };
    stage.world.answered_by(Arc::new(Parrot(reply))).await;
    let both = stage.say(Who::Admin, "help", &[]).await;
    assert!(both.has_picture && both.is_private);
    assert_eq!(both.file.as_deref(), Some("<opml/>"));
    stage.discord().refuse_next(Kind::EditAnswer, 1, 400, 50035);
    let bare = stage.say(Who::Admin, "help", &[]).await;
    bare.says(&["The week"]);
    assert!(!bare.has_picture && bare.is_private);
    assert_eq!(bare.file.as_deref(), Some("<opml/>"));
}

#[tokio::test]
async fn a_change_on_slack_leaves_a_message_known_as_what_it_was() {
    let mut stage = slack_stage().await;
    let to = at(PlatformKind::Slack, stage.channel);
    let first = send(&mut stage.world, &to, As::New, "First").await.unwrap();
    let before = stage.slack().messages(stage.channel)[0].metadata.clone();
    assert_eq!(send(&mut stage.world, &to, As::Edit(&first), "First, and others").await.as_ref(), Some(&first));
    let after = stage.slack().messages(stage.channel)[0].clone();
    assert_eq!(after.words.trim(), "First, and others");
    assert_eq!(
        (&before["event_type"], &after.metadata["event_type"]),
        (&json!("tidings_delivery"), &before["event_type"])
    );
    assert_eq!(after.metadata["event_payload"]["delivery"], "first", "as the earlier delivery is called");
    // What the workspace does not let anybody change stays as it is.
    for error in ["edit_window_closed", "cant_update_message", "message_not_found", "is_archived"] {
        stage.slack().refuse_next("chat.update", 1, error);
        assert_eq!(send(&mut stage.world, &to, As::Edit(&first), error).await, None, "{error}");
    }
    assert_eq!(stage.slack().messages(stage.channel)[0].edits, 1);
}

#[tokio::test]
async fn in_a_thread_on_slack_an_answer_and_a_picture_stay_there() {
    let mut stage = slack_stage().await;
    let channel = stage.channel;
    let to = at(PlatformKind::Slack, channel);
    let top = send(&mut stage.world, &to, As::New, "The thread").await.unwrap();
    let thread = Address { thread: Some(top.clone()), ..to };
    let first = send(&mut stage.world, &thread, As::New, "In the thread").await.unwrap();
    let doc = Doc { picture: Some(picture()), ..Doc::says("Corrected") };
    send_doc(&mut stage.world, &thread, As::Answer(&first), "Corrected", &doc).await.unwrap();
    let all = stage.slack().messages(channel);
    let below: Ts = top.parse().unwrap();
    assert_eq!(all.len(), 4);
    assert!(all[1..].iter().all(|one| one.thread == Some(below) && one.author == BOT));
    assert_eq!(all[3].files[0].title, "Topics of six weeks");
    assert!(all[1..].iter().all(|one| !one.is_broadcast));
}

#[tokio::test]
async fn the_picture_of_a_whisper_on_slack_comes_to_the_askers_own_conversation() {
    let mut stage = slack_stage().await;
    let doc = Doc { picture: Some(picture()), ..Doc::says("The week") };
    stage.world.answered_by(Arc::new(Parrot(Reply::private(doc)))).await;
    let answer = stage.say(Who::Admin, "help", &[]).await;
    answer.says(&["The week", "Its picture is in your messages with this app."]);
    assert!(answer.is_private);
    let direct = stage.slack().dm(stage.admin);
    let said = stage.slack().messages_when(direct, 1).await;
    assert_eq!(said[0].files[0].name, "topics.png");
    assert!(stage.slack().messages(stage.channel).is_empty(), "nobody else sees it");
}

#[tokio::test]
async fn an_answer_on_slack_goes_on_where_its_address_ends() {
    let mut stage = slack_stage().await;
    // An address for answers is good for five messages.
    let parts: Vec<String> = (1..=7).map(|number| format!("Part {number} of the answer")).collect();
    let docs: Vec<Doc> = parts.iter().map(|part| Doc::says(part.as_str())).collect();
    for reply in [Reply::public(docs[0].clone()), Reply::private(docs[0].clone())] {
        let (is_private, more) = (reply.private, docs[1..].to_vec());
        stage.world.answered_by(Arc::new(Parrot(Reply { more, ..reply }))).await;
        let (admin, channel) = (stage.admin, stage.channel);
        stage.slack().say_command(admin, channel, "/tidings", "help");
        let said = match is_private {
            true => stage.slack().ephemerals_when(admin, channel, 7).await,
            false => stage.slack().messages_when(channel, 7).await,
        };
        assert_eq!(said.iter().map(|one| one.words.trim()).collect::<Vec<_>>(), parts);
    }
    assert_eq!(stage.slack().messages(stage.channel).len(), 7, "a private answer is for nobody else");
}

#[tokio::test]
async fn what_stands_below_a_picture_on_telegram_is_changed_there() {
    let mut stage = telegram_stage().await;
    let group = stage.group;
    let to = at(PlatformKind::Telegram, group);
    let url = "https://example.com/picture.png";
    stage.telegram().picture_at(url);
    let image = Block::Image { url: url.to_owned(), alt: "A machine".into() };
    let doc = Doc::new(vec![Block::Paragraph("First".into()), image]);
    let first = send_doc(&mut stage.world, &to, As::New, "first", &doc).await.unwrap();
    let words = "And so it goes on, line by line. ".repeat(60);
    send(&mut stage.world, &to, As::Edit(&first), &words).await.unwrap();
    let all = stage.telegram().messages(group);
    let message = all.last().unwrap();
    assert_eq!((message.edits, message.photo_url.as_deref()), (1, Some(url)));
    assert!(message.text.starts_with("And so it goes on") && message.text.ends_with('…'), "{}", message.text);
    // Twice is as good as once.
    send(&mut stage.world, &to, As::Edit(&first), &words).await.unwrap();
}

#[tokio::test]
async fn a_receipt_of_another_chat_on_telegram_is_no_message_of_this_one() {
    let mut stage = telegram_stage().await;
    let group = stage.group;
    let to = at(PlatformKind::Telegram, group);
    let first = send(&mut stage.world, &to, As::New, "First").await.unwrap();
    let number = first.rsplit_once('/').unwrap().1;
    let stale = format!("-42/{number}");
    assert_eq!(send(&mut stage.world, &to, As::Edit(&stale), "Another").await, None);
    send(&mut stage.world, &to, As::Answer(&stale), "An answer to nothing").await.unwrap();
    // Receipts were numbers alone before.
    send(&mut stage.world, &to, As::Answer(number), "An answer to the first").await.unwrap();
    let all = stage.telegram().messages(group);
    let [message, alone, below] = &all[all.len() - 3..] else { panic!("three messages") };
    assert_eq!((message.text.as_str(), message.edits), ("First", 0));
    assert_eq!((alone.reply_to, below.reply_to), (None, Some(message.id)));
}

#[tokio::test]
async fn a_picture_on_telegram_is_one_message_with_few_words_and_costs_none() {
    let mut stage = telegram_stage().await;
    let group = stage.group;
    let to = at(PlatformKind::Telegram, group);
    let doc = |words: &str| Doc { picture: Some(picture()), ..Doc::says(words) };
    let before = stage.telegram().messages(group).len();
    send_doc(&mut stage.world, &to, As::New, "few", &doc("Few words")).await.unwrap();
    let long = "Many words of the week. ".repeat(50);
    // The picture is taken, and nobody hears of it.
    stage.telegram().accept_then(Method::SendPhoto, After::HangUp);
    send_doc(&mut stage.world, &to, As::New, "many", &doc(&long)).await.unwrap();
    // It is not taken at all.
    stage.telegram().refuse_next(Method::SendPhoto, 1, 400, "Bad Request: IMAGE_PROCESS_FAILED");
    send_doc(&mut stage.world, &to, As::New, "none", &doc(&long)).await.unwrap();
    let all = stage.telegram().messages(group);
    let shown: Vec<_> = all[before..].iter().map(|one| (one.photo.is_some(), !one.text.is_empty())).collect();
    assert_eq!(shown, [(true, true), (false, true), (true, false), (false, true)]);
    assert_eq!(all[before + 2].reply_to, Some(all[before + 1].id));
}

#[tokio::test]
async fn a_terminal_prints_what_an_edit_adds_and_what_an_answer_follows() {
    let screen = Screen::default();
    let style = Style { has_color: false, width: 60 };
    let text = Terminal::new(Output::Text(style), screen.clone(), CancellationToken::new());
    let to = Address::terminal();
    let headline = |words: &str| Block::Headline { text: words.into(), url: None };
    let doc = Doc { picture: Some(picture()), ..Doc::new(vec![headline("A machine")]) };
    let Verdict::Sent { receipt: Some(first) } = text.send(&lease(&to, "a", As::New), &doc).await else { panic!() };
    assert_eq!(screen.take(), "\nA machine\n[Topics of six weeks]\n\n");
    let quiet = text.send(&lease(&to, "ab", As::Edit(&first)), &doc).await;
    assert_eq!(quiet, Verdict::Sent { receipt: Some(first.clone()) });
    assert_eq!(screen.take(), "", "nothing new, nothing said");
    let change = Some("Also reported by The Register: A machine".into());
    text.send(&lease(&to, "abc", As::Edit(&first)), &Doc { change, ..doc.clone() }).await;
    assert_eq!(screen.take(), "Also reported by The Register: A machine\n\n");
    text.send(&lease(&to, "abcd", As::Answer(&first)), &Doc::new(vec![headline("It was corrected")])).await;
    assert_eq!(screen.take(), "↳ A machine\n\nIt was corrected\n\n");
    // Programs get the record, as always.
    let json = Terminal::new(Output::Json, screen.clone(), CancellationToken::new());
    let record = Doc { record: Some("{\"is\":1}".to_owned()), ..doc.clone() };
    json.send(&lease(&to, "abcde", As::Edit(&first)), &record).await;
    json.send(&lease(&to, "abcdef", As::Edit(&first)), &doc).await;
    assert_eq!(screen.take(), "{\"is\":1}\n");
}
