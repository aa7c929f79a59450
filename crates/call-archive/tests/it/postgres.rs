//! The archive in PostgreSQL, against the server that GONGKIT_POSTGRES names.

mod conforming;
mod opening;
mod server;
mod together;
