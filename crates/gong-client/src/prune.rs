//! Reads JSON into a type even when some leaves have the wrong type: those count as null.
use std::{borrow::Cow, mem};

use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category};
use serde_path_to_error::{Path, Segment};

/// So many wrong fields are removed one by one; after that, all of the same place and type at once.
const ONE_BY_ONE: usize = 16;
/// So many different wrong places are no longer an answer of this kind.
const MOST: usize = 64;

/// Decodes the JSON, and names the fields that had to be left out. The error does not quote.
pub(crate) fn decode<T: DeserializeOwned>(json: &str) -> Result<(T, Vec<String>), String> {
    // A list would be read as a struct by the places of its elements.
    if !json.trim_start().starts_with('{') {
        return Err("it is no object".into());
    }
    if let Ok(value) = serde_json::from_str(json) {
        return Ok((value, Vec::new()));
    }
    let json = without_lone_surrogates(json);
    let mut tree: Value = serde_json::from_str(&json).map_err(|error| reason(&error))?;
    let mut dropped = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&tree) {
            Ok(value) => return Ok((value, dropped)),
            Err(error) => error,
        };
        let removed =
            dropped.len() < MOST && remove(&mut tree, error.path(), dropped.len() >= ONE_BY_ONE);
        if !removed {
            return Err(format!("unexpected type at {}", error.path()));
        }
        dropped.push(error.path().to_string());
    }
}

/// What is wrong with JSON text, without quoting it (`serde_json` quotes values).
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Eof => "the JSON is cut off",
        Category::Syntax => "the JSON is malformed",
        Category::Data => "the JSON has an unexpected form",
        Category::Io => "the JSON could not be read",
    };
    format!("{what} at line {} column {}", error.line(), error.column())
}

fn remove(tree: &mut Value, path: &Path, everywhere: bool) -> bool {
    let path: Vec<&Segment> = path.iter().collect();
    let Some(leaf) = find(tree, &path) else {
        return false;
    };
    let kind = mem::discriminant(leaf);
    if path.is_empty() || leaf.is_null() {
        return false;
    }
    if everywhere {
        blank_everywhere(tree, &path, kind);
    } else {
        *leaf = Value::Null;
    }
    true
}

fn find<'t>(tree: &'t mut Value, path: &[&Segment]) -> Option<&'t mut Value> {
    path.iter().try_fold(tree, |value, segment| match segment {
        Segment::Seq { index } => value.get_mut(index),
        Segment::Map { key } => value.get_mut(key),
        Segment::Enum { .. } | Segment::Unknown => None,
    })
}

fn blank_everywhere(value: &mut Value, path: &[&Segment], kind: mem::Discriminant<Value>) {
    match (path, &mut *value) {
        ([], leaf) if mem::discriminant(leaf) == kind => *leaf = Value::Null,
        ([Segment::Seq { .. }, rest @ ..], Value::Array(elements)) => {
            for element in elements {
                blank_everywhere(element, rest, kind);
            }
        }
        ([Segment::Map { key }, rest @ ..], Value::Object(fields)) => {
            if let Some(field) = fields.get_mut(key) {
                blank_everywhere(field, rest, kind);
            }
        }
        _ => {}
    }
}

/// Replaces escapes of half a character (`\ud83d` alone), which a text cut in the middle of an
/// emoji leaves and which no JSON reader of Unicode text accepts.
fn without_lone_surrogates(json: &str) -> Cow<'_, str> {
    if !(json.contains("\\ud") || json.contains("\\uD")) {
        return Cow::Borrowed(json);
    }
    let mut mended = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let length = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(_), _) => {
                mended.push_str("\\ufffd");
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            (None, _) => escape.chars().take(2).map(char::len_utf8).sum(),
        };
        let (kept, after) = escape.split_at(length);
        mended.push_str(kept);
        rest = after;
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// The code of a `\uXXXX` escape at the start, when it is half a character.
fn surrogate(text: &str) -> Option<u32> {
    let code = u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()?;
    (0xD800..=0xDFFF).contains(&code).then_some(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::{CallId, wire::list};

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Leaf {
        id: Option<CallId>,
        text: Option<String>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Tree {
        name: Option<String>,
        #[serde(deserialize_with = "list")]
        leaves: Vec<Leaf>,
    }

    fn read(json: &str) -> (Tree, Vec<String>) {
        decode(json).unwrap()
    }

    #[test]
    fn a_leaf_of_the_wrong_type_is_dropped_by_name_and_the_rest_is_kept() {
        let (tree, dropped) = read(
            r#"{"name": {"first": 1}, "leaves": [null, {"id": 12345678901234567890, "text": 7}, 5]}"#,
        );

        assert_eq!(dropped, ["leaves[1].text", "leaves[2]", "name"]);
        let id = Some(CallId::new("12345678901234567890").unwrap());
        assert_eq!(
            tree.leaves,
            [Leaf::default(), Leaf { id, text: None }, Leaf::default()]
        );
    }

    #[test]
    fn a_type_that_is_wrong_everywhere_is_dropped_everywhere() {
        let leaves = vec![r#"{"id": "1", "text": []}"#; 1000].join(",");

        let (tree, dropped) = read(&format!(r#"{{"leaves": [{leaves}, {{"text": "kept"}}]}}"#));

        assert_eq!(dropped.len(), ONE_BY_ONE + 1);
        assert!(tree.leaves.iter().take(1000).all(|leaf| leaf.id.is_some()));
        assert_eq!(tree.leaves[1000].text.as_deref(), Some("kept"));
    }

    #[test]
    fn an_id_that_a_number_type_would_round_is_dropped_rather_than_changed() {
        let (tree, dropped) = read(r#"{"name": 1, "leaves": [{"id": 99999999999999999999}]}"#);

        assert_eq!(dropped, ["leaves[0].id", "name"]);
        assert_eq!(tree.leaves, [Leaf::default()]);
    }

    #[test]
    fn half_an_emoji_does_not_lose_the_rest() {
        for (json, name) in [
            (r#"{"name": "a\ud83d"}"#, "a\u{fffd}"),
            (r#"{"name": "\ude00b\uD83D\uDE00"}"#, "\u{fffd}b😀"),
            (r#"{"name": "\ud83d\ud83d\ude00"}"#, "\u{fffd}😀"),
            (r#"{"name": "\\ud83d \n\ud83dx"}"#, "\\ud83d \n\u{fffd}x"),
        ] {
            assert_eq!(read(json).0.name.as_deref(), Some(name), "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_the_mending_of_half_characters(text: String, cut in 0..9_usize) {
            let units: Vec<String> =
                text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            let escaped = units.concat();
            let damaged = format!("{escaped}\\ud83d{}", "\\\\\\n".repeat(cut));

            let mended = without_lone_surrogates(&damaged);

            let read: String = serde_json::from_str(&format!("\"{mended}\"")).unwrap();
            prop_assert_eq!(read, format!("{text}\u{fffd}{}", "\\\n".repeat(cut)));
        }

        #[test]
        fn no_text_makes_reading_panic(json: String) {
            let _ = decode::<Tree>(&json);
            let _ = decode::<Tree>(&format!("{{\"name\": \"{json}\"}}"));
            let _ = without_lone_surrogates(&json);
        }
    }

    #[test]
    fn what_is_no_object_is_refused_without_being_quoted() {
        for json in ["\"canary\"", "[]", "5", "{\"name\": \"canary"] {
            let reason = decode::<Tree>(json).map(|(tree, _)| tree).unwrap_err();

            assert!(!reason.contains("canary"), "{reason}");
        }
    }
}
