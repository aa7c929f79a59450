//! `crm`.

use gong_app::{CrmOnly, CrmPlanRequest, Error};

use super::erase::confirmed;
use super::{Context, absolute, reading};
use crate::arguments::{CrmArgs, CrmCommand};
use crate::{output, tables};

pub(crate) async fn run(context: &Context, arguments: CrmArgs) -> Result<(), Error> {
    match arguments.command {
        CrmCommand::Init => {
            let view = context.app()?.crm_init().await?;
            output::answer(context.format, &view, tables::crm_init)
        }
        CrmCommand::Read => {
            let view = context.app()?.crm_read().await?;
            output::answer(context.format, &view, tables::crm_read)
        }
        CrmCommand::Plan(arguments) => {
            let mut request = request(arguments.plan.only);
            request.out = arguments.out.as_deref().map(absolute).transpose()?;
            let shown = async {
                let view = context.app()?.crm_plan(&request).await?;
                context.bars.clear();
                output::answer(context.format, &view, tables::crm_plan)?;
                if let Some(file) = &request.out {
                    let file = file.display();
                    context.remark(&format!(
                        "{file} holds words of calls, outside every erasure"
                    ));
                }
                Ok(())
            };
            reading(context, shown).await
        }
        CrmCommand::Apply { plan, yes } => apply(context, request(plan.only), yes).await,
        CrmCommand::Status => {
            let view = context.app()?.crm_status().await?;
            output::answer(context.format, &view, tables::crm_status)
        }
        CrmCommand::Undo { run, yes } => {
            let app = context.app()?;
            if !yes {
                let warning = format!("Run {run} is taken back in HubSpot.");
                confirmed(&warning, "undo").await?;
            }
            let done = app.crm_undo(&run).await?;
            output::answer(context.format, &done.view, tables::crm_applied)?;
            done.problem.map_or(Ok(()), Err)
        }
    }
}

async fn apply(context: &Context, request: CrmPlanRequest, yes: bool) -> Result<(), Error> {
    let app = context.app()?;
    let plan = app.crm_plan_to_apply(&request).await?;
    context.bars.clear();
    if !yes {
        output::say(&tables::crm_plan(&plan.view()));
        if plan.writes() > 0 {
            confirmed("This is written to HubSpot.", "write").await?;
        }
    }
    let done = app.crm_apply(plan).await?;
    context.bars.clear();
    output::answer(context.format, &done.view, tables::crm_applied)?;
    done.problem.map_or(Ok(()), Err)
}

fn request(only: Vec<String>) -> CrmPlanRequest {
    let named = only.into_iter().map(|word| match word.as_str() {
        "calls" => CrmOnly::Calls,
        "deals" => CrmOnly::Deals,
        "proposals" => CrmOnly::Proposals,
        _ => CrmOnly::One(word),
    });
    let mut request = CrmPlanRequest::default();
    request.only = named.collect();
    request
}
