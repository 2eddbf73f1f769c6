//! A message as lines of text: wrapped to the width, with colour where there is some.

use anstyle::{AnsiColor, Effects, Style as Ansi};
use serde::{Deserialize, Serialize};
use textwrap::{Options, WordSplitter, wrap};
use unicode_width::UnicodeWidthStr;

use crate::locale::Words;
use crate::model::doc::{Accent, Action, Block, Button, Doc, Field, Link, Plain, Sentence, visible};
use crate::model::press::Press;
use crate::platform::cut::cut;

/// How a message is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    pub has_color: bool,
    /// Columns of a line.
    pub width: usize,
}

/// The columns that labels take.
const LABEL_COLUMNS: usize = 18;
const INDENT: &str = "  ";
/// Of the name of an earlier message.
const SUBJECT_MAX: usize = 200;

/// The whole message, with a blank line after it.
pub fn lower(doc: &Doc, style: Style) -> String {
    let mut page = Page::new(doc, style);
    page.all(doc);
    page.out
}

/// The whole message, below a quiet line that names what it follows.
pub fn following(doc: &Doc, subject: &str, style: Style) -> String {
    let mut page = Page::new(doc, style);
    if !subject.trim().is_empty() {
        page.paragraph(&subject.into(), "↳ ", 0, page.quiet());
    }
    page.all(doc);
    page.out
}

/// What a message adds to the earlier one that it takes the place of: one quiet line.
pub fn change(doc: &Doc, style: Style) -> Option<String> {
    let change = doc.change.as_ref()?;
    let mut page = Page::new(doc, style);
    page.paragraph(change, "", 0, page.quiet());
    page.gap();
    Some(page.out)
}

/// What a message is about, in a few words, by which a later one can name it.
pub fn subject(doc: &Doc) -> String {
    let first = doc.blocks.iter().find_map(|block| match block {
        Block::Headline { text, .. } | Block::Heading(text) | Block::Paragraph(text) => Some(text.as_str()),
        _ => None,
    });
    cut(&clean(first.unwrap_or_default()), SUBJECT_MAX)
}

struct Page {
    style: Style,
    words: Words,
    accent: Accent,
    out: String,
}

impl Page {
    fn new(doc: &Doc, style: Style) -> Self {
        Self { style, words: Words::new(doc.language), accent: doc.accent, out: String::new() }
    }

    fn all(&mut self, doc: &Doc) {
        for block in &doc.blocks {
            self.block(block, 0);
        }
        if let Some(picture) = &doc.picture {
            // A terminal shows no pictures; it says what would be seen.
            self.paragraph(&format!("[{}]", picture.alt.as_str()).into(), "", 0, self.quiet());
        }
        self.gap();
    }

    fn block(&mut self, block: &Block, depth: usize) {
        match block {
            Block::Context(parts) => self.rule(parts),
            Block::Headline { text, url } => self.headline(text, url.as_deref()),
            Block::Lead(text) => {
                self.gap();
                self.paragraph(text, "▍ ", depth, Ansi::new().effects(Effects::ITALIC));
            }
            Block::Heading(text) => {
                self.gap();
                self.line(&INDENT.repeat(depth), &clean(text.as_str()), self.accented());
            }
            Block::Quote(text) => self.paragraph(text, "│ ", depth, self.quiet()),
            Block::Code(text) => {
                for line in text.as_str().lines() {
                    self.line(INDENT, &clean(line), Ansi::new());
                }
            }
            Block::Buttons(buttons) => self.buttons(buttons),
            Block::Paragraph(text) => self.paragraph(text, "", depth, Ansi::new()),
            Block::Fields(fields) => {
                self.gap();
                fields.iter().for_each(|field| self.field(field));
            }
            Block::Tags { label, values } => {
                let text = joined(values, " · ");
                self.labelled(label, &text, None);
            }
            // A terminal shows no pictures, and their addresses are for nobody to read.
            Block::Image { .. } => {}
            Block::Section { title, blocks } => self.section(title, blocks, depth),
            Block::List(sentences) => {
                for sentence in sentences {
                    self.paragraph(&marked(sentence), "• ", depth, Ansi::new());
                }
            }
            Block::Table { columns, rows } => self.table(columns, rows, depth),
            Block::Timeline(dated) => {
                for (date, sentence) in dated {
                    let lead = format!("{:<10}  ", clean(date.as_str()));
                    self.paragraph(&marked(sentence), &lead, depth, Ansi::new());
                }
            }
            Block::Links(links) => {
                for link in links {
                    self.link(link, depth);
                }
            }
            Block::Footer(lines) => {
                self.gap();
                for line in lines {
                    self.paragraph(line, "", 0, self.quiet());
                }
            }
        }
    }

    fn link(&mut self, link: &Link, depth: usize) {
        let note = link.note.as_ref().map(|note| format!(" ({})", note.as_str())).unwrap_or_default();
        self.paragraph(&format!("{}{note}", link.label.as_str()).into(), "• ", depth, Ansi::new());
        if let Some(url) = &link.url {
            self.line(&INDENT.repeat(depth + 1), &clean(url), self.quiet());
        }
    }

    /// Nothing can be pressed here; a question is answered in words.
    fn buttons(&mut self, buttons: &[Button]) {
        let is_question = buttons.iter().any(|button| matches!(button.action, Action::Press(Press::Yes(_))));
        if is_question {
            self.paragraph(&self.words.say("platform-answer-yes-or-no").into(), "", 0, self.accented());
        }
    }

    fn quiet(&self) -> Ansi {
        Ansi::new().effects(Effects::DIMMED)
    }

    fn accented(&self) -> Ansi {
        let color = match self.accent {
            Accent::Calm => AnsiColor::Cyan,
            Accent::Notable => AnsiColor::Yellow,
            Accent::Urgent => AnsiColor::Red,
        };
        color.on_default().effects(Effects::BOLD)
    }

    /// The line that a message starts with.
    fn rule(&mut self, parts: &[Plain]) {
        let text = joined(parts, " · ");
        let lines = wrap(&text, options(self.style.width.saturating_sub(4)));
        for (number, line) in lines.iter().enumerate() {
            let (head, tail) = if number == 0 { ("── ", "─") } else { ("   ", " ") };
            let room = self.style.width.saturating_sub(line.width() + 4);
            self.line("", &format!("{head}{line} {}", tail.repeat(room)), self.accented());
        }
    }

    fn headline(&mut self, text: &Plain, url: Option<&str>) {
        self.gap();
        self.paragraph(text, "", 0, Ansi::new().effects(Effects::BOLD));
        if let Some(url) = url {
            // A link is not wrapped: it would no longer be one.
            self.line("", &clean(url), self.quiet().effects(Effects::DIMMED | Effects::UNDERLINE));
        }
    }

    fn field(&mut self, field: &Field) {
        let mark = field.value.mark.as_ref().map(Plain::as_str);
        self.labelled(&field.label, field.value.text.as_str(), mark);
    }

    fn labelled(&mut self, label: &Plain, text: &str, mark: Option<&str>) {
        let text = mark.map_or_else(|| text.to_owned(), |mark| format!("{text} ({mark})"));
        let label = clean(label.as_str());
        let pad = " ".repeat(LABEL_COLUMNS.saturating_sub(label.width()).max(1));
        let room = self.style.width.saturating_sub(LABEL_COLUMNS).max(20);
        for (number, line) in wrap(&clean(&text), options(room)).iter().enumerate() {
            let head = if number == 0 { self.paint(&label, self.accented()) + &pad } else { " ".repeat(LABEL_COLUMNS) };
            self.out.push_str(&format!("{head}{line}\n"));
        }
    }

    fn section(&mut self, title: &Plain, blocks: &[Block], depth: usize) {
        if blocks.is_empty() {
            return;
        }
        if depth == 0 {
            self.gap();
        }
        let indent = INDENT.repeat(depth);
        self.line(&indent, title.as_str(), self.accented());
        for block in blocks {
            self.block(block, depth + 1);
        }
    }

    /// Cells under their headings; rows that do not fit are written cell by cell.
    fn table(&mut self, columns: &[Plain], rows: &[Vec<Plain>], depth: usize) {
        let width_of = |index: usize| {
            let cells = rows.iter().filter_map(|row| row.get(index)).chain(columns.get(index));
            cells.map(|cell| clean(cell.as_str()).width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns.len()).map(width_of).collect();
        let total = widths.iter().sum::<usize>() + 3 * widths.len() + INDENT.len() * depth;
        if total > self.style.width {
            for row in rows {
                let cells =
                    columns.iter().zip(row).map(|(column, cell)| format!("{}: {}", column.as_str(), cell.as_str()));
                self.paragraph(&cells.collect::<Vec<_>>().join("; ").into(), "• ", depth, Ansi::new());
            }
            return;
        }
        let indent = INDENT.repeat(depth);
        let line = |row: &[Plain]| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                let cell = clean(cell.as_str());
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                format!("{cell}{pad}")
            });
            cells.collect::<Vec<_>>().join(" │ ")
        };
        self.line(&indent, &line(columns), Ansi::new().effects(Effects::BOLD));
        for row in rows {
            self.line(&indent, &line(row), Ansi::new());
        }
    }

    fn paragraph(&mut self, text: &Plain, lead: &str, depth: usize, ansi: Ansi) {
        let first = format!("{}{lead}", INDENT.repeat(depth));
        let rest = " ".repeat(first.width());
        let room = self.style.width.saturating_sub(first.width()).max(20);
        for (number, line) in wrap(&clean(text.as_str()), options(room)).iter().enumerate() {
            let head = if number == 0 || lead == "▍ " { &first } else { &rest };
            self.line(head, line, ansi);
        }
    }

    fn line(&mut self, head: &str, text: &str, ansi: Ansi) {
        let painted = self.paint(text.trim_end(), ansi);
        self.out.push_str(&format!("{head}{painted}\n"));
    }

    fn gap(&mut self) {
        self.out.push('\n');
    }

    fn paint(&self, text: &str, ansi: Ansi) -> String {
        if self.style.has_color { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    }
}

/// Lines are broken between words alone: identifiers and dates have hyphens that are no syllables.
fn options<'a>(width: usize) -> Options<'a> {
    Options::new(width).word_splitter(WordSplitter::NoHyphenation)
}

fn joined(parts: &[Plain], between: &str) -> String {
    parts.iter().map(|part| clean(part.as_str())).collect::<Vec<_>>().join(between)
}

fn marked(sentence: &Sentence) -> Plain {
    match &sentence.mark {
        Some(mark) => format!("{} ({})", sentence.text.as_str(), mark.as_str()).into(),
        None => sentence.text.clone(),
    }
}

/// Without control characters: no text may move the cursor, change colours or turn the direction of
/// writing.
fn clean(text: &str) -> String {
    visible(text).replace('\n', " ")
}
