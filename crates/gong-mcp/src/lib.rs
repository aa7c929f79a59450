//! Serves the use cases of gong-app to assistants, by the Model Context Protocol.
//!
//! It translates: arguments of tools into use cases, views into answers that a model can read and
//! cite. Nothing about the business is decided here; who may see what is decided below. Nothing is
//! opened before the first call that needs it: listing the tools needs neither archive nor model.
//!
//! - [`serve_stdio`] speaks over a pair of streams, for the person at this machine.
//! - [`Listening`] speaks over HTTP, without sessions: any replica can answer any request.
//! - [`Setup`] writes the server into the configuration of the usual clients.
//!
//! How large an answer may be is law, not luck: both halves of a result count, and a test calls every
//! tool on the largest call that there is. Words of calls stand in fields for quotes and turns only,
//! and are neutralised where views are made.

mod answer;
mod arguments;
mod prompts;
mod refusal;
mod resources;
mod shape;
mod tools;

mod http;
mod install;
mod progress;
mod server;
mod stdio;

pub use http::{Entry, HttpOptions, Listening, Protection, Sessions, TlsFiles, public_url};
pub use install::{Client, Installed, Setup};
pub use progress::Relay;
pub use server::Server;
pub use stdio::{serve_stdio, serve_streams};
