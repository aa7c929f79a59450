//! The pages as a browser meets them, without one: over HTTP, on calls that were made up.

mod access;
mod company;
mod hostile;
mod live;
mod login;
mod office;
mod rows;
