//! `keys`: make, show, rotate and forget.

use gong_app::{Error, Verify};

use super::Context;
use crate::arguments::KeysCommand;
use crate::{output, tables};

pub(crate) async fn run(context: &Context, command: &KeysCommand) -> Result<(), Error> {
    let app = context.app()?;
    let view = match command {
        KeysCommand::Init => app.keys_init().await?,
        KeysCommand::Status => app.keys_status().await?,
        KeysCommand::RotateKek => app.rotate_kek().await?,
        KeysCommand::Forget { id } => app.forget_kek(id).await?,
        KeysCommand::RotateDek { verify } => {
            let verify = if *verify {
                Verify::EveryKey
            } else {
                Verify::Nothing
            };
            let done = app.rotate_dek(verify).await?;
            context.bars.clear();
            output::answer(context.format, &done.view, tables::rotation)?;
            return done.problem.map_or(Ok(()), Err);
        }
    };
    output::answer(context.format, &view, tables::keys)?;
    if matches!(command, KeysCommand::Init | KeysCommand::RotateKek) {
        context.remark(&format!(
            "Back up {} apart from the archive; without it nobody, you included, can read the calls.",
            view.place
        ));
    }
    Ok(())
}
