//! The server as a client meets it: over streams and over HTTP, on calls that were made up.

mod budgets;
mod ends;
mod http;
mod office;
mod protocol;
mod tools;
