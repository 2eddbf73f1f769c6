//! Fitting text into a platform's limits: cut between graphemes, with a mark.

use icu_segmenter::GraphemeClusterSegmenter;

/// What stands where something was cut.
const MARK: &str = "…";

/// UTF-16 code units, as Discord's clients and Telegram count. Never fewer than code points.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text escaped grapheme by grapheme, as far as `max` units of the result reach; what does not
/// fit is cut, with a mark.
pub fn fit(text: &str, max: usize, escape: impl Fn(&str) -> String) -> String {
    let whole: String = escape(text);
    if units(&whole) <= max {
        return whole;
    }
    let room = max.saturating_sub(units(MARK));
    let mut out = String::new();
    let mut used = 0;
    let segmenter = GraphemeClusterSegmenter::new();
    let mut start = 0;
    for end in segmenter.segment_str(text).skip(1) {
        let grapheme = escape(text.get(start..end).unwrap_or_default());
        used += units(&grapheme);
        if used > room {
            break;
        }
        out.push_str(&grapheme);
        start = end;
    }
    format!("{}{MARK}", out.trim_end())
}

/// [`fit`] without escaping.
pub fn cut(text: &str, max: usize) -> String {
    fit(text, max, str::to_owned)
}
