//! Questions: by punctuation where the transcript has it, else by a small model.

mod plain;

use super::labels::{FORM, LABELS, Speakers, hits};
use crate::models::QUESTIONS;
use crate::text::Word;
use crate::{
    CallView, DetectError, Detector, DetectorSpec, Digest, Evidence, Finding, Form, Line, Value,
};

pub use plain::plain_question_features;

/// Below this many question marks per word a transcript is taken to have no punctuation.
const MARKS_PER_WORD: f64 = 1.0 / 200.0;

/// A question of this many words or fewer is a tag ("right?", "you know?").
const TAG_WORDS: usize = 2;

/// Beginnings of questions that ask for more than a yes or a choice.
const OPEN: [&str; 8] = [
    "what", "how", "why", "tell me", "walk me", "talk me", "which", "describe",
];

/// Finds sentences that ask the other side for information, with or without a question mark ("And
/// the timeline would be..."); in a transcript without question marks, sentences that a small model
/// of word order takes for questions.
#[derive(Clone, Debug)]
pub struct Questions {
    spec: DetectorSpec,
}

impl Questions {
    /// The detector.
    pub fn new() -> Self {
        Self { spec: spec() }
    }
}

impl Questions {
    fn without_marks(&self, call: &CallView<'_>) -> Vec<Finding> {
        let mut found = Vec::new();
        for (index, line) in call.lines().iter().enumerate() {
            let score = QUESTIONS.score(&plain_question_features(call, index));
            if score >= QUESTIONS.threshold() {
                let value = Value::Question(form(&line.words));
                let evidence = Evidence::sentence(call.cite(line));
                let finding = self.spec.found(call, value, evidence);
                found.push(finding.scored(f64::from(score)));
            }
        }
        found
    }
}

impl Default for Questions {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for Questions {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn looks_at_vectors(&self, call: &CallView<'_>) -> bool {
        is_punctuated(call)
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        if !is_punctuated(call) {
            return Ok(self.without_marks(call));
        }
        let found = hits(call, "question", Speakers::All)
            .into_iter()
            .filter_map(|hit| {
                let line = call.lines().get(hit.line).filter(|line| !is_tag(line))?;
                let is_open = FORM.best(call, hit.line) == Some("o");
                let form = if is_open { Form::Open } else { Form::Closed };
                let evidence = Evidence::sentence(call.cite(line));
                let finding = self.spec.found(call, Value::Question(form), evidence);
                Some(finding.scored(f64::from(hit.probability)))
            });
        Ok(found.collect())
    }
}

fn spec() -> DetectorSpec {
    let plain = QUESTIONS.digest();
    let digests = [plain, LABELS.digest(), FORM.digest()];
    let params = Digest::of(digests.iter().map(|digest| digest.as_bytes().as_slice()));
    DetectorSpec::new("questions", 3)
        .with_params(params)
        .with_vectors()
}

/// Whether a sentence only asks for a nod ("You know?").
fn is_tag(line: &Line<'_>) -> bool {
    const NODS: [&str; 12] = [
        "right", "you", "know", "okay", "ok", "yeah", "no", "huh", "eh", "see", "correct", "really",
    ];
    line.words.len() <= TAG_WORDS
        && line
            .words
            .iter()
            .all(|word| NODS.contains(&word.lower.as_str()))
}

/// Whether question marks can be trusted: a transcript with hardly any has no punctuation.
pub fn is_punctuated(call: &CallView<'_>) -> bool {
    let words: usize = call.lines().iter().map(|line| line.words.len()).sum();
    let marks = call
        .lines()
        .iter()
        .filter(|line| line.text.contains('?'))
        .count();
    marks as f64 >= words as f64 * MARKS_PER_WORD
}

/// Whether a punctuated sentence is a question that is no tag, and of which form.
pub(crate) fn asked(line: &Line<'_>) -> Option<Form> {
    let is_question = line.text.trim_end().ends_with('?') && line.words.len() > TAG_WORDS;
    is_question.then(|| form(&line.words))
}

/// How a question can be answered, by how it begins or by an open word after a comma or "and".
fn form(words: &[Word]) -> Form {
    let lower: Vec<_> = words.iter().map(|word| word.lower.as_str()).collect();
    let joined = lower.join(" ");
    let is_open = OPEN.iter().any(|start| {
        let lead = ["", "and ", "so ", "but ", "okay ", "then ", "well "];
        lead.iter().any(|lead| {
            joined
                .strip_prefix(lead)
                .is_some_and(|rest| starts_with_words(rest, start))
        })
    });
    if is_open { Form::Open } else { Form::Closed }
}

fn starts_with_words(text: &str, start: &str) -> bool {
    text.strip_prefix(start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    fn found(text: &str) -> Vec<(String, Value)> {
        let call = call_of(&[("ours", text)]);
        let found = Questions::new().run(&call.view()).expect("it runs");
        found
            .iter()
            .map(|finding| {
                let place = finding.evidence().place().expect("it is cited");
                (place.sentence.to_string(), finding.value().clone())
            })
            .collect()
    }

    #[test]
    fn a_question_is_open_or_closed() {
        let open = Value::Question(Form::Open);
        let closed = Value::Question(Form::Closed);
        assert_eq!(
            found("So what would that change for you?"),
            [("0.0".to_owned(), open)]
        );
        assert_eq!(found("Do you have a budget?"), [("0.0".to_owned(), closed)]);
    }

    #[test]
    fn tags_and_statements_are_no_questions() {
        assert!(found("You know?").is_empty());
        assert!(found("We have what we need.").is_empty());
    }
}
