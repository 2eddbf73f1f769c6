//! Bytes to text: which character encoding is this document really in?
//!
//! Order of trust: byte order mark, the shape of the first bytes, HTTP charset, XML declaration,
//! and last a statistical guess. A stated encoding that cannot be true (bytes that it does not
//! have, or text that is plainly UTF-8) is passed over.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The document names one encoding, and is in none that we can find.
#[derive(Debug, PartialEq, Eq)]
pub struct WrongCharset {
    pub stated: String,
    pub guessed: &'static str,
}

/// How many bytes of the document are searched for an XML declaration.
const DECLARATION_BYTES_MAX: usize = 1024;
/// UTF-8 sequences outside ASCII that make it certain that a document is UTF-8.
const MULTIBYTE_CERTAIN: usize = 3;

/// Decodes a feed document.
///
/// # Errors
/// When more than a tenth of the text is unreadable under every candidate.
pub fn decode<'a>(bytes: &'a [u8], http_charset: Option<&str>) -> Result<Cow<'a, str>, WrongCharset> {
    if let Some(text) = decode_utf32(bytes) {
        return Ok(text.into());
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(lossy(encoding, bytes.get(mark..).unwrap_or_default()));
    }
    if let Some(encoding) = utf16_by_shape(bytes) {
        return Ok(lossy(encoding, bytes));
    }
    let stated: Vec<&str> = [http_charset, declared_encoding(bytes)].into_iter().flatten().collect();
    let candidates: Vec<&'static Encoding> = stated
        .iter()
        .filter_map(|label| Encoding::for_label(label.as_bytes()))
        .filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
        .collect();

    if let Some(text) = certainly_utf8(bytes, &candidates) {
        return Ok(text.into());
    }
    for encoding in &candidates {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return Ok(text);
        }
    }
    if let Some(text) = mostly_utf8(bytes, &candidates) {
        return Ok(text);
    }
    let guess = detect(bytes);
    if let Some(text) = guess.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text);
    }
    let best = lossy(candidates.first().copied().unwrap_or(guess), bytes);
    if is_unreadable(&best) {
        let stated = stated.first().map_or_else(|| "no encoding".to_owned(), |label| (*label).to_owned());
        return Err(WrongCharset { stated, guessed: guess.name() });
    }
    Ok(best)
}

fn lossy<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Cow<'a, str> {
    encoding.decode_without_bom_handling(bytes).0
}

/// UTF-16 without a byte order mark: the document starts with `<` or `{` and a zero byte
/// (XML 1.0, appendix F.1).
fn utf16_by_shape(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0, b'<' | b'{', 0, ..] => Some(UTF_16BE),
        [b'<' | b'{', 0, _, 0, ..] => Some(UTF_16LE),
        _ => None,
    }
}

/// UTF-32, which the web's encodings do not have (XML 1.0, appendix F.1).
fn decode_utf32(bytes: &[u8]) -> Option<String> {
    let read: fn([u8; 4]) -> u32 = match bytes {
        [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, b'<' | b'{', ..] => u32::from_be_bytes,
        [0xFF, 0xFE, 0, 0, ..] | [b'<' | b'{', 0, 0, 0, ..] => u32::from_le_bytes,
        _ => return None,
    };
    let (units, _) = bytes.as_chunks::<4>();
    let text = units.iter().map(|unit| char::from_u32(read(*unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(text.filter(|c| *c != '\u{FEFF}').collect())
}

/// The `encoding` of the XML declaration.
fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..bytes.len().min(DECLARATION_BYTES_MAX))?;
    let start = memchr::memmem::find(head, b"<?xml")?;
    let declaration = head.get(start..)?;
    let end = memchr::memmem::find(declaration, b"?>")?;
    let declaration = std::str::from_utf8(declaration.get(..end)?).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::trim)
}

/// Valid UTF-8 with several sequences outside ASCII is UTF-8, whatever a header says: legacy text
/// almost never looks like it, and servers state `ISO-8859-1` for everything.
fn certainly_utf8<'a>(bytes: &'a [u8], candidates: &[&'static Encoding]) -> Option<&'a str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_certain = if text.is_ascii() {
        // ISO-2022-JP and its kin are seven-bit.
        memchr::memchr(0x1B, bytes).is_none()
    } else {
        candidates.is_empty()
            || candidates.contains(&UTF_8)
            || text.chars().filter(|c| !c.is_ascii()).take(MULTIBYTE_CERTAIN).count() == MULTIBYTE_CERTAIN
    };
    is_certain.then_some(text)
}

/// UTF-8 with a few damaged bytes: better than reading all of it in a legacy encoding.
fn mostly_utf8<'a>(bytes: &'a [u8], candidates: &[&'static Encoding]) -> Option<Cow<'a, str>> {
    if !candidates.is_empty() && !candidates.contains(&UTF_8) {
        return None;
    }
    let text = lossy(UTF_8, bytes);
    let outside_ascii = text.chars().filter(|c| !c.is_ascii()).count();
    let damaged = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    (damaged * 5 <= outside_ascii).then_some(text)
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

fn is_unreadable(text: &str) -> bool {
    let damaged = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    damaged * 10 > text.chars().count()
}

/// Removes what XML forbids and every reader chokes on: C0 controls except tab and line ends
/// (XML 1.0, section 2.2).
pub fn strip_controls(text: Cow<'_, str>) -> Cow<'_, str> {
    // Bytes first: nearly every document has none of them, and this costs almost nothing.
    let has_control =
        text.bytes().fold(false, |found, byte| found | (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')));
    let has_noncharacter = || {
        memchr::memmem::find(text.as_bytes(), b"\xEF\xBF\xBE").is_some()
            || memchr::memmem::find(text.as_bytes(), b"\xEF\xBF\xBF").is_some()
    };
    if !has_control && !has_noncharacter() {
        return text;
    }
    let is_control = |c: char| matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}');
    text.replace(is_control, "").into()
}
