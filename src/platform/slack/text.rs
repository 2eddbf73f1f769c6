//! Feed text as Slack shows it. Elements of rich text are literal, whatever stands in them, so feed
//! text goes there; where Slack takes text objects alone, they are plain ones, escaped.

use serde_json::{Value, json};
use url::Url;

use crate::model::doc::{Sentence, visible};
use crate::platform::cut::{cut, fit};

/// The longest address of a link or button (platforms, section E).
pub const URL_MAX: usize = 3000;

/// Text that Slack decodes: `&`, `<` and `>` are all that must be escaped (Formatting text, Escaping).
pub fn escaped(text: &str, max: usize) -> String {
    fit(&visible(text), max, escape)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text that Slack shows as it stands.
pub fn bare(text: &str, max: usize) -> String {
    cut(&visible(text), max)
}

/// A text object without any formatting, not even emoji written with colons.
pub fn plain_text(text: &str, max: usize) -> Value {
    json!({ "type": "plain_text", "text": escaped(text, max), "emoji": false })
}

/// A literal piece of rich text.
pub fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

pub fn bold(text: &str) -> Value {
    json!({ "type": "text", "text": text, "style": { "bold": true } })
}

pub fn italic(text: &str) -> Value {
    json!({ "type": "text", "text": text, "style": { "italic": true } })
}

/// A sentence with its mark.
pub fn sentence(sentence: &Sentence, max: usize) -> Vec<Value> {
    let words = text(&bare(sentence.text.as_str(), max));
    match &sentence.mark {
        Some(mark) => vec![words, italic(&format!(" ({})", mark.as_str()))],
        None => vec![words],
    }
}

/// A link under its own words. Words that look like an address themselves stay words, and the link
/// is the name of the host that it leads to: nobody is led elsewhere than they read.
pub fn link(label: &str, url: Option<&str>, max: usize, is_bold: bool) -> Vec<Value> {
    let label = bare(label, max);
    let words = if is_bold { bold(&label) } else { text(&label) };
    let Some(url) = url.filter(|url| is_web(url)) else { return vec![words] };
    let to = |label: &str| {
        let mut link = json!({ "type": "link", "url": url, "text": label });
        if let Some(fields) = link.as_object_mut().filter(|_| is_bold) {
            fields.insert("style".to_owned(), json!({ "bold": true }));
        }
        link
    };
    if !looks_like_address(&label) && !label.trim().is_empty() {
        return vec![to(&label)];
    }
    match host(url) {
        Some(host) => vec![words, text(" ("), to(&host), text(")")],
        None => vec![words],
    }
}

/// `https://...`, `www....`, a host with a path, or a host and nothing else. A name with a dot in a
/// headline, such as Node.js, is none.
fn looks_like_address(label: &str) -> bool {
    let label = label.to_lowercase();
    let is_alone = label.split_whitespace().count() == 1;
    let is_host = |text: &str| {
        text.rsplit_once('.').is_some_and(|(name, end)| {
            !name.is_empty() && end.chars().count() > 1 && end.chars().all(char::is_alphabetic)
        })
    };
    let names_host = |word: &str| match word.split_once('/') {
        Some((host, _)) => is_host(host),
        None => is_alone && is_host(word),
    };
    label.contains("://") || label.contains("www.") || label.split_whitespace().any(names_host)
}

/// The host of an address, in the form that cannot deceive (punycode).
pub fn host(url: &str) -> Option<String> {
    Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// An address that can stand in a link, a button or a picture.
pub fn is_web(url: &str) -> bool {
    let is_http = url.starts_with("https://") || url.starts_with("http://");
    is_http && url.len() <= URL_MAX && !url.contains(char::is_whitespace)
}

/// An address as a link in the text of a message, where rich text has no place.
pub fn bracketed(url: &str) -> Option<String> {
    let is_safe = is_web(url) && !url.contains(['<', '>', '|']);
    is_safe.then(|| format!("<{}>", url.replace('&', "&amp;")))
}
