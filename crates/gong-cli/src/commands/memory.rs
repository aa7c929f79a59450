//! `memory`.

use gong_app::Error;

use super::Context;
use crate::arguments::{MemoryArgs, MemoryCommand};
use crate::{output, tables};

pub(crate) async fn run(context: &Context, arguments: MemoryArgs) -> Result<(), Error> {
    let app = context.app()?;
    match arguments.command {
        MemoryCommand::Status => {
            let view = app.memory_status().await?;
            output::answer(context.format, &view, tables::memory_status)
        }
        MemoryCommand::RecallCheck { questions } => {
            let view = app.memory_recall_check(questions).await?;
            output::answer(context.format, &view, tables::recall_check)
        }
        MemoryCommand::Migrate { to: None, .. } => {
            let view = app.memory_abandon().await?;
            output::answer(context.format, &view, tables::memory_status)
        }
        MemoryCommand::Migrate { to: Some(to), .. } => {
            let done = Box::pin(app.memory_migrate(&to)).await?;
            context.bars.clear();
            output::answer(context.format, &done.view, tables::memory_moved)?;
            if done.problem.is_none() {
                context.remark(
                    "Every call is there. Set memory.store = \"qdrant\" and memory.url for every \
                     process; the next sync drops the embedded index. Until then both are written.",
                );
            }
            done.problem.map_or(Ok(()), Err)
        }
    }
}
