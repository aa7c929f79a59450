//! Gong's document: its operations, its schemas, and what fits them.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::shared::folder;

pub(super) struct Document(Value);

/// An operation of the document.
pub(super) struct Described<'d> {
    pub(super) method: &'d str,
    pub(super) path: &'d str,
    pub(super) facts: &'d Value,
}

impl Document {
    pub(super) fn read() -> Option<Self> {
        let path = folder("gong/openapi.json")?;
        let text = std::fs::read_to_string(path).unwrap();
        Some(Self(serde_json::from_str(&text).unwrap()))
    }

    pub(super) fn operations(&self) -> BTreeMap<&str, Described<'_>> {
        let paths = self.0["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, facts)| {
                let described = Described {
                    method,
                    path,
                    facts,
                };
                (facts["operationId"].as_str().unwrap(), described)
            })
        });
        all.collect()
    }

    pub(super) fn resolve<'d>(&'d self, schema: &'d Value) -> &'d Value {
        match schema["$ref"].as_str() {
            Some(name) => self.0.pointer(name.trim_start_matches('#')).unwrap(),
            None => schema,
        }
    }

    /// Every name that a schema has, with the names above it.
    pub(super) fn names(&self, schema: &Value, at: &str, names: &mut BTreeSet<String>) {
        let schema = self.resolve(schema);
        if schema["type"] == "array" {
            self.names(&schema["items"], at, names);
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let at = below(at, name);
            self.names(property, &at, names);
            names.insert(at);
        }
    }

    /// Checks that a value fits its schema: names, types, words, and what is required.
    pub(super) fn check(&self, value: &Value, schema: &Value, at: &str) {
        let schema = self.resolve(schema);
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let property = &schema["properties"][name];
                    assert!(!property.is_null(), "{at}.{name} is not in Gong's document");
                    self.check(value, property, &below(at, name));
                }
                for name in schema["required"].as_array().into_iter().flatten() {
                    let name = name.as_str().unwrap();
                    assert!(fields.contains_key(name), "{at}.{name} is required");
                }
            }
            Value::Array(elements) => {
                assert_eq!(schema["type"], "array", "{at}");
                for element in elements {
                    self.check(element, &schema["items"], at);
                }
            }
            leaf => {
                if let (false, Some(word)) = (words(schema).is_empty(), leaf.as_str()) {
                    assert!(words(schema).contains(&word), "{at} = {leaf}");
                }
                let is_type = match schema["type"].as_str().unwrap() {
                    "string" => leaf.is_string(),
                    "boolean" => leaf.is_boolean(),
                    "integer" => leaf.is_i64() || leaf.is_u64(),
                    "number" => leaf.is_number(),
                    other => panic!("{at} = {leaf} is no {other}"),
                };
                assert!(is_type, "{at} = {leaf}");
            }
        }
    }
}

/// The words that a leaf may be. Gong writes some of its lists of words as a single word.
pub(super) fn words(schema: &Value) -> Vec<&str> {
    let words = schema["enum"].as_array().into_iter().flatten();
    let words = words.filter_map(Value::as_str);
    words
        .flat_map(|word| word.split([',', '/']))
        .map(str::trim)
        .collect()
}

pub(super) fn below(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}

pub(super) fn names_of(value: &Value, at: &str, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                names_of(value, &below(at, name), names);
                names.insert(below(at, name));
            }
        }
        Value::Array(elements) => {
            for element in elements {
                names_of(element, at, names);
            }
        }
        _ => {}
    }
}
