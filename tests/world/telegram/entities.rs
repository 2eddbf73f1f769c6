//! Formatting as Telegram takes it: ranges of UTF-16 code units, and which may stand inside which.
//!
//! What Telegram would silently drop or cut is refused here, and says so: a bot that sends it shows
//! something else than it means.

use serde_json::{Value, json};

use super::api::{Refused, bad};

const ENTITIES_MAX: usize = 100;

const KINDS: [&str; 20] = [
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
];

pub fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// One entity, with its place in bytes.
#[derive(Clone, Debug)]
pub struct Entity {
    pub kind: String,
    pub start: usize,
    pub end: usize,
    /// As it was sent.
    pub wire: Value,
}

/// Where a number of UTF-16 units from the start is in bytes.
enum At {
    Byte(usize),
    /// With the byte behind the symbol.
    InsideOfSymbol(usize),
    BehindTheEnd,
}

fn locate(text: &str, units: usize) -> At {
    let mut passed = 0;
    for (byte, c) in text.char_indices() {
        if passed == units {
            return At::Byte(byte);
        }
        passed += c.len_utf16();
        if passed > units {
            return At::InsideOfSymbol(byte + c.len_utf8());
        }
    }
    if passed == units { At::Byte(text.len()) } else { At::BehindTheEnd }
}

/// What the simulator alone refuses.
fn silently(what: &str) -> Refused {
    bad(&format!("SIMULATOR: Telegram would silently {what}"))
}

/// The entities of a text, in its order.
///
/// # Errors
/// Telegram's own words, or the simulator's for what Telegram would not complain of.
pub fn check(text: &str, wire: Option<&Value>) -> Result<Vec<Entity>, Refused> {
    let Some(wire) = wire else { return Ok(Vec::new()) };
    let list = wire.as_array().ok_or_else(|| bad("can't parse entities JSON object"))?;
    if list.len() > ENTITIES_MAX {
        return Err(silently("drop entities after the first 100"));
    }
    let mut all = list.iter().map(|one| check_one(text, one)).collect::<Result<Vec<_>, _>>()?;
    all.sort_by_key(|one| (one.start, std::cmp::Reverse(one.end), depth(&one.kind)));
    for (index, inner) in all.iter().enumerate() {
        for outer in &all[..index] {
            check_pair(outer, inner)?;
        }
    }
    Ok(all)
}

fn check_one(text: &str, wire: &Value) -> Result<Entity, Refused> {
    let malformed = |what: &str| bad(&format!("can't parse MessageEntity: {what}"));
    let object = wire.as_object().ok_or_else(|| malformed("object expected"))?;
    let number = |name: &str| {
        let value = object.get(name).and_then(Value::as_i64);
        value.ok_or_else(|| malformed(&format!("field \"{name}\" must be of type Number")))
    };
    let (offset, length) = (number("offset")?, number("length")?);
    let kind = object.get("type").and_then(Value::as_str).ok_or_else(|| malformed("can't find field \"type\""))?;
    if !KINDS.contains(&kind) {
        return Err(silently(&format!("drop the unknown entity {kind}")));
    }
    for (name, number) in [("offset", offset), ("length", length)] {
        if !(0..=1_000_000).contains(&number) {
            return Err(bad(&format!("receive an entity with incorrect {name} {number}")));
        }
    }
    if length == 0 {
        return Err(silently("drop an entity of no length"));
    }
    let (from, to) = (offset as usize, (offset + length) as usize);
    let start = match locate(text, from) {
        At::Byte(byte) => byte,
        At::InsideOfSymbol(byte) => {
            return Err(bad(&format!("entity begins in a middle of a UTF-16 symbol at byte offset {byte}")));
        }
        At::BehindTheEnd => {
            return Err(bad(&format!("entity begins after the end of the text at UTF-16 offset {from}")));
        }
    };
    let end = match locate(text, to) {
        At::Byte(byte) => byte,
        At::InsideOfSymbol(byte) => {
            let words = "ends in a middle of a UTF-16 symbol at byte offset";
            return Err(bad(&format!("entity beginning at UTF-16 offset {from} {words} {byte}")));
        }
        At::BehindTheEnd => {
            let words = "ends after the end of the text at UTF-16 offset";
            return Err(bad(&format!("entity beginning at UTF-16 offset {from} {words} {to}")));
        }
    };
    if text[start..end].trim().is_empty() {
        return Err(silently("drop an entity around nothing but blanks"));
    }
    check_target(kind, wire)?;
    Ok(Entity { kind: kind.to_owned(), start, end, wire: wire.clone() })
}

fn check_target(kind: &str, wire: &Value) -> Result<(), Refused> {
    match kind {
        "text_link" => {
            let url = wire["url"].as_str().ok_or_else(|| bad("can't parse MessageEntity: can't find field \"url\""))?;
            if is_link(url) { Ok(()) } else { Err(silently(&format!("drop a link to {url}"))) }
        }
        "text_mention" if !wire["user"]["id"].is_i64() => {
            Err(bad("can't parse MessageEntity: can't find field \"user\""))
        }
        "custom_emoji" if !wire["custom_emoji_id"].is_string() => {
            Err(bad("can't parse MessageEntity: can't find field \"custom_emoji_id\""))
        }
        _ => Ok(()),
    }
}

/// What Telegram opens: the web, and itself.
pub fn is_link(url: &str) -> bool {
    match url::Url::parse(url) {
        Ok(parsed) => match parsed.scheme() {
            "http" | "https" => parsed.host_str().is_some_and(|host| host.contains('.') || host.contains(':')),
            "tg" | "ton" | "tonsite" => true,
            _ => false,
        },
        Err(_) => false,
    }
}

fn is_quote(kind: &str) -> bool {
    matches!(kind, "blockquote" | "expandable_blockquote")
}

fn is_code(kind: &str) -> bool {
    matches!(kind, "pre" | "code")
}

/// Which is outside of which when they have the same range.
fn depth(kind: &str) -> usize {
    match kind {
        _ if is_quote(kind) => 0,
        "text_link" => 1,
        _ if is_code(kind) => 3,
        _ => 2,
    }
}

/// `outer` begins first, or is the longer one, or the one that is outside by its kind.
fn check_pair(outer: &Entity, inner: &Entity) -> Result<(), Refused> {
    if inner.start >= outer.end {
        return Ok(());
    }
    let (a, b) = (outer.kind.as_str(), inner.kind.as_str());
    if inner.end > outer.end {
        return Err(silently(&format!("split {b}, which begins inside of {a} and ends outside")));
    }
    if is_code(a) {
        return Err(silently(&format!("drop {b} inside of {a}")));
    }
    if is_code(b) && !is_quote(a) {
        return Err(silently(&format!("take {a} off {b}")));
    }
    if is_quote(b) {
        return Err(silently(&format!("drop or split {a} around {b}")));
    }
    if a == b {
        return Err(silently(&format!("merge {a} inside of {a}")));
    }
    Ok(())
}

/// Ranges that a client finds by itself, as entities.
pub fn wire(text: &str, kind: &str, (start, end): (usize, usize)) -> Value {
    json!({"type": kind, "offset": utf16(&text[..start]), "length": utf16(&text[start..end])})
}
