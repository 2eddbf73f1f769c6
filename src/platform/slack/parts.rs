//! The pieces of a message, and how they become blocks: what can be rich text goes into one block,
//! so that a message of fifty blocks holds any number of lines.

use serde_json::{Value, json};

use super::call;
use super::text::{bare, bold, host, is_web, link, plain_text, sentence, text};
use crate::model::doc::{Block, Field, Plain, Sentence};

/// A header's text (platforms, section E), and a headline that is a link.
const HEADER_MAX: usize = 150;
const HEADLINE_MAX: usize = 300;
/// One line of text; longer ones are cut.
const LINE_MAX: usize = 2000;
/// What a card has a few of, so that all of them fit into one message.
const LEAD_MAX: usize = 1200;
const FIELD_MAX: usize = 1200;
const CONTEXT_MAX: usize = 1000;
const ALT_MAX: usize = 2000;
const LABEL_MAX: usize = 200;
/// A table's size (Table block). A longer one is several.
const COLUMNS_MAX: usize = 20;
const ROWS_MAX: usize = 100;
const CELL_MAX: usize = 400;
/// The JSON of its rows, in characters.
const TABLE_MAX: usize = 6_000;
/// What is around a cell, and around a line, in characters.
const CELL_AROUND: usize = 31;
const LINE_AROUND: usize = 60;
/// What stands in a cell that says nothing, which Slack does not take.
const NOTHING: &str = "–";

/// One piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    what: What,
    /// What it adds to the message's JSON, in characters: Slack counts what is around texts as well.
    pub size: usize,
    pub is_heading: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    /// A block of its own.
    Block(Value),
    /// A paragraph, and the blank lines above it.
    Words {
        elements: Vec<Value>,
        gap: &'static str,
    },
    Item(Vec<Value>),
    Quote(Vec<Value>),
    Code(String),
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

impl Part {
    fn new(what: What) -> Self {
        let size = size(&what);
        Self { what, size, is_heading: false }
    }

    fn words(elements: Vec<Value>, gap: &'static str) -> Self {
        Self::new(What::Words { elements: said(elements), gap })
    }

    fn item(elements: Vec<Value>) -> Self {
        Self::new(What::Item(said(elements)))
    }

    /// A paragraph of our own words.
    pub fn paragraph(words: &str) -> Self {
        Self::words(vec![text(&bare(words, LINE_MAX))], "\n")
    }

    /// Those who are called, in a line of their own.
    pub fn mention(mentions: &str) -> Option<Self> {
        let elements = call::elements(mentions);
        (!elements.is_empty()).then(|| Self::words(elements, "\n"))
    }

    pub fn is_table(&self) -> bool {
        matches!(self.what, What::Table { .. })
    }

    /// Row by row, for places without tables.
    pub fn without_table(self) -> Vec<Self> {
        let What::Table { columns, rows } = self.what else { return vec![self] };
        rows.iter().map(|row| Self::item(row_in_words(&columns, row))).collect()
    }
}

/// Slack takes no element without words.
fn said(mut elements: Vec<Value>) -> Vec<Value> {
    elements.retain(|one| one.get("text").is_none_or(|text| text != ""));
    elements
}

/// The first cell leads, the others follow under their headings.
fn row_in_words(columns: &[String], row: &[String]) -> Vec<Value> {
    let Some((first, rest)) = row.split_first() else { return vec![text(NOTHING)] };
    let cells = columns.iter().skip(1).zip(rest).filter(|(_, cell)| *cell != NOTHING);
    let cells: Vec<String> = cells.map(|(column, cell)| format!("{column}: {cell}")).collect();
    let more = if cells.is_empty() { String::new() } else { format!(" — {}", cells.join("; ")) };
    vec![bold(first), text(&more)]
}

fn size(what: &What) -> usize {
    let json = |elements: &[Value]| elements.iter().map(|one| one.to_string().chars().count() + 1).sum::<usize>();
    match what {
        What::Block(value) => json(std::slice::from_ref(value)),
        What::Words { elements, .. } | What::Item(elements) | What::Quote(elements) if elements.is_empty() => 0,
        What::Words { elements, .. } | What::Item(elements) | What::Quote(elements) => json(elements) + LINE_AROUND,
        What::Code(code) => json(&[text(code)]) + LINE_AROUND,
        What::Table { columns, rows } => row_size(columns) * 4 + rows.iter().map(|row| row_size(row)).sum::<usize>(),
    }
}

fn row_size(row: &[String]) -> usize {
    row.iter().map(|cell| cell.chars().count() + CELL_AROUND).sum()
}

/// Everything but buttons and footers.
pub fn parts(blocks: &[Block]) -> Vec<Part> {
    blocks.iter().flat_map(parts_of).filter(|part| part.size > 0).collect()
}

fn parts_of(block: &Block) -> Vec<Part> {
    match block {
        Block::Context(words) => {
            let words: Vec<&str> = words.iter().map(Plain::as_str).filter(|words| !words.is_empty()).collect();
            context(&words.join(" · "))
        }
        Block::Headline { text, url } => headline(text.as_str(), url.as_deref()),
        Block::Lead(words) => vec![Part::words(vec![bold(&bare(words.as_str(), LEAD_MAX))], "\n\n")],
        Block::Heading(words) => {
            let part = Part::words(vec![bold(&bare(words.as_str(), LABEL_MAX))], "\n\n");
            vec![Part { is_heading: true, ..part }]
        }
        Block::Paragraph(words) => vec![Part::words(vec![text(&bare(words.as_str(), LINE_MAX))], "\n")],
        Block::Quote(words) => vec![Part::new(What::Quote(vec![text(&bare(words.as_str(), LINE_MAX))]))],
        Block::Code(words) => vec![Part::new(What::Code(bare(words.as_str(), LINE_MAX)))],
        Block::Fields(fields) => fields.iter().map(field).collect(),
        Block::Tags { label, values } => {
            let values: Vec<&str> = values.iter().map(Plain::as_str).collect();
            context(&format!("{}: {}", label.as_str(), values.join(" · ")))
        }
        Block::Image { url, alt } => image(url, alt.as_str()),
        // Depth is behind the button.
        Block::Section { .. } | Block::Buttons(_) | Block::Footer(_) => Vec::new(),
        Block::List(sentences) => sentences.iter().map(|one| Part::item(sentence(one, LINE_MAX))).collect(),
        Block::Table { columns, rows } => tables(columns, rows),
        Block::Timeline(dated) => dated.iter().map(|(date, one)| dated_item(date, one)).collect(),
        Block::Links(links) => {
            let item = |one: &crate::model::doc::Link| {
                let mut elements = link(one.label.as_str(), one.url.as_deref(), LINE_MAX, false);
                elements.extend(one.note.as_ref().map(|note| text(&format!(" — {}", bare(note.as_str(), 400)))));
                Part::item(elements)
            };
            links.iter().map(item).collect()
        }
    }
}

fn context(words: &str) -> Vec<Part> {
    if words.trim().is_empty() {
        return Vec::new();
    }
    vec![Part::new(What::Block(json!({ "type": "context", "elements": [plain_text(words, CONTEXT_MAX)] })))]
}

/// Slack's header where it takes the whole and links nowhere; else a bold line.
fn headline(words: &str, url: Option<&str>) -> Vec<Part> {
    let header = plain_text(words, usize::MAX);
    let length = header.get("text").and_then(Value::as_str).map_or(0, |text| text.chars().count());
    if url.is_none() && (1..=HEADER_MAX).contains(&length) {
        return vec![Part::new(What::Block(json!({ "type": "header", "text": header })))];
    }
    let part = Part::words(link(words, url, HEADLINE_MAX, true), "\n\n");
    vec![Part { is_heading: true, ..part }]
}

/// A label over its sentence.
fn field(field: &Field) -> Part {
    let mut elements = vec![bold(&bare(field.label.as_str(), LABEL_MAX)), text("\n")];
    elements.extend(sentence(&field.value, FIELD_MAX));
    Part::words(elements, "\n\n")
}

fn image(url: &str, alt: &str) -> Vec<Part> {
    if !is_web(url) || host(url).is_none() {
        return Vec::new();
    }
    let alt = bare(alt, ALT_MAX);
    let alt = if alt.trim().is_empty() { "A picture".to_owned() } else { alt };
    vec![Part::new(What::Block(json!({ "type": "image", "image_url": url, "alt_text": alt })))]
}

fn dated_item(date: &Plain, one: &Sentence) -> Part {
    let mut elements = vec![bold(&bare(date.as_str(), 40)), text(" ")];
    elements.extend(sentence(one, LINE_MAX));
    Part::item(elements)
}

/// A table, or several under the same titles where one would be too long.
fn tables(columns: &[Plain], rows: &[Vec<Plain>]) -> Vec<Part> {
    let cell = |cell: &Plain| {
        let words = bare(cell.as_str(), CELL_MAX);
        if words.trim().is_empty() { NOTHING.to_owned() } else { words }
    };
    let row = |row: &[Plain]| row.iter().take(COLUMNS_MAX).map(cell).collect::<Vec<String>>();
    let columns = row(columns);
    let mut tables: Vec<Vec<Vec<String>>> = vec![Vec::new()];
    let mut used = 0;
    for one in rows {
        // Every row is as wide as the first.
        let mut cells = row(one);
        cells.resize(columns.len(), NOTHING.to_owned());
        used += row_size(&cells);
        let is_full = tables.last().is_some_and(|table| table.len() + 1 >= ROWS_MAX || used > TABLE_MAX);
        if is_full {
            used = row_size(&cells);
            tables.push(Vec::new());
        }
        if let Some(last) = tables.last_mut() {
            last.push(cells);
        }
    }
    tables.into_iter().map(|rows| Part::new(What::Table { columns: columns.clone(), rows })).collect()
}

/// The parts as blocks; neighbours that are rich text share one.
pub fn compile(parts: &[Part]) -> Vec<Value> {
    let mut blocks = Vec::new();
    let mut rich: Vec<Value> = Vec::new();
    let close = |rich: &mut Vec<Value>, blocks: &mut Vec<Value>| {
        if !rich.is_empty() {
            blocks.push(json!({ "type": "rich_text", "elements": std::mem::take(rich) }));
        }
    };
    for part in parts {
        match &part.what {
            What::Block(block) => {
                close(&mut rich, &mut blocks);
                blocks.push(block.clone());
            }
            What::Table { columns, rows } => {
                close(&mut rich, &mut blocks);
                blocks.push(table_block(columns, rows));
            }
            What::Words { elements, gap } => add_words(&mut rich, elements, gap),
            What::Item(elements) => add_item(&mut rich, elements),
            What::Quote(elements) => rich.push(json!({ "type": "rich_text_quote", "elements": elements })),
            What::Code(code) => rich.push(json!({ "type": "rich_text_preformatted", "elements": [text(code)] })),
        }
    }
    close(&mut rich, &mut blocks);
    blocks
}

/// Paragraphs that follow each other are one section, with blank lines between them.
fn add_words(rich: &mut Vec<Value>, elements: &[Value], gap: &str) {
    if let Some(inside) = rich.last_mut().and_then(|last| elements_of(last, "rich_text_section")) {
        inside.push(text(gap));
        inside.extend(elements.iter().cloned());
        return;
    }
    let is_first = rich.is_empty();
    let mut elements = elements.to_vec();
    if !is_first && gap.len() > 1 {
        elements.insert(0, text("\n"));
    }
    rich.push(json!({ "type": "rich_text_section", "elements": elements }));
}

fn add_item(rich: &mut Vec<Value>, elements: &[Value]) {
    let item = json!({ "type": "rich_text_section", "elements": elements });
    match rich.last_mut().and_then(|last| elements_of(last, "rich_text_list")) {
        Some(items) => items.push(item),
        None => rich.push(json!({ "type": "rich_text_list", "style": "bullet", "elements": [item] })),
    }
}

fn elements_of<'a>(element: &'a mut Value, kind: &str) -> Option<&'a mut Vec<Value>> {
    if element.get("type").and_then(Value::as_str) != Some(kind) {
        return None;
    }
    element.get_mut("elements").and_then(Value::as_array_mut)
}

/// Slack's own table, its first row in bold.
fn table_block(columns: &[String], rows: &[Vec<String>]) -> Value {
    let title = |cell: &String| {
        let section = json!({ "type": "rich_text_section", "elements": [bold(cell)] });
        json!({ "type": "rich_text", "elements": [section] })
    };
    let first: Vec<Value> = columns.iter().map(title).collect();
    let cell = |cell: &String| json!({ "type": "raw_text", "text": cell });
    let others = rows.iter().map(|row| row.iter().map(cell).collect::<Vec<Value>>());
    let settings: Vec<Value> = columns.iter().map(|_| json!({ "is_wrapped": true })).collect();
    let all: Vec<Vec<Value>> = std::iter::once(first).chain(others).collect();
    json!({ "type": "table", "rows": all, "column_settings": settings })
}
