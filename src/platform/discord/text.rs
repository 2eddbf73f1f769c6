//! Feed text as Discord shows it: nothing in it formats, links elsewhere, or calls anybody.

use unicode_width::UnicodeWidthStr;

use crate::model::doc::{Plain, Sentence, visible};
use crate::platform::cut::{cut, fit};

/// The signs that Discord's Markdown, mentions and automatic links begin with.
const SIGNS: &[char] = &['\\', '*', '_', '~', '`', '|', '>', '#', '[', ']', '(', ')', '<', ':', '@', '-', '+', '!'];
/// Columns of a table that a phone still shows in one line.
const TABLE_COLUMNS_MAX: usize = 56;

/// Escaped, and cut to `max` units.
pub fn escaped(text: &str, max: usize) -> String {
    fit(&visible(text), max, escape)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if SIGNS.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// For places that Discord shows as they are: author, footer, buttons.
pub fn bare(text: &str, max: usize) -> String {
    cut(&visible(text), max)
}

/// A sentence with its mark.
pub fn sentence(sentence: &Sentence, max: usize) -> String {
    let mark = sentence.mark.as_ref().map(|mark| format!(" *({})*", mark.as_str())).unwrap_or_default();
    format!("{}{mark}", escaped(sentence.text.as_str(), max.saturating_sub(mark.len())))
}

/// A link under its own words. An address that cannot stand in one is left out.
pub fn link(label: &str, url: Option<&str>, max: usize) -> String {
    match url.filter(|url| is_web(url) && url.len() < 1000 && !url.contains(char::is_whitespace)) {
        Some(url) => {
            let url = url.replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E");
            let room = max.saturating_sub(url.len() + 4);
            format!("[{}]({url})", escaped(label, room))
        }
        None => escaped(label, max),
    }
}

pub fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Text in a box, exactly as it stands.
pub fn code(text: &str, max: usize) -> String {
    // A box cannot hold the sign that ends it.
    let text = visible(text).replace("```", "'''");
    format!("```\n{}\n```", cut(&text, max.saturating_sub(8)))
}

/// A table: in a box where a phone can show it, else row by row.
pub fn table(columns: &[Plain], rows: &[Vec<Plain>]) -> Vec<String> {
    let clean = |cell: &Plain| visible(cell.as_str()).replace('\n', " ");
    let width = |index: usize| {
        let cells = rows.iter().filter_map(|row| row.get(index)).chain(columns.get(index));
        cells.map(|cell| clean(cell).width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    if widths.iter().sum::<usize>() + 2 * widths.len() <= TABLE_COLUMNS_MAX {
        let line = |row: &[Plain]| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                let cell = clean(cell);
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                format!("{cell}{pad}")
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let rule: Vec<Plain> = widths.iter().map(|width| "─".repeat(*width).into()).collect();
        let lines = [line(columns), line(&rule)].into_iter().chain(rows.iter().map(|row| line(row)));
        return boxes(lines);
    }
    rows.iter().map(|row| row_in_words(columns, row)).collect()
}

/// Lines in boxes that each fit a message.
fn boxes(lines: impl Iterator<Item = String>) -> Vec<String> {
    const BOX_MAX: usize = 1800;
    let mut boxes = Vec::new();
    let mut current = String::new();
    for line in lines {
        if !current.is_empty() && current.len() + line.len() > BOX_MAX {
            boxes.push(code(&current, BOX_MAX + 200));
            current.clear();
        }
        if !current.is_empty() {
            current.push('\n');
        }
        current.push_str(&line);
    }
    boxes.push(code(&current, BOX_MAX + 200));
    boxes
}

/// The first cell leads, the others follow under their headings.
fn row_in_words(columns: &[Plain], row: &[Plain]) -> String {
    let Some((first, rest)) = row.split_first() else { return String::new() };
    let cells = columns.iter().skip(1).zip(rest).filter(|(_, cell)| !cell.as_str().is_empty());
    let cells: Vec<String> = cells
        .map(|(column, cell)| format!("{}: {}", escaped(column.as_str(), 100), escaped(cell.as_str(), 600)))
        .collect();
    let lead = format!("**{}**", escaped(first.as_str(), 200));
    if cells.is_empty() { format!("• {lead}") } else { format!("• {lead} — {}", cells.join("; ")) }
}
