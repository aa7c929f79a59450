//! What was found in a call: detectors run when words or detectors changed, everything else is read.

mod drafting;
mod judged;
mod missed;
mod studied;
mod trackers;
mod watched;

use std::collections::HashSet;
use std::sync::Arc;

use access::{Form, Operation, Permission, Scope, Sight};
use call_archive::{
    About, Archive, CallFindings, DetectorRun, FindingId, FoundRow, HashKey, Verdict,
};
use conversation::CallId;
use insights::statistics::{Breaks, Statistics};
use insights::summary::Summary;
use insights::{
    CallView, Confidence, Detector, Digest, Evidence, Finding, Kind, NonEmpty, Provenance, Value,
    detectors,
};

use crate::app::App;
use crate::views::{
    FindingView, InsightsView, LabelledView, ReplayView, SlotView, StatisticsView, call_line,
    highlight_view, neutral, precision_view,
};
use crate::{Error, ErrorKind};

pub use drafting::TrackerDraft;
pub(crate) use judged::{Judged, precision_of};
pub(crate) use missed::misser;
pub use trackers::TrackerRequest;
pub(crate) use trackers::{Made, newest};

pub(crate) use studied::Studied;

/// From so many judged findings on, a precision is shown.
const ENOUGH_JUDGED: u32 = 30;

/// Detectors as the product runs them.
pub(crate) type Detectors = Arc<Vec<Box<dyn Detector>>>;

/// A call with everything that was found in it.
pub(crate) struct Found {
    pub(crate) studied: Studied,
    pub(crate) findings: Vec<(Finding, FindingId)>,
    /// How many detectors had to run.
    pub(crate) ran: usize,
}

impl App {
    /// Shows what was found in a call; detectors that have not seen these words run first.
    pub async fn insights(&self, call: &str, include_private: bool) -> Result<InsightsView, Error> {
        let work = async {
            let id = CallId::new(call).map_err(|_| not_found())?;
            let archive = Arc::clone(self.existing_archive().await?);
            let sight = self.sight_of(Permission::InsightsRead, include_private)?;
            let scope = sight.facts();
            let detectors = self.detectors(archive.as_ref(), scope).await?;
            let found = self.found(&archive, scope, &id, &detectors).await?;
            self.found_view(archive.as_ref(), &sight, &found).await
        };
        self.reading(
            Operation::ANALYSE_CALL,
            &format!("{call} {include_private}"),
            Box::pin(work),
            |view: &InsightsView| vec![view.call.id.clone()],
        )
        .await
    }

    /// What was found in a call, as far as words may be seen.
    pub(crate) async fn found_view(
        &self,
        archive: &dyn Archive,
        sight: &Sight,
        found: &Found,
    ) -> Result<InsightsView, Error> {
        let judged = Judged::new(&archive.labels(sight.facts()).await?);
        let form = found.studied.form(sight);
        Ok(shown(found, &judged, &archive.hash_key().await?, form))
    }

    /// Runs the detector of a finding once more and compares, byte by byte.
    pub async fn replay(&self, finding: &str, include_private: bool) -> Result<ReplayView, Error> {
        let work = async {
            let id = finding_id(finding)?;
            let archive = Arc::clone(self.existing_archive().await?);
            let sight = self.sight_of(Permission::InsightsRead, include_private)?;
            let scope = sight.facts();
            let key = archive.hash_key().await?;
            let kept = archive.finding(scope, &id).await?;
            let kept = kept.ok_or_else(no_finding)?;
            let run = kept.runs.first().ok_or_else(no_finding)?.clone();
            let detectors = self.detectors(archive.as_ref(), scope).await?;
            let at = detectors
                .iter()
                .position(|detector| detector.spec().id == run.detector);
            let at = at.ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "the detector of this finding is gone")
                    .hint("a tracker that is not saved any more finds nothing")
            })?;
            let studied = self
                .studied(archive.as_ref(), scope, &kept.call, &detectors)
                .await?;
            let form = studied.form(&sight);
            let again = compute(studied, Arc::clone(&detectors), vec![at], &key).await?;
            let (studied, runs) = again;
            let made = runs
                .into_iter()
                .next()
                .map(|mut run| {
                    run.findings.retain(|row| row.id == id);
                    run
                })
                .ok_or_else(no_finding)?;
            let judged = Judged::new(&archive.labels(scope).await?);
            let view = studied.view();
            let shown = |run: &DetectorRun| -> Result<(FindingView, String), Error> {
                let finding = run
                    .findings
                    .first()
                    .and_then(|row| restored(&view, &detectors, run, row, &key))
                    .ok_or_else(|| {
                        Error::new(ErrorKind::Integrity, "the finding is not made again")
                            .hint("its words or its detector changed: run `gongkit insights` again")
                    })?;
                let verdict = judged.verdict(&kept.call, &finding, id, None);
                let shown = finding_view(&view, &finding, id, &judged, verdict, form);
                let bytes = serde_json::to_string(&shown).map_err(unwritable)?;
                Ok((shown, bytes))
            };
            let (first, first_bytes) = shown(&run)?;
            let (_, again_bytes) = shown(&made)?;
            Ok(ReplayView {
                call: call_line(view.call(), form),
                is_same: first_bytes == again_bytes,
                digest: Digest::of([again_bytes.as_bytes()]).to_string(),
                finding: first,
            })
        };
        self.reading(
            Operation::FINDINGS,
            &format!("replay {finding} {include_private}"),
            Box::pin(work),
            |view: &ReplayView| vec![view.call.id.clone()],
        )
        .await
    }

    /// Keeps what a person says about a finding.
    pub async fn label(
        &self,
        finding: &str,
        is_right: bool,
        include_private: bool,
    ) -> Result<LabelledView, Error> {
        self.permit(Operation::FINDINGS_LABEL).await?;
        let archive = Arc::clone(self.existing_archive().await?);
        let scope = self.scope_of(Operation::TRANSCRIPT, include_private);
        let about = match (&scope, FindingId::from_hex(finding)) {
            (Ok(scope), Some(id)) => archive.finding(scope, &id).await?,
            _ => None,
        };
        let calls: Vec<CallId> = about.into_iter().map(|found| found.call).collect();
        let work = async {
            let (id, scope) = (finding_id(finding)?, scope?);
            let verdict = if is_right {
                Verdict::Right
            } else {
                Verdict::Wrong
            };
            let about = About::Finding(id);
            if !archive.label(&scope, &about, verdict, self.now()).await? {
                return Err(no_finding());
            }
            let labels = archive.labels(&scope).await?;
            let judged = Judged::new(&labels);
            let label = labels.iter().find(|label| label.finding == id);
            let (right, of) = label.map_or((0, 0), |label| judged.count(&label.detector));
            Ok(LabelledView {
                finding: id.to_string(),
                verdict: verdict.as_str(),
                right,
                judged: of,
                precision: precision_view(precision_of(right, of)),
            })
        };
        self.doing_to(
            Operation::FINDINGS_LABEL,
            &calls,
            &format!("{finding} {is_right} {include_private}"),
            Box::pin(work),
            |_: &LabelledView| "ok",
        )
        .await
    }

    /// Everything that is found in a call, kept for the next time.
    pub(crate) async fn found(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        id: &CallId,
        detectors: &Detectors,
    ) -> Result<Found, Error> {
        let studied = self.words_of(archive.as_ref(), scope, id).await?;
        let key = archive.hash_key().await?;
        let kept = archive.findings(scope, id).await?;
        let kept = kept.filter(|kept| kept.text_revision == studied.revision());
        let kept = kept.map_or_else(Vec::new, |kept| kept.runs);
        let stale: Vec<usize> = {
            let view = studied.view();
            let is_stale = |detector: &dyn Detector| {
                let spec = detector.spec();
                let space = self.space_of(detector, &view);
                let space = space.as_deref();
                !kept.iter().any(|run| {
                    run.detector == spec.id
                        && run.version == spec.version
                        && run.params == keyed(&key, &spec.params).to_string()
                        && run.model.as_deref() == space
                        && run.input == keyed(&key, &spec.input_in(&view, space)).to_string()
                })
            };
            let all = detectors.iter().enumerate();
            all.filter(|(_, detector)| is_stale(detector.as_ref()))
                .map(|(at, _)| at)
                .collect()
        };
        let ran = stale.len();
        let mut runs = kept;
        let studied = if stale.is_empty() {
            studied
        } else {
            let studied = self.with_vectors(studied, detectors, &stale).await?;
            let (studied, fresh) = compute(studied, Arc::clone(detectors), stale, &key).await?;
            let findings = CallFindings::new(id.clone(), studied.revision(), fresh.clone());
            if !archive.put_findings(findings).await? {
                let what = "the words of the call changed while it was looked at";
                return Err(Error::new(ErrorKind::TryLater, what).hint("run it again"));
            }
            runs.retain(|run| fresh.iter().all(|new| new.detector != run.detector));
            runs.extend(fresh);
            studied
        };
        let findings = {
            let view = studied.view();
            let rows = runs
                .iter()
                .flat_map(|run| run.findings.iter().map(move |row| (run, row)));
            let mut findings: Vec<_> = rows
                .filter_map(|(run, row)| {
                    Some((restored(&view, detectors, run, row, &key)?, row.id))
                })
                .collect();
            findings.sort_by(|(one, _), (other, _)| insights::by_place(one, other));
            findings
        };
        Ok(Found {
            studied,
            findings,
            ran,
        })
    }

    /// The detectors that are shipped and the trackers that are saved.
    pub(crate) async fn detectors(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
    ) -> Result<Detectors, Error> {
        let watched = watched::load(archive).await?;
        let mut all = detectors(&watched);
        all.extend(self.saved_trackers(archive, scope).await?);
        Ok(Arc::new(all))
    }
}

/// Runs detectors on a thread that may be busy.
pub(crate) async fn compute(
    studied: Studied,
    detectors: Detectors,
    which: Vec<usize>,
    key: &HashKey,
) -> Result<(Studied, Vec<DetectorRun>), Error> {
    let key = key.clone();
    let done = tokio::task::spawn_blocking(move || {
        let runs = {
            let view = studied.view();
            let chosen = which.into_iter().filter_map(|at| detectors.get(at));
            let runs = chosen.map(|detector| run(&view, detector.as_ref(), &key));
            runs.collect::<Result<Vec<_>, Error>>()?
        };
        Ok((studied, runs))
    });
    done.await.map_err(|error| {
        Error::new(ErrorKind::Failed, "looking at a call was stopped").caused_by(error)
    })?
}

fn run(view: &CallView<'_>, detector: &dyn Detector, key: &HashKey) -> Result<DetectorRun, Error> {
    let spec = detector.spec();
    let found = detector.run(view).map_err(|error| {
        Error::new(ErrorKind::Failed, "a detector could not run").caused_by(error)
    })?;
    let space = view.space().filter(|_| detector.looks_at_vectors(view));
    let mut run = DetectorRun::new(
        spec.id.clone(),
        spec.version,
        keyed(key, &spec.params).to_string(),
        keyed(key, &spec.input_in(view, space)).to_string(),
    );
    run.model = space.map(str::to_owned);
    let mut seen = HashSet::new();
    for finding in found {
        let id = id_of(key, &finding);
        if !seen.insert(id) {
            continue;
        }
        let places = finding.evidence().citations().map(|cited| cited.sentence);
        let mut row = FoundRow::new(
            id,
            finding.kind().as_str(),
            finding.value().fixed(),
            places.collect(),
        );
        row.name = finding.value().name().map(str::to_owned);
        row.score = finding.score();
        run.findings.push(row);
    }
    Ok(run)
}

/// The keyed form of a fingerprint: from the plain one a guess of a name or of a short call could be
/// confirmed.
pub(crate) fn keyed(key: &HashKey, digest: &Digest) -> Digest {
    Digest::from_bytes(key.fingerprint(&digest.to_string()))
}

/// The name under which a finding is kept.
fn id_of(key: &HashKey, finding: &Finding) -> FindingId {
    FindingId::from_bytes(key.fingerprint(&finding.id().to_string()))
}

/// Makes a finding again from its row; `None` for one of a detector that is gone, or whose
/// sentences are.
fn restored(
    view: &CallView<'_>,
    detectors: &Detectors,
    run: &DetectorRun,
    row: &FoundRow,
    key: &HashKey,
) -> Option<Finding> {
    let detector = detectors
        .iter()
        .find(|detector| detector.spec().id == run.detector)?;
    let value = Value::from_parts(Kind::from_word(&row.kind)?, &row.fixed, row.name.as_deref())?;
    let cited = row.places.iter().map(|at| {
        let line = view.lines().get(view.index_of(*at)?)?;
        Some(view.cite(line))
    });
    let cited = NonEmpty::from_vec(cited.collect::<Option<_>>()?)?;
    let provenance = Provenance::new(
        run.detector.clone(),
        run.version,
        keyed(key, &detector.spec().params),
        keyed(key, &detector.spec().input_in(view, run.model.as_deref())),
        run.model.clone(),
    );
    let finding = Finding::new(value, Evidence::Cited(cited), provenance);
    Some(
        finding
            .scored(row.score)
            .with_confidence(detector.spec().confidence),
    )
}

/// Whether so many labels say something.
pub(crate) const fn is_enough(judged: u32) -> bool {
    judged >= ENOUGH_JUDGED
}

/// The summary as text: what is quoted, each sentence once, without labels, names and times.
pub(crate) fn summary_text(view: &CallView<'_>, summary: &Summary<'_>) -> String {
    let mut texts: Vec<String> = Vec::new();
    let slots = summary.slots.iter().flat_map(|(_, findings)| findings);
    for cited in slots.filter_map(|one| one.evidence().place()) {
        let line = view
            .index_of(cited.sentence)
            .and_then(|at| view.lines().get(at));
        texts.extend(line.map(|line| neutral(line.text)));
    }
    for highlight in &summary.highlights {
        let lines = view
            .lines()
            .get(highlight.lines.clone())
            .unwrap_or_default();
        texts.extend(lines.iter().map(|line| neutral(line.text)));
    }
    let mut seen = HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts.join(" ")
}

fn shown(found: &Found, judged: &Judged, key: &HashKey, form: Form) -> InsightsView {
    let view = found.studied.view();
    let plain: Vec<Finding> = found
        .findings
        .iter()
        .map(|(finding, _)| finding.clone())
        .collect();
    let known: HashSet<FindingId> = found.findings.iter().map(|(_, id)| *id).collect();
    let summary = Summary::of(&view, &plain);
    let statistics = Statistics::of(&view, Breaks::Tolerant, &plain);
    InsightsView {
        call: call_line(view.call(), form),
        detectors_run: found.ran,
        slots: summary
            .slots
            .iter()
            .map(|(slot, findings)| SlotView {
                slot: slot.as_str(),
                findings: findings
                    .iter()
                    .map(|one| id_of(key, one).to_string())
                    .collect(),
            })
            .collect(),
        highlights: form
            .words(|| {
                let highlights = summary.highlights.iter();
                let shown = highlights.map(|highlight| highlight_view(&view, highlight));
                shown.collect()
            })
            .unwrap_or_default(),
        findings: found
            .findings
            .iter()
            .map(|(finding, id)| {
                let verdict = judged.verdict(&view.call().id, finding, *id, Some(&known));
                finding_view(&view, finding, *id, judged, verdict, form)
            })
            .collect(),
        statistics: StatisticsView::new(&view, &statistics, form),
    }
}

fn finding_view(
    view: &CallView<'_>,
    finding: &Finding,
    id: FindingId,
    judged: &Judged,
    verdict: Option<Verdict>,
    form: Form,
) -> FindingView {
    let (right, of) = judged.count(&finding.provenance().detector);
    let own = precision_of(right, of);
    let precision = match own {
        Confidence::Untested => finding.confidence(),
        own @ Confidence::Precision { .. } => own,
    };
    let verdict = verdict.map(Verdict::as_str);
    FindingView::new(
        (view, form),
        finding,
        id.to_string(),
        verdict,
        precision,
        of,
    )
}

fn finding_id(text: &str) -> Result<FindingId, Error> {
    FindingId::from_hex(text).ok_or_else(no_finding)
}

fn no_finding() -> Error {
    Error::new(ErrorKind::NotFound, "there is no such finding")
        .hint("ids of findings stand in the answer of `gongkit insights CALL`")
}

pub(crate) fn not_found() -> Error {
    Error::new(ErrorKind::NotFound, "there is no such call in the archive").hint(
        "ids of calls stand in every answer of `gongkit search`; private calls need \
         --include-private",
    )
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Failed, "a finding could not be written").caused_by(error)
}
