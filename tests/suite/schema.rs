//! A small reader of JSON schemas: enough of draft 2020-12 to hold reports to the published one.

use serde_json::Value;

/// Returns what is wrong with `value`, by its place.
pub(crate) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap();
        return check(root, target, value, place, found);
    }
    for key in ["anyOf", "oneOf"] {
        let Some(choices) = schema[key].as_array() else {
            continue;
        };
        let fits = choices.iter().filter(|choice| {
            let mut wrong = Vec::new();
            check(root, choice, value, place, &mut wrong);
            wrong.is_empty()
        });
        let count = fits.count();
        if count == 0 || (key == "oneOf" && count > 1) {
            found.push(format!("{place}: {count} of {key} fit"));
        }
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        found.push(format!("{place}: {value} is not one of {allowed:?}"));
    }
    if !schema["const"].is_null() && schema["const"] != *value {
        found.push(format!("{place}: {value} is not {}", schema["const"]));
    }
    let fits = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("integer") => {
            value.is_i64() && (schema["minimum"].is_null() || value.as_i64() >= schema["minimum"].as_i64())
        }
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    };
    if !fits {
        found.push(format!("{place}: {value} is no {}", schema["type"]));
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], item, &format!("{place}[{index}]"), found);
    }
    let Some(members) = value.as_object() else { return };
    for required in schema["required"].as_array().into_iter().flatten() {
        if !members.contains_key(required.as_str().unwrap()) {
            found.push(format!("{place}: no {required}"));
        }
    }
    for (key, member) in members {
        match &schema["properties"][key] {
            Value::Null if schema["additionalProperties"] == Value::Bool(false) => {
                found.push(format!("{place}: {key} is not known"))
            }
            Value::Null if schema["additionalProperties"].is_object() => {
                check(
                    root,
                    &schema["additionalProperties"],
                    member,
                    &format!("{place}.{key}"),
                    found,
                );
            }
            Value::Null => {}
            schema => check(root, schema, member, &format!("{place}.{key}"), found),
        }
    }
}
