//! Doors through their public side: real sockets, real certificates.

mod bounds;
mod client;
mod draining;
mod tls;
