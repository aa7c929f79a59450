//! `deals risk`, `pipeline`, `forecast`, `competitors`, `coach`.

use gong_app::{CoachRequest, CompetitorsRequest, Error, OutlookRequest, RiskRequest, Why};

use super::Context;
use crate::arguments::{CoachArgs, CompetitorsArgs, OutlookArgs, RiskArgs};
use crate::{output, tables};

pub(crate) async fn risk(context: &Context, arguments: RiskArgs) -> Result<(), Error> {
    let mut request = RiskRequest::default();
    request.deal = arguments.deal;
    request.as_of = arguments.as_of;
    request.why = why(arguments.why);
    if arguments.each_call {
        let view = context.app()?.risk_at_calls(&request).await?;
        context.bars.clear();
        return output::answer(context.format, &view, tables::risk_history);
    }
    let view = context.app()?.risk(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::risks)
}

pub(crate) async fn pipeline(context: &Context, arguments: OutlookArgs) -> Result<(), Error> {
    let view = context.app()?.pipeline_of(&outlook(arguments)).await?;
    output::answer(context.format, &view, tables::pipeline)
}

pub(crate) async fn forecast(context: &Context, arguments: OutlookArgs) -> Result<(), Error> {
    let view = context.app()?.forecast(&outlook(arguments)).await?;
    output::answer(context.format, &view, tables::forecast)
}

pub(crate) async fn competitors(
    context: &Context,
    arguments: CompetitorsArgs,
) -> Result<(), Error> {
    let mut request = CompetitorsRequest::default();
    request.as_of = arguments.as_of;
    request.days = arguments.days;
    request.why = why(arguments.why);
    let view = context.app()?.competitors(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::competitors)
}

pub(crate) async fn coach(context: &Context, arguments: CoachArgs) -> Result<(), Error> {
    let mut request = CoachRequest::new(arguments.rep);
    request.as_of = arguments.as_of;
    request.why = why(arguments.why);
    let view = context.app()?.coach(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::coach)
}

fn outlook(arguments: OutlookArgs) -> OutlookRequest {
    let mut request = OutlookRequest::default();
    request.period = arguments.period;
    request.as_of = arguments.as_of;
    request.why = why(arguments.why);
    request
}

const fn why(is_asked: bool) -> Why {
    if is_asked { Why::Said } else { Why::Unsaid }
}
