//! Laws of insights, through the public door.

mod statistics;
mod threads;
