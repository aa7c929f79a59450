//! What detectors found in calls, and what people said about it.

use std::fmt;

use access::Scope;
use async_trait::async_trait;
use conversation::{CallId, Revision, SentenceRef};
use jiff::Timestamp;

use crate::Error;

/// The name of a finding: the same detector finding the same thing at the same place has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId([u8; 32]);

impl FindingId {
    /// Takes the bytes of a fingerprint.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Gives the bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads what an id prints.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// One run of one detector over one call, with all that it found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DetectorRun {
    /// The detector's id; never a word of a call.
    pub detector: String,
    /// Its version.
    pub version: u32,
    /// The fingerprint of its parameters, in hexadecimal digits.
    pub params: String,
    /// The fingerprint of what it looked at, in hexadecimal digits.
    pub input: String,
    /// The space of the vectors it used, as a short name.
    pub model: Option<String>,
    /// What it found, in order.
    pub findings: Vec<FoundRow>,
}

impl DetectorRun {
    /// A run that found nothing yet.
    pub fn new(
        detector: impl Into<String>,
        version: u32,
        params: impl Into<String>,
        input: impl Into<String>,
    ) -> Self {
        Self {
            detector: detector.into(),
            version,
            params: params.into(),
            input: input.into(),
            model: None,
            findings: Vec::new(),
        }
    }
}

/// A finding as it is kept: sentences by their places, values in words from fixed lists, and a
/// name in free text that is sealed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FoundRow {
    /// The finding.
    pub id: FindingId,
    /// Its kind, a word from a fixed list.
    pub kind: String,
    /// Its value, in words from fixed lists.
    pub fixed: String,
    /// The free text of its value.
    pub name: Option<String>,
    /// The sentences it cites; the first is the one it is about.
    pub places: Vec<SentenceRef>,
    /// How sure the detector is.
    pub score: f64,
}

impl FoundRow {
    /// A finding without a name.
    pub fn new(
        id: FindingId,
        kind: impl Into<String>,
        fixed: impl Into<String>,
        places: Vec<SentenceRef>,
    ) -> Self {
        Self {
            id,
            kind: kind.into(),
            fixed: fixed.into(),
            name: None,
            places,
            score: 0.0,
        }
    }
}

/// The runs over a call at one revision of its words.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CallFindings {
    /// The call.
    pub call: CallId,
    /// The revision of the words.
    pub text_revision: Revision,
    /// One run for each detector, by the detector's id.
    pub runs: Vec<DetectorRun>,
}

impl CallFindings {
    /// The runs over a call.
    pub const fn new(call: CallId, text_revision: Revision, runs: Vec<DetectorRun>) -> Self {
        Self {
            call,
            text_revision,
            runs,
        }
    }
}

/// Whether a finding is right, in the eyes of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum Verdict {
    /// It is.
    Right,
    /// It is not.
    Wrong,
}

impl Verdict {
    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }
}

/// What a person said about a finding or a sentence. It stays when the detector runs again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The finding.
    pub finding: FindingId,
    /// The call.
    pub call: CallId,
    /// Who found it.
    pub detector: String,
    /// The finding's kind.
    pub kind: String,
    /// The sentence it is about.
    pub place: Option<SentenceRef>,
    /// The revision of the words in which the sentence stands.
    pub text_revision: Revision,
    /// Whether those are the call's words as they are. A label whose sentence is gone is stale.
    pub is_current: bool,
    /// What was said.
    pub verdict: Verdict,
    /// When.
    pub made: Timestamp,
}

impl Label {
    /// A label about the finding that these runs begin with, as if it were found right.
    pub(crate) fn about_finding(found: CallFindings) -> Option<Self> {
        let first = found.runs.into_iter().find_map(|run| {
            let row = run.findings.into_iter().next()?;
            Some((run.detector, row))
        });
        let (detector, row) = first?;
        Some(Self {
            finding: row.id,
            call: found.call,
            detector,
            kind: row.kind,
            place: row.places.first().copied(),
            text_revision: found.text_revision,
            is_current: true,
            verdict: Verdict::Right,
            made: Timestamp::UNIX_EPOCH,
        })
    }

    /// A label about a sentence of the words of this revision, as if it were a right example.
    pub(crate) fn about_example(example: &Example, words: Revision) -> Self {
        Self {
            finding: example.id,
            call: example.call.clone(),
            detector: example.detector.clone(),
            kind: EXAMPLE.to_owned(),
            place: Some(example.place),
            text_revision: words,
            is_current: true,
            verdict: Verdict::Right,
            made: Timestamp::UNIX_EPOCH,
        }
    }
}

/// The kind of a label that names an example.
pub const EXAMPLE: &str = "example";

/// What a person says something about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a finding or a sentence is the meaning"
)]
pub enum About {
    /// A finding that is kept.
    Finding(FindingId),
    /// A sentence that nobody needs to have found.
    Example(Example),
}

/// A sentence that a detector should find, or should not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the place and for whom is the meaning"
)]
pub struct Example {
    /// The name of the label: the same example has the same.
    pub id: FindingId,
    /// For which detector.
    pub detector: String,
    /// The call.
    pub call: CallId,
    /// The sentence, in the call's words as they are.
    pub place: SentenceRef,
}

/// What detectors found in calls.
///
/// Laws, each checked by the conformance suite:
/// - A put replaces the earlier run of each of its detectors and leaves the other detectors' runs.
/// - Findings of an older revision of the words are neither taken nor shown.
/// - A label stays while its call does, whatever is found later; a second one replaces it. When the
///   words change, it goes along to the sentence of equal text; where there is none, it is stale.
/// - Findings and labels are reached like their call and go with it.
#[async_trait]
pub trait Findings: Send + Sync {
    /// Keeps runs over a call in one transaction; `false` if the call is not there or its words
    /// have another revision by now.
    async fn put_findings(&self, findings: CallFindings) -> Result<bool, Error>;

    /// The runs over a call at the revision that its words have; `None` if the call is not reached
    /// or has no words.
    async fn findings(&self, scope: &Scope, call: &CallId) -> Result<Option<CallFindings>, Error>;

    /// The run that made a finding, with that finding alone.
    async fn finding(&self, scope: &Scope, id: &FindingId) -> Result<Option<CallFindings>, Error>;

    /// Says whether a finding is right, or names a sentence as an example; `false` if the scope does
    /// not reach it.
    async fn label(
        &self,
        scope: &Scope,
        about: &About,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, Error>;

    /// Everything that was said about findings of calls that the scope reaches, by finding.
    async fn labels(&self, scope: &Scope) -> Result<Vec<Label>, Error>;
}
