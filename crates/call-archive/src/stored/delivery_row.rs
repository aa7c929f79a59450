//! The row of a delivery: its body, sealed with the key of its call.

use conversation::CallId;

use crate::Error;

use super::context::Context;
use super::seal::Key;

pub(crate) fn seal_delivery(
    context: &Context,
    key: &Key,
    call: &CallId,
    hash: &str,
    body: &[u8],
) -> Result<Vec<u8>, Error> {
    let row = row_of(call, hash);
    key.seal_small(context.place("inbox", &row, "body"), body)
}

pub(crate) fn open_delivery(
    context: &Context,
    key: &Key,
    call: &CallId,
    hash: &str,
    sealed: &[u8],
) -> Result<Vec<u8>, Error> {
    let row = row_of(call, hash);
    let body = key.open(context.place("inbox", &row, "body"), sealed)?;
    Ok(body.to_vec())
}

fn row_of(call: &CallId, hash: &str) -> String {
    format!("{call}/{hash}")
}
