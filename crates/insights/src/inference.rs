//! What a count allows to say.

mod wilson;

pub use wilson::wilson;
