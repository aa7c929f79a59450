//! Reads calls of Gong's shape and lines of gold.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use conversation::{
    Call, CallId, Party, PartyId, Revision, Sentence, Side, Span, SpeakerId, Transcript, Utterance,
};
use insights::CallView;
use insights::linear::Features;
use serde_json::Value;

/// One thing to learn from.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it looks like.
    pub features: Features,
    /// Whether it is one.
    pub is: bool,
    /// How much it counts.
    pub weight: f32,
    /// Which part of a cross-validation it belongs to; a call is never in two.
    pub fold: usize,
}

/// A call with its words.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The facts.
    pub call: Call,
    /// The words.
    pub transcript: Transcript,
}

impl Recorded {
    /// As detectors see it.
    pub fn view(&self) -> CallView<'_> {
        CallView::new(&self.call, &self.transcript, Revision::new(1))
    }
}

/// Reads the calls of a folder, in order of their file names.
pub fn recorded(folder: &Path) -> Result<Vec<Recorded>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("no calls in {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// Reads a file of gold: one JSON object a line.
pub fn gold(file: &Path) -> Result<Vec<Value>> {
    let text = fs::read_to_string(file).with_context(|| format!("no {}", file.display()))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn read(path: &Path) -> Result<Recorded> {
    let value: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
    let meta = &value["call"]["metaData"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut call = Call::new(
        CallId::new(text(&meta["id"]))?,
        text(&meta["started"]).parse()?,
    );
    let mut voices = HashMap::new();
    for party in value["call"]["parties"].as_array().into_iter().flatten() {
        let id = PartyId::new(text(&party["id"]))?;
        let mut one = Party::new(id.clone());
        one.side = match party["affiliation"].as_str() {
            Some("Internal") => Side::Ours,
            Some("External") => Side::Theirs,
            _ => Side::Unknown,
        };
        one.name = party["name"].as_str().map(str::to_owned);
        if let Some(speaker) = party["speakerId"].as_str() {
            one.speaker = Some(SpeakerId::new(speaker)?);
            voices.insert(speaker.to_owned(), id);
        }
        call.parties.push(one);
    }
    let mut utterances = Vec::new();
    let said = value["callTranscript"]["transcript"].as_array();
    for utterance in said.into_iter().flatten() {
        let sentences = utterance["sentences"].as_array();
        let sentences = sentences.into_iter().flatten().map(|sentence| {
            let at = |name: &str| sentence[name].as_u64().unwrap_or_default();
            Sentence::new(
                Span::from_millis(at("start"), at("end")),
                text(&sentence["text"]),
            )
        });
        let spoken = Utterance::new(sentences.collect());
        let voice = utterance["speakerId"]
            .as_str()
            .and_then(|id| voices.get(id));
        utterances.push(match voice {
            Some(party) => spoken.by(party.clone()),
            None => spoken,
        });
    }
    Ok(Recorded {
        call,
        transcript: Transcript::new(utterances),
    })
}
