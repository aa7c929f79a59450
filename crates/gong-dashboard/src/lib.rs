//! Shows the use cases of `gong-app` to people: one page for whoever answers for the number, and
//! behind each number its rows, behind each row its quotes, behind each quote the moment in Gong.
//!
//! It translates: addresses into use cases, views into pages. Nothing about the business is decided
//! here; who may see what is decided below, and what somebody may not see is answered like what does
//! not exist. State stands in the address, so that a link shows the same to whoever may see it.
//!
//! - Everything is written on the server, charts too: the pages can be read with scripts off. What
//!   script there is sorts tables and listens for news.
//! - No page asks another host for anything, and the content policy forbids it.
//! - A browser is let in by an API key, a token, the page of the company's identity provider, or, on this
//!   machine, by a link that works once. What it holds then is a cookie of which only the hash is kept
//!   here.
//! - A request must name a host that this listener answers for, and whoever changes anything must
//!   come from a page of ours.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use gong_app::{App, Config, Environment, Flags};
//! use gong_dashboard::{DashboardOptions, Listening, Live};
//! use tokio_util::sync::CancellationToken;
//!
//! let home = tempfile::tempdir()?;
//! let home = home.path().to_str().ok_or("a folder with a plain name")?;
//! let environment = Environment::new([("HOME".into(), home.into())], jiff::Timestamp::now);
//! let config = Config::load(&environment, &Flags::default())?;
//! let (live, stop) = (Live::new(), CancellationToken::new());
//! let app = App::serving(config, &environment, live.clone(), stop.clone());
//!
//! let pages = Listening::open(DashboardOptions::new("127.0.0.1:0".parse()?)).await?;
//! let url = pages.url();
//! let serving = tokio::spawn(pages.serve(app, live, stop.clone()));
//!
//! // Whoever shows nothing is asked who he is.
//! let page = reqwest::get(&url).await?;
//! assert_eq!(page.url().path(), "/login");
//!
//! stop.cancel();
//! serving.await??;
//! # Ok(())
//! # }
//! ```

mod answer;
mod asked;
mod assets;
mod cells;
mod charts;
mod cookies;
mod csv;
mod definitions;
mod desk;
mod executive;
mod gate;
mod hosts;
mod labels;
mod layout;
mod live;
mod login;
mod moments;
mod pages;
mod period;
mod sessions;
mod sign_in;
mod visit;
mod words;

mod server;

pub use live::Live;
pub use server::{DashboardOptions, Listening, public_url};
