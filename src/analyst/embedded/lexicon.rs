//! Words and what they speak for. The data is `assets/lexicon.toml`; configured labels add to it.

use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use crate::analyst::text::{is_cjk, is_hangul};
use crate::model::label::{LabelDefinition, Labels};

const DATA: &str = include_str!("../../../assets/lexicon.toml");

/// Weight of a word in a headline, against one in the body.
const TITLE_WEIGHT: f32 = 2.5;
/// What each repetition in the body adds, up to [`REPETITIONS_MAX`] of them.
const REPETITION_WEIGHT: f32 = 0.25;
const REPETITIONS_MAX: usize = 4;
/// Weight of a configured keyword, and of a word in a configured label's own description.
const KEYWORD_WEIGHT: f32 = 4.0;
const DESCRIPTION_WEIGHT: f32 = 1.0;

/// What a set of labels is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    Audience,
    Topic,
    Event,
    Urgency,
    /// The world that a text speaks of.
    Domain,
    /// What makes the advice to an event fit.
    Advice,
}

#[derive(Deserialize)]
struct Data {
    audiences: BTreeMap<String, Vec<String>>,
    topics: BTreeMap<String, Vec<String>>,
    events: BTreeMap<String, Vec<String>>,
    urgency: BTreeMap<String, Vec<String>>,
    domains: BTreeMap<String, Vec<String>>,
    advice: BTreeMap<String, Vec<String>>,
}

/// One word speaking for one label.
struct Vote {
    label: usize,
    weight: f32,
    /// It is looked for in the name of the source alone.
    is_source: bool,
}

struct Word {
    /// Whether letters may follow.
    is_open_ended: bool,
    votes: Vec<Vote>,
}

pub struct Lexicon {
    labels: Vec<(Family, String)>,
    words: Vec<Word>,
    matcher: AhoCorasick,
}

/// How much speaks for each label.
pub struct Scores {
    labels: Vec<(Family, String)>,
    scores: Vec<f32>,
}

impl Scores {
    /// The labels of a family that something speaks for, the strongest first.
    pub fn ranked(&self, family: Family) -> Vec<(&str, f32)> {
        let mut ranked: Vec<(&str, f32)> = self
            .labels
            .iter()
            .zip(&self.scores)
            .filter(|((own, _), score)| *own == family && **score > 0.0)
            .map(|((_, name), score)| (name.as_str(), *score))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        ranked
    }

    pub fn of(&self, family: Family, name: &str) -> f32 {
        let mut both = self.labels.iter().zip(&self.scores);
        both.find(|((own, own_name), _)| *own == family && own_name == name).map_or(0.0, |(_, score)| *score)
    }
}

impl Lexicon {
    pub fn new(labels: &Labels) -> Self {
        let data: Data = toml::from_str(DATA).expect("assets/lexicon.toml is tested to be readable");
        let mut builder = Builder::default();
        for (family, group) in [
            (Family::Audience, data.audiences),
            (Family::Topic, data.topics),
            (Family::Event, data.events),
            (Family::Urgency, data.urgency),
            (Family::Domain, data.domains),
            (Family::Advice, data.advice),
        ] {
            for (name, words) in group {
                let label = builder.label(family, &name);
                for word in words {
                    builder.word(label, &word);
                }
            }
        }
        builder.configured(Family::Audience, &labels.audiences);
        builder.configured(Family::Topic, &labels.topics);
        builder.build()
    }

    /// Weighs a text for every label.
    pub fn weigh(&self, title: &str, body: &str, source: &str) -> Scores {
        let mut scores = vec![0.0; self.labels.len()];
        let mut counts: BTreeMap<usize, [usize; 3]> = BTreeMap::new();
        for (part, text) in [title, body, source].into_iter().enumerate() {
            self.count(text, |word| {
                if let Some(count) = counts.entry(word).or_default().get_mut(part) {
                    *count += 1;
                }
            });
        }
        for (index, [in_title, in_body, in_source]) in counts {
            for vote in self.words.get(index).map_or(&[][..], |word| &word.votes) {
                let presence = if vote.is_source { f32::from(in_source > 0) } else { presence(in_title, in_body) };
                if let Some(score) = scores.get_mut(vote.label) {
                    *score += presence * vote.weight;
                }
            }
        }
        Scores { labels: self.labels.clone(), scores }
    }

    /// Names every word of the lexicon in a text.
    fn count(&self, text: &str, mut found_word: impl FnMut(usize)) {
        let text = text.to_lowercase();
        for found in self.matcher.find_overlapping_iter(&text) {
            let index = found.pattern().as_usize();
            let Some(word) = self.words.get(index) else { continue };
            if is_whole(&text, found.start(), found.end(), word.is_open_ended) {
                found_word(index);
            }
        }
    }
}

fn presence(in_title: usize, in_body: usize) -> f32 {
    let title = if in_title > 0 { TITLE_WEIGHT } else { 0.0 };
    let body = match in_body {
        0 => 0.0,
        times => 1.0 + REPETITION_WEIGHT * (times.min(REPETITIONS_MAX) - 1) as f32,
    };
    title + body
}

/// Whether a match in a spaced script is a word and not a part of one.
fn is_whole(text: &str, start: usize, end: usize, is_open_ended: bool) -> bool {
    let is_latin = |c: char| c.is_alphanumeric() && !is_cjk(c) && !is_hangul(c);
    let first = text.get(start..).and_then(|rest| rest.chars().next());
    let last = text.get(..end).and_then(|rest| rest.chars().next_back());
    let before = text.get(..start).and_then(|rest| rest.chars().next_back());
    let after = text.get(end..).and_then(|rest| rest.chars().next());
    let joins = |a: Option<char>, b: Option<char>| a.is_some_and(is_latin) && b.is_some_and(is_latin);
    !joins(before, first) && (is_open_ended || !joins(last, after))
}

#[derive(Default)]
struct Builder {
    labels: Vec<(Family, String)>,
    words: Vec<Word>,
    patterns: Vec<String>,
    by_pattern: HashMap<(String, bool), usize>,
}

impl Builder {
    fn label(&mut self, family: Family, name: &str) -> usize {
        let known = self.labels.iter().position(|(own, own_name)| *own == family && own_name == name);
        known.unwrap_or_else(|| {
            self.labels.push((family, name.to_owned()));
            self.labels.len() - 1
        })
    }

    /// Takes a word in the notation of the data file.
    fn word(&mut self, label: usize, text: &str) {
        let (word, weight) = match text.rsplit_once('*') {
            Some((word, weight)) => (word, weight.parse().unwrap_or(1.0)),
            None => (text, 1.0),
        };
        let (word, is_source) = word.strip_prefix('@').map_or((word, false), |source| (source, true));
        let (word, is_open_ended) = word.strip_suffix('~').map_or((word, is_source), |stem| (stem, true));
        self.vote(word, is_open_ended, Vote { label, weight, is_source });
    }

    fn vote(&mut self, word: &str, is_open_ended: bool, vote: Vote) {
        let word = word.trim().to_lowercase();
        if word.is_empty() {
            return;
        }
        let key = (word.clone(), is_open_ended);
        let index = *self.by_pattern.entry(key).or_insert_with(|| {
            self.patterns.push(word);
            self.words.push(Word { is_open_ended, votes: Vec::new() });
            self.words.len() - 1
        });
        if let Some(word) = self.words.get_mut(index) {
            word.votes.push(vote);
        }
    }

    /// Configured labels need no training: their keywords, and the words that describe the new ones.
    fn configured(&mut self, family: Family, definitions: &[LabelDefinition]) {
        for definition in definitions {
            let is_built_in = self.labels.iter().any(|(own, name)| *own == family && *name == definition.name);
            let label = self.label(family, &definition.name);
            for keyword in &definition.keywords {
                self.vote(keyword, false, Vote { label, weight: KEYWORD_WEIGHT, is_source: false });
            }
            let own_words = format!("{} {}", definition.name.replace('-', " "), definition.description);
            for word in
                own_words.split(|c: char| !c.is_alphanumeric()).filter(|word| !is_built_in && word.chars().count() > 3)
            {
                self.vote(word, false, Vote { label, weight: DESCRIPTION_WEIGHT, is_source: false });
            }
        }
    }

    fn build(self) -> Lexicon {
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&self.patterns)
            .expect("a few thousand short words fit an automaton");
        Lexicon { labels: self.labels, words: self.words, matcher }
    }
}
