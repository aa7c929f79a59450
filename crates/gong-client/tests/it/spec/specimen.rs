//! Answers made from the document, in which each value is like no other.
use serde_json::Value;

use super::document::{Document, below, words};

/// Makes a value of everything that a schema names, each leaf like no other.
pub(super) struct Specimen<'d> {
    document: &'d Document,
    pub(super) leaves: Vec<(String, String)>,
    pub(super) flags: usize,
    /// Which of the known words to use; `None` for words that nobody knows.
    pub(super) word: Option<usize>,
    pub(super) words: Vec<String>,
}

impl<'d> Specimen<'d> {
    pub(super) fn new(document: &'d Document, word: Option<usize>) -> Self {
        Self {
            document,
            leaves: Vec::new(),
            flags: 0,
            word,
            words: Vec::new(),
        }
    }

    pub(super) fn make(&mut self, schema: &Value, at: &str) -> Value {
        let schema = self.document.resolve(schema);
        if let Some(properties) = schema["properties"].as_object() {
            return properties
                .iter()
                .map(|(name, schema)| (name.clone(), self.make(schema, &below(at, name))))
                .collect();
        }
        if schema["additionalProperties"].is_object() {
            let key = self.leaf(at, "key");
            let value = self.make(&schema["additionalProperties"], at);
            return Value::Object([(key, value)].into_iter().collect());
        }
        let is_instant = schema["format"] == "date-time"
            || schema["description"]
                .as_str()
                .is_some_and(|prose| prose.contains("ISO-8601"))
            || at.ends_with(".created");
        match schema["type"].as_str().unwrap() {
            "array" => Value::Array(vec![self.make(&schema["items"], at)]),
            "boolean" => {
                self.flags += 1;
                true.into()
            }
            "integer" | "number" => {
                let number = 100_000 + self.leaves.len();
                self.leaves.push((at.to_owned(), number.to_string()));
                number.into()
            }
            "string" if is_instant => {
                let number = 100_000 + self.leaves.len();
                let instant = format!("2026-01-01T00:00:00.{number}Z");
                self.leaves.push((at.to_owned(), instant.clone()));
                instant.into()
            }
            "string" | "object" => match (self.word, words(schema)) {
                (Some(word), words) if !words.is_empty() => {
                    let word = words[word % words.len()];
                    self.words.push(word.to_owned());
                    word.into()
                }
                _ => self.leaf(at, "leaf").into(),
            },
            other => panic!("{at}: {other}"),
        }
    }

    fn leaf(&mut self, at: &str, kind: &str) -> String {
        let leaf = format!("{kind}{}", 100_000 + self.leaves.len());
        self.leaves.push((at.to_owned(), leaf.clone()));
        leaf
    }
}
