//! `db backup`, `restore`, `verify`, `counts`.

use std::path::Path;

use gong_app::{Error, RestoreErasures, RestorePlace, RestoreRequest};

use super::erase::confirmed;
use super::{Context, absolute};
use crate::arguments::RestoreArgs;
use crate::{output, tables};

pub(crate) async fn backup(context: &Context, file: &Path) -> Result<(), Error> {
    let view = context.app()?.db_backup(&absolute(file)?).await?;
    output::answer(context.format, &view, tables::backup)?;
    context.remark(&format!(
        "The key is not in the backup: keep {} apart from it. Keep {} with the key: what was \
         erased is known there.",
        view.key, view.erase_log
    ));
    Ok(())
}

pub(crate) async fn verify(context: &Context) -> Result<(), Error> {
    let done = context.app()?.db_verify().await?;
    output::answer(context.format, &done.view, tables::verify)?;
    done.problem.map_or(Ok(()), Err)
}

pub(crate) async fn counts(context: &Context) -> Result<(), Error> {
    let view = context.app()?.db_counts().await?;
    output::answer(context.format, &view, tables::db_counts)
}

pub(crate) async fn restore(context: &Context, arguments: RestoreArgs) -> Result<(), Error> {
    let mut request = RestoreRequest::default();
    if arguments.replace {
        request.place = RestorePlace::Replace;
    }
    if arguments.without_erase_log {
        request.erasures = RestoreErasures::Unknown;
    }
    if arguments.replace && !arguments.yes {
        let warning = "The archive that is there will be replaced, and with it what came since.";
        confirmed(warning, "replace").await?;
    }
    let done = context
        .app()?
        .db_restore(&absolute(&arguments.file)?, request)
        .await?;
    output::answer(context.format, &done.view, tables::restore)?;
    if done.view.hidden > 0 {
        context.remark(
            "Calls from Gong are hidden until Gong has listed them again: run `gongkit sync`, \
             which reads everything.",
        );
    }
    done.problem.map_or(Ok(()), Err)
}
