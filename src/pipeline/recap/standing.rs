//! How a story stands to the last recap of its address: new, continued, resolved.

use super::Entry;
use crate::model::id::StoryId;
use crate::model::recap::{About, Counts, Recalled, Standing};

/// Words that say that something is over.
const OVER: &[&str] = &[
    "fixed",
    "patched",
    "resolved",
    "restored",
    "recovered",
    "mitigated",
    "settled",
    "settles",
    "withdrawn",
    "withdraws",
    "dismissed",
    "called off",
    "cancelled",
    "canceled",
    "back online",
    "back up",
    "behoben",
    "gepatcht",
    "geschlossen",
    "wiederhergestellt",
    "beigelegt",
    "zurückgezogen",
    "corrigé",
    "corrigée",
    "rétabli",
    "résolu",
    "retiré",
    "corregido",
    "parcheado",
    "restablecido",
    "resuelto",
    "retirado",
];
/// The same in scripts without spaces, where no word ends visibly.
const OVER_UNSPACED: &[&str] =
    &["已修复", "修复了", "已恢复", "和解", "撤回", "修正済", "復旧", "解決した", "撤回した"];
/// Words shortly before them that say the opposite, or that it is still to come.
const NOT: &[&str] = &[
    "not", "no", "never", "yet", "will", "be", "until", "isn't", "hasn't", "wasn't", "cannot", "can't", "unless",
    "nicht", "noch", "wird", "pas", "sera", "no", "será", "aún",
];
const NOT_WITHIN_WORDS: usize = 3;

/// Nothing for the first recap, and nothing for a story that was told and of which nothing came since.
pub fn of(reports: &[&Entry<'_>], last: Option<&Recalled>) -> Option<Standing> {
    let last = last?;
    let story = StoryId::new(reports.first()?.story);
    if !last.stories.contains(&story) {
        return Some(Standing::New);
    }
    let mut since = reports.iter().filter(|entry| entry.item.collected >= last.until).peekable();
    since.peek()?;
    let is_over = since.any(|entry| says_over(&entry.card.headline) || says_over(&entry.card.tldr.what_changed.text));
    Some(if is_over { Standing::Resolved } else { Standing::Continued })
}

fn says_over(text: &str) -> bool {
    let text = text.to_lowercase();
    if OVER_UNSPACED.iter().any(|cue| text.contains(cue)) {
        return true;
    }
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|one| !one.is_empty()).collect();
    let is_said = |at: usize, cue: &str| {
        let mut rest = words.iter().skip(at);
        cue.split(' ').all(|word| rest.next().is_some_and(|one| *one == word))
    };
    let is_denied = |at: usize| words.iter().take(at).rev().take(NOT_WITHIN_WORDS).any(|word| NOT.contains(word));
    (0..words.len()).any(|at| OVER.iter().any(|cue| is_said(at, cue)) && !is_denied(at))
}

pub fn counts(told: impl Iterator<Item = About>) -> Counts {
    let mut counts = Counts::default();
    for about in told {
        counts.stories += 1;
        match about.standing {
            Some(Standing::New) => counts.new += 1,
            Some(Standing::Continued) => counts.continued += 1,
            Some(Standing::Resolved) => counts.resolved += 1,
            None => {}
        }
    }
    counts
}
