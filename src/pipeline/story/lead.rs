//! Which version of a story leads. Must not know: who is told.

use std::cmp::Ordering;

use crate::model::item::Item;

/// Characters of a text beyond which more is no better.
const ENOUGH: usize = 1200;

/// The better one to lead is `Less`: more substance, then earlier, then by its name.
pub fn leads(a: &Item, b: &Item) -> Ordering {
    let substance = |item: &Item| item.body.chars().count().min(ENOUGH) / 400;
    let time = |item: &Item| item.published.unwrap_or(item.collected);
    substance(b).cmp(&substance(a)).then_with(|| time(a).cmp(&time(b))).then_with(|| a.id.cmp(&b.id))
}
