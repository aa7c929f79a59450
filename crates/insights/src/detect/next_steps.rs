//! Next steps: what either side will do after this call, whose step it is, and by when.

use conversation::Side;

use super::due::due_dates;
use super::labels::{OWNER, STATUS, Speakers, hits, spec};
use crate::features::{SentenceFeatures, owner_features};
use crate::{
    CallView, DetectError, Detector, DetectorSpec, Evidence, Finding, Owner, StepStatus, Value,
};

/// A step is called declined, and so left out of a list of steps, only when that is this probable.
const SURELY_DECLINED: f32 = 0.6;

/// Finds steps that are stated, with owner, status and the date that was settled on.
#[derive(Clone, Debug)]
pub struct NextSteps {
    spec: DetectorSpec,
}

impl NextSteps {
    /// The detector.
    pub fn new() -> Self {
        Self {
            spec: spec("next_steps", "next_step", &[&OWNER, &STATUS]),
        }
    }
}

impl Default for NextSteps {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector for NextSteps {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let hits = hits(call, "next_step", Speakers::All);
        let steps: Vec<usize> = hits.iter().map(|hit| hit.line).collect();
        let dates = due_dates(call, &steps);
        let owners = owner_features(call, &steps);
        let mut found = Vec::with_capacity(hits.len());
        for ((hit, due), features) in hits.iter().zip(dates).zip(owners) {
            let Some(line) = call.lines().get(hit.line) else {
                continue;
            };
            let value = Value::NextStep {
                owner: owner(call, &features, line.side),
                status: status(call, hit.line),
                due,
            };
            let evidence = Evidence::sentence(call.cite(line));
            let finding = self.spec.found(call, value, evidence);
            found.push(finding.scored(f64::from(hit.probability)));
        }
        Ok(found)
    }
}

fn owner(call: &CallView<'_>, features: &SentenceFeatures, side: Side) -> Owner {
    let best = OWNER.best_of(call, features).and_then(Owner::from_word);
    best.unwrap_or(if side == Side::Ours {
        Owner::Ours
    } else {
        Owner::Theirs
    })
}

fn status(call: &CallView<'_>, line: usize) -> StepStatus {
    if STATUS.probability(call, line, "declined") >= SURELY_DECLINED {
        return StepStatus::Declined;
    }
    let accepted = STATUS.probability(call, line, "accepted");
    if accepted >= STATUS.probability(call, line, "proposed") {
        StepStatus::Accepted
    } else {
        StepStatus::Proposed
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing::call_of;

    #[test]
    fn a_step_has_an_owner_and_the_date_that_was_settled() {
        let call = call_of(&[
            ("theirs", "Can you send us the security paper?"),
            ("ours", "Yes, I'll send it to you on Monday."),
            ("ours", "No, sorry, I'm off Monday, you'll have it Tuesday."),
            ("theirs", "Tuesday's fine."),
        ]);

        let found = NextSteps::new().run(&call.view()).expect("it runs");

        let step = |at: &str| {
            let here = |f: &&Finding| {
                f.evidence()
                    .place()
                    .is_some_and(|p| p.sentence.to_string() == at)
            };
            found.iter().find(here).map(Finding::value)
        };
        let Some(Value::NextStep { owner, due, .. }) = step("1.0") else {
            panic!("the promise is a step: {found:?}");
        };
        assert_eq!((*owner, *due), (Owner::Ours, Some(date(2026, 3, 10))));
    }
}
