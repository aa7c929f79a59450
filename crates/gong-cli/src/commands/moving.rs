//! `db migrate-to`.

use gong_app::{Error, ErrorKind, MoveTarget};

use super::Context;
use crate::arguments::MigrateToArgs;
use crate::{output, tables};

pub(crate) async fn migrate_to(context: &Context, arguments: MigrateToArgs) -> Result<(), Error> {
    let app = context.app()?;
    if arguments.abandon {
        app.abandon_move().await?;
        context.remark("The archive of the data folder is in use again.");
        return Ok(());
    }
    let to = match (arguments.url, &arguments.url_file) {
        (Some(url), _) => MoveTarget::at(url),
        (None, Some(file)) => MoveTarget::in_file(file)?,
        (None, None) => {
            let what = "no database is named";
            return Err(Error::new(ErrorKind::Usage, what)
                .hint("pass its postgres:// address, or --url-file FILE"));
        }
    };
    if arguments.dry_run {
        let view = app.move_plan(&to).await?;
        return output::answer(context.format, &view, tables::moved);
    }
    let view = Box::pin(app.move_to(&to)).await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::moved)?;
    context.remark(
        "The archive is in the database now. Set archive.url (GONGKIT__ARCHIVE__URL, or \
         archive.url_file) for every process; until then commands stop and say so. The file in \
         the data folder is left as it was, and opens no more: keep `key` and `tombstones`.",
    );
    Ok(())
}
