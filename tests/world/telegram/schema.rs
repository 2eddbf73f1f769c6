//! The published description of the Bot API as a second judge of what the bot sends, where the machine
//! has it: names and types of parameters, down to the last object. Limits are none of its business.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::http::Request;

static DOCUMENT: LazyLock<Option<Value>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/telegram-bot-api.min.json");
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("SKIPPED: {} is not on this machine", path.display());
        return None;
    };
    Some(serde_json::from_slice(&text).unwrap())
});

/// Whether there is a document to judge by.
pub fn is_here() -> bool {
    DOCUMENT.is_some()
}

/// What is wrong with the parameters of a request. `None` without the document.
pub fn complaint(request: &Request) -> Option<String> {
    let document = DOCUMENT.as_ref()?;
    let name = request.method?.name();
    let method = &document["methods"][name];
    assert!(method.is_object(), "the document does not know {name}");
    let schema = Schema { document };
    schema.check_parameters(method, request).err().map(|why| format!("{name}: {why}"))
}

struct Schema<'a> {
    document: &'a Value,
}

fn fields(of: &Value) -> impl Iterator<Item = &Value> {
    of["fields"].as_array().into_iter().flatten()
}

fn types(field: &Value) -> impl Iterator<Item = &str> {
    field["types"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

impl Schema<'_> {
    fn check_parameters(&self, method: &Value, request: &Request) -> Result<(), String> {
        let attached = |name: &str| {
            // Files that a parameter names by `attach://`.
            let reference = format!("attach://{name}");
            request.parameters.values().any(|value| value.to_string().contains(&reference))
        };
        for name in request.parameters.keys().chain(request.files.keys()) {
            if !fields(method).any(|field| field["name"] == *name) && !attached(name) {
                return Err(format!("there is no parameter {name}"));
            }
        }
        for field in fields(method) {
            let name = field["name"].as_str().unwrap_or_default();
            match request.parameters.get(name) {
                Some(value) => {
                    let fits = types(field).any(|kind| self.check(kind, &read(kind, value), name).is_ok());
                    if !fits {
                        let kinds: Vec<&str> = types(field).collect();
                        return Err(self.why(&kinds, value, name));
                    }
                }
                None if field["required"] == true && !request.files.contains_key(name) => {
                    return Err(format!("{name} is required"));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// The complaint that helps: of the only type, or of the first object.
    fn why(&self, kinds: &[&str], value: &Value, at: &str) -> String {
        let first = kinds.first().copied().unwrap_or_default();
        self.check(first, &read(first, value), at).err().unwrap_or_else(|| format!("{at} is not of type {kinds:?}"))
    }

    fn check(&self, kind: &str, value: &Value, at: &str) -> Result<(), String> {
        if let Some(inner) = kind.strip_prefix("Array of ") {
            let list = value.as_array().ok_or_else(|| format!("{at} is not a list"))?;
            return list
                .iter()
                .enumerate()
                .try_for_each(|(index, one)| self.check(inner, one, &format!("{at}/{index}")));
        }
        let fits = match kind {
            "Integer" => value.is_i64() || value.is_u64(),
            "Float" => value.is_number(),
            "String" => value.is_string(),
            "Boolean" => value.is_boolean(),
            "InputFile" => value.as_str().is_some_and(|text| text.starts_with("attach://")),
            _ => return self.check_object(kind, value, at),
        };
        if fits { Ok(()) } else { Err(format!("{at} is not of type {kind}")) }
    }

    fn check_object(&self, kind: &str, value: &Value, at: &str) -> Result<(), String> {
        let described = &self.document["types"][kind];
        assert!(described.is_object(), "the document does not know the type {kind}");
        let object = value.as_object().ok_or_else(|| format!("{at} is not an object"))?;
        let Some(subtypes) = described["subtypes"].as_array() else { return self.check_fields(described, object, at) };
        let names = subtypes.iter().filter_map(Value::as_str);
        let verdicts: Vec<_> = names.map(|name| self.check_object(name, value, at)).collect();
        if verdicts.iter().any(Result::is_ok) { Ok(()) } else { verdicts.into_iter().next().unwrap_or(Ok(())) }
    }

    fn check_fields(&self, described: &Value, object: &Map<String, Value>, at: &str) -> Result<(), String> {
        for name in object.keys() {
            if !fields(described).any(|field| field["name"] == *name) {
                return Err(format!("there is no {at}/{name}"));
            }
        }
        for field in fields(described) {
            let name = field["name"].as_str().unwrap_or_default();
            let at = format!("{at}/{name}");
            match object.get(name) {
                Some(value) => {
                    let mut verdicts = types(field).map(|kind| self.check(kind, value, &at));
                    if !verdicts.any(|verdict| verdict.is_ok()) {
                        let kinds: Vec<&str> = types(field).collect();
                        return Err(self.why(&kinds, value, &at));
                    }
                }
                None if field["required"] == true => return Err(format!("{at} is required")),
                None => {}
            }
        }
        Ok(())
    }
}

/// A parameter as it is meant: in a form everything comes as a string, and objects as JSON in one.
fn read(kind: &str, value: &Value) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    match kind {
        "String" | "InputFile" => value.clone(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| value.clone()),
    }
}
