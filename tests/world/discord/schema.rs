//! Discord's own OpenAPI document as a second judge of what the bot sends, where the machine has it.
//!
//! A small reader of the JSON Schema words that the document uses; the limits that it does not know
//! are in `limits`.

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

static DOCUMENT: LazyLock<Option<Value>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/specs/discord-openapi.json");
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

/// What is wrong with the body of a request, and where. `None` without the document.
pub fn complaint(method: &str, path: &str, body: &Value) -> Option<String> {
    let document = DOCUMENT.as_ref()?;
    let content = &document["paths"][path][method]["requestBody"]["content"]["application/json"];
    assert!(content["schema"].is_object(), "the document does not know {method} {path}");
    Schema { document }.check(&content["schema"], body, "").err()
}

struct Schema<'a> {
    document: &'a Value,
}

impl Schema<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        if let Some(reference) = schema["$ref"].as_str() {
            let target = self.document.pointer(reference.trim_start_matches('#')).expect("references lead somewhere");
            return self.check(target, value, at);
        }
        check_type(schema, value, at)?;
        self.check_combinations(schema, value, at)?;
        match value {
            Value::Object(_) => self.check_object(schema, value, at),
            Value::Array(list) => self.check_list(schema, list, at),
            Value::String(text) => check_bounds(schema, "Length", text.chars().count() as f64, at),
            Value::Number(number) => check_range(schema, number.as_f64().unwrap_or(f64::NAN), at),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    fn check_combinations(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at)?;
        }
        for variants in ["oneOf", "anyOf"].into_iter().filter_map(|word| schema[word].as_array()) {
            let verdicts: Vec<_> = variants.iter().map(|variant| self.check(variant, value, at)).collect();
            if verdicts.iter().all(Result::is_err) {
                // The complaint that helps is from the variant that was meant, and from deepest inside.
                let complaints = variants.iter().zip(verdicts).filter_map(|(variant, verdict)| {
                    let words = verdict.err()?;
                    let depth = words.split(' ').next().unwrap_or("").matches('/').count();
                    Some((self.is_meant(variant, value), depth, words))
                });
                return Err(complaints.max().map_or_else(|| format!("{at} fits nothing"), |(.., words)| words));
            }
        }
        Ok(())
    }

    /// Whether the `type` inside is the variant's.
    fn is_meant(&self, variant: &Value, value: &Value) -> bool {
        let target = variant["$ref"].as_str().and_then(|path| self.document.pointer(path.trim_start_matches('#')));
        let kind = &target.unwrap_or(variant)["properties"]["type"];
        kind.is_object() && self.check(kind, &value["type"], "").is_ok()
    }

    fn check_object(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.get(key).is_none() {
                return Err(format!("{at}/{key} is required"));
            }
        }
        let properties = schema["properties"].as_object();
        let object = value.as_object().expect("an object");
        for (key, inner) in object {
            if let Some(property) = properties.and_then(|all| all.get(key)) {
                self.check(property, inner, &format!("{at}/{key}"))?;
            } else if schema["additionalProperties"].is_object() {
                self.check(&schema["additionalProperties"], inner, &format!("{at}/{key}"))?;
            }
        }
        check_bounds(schema, "Properties", object.len() as f64, at)
    }

    fn check_list(&self, schema: &Value, list: &[Value], at: &str) -> Result<(), String> {
        for (index, value) in list.iter().enumerate() {
            if schema["items"].is_object() {
                self.check(&schema["items"], value, &format!("{at}/{index}"))?;
            }
            if schema["uniqueItems"] == true && list[..index].contains(value) {
                return Err(format!("{at}/{index} is there twice"));
            }
        }
        check_bounds(schema, "Items", list.len() as f64, at)
    }
}

fn check_type(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        // Discord takes digits for a number, as its documentation says of permissions; and a number
        // for a snowflake, as libraries send it.
        "integer" => value.is_i64() || value.is_u64() || value.as_str().is_some_and(|text| text.parse::<u64>().is_ok()),
        "number" => value.is_number(),
        "string" => value.is_string() || schema["format"] == "snowflake" && value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    let fits = match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    };
    if !fits {
        return Err(format!("{at} is not of type {}", schema["type"]));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Err(format!("{at} is not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        return Err(format!("{at} is not one of {}", schema["enum"]));
    }
    Ok(())
}

fn check_bounds(schema: &Value, of: &str, size: f64, at: &str) -> Result<(), String> {
    let bound = |side: &str| schema[format!("{side}{of}")].as_f64();
    if bound("min").is_some_and(|min| size < min) || bound("max").is_some_and(|max| size > max) {
        return Err(format!("{at} has {of} {size}"));
    }
    Ok(())
}

fn check_range(schema: &Value, number: f64, at: &str) -> Result<(), String> {
    let is_below = schema["minimum"].as_f64().is_some_and(|min| number < min);
    if is_below || schema["maximum"].as_f64().is_some_and(|max| number > max) {
        return Err(format!("{at} is {number}, out of range"));
    }
    Ok(())
}
