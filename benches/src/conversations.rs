//! Gong-shaped files as the baseline reads them: whole utterances, packed to about 120 words.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

const PASSAGE_WORDS: usize = 120;

/// One call as passages.
#[derive(Debug)]
pub struct Conversation {
    /// The call's id.
    pub call_id: String,
    /// Its passages, in order.
    pub passages: Vec<Passage>,
}

/// Whole consecutive utterances.
#[derive(Debug)]
pub struct Passage {
    /// The position of the first utterance.
    pub first: usize,
    /// The position of the last utterance.
    pub last: usize,
    /// The words, with the speakers' names.
    pub text: String,
}

/// One question.
#[derive(Debug, Deserialize)]
pub struct Query {
    /// Its id.
    pub query_id: String,
    /// Its words.
    pub query: String,
    /// The call it is asked about, if it is about one.
    pub call_id: Option<String>,
}

/// Reads the questions of a JSON Lines file.
pub fn queries(file: &Path) -> Result<Vec<Query>> {
    let text =
        fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).context("a line of the queries is no question"))
        .collect()
}

/// Reads every `.json` file of a folder, ordered by name.
pub fn conversations(folder: &Path) -> Result<Vec<Conversation>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("{} is no folder", folder.display()))?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    files
        .iter()
        .map(|file| conversation(&serde_json::from_str(&fs::read_to_string(file)?)?))
        .collect()
}

fn conversation(file: &Value) -> Result<Conversation> {
    let text_of = |value: &Value| value.as_str().map(str::to_owned);
    let call_id = text_of(&file["call"]["metaData"]["id"]).context("a call without id")?;
    let names: HashMap<String, String> = file["call"]["parties"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|party| Some((text_of(&party["speakerId"])?, text_of(&party["name"])?)))
        .collect();

    let mut passages = Vec::new();
    let mut open = Passage {
        first: 0,
        last: 0,
        text: String::new(),
    };
    let mut words = 0;
    let utterances = file["callTranscript"]["transcript"]
        .as_array()
        .into_iter()
        .flatten();
    for (position, utterance) in utterances.enumerate() {
        let sentences = utterance["sentences"].as_array().into_iter().flatten();
        let said: Vec<_> = sentences
            .filter_map(|sentence| sentence["text"].as_str())
            .collect();
        let said = said.join(" ");
        if words == 0 {
            open.first = position;
        }
        if let Some(name) = utterance["speakerId"].as_str().and_then(|id| names.get(id)) {
            open.text.push_str(name);
            open.text.push_str(": ");
        }
        open.text.push_str(&said);
        open.text.push('\n');
        open.last = position;
        words += said.split_whitespace().count();
        if words >= PASSAGE_WORDS {
            let next = Passage {
                first: position + 1,
                last: position + 1,
                text: String::new(),
            };
            passages.push(std::mem::replace(&mut open, next));
            words = 0;
        }
    }
    if words > 0 {
        passages.push(open);
    }
    Ok(Conversation { call_id, passages })
}
