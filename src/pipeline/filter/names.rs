//! Names that are near to what somebody wrote.

use crate::model::phrase::Phrase;

/// The known name that `unknown` is most likely meant to be.
pub(super) fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let unknown = unknown.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&unknown, &name.to_lowercase());
    let near = known.min_by_key(|name| distance(name))?;
    // One letter in three may be wrong.
    (distance(near) <= (near.chars().count() / 3).max(1)).then_some(near)
}

/// What to write instead: the name that is near, else any.
pub(super) fn advice<'a>(near: Option<&str>, known: impl Iterator<Item = &'a str>) -> Phrase {
    match near {
        Some(near) => Phrase::of("query-near").and("near", near),
        None => Phrase::of("query-known").and("known", known.collect::<Vec<_>>().join(", ")),
    }
}
