//! Short, offline programs that show how to use the gongkit crates.
