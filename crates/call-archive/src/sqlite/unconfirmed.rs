//! Calls of a restored backup: hidden until their vendor tells of them again.

use conversation::CallId;
use rusqlite::Connection;

use crate::Error;
use crate::stored::Context;

/// Whether a call waits for its vendor's word.
pub(super) fn is_unconfirmed(
    context: &Context,
    connection: &Connection,
    call: &CallId,
) -> Result<bool, Error> {
    let is_unconfirmed = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM unconfirmed WHERE tenant = ?1 AND call = ?2)",
        )?
        .query_row([context.tenant(), call.as_str()], |row| row.get(0))?;
    Ok(is_unconfirmed)
}

/// A call was told of: it may be shown.
pub(super) fn confirm(
    context: &Context,
    connection: &Connection,
    call: &CallId,
) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM unconfirmed WHERE tenant = ?1 AND call = ?2")?
        .execute([context.tenant(), call.as_str()])?;
    Ok(())
}
