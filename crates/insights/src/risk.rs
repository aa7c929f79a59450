//! How much a single call speaks against the deal, without knowing the deal.
//!
//! A checklist, not a probability: what the customer objects to, warns of and stays silent on.

use conversation::Side;

use crate::text::Cues;
use crate::{CallView, Finding, Kind, StepStatus, Value};

/// What the customer says when they mean no, or not now.
const REFUSING: [&str; 16] = [
    "not interested",
    "no thanks",
    "no thank you",
    "not right now",
    "not today",
    "not sure",
    "don't think",
    "can't afford",
    "cannot afford",
    "don't have",
    "maybe later",
    "i'll think",
    "think about it",
    "not at this time",
    "rather not",
    "i would not",
];

/// What the customer says when they go along.
const AGREEING: [&str; 14] = [
    "sounds good",
    "i would",
    "i will",
    "i'd like",
    "i'd love",
    "happy to",
    "yes i",
    "sure i",
    "of course",
    "count me",
    "let's do",
    "definitely",
    "go ahead",
    "absolutely",
];

/// The points of one call; more speak against the deal.
pub fn risk(call: &CallView<'_>, findings: &[Finding]) -> f64 {
    let (refusing, agreeing) = (Cues::new(REFUSING), Cues::new(AGREEING));
    let theirs = call.lines().iter().filter(|line| line.side == Side::Theirs);
    let said: f64 = theirs
        .map(|line| {
            let against = refusing.find(&line.words).len() as f64;
            against - agreeing.find(&line.words).len() as f64
        })
        .sum();
    said + findings.iter().map(points).sum::<f64>()
}

fn points(finding: &Finding) -> f64 {
    match (finding.kind(), finding.value()) {
        (Kind::RedFlag, _) => 2.0,
        (Kind::Objection, _) => 1.0,
        (Kind::BuyingSignal, _)
        | (
            Kind::NextStep,
            Value::NextStep {
                status: StepStatus::Accepted,
                ..
            },
        ) => -1.0,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    #[test]
    fn a_refusal_weighs_more_than_an_agreement_and_ours_do_not_count() {
        let of = |who, text| risk(&call_of(&[(who, text)]).view(), &[]);
        assert!(of("theirs", "I'm not interested.") > of("theirs", "Hello."));
        assert!(of("theirs", "Sounds good to me.") < of("theirs", "Hello."));
        assert!(of("ours", "Not interested?").abs() < f64::EPSILON);
    }
}
