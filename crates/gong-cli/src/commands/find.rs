//! `search`, `ask`, `show`, `eval`.

use std::path::Path;

use gong_app::{AskRequest, Error, ErrorKind, EvalMode, EvalRequest, SearchFilters, SearchRequest};

use super::narrating::model;
use super::{Context, absolute};
use crate::arguments::{AskArgs, EvalArgs, FindArgs, Mode, SearchArgs, ShowArgs};
use crate::{output, tables};

pub(crate) async fn search(context: &Context, arguments: FindArgs) -> Result<(), Error> {
    let mut request = SearchRequest::new(arguments.about.question.join(" "));
    request.explain = arguments.explain;
    request.limit = arguments.about.limit;
    request.filters = filters(arguments.about);
    let view = context.app()?.search(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::search)
}

pub(crate) async fn ask(context: &Context, arguments: AskArgs) -> Result<(), Error> {
    let mut request = AskRequest::new(arguments.about.question.join(" "));
    request.always = arguments.always;
    request.model = model(arguments.without_model);
    request.most = arguments.about.limit;
    request.filters = filters(arguments.about);
    let view = context.app()?.ask(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::ask)
}

fn filters(arguments: SearchArgs) -> SearchFilters {
    let mut filters = SearchFilters::default();
    filters.from = arguments.from;
    filters.to = arguments.to;
    filters.accounts = arguments.account;
    filters.reps = arguments.rep;
    filters.side = arguments.side;
    filters.calls = arguments.call;
    filters.deals = arguments.deal;
    filters.include_private = arguments.include_private;
    filters
}

pub(crate) async fn show(context: &Context, arguments: &ShowArgs) -> Result<(), Error> {
    let view = context
        .app()?
        .show(&arguments.call, arguments.include_private)
        .await?;
    output::answer(context.format, &view, tables::call)
}

pub(crate) async fn eval(context: &Context, arguments: EvalArgs) -> Result<(), Error> {
    if arguments.task == "report" {
        let view = context.app()?.eval_report().await?;
        return output::answer(context.format, &view, |rows| tables::report(rows));
    }
    let needed = |path: Option<&Path>, flag: &str| match path {
        Some(path) => absolute(path),
        None => Err(Error::new(ErrorKind::Usage, format!("eval needs {flag}"))),
    };
    let calls = needed(arguments.calls.as_deref(), "--calls DIR")?;
    let out = needed(arguments.out.as_deref(), "--out RUN.jsonl")?;
    let mut request = EvalRequest::new(arguments.task, calls, out);
    request.trackers = arguments.trackers.as_deref().map(absolute).transpose()?;
    request.summaries = arguments.summaries.as_deref().map(absolute).transpose()?;
    request.competitors = arguments.competitors.as_deref().map(absolute).transpose()?;
    request.keep = arguments.keep.as_deref().map(absolute).transpose()?;
    request.always = arguments.always;
    request.queries = arguments.queries.as_deref().map(absolute).transpose()?;
    request.mode = match arguments.mode {
        Mode::Within => EvalMode::Within,
        Mode::Corpus => EvalMode::Corpus,
    };
    let view = context.app()?.eval(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::eval)
}
