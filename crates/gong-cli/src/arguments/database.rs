//! What can be typed about the archive's database.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct DbArgs {
    #[command(subcommand)]
    pub(crate) command: DbCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Say how far the schema has come
    Status,
    /// Bring the schema up to date
    Migrate {
        /// Only say what would be added
        #[arg(long)]
        dry_run: bool,
    },
    /// Move the archive of the data folder into a PostgreSQL database, or go on with that
    MigrateTo(MigrateToArgs),
    /// Write a consistent copy, while others may be writing; the key is never in it
    Backup {
        /// The file to write; it must not be there
        file: PathBuf,
    },
    /// Bring a backup back; what was erased since is erased again
    Restore(RestoreArgs),
    /// Open everything that is sealed and compare it with its hashes
    Verify,
    /// Count calls, jobs, purges and holds
    Counts,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateToArgs {
    /// The database, empty: postgres://USER:PASSWORD@HOST/NAME
    #[arg(conflicts_with = "url_file")]
    pub(crate) url: Option<String>,
    /// A file that holds the address, so that no password stands in the list of processes
    #[arg(long, value_name = "FILE")]
    pub(crate) url_file: Option<PathBuf>,
    /// Only count what there is to copy
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Give up a move that has not ended: the archive here is in use again
    #[arg(long, conflicts_with_all = ["url", "url_file", "dry_run"])]
    pub(crate) abandon: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The backup
    pub(crate) file: PathBuf,
    /// Put it in the place of the archive that is there
    #[arg(long)]
    pub(crate) replace: bool,
    /// Restore although the erase log is lost: what was erased since comes back
    #[arg(long)]
    pub(crate) without_erase_log: bool,
    /// Do not ask: for programs
    #[arg(long)]
    pub(crate) yes: bool,
}
