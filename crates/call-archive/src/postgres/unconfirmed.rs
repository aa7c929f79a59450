//! Calls of a restored backup: hidden until their vendor tells of them again.

use conversation::CallId;
use deadpool_postgres::Transaction;

use crate::Error;
use crate::stored::Context;

use super::query::{one, run};

/// Whether a call waits for its vendor's word.
pub(super) async fn is_unconfirmed(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM unconfirmed WHERE tenant = $1 AND call = $2)";
    one(on, sql, &[&context.tenant(), &call.as_str()]).await
}

/// A call was told of: it may be shown.
pub(super) async fn confirm(
    context: &Context,
    on: &Transaction<'_>,
    call: &CallId,
) -> Result<(), Error> {
    let sql = "DELETE FROM unconfirmed WHERE tenant = $1 AND call = $2";
    run(on, sql, &[&context.tenant(), &call.as_str()]).await?;
    Ok(())
}

/// How many calls wait.
pub(super) async fn count(context: &Context, on: &Transaction<'_>) -> Result<i64, Error> {
    let sql =
        "SELECT count(*) FROM unconfirmed u JOIN calls c ON c.tenant = u.tenant AND c.id = u.call
               WHERE u.tenant = $1 AND c.erasing IS NULL";
    one(on, sql, &[&context.tenant()]).await
}
