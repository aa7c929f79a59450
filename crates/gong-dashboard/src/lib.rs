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
//! - A browser is let in by an API key, a token, or, on this machine, by a link that works once. What
//!   it holds then is a cookie of which only the hash is kept here.
//! - A request must name a host that this listener answers for, and whoever changes anything must
//!   come from a page of ours.

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
mod layout;
mod live;
mod login;
mod moments;
mod pages;
mod period;
mod sessions;
mod visit;
mod words;

mod server;

pub use live::Live;
pub use server::{DashboardOptions, Listening, public_url};
