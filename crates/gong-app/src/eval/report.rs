//! How often each detector was right, by the user's own labels.

use crate::Error;
use crate::app::App;
use crate::findings::{Judged, is_enough};
use crate::views::{ReportView, precision_view};
use access::Operation;

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
            ids.extend(labels.iter().map(|label| label.detector.clone()));
            ids.sort();
            ids.dedup();
            let rows = ids.into_iter().map(|detector| {
                let (right, of) = judged.count(&detector);
                ReportView {
                    detector,
                    right,
                    judged: of,
                    precision: precision_view(insights::inference::wilson(right, of)),
                    state: if is_enough(of) {
                        "measured"
                    } else {
                        "untested"
                    },
                }
            });
            Ok(rows.collect())
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
