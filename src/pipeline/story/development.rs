//! Whether a later report of a story brings real news. Must not know: who is told.

use crate::model::item::Item;
use crate::model::story::{Development, DevelopmentKind};

/// What a later report of a story brings, if it is more than the same again.
pub fn development(_earlier: &[&Item], item: &Item) -> Option<Development> {
    let cues = [
        ("correction", DevelopmentKind::Correction),
        ("denies", DevelopmentKind::Denial),
        ("update", DevelopmentKind::Update),
    ];
    let title = item.title.to_ascii_lowercase();
    cues.iter().find_map(|(cue, kind)| {
        let at = title.find(cue)?;
        Some(Development { kind: *kind, cue: item.title.get(at..at + cue.len())?.to_owned() })
    })
}
