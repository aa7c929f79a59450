//! Gong credentials into authorised requests, and the rule for where they may be sent.
//!
//! A Gong key opens every recorded call of a company, so this crate is small and strict:
//!
//! - [`KeyPair`] holds an access key and its secret. It never prints either of them.
//! - [`KeySources`] finds a pair in the environment, in files (`GONG_ACCESS_KEY_FILE` beside
//!   `GONG_ACCESS_KEY`) or in configuration, and tells where each half came from. It reads
//!   nothing by itself: the environment and the files are passed in.
//! - [`Authorize`] is the seam through which a client asks for the value of its `Authorization`
//!   header. It is async because an OAuth token may have to be refreshed first.
//! - [`BaseUrl`] is the only kind of address that a client sends credentials to: https under
//!   `gong.io`, or loopback. Anything else needs [`BaseUrl::allow_foreign`], which says so.
//!
//! ```
//! use gong_auth::{BaseUrl, KeySources, Origin};
//!
//! // `main` passes `|name| std::env::var(name).ok()` here.
//! let environment = |name: &str| match name {
//!     "GONG_ACCESS_KEY" => Some("AN-ACCESS-KEY".to_owned()),
//!     "GONG_ACCESS_KEY_SECRET_FILE" => Some("/run/secrets/gong".to_owned()),
//!     _ => None,
//! };
//! let files = |_: &std::path::Path| Ok("the-secret\n".to_owned().into());
//!
//! let found = KeySources::new(&environment, &files).find()?;
//!
//! assert_eq!(found.secret_from.to_string(), "file /run/secrets/gong (GONG_ACCESS_KEY_SECRET_FILE)");
//! assert!(!format!("{found:?}").contains("the-secret"));
//! assert_eq!(BaseUrl::default().to_string(), "https://api.gong.io");
//! assert!(BaseUrl::parse("https://gong.example").is_err());
//! # assert!(matches!(found.access_key_from, Origin::Environment { .. }));
//! # Ok::<(), gong_auth::Error>(())
//! ```

mod authorize;
mod base_url;
mod error;
mod key_pair;
mod sources;

pub use authorize::Authorize;
pub use base_url::BaseUrl;
pub use error::Error;
pub use key_pair::KeyPair;
pub use sources::{FoundKeyPair, KeySettings, KeySources, Origin, read_secret_file};

/// The environment variable of the access key.
pub const ACCESS_KEY: &str = "GONG_ACCESS_KEY";
/// The environment variable of the access key's secret.
pub const ACCESS_KEY_SECRET: &str = "GONG_ACCESS_KEY_SECRET";
/// The environment variable of the base URL.
pub const BASE_URL: &str = "GONG_BASE_URL";
