//! The binary `gongkit`.
fn main() {}
