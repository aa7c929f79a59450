//! What an archive promises, tested through its public door.

mod audit;
mod conforming;
mod crash;
mod durable;
mod erased;
#[cfg(target_os = "linux")]
mod faults;
mod fixture;
mod keys;
#[cfg(target_os = "linux")]
mod paused;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(target_os = "linux")]
mod relieved;
mod restored;
mod schema;
mod sealed;
mod verified;
mod views;
