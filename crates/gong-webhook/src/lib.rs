//! Answers Gong's webhook deliveries: bounds and statuses around one use case of `gong-app`.
//!
//! `POST /webhooks/gong` and, where the address ends with a token, `POST /webhooks/gong/TOKEN`. An
//! answer of 200 is a promise: the delivery is on the disk, and its call will be fetched. Whatever
//! cannot be promised is answered with 503 and a time to come again. What is sent away, and why:
//!
//! | status | when |
//! |---|---|
//! | 400 | it is believed and is not what Gong sends |
//! | 401 | it is not believed; the answer and a counter say why, in a word |
//! | 408, 413, 415 | the body comes too slowly, is larger than [`LARGEST_BODY`], is compressed |
//! | 503 | more than [`AT_ONCE`] are in hand, or it could not be made durable |
//!
//! No address is logged: it may hold the token. Everything else that a listener needs (TLS, bounds on
//! connections, draining) is `front-door`'s.

mod answer;
mod server;

pub use server::{AT_ONCE, LARGEST_BODY, PATH, READ_WITHIN, router, serve};
