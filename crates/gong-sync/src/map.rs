//! Gong's answers into the words of a conversation: pure functions of one call each.

mod accounts;
mod blocks;
mod call;
mod deals;
mod parties;
mod transcript;
mod user;

pub use accounts::is_free_mail;
pub(crate) use blocks::{blocks, with_transcript};
pub(crate) use call::call;
pub(crate) use deals::{Told, told};
pub(crate) use transcript::transcript;
pub(crate) use user::{user, user_id};
