//! The short part of a card: which sentence is the hook, what changed, why it matters, what to do.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::leaning::leans;
use super::rank::{Ranked, columns, overlap, share, terms};
use super::{cues, dates};
use crate::analyst::text::Article;
use crate::model::card::Claim;

/// A sentence that shares more of its words with another says the same.
const SAME: f32 = 0.7;
/// A sentence this like the headline only repeats it.
const REPEATS_TITLE: f32 = 0.8;
/// What speaks for a sentence as the news: the words of the headline.
const HEADLINE: f32 = 1.0;
/// And against it: it leans on another, tells what was long before, says nothing beyond the headline.
const LEANING: f32 = 1.2;
const BACKGROUND: f32 = 0.4;
const NOTHING_NEW: f32 = 0.6;
/// The hook is read at a glance.
const HOOK_COLUMNS_MAX: usize = 220;
/// A reason must be among the better half of the text, and not too long to take in.
const REASON_COLUMNS_MAX: usize = 420;

/// The sentences picked, and those that are used up.
pub struct Picked {
    pub hook: String,
    pub what_changed: Claim,
    pub why_it_matters: Option<Claim>,
    pub what_to_do_next: Option<Claim>,
    /// Positions of the sentences used.
    pub used: HashSet<usize>,
}

/// Picks from the ranked sentences.
pub fn pick(article: &Article<'_>, ranked: &[Ranked]) -> Picked {
    let written = article.item.published.map(|at| at.to_zoned(TimeZone::UTC).date());
    let mut picker = Picker { article, taken: Vec::new(), used: HashSet::new(), written };
    let title = terms(&article.item.title);
    let what_changed = match picker.best(ranked, |one| Some(picker.news(one, &title))) {
        Some(best) => picker.take(best),
        None => article.title_claim(),
    };
    let next = ranked.iter().filter(|one| cues::asks_for_action(picker.words(one))).find(|one| picker.is_free(one));
    let what_to_do_next = next.map(|one| picker.take(one));
    let why = picker.best(ranked, |one| {
        let words = picker.words(one);
        let reasons = cues::reasons(words);
        let fits = reasons > 0 && columns(words) <= REASON_COLUMNS_MAX && picker.stands(one);
        fits.then(|| one.score + 0.35 * reasons.min(3) as f32)
    });
    let why_it_matters = why.map(|one| picker.take(one));
    let hook = picker.best(ranked, |one| {
        let words = picker.words(one);
        let fits = columns(words) <= HOOK_COLUMNS_MAX && overlap(&one.terms, &title) < REPEATS_TITLE && !leans(words);
        fits.then_some(picker.news(one, &title))
    });
    let hook = hook.map(|one| picker.take(one).text).unwrap_or_default();
    Picked { hook, what_changed, why_it_matters, what_to_do_next, used: picker.used }
}

struct Picker<'a> {
    article: &'a Article<'a>,
    taken: Vec<HashSet<String>>,
    used: HashSet<usize>,
    /// When the item was published, where that is known.
    written: Option<Date>,
}

impl Picker<'_> {
    fn words(&self, one: &Ranked) -> &str {
        self.article.sentences.get(one.index).map_or("", |sentence| self.article.words(sentence))
    }

    /// How well a sentence tells the headline's news, and not what was before.
    fn news(&self, one: &Ranked, title: &HashSet<String>) -> f32 {
        let words = self.words(one);
        let mut worth = one.score + HEADLINE * share(title, &one.terms);
        if leans(words) {
            worth -= LEANING;
        }
        if one.terms.is_subset(title) {
            worth -= NOTHING_NEW;
        }
        if self.written.is_some_and(|day| dates::is_past(words, day)) {
            worth -= BACKGROUND;
        }
        worth
    }

    /// It leans on no sentence, or on one that stands before it on the card.
    fn stands(&self, one: &Ranked) -> bool {
        let follows = one.index.checked_sub(1).is_some_and(|before| self.used.contains(&before));
        follows || !leans(self.words(one))
    }

    /// Not used, and not saying what is said already.
    fn is_free(&self, one: &Ranked) -> bool {
        !self.used.contains(&one.index) && !self.taken.iter().any(|taken| overlap(taken, &one.terms) > SAME)
    }

    fn best<'r>(&self, ranked: &'r [Ranked], worth: impl Fn(&Ranked) -> Option<f32>) -> Option<&'r Ranked> {
        let free = ranked.iter().filter(|one| self.is_free(one));
        let valued = free.filter_map(|one| Some((worth(one)?, one)));
        valued.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.index.cmp(&a.1.index))).map(|(_, one)| one)
    }

    fn take(&mut self, one: &Ranked) -> Claim {
        self.used.insert(one.index);
        self.taken.push(one.terms.clone());
        match self.article.sentences.get(one.index) {
            Some(sentence) => self.article.claim(sentence),
            None => self.article.title_claim(),
        }
    }
}
