//! `export`.

use gong_app::{Error, ExportRequest};

use super::{Context, absolute};
use crate::arguments::ExportArgs;
use crate::output;

pub(crate) async fn run(context: &Context, arguments: ExportArgs) -> Result<(), Error> {
    let out = absolute(&arguments.out)?;
    let mut request = ExportRequest::new(arguments.table.into(), arguments.format.into(), out);
    request.filters.from = arguments.from;
    request.filters.to = arguments.to;
    request.filters.accounts = arguments.account;
    request.filters.reps = arguments.rep;
    request.filters.calls = arguments.call;
    let view = context.app()?.export(&request).await?;
    context.bars.clear();
    output::answer(context.format, &view, |view| {
        if view.calls == 0 {
            return format!("{} rows in {}", view.rows, view.file);
        }
        format!(
            "{} rows of {} calls in {}",
            view.rows, view.calls, view.file
        )
    })?;
    context.remark("The file lies outside of erasure: what is purged later stays in it.");
    Ok(())
}
