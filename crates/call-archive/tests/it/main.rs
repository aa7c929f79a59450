//! What an archive promises, tested through its public door.

mod conforming;
mod crash;
mod durable;
mod erased;
mod fixture;
mod keys;
mod schema;
mod sealed;
