//! The deep part of a card: takeaways, technical detail, what lies ahead, dated facts, a table.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::ahead::looks_ahead;
use super::leaning::leans;
use super::rank::{Ranked, overlap, terms};
use super::{cues, dates, table};
use crate::analyst::text::Article;
use crate::model::card::{Dated, Implication, Insight};

const TAKEAWAYS_MAX: usize = 3;
const DEEP_DIVE_MAX: usize = 4;
const IMPLICATIONS_MAX: usize = 3;
const TIMELINE_MAX: usize = 6;
/// Sentences that are about the headline, whatever their words.
const LEAD_SENTENCES: usize = 5;
/// A sentence that shares more of its words with another says the same.
const SAME: f32 = 0.7;

/// What a text has beyond its summary. `used`: sentences that stand in the summary. No sentence
/// stands twice on a card.
pub fn insight(article: &Article<'_>, ranked: &[Ranked], used: &HashSet<usize>) -> Insight {
    let item = article.item;
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let written = day(item.published.unwrap_or(item.collected));
    // What should have come before we read of it needs no looking after.
    let read = written.max(day(item.collected));
    let mut chooser = Chooser { article, ranked, used: used.clone() };
    let implications = chooser.implications(written, read);
    let timeline = chooser.timeline();
    let takeaways = chooser.choose(TAKEAWAYS_MAX, |_, _| true);
    let deep_dive = chooser.choose(DEEP_DIVE_MAX, |_, words| cues::technical(words) >= 2);
    let claims = |indexes: &[usize]| {
        indexes.iter().filter_map(|index| article.sentences.get(*index)).map(|one| article.claim(one)).collect()
    };
    Insight {
        takeaways: claims(&takeaways),
        comparison: table::comparison(article),
        deep_dive: claims(&deep_dive),
        implications,
        timeline,
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
    fn choose(&mut self, max: usize, suits: impl Fn(&Ranked, &str) -> bool) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        for one in self.ranked {
            let Some(sentence) = self.article.sentences.get(one.index) else { continue };
            if chosen.len() == max || !suits(one, self.article.words(sentence)) || !self.is_free(one) {
                continue;
            }
            self.used.insert(one.index);
            chosen.push(one.index);
        }
        chosen.sort_unstable();
        chosen
    }

    /// Not on the card, and not saying what is there already.
    fn is_free(&self, one: &Ranked) -> bool {
        let mut used = self.ranked.iter().filter(|other| self.used.contains(&other.index));
        !self.used.contains(&one.index) && !used.any(|other| overlap(&other.terms, &one.terms) > SAME)
    }

    /// Statements about what is to come after `written`, to be looked at after `read`.
    fn implications(&mut self, written: Date, read: Date) -> Vec<Implication> {
        let title = terms(&self.article.item.title);
        let ahead = self.choose(IMPLICATIONS_MAX, |one, words| {
            looks_ahead(words, written) && !leans(words) && is_on_topic(one, &title)
        });
        let article = self.article;
        let claim = |index: usize| article.sentences.get(index).map(|sentence| article.claim(sentence));
        let implication = |index: usize| {
            let prediction = claim(index)?;
            let rationale = self.reason(index);
            self.used.extend(rationale);
            let check_by = dates::check_by(&prediction.text, read);
            Some(Implication { prediction, rationale: rationale.and_then(claim), check_by })
        };
        ahead.into_iter().filter_map(implication).collect()
    }

    /// The sentence after a statement about the future, if it gives a reason and is free.
    fn reason(&self, index: usize) -> Option<usize> {
        let (own, next) = (self.article.sentences.get(index)?, self.article.sentences.get(index + 1)?);
        let follows = next.is_quotable && next.line == own.line && cues::reasons(self.article.words(next)) > 0;
        let one = self.ranked.iter().find(|one| one.index == index + 1)?;
        (follows && self.is_free(one)).then_some(index + 1)
    }

    /// The best dated facts, one to a date, in the order of their dates.
    fn timeline(&mut self) -> Vec<Dated> {
        let title = terms(&self.article.item.title);
        let mut dated: Vec<(String, usize)> = Vec::new();
        for one in self.ranked {
            let Some(sentence) = self.article.sentences.get(one.index) else { continue };
            let words = self.article.words(sentence);
            let Some(date) = dates::written(words).filter(|_| is_on_topic(one, &title) && !leans(words)) else {
                continue;
            };
            let is_new = dated.iter().all(|(other, index)| *other != date && !self.says_same(*index, one));
            if dated.len() < TIMELINE_MAX && is_new && self.is_free(one) {
                dated.push((date, one.index));
            }
        }
        // One date alone is no line.
        if dated.len() < 2 {
            return Vec::new();
        }
        dated.sort();
        self.used.extend(dated.iter().map(|(_, index)| *index));
        let article = self.article;
        let row = |(date, index): (String, usize)| {
            let event = article.claim(article.sentences.get(index)?);
            Some(Dated { date, event, url: article.item.url.clone() })
        };
        dated.into_iter().filter_map(row).collect()
    }

    fn says_same(&self, index: usize, one: &Ranked) -> bool {
        let other = self.ranked.iter().find(|other| other.index == index);
        other.is_some_and(|other| overlap(&other.terms, &one.terms) > SAME)
    }
}

/// It has a word of the headline, or is among the first sentences.
fn is_on_topic(one: &Ranked, title: &HashSet<String>) -> bool {
    one.index < LEAD_SENTENCES || !one.terms.is_disjoint(title)
}
