//! Which sentences say most: a linear ranker over position, likeness to the title, centrality,
//! numbers and length (intelligence, section 1.2).

use std::collections::{HashMap, HashSet};

use super::leaning::leans;
use crate::analyst::text::{Article, Sentence, is_cjk};

/// Weights of the features.
const POSITION: f32 = 1.0;
const TITLE: f32 = 0.9;
const CENTRALITY: f32 = 0.5;
const NUMBERS: f32 = 0.15;
const TOO_LONG: f32 = 0.6;
const TOO_SHORT: f32 = 0.4;
const QUESTION: f32 = 0.5;
const LEANING: f32 = 0.45;
/// The length of a sentence that is read in one go, in columns (a CJK character counts as two).
const COLUMNS_GOOD: std::ops::RangeInclusive<usize> = 50..=320;

/// A sentence with its score, best first from [`rank`].
#[derive(Clone, Debug)]
pub struct Ranked {
    /// Position among the article's sentences.
    pub index: usize,
    pub score: f32,
    pub terms: HashSet<String>,
}

/// Scores the quotable sentences of an article, best first.
pub fn rank(article: &Article<'_>) -> Vec<Ranked> {
    let title = terms(&article.item.title);
    let all: Vec<HashSet<String>> = article.sentences.iter().map(|one| terms(article.words(one))).collect();
    let centre = frequencies(&all);
    let mut ranked: Vec<Ranked> = article
        .sentences
        .iter()
        .zip(all)
        .enumerate()
        .filter(|(_, (sentence, terms))| sentence.is_quotable && !terms.is_empty())
        .map(|(index, (sentence, terms))| {
            let score = score(article, sentence, index, &terms, &title, &centre);
            Ranked { index, score, terms }
        })
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.index.cmp(&b.index)));
    ranked
}

fn score(
    article: &Article<'_>,
    sentence: &Sentence,
    index: usize,
    terms: &HashSet<String>,
    title: &HashSet<String>,
    centre: &HashMap<String, f32>,
) -> f32 {
    let words = article.words(sentence);
    let columns = columns(words);
    let mut score = POSITION / (1.0 + 0.35 * index as f32);
    score += TITLE * overlap(terms, title);
    score += CENTRALITY * terms.iter().filter_map(|term| centre.get(term)).sum::<f32>() / (terms.len() as f32).sqrt();
    score += NUMBERS * f32::from(words.contains(|c: char| c.is_ascii_digit()));
    if columns > *COLUMNS_GOOD.end() {
        score -= TOO_LONG;
    }
    if columns < *COLUMNS_GOOD.start() {
        score -= TOO_SHORT;
    }
    if words.ends_with(['?', '？', '؟']) {
        score -= QUESTION;
    }
    if index > 0 && leans(words) {
        score -= LEANING;
    }
    score
}

/// The share of the smaller set that is in the other.
pub fn overlap(a: &HashSet<String>, b: &HashSet<String>) -> f32 {
    let smaller = a.len().min(b.len());
    if smaller == 0 { 0.0 } else { a.intersection(b).count() as f32 / smaller as f32 }
}

/// The share of a set that is in another.
pub fn share(of: &HashSet<String>, within: &HashSet<String>) -> f32 {
    if of.is_empty() { 0.0 } else { of.intersection(within).count() as f32 / of.len() as f32 }
}

/// How often each term occurs in the article, against its most frequent one.
fn frequencies(all: &[HashSet<String>]) -> HashMap<String, f32> {
    let mut counts: HashMap<String, f32> = HashMap::new();
    for term in all.iter().flatten() {
        *counts.entry(term.clone()).or_default() += 1.0;
    }
    let most = counts.values().copied().fold(1.0_f32, f32::max);
    counts.retain(|_, count| *count > 1.0);
    counts.values_mut().for_each(|count| *count /= most);
    counts
}

/// The words of a text that carry meaning; CJK text by pairs of characters.
pub fn terms(text: &str) -> HashSet<String> {
    let mut terms = HashSet::new();
    let mut word = String::new();
    let mut previous: Option<char> = None;
    for c in text.chars().chain([' ']) {
        if is_cjk(c) {
            if let Some(previous) = previous.filter(|previous| is_cjk(*previous)) {
                terms.insert([previous, c].iter().collect());
            }
        } else if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        if (is_cjk(c) || !c.is_alphanumeric()) && !word.is_empty() {
            let word = std::mem::take(&mut word);
            if word.chars().count() > 2 && !STOP_WORDS.contains(&word.as_str()) {
                terms.insert(stem(&word).to_owned());
            }
        }
        previous = Some(c);
    }
    terms
}

/// Takes the commonest English endings off, so that "attacks" meets "attack".
fn stem(word: &str) -> &str {
    let is_long = |stem: &&str| stem.len() > 3;
    ["ing", "ed", "es", "s"].iter().find_map(|ending| word.strip_suffix(ending).filter(is_long)).unwrap_or(word)
}

/// The width of a text on a terminal: CJK characters take two columns.
pub fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

const STOP_WORDS: &[&str] = &[
    "the",
    "and",
    "for",
    "that",
    "with",
    "this",
    "from",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "its",
    "their",
    "which",
    "who",
    "will",
    "would",
    "can",
    "could",
    "may",
    "been",
    "being",
    "but",
    "not",
    "they",
    "than",
    "into",
    "also",
    "more",
    "most",
    "such",
    "some",
    "other",
    "over",
    "after",
    "before",
    "about",
    "when",
    "while",
    "where",
    "what",
    "how",
    "why",
    "all",
    "any",
    "each",
    "our",
    "out",
    "you",
    "your",
    "his",
    "her",
    "she",
    "him",
    "them",
    "these",
    "those",
    "there",
    "then",
    "one",
    "two",
    "new",
    "said",
    "says",
    "say",
    "according",
    "including",
    "through",
    "between",
    "both",
    "only",
    "just",
    "like",
    "use",
    "used",
    "using",
    "via",
    "per",
    "now",
    "get",
    "make",
    "made",
];
