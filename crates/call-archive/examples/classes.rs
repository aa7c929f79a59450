//! Prints the table of every column and its class, as it stands in ARCHITECTURE.md.
use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    write!(io::stdout(), "{}", call_archive::classes_as_markdown())
}
