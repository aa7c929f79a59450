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
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//!
//! use front_door::{Door, DoorOptions, Guard, Protection};
//! use gong_app::{App, Config, Environment, Flags, Quiet};
//! use tokio_util::sync::CancellationToken;
//!
//! let home = tempfile::tempdir()?;
//! let variables = [
//!     ("HOME", home.path().to_str().ok_or("a folder with a plain name")?),
//!     ("GONG_WEBHOOK_URL_TOKEN", "4f1c9d7be2a8603571c4d9e0"), // yours is random
//! ];
//! let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
//! let environment = Environment::new(variables, jiff::Timestamp::now);
//! let config = Config::load(&environment, &Flags::default())?;
//! let stop = CancellationToken::new();
//! let app = App::new(config, &environment, Arc::new(Quiet), stop.clone());
//!
//! let (receiver, intake) = app.receiver().await?;
//! let here = "127.0.0.1:0".parse()?;
//! let options = DoorOptions::new(here, Protection::PlainText, Guard::Authenticated);
//! let door = Door::open(options).await?;
//! let url = format!("http://{}{}", door.local_addr(), gong_webhook::PATH);
//! let serving = tokio::spawn(gong_webhook::serve(door, receiver, intake, stop.clone()));
//! // In an app of your own: `.merge(gong_webhook::router(receiver))`, and let the intake run.
//!
//! let guessed = reqwest::Client::new().post(format!("{url}/a-guess-at-it"));
//! assert_eq!(guessed.body("{}").send().await?.status(), 401);
//!
//! stop.cancel();
//! assert_eq!(serving.await?.cut_off, 0);
//! # Ok(())
//! # }
//! ```

mod answer;
mod server;

pub use server::{AT_ONCE, LARGEST_BODY, PATH, READ_WITHIN, router, serve};
