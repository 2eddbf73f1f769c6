//! Messages that stand on earlier ones, pictures, and answers of several messages: a change adds no
//! message, an answer stands below its card, a picture comes once and costs no words.

use std::sync::Arc;

use async_trait::async_trait;
use tidings::model::delivery::{Anchor, Delivery, DeliveryState, Notice, Resting, Verdict};
use tidings::model::doc::{Block, Button, Doc, Picture};
use tidings::model::press::Press;
use tidings::model::subscription::Address;
use tidings::port::{Choice, Desk, Found, Invocation, Lease, Publication, Reply, Suggestion};

use super::{Feature, Shown, Stage, Who, needs, on_every_platform};
use crate::world::{hours, minutes};

on_every_platform!(
    a_change_is_made_to_the_one_message,
    a_change_is_made_twice_without_harm,
    a_change_to_a_deleted_message_is_settled,
    a_change_in_doubt_ends_right,
    an_answer_stands_below_its_card,
    an_answer_in_doubt_is_not_said_twice,
    an_answer_to_a_deleted_message_is_said,
    a_picture_comes_once,
    a_picture_that_is_refused_costs_no_words,
    a_message_with_a_picture_in_doubt_is_found,
    an_answer_of_several_messages_comes_in_order,
);

const TEXT: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";

/// A card that was posted, and its delivery.
async fn card(stage: &mut dyn Stage) -> (Delivery, Shown) {
    let feed = stage.world().server.feed("acme");
    stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
    feed.publish_item("A machine for everybody", TEXT);
    stage.world().pass(hours(2)).await;
    let post = stage.posts().await.pop().expect("the card");
    let delivery = stage.world().store().deliveries(10).await.unwrap().pop().expect("its delivery");
    (delivery, post)
}

/// A notice of these words that stands on an earlier one.
fn on(first: &Delivery, anchor: Anchor, words: &str) -> Delivery {
    let resting = Resting { address: first.to.clone(), reason: words.to_owned(), since: first.created };
    let delivery = Delivery::new(Notice::Resting(resting), first.to.clone(), first.created);
    Delivery { anchor: Some(anchor), ..delivery }
}

/// Queues a delivery as a worker would, and lets it be sent; what became of it.
async fn queue(stage: &mut dyn Stage, first: &Delivery, delivery: Delivery) -> Delivery {
    let id = delivery.id.clone();
    let Notice::Card(item) = &first.notice else { panic!("a card") };
    let store = stage.world().store();
    let card = store.card(item).await.unwrap().expect("a card that is kept");
    let publication = Publication {
        card,
        decisions: Vec::new(),
        deliveries: vec![delivery],
        held: Vec::new(),
        is_part: false,
        filing: None,
    };
    store.publish(publication).await.unwrap();
    for _ in 0..3 {
        stage.world().pass(minutes(10)).await;
    }
    store.delivery(&id).await.unwrap().expect("it is known")
}

/// Sends a message as the worker would, with what stands in the store of the earlier one.
async fn send(stage: &mut dyn Stage, first: &Delivery, delivery: Delivery, doc: &Doc) -> Verdict {
    stage.world().pass(minutes(1)).await;
    let DeliveryState::Sent { receipt, .. } = &first.state else { panic!("it was sent") };
    stage.world().platform().send(&Lease::new(delivery, false).on(receipt.clone()), doc).await
}

fn is_sent(delivery: &Delivery) -> bool {
    matches!(delivery.state, DeliveryState::Sent { .. })
}

pub fn picture() -> Picture {
    let png = Arc::new(b"\x89PNG\r\n\x1a\n of nothing".to_vec());
    Picture { png, name: "topics.png", alt: "Topics of six weeks".into() }
}

async fn a_change_is_made_to_the_one_message(stage: &mut dyn Stage) {
    needs!(stage, Feature::Edits);
    let (first, post) = card(stage).await;
    let Notice::Card(item) = &first.notice else { panic!("a card") };
    let doc = Doc::new(vec![
        Block::Headline { text: "A machine for everybody".into(), url: None },
        Block::Paragraph("Also reported by The Register".into()),
        Block::Buttons(vec![Button::press("Why?", Press::Why(item.clone()))]),
    ]);
    let change = on(&first, Anchor::Edits(first.id.clone()), "change");
    assert!(matches!(send(stage, &first, change, &doc).await, Verdict::Sent { receipt: Some(_) }));
    assert!(stage.posts().await.is_empty(), "nothing is added");
    let now = stage.now(&post).await;
    now.says(&["A machine for everybody", "Also reported by The Register"]);
    assert!(!now.text.contains("Monday"), "the whole is replaced: {}", now.text);
    stage.press(Who::Admin, &now, "Why?").await.says(&["It was posted here"]);
}

async fn a_change_is_made_twice_without_harm(stage: &mut dyn Stage) {
    needs!(stage, Feature::Edits);
    let (first, post) = card(stage).await;
    for _ in 0..2 {
        let change = on(&first, Anchor::Edits(first.id.clone()), "change");
        let verdict = send(stage, &first, change, &Doc::says("Reported by two")).await;
        assert!(matches!(verdict, Verdict::Sent { receipt: Some(_) }), "{verdict:?}");
    }
    assert!(stage.posts().await.is_empty());
    stage.now(&post).await.says(&["Reported by two"]);
}

async fn a_change_to_a_deleted_message_is_settled(stage: &mut dyn Stage) {
    needs!(stage, Feature::Edits);
    let (first, post) = card(stage).await;
    stage.delete_post(&post);
    let change = queue(stage, &first, on(&first, Anchor::Edits(first.id.clone()), "too late")).await;
    assert!(matches!(change.state, DeliveryState::Sent { receipt: None, .. }), "{change:?}");
    assert!(stage.posts().await.is_empty());
    let subscriptions = stage.world().store().subscriptions().await.unwrap();
    assert!(subscriptions.iter().all(|one| one.pause.is_none()), "the place is none the worse");
}

async fn a_change_in_doubt_ends_right(stage: &mut dyn Stage) {
    needs!(stage, Feature::Edits);
    let (first, post) = card(stage).await;
    stage.hang_up_after_next_edit();
    let change = queue(stage, &first, on(&first, Anchor::Edits(first.id.clone()), "in the end")).await;
    assert!(is_sent(&change), "{change:?}");
    assert_eq!(change.attempts, 2);
    assert!(stage.posts().await.is_empty());
    stage.now(&post).await.says(&["in the end"]);
}

async fn an_answer_stands_below_its_card(stage: &mut dyn Stage) {
    needs!(stage, Feature::Replies);
    let (first, post) = card(stage).await;
    let answer = queue(stage, &first, on(&first, Anchor::Answers(first.id.clone()), "it was corrected")).await;
    assert!(matches!(answer.state, DeliveryState::Sent { receipt: Some(_), .. }), "{answer:?}");
    let posts = stage.posts().await;
    assert_eq!(posts.len(), 1);
    posts[0].says(&["it was corrected"]);
    assert_eq!(posts[0].answers, Some(post.id));
    stage.now(&post).await.says(&["A machine for everybody"]);
}

async fn an_answer_in_doubt_is_not_said_twice(stage: &mut dyn Stage) {
    needs!(stage, Feature::Replies);
    needs!(stage, Feature::History);
    let (first, post) = card(stage).await;
    stage.hang_up_after_next();
    let answer = queue(stage, &first, on(&first, Anchor::Answers(first.id.clone()), "it was corrected")).await;
    assert!(matches!(answer.state, DeliveryState::Sent { receipt: Some(_), .. }), "{answer:?}");
    let posts = stage.posts().await;
    assert_eq!(posts.iter().map(|post| post.answers).collect::<Vec<_>>(), [Some(post.id)]);
}

async fn an_answer_to_a_deleted_message_is_said(stage: &mut dyn Stage) {
    needs!(stage, Feature::Replies);
    let (first, post) = card(stage).await;
    stage.delete_post(&post);
    let answer = queue(stage, &first, on(&first, Anchor::Answers(first.id.clone()), "it was corrected")).await;
    assert!(is_sent(&answer), "{answer:?}");
    let posts = stage.posts().await;
    assert_eq!(posts.iter().map(|post| post.answers).collect::<Vec<_>>(), [None]);
    let subscriptions = stage.world().store().subscriptions().await.unwrap();
    assert!(subscriptions.iter().all(|one| one.pause.is_none()), "the place is none the worse");
}

/// Sends a message with a picture; short enough to stand below it, or not.
async fn send_picture(stage: &mut dyn Stage, is_long: bool) -> (Verdict, Vec<Shown>) {
    let (first, _) = card(stage).await;
    let lines = if is_long { 40 } else { 1 };
    let line = |number| Block::Paragraph(format!("Line {number}: what the week has brought to everybody.").into());
    let doc = Doc { picture: Some(picture()), ..Doc::new((0..lines).map(line).collect()) };
    let recap = on(&first, Anchor::Answers(first.id.clone()), "recap");
    let verdict = send(stage, &first, Delivery { anchor: None, ..recap }, &doc).await;
    (verdict, stage.posts().await)
}

fn count(posts: &[Shown], is_so: impl Fn(&Shown) -> bool) -> usize {
    posts.iter().filter(|post| is_so(post)).count()
}

async fn a_picture_comes_once(stage: &mut dyn Stage) {
    needs!(stage, Feature::Pictures);
    let (verdict, posts) = send_picture(stage, true).await;
    assert!(matches!(verdict, Verdict::Sent { receipt: Some(_) }), "{verdict:?}");
    assert_eq!(count(&posts, |post| post.has_picture), 1, "{posts:?}");
    assert_eq!(count(&posts, |post| post.text.contains("Line 0")), 1, "{posts:?}");
    assert!(posts[0].text.contains("Line 0"), "the words come first, or with it");
    posts[0].says(&["Line 39"]);
    assert!(posts.len() <= 2);
}

async fn a_picture_that_is_refused_costs_no_words(stage: &mut dyn Stage) {
    needs!(stage, Feature::Pictures);
    stage.forbid_pictures();
    let (verdict, posts) = send_picture(stage, false).await;
    assert!(matches!(verdict, Verdict::Sent { receipt: Some(_) }), "{verdict:?}");
    assert_eq!(posts.len(), 1, "{posts:?}");
    posts[0].says(&["Line 0"]);
    assert!(!posts[0].has_picture);
}

async fn a_message_with_a_picture_in_doubt_is_found(stage: &mut dyn Stage) {
    needs!(stage, Feature::Pictures);
    needs!(stage, Feature::History);
    let (first, _) = card(stage).await;
    let doc = Doc { picture: Some(picture()), ..Doc::says("What the week has brought") };
    stage.hang_up_after_next();
    let now = stage.world().now();
    let delivery =
        || Delivery { anchor: None, first_tried: Some(now), ..on(&first, Anchor::Answers(first.id.clone()), "recap") };
    let verdict = send(stage, &first, delivery(), &doc).await;
    assert!(matches!(verdict, Verdict::Unsure { .. }), "{verdict:?}");
    stage.world().pass(hours(1)).await;
    let found = stage.world().platform().find(&Lease::new(delivery(), true), &doc).await;
    assert!(matches!(found, Found::Yes { receipt: Some(_) }), "{found:?}");
    assert_eq!(stage.posts().await.len(), 1);
}

/// Always gives the same answer.
pub struct Parrot(pub Reply);

#[async_trait]
impl Desk for Parrot {
    async fn answer(&self, _: Invocation) -> Reply {
        self.0.clone()
    }

    async fn suggest(&self, _: Suggestion) -> Vec<Choice> {
        Vec::new()
    }

    async fn moved(&self, _: Address, _: Address) {}
}

async fn an_answer_of_several_messages_comes_in_order(stage: &mut dyn Stage) {
    needs!(stage, Feature::Pictures);
    let first = Doc { picture: Some(picture()), ..Doc::says("The first part") };
    let more = vec![Doc::says("The second part"), Doc::says("The third part")];
    let reply = Reply { more, ..Reply::public(first) };
    stage.world().answered_by(Arc::new(Parrot(reply))).await;
    let said = stage.hears("help", &[], 3, true).await;
    let words: Vec<&str> = said.iter().map(|one| one.text.as_str()).filter(|text| !text.is_empty()).collect();
    assert_eq!(words, ["The first part", "The second part", "The third part"]);
    assert_eq!(count(&said, |one| one.has_picture), 1, "{said:?}");
    assert!(said.iter().all(|one| !one.is_private), "as public as the reply");
}
