//! How much detectors find, beside what is said by them.

use std::collections::BTreeSet;

use access::Scope;
use call_archive::{Archive, Label};
use conversation::{CallId, SentenceRef};
use insights::Confidence;
use insights::deals::Recalled;
use insights::inference::wilson;

use crate::Error;
use crate::eval::wanted;
use crate::findings::is_enough;
use crate::numbers::Figured;
use crate::views::RecallView;

/// Where a figure comes from that the user's labels do not allow.
const ON_DEV: &str = "invented dev calls, models of another world: docs/quality.md";

/// What stands for the user's own calls.
const OWN: &str = "your labels";

/// How much the detectors find that warnings rest on.
#[derive(Clone)]
pub(crate) struct Recalls {
    views: Vec<RecallView>,
}

impl Recalls {
    /// By the user's labels where there are enough, with what is found today; no call is read for it.
    pub(crate) async fn of(
        archive: &dyn Archive,
        scope: &Scope,
        figures: &[Figured],
    ) -> Result<Self, Error> {
        let labels = archive.labels(scope).await?;
        let views = Recalled::ALL.iter().map(|one| view(one, &labels, figures));
        Ok(Self {
            views: views.collect(),
        })
    }

    /// That of a detector.
    pub(super) fn view(&self, of: Recalled) -> Option<RecallView> {
        let mut views = self.views.iter();
        views.find(|view| view.detector == of.detector).cloned()
    }
}

fn view(one: &Recalled, labels: &[Label], figures: &[Figured]) -> RecallView {
    let wanted = wanted(labels, one.detector);
    let calls: BTreeSet<&CallId> = wanted.iter().map(|label| &label.call).collect();
    let mut found: BTreeSet<(&CallId, SentenceRef)> = BTreeSet::new();
    for figured in figures {
        let numbers = &figured.numbers;
        let remarks = numbers.talk.iter().flat_map(|talk| &talk.remarks);
        let of_kind = remarks.filter(|remark| remark.kind == one.kind.as_str());
        if calls.contains(&numbers.call) {
            found.extend(of_kind.map(|remark| (&numbers.call, remark.place.at)));
        }
    }
    let is_found = |label: &&&Label| {
        let place = label.place.map(|place| (&label.call, place));
        place.is_some_and(|place| found.contains(&place))
    };
    let count = |labels: usize| u32::try_from(labels).unwrap_or(u32::MAX);
    let (found, of) = (
        count(wanted.iter().filter(is_found).count()),
        count(wanted.len()),
    );
    match wilson(found, of) {
        Confidence::Precision { p, lo, hi, .. } if is_enough(of) => RecallView {
            detector: one.detector,
            recall: p,
            interval: Some([lo, hi]),
            of: Some(of),
            source: OWN,
        },
        _ => RecallView {
            detector: one.detector,
            recall: one.on_dev,
            interval: None,
            of: None,
            source: ON_DEV,
        },
    }
}
