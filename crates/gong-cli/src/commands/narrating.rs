//! `summary`, `brief`.

use gong_app::{BriefRequest, Error, Model, SummaryRequest};

use super::Context;
use crate::arguments::{BriefArgs, BriefCommand, SummaryArgs};
use crate::{output, tables};

pub(crate) async fn summary(context: &Context, arguments: SummaryArgs) -> Result<(), Error> {
    let mut request = SummaryRequest::new(arguments.call);
    request.prose_for = arguments.prose.then_some(arguments.audience);
    request.include_private = arguments.include_private;
    let view = context.app()?.summary(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::summary)
}

pub(crate) async fn brief(context: &Context, arguments: BriefArgs) -> Result<(), Error> {
    let request = match arguments.command {
        BriefCommand::Account {
            account,
            without_model,
        } => BriefRequest::Account(account, model(without_model)),
        BriefCommand::Deal {
            deal,
            without_model,
        } => BriefRequest::Deal(deal, model(without_model)),
    };
    let view = context.app()?.brief(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::brief)
}

/// Whether a configured model is asked.
pub(super) fn model(without: bool) -> Model {
    if without {
        Model::Unasked
    } else {
        Model::IfConfigured
    }
}
