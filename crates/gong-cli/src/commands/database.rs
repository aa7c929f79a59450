//! `db`: the schema; the rest is about moves and backups.

use gong_app::Error;

use super::{Context, backups, moving};
use crate::arguments::{DbArgs, DbCommand};
use crate::{output, tables};

pub(crate) async fn db(context: &Context, arguments: DbArgs) -> Result<(), Error> {
    let app = context.app()?;
    let view = match arguments.command {
        DbCommand::Status | DbCommand::Migrate { dry_run: true } => app.schema().await?,
        DbCommand::Migrate { dry_run: false } => app.migrate().await?,
        DbCommand::MigrateTo(arguments) => return moving::migrate_to(context, arguments).await,
        DbCommand::Backup { file } => return backups::backup(context, &file).await,
        DbCommand::Restore(arguments) => return backups::restore(context, arguments).await,
        DbCommand::Verify => return backups::verify(context).await,
        DbCommand::Counts => return backups::counts(context).await,
    };
    output::answer(context.format, &view, tables::schema)
}
