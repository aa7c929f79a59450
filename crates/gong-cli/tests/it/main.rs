//! The built binary, from its arguments to its exit code.

mod access;
mod account;
mod ask;
mod audited;
mod cadence;
mod canary;
mod company;
mod configuration;
mod deals;
mod demo;
mod erasure;
mod evaluation;
mod files;
mod gongkit;
mod hostile;
mod insights;
mod interrupted;
mod keys;
mod login;
mod model_server;
mod narrating;
mod outlook;
mod pipes;
mod privacy;
mod tls;
mod worker;
