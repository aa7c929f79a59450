//! The receiver over real HTTP, and killed.

mod answering;
mod bounds;
mod crash;
mod office;
mod silence;
