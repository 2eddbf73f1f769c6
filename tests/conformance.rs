//! The parser against the test suites of other feed parsers: nothing crashes or hangs, and where a
//! suite states a title, a number of items, a link, an id or a date, we agree.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tidings::model::feed::ParsedFeed;
use tidings::pipeline::parse::{Document, dates, parse, plain};

use crate::world::corpus;

/// The share of stated facts that we agree with.
const GOAL: f64 = 0.97;

#[derive(Default)]
struct Tally {
    stated: usize,
    same: usize,
    on_purpose: BTreeMap<&'static str, usize>,
    different: Vec<String>,
}

#[test]
fn the_suites_of_other_parsers() {
    let Some(folder) = corpus("conformance") else { return };
    let rows = manifest(&folder.join("manifest.csv"));
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for row in &rows {
        let file = folder.join(row["path"].strip_prefix("conformance/").unwrap());
        let bytes = fs::read(&file).unwrap();
        let parsed = parse(Document { bytes: &bytes, ..Document::default() }).ok();
        for fact in FACTS {
            let stated = &row[fact.column];
            if !stated.is_empty() {
                tallies.entry(fact.name).or_default().count(fact, stated, parsed.as_ref(), &row["path"]);
            }
        }
    }
    let report = report(&tallies, rows.len());
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance.md");
    fs::write(&target, &report).unwrap();
    println!("{report}\n(written to {})", target.display());
    let (stated, agreed) = totals(&tallies);
    assert!(agreed as f64 >= GOAL * stated as f64, "{report}");
}

struct Fact {
    name: &'static str,
    column: &'static str,
    find: fn(&ParsedFeed) -> Option<String>,
}

const FACTS: &[Fact] = &[
    Fact { name: "title", column: "stated_title", find: |feed| feed.title.clone() },
    Fact { name: "items", column: "stated_items", find: |feed| Some(feed.entries.len().to_string()) },
    Fact { name: "first title", column: "stated_first_title", find: |feed| feed.entries.first()?.title.clone() },
    Fact { name: "first link", column: "stated_first_link", find: |feed| feed.entries.first()?.url.clone() },
    Fact { name: "first id", column: "stated_first_id", find: |feed| feed.entries.first()?.id.clone() },
    Fact {
        name: "first date",
        column: "stated_first_date",
        find: |feed| feed.entries.first()?.published.or(feed.entries.first()?.updated).map(|at| at.to_string()),
    },
];

impl Tally {
    fn count(&mut self, fact: &Fact, stated: &str, parsed: Option<&ParsedFeed>, path: &str) {
        self.stated += 1;
        let found = parsed.and_then(fact.find).unwrap_or_default();
        if plain::one_line(stated) == plain::one_line(&found) || is_same_date(fact, stated, &found) {
            self.same += 1;
        } else if let Some(reason) = on_purpose(fact, stated, &found) {
            *self.on_purpose.entry(reason).or_default() += 1;
        } else {
            self.different.push(format!("{path}: stated \"{stated}\", found \"{found}\""));
        }
    }
}

fn is_same_date(fact: &Fact, stated: &str, found: &str) -> bool {
    let seconds = |text: &str| dates::parse(text).map(|at| at.as_second());
    fact.name == "first date" && seconds(stated).is_some() && seconds(stated) == seconds(found)
}

/// Differences that are right, with the reason.
fn on_purpose(fact: &Fact, stated: &str, found: &str) -> Option<&'static str> {
    let text_of = |text: &str| plain::title_to_text(&plain::title_to_text(text));
    match fact.name {
        "title" | "first title" if text_of(stated) == text_of(found) => {
            Some("titles are plain text here, markup there")
        }
        "title" | "first title" if stated.contains('\u{FFFD}') && !found.is_empty() => {
            Some("we read the encoding that they misread")
        }
        "first link" if found.trim_end_matches('/') == stated.trim_end_matches('/') => {
            Some("links are normalised: an empty path is /")
        }
        "first link" if !stated.contains("://") && found.starts_with("http") => {
            Some("links are absolute here, relative there")
        }
        "first id" if stated.starts_with('{') && stated.contains(found) => {
            Some("the guid's text here, an object there")
        }
        "first id" if is_made_up(stated) => {
            Some("an id that the document has not; they make one up, we say null or rdf:about")
        }
        "first id" if stated.ends_with(found) => {
            Some("ids are never resolved against xml:base (RFC 4287, section 4.2.6)")
        }
        _ => None,
    }
}

/// feed-rs's own hashes and random UUIDs for entries without an id.
fn is_made_up(id: &str) -> bool {
    let hex = id.replace('-', "");
    (30..=32).contains(&hex.len()) && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn totals(tallies: &BTreeMap<&str, Tally>) -> (usize, usize) {
    let stated = tallies.values().map(|tally| tally.stated).sum();
    (stated, tallies.values().map(|tally| tally.same + tally.on_purpose.values().sum::<usize>()).sum())
}

fn report(tallies: &BTreeMap<&str, Tally>, cases: usize) -> String {
    let (stated, agreed) = totals(tallies);
    let mut out = format!(
        "# Agreement with the test suites of other feed parsers\n\n{cases} documents, none crashed or stalled the parser. \
         {agreed} of {stated} stated facts agree ({:.1} %).\n\n\
         | fact | stated | the same | different on purpose | different |\n|---|---|---|---|---|\n",
        100.0 * agreed as f64 / stated as f64
    );
    for (name, tally) in tallies {
        let on_purpose: usize = tally.on_purpose.values().sum();
        writeln!(out, "| {name} | {} | {} | {on_purpose} | {} |", tally.stated, tally.same, tally.different.len())
            .unwrap();
    }
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for (reason, count) in tallies.values().flat_map(|tally| &tally.on_purpose) {
        *reasons.entry(reason).or_default() += count;
    }
    out.push_str("\nDifferent on purpose:\n\n");
    reasons.iter().for_each(|(reason, count)| writeln!(out, "- {count} x {reason}").unwrap());
    out.push_str("\nDifferent:\n\n");
    tallies.values().flat_map(|tally| &tally.different).for_each(|line| writeln!(out, "- {line}").unwrap());
    out
}

/// The manifest's rows by column. A field may hold commas, quotes and line ends.
fn manifest(file: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(file).unwrap();
    let mut records = records(&text).into_iter();
    let head = records.next().unwrap();
    records.map(|record| head.iter().cloned().zip(record).collect()).collect()
}

/// CSV as RFC 4180 has it.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut is_quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let record = records.last_mut().unwrap();
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => record.last_mut().unwrap().extend(chars.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => record.push(String::new()),
            '\n' if !is_quoted => records.push(vec![String::new()]),
            '\r' if !is_quoted => {}
            c => record.last_mut().unwrap().push(c),
        }
    }
    records.retain(|record| record.len() > 1);
    records
}
