//! A message before any platform has put it in its own form.

use std::sync::Arc;

use super::language::Language;
use super::press::Press;

/// Text as it came from a feed or a person. Only a platform's `lower` escapes it, so it can
/// neither be escaped twice nor not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(String);

impl Plain {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The unescaped text, for `lower`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without what changes how others are read but is not seen itself: control characters,
    /// zero-width characters, marks that turn the direction of writing (Unicode TR 36).
    pub fn visible(&self) -> String {
        visible(&self.0)
    }
}

/// See [`Plain::visible`].
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

/// U+200D joins emoji and stays.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}')
}

impl From<&str> for Plain {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Plain {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// How loud a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accent {
    Calm,
    Notable,
    Urgent,
}

/// A message: the short part first, depth behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Doc {
    pub accent: Accent,
    pub blocks: Vec<Block>,
    /// What its words are in, for what a platform says around them.
    pub language: Language,
    /// The same notice for programs: one line of JSON.
    pub record: Option<String>,
    /// A picture of ours, sent along where the platform takes images.
    pub picture: Option<Picture>,
    /// Of a message that takes the place of an earlier one: what it adds, in one line, for platforms
    /// that cannot change what they have said.
    pub change: Option<Plain>,
}

/// A picture that we have drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// A PNG file.
    pub png: Arc<Vec<u8>>,
    /// `topics.png`
    pub name: &'static str,
    /// What it shows, for those who do not see it.
    pub alt: Plain,
}

impl Doc {
    /// A message without a form for programs.
    pub fn new(blocks: Vec<Block>) -> Self {
        Self { accent: Accent::Calm, blocks, language: Language::default(), record: None, picture: None, change: None }
    }

    /// One paragraph.
    pub fn says(text: impl Into<Plain>) -> Self {
        Self::new(vec![Block::Paragraph(text.into())])
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Where and when: one quiet line.
    Context(Vec<Plain>),
    Headline {
        text: Plain,
        url: Option<String>,
    },
    /// A sentence that stands out.
    Lead(Plain),
    /// A title inside a message, for what stands below it.
    Heading(Plain),
    Paragraph(Plain),
    /// Somebody else's words.
    Quote(Plain),
    /// Words to be typed or read exactly as they stand.
    Code(Plain),
    /// Labelled sentences.
    Fields(Vec<Field>),
    /// Words in a row: labels, audiences.
    Tags {
        label: Plain,
        values: Vec<Plain>,
    },
    Image {
        url: String,
        alt: Plain,
    },
    /// Depth on demand: a platform that can fold it does.
    Section {
        title: Plain,
        blocks: Vec<Block>,
    },
    List(Vec<Sentence>),
    Table {
        columns: Vec<Plain>,
        rows: Vec<Vec<Plain>>,
    },
    /// Dated facts.
    Timeline(Vec<(Plain, Sentence)>),
    Links(Vec<Link>),
    Buttons(Vec<Button>),
    /// Rights, origin, who wrote this.
    Footer(Vec<Plain>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    pub label: Plain,
    pub action: Action,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Open(String),
    Press(Press),
}

impl Button {
    pub fn open(label: &str, url: &str) -> Self {
        Self { label: label.into(), action: Action::Open(url.to_owned()) }
    }

    pub fn press(label: &str, press: Press) -> Self {
        Self { label: label.into(), action: Action::Press(press) }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub label: Plain,
    pub value: Sentence,
}

/// A sentence and the mark it needs, if any ("suggestion", "AI").
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    pub text: Plain,
    pub mark: Option<Plain>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub label: Plain,
    /// `None`: the text alone.
    pub url: Option<String>,
    /// What is said of it in a few words.
    pub note: Option<Plain>,
}
