//! The bare markup of a document, tag by tag. Knows no feed format; linear in the document.

use memchr::{memchr, memmem};

/// Bytes of one tag with its attributes.
pub const TAG_BYTES_MAX: usize = 64 * 1024;

/// One piece of markup between `<` and `>`, and where it stands.
#[derive(Clone, Copy)]
pub struct Tag<'a> {
    pub kind: TagKind,
    pub name: &'a str,
    /// From `<`, up to after `>`.
    pub start: usize,
    pub end: usize,
    /// It is not written as XML wants it, so that another parser may find its end elsewhere.
    pub is_crooked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    Start,
    /// `<a/>`
    Empty,
    End,
    Doctype,
    /// Comment, CDATA section or processing instruction.
    Skipped,
    /// A `<` that starts no markup: the text "a < b".
    Text,
}

/// Why the next tag cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub enum TagError {
    /// The document ends inside it.
    CutOff {
        inside: &'static str,
    },
    TooLong {
        start: usize,
    },
}

impl<'a> Tag<'a> {
    /// Finds the first markup at or after `from`.
    ///
    /// # Errors
    /// When the document ends inside it or it is longer than [`TAG_BYTES_MAX`].
    pub fn next(text: &'a str, from: usize) -> Result<Option<Self>, TagError> {
        let bytes = text.as_bytes();
        let Some(start) = memchr(b'<', bytes.get(from..).unwrap_or_default()).map(|offset| from + offset) else {
            return Ok(None);
        };
        let rest = bytes.get(start..).unwrap_or_default();
        let (kind, length, has_stray_quote) = match rest {
            [_, b'!', b'-', b'-', inner @ ..] => (TagKind::Skipped, 4 + after(inner, b"-->", "a comment")?, false),
            [_, b'!', b'[', ..] => (TagKind::Skipped, after(rest, b"]]>", "a CDATA section")?, false),
            [_, b'?', ..] => (TagKind::Skipped, after(rest, b"?>", "a processing instruction")?, false),
            [_, b'!', b'D' | b'd', ..] => (TagKind::Doctype, doctype_length(rest)?, false),
            [_, b'/', ..] => (TagKind::End, after(rest, b">", "a tag")?, false),
            [_, first, ..] if is_name_start(*first) => start_tag(rest, start)?,
            _ => (TagKind::Text, 1, false),
        };
        let end = start + length;
        let name_start = start + if kind == TagKind::End { 2 } else { 1 };
        let inner = text.get(name_start..end - 1).unwrap_or_default();
        let name = inner.split(ends_name).next().unwrap_or_default();
        let is_crooked = has_stray_quote || is_crooked(kind, inner.as_bytes().get(name.len()..).unwrap_or_default());
        Ok(Some(Self { kind, name, start, end, is_crooked }))
    }

    /// Where the name stands, for replacing it.
    pub fn name_start(&self) -> usize {
        self.start + if self.kind == TagKind::End { 2 } else { 1 }
    }

    pub fn name_end(&self) -> usize {
        self.name_start() + self.name.len()
    }

    pub fn local_name(&self) -> &'a str {
        self.name.rsplit(':').next().unwrap_or(self.name)
    }

    /// The attributes with a quoted value, in order.
    pub fn attributes(&self, text: &'a str) -> Attributes<'a> {
        let from = self.name_end().min(self.end);
        Attributes { tag: text.get(from..self.end).unwrap_or_default(), offset: from, at: 0 }
    }

    /// The value of one attribute.
    pub fn attribute(&self, text: &'a str, name: &str) -> Option<Attribute<'a>> {
        self.attributes(text).find(|attribute| attribute.name == name)
    }
}

/// Whether something unusual stands between a tag's name and its `>`: no space after the name, or a
/// slash that is not the last byte.
fn is_crooked(kind: TagKind, after_name: &[u8]) -> bool {
    match kind {
        TagKind::Start => after_name.first().is_some_and(|byte| !byte.is_ascii_whitespace()),
        TagKind::Empty => match after_name {
            b"/" => false,
            [first, .., b'/'] => !first.is_ascii_whitespace(),
            _ => true,
        },
        TagKind::End => !after_name.trim_ascii().is_empty(),
        TagKind::Doctype | TagKind::Skipped | TagKind::Text => false,
    }
}

#[derive(Clone, Copy)]
pub struct Attribute<'a> {
    pub name: &'a str,
    pub value: &'a str,
    /// Where the value stands, without its quotes.
    pub start: usize,
}

pub struct Attributes<'a> {
    tag: &'a str,
    offset: usize,
    at: usize,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        loop {
            let rest = self.tag.get(self.at..)?;
            let equals = rest.find('=')?;
            let value = rest.get(equals + 1..)?;
            let open = equals + 1 + value.len() - value.trim_start().len();
            let quote = rest.as_bytes().get(open).copied()?;
            if quote != b'"' && quote != b'\'' {
                self.at += equals + 1;
                continue;
            }
            let name = rest.get(..equals)?.trim().rsplit(|c: char| c.is_ascii_whitespace()).next()?;
            let length = memchr(quote, rest.as_bytes().get(open + 1..)?)?;
            let start = self.offset + self.at + open + 1;
            self.at += open + 1 + length + 1;
            return Some(Attribute { name, value: rest.get(open + 1..open + 1 + length)?, start });
        }
    }
}

/// Which bytes of a tag stand inside a quoted value.
#[derive(Default)]
struct Quoting {
    open: Option<u8>,
    /// The last byte that was no white space.
    previous: u8,
}

impl Quoting {
    /// Takes the next byte of the tag; true when it is a quote that neither opens nor ends a value:
    /// <b'> is somebody's typing error.
    fn is_stray(&mut self, byte: u8) -> bool {
        let mut is_stray = false;
        match self.open {
            Some(open) if open == byte => self.open = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'\'') => {
                self.open = (self.previous == b'=').then_some(byte);
                is_stray = self.open.is_none();
            }
            None => {}
        }
        if !byte.is_ascii_whitespace() {
            self.previous = byte;
        }
        is_stray
    }
}

/// Where in a tag, after its name, quotes stand that open no value. Parsers that count every quote
/// would take what follows for a value.
pub fn stray_quotes(after_name: &[u8]) -> impl Iterator<Item = usize> {
    let mut quoting = Quoting::default();
    after_name.iter().enumerate().filter_map(move |(at, byte)| quoting.is_stray(*byte).then_some(at))
}

fn ends_name(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, '/' | '=' | '"' | '\'')
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}

fn after(rest: &[u8], needle: &[u8], inside: &'static str) -> Result<usize, TagError> {
    memmem::find(rest, needle).map(|offset| offset + needle.len()).ok_or(TagError::CutOff { inside })
}

/// Kind and length of a start tag, and whether a quote in it opens no value. `>` inside a quoted
/// value does not end it.
fn start_tag(rest: &[u8], start: usize) -> Result<(TagKind, usize, bool), TagError> {
    let kind = |last: Option<&u8>| if last == Some(&b'/') { TagKind::Empty } else { TagKind::Start };
    if let Some(end) = memchr(b'>', rest)
        && end < TAG_BYTES_MAX
        && memchr::memchr2(b'"', b'\'', rest.get(..end).unwrap_or_default()).is_none()
    {
        return Ok((kind(rest.get(..end).and_then(|tag| tag.trim_ascii_end().last())), end + 1, false));
    }
    let mut quoting = Quoting::default();
    let mut has_stray_quote = false;
    for (offset, byte) in rest.iter().copied().enumerate() {
        if byte == b'>' && quoting.open.is_none() {
            return Ok((kind(Some(&quoting.previous)), offset + 1, has_stray_quote));
        }
        has_stray_quote |= quoting.is_stray(byte);
        if offset == TAG_BYTES_MAX {
            return Err(TagError::TooLong { start });
        }
    }
    Err(TagError::CutOff { inside: "a tag" })
}

/// Length of a document type: up to `]>` where it has an internal subset, else up to `>`.
fn doctype_length(rest: &[u8]) -> Result<usize, TagError> {
    let cut_off = TagError::CutOff { inside: "the document type" };
    let Some(plain_end) = memchr(b'>', rest) else { return Err(cut_off) };
    let Some(subset) = memchr(b'[', rest.get(..plain_end).unwrap_or_default()) else { return Ok(plain_end + 1) };
    for close in memchr::memchr_iter(b']', rest.get(subset..).unwrap_or_default()) {
        let after = rest.get(subset + close + 1..).unwrap_or_default();
        let blank = after.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if after.get(blank) == Some(&b'>') {
            return Ok(subset + close + 1 + blank + 1);
        }
    }
    Err(cut_off)
}
