//! A recap in messages: cut between groups alone, each small enough for every platform.

use super::Entry;
use crate::model::id::ItemId;
use crate::model::recap::Group;

/// What a message holds, in UTF-16 units. The narrowest is Discord's embed: 4096 units with links
/// written out and marks escaped; the rest of it is room for titles and counts. Telegram's 4096 units are
/// without links, Slack's 10,000 characters with what is around them.
const PART_MAX: usize = 3_400;
/// Messages of one recap.
const PARTS_MAX: usize = 4;
/// What a title of a group and its count of what is left out take.
const TITLE_COST: usize = 160;
/// What is said of an entry besides: source, urgency, who, how many report it.
const NOTE_COST: usize = 180;
/// Characters of a headline that are shown.
pub const HEADLINE_CHARS_MAX: usize = 200;

/// What an entry takes at most, on the platform where it takes most.
pub fn cost(entry: &Entry<'_>) -> usize {
    let card = entry.card;
    let escaped = |text: &str| text.encode_utf16().count() + text.chars().filter(char::is_ascii_punctuation).count();
    let headline: String = card.headline.chars().take(HEADLINE_CHARS_MAX).collect();
    let source: String = card.source.name.chars().take(60).collect();
    escaped(&headline) + card.url.as_deref().map_or(0, escaped) + escaped(&source) + NOTE_COST
}

/// The groups in portions of one message each, and how many stories found no room in any.
pub fn portions<'a>(groups: Vec<Group>, entry: impl Fn(&ItemId) -> Option<Entry<'a>>) -> (Vec<Vec<Group>>, usize) {
    let mut portions: Vec<Vec<Group>> = Vec::new();
    let (mut used, mut left_out) = (PART_MAX, 0);
    for group in groups {
        let (group, cost, cut) = fitting(group, &entry);
        left_out += cut;
        if used + cost > PART_MAX {
            if portions.len() == PARTS_MAX {
                left_out += group.items.len();
                continue;
            }
            portions.push(Vec::new());
            used = 0;
        }
        used += cost;
        if let Some(last) = portions.last_mut() {
            last.push(group);
        }
    }
    (portions, left_out)
}

/// As much of a group as one message takes, what that takes, and how many entries it is without.
fn fitting<'a>(mut group: Group, entry: &impl Fn(&ItemId) -> Option<Entry<'a>>) -> (Group, usize, usize) {
    let mut used = TITLE_COST;
    let mut kept = Vec::new();
    let all = group.items.len();
    for item in group.items {
        let cost = entry(&item).map_or(0, |entry| cost(&entry));
        // The first one is told in any case.
        if kept.is_empty() || used + cost <= PART_MAX {
            used += cost;
            kept.push(item);
        }
    }
    let cut = all - kept.len();
    group.left_out += cut;
    group.items = kept;
    (group, used.min(PART_MAX), cut)
}
