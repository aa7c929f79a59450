//! The store through its public door, against the server that QDRANT_URL names.

mod conformance;
mod payloads;
mod reading;
mod server;
mod spaces;
mod tenants;
mod trouble;
