//! Laws of insights, through the public door.

mod as_of;
mod discoveries;
mod quarters;
mod recall;
mod risk;
mod statistics;
mod threads;
mod world;
