//! The server as a client meets it: over streams and over HTTP, on calls that were made up.

mod budgets;
mod company;
mod ends;
mod hostile;
mod http;
mod office;
mod protocol;
mod questions;
mod roles;
mod schema;
mod slow;
mod tools;
mod versions;
