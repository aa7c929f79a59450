//! Splitting, through the public door.

mod splitting;
