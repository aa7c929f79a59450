//! How often each detector was right, and how much it finds, by the user's own labels.

use crate::Error;
use crate::app::App;
use crate::findings::{Judged, is_enough, misser};
use crate::views::{ReportView, precision_view};
use access::Operation;
use call_archive::{EXAMPLE, Label, Verdict};
use insights::inference::wilson;

impl App {
    /// Counts the user's labels by detector.
    pub async fn eval_report(&self) -> Result<Vec<ReportView>, Error> {
        let work = async {
            let archive = std::sync::Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::TRANSCRIPT, false)?;
            let labels = archive.labels(&scope).await?;
            let judged = Judged::new(&labels);
            let detectors = self.detectors(archive.as_ref(), &scope).await?;
            let mut ids: Vec<String> = detectors
                .iter()
                .map(|detector| detector.spec().id.clone())
                .collect();
            let about = |label: &Label| misser(label).unwrap_or(&label.detector).to_owned();
            ids.extend(labels.iter().map(about));
            ids.sort();
            ids.dedup();
            let mut rows = Vec::with_capacity(ids.len());
            for detector in ids {
                let (right, of) = judged.count(&detector);
                let wanted = wanted(&labels, &detector);
                let (found, meant) = self.recalled(&archive, &scope, &detectors, &wanted).await?;
                rows.push(ReportView {
                    right,
                    judged: of,
                    precision: precision_view(wilson(right, of)),
                    found,
                    meant,
                    recall: precision_view(wilson(found, meant)),
                    state: if is_enough(of) {
                        "measured"
                    } else {
                        "untested"
                    },
                    detector,
                });
            }
            Ok(rows)
        };
        self.reading(
            Operation::FINDINGS,
            "report",
            Box::pin(work),
            |_: &Vec<ReportView>| Vec::new(),
        )
        .await
    }
}

/// The sentences that a person said a detector should find: its findings that were right, and what it
/// missed. Those that are gone are left out; call by call.
pub(crate) fn wanted<'l>(labels: &'l [Label], detector: &str) -> Vec<&'l Label> {
    let is_meant = |label: &&Label| {
        let is_finding = label.kind != EXAMPLE && label.detector == detector;
        let is_right = is_finding && label.verdict == Verdict::Right;
        label.is_current && (is_right || misser(label) == Some(detector))
    };
    let mut meant: Vec<&Label> = labels.iter().filter(is_meant).collect();
    meant.sort_by(|one, other| (&one.call, one.place).cmp(&(&other.call, other.place)));
    meant.dedup_by(|one, other| one.call == other.call && one.place == other.place);
    meant
}
