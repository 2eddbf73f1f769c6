//! A message before any platform has put it in its own form.

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
    /// The same notice for programs: one line of JSON.
    pub record: Option<String>,
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
    Paragraph(Plain),
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
    /// Rights, origin, who wrote this.
    Footer(Vec<Plain>),
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
    pub mark: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub label: Plain,
    pub url: String,
}
