//! A call summed up by its own sentences: slots that findings fill, and highlights.

use crate::highlights::{Highlight, highlights};
use crate::{CallView, Finding, Kind, StepStatus, Value};

/// A summary is at most so long, slots and highlights together, in words.
const WORDS: usize = 300;

/// The slots are at most so long, all of them together; highlights take what is left.
const SLOT_WORDS: usize = 120;

/// A slot shows at most so many findings, the surest ones.
const PER_SLOT: usize = 3;

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
        let (slots, said) = filled(call, findings);
        Self {
            slots,
            highlights: chosen(call, WORDS.saturating_sub(said)),
        }
    }
}

/// The slots, and how many words they say. The surest finding of every slot comes first, then the
/// second of every slot, and so on, as far as the words go: no slot crowds out another.
fn filled<'f>(
    call: &CallView<'_>,
    findings: &'f [Finding],
) -> (Vec<(Slot, Vec<&'f Finding>)>, usize) {
    let mut slots: Vec<(Slot, Vec<&Finding>)> = Slot::ALL.map(|slot| (slot, Vec::new())).into();
    let surest = Slot::ALL.map(|slot| {
        let mut fitting: Vec<&Finding> = findings.iter().filter(|one| slot.takes(one)).collect();
        fitting.sort_by(|a, b| b.score().total_cmp(&a.score()));
        fitting
    });
    let mut said = 0;
    for rank in 0..PER_SLOT {
        for ((_, filling), fitting) in slots.iter_mut().zip(&surest) {
            let Some(finding) = fitting.get(rank) else {
                continue;
            };
            let words = words_of(call, finding);
            if said + words <= SLOT_WORDS {
                said += words;
                filling.push(finding);
            }
        }
    }
    slots.retain(|(_, filling)| !filling.is_empty());
    for (_, filling) in &mut slots {
        filling.sort_by_key(|one| one.evidence().place().map(|cited| cited.sentence));
    }
    (slots, said)
}

/// How many words the sentence has that a finding is about.
fn words_of(call: &CallView<'_>, finding: &Finding) -> usize {
    let place = finding.evidence().place().map(|cited| cited.sentence);
    let line = call.lines().iter().find(|line| Some(line.at) == place);
    line.map_or(0, |line| line.words.len())
}

/// The best highlights that fit into the words there are, in the order in which they were said.
fn chosen(call: &CallView<'_>, words: usize) -> Vec<Highlight> {
    let mut left = words;
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

    /// The values, found in the first lines of the call, one each.
    fn found(view: &CallView<'_>, values: impl IntoIterator<Item = Value>) -> Vec<Finding> {
        let spec = DetectorSpec::new("t", 1);
        let lines = values.into_iter().zip(view.lines());
        lines
            .map(|(value, line)| spec.found(view, value, Evidence::sentence(view.cite(line))))
            .collect()
    }

    /// How many findings each slot shows.
    fn counts(summary: &Summary<'_>) -> Vec<(&'static str, usize)> {
        let slots = summary.slots.iter();
        slots
            .map(|(slot, all)| (slot.as_str(), all.len()))
            .collect()
    }

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
        let findings = found(&view, values);

        let summary = Summary::of(&view, &findings);

        assert_eq!(counts(&summary), [("need", 1), ("next_steps", 1)]);
        assert!(!summary.highlights.is_empty());
    }

    #[test]
    fn long_quotes_leave_room_for_every_slot_and_for_highlights() {
        let long = format!("It costs us {}", "a day and ".repeat(15));
        let call = call_of(&[
            ("theirs", long.as_str()),
            ("theirs", long.as_str()),
            ("theirs", long.as_str()),
            ("theirs", "The board has to sign."),
        ]);
        let view = call.view();
        let values = [Value::Pain, Value::Pain, Value::Pain, Value::Process];
        let findings = found(&view, values);

        let summary = Summary::of(&view, &findings);

        assert_eq!(counts(&summary), [("need", 2), ("process", 1)]);
    }
}
