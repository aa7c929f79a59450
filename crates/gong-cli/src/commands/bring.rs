//! `sync`, `import`, `reindex`.

use gong_app::views::SyncView;
use gong_app::{Done, Error, SyncReach};

use super::{Context, absolute};
use crate::arguments::{ImportArgs, Reconcile, SyncArgs};
use crate::{output, tables};

pub(crate) async fn sync(context: &Context, arguments: &SyncArgs) -> Result<(), Error> {
    let reach = match arguments.reconcile {
        None if arguments.no_reconcile => SyncReach::New,
        None => SyncReach::Due,
        Some(Reconcile::Month) => SyncReach::Month,
        Some(Reconcile::HalfYear) => SyncReach::HalfYear,
        Some(Reconcile::All) => SyncReach::Everything,
    };
    let done = context.app()?.sync(reach).await?;
    report(context, done)
}

pub(crate) async fn import(context: &Context, arguments: &ImportArgs) -> Result<(), Error> {
    let done = context.app()?.import(&absolute(&arguments.dir)?).await?;
    report(context, done)
}

pub(crate) async fn reindex(context: &Context) -> Result<(), Error> {
    let done = context.app()?.reindex().await?;
    context.bars.clear();
    output::answer(context.format, &done.view, tables::reindex)?;
    done.problem.map_or(Ok(()), Err)
}

/// What was done is printed also when something stopped it.
fn report(context: &Context, done: Done<SyncView>) -> Result<(), Error> {
    context.bars.clear();
    output::answer(context.format, &done.view, tables::sync)?;
    done.problem.map_or(Ok(()), Err)
}
