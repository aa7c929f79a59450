//! The archive in PostgreSQL, against the server that GONGKIT_POSTGRES names.

mod cluster;
mod conforming;
mod crash;
mod keys;
mod opening;
pub(crate) mod server;
mod together;
mod waiting;
