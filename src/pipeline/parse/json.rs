//! Makes a sloppy JSON Feed look like what feed-rs reads: it insists on a title, on text ids and
//! on an https version, where the world leaves them out, counts, or writes http.

use serde_json::{Map, Value};

/// The keys of a JSON Feed item that are text (JSON Feed 1.1, "Items").
const ITEM_TEXTS: &[&str] = &[
    "id",
    "url",
    "external_url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "date_published",
    "date_modified",
];
/// The keys of the feed itself that are text.
const FEED_TEXTS: &[&str] = &["title", "home_page_url", "feed_url", "language", "description", "icon", "favicon"];

/// The mended document.
///
/// # Errors
/// What is wrong, where this is no JSON or no JSON Feed.
pub fn mend(text: &str) -> Result<String, String> {
    let mut document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Some(feed) = document.as_object_mut() else { return Err("it is not an object".to_owned()) };
    let version = feed.get("version").and_then(Value::as_str).unwrap_or_default();
    if !version.contains("jsonfeed.org/version/1") {
        return Err("it has no \"version\" of jsonfeed.org".to_owned());
    }
    feed.insert("version".to_owned(), "https://jsonfeed.org/version/1.1".into());
    texts(feed, FEED_TEXTS);
    people(feed);
    feed.entry("title").or_insert_with(|| "".into());
    let items = feed.entry("items").or_insert_with(|| Value::Array(Vec::new()));
    let Some(items) = items.as_array_mut() else { return Err("its \"items\" are not a list".to_owned()) };
    items.retain(Value::is_object);
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        texts(item, ITEM_TEXTS);
        people(item);
        item.remove("attachments");
        if let Some(Value::Array(tags)) = item.get_mut("tags") {
            tags.retain(Value::is_string);
        } else {
            item.remove("tags");
        }
    }
    Ok(document.to_string())
}

/// Numbers become text; anything else that is not text goes.
fn texts(object: &mut Map<String, Value>, keys: &[&str]) {
    for key in keys {
        match object.get(*key) {
            Some(Value::String(_)) | None => {}
            Some(Value::Number(number)) => {
                let text = number.to_string();
                object.insert((*key).to_owned(), text.into());
            }
            Some(_) => {
                object.remove(*key);
            }
        }
    }
}

fn people(object: &mut Map<String, Value>) {
    let is_person = |value: &Value| {
        value.as_object().is_some_and(|person| person.values().all(|field| field.is_string() || field.is_null()))
    };
    if !object.get("author").is_some_and(is_person) {
        object.remove("author");
    }
    match object.get_mut("authors") {
        Some(Value::Array(authors)) => authors.retain(is_person),
        Some(_) => {
            object.remove("authors");
        }
        None => {}
    }
}
