//! What the judges of the protocol ask for, served behind the layers that gongkit serves behind.
//!
//! `cargo run -p gongkit-benches --bin mcp_fixtures -- --listen 127.0.0.1:9012` is a server for
//! `@modelcontextprotocol/conformance`: its tools, resources and prompts are those that the judge
//! names, everything before them is gongkit's own. It is built for `.ci/mcp` and never shipped.

mod canned;
mod handler;
mod rounds;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use clap::Parser;
use gong_app::{App, Config, Environment, Flags, Quiet};
use gong_mcp::{HttpOptions, Listening, Sessions};
use tokio_util::sync::CancellationToken;

use handler::Fixtures;

#[derive(Parser)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:9012")]
    listen: SocketAddr,
    /// Keep sessions for clients of the older protocol; gongkit itself keeps none.
    #[arg(long)]
    sessions: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let home = folder.path().display().to_string();
    let environment = Environment::new([("HOME".to_owned(), home)], jiff::Timestamp::now)
        .system_config(folder.path().join("none.toml"));
    let config = Config::load(&environment, &Flags::default())?;
    let stop = CancellationToken::new();
    let app = App::serving(config, &environment, Arc::new(Quiet), stop.clone());
    let mut options = HttpOptions::new(arguments.listen);
    if arguments.sessions {
        options.sessions = Sessions::Kept;
    }
    let listening = Listening::open(options).await?;
    let serving = listening.serve_handler(app, Fixtures::new(), stop);
    Ok(serving.await?)
}
