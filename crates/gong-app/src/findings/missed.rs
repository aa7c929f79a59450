//! What a person says was missed: a sentence that a detector should have found.
//!
//! It is kept as an example of what that detector misses, follows its sentence like every label,
//! counts against recall until the detector finds it, and teaches a smart tracker.

use std::sync::Arc;

use access::{Operation, Scope};
use call_archive::{About, Archive, EXAMPLE, Example, Label, Verdict};
use conversation::{CallId, SentenceRef};

use crate::app::App;
use crate::views::MissedView;
use crate::{Error, ErrorKind};

use super::trackers::example_id;
use super::{Detectors, not_found};

/// Before the id of a detector: what it missed.
const MISSED: &str = "missed:";

/// The name under which it is kept what a detector missed.
pub(super) fn missed_by(detector: &str) -> String {
    format!("{MISSED}{detector}")
}

/// The detector that missed what a label names; `None` for other labels.
pub(crate) fn misser(label: &Label) -> Option<&str> {
    let is_example = label.kind == EXAMPLE;
    let detector = label.detector.strip_prefix(MISSED);
    detector.filter(|_| is_example)
}

impl App {
    /// Keeps that a detector missed a sentence.
    pub async fn missed(
        &self,
        call: &str,
        sentence: &str,
        detector: &str,
        include_private: bool,
    ) -> Result<MissedView, Error> {
        self.permit(Operation::FINDINGS_LABEL).await?;
        self.existing_archive().await?;
        let calls: Vec<CallId> = CallId::new(call).into_iter().collect();
        let work = async {
            let id = CallId::new(call).map_err(|_| not_found())?;
            let place: SentenceRef = sentence.parse().map_err(|error| {
                Error::new(ErrorKind::Usage, "this names no sentence")
                    .caused_by(error)
                    .hint("a sentence is written 12.3, as `gongkit insights CALL` shows it")
            })?;
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::TRANSCRIPT, include_private)?;
            let detectors = self.detectors(archive.as_ref(), &scope).await?;
            let detector = known(&detectors, detector)?;
            let words = self.words_of(archive.as_ref(), &scope, &id).await?;
            if words.view().index_of(place).is_none() {
                return Err(Error::new(
                    ErrorKind::NotFound,
                    "the call has no such sentence",
                ));
            }
            let kept_for = missed_by(&detector);
            let key = archive.hash_key().await?;
            let about = About::Example(Example {
                id: example_id(&key, &kept_for, &id, place),
                detector: kept_for,
                call: id,
                place,
            });
            if !archive
                .label(&scope, &about, Verdict::Right, self.now())
                .await?
            {
                return Err(not_found());
            }
            let labels = archive.labels(&scope).await?;
            let same = labels
                .iter()
                .filter(|label| misser(label) == Some(detector.as_str()));
            Ok(MissedView {
                missed: same.count(),
                detector,
                call: call.to_owned(),
                sentence: place.to_string(),
            })
        };
        self.doing_to(
            Operation::FINDINGS_LABEL,
            &calls,
            &format!("{call} {sentence} missed {detector} {include_private}"),
            Box::pin(work),
            |_: &MissedView| "ok",
        )
        .await
    }

    /// Of the sentences that people said a detector should find, how many it finds today, and of how
    /// many; those whose words are gone do not count.
    pub(crate) async fn recalled(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        detectors: &Detectors,
        wanted: &[&Label],
    ) -> Result<(u32, u32), Error> {
        let (mut found, mut of) = (0, 0);
        for of_call in wanted.chunk_by(|one, next| one.call == next.call) {
            let Some(first) = of_call.first() else {
                continue;
            };
            let known = match self.found(archive, scope, &first.call, detectors).await {
                Err(error) if error.kind() == ErrorKind::TryLater => continue,
                other => other?,
            };
            for label in of_call {
                let detector = misser(label).unwrap_or(&label.detector);
                let is_there = known.findings.iter().any(|(finding, _)| {
                    let place = finding.evidence().place().map(|cited| cited.sentence);
                    finding.provenance().detector == detector && place == label.place
                });
                found += u32::from(is_there);
                of += 1;
            }
        }
        Ok((found, of))
    }
}

/// The id of a detector that runs; a saved tracker may be named by its id.
fn known(detectors: &Detectors, detector: &str) -> Result<String, Error> {
    let mut ids = detectors.iter().map(|one| one.spec().id.clone());
    ids.find(|id| id == detector).ok_or_else(|| {
        Error::new(ErrorKind::Usage, "there is no such detector")
            .hint("`gongkit eval report` lists them")
    })
}
