//! Who may do what, held to the table in ARCHITECTURE.md.

mod model;
mod rows;
mod table;
mod tokens;
