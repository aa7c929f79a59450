//! One thing that was found in a call, and where it comes from.

use crate::{Digest, Evidence, Kind, Value};

/// Who found it, from what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// The detector's id.
    pub detector: String,
    /// Its version: another version may find other things in the same words.
    pub version: u32,
    /// Its parameters.
    pub params: Digest,
    /// What it looked at.
    pub input: Digest,
    /// The space of the sentence vectors, where it used them.
    pub model: Option<String>,
}

impl Provenance {
    /// Says who found it, from what.
    pub const fn new(
        detector: String,
        version: u32,
        params: Digest,
        input: Digest,
        model: Option<String>,
    ) -> Self {
        Self {
            detector,
            version,
            params,
            input,
            model,
        }
    }
}

/// How often a detector is right, as far as anybody has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "counted or not is the meaning")]
pub enum Confidence {
    /// Nobody has counted enough.
    #[default]
    Untested,
    /// The share of hits that were right.
    Precision {
        /// The share.
        p: f64,
        /// The lower end of its 95 % Wilson interval.
        lo: f64,
        /// The upper end.
        hi: f64,
        /// Of how many.
        n: u32,
    },
}

/// One thing that was found in a call. It cannot be made without evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    value: Value,
    evidence: Evidence,
    provenance: Provenance,
    confidence: Confidence,
    score: f64,
}

impl Finding {
    /// A finding that nobody has weighed yet. Detectors use [`crate::DetectorSpec::found`].
    pub const fn new(value: Value, evidence: Evidence, provenance: Provenance) -> Self {
        Self {
            value,
            evidence,
            provenance,
            confidence: Confidence::Untested,
            score: 0.0,
        }
    }

    /// Says how sure the detector is, to rank findings of one detector; not a probability.
    #[must_use]
    pub const fn scored(mut self, score: f64) -> Self {
        self.score = score;
        self
    }

    /// Says how often such findings are right.
    #[must_use]
    pub const fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// What it is about.
    pub const fn kind(&self) -> Kind {
        self.value.kind()
    }

    /// What was found.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// What it rests on.
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Who found it, from what.
    pub const fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// How often such findings are right.
    pub const fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// How sure the detector is; compares findings of one detector only.
    pub const fn score(&self) -> f64 {
        self.score
    }

    /// The finding's name: the same detector finding the same thing at the same place has the same.
    pub fn id(&self) -> Digest {
        let place = self.evidence.place().map_or_else(String::new, |cited| {
            format!("{} {} {}", cited.tenant, cited.call, cited.sentence)
        });
        Digest::of([
            self.provenance.detector.as_bytes(),
            self.kind().as_str().as_bytes(),
            self.value.name().unwrap_or_default().as_bytes(),
            place.as_bytes(),
        ])
    }
}
