//! A recap as a message.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::card::Card;
use crate::model::delivery::{Recap, RecapKind};
use crate::model::doc::{Block, Doc, Link};
use crate::model::id::ItemId;
use crate::model::label::{Labels, Urgency};

/// A recap; `cards` holds those that are still kept.
pub fn recap(recap: &Recap, cards: &HashMap<ItemId, Card>, labels: &Labels, zone: &TimeZone) -> Doc {
    let day = |at: Timestamp| zone.to_datetime(at).date().strftime("%-d %B").to_string();
    let title = match recap.kind {
        RecapKind::Week => format!("The week, {} to {}", day(recap.from), day(recap.to)),
        RecapKind::Day | RecapKind::Quiet | RecapKind::Overflow => {
            format!("The day to {}", zone.to_datetime(recap.to).strftime("%-d %B, %H:%M"))
        }
    };
    let entries: usize = recap.groups.iter().map(|group| group.items.len()).sum();
    let count = match (entries, recap.left_out) {
        (1, 0) => "1 story".to_owned(),
        (entries, 0) => format!("{entries} stories"),
        (entries, left_out) => format!("{entries} stories; {left_out} more found no room here"),
    };
    let mut blocks = vec![Block::Context(vec![count.into()]), Block::Headline { text: title.into(), url: None }];
    for group in &recap.groups {
        let links: Vec<Link> =
            group.items.iter().filter_map(|item| cards.get(item)).map(|card| recap_entry(card, labels)).collect();
        if !links.is_empty() {
            blocks.push(Block::Heading(labels.topic_title(&group.topic).into()));
            blocks.push(Block::Links(links));
        }
    }
    blocks.push(Block::Footer(vec!["All rights belong to the publishers named.".into()]));
    Doc { record: Some(recap_record(recap)), ..Doc::new(blocks) }
}

fn recap_entry(card: &Card, labels: &Labels) -> Link {
    let who: Vec<&str> = card.tldr.who_should_care.iter().map(|name| labels.audience_title(name)).collect();
    let urgency = (card.urgency != Urgency::Fyi).then(|| card.urgency.title());
    let source = Some(card.source.name.as_str()).filter(|name| !name.is_empty());
    let note: Vec<&str> = [source, urgency].into_iter().flatten().chain(who).collect();
    Link { label: card.headline.as_str().into(), url: card.url.clone(), note: Some(note.join(" · ").into()) }
}

/// The recap for programs.
fn recap_record(recap: &Recap) -> String {
    serde_json::json!({ "recap": recap }).to_string()
}
