//! Prints the table of roles and permissions for ARCHITECTURE.md.

fn main() -> std::io::Result<()> {
    use std::io::Write as _;
    std::io::stdout().write_all(access::table_as_markdown().as_bytes())
}
