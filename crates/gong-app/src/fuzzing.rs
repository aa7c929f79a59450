//! Doors for the fuzz targets: what reads bytes that a stranger sends, with its laws.

use serde_json::json;

use crate::deliveries::payload;

/// A delivery's body is read or refused; what was read of it is read the same from Gong's own form.
pub fn delivery(body: &[u8]) {
    let Some(told) = payload::read(body) else {
        return;
    };
    assert!(
        told.call.is_some() || told.is_test,
        "a body that tells of nothing was read"
    );
    let id = told.call.as_ref().map(ToString::to_string);
    assert!(id.as_deref() != Some(""), "a call without an id was read");
    let whole = json!({"callData": {"metaData": {"id": id}}, "isTest": told.is_test});
    let again = payload::read(whole.to_string().as_bytes());
    assert_eq!(again.as_ref(), Some(&told));
}
