//! `dead`: jobs that were given up.

use gong_app::Error;

use super::Context;
use crate::arguments::DeadCommand;
use crate::{output, tables};

pub(crate) async fn run(context: &Context, command: &DeadCommand) -> Result<(), Error> {
    let app = context.app()?;
    let view = match command {
        DeadCommand::List => app.dead().await?,
        DeadCommand::Show { id } => app.dead_job(*id).await?,
        DeadCommand::Retry { id, .. } => app.retry_dead(*id).await?,
        DeadCommand::Drop { id } => app.drop_dead(*id).await?,
    };
    output::answer(context.format, &view, tables::dead)
}
