//! Remembers passages and recalls them by meaning and by words, with filters.
//!
//! The seam is [`PassageStore`]: it returns two raw candidate lists, and one pure function,
//! [`fuse`], ranks them for every store. No text, name or e-mail address is kept: words are keyed
//! hashes, and what is shown comes from the archive.

mod error;
mod fuse;
mod points;
mod question;
mod store;

pub use error::{Error, ErrorKind};
pub use fuse::{FusionRules, Hit, fuse};
pub use points::{CallPoints, Facts, Holding, PassagePlace, PersonKey, Point};
pub use question::{Candidate, Candidates, Filter, Question};
pub use store::{Forget, PassageStore, TermKey, Written};
