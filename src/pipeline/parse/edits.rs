//! Small replacements in a text, made all at once.

use std::borrow::Cow;
use std::ops::Range;

struct Edit {
    start: usize,
    end: usize,
    text: Cow<'static, str>,
}

/// What is to be replaced by what. Where two overlap, the one that starts first counts; of two with
/// one start, the one that was asked for first.
#[derive(Default)]
pub struct Edits(Vec<Edit>);

impl Edits {
    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn replace(&mut self, start: usize, length: usize, text: impl Into<Cow<'static, str>>) {
        self.0.push(Edit { start, end: start + length, text: text.into() });
    }

    pub fn insert(&mut self, at: usize, text: impl Into<Cow<'static, str>>) {
        self.replace(at, 0, text);
    }

    /// This part of the text, edited; without edits it is not copied.
    pub fn apply(mut self, text: &str, part: Range<usize>) -> Cow<'_, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(text.get(part).unwrap_or_default());
        }
        self.0.sort_by_key(|edit| edit.start);
        let mut out = String::with_capacity(part.len() + 64);
        let mut at = part.start;
        for edit in &self.0 {
            if edit.start < at {
                continue;
            }
            out.push_str(text.get(at..edit.start).unwrap_or_default());
            out.push_str(&edit.text);
            at = edit.end;
        }
        out.push_str(text.get(at..part.end).unwrap_or_default());
        Cow::Owned(out)
    }
}
