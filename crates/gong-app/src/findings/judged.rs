//! What people said about findings: counted by detector, and shown beside each.

use std::collections::{HashMap, HashSet};

use access::Operation;
use call_archive::{EXAMPLE, FindingId, Label, Verdict};
use conversation::CallId;
use insights::{Confidence, Finding};

use super::is_enough;
use crate::Error;
use crate::app::App;
use crate::views::{JudgedView, precision_view};

/// What people said, counted by detector.
pub(crate) struct Judged {
    by_detector: HashMap<String, (u32, u32)>,
    /// What was said about sentences that still stand there.
    current: Vec<Label>,
}

impl Judged {
    pub(crate) fn new(labels: &[Label]) -> Self {
        let mut judged = Self {
            by_detector: HashMap::new(),
            current: Vec::new(),
        };
        for label in labels.iter().filter(|label| label.kind != EXAMPLE) {
            let count = judged
                .by_detector
                .entry(label.detector.clone())
                .or_default();
            count.0 += u32::from(label.verdict == Verdict::Right);
            count.1 += 1;
            if label.is_current {
                judged.current.push(label.clone());
            }
        }
        judged
    }

    /// What was said about a finding: about itself, or, where its sentence was pushed about by a
    /// correction, about the one that stood for it before. `known` are all findings of the call; one
    /// of them keeps what was said about itself.
    pub(crate) fn verdict(
        &self,
        call: &CallId,
        finding: &Finding,
        id: FindingId,
        known: Option<&HashSet<FindingId>>,
    ) -> Option<Verdict> {
        let place = finding.evidence().place()?.sentence;
        let detector = &finding.provenance().detector;
        let mut there = self.current.iter().filter(|label| {
            label.call == *call
                && label.place == Some(place)
                && label.detector == *detector
                && label.kind == finding.kind().as_str()
        });
        let of = |label: &&Label| {
            label.finding == id || known.is_some_and(|known| !known.contains(&label.finding))
        };
        there.find(of).map(|label| label.verdict)
    }

    /// How many were right, of how many.
    pub(crate) fn count(&self, detector: &str) -> (u32, u32) {
        self.by_detector.get(detector).copied().unwrap_or_default()
    }
}

impl App {
    /// How often findings were right, of those that people judged and the caller may see.
    ///
    /// # Errors
    /// There is no archive, or the caller may see no findings.
    pub async fn judged(&self) -> Result<JudgedView, Error> {
        let work = async {
            let archive = self.existing_archive().await?;
            let scope = self.scope_of(Operation::FINDINGS, false)?;
            let judged = Judged::new(&archive.labels(&scope).await?);
            let counts = judged.by_detector.values();
            let (right, of) = counts
                .clone()
                .fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
            let measured = counts.filter(|(_, of)| is_enough(*of)).count();
            Ok(JudgedView {
                right,
                judged: of,
                precision: precision_view(precision_of(right, of)),
                measured,
            })
        };
        let none = |_: &JudgedView| Vec::new();
        self.reading(Operation::FINDINGS, "judged", Box::pin(work), none)
            .await
    }
}

/// The precision on the user's own labels; untested below thirty.
pub(crate) fn precision_of(right: u32, of: u32) -> Confidence {
    if is_enough(of) {
        insights::inference::wilson(right, of)
    } else {
        Confidence::Untested
    }
}
