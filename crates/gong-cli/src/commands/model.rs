//! `model pull`, `model list`, `model path`, `model verify`.

use gong_app::Error;
use gong_app::views::StoredModelsView;

use super::Context;
use crate::arguments::ModelCommand;
use crate::output::Format;
use crate::{output, tables};

pub(crate) async fn run(context: &Context, command: &ModelCommand) -> Result<(), Error> {
    let app = context.app()?;
    let view = match command {
        ModelCommand::Pull { name } => app.pull_model(name.as_deref()).await?,
        ModelCommand::List => app.stored_models().await?,
        ModelCommand::Path { name } => {
            let view = app.verify_model(name.as_deref()).await?;
            context.bars.clear();
            return path(context, &view);
        }
        ModelCommand::Verify { name } => app.verify_model(name.as_deref()).await?,
    };
    context.bars.clear();
    output::answer(context.format, &view, tables::models)
}

/// Nothing but the folder, for scripts.
fn path(context: &Context, view: &StoredModelsView) -> Result<(), Error> {
    let folder = view.models.first().and_then(|model| model.folder.as_ref());
    match folder {
        Some(folder) if context.format == Format::Text => {
            output::data(&folder.display().to_string())
        }
        _ => output::answer(context.format, view, tables::models),
    }
}
