//! The archive in PostgreSQL, against the server that GONGKIT_POSTGRES names.

mod backups;
mod cluster;
mod conforming;
mod crash;
mod erased;
mod fence;
mod keys;
mod moving;
mod opening;
pub(crate) mod server;
mod tls;
mod together;
mod united;
mod versions;
mod views;
mod waiting;
