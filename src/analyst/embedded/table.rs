//! A table that stands in the source: lines of cells apart by " | ".

use crate::analyst::text::Article;
use crate::model::card::{Comparison, Quote};

const COLUMNS_MAX: usize = 6;
const ROWS_MAX: usize = 12;
const CELL_CHARS_MAX: usize = 80;
/// Bytes of a line that is one row; what is longer is text.
const ROW_BYTES_MAX: usize = 1000;

/// The first table of an article, if it compares something: at least two columns and two rows
/// under a heading.
pub fn comparison(article: &Article<'_>) -> Option<Comparison> {
    let mut rows: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for line in article.text.split('\n') {
        let cells = line.matches(" | ").count() + 1;
        let fits = cells >= 2
            && line.len() <= ROW_BYTES_MAX
            && rows.first().is_none_or(|(_, first)| first.matches(" | ").count() + 1 == cells);
        if fits && !is_rule(line) {
            rows.push((at, line));
        } else if !is_rule(line) {
            if rows.len() > 2 {
                break;
            }
            rows.clear();
        }
        at += line.chars().count() + 1;
    }
    let (heading, body) = rows.split_first().filter(|(_, body)| body.len() >= 2)?;
    let columns = cells(heading.1);
    if columns.len() > COLUMNS_MAX {
        return None;
    }
    let body = body.get(..body.len().min(ROWS_MAX))?;
    let quote = |(start, line): &(usize, &str)| Quote {
        text: (*line).to_owned(),
        start: *start,
        end: start + line.chars().count(),
        item: article.item.id.clone(),
    };
    Some(Comparison {
        columns,
        rows: body.iter().map(|(_, line)| cells(line)).collect(),
        evidence: [heading].into_iter().chain(body).map(quote).collect(),
    })
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches(['|', ' ']).split(" | ").map(|cell| cell.trim().chars().take(CELL_CHARS_MAX).collect()).collect()
}

/// The line under a heading in Markdown.
fn is_rule(line: &str) -> bool {
    line.contains("--") && line.chars().all(|c| matches!(c, '-' | '|' | ':' | ' '))
}
