//! The tasks of an evaluation that look into calls: the product's own way, written for a scorer.
//!
//! Each is what `insights`, `insights stats` and `trackers test` compute, call by call, in a
//! temporary archive without an index.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use access::{Operation, Scope};
use call_archive::Archive;
use conversation::{CallId, SentenceRef};
use insights::highlights::highlights;
use insights::statistics::{Breaks, Statistics};
use insights::summary::Summary;
use insights::{Finding, Kind, Owner, StepStatus, Value, entities, risk};
use serde::Serialize;

use crate::app::App;
use crate::findings::{Detectors, Found, Made, compute, newest, summary_text};
use crate::views::EvalView;
use crate::{Error, ErrorKind, Stage, Step};

use super::lines::{
    ActLine, EntityLine, HighlightsLine, HitLine, OutcomeLine, PlaceLine, SalesLine, SpeakerLine,
    StatsLine, SummaryLine, SummaryQueryLine, TrackerFileLine, TrackerLine, read_lines,
};
use super::workplace::Workplace;
use super::{EvalRequest, usage, write_run};

/// The tasks that look into calls.
pub(super) const TASKS: [&str; 9] = [
    "summary",
    "highlights",
    "questions",
    "trackers",
    "entities",
    "stats",
    "acts",
    "outcome",
    "sales",
];

/// How many highlights a call gets.
const HIGHLIGHTS: usize = 100;

impl App {
    /// Runs a task that looks into calls.
    pub(super) async fn eval_calls(
        &self,
        task: &'static str,
        request: &EvalRequest,
    ) -> Result<EvalView, Error> {
        let started = Instant::now();
        let place = Workplace::temporary()?;
        let app = self.with_data_in(place.path());
        let imported = app.import_words(&request.calls).await?;
        if let Some(problem) = imported.problem {
            return Err(problem);
        }
        if let Some(file) = &request.competitors {
            app.watch_competitors(file).await?;
        }
        let import_seconds = started.elapsed().as_secs_f64();

        let started = Instant::now();
        let archive = Arc::clone(app.archive().await?);
        let scope = self.scope_of(Operation::TRANSCRIPT, false)?;
        let trackers: Vec<TrackerFileLine> = match (&request.trackers, task) {
            (Some(file), "trackers") => read_lines(file).await?,
            (None, "trackers") => return Err(usage("the task trackers needs --trackers")),
            _ => Vec::new(),
        };
        let lines: Vec<TrackerLine> = trackers.iter().map(TrackerFileLine::tracker).collect();
        let detectors: Detectors = match task {
            "trackers" => {
                let made = app.trackers(archive.as_ref(), &scope, &lines, &[]).await?;
                Arc::new(made.into_iter().map(Made::detector).collect())
            }
            // These are no findings: no detector has to run for them.
            "entities" | "highlights" | "stats" => Arc::new(Vec::new()),
            "questions" => {
                let mut asks = insights::detectors(&insights::Watched::default());
                asks.retain(|detector| detector.spec().id == "questions");
                Arc::new(asks)
            }
            _ => app.detectors(archive.as_ref(), &scope).await?,
        };
        let wanted = summaries(task, request).await?;
        let mut ids = newest(archive.as_ref(), &scope, usize::MAX).await?;
        ids.sort();
        let mut run = String::new();
        for (id, done) in ids.iter().zip(1..) {
            if app.shared.stop.is_cancelled() {
                return Err(Error::new(ErrorKind::Cancelled, "stopped on request"));
            }
            if task == "trackers" {
                app.hits(&archive, &scope, id, &detectors, &trackers, &mut run)
                    .await?;
            } else {
                match app.found(&archive, &scope, id, &detectors).await {
                    Err(error) if error.kind() == ErrorKind::TryLater => {}
                    other => write(task, &other?, &wanted, &mut run)?,
                }
            }
            app.listener().step(Step {
                stage: Stage::Queries,
                done,
                total: Some(ids.len() as u64),
            });
        }
        write_run(&request.out, run).await?;
        Ok(EvalView {
            task,
            calls: imported.view.calls,
            passages: 0,
            queries: ids.len() as u64,
            out: request.out.display().to_string(),
            index_seconds: import_seconds,
            query_seconds: started.elapsed().as_secs_f64(),
        })
    }

    /// What trackers find in a call.
    async fn hits(
        &self,
        archive: &Arc<dyn Archive>,
        scope: &Scope,
        id: &CallId,
        detectors: &Detectors,
        trackers: &[TrackerFileLine],
        run: &mut String,
    ) -> Result<(), Error> {
        let studied = match self.studied(archive.as_ref(), scope, id, detectors).await {
            Err(error) if error.kind() == ErrorKind::TryLater => return Ok(()),
            other => other?,
        };
        let which = (0..detectors.len()).collect();
        let key = archive.hash_key().await?;
        let (_, runs) = compute(studied, Arc::clone(detectors), which, &key).await?;
        for (tracker, found) in trackers.iter().zip(runs) {
            for at in found.findings.iter().filter_map(|row| row.places.first()) {
                let tracker_id = &tracker.tracker_id;
                add(run, &HitLine::new(tracker_id, place(id, *at)))?;
            }
        }
        Ok(())
    }
}

/// The summaries that are asked for, by call.
async fn summaries(
    task: &str,
    request: &EvalRequest,
) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if task == "summary" {
        let file = request
            .summaries
            .as_deref()
            .ok_or_else(|| usage("the task summary needs --summaries"))?;
        let lines: Vec<SummaryQueryLine> = read_lines(file).await?;
        for line in lines {
            wanted
                .entry(line.call_id)
                .or_default()
                .push(line.summary_id);
        }
    }
    Ok(wanted)
}

fn write(
    task: &str,
    found: &Found,
    wanted: &BTreeMap<String, Vec<String>>,
    run: &mut String,
) -> Result<(), Error> {
    let call = found.studied.view();
    let id = call.id().clone();
    let findings: Vec<Finding> = found.findings.iter().map(|(one, _)| one.clone()).collect();
    match task {
        "questions" => {
            for (at, _) in places(&findings, |one| one.kind() == Kind::Question) {
                add(run, &place(&id, at))?;
            }
        }
        "sales" => {
            let mut best: Vec<&Finding> = findings.iter().collect();
            best.sort_by(|a, b| b.score().total_cmp(&a.score()));
            for one in best {
                if let (Some(at), Some(line)) = (first(one), sales(one.value())) {
                    add(run, &line.at(place(&id, at)))?;
                }
            }
        }
        "acts" => {
            for (at, label) in findings
                .iter()
                .filter_map(|one| Some((first(one)?, act(one)?)))
            {
                let place = place(&id, at);
                add(run, &ActLine { place, label })?;
            }
        }
        "outcome" => add(
            run,
            &OutcomeLine {
                call_id: id.as_str(),
                risk: risk(&call, &findings),
            },
        )?,
        "entities" => {
            let mut seen = std::collections::BTreeSet::new();
            for entity in entities(&call) {
                let line = call.lines().get(entity.line);
                if let Some(line) = line.filter(|line| seen.insert((line.at, entity.kind))) {
                    let place = place(&id, line.at);
                    let kind = entity.kind.as_str();
                    add(run, &EntityLine { place, kind })?;
                }
            }
        }
        "highlights" => {
            let utterances = highlights(&call, HIGHLIGHTS);
            let utterances = utterances.iter().map(|one| one.utterance).collect();
            let call_id = id.as_str();
            add(
                run,
                &HighlightsLine {
                    call_id,
                    utterances,
                },
            )?;
        }
        "summary" => {
            let text = summary_text(&call, &Summary::of(&call, &findings));
            for summary_id in wanted.get(id.as_str()).into_iter().flatten() {
                let text = &text;
                add(run, &SummaryLine { summary_id, text })?;
            }
        }
        _ => {
            let statistics = Statistics::of(&call, Breaks::Tolerant, &findings);
            let speakers = statistics.speakers.iter().filter_map(|voice| {
                let party = call.call().party(voice.party.as_ref()?)?;
                Some(SpeakerLine {
                    speaker_id: party.speaker.as_ref()?.as_str(),
                    talk_ms: u64::try_from(voice.speech.as_millis()).unwrap_or(u64::MAX),
                    talk_ratio: voice.talk_ratio.unwrap_or_default(),
                    questions: voice.questions,
                })
            });
            let speakers = speakers.collect();
            let call_id = id.as_str();
            add(run, &StatsLine { call_id, speakers })?;
        }
    }
    Ok(())
}

fn places<'f>(
    findings: &'f [Finding],
    is_wanted: impl Fn(&Finding) -> bool + 'f,
) -> impl Iterator<Item = (SentenceRef, &'f Finding)> {
    findings
        .iter()
        .filter(move |one| is_wanted(one))
        .filter_map(|one| Some((first(one)?, one)))
}

fn first(finding: &Finding) -> Option<SentenceRef> {
    finding.evidence().place().map(|cited| cited.sentence)
}

fn place(call: &CallId, at: SentenceRef) -> PlaceLine {
    PlaceLine {
        call_id: call.to_string(),
        utterance: at.utterance,
        sentence: at.sentence,
    }
}

/// An objection, a commitment (an accepted step or a buying signal) or an ask (a step that we
/// proposed).
fn act(finding: &Finding) -> Option<&'static str> {
    match finding.value() {
        Value::Objection(_) => Some("objection"),
        Value::BuyingSignal
        | Value::NextStep {
            status: StepStatus::Accepted,
            ..
        } => Some("commitment"),
        Value::NextStep {
            owner: Owner::Ours | Owner::Both,
            status: StepStatus::Proposed,
            ..
        } => Some("ask"),
        _ => None,
    }
}

fn sales(value: &Value) -> Option<SalesLine> {
    let mut line = SalesLine::new(value.kind().as_str());
    match value {
        Value::Question(form) => line.value = Some(form.to_string()),
        Value::Objection(kind) => line.value = Some(kind.to_string()),
        Value::RedFlag(kind) => line.value = Some(kind.to_string()),
        Value::Competitor { name, stance } => {
            line.value = Some(name.clone());
            line.stance = Some(stance.as_str());
        }
        Value::NextStep { owner, status, due } => {
            // A step that was taken back is none.
            if *status == StepStatus::Declined {
                return None;
            }
            line.owner = Some(owner.as_str());
            line.due = due.map(|due| due.to_string());
        }
        Value::Pricing | Value::Pain | Value::Process | Value::BuyingSignal => {}
        _ => return None,
    }
    Some(line)
}

fn add(run: &mut String, line: &impl Serialize) -> Result<(), Error> {
    let line = serde_json::to_string(line).map_err(|error| {
        Error::new(ErrorKind::Failed, "a line could not be written").caused_by(error)
    })?;
    run.push_str(&line);
    run.push('\n');
    Ok(())
}
