//! A message in Discord's form: an embed with its buttons. Limits are Discord's own
//! (platforms, section E); nothing here is ever refused for its size.

use serde_json::Value;
use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter,
    CreateMessage,
};
use serenity::model::application::ButtonStyle;
use serenity::model::channel::MessageFlags;
use serenity::model::channel::Nonce;
use serenity::model::id::RoleId;
use url::Url;

use super::text::{bare, code, escaped, is_web, link, sentence, table};
use crate::model::doc::{Accent, Action, Block, Button, Doc};
use crate::model::press::Press;
use crate::platform::cut::{cut, units};

const TITLE_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 4096;
const FIELDS_MAX: usize = 25;
const FIELD_NAME_MAX: usize = 256;
const FIELD_VALUE_MAX: usize = 1024;
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
/// Messages of one answer (an interaction takes five follow-ups, platforms section G).
const MESSAGES_MAX: usize = 5;

/// One message, before it is counted and put into Discord's JSON.
#[derive(Clone, Default)]
struct Draft {
    author: String,
    title: String,
    url: Option<String>,
    lines: Vec<String>,
    fields: Vec<(String, String, bool)>,
    image: Option<String>,
    footer: String,
    buttons: Vec<Button>,
}

/// Who is called by a post, and what makes Discord take it once.
pub struct Envelope<'a> {
    pub nonce: Option<&'a str>,
    pub mention: Option<&'a str>,
}

/// A post: one message. What is folded stands behind its button.
pub fn post(doc: &Doc, envelope: &Envelope<'_>) -> Value {
    let mut draft = draft(doc);
    draft.shrink();
    let mut message = CreateMessage::new().embed(draft.embed(doc.accent)).components(draft.rows());
    let role = envelope.mention.and_then(role);
    message = match role {
        Some(role) => message
            .content(format!("<@&{role}>"))
            .allowed_mentions(CreateAllowedMentions::new().roles(vec![RoleId::new(role)])),
        None => message.allowed_mentions(CreateAllowedMentions::new()),
    };
    if let Some(nonce) = envelope.nonce {
        message = message.nonce(Nonce::String(nonce.to_owned())).enforce_nonce(true);
    }
    if doc.is_silent {
        message = message.flags(MessageFlags::SUPPRESS_NOTIFICATIONS);
    }
    to_value(&message)
}

/// The least that a post can be, for the day that Discord refuses the whole of it.
pub fn plain_post(doc: &Doc, envelope: &Envelope<'_>) -> Value {
    let draft = draft(doc);
    let url = draft.url.map(|url| format!("\n{}", cut(&url, 1000))).unwrap_or_default();
    let text = if draft.title.is_empty() { draft.lines.join("\n") } else { draft.title };
    let mut message = CreateMessage::new()
        .content(format!("{}{url}", cut(&text, 900)))
        .allowed_mentions(CreateAllowedMentions::new())
        .flags(MessageFlags::SUPPRESS_EMBEDS);
    if let Some(nonce) = envelope.nonce {
        message = message.nonce(Nonce::String(nonce.to_owned())).enforce_nonce(true);
    }
    to_value(&message)
}

/// An answer: as many messages as it takes. The last says so when even that was not enough.
pub fn answer(doc: &Doc) -> Vec<Value> {
    let whole = draft(doc);
    let mut parts = split(&whole.lines);
    if parts.len() > MESSAGES_MAX {
        parts.truncate(MESSAGES_MAX);
        if let Some(last) = parts.last_mut() {
            last.push("…".to_owned());
        }
    }
    let last = parts.len().saturating_sub(1);
    let drafts = parts.into_iter().enumerate().map(|(number, lines)| {
        let mut draft = Draft { lines, ..Draft::default() };
        if number == 0 {
            (draft.author, draft.title, draft.url) = (whole.author.clone(), whole.title.clone(), whole.url.clone());
            (draft.fields, draft.image) = (whole.fields.clone(), whole.image.clone());
        }
        if number == last {
            (draft.footer, draft.buttons) = (whole.footer.clone(), whole.buttons.clone());
        }
        draft.shrink();
        draft
    });
    let message = |draft: Draft| {
        let message = CreateMessage::new().embed(draft.embed(doc.accent)).components(draft.rows());
        to_value(&message.allowed_mentions(CreateAllowedMentions::new()))
    };
    drafts.map(message).collect()
}

/// Lines in portions of one description each.
fn split(lines: &[String]) -> Vec<Vec<String>> {
    // Room is left for the other texts of the embed.
    const PART_MAX: usize = 3500;
    let mut parts: Vec<Vec<String>> = vec![Vec::new()];
    let mut used = 0;
    for line in lines {
        let size = units(line) + 1;
        if used + size > PART_MAX && used > 0 {
            parts.push(Vec::new());
            used = 0;
        }
        used += size;
        if let Some(part) = parts.last_mut() {
            part.push(line.clone());
        }
    }
    parts
}

/// The headline of a message, for the name of a thread.
pub fn name(doc: &Doc, max: usize) -> String {
    let headline = doc.blocks.iter().find_map(|block| match block {
        Block::Headline { text, .. } | Block::Paragraph(text) => Some(bare(text.as_str(), max)),
        _ => None,
    });
    headline.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "News".to_owned())
}

/// Title and description of the first embed of a message, by which it is known again.
pub fn signature(message: &Value) -> (Option<&str>, Option<&str>) {
    let embed = message.get("embeds").and_then(|embeds| embeds.get(0));
    let text = |name: &str| embed.and_then(|embed| embed.get(name)).and_then(Value::as_str);
    (text("title"), text("description"))
}

fn draft(doc: &Doc) -> Draft {
    let mut draft = Draft::default();
    doc.blocks.iter().for_each(|block| draft.take(block));
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
            Block::Lead(text) => self.lines.push(format!("**{}**", escaped(text.as_str(), LINE_MAX))),
            Block::Heading(text) => {
                let gap = if self.lines.is_empty() { "" } else { "\n" };
                self.lines.push(format!("{gap}**{}**", escaped(text.as_str(), FIELD_NAME_MAX)));
            }
            Block::Paragraph(text) => self.lines.push(escaped(text.as_str(), LINE_MAX)),
            Block::Quote(text) => {
                let quote = escaped(text.as_str(), LINE_MAX);
                self.lines.extend(quote.lines().map(|line| format!("> {line}")));
            }
            Block::Code(text) => self.lines.push(code(text.as_str(), LINE_MAX)),
            Block::Fields(fields) => {
                let value = |sentence: &crate::model::doc::Sentence| self::sentence(sentence, FIELD_VALUE_MAX);
                let field = |one: &crate::model::doc::Field| {
                    (escaped(one.label.as_str(), FIELD_NAME_MAX), value(&one.value), false)
                };
                self.fields.extend(fields.iter().map(field));
            }
            Block::Tags { label, values } => {
                let values: Vec<&str> = values.iter().map(|value| value.as_str()).collect();
                let values = escaped(&values.join(" · "), FIELD_VALUE_MAX);
                self.fields.push((escaped(label.as_str(), FIELD_NAME_MAX), values, true));
            }
            Block::Image { url, .. } => self.image = Some(url.clone()).filter(|url| is_web(url) && url.len() <= 2000),
            // Depth is behind the button.
            Block::Section { .. } => {}
            Block::List(sentences) => {
                self.lines.extend(sentences.iter().map(|one| format!("• {}", sentence(one, LINE_MAX))));
            }
            Block::Table { columns, rows } => self.lines.extend(table(columns, rows)),
            Block::Timeline(dated) => {
                let line = |(date, one): &(crate::model::doc::Plain, _)| {
                    format!("**{}** {}", escaped(date.as_str(), 40), sentence(one, LINE_MAX))
                };
                self.lines.extend(dated.iter().map(line));
            }
            Block::Links(links) => {
                for one in links {
                    let note = one.note.as_ref().map(|note| format!(" — {}", escaped(note.as_str(), 400)));
                    let label = link(one.label.as_str(), one.url.as_deref(), LINE_MAX);
                    self.lines.push(format!("• {label}{}", note.unwrap_or_default()));
                }
            }
            Block::Buttons(buttons) => self.buttons.extend(buttons.iter().cloned()),
            Block::Footer(lines) => {
                let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
                self.footer = bare(&lines.join(" "), FOOTER_MAX);
            }
        }
    }

    /// Brings the whole under the limit on all texts together, by shortening what is longest.
    fn shrink(&mut self) {
        self.fields.retain(|(name, value, _)| !name.is_empty() && !value.is_empty());
        self.fields.truncate(FIELDS_MAX);
        while units(&self.description()) > DESCRIPTION_MAX && self.lines.len() > 1 {
            self.lines.pop();
        }
        while self.size() > EMBEDS_MAX {
            if units(&self.footer) > 200 {
                self.footer = cut(&self.footer, 200);
                continue;
            }
            let longest = self.fields.iter_mut().max_by_key(|(_, value, _)| units(value));
            match longest.filter(|(_, value, _)| units(value) > 400) {
                Some((_, value, _)) => *value = without_half_escapes(&cut(value, units(value) / 2)),
                None if self.lines.len() > 1 => drop(self.lines.pop()),
                None => drop(self.fields.pop()),
            }
        }
    }

    fn description(&self) -> String {
        cut(&self.lines.join("\n"), DESCRIPTION_MAX)
    }

    fn size(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(name, value, _)| units(name) + units(value)).sum();
        units(&self.author) + units(&self.title) + units(&self.description()) + units(&self.footer) + fields
    }

    fn embed(&self, accent: Accent) -> CreateEmbed {
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
        for (name, value, is_inline) in &self.fields {
            embed = embed.field(name, value, *is_inline);
        }
        if let Some(image) = &self.image {
            embed = embed.image(image);
        }
        if !self.footer.is_empty() {
            embed = embed.footer(CreateEmbedFooter::new(&self.footer));
        }
        embed
    }

    fn rows(&self) -> Vec<CreateActionRow> {
        let buttons: Vec<CreateButton> = self.buttons.iter().filter_map(button).collect();
        // As many in each row, so that no button stands alone.
        let of_row = buttons.len().div_ceil(buttons.len().div_ceil(BUTTONS_OF_ROW).max(1)).max(1);
        let rows = buttons.chunks(of_row).take(ROWS_MAX);
        rows.map(|row| CreateActionRow::Buttons(row.to_vec())).collect()
    }
}

/// An escape that lost its sign would escape what follows.
fn without_half_escapes(text: &str) -> String {
    match text.strip_suffix('…') {
        Some(head) => format!("{}…", head.trim_end_matches('\\')),
        None => text.to_owned(),
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

/// The id in a role's mention, `<@&123>`.
fn role(mention: &str) -> Option<u64> {
    let id = mention.trim().strip_prefix("<@&")?.strip_suffix('>')?;
    id.parse().ok().filter(|id| *id != 0)
}

fn color(accent: Accent) -> u32 {
    match accent {
        Accent::Calm => 0x4C_8D_AE,
        Accent::Notable => 0xE0_A0_30,
        Accent::Urgent => 0xD0_34_2C,
    }
}

fn to_value(message: &CreateMessage) -> Value {
    let mut value = serde_json::to_value(message).unwrap_or_default();
    // The builder leaves out an empty list of buttons and spells out what is not set.
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}
