//! The stores through their public door.

mod conformance;
mod differential;
mod erasing;
mod following;
mod killing;
mod opening;
mod recalling;
mod tenants;
