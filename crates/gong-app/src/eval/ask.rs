//! The task `ask`: each question goes the way of `gongkit ask`.

use std::num::NonZeroUsize;
use std::time::Instant;

use access::Operation;
use conversation::SentenceRef;

use crate::app::App;
use crate::ask::answer;
use crate::views::{AnswerView, EvalView};
use crate::{AskRequest, Error, ErrorKind, Stage, Step};

use super::lines::{AskLine, PlaceLine, QueryLine};
use super::workplace::Workplace;
use super::{EvalMode, EvalRequest, read_queries, usage, write_run};

/// How many sentences are cited when an answer is given whatever is found.
const ALWAYS: NonZeroUsize = NonZeroUsize::new(3).unwrap();

impl App {
    /// Asks every question of the file.
    pub(super) async fn eval_ask(&self, request: &EvalRequest) -> Result<EvalView, Error> {
        let file = request.queries.as_deref();
        let file = file.ok_or_else(|| usage("the task ask needs --queries"))?;
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
        let mut run = String::new();
        for (query, done) in queries.iter().zip(1..) {
            if self.shared.stop.is_cancelled() {
                return Err(Error::new(ErrorKind::Cancelled, "stopped on request"));
            }
            let scope = app.scope_of(Operation::ASK, false)?;
            let view = answer(&ranker, &asked(query, request), scope).await?.view;
            let line = AskLine {
                query_id: &query.query_id,
                found: view.standing == "answered",
                citations: view.answers.iter().filter_map(cited).collect(),
            };
            let line = serde_json::to_string(&line).map_err(|error| {
                Error::new(ErrorKind::Failed, "a line could not be written").caused_by(error)
            })?;
            run.push_str(&line);
            run.push('\n');
            self.listener().step(Step {
                stage: Stage::Queries,
                done,
                total: Some(queries.len() as u64),
            });
        }
        write_run(&request.out, run).await?;
        Ok(EvalView {
            task: "ask",
            calls: imported.view.calls,
            passages: imported.view.index.passages,
            queries: queries.len() as u64,
            out: request.out.display().to_string(),
            index_seconds,
            query_seconds: started.elapsed().as_secs_f64(),
        })
    }
}

fn asked(query: &QueryLine, request: &EvalRequest) -> AskRequest {
    let mut asked = AskRequest::new(query.query.as_str());
    if let (EvalMode::Within, Some(call)) = (request.mode, &query.call_id) {
        asked.filters.calls.push(call.clone());
    }
    if request.always {
        asked.always = true;
        asked.most = Some(ALWAYS);
    }
    asked
}

fn cited(answer: &AnswerView) -> Option<PlaceLine> {
    let place: SentenceRef = answer.quote.citation.sentence.parse().ok()?;
    Some(PlaceLine {
        call_id: answer.call_id.clone(),
        utterance: place.utterance,
        sentence: place.sentence,
    })
}
