//! HTML to plain text. A tokenizer and no tree: the time is linear in the input, so no nesting of
//! tags can stall it.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// Bytes of HTML that are read of one field; the rest is left to the original page.
pub const HTML_BYTES_MAX: usize = 64 * 1024;
/// Elements inside each other beyond which tags no longer shape the text.
const DEPTH_MAX: usize = 256;

/// Elements whose content is not for reading.
const HIDDEN: &[&str] = &[
    "script", "style", "template", "iframe", "svg", "math", "textarea", "select", "button", "object", "noscript",
    "head", "title",
];
/// Elements that start a new paragraph.
const PARAGRAPH: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "dl",
    "table",
    "figure",
    "figcaption",
    "hr",
    "section",
    "article",
    "header",
    "footer",
    "aside",
    "nav",
    "main",
    "form",
    "details",
];
/// Elements that start a new line.
const LINE: &[&str] = &["div", "tr", "dt", "dd", "li", "summary", "caption", "thead", "tbody", "address"];
/// Tags that titles carry in the wild; anything else between angle brackets is what it says
/// ("Vec<T>").
const TITLE_TAGS: &[&str] = &[
    "a", "abbr", "b", "bdi", "big", "br", "cite", "code", "del", "div", "em", "font", "h1", "h2", "h3", "h4", "i",
    "img", "ins", "kbd", "li", "mark", "p", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u",
    "ul", "wbr",
];

/// Bytes of the longest name among [`TITLE_TAGS`], and of a whole tag with its attributes.
const TITLE_TAG_NAME_BYTES_MAX: usize = 6;
const TITLE_TAG_BYTES_MAX: usize = 1024;

/// The text of an HTML fragment: paragraphs apart by a blank line, list items marked, table cells
/// apart by " | ".
pub fn html_to_text(html: &str) -> String {
    let mut writer = Writer::default();
    walk(cut(html, HTML_BYTES_MAX), |event| writer.take(event));
    tidy(&writer.out)
}

/// A title on one line, without markup.
pub fn title_to_text(title: &str) -> String {
    let title = cut(title, HTML_BYTES_MAX);
    if !title.contains(['<', '&']) {
        return one_line(title);
    }
    one_line(&decode_entities(&strip_title_tags(title)))
}

/// Plain text on one line, whitespace and invisible characters cleaned.
pub fn one_line(text: &str) -> String {
    if is_clean_line(text) {
        return text.to_owned();
    }
    text.chars().filter(|c| !is_invisible(*c)).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Plain ASCII with single spaces, as most titles are.
fn is_clean_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_plain = bytes.iter().fold(true, |plain, byte| plain & (b' '..0x7F).contains(byte));
    is_plain && !text.starts_with(' ') && !text.ends_with(' ') && memchr::memmem::find(bytes, b"  ").is_none()
}

/// Plain text in paragraphs, whitespace and invisible characters cleaned.
pub fn paragraphs(text: &str) -> String {
    tidy(cut(text, HTML_BYTES_MAX))
}

/// The first picture in an HTML fragment, as written there.
pub fn first_image(html: &str) -> Option<String> {
    let mut in_image = false;
    let mut in_src = false;
    let mut found = None;
    walk(cut(html, HTML_BYTES_MAX), |event| match event {
        CallbackEvent::OpenStartTag { name } => in_image = name == b"img",
        CallbackEvent::AttributeName { name } => in_src = in_image && name == b"src",
        CallbackEvent::AttributeValue { value } if in_src && found.is_none() => {
            let src = String::from_utf8_lossy(value).trim().to_owned();
            found = src.starts_with("http").then_some(src);
        }
        _ => {}
    });
    found
}

/// Whether this reads as HTML at all, or as text that happens to be in an HTML field.
pub fn looks_like_html(text: &str) -> bool {
    text.contains('<') || text.contains('&')
}

/// Runs `visit` over the markup of `html`.
pub fn walk(html: &str, mut visit: impl FnMut(CallbackEvent<'_>)) {
    let mut emitter = CallbackEmitter::new(move |event: CallbackEvent<'_>, _span: Span<()>| -> Option<()> {
        visit(event);
        None
    });
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).for_each(drop);
}

/// The longest prefix of at most `bytes_max` bytes that ends at a character.
pub fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or(text)
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The hidden element we are in, and how many of its name are open.
    hidden: Option<(String, usize)>,
    depth: usize,
    preformatted: usize,
    cells: usize,
}

impl Writer {
    fn take(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.open(&String::from_utf8_lossy(name)),
            CallbackEvent::EndTag { name } => self.close(&String::from_utf8_lossy(name)),
            CallbackEvent::String { value } if self.hidden.is_none() => self.text(&String::from_utf8_lossy(value)),
            _ => {}
        }
    }

    fn open(&mut self, name: &str) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open += usize::from(hidden == name);
            return;
        }
        self.depth += 1;
        if HIDDEN.contains(&name) {
            self.hidden = Some((name.to_owned(), 1));
        } else if self.depth <= DEPTH_MAX {
            self.shape(name, true);
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((hidden, open)) = &mut self.hidden {
            *open -= usize::from(hidden == name);
            if *open == 0 {
                self.hidden = None;
            }
            return;
        }
        self.depth = self.depth.saturating_sub(1);
        if self.depth <= DEPTH_MAX {
            self.shape(name, false);
        }
    }

    fn shape(&mut self, name: &str, is_start: bool) {
        match name {
            "pre" if is_start => self.preformatted += 1,
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            "tr" => self.cells = 0,
            _ => {}
        }
        match name {
            "td" | "th" if is_start => {
                if self.cells > 0 {
                    self.out.push_str(" | ");
                }
                self.cells += 1;
            }
            "br" => self.out.push('\n'),
            "li" if is_start => {
                self.line_ends(1);
                self.out.push_str("• ");
            }
            _ if PARAGRAPH.contains(&name) => self.line_ends(2),
            _ if LINE.contains(&name) => self.line_ends(1),
            _ => {}
        }
    }

    /// At least this many line ends before what follows.
    fn line_ends(&mut self, count: usize) {
        let present = self.out.bytes().rev().take(count).take_while(|byte| *byte == b'\n').count();
        self.out.extend(std::iter::repeat_n('\n', count.saturating_sub(present)));
    }

    fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.out.push_str(text);
            return;
        }
        // In flowing text a line end is a space.
        self.out.extend(text.chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
    }
}

/// Single spaces, at most one blank line, no invisible characters, no empty list items.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank_lines = 0;
    for line in text.lines() {
        let line = one_line(line);
        let is_empty_item = matches!(line.as_str(), "" | "•");
        if is_empty_item {
            blank_lines += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank_lines > 0 { "\n\n" } else { "\n" });
        }
        blank_lines = 0;
        out.push_str(&line);
    }
    out
}

/// Characters that show nothing and can hide or reorder what is read: zero-width spaces, text
/// direction controls, soft hyphens, byte order marks, tag characters. Joiners stay: Persian,
/// Indic scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}' | '\0'..='\x08' | '\x0E'..='\x1F' | '\x7F')
}

/// Removes the tags that titles carry, leaves every other `<...>`.
fn strip_title_tags(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(start) = rest.find('<') {
        out.push_str(rest.get(..start).unwrap_or_default());
        let tag = rest.get(start..).unwrap_or_default();
        match known_tag_len(tag) {
            Some(len) => rest = tag.get(len..).unwrap_or_default(),
            None => {
                // An entity keeps the bracket through the decoding that follows.
                out.push_str("&lt;");
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// The length of a tag that titles carry. The name is looked at first, and what is longer than any
/// tag is no tag: a title of nothing but `<` would be searched to its end for each of them.
fn known_tag_len(tag: &str) -> Option<usize> {
    let inner = tag.get(1..)?;
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name =
        cut(inner, TITLE_TAG_NAME_BYTES_MAX + 1).split(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).next()?;
    let is_known = TITLE_TAGS.iter().any(|known| known.eq_ignore_ascii_case(name));
    let end = if is_known { cut(tag, TITLE_TAG_BYTES_MAX).find('>')? } else { return None };
    Some(end + 1)
}

fn decode_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    walk(text, |event| {
        if let CallbackEvent::String { value } = event {
            out.push_str(&String::from_utf8_lossy(value));
        }
    });
    out
}
