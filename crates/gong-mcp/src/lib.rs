//! Serves the use cases of gong-app to assistants, by the Model Context Protocol.
//!
//! It translates: arguments of tools into use cases, views into answers that a model can read and
//! cite. Nothing about the business is decided here; who may see what is decided below. Nothing is
//! opened before the first call that needs it: listing the tools needs neither archive nor model.
//!
//! - [`serve_stdio`] speaks over a pair of streams, for the person at this machine.
//! - [`Listening`] speaks over HTTP, without sessions: any replica can answer any request.
//! - [`Setup`] writes the server into the configuration of the usual clients.
//! - [`OwnTool`] is the seam for a tool of yours: [`Server::with_tool`].
//!
//! How large an answer may be is law, not luck: both halves of a result count, and a test calls every
//! tool on the largest call that there is. Words of calls stand in fields for quotes and turns only,
//! and are neutralised where views are made.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use gong_app::{App, Config, Environment, Flags};
//! use gong_mcp::{Relay, Server, serve_streams};
//! use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, duplex, split};
//! use tokio_util::sync::CancellationToken;
//!
//! let home = tempfile::tempdir()?;
//! let home = home.path().to_str().ok_or("a folder with a plain name")?;
//! let environment = Environment::new([("HOME".into(), home.into())], jiff::Timestamp::now);
//! let config = Config::load(&environment, &Flags::default())?;
//! let stop = CancellationToken::new();
//! let app = App::new(config, &environment, Relay::new(), stop.clone());
//!
//! let (here, there) = duplex(64 * 1024); // `serve_stdio` for a client that starts the process
//! let (read, write) = split(there);
//! let server = Server::new(app, jiff::Timestamp::now);
//! tokio::spawn(serve_streams(server, read, write, stop.clone()));
//!
//! let (answers, mut asks) = split(here);
//! let hello = r#"{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params":
//!     {"protocolVersion": "2025-06-18", "capabilities": {},
//!      "clientInfo": {"name": "an assistant", "version": "1"}}}"#;
//! asks.write_all((hello.replace('\n', "") + "\n").as_bytes()).await?;
//! let answer = BufReader::new(answers).lines().next_line().await?.ok_or("no answer")?;
//! assert!(answer.contains(r#""name":"gongkit""#), "{answer}");
//! # Ok(())
//! # }
//! ```

// A tool waits for a use case, which waits for detectors, which hold compiled patterns: to see that
// all of it may move between threads, the compiler looks deeper than it does by default.
#![recursion_limit = "256"]

mod answer;
mod arguments;
mod prompts;
mod refusal;
mod resources;
mod shape;
mod tools;

mod http;
mod install;
mod own_tool;
mod progress;
mod server;
mod stdio;

pub use http::{Entry, HttpOptions, Listening, Protection, Sessions, TlsFiles, public_url};
pub use install::{Client, Installed, Setup};
pub use own_tool::OwnTool;
pub use progress::Relay;
pub use server::Server;
pub use stdio::{serve_stdio, serve_streams};
