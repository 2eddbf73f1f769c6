//! A message before it is put into Discord's JSON: what it says, counted against the limits, and
//! shortened by whole lines where that is too much.

use serenity::builder::{CreateActionRow, CreateButton, CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter};
use serenity::model::application::ButtonStyle;
use url::Url;

use super::text::{bare, code, escaped, is_web, link, sentence, table};
use crate::model::doc::{Accent, Action, Block, Button, Doc, Plain, Sentence};
use crate::model::press::Press;
use crate::platform::cut::{cut, units};

const TITLE_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 4096;
const FIELDS_MAX: usize = 25;
const FIELD_NAME_MAX: usize = 256;
const FIELD_VALUE_MAX: usize = 1024;
/// Fields are not made shorter than this for the sake of the whole.
const FIELD_VALUE_MIN: usize = 400;
const FOOTER_MAX: usize = 2048;
const AUTHOR_MAX: usize = 256;
/// Over all texts of all embeds of a message.
const EMBEDS_MAX: usize = 6000;
const BUTTONS_OF_ROW: usize = 5;
const ROWS_MAX: usize = 5;
const LABEL_MAX: usize = 80;
const URL_MAX: usize = 512;
/// One line of a description; longer ones are cut.
const LINE_MAX: usize = 1500;

/// One line of a description. Lines are left out whole, so that no link and no escape is ever torn.
#[derive(Clone)]
pub struct Line {
    pub text: String,
    kind: LineKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Text,
    /// The title of what follows it.
    Heading,
    /// One of several things, which are counted when they are left out.
    Entry,
}

#[derive(Clone)]
pub struct Field {
    name: String,
    value: Sentence,
    /// How long its value may become.
    room: usize,
    is_inline: bool,
}

impl Field {
    fn shown(&self) -> String {
        sentence(&self.value, self.room)
    }
}

#[derive(Clone, Default)]
pub struct Draft {
    pub author: String,
    pub title: String,
    pub url: Option<String>,
    pub lines: Vec<Line>,
    /// Entries that were left out, once anything was.
    pub left_out: Option<usize>,
    pub fields: Vec<Field>,
    pub image: Option<String>,
    pub footer: String,
    pub buttons: Vec<Button>,
}

/// A message with everything that is not folded.
pub fn draft(doc: &Doc) -> Draft {
    let mut draft = Draft::default();
    doc.blocks.iter().for_each(|block| draft.take(block));
    if let Some(picture) = &doc.picture {
        draft.image = Some(format!("attachment://{}", picture.name));
    }
    // The title hides where it leads; the footer says it, in the form that cannot deceive (punycode).
    let host =
        draft.url.as_deref().and_then(|url| Url::parse(url).ok()).and_then(|url| url.host_str().map(str::to_owned));
    if let Some(host) = host {
        draft.footer = bare(&format!("{host} · {}", draft.footer), FOOTER_MAX);
    }
    draft
}

impl Draft {
    fn take(&mut self, block: &Block) {
        match block {
            Block::Context(parts) => {
                let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
                self.author = bare(&parts.join(" · "), AUTHOR_MAX);
            }
            Block::Headline { text, url } => {
                self.title = escaped(text.as_str(), TITLE_MAX);
                self.url = url.clone().filter(|url| is_web(url) && url.len() <= 2000);
            }
            Block::Lead(text) => self.text(format!("**{}**", escaped(text.as_str(), LINE_MAX))),
            Block::Heading(text) => {
                let gap = if self.lines.is_empty() { "" } else { "\n" };
                let text = format!("{gap}**{}**", escaped(text.as_str(), FIELD_NAME_MAX));
                self.lines.push(Line { text, kind: LineKind::Heading });
            }
            Block::Paragraph(text) => self.text(escaped(text.as_str(), LINE_MAX)),
            Block::Quote(text) => {
                let quote = escaped(text.as_str(), LINE_MAX);
                quote.lines().for_each(|line| self.text(format!("> {line}")));
            }
            Block::Code(text) => self.text(code(text.as_str(), LINE_MAX)),
            Block::Fields(fields) => {
                fields.iter().for_each(|one| self.field(&one.label, one.value.clone(), false));
            }
            Block::Tags { label, values } => {
                let values: Vec<&str> = values.iter().map(|value| value.as_str()).collect();
                self.field(label, Sentence { text: values.join(" · ").into(), mark: None }, true);
            }
            Block::Image { url, .. } => self.image = Some(url.clone()).filter(|url| is_web(url) && url.len() <= 2000),
            // Depth is behind the button.
            Block::Section { .. } => {}
            Block::List(sentences) => {
                sentences.iter().for_each(|one| self.entry(format!("• {}", sentence(one, LINE_MAX))));
            }
            Block::Table { columns, rows } => table(columns, rows).into_iter().for_each(|line| self.entry(line)),
            Block::Timeline(dated) => {
                for (date, one) in dated {
                    self.entry(format!("**{}** {}", escaped(date.as_str(), 40), sentence(one, LINE_MAX)));
                }
            }
            Block::Links(links) => {
                for one in links {
                    let note = one.note.as_ref().map(|note| format!(" — {}", escaped(note.as_str(), 400)));
                    let label = link(one.label.as_str(), one.url.as_deref(), LINE_MAX);
                    self.entry(format!("• {label}{}", note.unwrap_or_default()));
                }
            }
            Block::Buttons(buttons) => self.buttons.extend(buttons.iter().cloned()),
            Block::Footer(lines) => {
                let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
                self.footer = bare(&lines.join(" "), FOOTER_MAX);
            }
        }
    }

    fn text(&mut self, text: String) {
        self.lines.push(Line { text, kind: LineKind::Text });
    }

    fn entry(&mut self, text: String) {
        self.lines.push(Line { text, kind: LineKind::Entry });
    }

    fn field(&mut self, label: &Plain, value: Sentence, is_inline: bool) {
        self.fields.push(Field {
            name: escaped(label.as_str(), FIELD_NAME_MAX),
            value,
            room: FIELD_VALUE_MAX,
            is_inline,
        });
    }

    /// Brings the whole under the limits, by shortening what is longest and leaving out what is last.
    pub fn shrink(&mut self) {
        self.fields.retain(|field| !field.name.is_empty() && !field.shown().is_empty());
        self.fields.truncate(FIELDS_MAX);
        while units(&self.description()) > DESCRIPTION_MAX && self.lines.len() > 1 {
            self.drop_line();
        }
        while self.size() > EMBEDS_MAX {
            if units(&self.footer) > 200 {
                self.footer = cut(&self.footer, 200);
                continue;
            }
            let longest = self.fields.iter_mut().max_by_key(|field| units(&field.shown()));
            match longest.filter(|field| units(&field.shown()) > FIELD_VALUE_MIN) {
                Some(field) => field.room = units(&field.shown()) / 2,
                None if self.lines.len() > 1 => self.drop_line(),
                None => drop(self.fields.pop()),
            }
        }
    }

    /// Leaves out the last line, and headings that then stand above nothing.
    fn drop_line(&mut self) {
        if let Some(line) = self.lines.pop() {
            self.leave_out(&[line]);
        }
        while self.lines.len() > 1 && self.lines.last().is_some_and(|line| line.kind == LineKind::Heading) {
            self.lines.pop();
        }
    }

    /// Counts lines that have found no room.
    pub fn leave_out(&mut self, lines: &[Line]) {
        let entries = lines.iter().filter(|line| line.kind == LineKind::Entry).count();
        self.left_out = Some(self.left_out.unwrap_or(0) + entries);
    }

    fn description(&self) -> String {
        let mark = self.left_out.map(|count| match count {
            0 => "…".to_owned(),
            count => format!("… and {count} more"),
        });
        let lines = self.lines.iter().map(|line| line.text.as_str());
        lines.chain(mark.as_deref()).collect::<Vec<_>>().join("\n")
    }

    fn size(&self) -> usize {
        let fields: usize = self.fields.iter().map(|field| units(&field.name) + units(&field.shown())).sum();
        units(&self.author) + units(&self.title) + units(&self.description()) + units(&self.footer) + fields
    }

    pub fn embed(&self, accent: Accent) -> CreateEmbed {
        let mut embed = CreateEmbed::new().color(color(accent));
        if !self.author.is_empty() {
            embed = embed.author(CreateEmbedAuthor::new(&self.author));
        }
        if !self.title.is_empty() {
            embed = embed.title(&self.title);
        }
        if let Some(url) = &self.url {
            embed = embed.url(url);
        }
        let description = self.description();
        let is_empty = self.title.is_empty() && self.fields.is_empty() && description.trim().is_empty();
        if !description.is_empty() || is_empty {
            embed = embed.description(if is_empty { "…".to_owned() } else { description });
        }
        for field in &self.fields {
            embed = embed.field(&field.name, field.shown(), field.is_inline);
        }
        if let Some(image) = &self.image {
            embed = embed.image(image);
        }
        if !self.footer.is_empty() {
            embed = embed.footer(CreateEmbedFooter::new(&self.footer));
        }
        embed
    }

    pub fn rows(&self) -> Vec<CreateActionRow> {
        let buttons: Vec<CreateButton> = self.buttons.iter().filter_map(button).collect();
        // As many in each row, so that no button stands alone.
        let of_row = buttons.len().div_ceil(buttons.len().div_ceil(BUTTONS_OF_ROW).max(1)).max(1);
        let rows = buttons.chunks(of_row).take(ROWS_MAX);
        rows.map(|row| CreateActionRow::Buttons(row.to_vec())).collect()
    }
}

fn button(button: &Button) -> Option<CreateButton> {
    let label = bare(button.label.as_str(), LABEL_MAX);
    match &button.action {
        Action::Open(url) => (is_web(url) && url.len() <= URL_MAX).then(|| CreateButton::new_link(url).label(label)),
        Action::Press(press) => {
            let style = match press {
                Press::Yes(_) => ButtonStyle::Danger,
                _ => ButtonStyle::Secondary,
            };
            Some(CreateButton::new(press.to_string()).label(label).style(style))
        }
    }
}

fn color(accent: Accent) -> u32 {
    match accent {
        Accent::Calm => 0x4C_8D_AE,
        Accent::Notable => 0xE0_A0_30,
        Accent::Urgent => 0xD0_34_2C,
    }
}
