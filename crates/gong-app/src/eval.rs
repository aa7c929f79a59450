//! `eval`: the product's own way over a folder of calls, written down for a scorer.
//!
//! The calls are imported into a temporary archive and index, or into a folder kept for the next
//! run, never into the user's; each question goes the way that `search` goes, with the same
//! defaults; the other tasks go the way of `insights`.
//! Nothing is opened but the folder, the files named and the model's cache.

mod ask;
pub(crate) mod lines;
mod report;
mod tasks;
mod workplace;

pub(crate) use report::wanted;

use std::path::{Path, PathBuf};
use std::time::Instant;

use access::{Operation, Scope};

use crate::app::App;
use crate::search::{Ranker, SearchFilters, SearchMode, Understood};
use crate::views::EvalView;
use crate::{Error, ErrorKind, Stage, Step, StoreName};

use lines::{QueryLine, ResultLine, RunLine};
use workplace::Workplace;

/// How many ranked results a question gets.
const RESULTS: usize = 50;

/// What a question may find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "one call or all is the meaning")]
pub enum EvalMode {
    /// Passages of the call that the question names.
    Within,
    /// Passages of any call; the call that a question names is ignored.
    Corpus,
}

/// An evaluation run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EvalRequest {
    /// The task.
    pub task: String,
    /// A folder of Gong-shaped calls.
    pub calls: PathBuf,
    /// Where the run is written.
    pub out: PathBuf,
    /// The questions, one JSON object a line.
    pub queries: Option<PathBuf>,
    /// What a question may find.
    pub mode: EvalMode,
    /// The trackers of the task `trackers`.
    pub trackers: Option<PathBuf>,
    /// The summaries that the task `summary` is asked for.
    pub summaries: Option<PathBuf>,
    /// The competitors to watch.
    pub competitors: Option<PathBuf>,
    /// The folder that keeps archive and index of the task `search` for the next run over the same
    /// calls.
    pub keep: Option<PathBuf>,
    /// Whether the task `ask` gives an answer whatever is found.
    pub always: bool,
}

impl EvalRequest {
    /// A run within calls.
    pub fn new(
        task: impl Into<String>,
        calls: impl Into<PathBuf>,
        out: impl Into<PathBuf>,
    ) -> Self {
        Self {
            task: task.into(),
            calls: calls.into(),
            out: out.into(),
            queries: None,
            mode: EvalMode::Within,
            trackers: None,
            summaries: None,
            competitors: None,
            keep: None,
            always: false,
        }
    }
}

impl App {
    /// Runs a task and writes what it gave.
    pub async fn eval(&self, request: &EvalRequest) -> Result<EvalView, Error> {
        // Reading a folder of this machine is what an import does.
        self.permit(Operation::IMPORT).await?;
        if let Some(task) = tasks::TASKS.iter().find(|task| **task == request.task) {
            return self.eval_calls(task, request).await;
        }
        match request.task.as_str() {
            "search" => self.eval_search(request).await,
            "topics" => Err(usage("the task topics is not shipped")
                .hint("no segmenter was shown to beat the plain ones, so none is offered")),
            "ask" => self.eval_ask(request).await,
            _ => Err(usage("there is no such task").hint(format!(
                "tasks are search, ask, {}; report shows your own labels",
                tasks::TASKS.join(", ")
            ))),
        }
    }

    async fn eval_search(&self, request: &EvalRequest) -> Result<EvalView, Error> {
        let file = request
            .queries
            .as_deref()
            .ok_or_else(|| usage("the task search needs --queries"))?;
        let queries = read_queries(file, request.mode).await?;

        let started = Instant::now();
        let place = Workplace::open(request.keep.as_deref(), &request.calls)?;
        let app = self.with_data_in(place.path());
        let imported = app.import(&request.calls).await?;
        if let Some(problem) = imported.problem {
            return Err(problem);
        }
        let index_seconds = started.elapsed().as_secs_f64();

        let started = Instant::now();
        let ranker = app.ranker().await?;
        let scope = app.scope_of(Operation::SEARCH, false)?;
        let mut run = String::new();
        for (query, done) in queries.iter().zip(1..) {
            if self.shared.stop.is_cancelled() {
                return Err(Error::new(ErrorKind::Cancelled, "stopped on request"));
            }
            run.push_str(&answered(&ranker, scope.clone(), query, request.mode).await?);
            run.push('\n');
            self.listener().step(Step {
                stage: Stage::Queries,
                done,
                total: Some(queries.len() as u64),
            });
        }
        write_run(&request.out, run).await?;
        Ok(EvalView {
            task: "search",
            calls: imported.view.calls,
            passages: imported.view.index.passages,
            queries: queries.len() as u64,
            out: request.out.display().to_string(),
            index_seconds,
            query_seconds: started.elapsed().as_secs_f64(),
        })
    }

    /// The same configuration with its data elsewhere.
    fn with_data_in(&self, folder: &Path) -> Self {
        let mut config = self.config().clone();
        config.settings.data.dir = Some(folder.to_owned());
        config.settings.archive.url = None;
        config.settings.archive.url_file = None;
        config.settings.memory.store = StoreName::Embedded;
        let shared = &self.shared;
        Self::wired(
            config,
            shared.now,
            std::sync::Arc::new(StepsOnly(std::sync::Arc::clone(&shared.listener))),
            shared.stop.clone(),
        )
    }
}

/// Passes on how far it is; a note about the key of a temporary archive would only mislead.
struct StepsOnly(std::sync::Arc<dyn crate::Listener>);

impl crate::Listener for StepsOnly {
    fn step(&self, step: Step) {
        self.0.step(step);
    }

    fn note(&self, note: &str) {
        tracing::debug!(note, "note about a temporary archive");
    }
}

async fn answered(
    ranker: &Ranker,
    scope: Scope,
    query: &QueryLine,
    mode: EvalMode,
) -> Result<String, Error> {
    let mut filters = SearchFilters::default();
    if let (EvalMode::Within, Some(call)) = (mode, &query.call_id) {
        filters.calls.push(call.clone());
    }
    let narrowed = filters.narrowed(ranker.archive(), scope).await?;
    let mut understood = Understood::of(&query.query, &filters, ranker.now());
    let ranked = ranker
        .rank_understood(SearchMode::Hybrid, &mut understood, narrowed.filter)
        .await?;
    let results = ranked.hits.iter().take(RESULTS).map(|hit| ResultLine {
        call_id: hit.place.call.as_str(),
        utterance_start: hit.place.first.utterance,
        utterance_end: hit.place.last.utterance,
        score: hit.score,
    });
    let line = RunLine {
        query_id: &query.query_id,
        results: results.collect(),
    };
    serde_json::to_string(&line).map_err(|error| {
        Error::new(ErrorKind::Failed, "a line could not be written").caused_by(error)
    })
}

async fn read_queries(file: &Path, mode: EvalMode) -> Result<Vec<QueryLine>, Error> {
    let text = tokio::fs::read_to_string(file).await.map_err(|error| {
        let what = format!("cannot read {}", file.display());
        Error::new(ErrorKind::Usage, what).caused_by(error)
    })?;
    let lines = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(line, number)| {
            let wrong = |what: &str| {
                let what = format!("line {number} of {} {what}", file.display());
                Error::new(ErrorKind::Usage, what)
            };
            let query: QueryLine = serde_json::from_str(line)
                .map_err(|error| wrong("is no query").caused_by(error))?;
            if mode == EvalMode::Within && query.call_id.is_none() {
                return Err(wrong("names no call").hint("--mode corpus asks all calls"));
            }
            Ok(query)
        })
        .collect()
}

fn usage(what: &str) -> Error {
    Error::new(ErrorKind::Usage, what)
}

async fn write_run(out: &Path, run: String) -> Result<(), Error> {
    tokio::fs::write(out, run).await.map_err(|error| {
        let what = format!("cannot write {}", out.display());
        Error::new(ErrorKind::Failed, what).caused_by(error)
    })
}
