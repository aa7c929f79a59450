//! `search`, `show`, `eval`.

use gong_app::{Error, EvalMode, EvalRequest, SearchRequest};

use super::{Context, absolute};
use crate::arguments::{EvalArgs, Mode, SearchArgs, ShowArgs};
use crate::{output, tables};

pub(crate) async fn search(context: &Context, arguments: SearchArgs) -> Result<(), Error> {
    let mut request = SearchRequest::new(arguments.question.join(" "));
    request.limit = arguments.limit;
    let filters = &mut request.filters;
    filters.from = arguments.from;
    filters.to = arguments.to;
    filters.accounts = arguments.account;
    filters.reps = arguments.rep;
    filters.side = arguments.side;
    filters.calls = arguments.call;
    filters.include_private = arguments.include_private;
    let view = context.app()?.search(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::search)
}

pub(crate) async fn show(context: &Context, arguments: &ShowArgs) -> Result<(), Error> {
    let view = context
        .app()?
        .show(&arguments.call, arguments.include_private)
        .await?;
    output::answer(context.format, &view, tables::call)
}

pub(crate) async fn eval(context: &Context, arguments: EvalArgs) -> Result<(), Error> {
    let calls = absolute(&arguments.calls)?;
    let mut request = EvalRequest::new(arguments.task, calls, absolute(&arguments.out)?);
    request.queries = arguments.queries.as_deref().map(absolute).transpose()?;
    request.mode = match arguments.mode {
        Mode::Within => EvalMode::Within,
        Mode::Corpus => EvalMode::Corpus,
    };
    let view = context.app()?.eval(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::eval)
}
