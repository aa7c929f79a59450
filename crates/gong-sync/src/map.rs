//! Gong's answers into the words of a conversation: pure functions of one call each.

mod accounts;
mod blocks;
mod call;
mod parties;
mod transcript;

pub(crate) use blocks::{blocks, with_transcript};
pub(crate) use call::call;
pub(crate) use transcript::transcript;
