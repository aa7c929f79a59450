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
mod insights;
mod interrupted;
mod keys;
mod login;
mod outlook;
mod pipes;
mod privacy;
mod tls;
