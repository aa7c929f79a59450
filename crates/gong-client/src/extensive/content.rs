//! What Gong made of a call's words; all its times are seconds, unlike the transcript's.
use serde::Deserialize;

use crate::{
    OutcomeId, Seconds, SpeakerId, TrackerId,
    wire::{list, word},
};

/// What Gong made of a call's words.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Content {
    /// The parts of the call.
    #[serde(deserialize_with = "list")]
    pub structure: Vec<NamedDuration>,
    /// The trackers that were asked about, those not heard included.
    #[serde(deserialize_with = "list")]
    pub trackers: Vec<Tracker>,
    /// The topics.
    #[serde(deserialize_with = "list")]
    pub topics: Vec<NamedDuration>,
    /// The summary.
    pub brief: Option<String>,
    /// The outline.
    #[serde(deserialize_with = "list")]
    pub outline: Vec<OutlineSection>,
    /// The highlights.
    #[serde(deserialize_with = "list")]
    pub highlights: Vec<Highlight>,
    /// The outcome.
    pub call_outcome: Option<CallOutcome>,
    /// The key points.
    #[serde(deserialize_with = "list")]
    pub key_points: Vec<KeyPoint>,
}

/// Something with a name that took a while.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct NamedDuration {
    /// The name.
    pub name: Option<String>,
    /// How long it took.
    pub duration: Option<Seconds>,
}

/// A tracker and how often it was heard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Tracker {
    /// The tracker.
    pub id: Option<TrackerId>,
    /// Its name.
    pub name: Option<String>,
    /// How often it was heard.
    pub count: Option<u64>,
    /// Whether it goes by words or by meaning.
    #[serde(rename = "type")]
    pub kind: Option<TrackerKind>,
    /// Where it was heard.
    #[serde(deserialize_with = "list")]
    pub occurrences: Vec<TrackerOccurrence>,
    /// The phrases that were heard.
    #[serde(deserialize_with = "list")]
    pub phrases: Vec<PhraseCount>,
}

/// A place where a tracker was heard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TrackerOccurrence {
    /// The offset from the start of the call.
    pub start_time: Option<Seconds>,
    /// Who said it.
    pub speaker_id: Option<SpeakerId>,
}

/// A phrase of a tracker and how often it was heard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PhraseCount {
    /// How often.
    pub count: Option<u64>,
    /// Where.
    #[serde(deserialize_with = "list")]
    pub occurrences: Vec<TrackerOccurrence>,
    /// The phrase.
    pub phrase: Option<String>,
}

/// A section of the outline.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct OutlineSection {
    /// Its heading.
    pub section: Option<String>,
    /// The offset from the start of the call.
    pub start_time: Option<Seconds>,
    /// How long it took.
    pub duration: Option<Seconds>,
    /// What was said in it.
    #[serde(deserialize_with = "list")]
    pub items: Vec<OutlineItem>,
}

/// A line of the outline.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct OutlineItem {
    /// The line.
    pub text: Option<String>,
    /// The offset from the start of the call.
    pub start_time: Option<Seconds>,
}

/// Highlights under one heading (`Next steps`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Highlight {
    /// The heading.
    pub title: Option<String>,
    /// The highlights.
    #[serde(deserialize_with = "list")]
    pub items: Vec<HighlightItem>,
}

/// A highlight and where it was said.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct HighlightItem {
    /// The highlight.
    pub text: Option<String>,
    /// Offsets from the start of the call.
    #[serde(deserialize_with = "list")]
    pub start_times: Vec<Option<Seconds>>,
}

/// The outcome of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CallOutcome {
    /// The outcome.
    pub id: Option<OutcomeId>,
    /// The kind of outcome (`Answered`).
    pub category: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// A key point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct KeyPoint {
    /// The point.
    pub text: Option<String>,
}

word! {
    /// Whether a tracker goes by words or by meaning.
    TrackerKind { Keyword = "KEYWORD" Smart = "SMART" }
}
