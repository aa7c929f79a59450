//! The pages behind the numbers.

pub(crate) mod account;
pub(crate) mod call;
pub(crate) mod calls;
pub(crate) mod competitor;
pub(crate) mod deal;
pub(crate) mod deals;
pub(crate) mod health;
pub(crate) mod rep;
pub(crate) mod search;
pub(crate) mod theme;
pub(crate) mod trackers;

use axum::Extension;
use axum::response::Response;

use crate::answer;
use crate::visit::Visit;

/// What is not there.
pub(crate) async fn nothing(Extension(visit): Extension<Visit>) -> Response {
    answer::not_found(&visit)
}
