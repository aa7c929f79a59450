//! `db`.

use gong_app::Error;

use super::Context;
use crate::arguments::{DbArgs, DbCommand};
use crate::{output, tables};

pub(crate) async fn db(context: &Context, arguments: &DbArgs) -> Result<(), Error> {
    let app = context.app()?;
    let view = match arguments.command {
        DbCommand::Status | DbCommand::Migrate { dry_run: true } => app.schema().await?,
        DbCommand::Migrate { dry_run: false } => app.migrate().await?,
    };
    output::answer(context.format, &view, tables::schema)
}
