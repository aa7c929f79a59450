//! The lines of the files that an evaluation and trackers read and write.

use std::path::Path;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Error, ErrorKind};

/// A question. Other fields, such as the answers that a scorer keeps beside it, are not read.
#[derive(Debug, Deserialize)]
pub(crate) struct QueryLine {
    pub(crate) query_id: String,
    pub(crate) query: String,
    #[serde(default)]
    pub(crate) call_id: Option<String>,
}

/// What was found for a question, best first.
#[derive(Debug, Serialize)]
pub(crate) struct RunLine<'a> {
    pub(crate) query_id: &'a str,
    pub(crate) results: Vec<ResultLine<'a>>,
}

/// A passage by its utterances, both ends included.
#[derive(Debug, Serialize)]
pub(crate) struct ResultLine<'a> {
    pub(crate) call_id: &'a str,
    pub(crate) utterance_start: u32,
    pub(crate) utterance_end: u32,
    pub(crate) score: f32,
}

/// What was answered to a question.
#[derive(Debug, Serialize)]
pub(crate) struct AskLine<'a> {
    pub(crate) query_id: &'a str,
    pub(crate) found: bool,
    pub(crate) citations: Vec<PlaceLine>,
}

/// A sentence of a call.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct PlaceLine {
    pub(crate) call_id: String,
    pub(crate) utterance: u32,
    pub(crate) sentence: u32,
}

/// A competitor to watch.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct CompetitorLine {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
}

/// A tracker: keywords, an expression, or examples.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct TrackerLine {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keywords: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expression: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) side: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) examples: Vec<PlaceLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) counter_examples: Vec<PlaceLine>,
}

/// A tracker of an evaluation.
#[derive(Debug, Deserialize)]
pub(crate) struct TrackerFileLine {
    pub(crate) tracker_id: String,
    #[serde(flatten)]
    tracker: TrackerLine,
}

impl TrackerFileLine {
    pub(crate) fn tracker(&self) -> TrackerLine {
        self.tracker.clone()
    }
}

/// A hit of a tracker.
#[derive(Debug, Serialize)]
pub(crate) struct HitLine<'a> {
    tracker_id: &'a str,
    #[serde(flatten)]
    place: PlaceLine,
}

impl<'a> HitLine<'a> {
    pub(crate) const fn new(tracker_id: &'a str, place: PlaceLine) -> Self {
        Self { tracker_id, place }
    }
}

/// A summary that is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct SummaryQueryLine {
    pub(crate) summary_id: String,
    pub(crate) call_id: String,
}

/// A summary.
#[derive(Debug, Serialize)]
pub(crate) struct SummaryLine<'a> {
    pub(crate) summary_id: &'a str,
    pub(crate) text: &'a str,
}

/// Utterances, best first.
#[derive(Debug, Serialize)]
pub(crate) struct HighlightsLine<'a> {
    pub(crate) call_id: &'a str,
    pub(crate) utterances: Vec<u32>,
}

/// A sentence that holds an entity.
#[derive(Debug, Serialize)]
pub(crate) struct EntityLine {
    #[serde(flatten)]
    pub(crate) place: PlaceLine,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
}

/// How voices took part in a call.
#[derive(Debug, Serialize)]
pub(crate) struct StatsLine<'a> {
    pub(crate) call_id: &'a str,
    pub(crate) speakers: Vec<SpeakerLine<'a>>,
}

/// How one voice took part.
#[derive(Debug, Serialize)]
pub(crate) struct SpeakerLine<'a> {
    pub(crate) speaker_id: &'a str,
    pub(crate) talk_ms: u64,
    pub(crate) talk_ratio: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) questions: Option<u32>,
}

/// What a sentence does.
#[derive(Debug, Serialize)]
pub(crate) struct ActLine {
    #[serde(flatten)]
    pub(crate) place: PlaceLine,
    pub(crate) label: &'static str,
}

/// How much speaks against a deal.
#[derive(Debug, Serialize)]
pub(crate) struct OutcomeLine<'a> {
    pub(crate) call_id: &'a str,
    pub(crate) risk: f64,
}

/// A finding, best first within a call.
#[derive(Debug, Serialize)]
pub(crate) struct SalesLine {
    #[serde(flatten)]
    place: Option<PlaceLine>,
    label: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stance: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<String>,
}

impl SalesLine {
    pub(crate) const fn new(label: &'static str) -> Self {
        Self {
            place: None,
            label,
            value: None,
            stance: None,
            owner: None,
            due: None,
        }
    }

    pub(crate) fn at(mut self, place: PlaceLine) -> Self {
        self.place = Some(place);
        self
    }
}

/// Reads a file of one JSON object a line.
pub(crate) async fn read_lines<T: DeserializeOwned>(file: &Path) -> Result<Vec<T>, Error> {
    let text = tokio::fs::read_to_string(file).await.map_err(|error| {
        let what = format!("cannot read {}", file.display());
        Error::new(ErrorKind::Usage, what).caused_by(error)
    })?;
    let lines = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            serde_json::from_str(line).map_err(|error| {
                let what = format!("line {number} of {} does not read", file.display());
                Error::new(ErrorKind::Usage, what).caused_by(error)
            })
        })
        .collect()
}
