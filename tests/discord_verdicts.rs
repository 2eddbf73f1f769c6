//! What each of Discord's refusals makes of a delivery: a row for every code of the table.

use std::fs;
use std::path::Path;

use tidings::model::delivery::DeliveryState;

use crate::contract::discord::{DiscordStage, stage};
use crate::contract::{Stage, Who};
use crate::world::discord::Kind;
use crate::world::hours;

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// The place rests, and its owner hears of it.
    Gone,
    /// This one is a dead letter; the place goes on.
    Refused,
    /// It is said again at once in its plainest form.
    Plain,
    /// It is sent again later, as it is.
    Again,
}
use Fate::{Again, Gone, Plain, Refused};

const TABLE: &[(u16, u64, Fate)] = &[
    (404, 10003, Gone),
    (404, 10004, Gone),
    (404, 10007, Gone),
    (404, 10013, Gone),
    (403, 50001, Gone),
    (403, 50007, Gone),
    (400, 50008, Gone),
    (400, 50024, Gone),
    (400, 50033, Gone),
    (400, 50083, Gone),
    (403, 50278, Gone),
    (400, 160_005, Gone),
    (400, 40058, Gone),
    (400, 40067, Gone),
    (400, 20009, Refused),
    (400, 200_000, Refused),
    (400, 200_001, Refused),
    (400, 240_000, Refused),
    (400, 50035, Plain),
    (400, 50006, Plain),
    (400, 50109, Plain),
    (413, 40005, Plain),
    (400, 99_999, Plain),
    (400, 20016, Again),
    (400, 20022, Again),
    (400, 20028, Again),
    (400, 20029, Again),
    (400, 40003, Again),
    (400, 160_006, Again),
    (400, 160_007, Again),
    // Read once more first: the rights are there after all.
    (403, 50013, Again),
    (403, 0, Again),
    (404, 0, Again),
    (403, 77_777, Again),
];

const TEXT: &str = "The company said on Monday that its new machine is ready for everybody who wants one.";

async fn fate(stage: &mut DiscordStage) -> Fate {
    let deliveries = stage.world.store().deliveries(10).await.unwrap();
    let card = deliveries.iter().find(|one| one.item().is_some()).unwrap();
    let rests = stage.world.store().subscriptions().await.unwrap().iter().all(|one| one.pause.is_some());
    match (&card.state, rests) {
        (DeliveryState::Dead { .. }, true) => Gone,
        (DeliveryState::Dead { .. }, false) => Refused,
        (DeliveryState::Queued { .. }, false) => Again,
        (DeliveryState::Sent { .. }, false) => {
            let channel = stage.channel;
            assert!(stage.unseen(channel)[0].body["embeds"].as_array().is_none_or(Vec::is_empty));
            Plain
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_code_has_its_verdict() {
    for (status, code, wanted) in TABLE {
        let mut stage = stage().await;
        let feed = stage.world.server.feed("acme");
        stage.say(Who::Admin, "subscribe", &[("what", &feed.url())]).await.says(&["Subscription 1"]);
        stage.discord().refuse_next(Kind::CreateMessage, 1, *status, *code);
        feed.publish_item("News", TEXT);
        stage.world.pass(hours(2)).await;
        assert_eq!(fate(&mut stage).await, *wanted, "{status} {code}");
    }
}

#[test]
fn every_code_of_the_table_has_its_row() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/platform/discord/verdict.rs");
    let source = fs::read_to_string(source).unwrap();
    let table = source.split("pub fn is_passing").next().unwrap().replace('_', "");
    let numbers = table.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u64>().ok());
    for code in numbers.filter(|number| *number >= 10_000) {
        assert!(TABLE.iter().any(|(_, known, _)| *known == code), "{code} has no row");
    }
}
