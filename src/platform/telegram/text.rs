//! Text with entities as Telegram shows it: nothing in a feed's text calls anybody, runs a command
//! or links elsewhere. Lengths are UTF-16 code units throughout, as in the Bot API.

use teloxide_core::types::{MessageEntity, MessageEntityKind};
use unicode_width::UnicodeWidthStr;
use url::Url;

use crate::model::doc::{Plain, Sentence, visible};
use crate::platform::cut::{cut, units};

/// U+2060 WORD JOINER: not seen, and neither a letter of a name nor of a domain, so that
/// Telegram's automatic links end at it (tried with TDLib's own parser).
const JOINER: char = '\u{2060}';
/// Columns of a table that a phone still shows in one line.
const TABLE_COLUMNS_MAX: usize = 46;

/// A piece of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rich {
    text: String,
    /// Of `text`.
    units: usize,
    entities: Vec<MessageEntity>,
}

impl Rich {
    /// Running text. An address in it is shown as code, which is not linked and copied by a tap.
    pub fn plain(text: &str) -> Self {
        let mut rich = Self::default();
        rich.say(text);
        rich
    }

    /// Text of one kind as a whole.
    pub fn styled(text: &str, kind: MessageEntityKind) -> Self {
        let text = match kind {
            // Nothing in a box is linked, so it stays exactly as it is.
            MessageEntityKind::Pre { .. } | MessageEntityKind::Code => clean(text),
            _ => quiet(text),
        };
        let mut rich = Self::default();
        rich.push(&text);
        rich.within(kind)
    }

    /// A name that is called: left as it is, for Telegram to make a mention of.
    pub fn calling(name: &str) -> Self {
        let mut rich = Self::default();
        rich.push(name);
        rich
    }

    pub fn bold(text: &str) -> Self {
        Self::styled(text, MessageEntityKind::Bold)
    }

    /// Words under which an address lies. One that cannot be opened is left out.
    pub fn link(text: &str, url: Option<&Url>) -> Self {
        match url {
            Some(url) => Self::styled(text, MessageEntityKind::TextLink { url: url.clone() }),
            None => Self::plain(text),
        }
    }

    /// The whole of it inside one more entity.
    pub fn within(mut self, kind: MessageEntityKind) -> Self {
        // Telegram takes no format around blanks, and none around the whole of a box.
        let is_box = |one: &MessageEntity| {
            matches!(one.kind, MessageEntityKind::Code | MessageEntityKind::Pre { .. }) && one.length == self.units
        };
        if !self.is_blank() && !self.entities.iter().any(is_box) {
            self.entities.insert(0, MessageEntity { kind, offset: 0, length: self.units });
        }
        self
    }

    pub fn say(&mut self, text: &str) {
        let text = clean(text);
        let mut rest = text.as_str();
        while let Some((before, address, after)) = next_address(rest) {
            self.push(&quiet(before));
            self.append(&Self::styled(address, MessageEntityKind::Code));
            rest = after;
        }
        self.push(&quiet(rest));
    }

    /// Adds text that is harmless already.
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.units += units(text);
    }

    pub fn append(&mut self, more: &Self) {
        let moved =
            more.entities.iter().cloned().map(|entity| MessageEntity { offset: entity.offset + self.units, ..entity });
        self.entities.extend(moved);
        self.push(&more.text);
    }

    /// With `more` behind it.
    pub fn and(mut self, more: &Self) -> Self {
        self.append(more);
        self
    }

    /// Lines below each other.
    pub fn lines(lines: &[Self]) -> Self {
        let mut all = Self::default();
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                all.push("\n");
            }
            all.append(line);
        }
        all
    }

    /// At most `max` units of it, whole graphemes, with a mark where it was cut.
    pub fn cut(mut self, max: usize) -> Self {
        if self.units <= max {
            return self;
        }
        let text = cut(&self.text, max);
        let end = units(&text);
        self.entities.retain_mut(|entity| {
            entity.length = entity.length.min(end.saturating_sub(entity.offset));
            entity.length > 0
        });
        Self { text, units: end, entities: self.entities }
    }

    pub fn units(&self) -> usize {
        self.units
    }

    pub fn entities(&self) -> &[MessageEntity] {
        &self.entities
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// The first `http(s)://` address, what stands before and what behind it.
fn next_address(text: &str) -> Option<(&str, &str, &str)> {
    let start = ["https://", "http://"].iter().filter_map(|scheme| text.find(scheme)).min()?;
    let (before, rest) = text.split_at_checked(start)?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>')).unwrap_or(rest.len());
    let (address, _) = rest.split_at_checked(end)?;
    // Signs that end a sentence or a bracket do not belong to it.
    let address = address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '»', '”']);
    let after = rest.get(address.len()..)?;
    Some((before, address, after))
}

/// The text as Telegram will have it. It deletes these signs before it looks for links (td,
/// `clean_input_string`), so what stands around them must be seen here as neighbours too.
fn clean(text: &str) -> String {
    let text = text.replace(['\u{2028}', '\u{2029}'], "\n");
    visible(&text).replace(['\u{30A}', '\u{333}', '\u{33F}'], "")
}

/// The text with a joiner wherever Telegram would make a link of its own: names, commands, tags,
/// domains, numeric addresses.
pub fn quiet(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    // Dots between digits in a row: 4.2 is a version, 1.2.3.4 is an address.
    let mut numbers = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        let next = chars.peek().copied().unwrap_or(' ');
        if c == '.' && before.is_ascii_digit() && next.is_ascii_digit() {
            numbers += 1;
        } else if !c.is_ascii_digit() {
            numbers = 0;
        }
        let begins_link = match c {
            '@' => next.is_alphanumeric() || next == '_',
            // `tg://` and `ton://` are followed by anything.
            '/' if before == ':' => next == '/',
            // A tag may begin with signs that are no letters, such as a middle dot.
            '#' => !before.is_alphanumeric() && !next.is_whitespace(),
            '/' | '$' => !before.is_alphanumeric() && (next.is_alphanumeric() || next == '_'),
            '.' => !before.is_whitespace() && (next.is_alphabetic() || numbers > 2),
            _ => false,
        };
        if begins_link {
            out.push(JOINER);
        }
        before = c;
    }
    out
}

/// A web address that a button or an entity can carry.
pub fn web(url: &str) -> Option<Url> {
    // Telegram takes up to 2,048 bytes of an address (td, MessageEntity and InlineKeyboardButton).
    let url = Url::parse(url).ok().filter(|url| url.as_str().len() <= 2048)?;
    // A name without a dot is none of the Internet's; Telegram refuses the whole message for it.
    let is_public = url.host_str().is_some_and(|host| host.contains('.') || host.starts_with('['));
    (matches!(url.scheme(), "http" | "https") && is_public).then_some(url)
}

/// A sentence with its mark.
pub fn sentence(sentence: &Sentence) -> Rich {
    let mut rich = Rich::plain(sentence.text.as_str());
    if let Some(mark) = &sentence.mark {
        rich.append(&Rich::styled(&format!(" ({})", mark.as_str()), MessageEntityKind::Italic));
    }
    rich
}

/// A table: in a box where a phone can show it, else row by row.
pub fn table(columns: &[Plain], rows: &[Vec<Plain>]) -> Vec<Rich> {
    let clean = |cell: &Plain| clean(cell.as_str()).replace('\n', " ");
    let width = |index: usize| {
        let cells = rows.iter().filter_map(|row| row.get(index)).chain(columns.get(index));
        cells.map(|cell| clean(cell).width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    if widths.iter().sum::<usize>() + 2 * widths.len() > TABLE_COLUMNS_MAX {
        return rows.iter().map(|row| row_in_words(columns, row)).collect();
    }
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
    boxes(lines)
}

/// Lines in boxes that each fit a message.
fn boxes(lines: impl Iterator<Item = String>) -> Vec<Rich> {
    const BOX_MAX: usize = 1800;
    let pre = |text: &str| Rich::styled(text, MessageEntityKind::Pre { language: None });
    let mut boxes = Vec::new();
    let mut current = String::new();
    for line in lines {
        if !current.is_empty() && units(&current) + units(&line) > BOX_MAX {
            boxes.push(pre(&current));
            current.clear();
        }
        if !current.is_empty() {
            current.push('\n');
        }
        current.push_str(&line);
    }
    boxes.push(pre(&current));
    boxes
}

/// The first cell leads, the others follow under their headings.
fn row_in_words(columns: &[Plain], row: &[Plain]) -> Rich {
    let Some((first, rest)) = row.split_first() else { return Rich::default() };
    let mut rich = Rich::plain("• ").and(&Rich::bold(first.as_str()));
    let cells = columns.iter().skip(1).zip(rest).filter(|(_, cell)| !cell.as_str().is_empty());
    for (number, (column, cell)) in cells.enumerate() {
        rich.say(if number == 0 { " — " } else { "; " });
        rich.say(&format!("{}: {}", column.as_str(), cell.as_str()));
    }
    rich
}
