//! What the model of labels says of every sentence, and the models of values.
//!
//! With sentence vectors of the space that the models were trained in, the larger models serve;
//! without, models of words alone.

use std::sync::LazyLock;

use conversation::Side;

use crate::classifier::{Classifier, sigmoid};
use crate::features::SentenceFeatures;
use crate::{CallView, Confidence, DetectorSpec, Digest, inference};

/// A model in its two sizes.
pub(crate) struct Pair {
    words: Classifier,
    vectors: Classifier,
    digest: Digest,
}

/// What the name of a space holds whose vectors the models know.
const SPACE: &str = "MiniLM-L6";

macro_rules! pair {
    ($(#[$doc:meta])* $name:ident, $file:literal) => {
        $(#[$doc])*
        pub(crate) static $name: LazyLock<Pair> = LazyLock::new(|| Pair::read(
            include_bytes!(concat!("models/", $file, "-words.bin")),
            include_bytes!(concat!("models/", $file, "-vectors.bin")),
        ));
    };
}

pair!(
    /// Questions, steps, objections and so on, of one sentence.
    LABELS,
    "labels"
);
pair!(
    /// Whether a question is open.
    FORM,
    "form"
);
pair!(
    /// Who has to act.
    OWNER,
    "owner"
);
pair!(
    /// What became of a step.
    STATUS,
    "status"
);
pair!(
    /// What an objection is about.
    OBJECTION,
    "objection"
);
pair!(
    /// What a red flag is about.
    RED_FLAG,
    "red_flag"
);
pair!(
    /// Where a competitor stands.
    STANCE,
    "stance"
);

impl Pair {
    fn read(words: &[u8], vectors: &[u8]) -> Self {
        let read = |bytes| Classifier::from_bytes(bytes).expect("a shipped model reads");
        Self {
            words: read(words),
            vectors: read(vectors),
            digest: Digest::of([words, vectors]),
        }
    }

    /// The fingerprint of both sizes.
    pub(crate) const fn digest(&self) -> Digest {
        self.digest
    }

    /// The model that fits what a call has.
    pub(crate) fn for_call(&self, call: &CallView<'_>) -> &Classifier {
        let is_known = call.space().is_some_and(|space| space.contains(SPACE));
        let length = call
            .dimensions()
            .map(|one| one * crate::features::DENSE_BLOCKS);
        if is_known && length == Some(self.vectors.dense_len()) {
            &self.vectors
        } else {
            &self.words
        }
    }

    /// The scores of every output. With vectors it is the mean of both sizes, whose errors differ.
    pub(crate) fn score(&self, call: &CallView<'_>, features: &SentenceFeatures) -> Vec<f32> {
        let model = self.for_call(call);
        let mut scores = model.score(features);
        if model.dense_len() > 0 {
            for (score, other) in scores.iter_mut().zip(self.words.score(features)) {
                *score = f32::midpoint(*score, other);
            }
        }
        scores
    }

    /// The name of the output that scores best on a line.
    pub(crate) fn best(&self, call: &CallView<'_>, line: usize) -> Option<&str> {
        self.best_of(call, call.features().get(line)?)
    }

    /// The name of the output that scores best on some features of a call.
    pub(crate) fn best_of(&self, call: &CallView<'_>, features: &SentenceFeatures) -> Option<&str> {
        let scores = self.score(call, features);
        let outputs = self.for_call(call).outputs().iter().zip(scores);
        let (output, _) = outputs.max_by(|one, other| one.1.total_cmp(&other.1))?;
        Some(&output.name)
    }

    /// The probability of one output on a line.
    pub(crate) fn probability(&self, call: &CallView<'_>, line: usize, output: &str) -> f32 {
        let features = call.features().get(line);
        let scores = features.map(|features| self.score(call, features));
        let position = self.for_call(call).output(output);
        let score = position
            .zip(scores)
            .and_then(|(at, scores)| scores.get(at).copied());
        score.map_or(0.0, sigmoid)
    }
}

/// Whose sentences may bear a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speakers {
    /// Anybody's.
    All,
    /// Not ours.
    Customers,
}

/// A sentence that bears a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    /// The line, by position.
    pub(crate) line: usize,
    /// How probable the label is.
    pub(crate) probability: f32,
}

/// The sentences that bear a label, in order.
pub(crate) fn hits(call: &CallView<'_>, label: &str, speakers: Speakers) -> Vec<Hit> {
    let model = LABELS.for_call(call);
    let Some(position) = model.output(label) else {
        return Vec::new();
    };
    let threshold = model
        .outputs()
        .get(position)
        .map_or(1.0, |output| output.threshold);
    let scored = call.label_scores().iter().enumerate();
    scored
        .filter_map(|(line, scores)| {
            let probability = sigmoid(*scores.get(position)?);
            (probability >= threshold).then_some(Hit { line, probability })
        })
        .filter(|hit| speakers == Speakers::All || is_of_customer(call, hit.line))
        .collect()
}

fn is_of_customer(call: &CallView<'_>, line: usize) -> bool {
    call.lines()
        .get(line)
        .is_some_and(|line| line.side != Side::Ours)
}

/// The specification of a detector that asks the model of labels, with the precision that was
/// counted on worlds left out of training.
pub(crate) fn spec(id: &str, label: &str, values: &[&Pair]) -> DetectorSpec {
    let digests = values.iter().map(|pair| pair.digest);
    let digests: Vec<_> = std::iter::once(LABELS.digest).chain(digests).collect();
    let params = Digest::of(digests.iter().map(|digest| digest.as_bytes().as_slice()));
    let model = &LABELS.vectors;
    let output = model.output(label).and_then(|at| model.outputs().get(at));
    let confidence = output.map_or(Confidence::Untested, |output| {
        inference::wilson(output.right, output.counted)
    });
    DetectorSpec::new(id, 2)
        .with_params(params)
        .with_vectors()
        .measured(confidence)
}

/// The scores of every label on every line.
pub(crate) fn label_scores(call: &CallView<'_>) -> Vec<Vec<f32>> {
    let features = call.features().iter();
    features.map(|one| LABELS.score(call, one)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_model_reads_and_knows_its_outputs() {
        for kind in crate::Kind::ALL {
            let in_model = LABELS.words.output(kind.as_str()).is_some();
            let elsewhere = ["competitor", "filler", "tracker"].contains(&kind.as_str());
            assert!(in_model || elsewhere, "{kind}");
        }
        for pair in [&FORM, &OWNER, &STATUS, &OBJECTION, &RED_FLAG, &STANCE] {
            assert_eq!(pair.words.outputs().len(), pair.vectors.outputs().len());
            assert_eq!(pair.words.dense_len(), 0);
        }
    }
}
