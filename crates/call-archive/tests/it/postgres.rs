//! The archive in PostgreSQL, against the server that GONGKIT_POSTGRES names.

mod conforming;
mod keys;
mod opening;
pub(crate) mod server;
mod together;
