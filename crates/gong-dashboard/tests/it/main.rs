//! The pages as a browser meets them, without one: over HTTP, on calls that were made up.

mod access;
mod company;
mod hostile;
mod issuer;
mod labels;
mod live;
mod login;
mod office;
mod rows;
mod sign_in;
