//! A call summed up by its own sentences: slots that findings fill, and highlights.

use crate::highlights::{Highlight, highlights};
use crate::{CallView, Finding, Kind, StepStatus, Value};

/// Highlights are taken until so many words are said.
const HIGHLIGHT_WORDS: usize = 300;

/// A slot shows at most so many findings, the surest ones.
const PER_SLOT: usize = 5;

/// What a manager wants to know of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Slot {
    /// What hurts the customer.
    Need,
    /// How they decide.
    Process,
    /// What speaks against it.
    Objections,
    /// What was agreed or proposed; steps that were taken back are left out.
    NextSteps,
    /// What endangers the deal.
    Risks,
    /// Who else is in it.
    Competitors,
}

impl Slot {
    /// Every slot, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Need,
        Self::Process,
        Self::Objections,
        Self::NextSteps,
        Self::Risks,
        Self::Competitors,
    ];

    /// The word for the slot.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Process => "process",
            Self::Objections => "objections",
            Self::NextSteps => "next_steps",
            Self::Risks => "risks",
            Self::Competitors => "competitors",
        }
    }

    fn takes(self, finding: &Finding) -> bool {
        match (self, finding.kind()) {
            (Self::Need, Kind::Pain)
            | (Self::Process, Kind::Process)
            | (Self::Objections, Kind::Objection)
            | (Self::Risks, Kind::RedFlag)
            | (Self::Competitors, Kind::Competitor) => true,
            (Self::NextSteps, Kind::NextStep) => !matches!(
                finding.value(),
                Value::NextStep {
                    status: StepStatus::Declined,
                    ..
                }
            ),
            _ => false,
        }
    }
}

/// A call summed up by its own sentences.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Summary<'f> {
    /// Each slot that is filled, its findings in the order in which they were said.
    pub slots: Vec<(Slot, Vec<&'f Finding>)>,
    /// The highlights, in the order in which they were said.
    pub highlights: Vec<Highlight>,
}

impl<'f> Summary<'f> {
    /// Sums up a call by what was found in it.
    pub fn of(call: &CallView<'_>, findings: &'f [Finding]) -> Self {
        let slots = Slot::ALL.into_iter().filter_map(|slot| {
            let mut filling: Vec<&Finding> =
                findings.iter().filter(|one| slot.takes(one)).collect();
            filling.sort_by(|a, b| b.score().total_cmp(&a.score()));
            filling.truncate(PER_SLOT);
            filling.sort_by_key(|one| one.evidence().place().map(|cited| cited.sentence));
            (!filling.is_empty()).then_some((slot, filling))
        });
        Self {
            slots: slots.collect(),
            highlights: chosen(call),
        }
    }
}

/// The best highlights that fit into the words there are, in the order in which they were said.
fn chosen(call: &CallView<'_>) -> Vec<Highlight> {
    let mut left = HIGHLIGHT_WORDS;
    let mut chosen: Vec<Highlight> = highlights(call, 100)
        .into_iter()
        .filter(|highlight| {
            let lines = call.lines().get(highlight.lines.clone());
            let lines = lines.unwrap_or_default();
            let words: usize = lines.iter().map(|line| line.words.len()).sum();
            let fits = words <= left;
            if fits {
                left -= words;
            }
            fits
        })
        .collect();
    chosen.sort_by_key(|highlight| highlight.utterance);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;
    use crate::{DetectorSpec, Evidence, Owner};

    #[test]
    fn a_slot_quotes_what_was_found_and_leaves_out_what_was_taken_back() {
        let call = call_of(&[
            (
                "theirs",
                "The close takes nine days and everybody hates it.",
            ),
            ("ours", "I will send the plan by Friday."),
            ("ours", "And I could come by on Monday. No, forget that."),
        ]);
        let view = call.view();
        let spec = DetectorSpec::new("t", 1);
        let step = |status| Value::NextStep {
            owner: Owner::Ours,
            status,
            due: None,
        };
        let values = [
            Value::Pain,
            step(StepStatus::Accepted),
            step(StepStatus::Declined),
        ];
        let findings: Vec<_> = values
            .into_iter()
            .zip(view.lines())
            .map(|(value, line)| spec.found(&view, value, Evidence::sentence(view.cite(line))))
            .collect();

        let summary = Summary::of(&view, &findings);

        let slots: Vec<_> = summary
            .slots
            .iter()
            .map(|(slot, all)| (slot.as_str(), all.len()))
            .collect();
        assert_eq!(slots, [("need", 1), ("next_steps", 1)]);
        assert!(!summary.highlights.is_empty());
    }
}
