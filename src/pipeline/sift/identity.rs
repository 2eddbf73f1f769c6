//! Which name a feed's items go by. Chosen at the first poll and kept; given up only when the
//! feed shows again and again that it does not mean it.

use std::collections::HashSet;

use super::names::{content_key, gist, words};
use crate::model::feed::{Entry, Identity};
use crate::model::item::link_key;

/// Polls in a row with new guids on old items after which guids are no longer believed.
const GUID_CHURN_MAX: u32 = 3;

/// The first rule that tells the entries apart: nearly all have such a name, and it means nearly
/// always the same entry.
pub fn choose(entries: &[Entry]) -> Identity {
    let guid = |entry: &Entry| entry.id.clone();
    let link = |entry: &Entry| entry.url.as_deref().map(link_key);
    // An item that is listed twice may have two titles, but not two texts as well.
    let link_and_text = |entry: &Entry| Some((link(entry), words(entry).map(gist)));
    if entries.is_empty() || tells_apart(entries, guid, link_and_text) {
        Identity::Guid
    } else if tells_apart(entries, link, content_key) {
        Identity::Link
    } else if entries.iter().all(|entry| entry.id.is_none() && entry.url.is_none())
        || tells_apart(entries, content_key, content_key)
    {
        Identity::Fingerprint
    } else {
        Identity::Guid
    }
}

/// `other`: what differs between entries that are not the same.
fn tells_apart<T: Eq + std::hash::Hash>(
    entries: &[Entry],
    name: impl Fn(&Entry) -> Option<String>,
    other: impl Fn(&Entry) -> Option<T>,
) -> bool {
    let pairs: HashSet<(String, Option<T>)> = entries.iter().filter_map(|one| Some((name(one)?, other(one)))).collect();
    let named = entries.iter().filter(|one| name(one).is_some()).count();
    let names: HashSet<&String> = pairs.iter().map(|(name, _)| name).collect();
    !pairs.is_empty() && named * 10 >= entries.len() * 9 && names.len() * 10 >= pairs.len() * 9
}

/// The rule after a poll that made it `guid_churn` in a row with new guids on old items.
pub fn settle(identity: Identity, guid_churn: u32, entries: &[Entry]) -> Identity {
    if identity != Identity::Guid || guid_churn < GUID_CHURN_MAX {
        return identity;
    }
    let links: HashSet<&str> = entries.iter().filter_map(|entry| entry.url.as_deref()).collect();
    if links.len() * 10 >= entries.len() * 9 { Identity::Link } else { Identity::Fingerprint }
}
