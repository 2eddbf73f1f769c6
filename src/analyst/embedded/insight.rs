//! The deep part of a card: takeaways, technical detail, what lies ahead, dated facts, a table.

use std::collections::HashSet;

use super::rank::{Ranked, overlap};
use super::{cues, dates, table};
use crate::analyst::text::Article;
use crate::model::card::{Dated, Implication, Insight};

const TAKEAWAYS_MAX: usize = 3;
const DEEP_DIVE_MAX: usize = 4;
const IMPLICATIONS_MAX: usize = 3;
const TIMELINE_MAX: usize = 6;
/// A sentence that shares more of its words with another says the same.
const SAME: f32 = 0.7;

/// What a text has beyond its summary. `used`: sentences that stand in the summary.
pub fn insight(article: &Article<'_>, ranked: &[Ranked], used: &HashSet<usize>) -> Insight {
    let mut chooser = Chooser { article, ranked, used: used.clone() };
    let ahead = chooser.choose(IMPLICATIONS_MAX, cues::looks_ahead);
    let reasons: Vec<Option<usize>> = ahead.iter().map(|index| reason(article, *index)).collect();
    chooser.used.extend(reasons.iter().flatten());
    let implications = ahead.iter().zip(reasons).map(|(index, reason)| implication(article, *index, reason)).collect();
    let takeaways = chooser.choose(TAKEAWAYS_MAX, |_| true);
    let deep_dive = chooser.choose(DEEP_DIVE_MAX, |words| cues::technical(words) >= 2);
    let claims = |indexes: &[usize]| {
        indexes.iter().filter_map(|index| article.sentences.get(*index)).map(|one| article.claim(one)).collect()
    };
    Insight {
        takeaways: claims(&takeaways),
        comparison: table::comparison(article),
        deep_dive: claims(&deep_dive),
        implications,
        timeline: timeline(article),
    }
}

/// Leaves out what matters least until the rest has at most so many bytes as JSON.
pub fn fit(mut insight: Insight, bytes_max: usize) -> Insight {
    let size = |insight: &Insight| serde_json::to_string(insight).map_or(0, |json| json.len());
    while !insight.is_empty() && size(&insight) > bytes_max {
        let left_out = insight.deep_dive.pop().is_some()
            || insight.timeline.pop().is_some()
            || insight.comparison.take().is_some()
            || insight.implications.pop().is_some()
            || insight.takeaways.pop().is_some();
        debug_assert!(left_out, "an insight that is not empty has a part");
        if insight.timeline.len() == 1 {
            insight.timeline.clear();
        }
    }
    insight
}

struct Chooser<'a> {
    article: &'a Article<'a>,
    ranked: &'a [Ranked],
    used: HashSet<usize>,
}

impl Chooser<'_> {
    /// The best free sentences that `suits`, in the order of the text.
    fn choose(&mut self, max: usize, suits: impl Fn(&str) -> bool) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        for one in self.ranked {
            let Some(sentence) = self.article.sentences.get(one.index) else { continue };
            if chosen.len() == max
                || self.used.contains(&one.index)
                || !suits(self.article.words(sentence))
                || self.repeats(one)
            {
                continue;
            }
            self.used.insert(one.index);
            chosen.push(one.index);
        }
        chosen.sort_unstable();
        chosen
    }

    fn repeats(&self, one: &Ranked) -> bool {
        let used = self.ranked.iter().filter(|other| self.used.contains(&other.index));
        used.into_iter().any(|other| overlap(&other.terms, &one.terms) > SAME)
    }
}

/// The sentence after a statement about the future, if it gives a reason.
fn reason(article: &Article<'_>, index: usize) -> Option<usize> {
    let (own, next) = (article.sentences.get(index)?, article.sentences.get(index + 1)?);
    let gives_reason = next.is_quotable && next.line == own.line && cues::reasons(article.words(next)) > 0;
    gives_reason.then_some(index + 1)
}

fn implication(article: &Article<'_>, index: usize, reason: Option<usize>) -> Implication {
    let claim = |index: usize| article.sentences.get(index).map(|sentence| article.claim(sentence));
    let words = article.sentences.get(index).map_or("", |sentence| article.words(sentence));
    Implication {
        prediction: claim(index).unwrap_or_else(|| article.title_claim()),
        rationale: reason.and_then(claim),
        check_by: dates::check_by(words, article.item.published.or(Some(article.item.collected))),
    }
}

/// Dated facts in the order of their dates.
fn timeline(article: &Article<'_>) -> Vec<Dated> {
    let quotable = article.sentences.iter().filter(|sentence| sentence.is_quotable);
    let mut dated: Vec<Dated> = quotable
        .filter_map(|sentence| {
            let date = dates::written(article.words(sentence))?;
            Some(Dated { date, event: article.claim(sentence), url: article.item.url.clone() })
        })
        .collect();
    dated.sort_by(|a, b| a.date.cmp(&b.date));
    dated.truncate(TIMELINE_MAX);
    // One date alone is no line.
    if dated.len() < 2 { Vec::new() } else { dated }
}
