//! A message between the [`Doc`] and Telegram's JSON: its lines, what is folded, what stands around
//! them, and how all of it is made to fit.

use teloxide_core::types::MessageEntityKind;
use url::Url;

use super::lower::ENTITIES_MAX;
use super::text::{Rich, sentence, table, web};
use crate::model::doc::{Block, Button, Doc, Field, Link, Plain};
use crate::platform::cut::cut;

/// A title, a label, one line, in UTF-16 units.
const TITLE_MAX: usize = 300;
const LINE_MAX: usize = 1500;
const FOOTER_MAX: usize = 600;
/// What still stands in one line with its label.
const SHORT_MAX: usize = 40;
/// What still tells something in the quotation; less is left out.
const DEPTH_MIN: usize = 80;

/// One message before it is put together.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub lines: Vec<Rich>,
    /// How many lines there were behind the last one that has its label in front.
    rows_end: usize,
    /// Depth: folded into a quotation.
    pub depth: Vec<Rich>,
    footer: Vec<String>,
    pub image: Option<Url>,
    pub link: Option<Url>,
    pub buttons: Vec<Button>,
}

impl Draft {
    /// `calls`: a name that is called by it, as `@name`.
    pub fn new(doc: &Doc, calls: Option<&str>) -> Self {
        let mut draft = Self::default();
        draft.lines.extend(calls.map(Rich::calling));
        doc.blocks.iter().for_each(|block| draft.take(block));
        draft
    }

    fn take(&mut self, block: &Block) {
        match block {
            Block::Headline { text, url } => {
                self.link = url.as_deref().and_then(web);
                let title = Rich::link(&cut(text.as_str(), TITLE_MAX), self.link.as_ref());
                self.lines.push(title.within(MessageEntityKind::Bold));
            }
            Block::Lead(text) => self.lines.push(Rich::plain(text.as_str()).cut(LINE_MAX)),
            Block::Heading(text) => {
                self.gap();
                self.lines.push(Rich::bold(&cut(text.as_str(), TITLE_MAX)));
            }
            Block::Fields(fields) => {
                fields
                    .iter()
                    .filter(|field| !field.value.text.as_str().trim().is_empty())
                    .for_each(|one| self.field(one));
            }
            Block::Tags { label, values } => {
                let values: Vec<&str> = values.iter().map(Plain::as_str).collect();
                self.in_a_row(label, &Rich::plain(&values.join(" · ")));
            }
            Block::Image { url, .. } => self.image = web(url),
            Block::Section { title, blocks } => {
                self.depth.push(Rich::bold(&cut(title.as_str(), TITLE_MAX)));
                self.depth.extend(section(blocks));
            }
            Block::Buttons(buttons) => self.buttons.extend(buttons.iter().cloned()),
            Block::Footer(lines) => self.footer.extend(lines.iter().map(|line| line.as_str().to_owned())),
            other => self.lines.extend(lines(other)),
        }
    }

    fn gap(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(Rich::default());
        }
    }

    /// A sentence stands below its label, a few words stand behind it.
    fn field(&mut self, field: &Field) {
        let value = sentence(&field.value);
        if value.units() <= SHORT_MAX {
            return self.in_a_row(&field.label, &value);
        }
        self.gap();
        self.lines.push(Rich::bold(&cut(field.label.as_str(), TITLE_MAX)));
        self.lines.push(value.cut(LINE_MAX));
    }

    /// Words behind their label. Such lines stand below each other without gaps.
    fn in_a_row(&mut self, label: &Plain, words: &Rich) {
        if self.rows_end != self.lines.len() {
            self.gap();
        }
        let label = Rich::bold(&cut(label.as_str(), TITLE_MAX));
        self.lines.push(label.and(&Rich::plain(" ")).and(words).cut(LINE_MAX));
        self.rows_end = self.lines.len();
    }

    /// The headline hides where it leads; the footer says it, in the form that cannot deceive
    /// (punycode).
    pub fn footer(&self) -> Rich {
        let host = self.link.as_ref().and_then(Url::host_str).map(str::to_owned);
        let words = Some(self.footer.join(" ")).filter(|words| !words.is_empty());
        let parts: Vec<String> = host.into_iter().chain(words).collect();
        Rich::styled(&cut(&parts.join(" · "), FOOTER_MAX), MessageEntityKind::Italic)
    }

    fn assemble(&self, head: Rich, depth: Rich) -> Rich {
        let mut parts = vec![head];
        if !depth.is_blank() {
            parts.extend([Rich::default(), depth.within(MessageEntityKind::ExpandableBlockquote)]);
        }
        let footer = self.footer();
        if !footer.is_blank() {
            parts.extend([Rich::default(), footer]);
        }
        if parts.first().is_some_and(Rich::is_blank) {
            parts.drain(..parts.len().min(2));
        }
        Rich::lines(&parts)
    }

    pub fn whole(&self) -> Rich {
        self.assemble(Rich::lines(&self.lines), Rich::lines(&self.depth))
    }

    /// As much as one message takes: depth gives way first, then the last lines; the footer stays.
    pub fn fitting(&self, max: usize) -> Rich {
        let room = max.saturating_sub(self.footer().units() + 4);
        let mut entities = ENTITIES_MAX - 2;
        let mut head: Vec<Rich> = Vec::new();
        for line in &self.lines {
            entities = entities.saturating_sub(line.entities().len());
            if entities == 0 {
                break;
            }
            head.push(line.clone());
        }
        let head = Rich::lines(&head).cut(room);
        let left = room.saturating_sub(head.units());
        let mut depth: Vec<Rich> = Vec::new();
        for line in &self.depth {
            entities = entities.saturating_sub(line.entities().len());
            if entities == 0 {
                break;
            }
            depth.push(line.clone());
        }
        let depth = if left < DEPTH_MIN { Rich::default() } else { Rich::lines(&depth).cut(left) };
        self.assemble(head, depth)
    }
}

/// What is folded, line by line. Parts of parts stand below their titles.
fn section(blocks: &[Block]) -> Vec<Rich> {
    let mut all = Vec::new();
    for block in blocks {
        match block {
            Block::Section { title, blocks } => {
                all.push(Rich::bold(&cut(title.as_str(), TITLE_MAX)));
                all.extend(section(blocks));
            }
            other => all.extend(lines(other)),
        }
    }
    all
}

/// What looks the same wherever it stands.
fn lines(block: &Block) -> Vec<Rich> {
    let italic = |text: &str| Rich::styled(&cut(text, LINE_MAX), MessageEntityKind::Italic);
    match block {
        Block::Context(parts) => {
            vec![italic(&parts.iter().map(Plain::as_str).collect::<Vec<_>>().join(" · "))]
        }
        Block::Paragraph(text) | Block::Lead(text) => vec![Rich::plain(text.as_str()).cut(LINE_MAX)],
        Block::Headline { text, .. } | Block::Heading(text) => vec![Rich::bold(&cut(text.as_str(), TITLE_MAX))],
        Block::Quote(text) => {
            vec![Rich::plain(text.as_str()).cut(LINE_MAX).within(MessageEntityKind::Blockquote)]
        }
        Block::Code(text) => {
            vec![Rich::styled(text.as_str(), MessageEntityKind::Pre { language: None }).cut(LINE_MAX)]
        }
        Block::List(sentences) => {
            let line = |one| Rich::plain("• ").and(&sentence(one)).cut(LINE_MAX);
            sentences.iter().map(line).collect()
        }
        Block::Table { columns, rows } => table(columns, rows).into_iter().map(|row| row.cut(LINE_MAX + 400)).collect(),
        Block::Timeline(dated) => {
            let line = |(date, one): &(Plain, _)| {
                Rich::bold(&cut(date.as_str(), 40)).and(&Rich::plain(" ")).and(&sentence(one)).cut(LINE_MAX)
            };
            dated.iter().map(line).collect()
        }
        Block::Links(links) => links.iter().map(link).collect(),
        Block::Fields(fields) => {
            let line = |field: &Field| {
                Rich::bold(field.label.as_str()).and(&Rich::plain(" ")).and(&sentence(&field.value)).cut(LINE_MAX)
            };
            fields.iter().map(line).collect()
        }
        Block::Tags { label, values } => {
            let values: Vec<&str> = values.iter().map(Plain::as_str).collect();
            vec![Rich::plain(&format!("{}: {}", label.as_str(), values.join(" · "))).cut(LINE_MAX)]
        }
        Block::Footer(texts) => texts.iter().map(|text| italic(text.as_str())).collect(),
        Block::Section { .. } | Block::Image { .. } | Block::Buttons(_) => Vec::new(),
    }
}

/// A link under its own words; behind them the host that it leads to.
fn link(one: &Link) -> Rich {
    let url = one.url.as_deref().and_then(web);
    let mut line = Rich::plain("• ").and(&Rich::link(&cut(one.label.as_str(), LINE_MAX), url.as_ref()));
    let note = one.note.as_ref().map(|note| cut(note.as_str(), 400));
    let host = url.as_ref().and_then(Url::host_str).map(str::to_owned);
    let more: Vec<String> = note.into_iter().chain(host).collect();
    if !more.is_empty() {
        line.say(&format!(" — {}", more.join(" · ")));
    }
    line.cut(LINE_MAX)
}
