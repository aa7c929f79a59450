//! The seam of detectors: a call in, findings out, always the same ones.

use crate::call_view::by_place;
use crate::{CallView, Confidence, Digest, Evidence, Finding, Provenance, Value};

/// What a detector reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "with or without is the meaning")]
pub enum Reads {
    /// Words, sides, times.
    Words,
    /// The same and one vector per sentence.
    WordsAndVectors,
}

/// What a detector is, and under which parameters it runs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DetectorSpec {
    /// Its name, for ever the same.
    pub id: String,
    /// Raised whenever it may find other things in the same words.
    pub version: u32,
    /// The fingerprint of lists, thresholds and weights it was given.
    pub params: Digest,
    /// What it reads.
    pub reads: Reads,
    /// How often it was right where it was measured.
    pub confidence: Confidence,
}

impl DetectorSpec {
    /// A detector of words without parameters that nobody has measured.
    pub fn new(id: impl Into<String>, version: u32) -> Self {
        Self {
            id: id.into(),
            version,
            params: Digest::of([]),
            reads: Reads::Words,
            confidence: Confidence::Untested,
        }
    }

    /// Says what it was given.
    #[must_use]
    pub const fn with_params(mut self, params: Digest) -> Self {
        self.params = params;
        self
    }

    /// Says that it reads vectors, too.
    #[must_use]
    pub const fn with_vectors(mut self) -> Self {
        self.reads = Reads::WordsAndVectors;
        self
    }

    /// Says how often it was right.
    #[must_use]
    pub const fn measured(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// A finding of this detector in this call.
    pub fn found(&self, call: &CallView<'_>, value: Value, evidence: Evidence) -> Finding {
        let provenance = Provenance {
            detector: self.id.clone(),
            version: self.version,
            params: self.params,
            input: self.input(call),
            model: self.model(call).map(str::to_owned),
        };
        Finding::new(value, evidence, provenance).with_confidence(self.confidence)
    }

    /// The fingerprint of what this detector sees of a call.
    pub fn input(&self, call: &CallView<'_>) -> Digest {
        self.input_in(call, self.model(call))
    }

    /// The same, if the vectors are of this space: known before they are made.
    pub fn input_in(&self, call: &CallView<'_>, space: Option<&str>) -> Digest {
        match (self.reads, space) {
            (Reads::WordsAndVectors, Some(space)) => {
                Digest::of([call.input().as_bytes().as_slice(), space.as_bytes()])
            }
            _ => *call.input(),
        }
    }

    /// The space of the vectors that this detector finds at a call, if it reads them.
    pub fn model<'a>(&self, call: &CallView<'a>) -> Option<&'a str> {
        match self.reads {
            Reads::Words => None,
            Reads::WordsAndVectors => call.space(),
        }
    }
}

/// Why a detector could not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DetectError {
    /// It reads vectors and was given none, or of other dimensions than it was trained on.
    #[error("the detector {detector} needs a vector of {dimensions} numbers for every sentence")]
    NeedsVectors {
        /// The detector.
        detector: String,
        /// How many numbers a vector must have.
        dimensions: usize,
    },
}

/// Finds one sort of thing in a call.
///
/// Laws: the same call gives the same findings in the same order, on any thread; nothing outside
/// the call is read; a finding cites sentences of the call.
pub trait Detector: Send + Sync {
    /// What it is.
    fn spec(&self) -> &DetectorSpec;

    /// Whether vectors of this call's sentences would be looked at.
    fn looks_at_vectors(&self, call: &CallView<'_>) -> bool {
        let _ = call;
        self.spec().reads == Reads::WordsAndVectors
    }

    /// Finds what there is.
    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError>;
}

/// Runs detectors over a call; findings come in the order of their places.
pub fn detect(
    detectors: &[Box<dyn Detector>],
    call: &CallView<'_>,
) -> Result<Vec<Finding>, DetectError> {
    let mut found = Vec::new();
    for detector in detectors {
        found.extend(detector.run(call)?);
    }
    found.sort_by(by_place);
    Ok(found)
}
