//! What can be typed about roles, keys and the audit log.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct AuthArgs {
    #[command(subcommand)]
    pub(crate) command: AuthCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Say whether a role may do something; exit code 3 if not
    CanI {
        /// admin, manager, rep, viewer, auditor or service
        role: String,
        /// A permission (calls.read) or an operation (search)
        #[arg(required = true)]
        what: Vec<String>,
    },
    /// Say as whom this command acts
    Whoami,
    /// Keys for programs
    Keys {
        #[command(subcommand)]
        command: ApiKeysCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeysCommand {
    /// Make a key and show it, this once
    Create {
        /// What it is for: small letters, digits and hyphens
        label: String,
        /// The role of its holder
        #[arg(long)]
        role: String,
        /// The user in Gong that its holder stands for; manager and rep need one
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        /// At most this permission; may be repeated [default: all that the role gives]
        #[arg(long, value_name = "PERMISSION")]
        permission: Vec<String>,
        /// How many days it is accepted, up to 366
        #[arg(long, value_name = "DAYS", default_value_t = 90)]
        days: u32,
    },
    /// List all keys, without their secrets
    List,
    /// Take a key back, for good
    Revoke {
        /// The key's id
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    pub(crate) command: AuditCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check every record; exit code 6 names the first that is not what was written
    Verify {
        /// Also hold the log to this checkpoint: without one a tail that was cut off is not seen
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Print where the log ends now, to be kept where whoever can change the log cannot
    Checkpoint {
        /// Write it to this file as well
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Print the key of the chain alone, for verifying an export elsewhere; whoever has it can also
    /// write a log that passes
    Key,
    /// Print every record, one JSON object a line
    Export {
        /// Our own records, or events of OCSF
        #[arg(long, value_enum, default_value = "jsonl")]
        format: ExportFormat,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Records as docs/audit.md describes them
    Jsonl,
    /// API Activity (class 6003)
    Ocsf,
}
