//! Gong's JSON by its top-level blocks, as it is kept for what will be read from it later.

use std::collections::BTreeMap;

use call_archive::Raw;
use serde_json::value::RawValue;

/// Addresses of recordings: valid for eight hours, and never kept.
const MEDIA: &str = "media";
const TRANSCRIPT: &str = "transcript";

/// Splits the JSON of one call, byte for byte; a block that Gong adds later is kept as well.
pub(crate) fn blocks(call_json: &str) -> Raw {
    let mut raw = top_level(call_json);
    raw.blocks.remove(MEDIA);
    raw
}

/// Adds the monologues of a transcript's JSON.
pub(crate) fn with_transcript(mut raw: Raw, transcript_json: &str) -> Raw {
    let monologues = top_level(transcript_json).blocks.remove(TRANSCRIPT);
    if let Some(monologues) = monologues {
        raw.blocks.insert(TRANSCRIPT.to_owned(), monologues);
    }
    raw
}

fn top_level(json: &str) -> Raw {
    // Every element was read as an object before.
    let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json).unwrap_or_default();
    let blocks = fields
        .into_iter()
        .filter(|(_, json)| json.get() != "null")
        .map(|(name, json)| (name, json.get().to_owned()))
        .collect();
    Raw { blocks }
}
