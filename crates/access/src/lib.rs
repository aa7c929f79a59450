//! Who is asking, and which rows they may see.
//!
//! A [`Caller`] has a [`Role`]; one table says how far each role [reaches](Reach) with each
//! [`Permission`]. ARCHITECTURE.md holds the same table, and a test holds both together. What a
//! caller reaches becomes a [`Scope`]: a row filter that a store compiles into its own query, so that
//! what a caller may not see never leaves the store. Who may see a row but not its words gets its
//! [wordless form](Form).
//!
//! Who somebody is shows an API key ([`ShownKey`]) or a token of the company's identity provider
//! ([`verify`]); both are pure functions of what is shown, what is known and the time.
//!
//! ```
//! use access::{Caller, Permission, PrivateCalls, Proof, Role};
//! use conversation::{Tenant, UserId};
//!
//! let seven = UserId::new("7")?;
//! let rep = Caller::recognised(Tenant::default(), "user:7", Proof::Token, Role::Rep)
//!     .being(seven.clone(), [].into());
//!
//! let scope = rep.scope(Permission::CallsRead, PrivateCalls::Withheld)?;
//! assert!(scope.admits([&seven], true), "a private call he took part in");
//! assert!(!scope.admits([&UserId::new("8")?], false));
//! assert!(rep.has(Permission::Purge).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod permission;
mod role;
mod table;

mod caller;
mod scope;
mod sight;
mod team;

mod secret_key;
mod token;

pub use caller::{Caller, Denied, Proof};
pub use permission::{Operation, Permission};
pub use role::{Role, UnknownWord};
pub use scope::{PrivateCalls, Rows, Scope};
pub use secret_key::{KEY_PREFIX, NewKey, ShownKey};
pub use sight::{Form, Sight};
pub use table::{Reach, reach, table_as_markdown};
pub use team::team_of;
pub use token::{Algorithm, Identity, KeySet, LEEWAY, TokenError, TokenRules, verify};
