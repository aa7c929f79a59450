//! `init`.

use std::path::PathBuf;

use clap::Args;
use jiff::civil;

/// Asks for what is not given. Nothing is sent anywhere: `gongkit doctor` tries the key.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The access key (Gong: Admin center > Settings > Ecosystem > API)
    #[arg(long, value_name = "KEY")]
    pub(crate) access_key: Option<String>,
    /// Read the key's secret from this file; it is never taken from the command line
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// The address that Gong shows beside the key
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Bring calls from this day on [default: all]
    #[arg(long, value_name = "DAY")]
    pub(crate) since: Option<civil::Date>,
    /// Keep a configuration that is there under another name, and write a new one
    #[arg(long)]
    pub(crate) replace: bool,
}
