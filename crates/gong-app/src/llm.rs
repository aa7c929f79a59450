//! The language model of the configuration, with everything that stands around it.

mod answers;
mod connecting;
mod observed;

pub(crate) use connecting::{About, Writer, endpoint, key};
