//! Trains the weights by which items become stories, and measures them.
//!
//! `cargo run --release --example stories -- ../shared/corpus` reads `items.jsonl` there, cross-validates by
//! story (no item is graded by weights that saw its story), prints what came out, trains on all of it, and
//! writes `assets/stories.toml`.

#![allow(clippy::indexing_slicing, clippy::needless_range_loop)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use tidings::model::id::{FeedId, ItemId, StoryId};
use tidings::model::item::{Item, Source};
use tidings::pipeline::story::{LIKENESSES, Sketch, WINDOW, Weights, Window, sketch};

/// From here on items are merged, and from there on said to be possible: logarithms of odds.
const SAME: f32 = 0.0;
const POSSIBLE: f32 = -2.5;

const FOLDS: usize = 5;
const SEEDS: u64 = 5;
/// How much more a near miss counts, and how strongly weights are held near zero.
const NEAR_MISS_WEIGHT: f64 = 4.0;
const RIDGE: f64 = 5.0;

/// Numbers of a row: the likenesses, and 1 for the bias.
const N: usize = LIKENESSES.len() + 1;

#[derive(Deserialize)]
struct Line {
    id: String,
    title: String,
    url: Option<String>,
    source: String,
    published: String,
    lang: String,
    text: String,
    story: Option<String>,
    near_miss: Option<String>,
}

struct Case {
    item: Item,
    sketch: Sketch,
    story: String,
    near_miss: Option<String>,
}

struct Pair {
    a: usize,
    b: usize,
    likeness: [f32; LIKENESSES.len()],
    is_same: bool,
    is_near_miss: bool,
}

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).context("name the folder of items.jsonl")?;
    let cases = read(&Path::new(&folder).join("items.jsonl"))?;
    let pairs = pairs(&cases);
    println!(
        "{} items, {} pairs within {} hours, {} of one story, {} near misses",
        cases.len(),
        pairs.len(),
        WINDOW.as_hours(),
        pairs.iter().filter(|pair| pair.is_same).count(),
        pairs.iter().filter(|pair| pair.is_near_miss).count()
    );
    let mut grades = BTreeMap::new();
    for seed in 0..SEEDS {
        let folds = folds(&cases, seed);
        let weights: Vec<Weights> = (0..FOLDS)
            .map(|fold| train(pairs.iter().filter(|pair| folds[pair.a] != fold && folds[pair.b] != fold)))
            .collect();
        for (name, same) in [("-1.0", -1.0), ("-0.5", -0.5), ("0.0", 0.0), ("0.5", 0.5), ("1.0", 1.0), ("2.0", 2.0)] {
            let weights: Vec<Weights> = weights.iter().map(|one| Weights { same, ..one.clone() }).collect();
            grade(&cases, &pairs, |case| &weights[folds[case]], grades.entry(name).or_default());
        }
    }
    for (same, grade) in &grades {
        println!(
            "\ncross-validated, {SEEDS} times {FOLDS} folds, merged from odds of e^{same}{}",
            if same.parse() == Ok(SAME) { "  <== shipped" } else { "" }
        );
        grade.print();
    }
    let weights = train(pairs.iter());
    let mut all = Grade::default();
    grade(&cases, &pairs, |_| &weights, &mut all);
    println!("\ntrained and measured on the same items (optimistic)");
    all.print();
    for (name, weight) in LIKENESSES.iter().zip(&weights.likeness) {
        println!("{name:16} {weight:7.3}");
    }
    let head = "# What each likeness of two items weighs: a logistic regression, made by examples/stories.rs. In the order of\n# LIKENESSES in src/pipeline/story/weights.rs.\n";
    std::fs::write("assets/stories.toml", format!("{head}{}", toml::to_string(&weights)?))?;
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<Case>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines().map(|line| case(serde_json::from_str(line)?)).collect()
}

fn case(line: Line) -> anyhow::Result<Case> {
    // "2026-03-15 12:47:25  +0800" is in the corpus too.
    let published = line.published.replace("  +0800", "+08:00").replace(' ', "T").parse()?;
    let item = Item {
        id: ItemId::new(&line.id),
        feed: FeedId::of_url(&line.source),
        title: line.title,
        body: line.text,
        url: line.url,
        authors: Vec::new(),
        categories: Vec::new(),
        image: None,
        lang: Some(line.lang),
        published: Some(published),
        collected: published,
        source: Source { name: line.source, url: None },
        rights: None,
        topics: Vec::new(),
    };
    let story = line.story.unwrap_or(line.id);
    Ok(Case { sketch: sketch(&item), item, story, near_miss: line.near_miss })
}

fn pairs(cases: &[Case]) -> Vec<Pair> {
    let sketches: Vec<Sketch> = cases.iter().map(|case| case.sketch.clone()).collect();
    let window = Window::that_knows(&sketches);
    let mut pairs = Vec::new();
    for (a, one) in cases.iter().enumerate() {
        for (b, other) in cases.iter().enumerate().take(a) {
            if one.sketch.time().duration_since(other.sketch.time()).abs() > WINDOW {
                continue;
            }
            let is_near_miss = misses(one, other) || misses(other, one);
            let likeness = window.likeness(&one.sketch, &other.sketch);
            pairs.push(Pair { a, b, likeness, is_same: one.story == other.story, is_near_miss });
        }
    }
    pairs
}

/// Is an item about the topic of the other one's story, but not that story? A round-up is near all of them.
fn misses(item: &Case, other: &Case) -> bool {
    let Some(says) = &item.near_miss else { return false };
    let is_alike = |other: &String| {
        ["Manic", "Grandoreiro", "Irregular"].iter().any(|name| says.contains(name) && other.contains(name))
    };
    says.contains(&other.story)
        || other.near_miss.as_ref().is_some_and(is_alike)
        || (says.contains("recap") && other.story != other.item.id.as_str())
}

/// The fold of each case: items of one story are in the same.
fn folds(cases: &[Case], seed: u64) -> Vec<usize> {
    let mut stories: Vec<&String> = cases.iter().map(|case| &case.story).collect::<BTreeSet<_>>().into_iter().collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut stories);
    let of: BTreeMap<&String, usize> =
        stories.into_iter().enumerate().map(|(place, story)| (story, place % FOLDS)).collect();
    cases.iter().map(|case| of[&case.story]).collect()
}

/// Logistic regression with a ridge, by Newton's method on standardised likenesses.
fn train<'a>(pairs: impl Iterator<Item = &'a Pair>) -> Weights {
    let pairs: Vec<&Pair> = pairs.collect();
    let count = pairs.len() as f64;
    let mean = |at: usize| pairs.iter().map(|pair| f64::from(pair.likeness[at])).sum::<f64>() / count;
    let means: Vec<f64> = (0..N - 1).map(mean).collect();
    let spread = |at: usize| {
        (pairs.iter().map(|pair| (f64::from(pair.likeness[at]) - means[at]).powi(2)).sum::<f64>() / count)
            .sqrt()
            .max(1e-6)
    };
    let spreads: Vec<f64> = (0..N - 1).map(spread).collect();
    let row = |pair: &Pair| -> [f64; N] {
        std::array::from_fn(
            |at| if at + 1 == N { 1.0 } else { (f64::from(pair.likeness[at]) - means[at]) / spreads[at] },
        )
    };
    let rows: Vec<([f64; N], f64, f64)> = pairs
        .iter()
        .map(|pair| {
            (row(pair), if pair.is_same { 1.0 } else { 0.0 }, if pair.is_near_miss { NEAR_MISS_WEIGHT } else { 1.0 })
        })
        .collect();
    let mut beta = [0.0; N];
    for _ in 0..25 {
        let mut gradient = [0.0; N];
        let mut hessian = [[0.0; N]; N];
        for (row, is, weight) in &rows {
            let p = 1.0 / (1.0 + (-row.iter().zip(&beta).map(|(x, b)| x * b).sum::<f64>()).exp());
            for i in 0..N {
                gradient[i] += weight * (is - p) * row[i];
                for j in 0..N {
                    hessian[i][j] += weight * p * (1.0 - p) * row[i] * row[j];
                }
            }
        }
        for i in 0..N - 1 {
            gradient[i] -= RIDGE * beta[i];
            hessian[i][i] += RIDGE;
        }
        hessian[N - 1][N - 1] += 1e-6;
        let step = solved(hessian, gradient);
        for i in 0..N {
            beta[i] += step[i];
        }
    }
    let likeness: Vec<f32> = (0..N - 1).map(|at| (beta[at] / spreads[at]) as f32).collect();
    let bias = beta[N - 1] - (0..N - 1).map(|at| beta[at] * means[at] / spreads[at]).sum::<f64>();
    let rounded = |number: f32| (number * 1e4).round() / 1e4;
    Weights {
        same: SAME,
        possible: POSSIBLE,
        bias: rounded(bias as f32),
        likeness: likeness.into_iter().map(rounded).collect(),
    }
}

/// Gauss and Jordan, with the largest pivot.
fn solved(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for at in 0..N {
        let pivot = (at..N).max_by(|i, j| a[*i][at].abs().total_cmp(&a[*j][at].abs())).unwrap_or(at);
        a.swap(at, pivot);
        b.swap(at, pivot);
        for other in (0..N).filter(|other| *other != at) {
            let factor = a[other][at] / a[at][at];
            for column in at..N {
                a[other][column] -= factor * a[at][column];
            }
            b[other] -= factor * b[at];
        }
    }
    std::array::from_fn(|at| b[at] / a[at][at])
}

#[derive(Default)]
struct Grade {
    /// By pair of languages, and for all: merged and right, merged, right.
    counts: BTreeMap<String, [usize; 3]>,
    /// The same for what is merged or said to be possible.
    band: BTreeMap<String, [usize; 3]>,
    near_misses: [usize; 3],
}

/// Places all items in the order of time, as the bot does, each by the weights that may judge it.
fn grade<'a>(cases: &[Case], pairs: &[Pair], weights: impl Fn(usize) -> &'a Weights, grade: &mut Grade) {
    let sketches: Vec<Sketch> = cases.iter().map(|case| case.sketch.clone()).collect();
    let mut window = Window::that_knows(&sketches);
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|at| (cases[*at].sketch.time(), cases[*at].item.id.clone()));
    let mut stories: Vec<Option<StoryId>> = vec![None; cases.len()];
    let mut possible: Vec<Vec<StoryId>> = vec![Vec::new(); cases.len()];
    for at in order {
        let case = &cases[at];
        let placement = window.place_by(weights(at), &case.item.id, &case.sketch);
        let story = placement.same.map_or_else(|| StoryId::of(&case.item.id), |found| found.story);
        possible[at] = placement.possible.into_iter().map(|found| found.story).collect();
        window.add(case.item.id.clone(), story.clone(), case.sketch.clone());
        stories[at] = Some(story);
    }
    for pair in pairs {
        let (one, other) = (&cases[pair.a], &cases[pair.b]);
        let is_merged = stories[pair.a] == stories[pair.b];
        let says = |a: usize, b: usize| possible[a].iter().any(|story| stories[b].as_ref() == Some(story));
        let is_named = is_merged || says(pair.a, pair.b) || says(pair.b, pair.a);
        let mut langs = [one.item.lang.as_deref().unwrap_or_default(), other.item.lang.as_deref().unwrap_or_default()];
        langs.sort_unstable();
        let kind = if langs[0] == langs[1] { "same language" } else { "across" };
        for key in ["all".to_owned(), kind.to_owned(), langs.join("-")] {
            count(grade.counts.entry(key.clone()).or_default(), is_merged, pair.is_same);
            count(grade.band.entry(key).or_default(), is_named, pair.is_same);
        }
        if pair.is_near_miss {
            grade.near_misses[0] += usize::from(is_merged);
            grade.near_misses[1] += usize::from(is_named);
            grade.near_misses[2] += 1;
        }
    }
}

fn count(counts: &mut [usize; 3], is_found: bool, is_same: bool) {
    counts[0] += usize::from(is_found && is_same);
    counts[1] += usize::from(is_found);
    counts[2] += usize::from(is_same);
}

impl Grade {
    fn print(&self) {
        let scores = |[right, found, same]: [usize; 3]| {
            let (precision, recall) = (right as f64 / found.max(1) as f64, right as f64 / same.max(1) as f64);
            (precision, recall, 2.0 * precision * recall / (precision + recall).max(1e-9))
        };
        println!("{:14} {:>5}  merged: P     R     F1     named as possible too: P     R", "pairs", "same");
        for (key, counts) in &self.counts {
            let ((p, r, f), (bp, br, _)) = (scores(*counts), scores(self.band[key]));
            println!("{key:14} {:5}          {p:.3} {r:.3} {f:.3}                         {bp:.3} {br:.3}", counts[2]);
        }
        let [merged, named, all] = self.near_misses;
        println!(
            "near misses merged: {:.3}, named as possible too: {:.3} of {all}",
            merged as f64 / all as f64,
            named as f64 / all as f64
        );
    }
}
