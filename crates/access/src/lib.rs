//! Who is asking, and which rows they may see.
//!
//! Every read that returns call data takes a [`Scope`]. A scope is a row filter: a store compiles
//! it into its own query, so that what a caller may not see never leaves the store.
//!
//! ```
//! use access::{PrivateCalls, Scope};
//! use conversation::UserId;
//!
//! let admin = Scope::everything(PrivateCalls::Withheld);
//! assert!(admin.admits([], false) && !admin.admits([], true));
//!
//! let rep = Scope::calls_of([UserId::new("7")?]);
//! assert!(rep.admits([&UserId::new("7")?], true));
//! assert!(!rep.admits([&UserId::new("8")?], false));
//! # Ok::<(), conversation::InvalidId>(())
//! ```

mod scope;

pub use scope::{PrivateCalls, Rows, Scope};
