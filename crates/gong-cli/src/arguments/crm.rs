//! What can be typed about the CRM.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct CrmArgs {
    #[command(subcommand)]
    pub(crate) command: CrmCommand,
}

/// Needs a token of HubSpot: HUBSPOT_ACCESS_TOKEN or HUBSPOT_ACCESS_TOKEN_FILE.
#[derive(Debug, Subcommand)]
pub(crate) enum CrmCommand {
    /// Make our properties in HubSpot, once it is sure that the token opens what is needed
    Init,
    /// Read what changed in HubSpot: deals, customers, that e-mails and meetings took place
    Read,
    /// Show what there is to write; nothing is written
    Plan(CrmPlanArgs),
    /// Write what the plan shows; what people wrote there stays
    Apply {
        #[command(flatten)]
        plan: CrmOnlyArgs,
        /// Do not ask: for programs
        #[arg(long)]
        yes: bool,
    },
    /// List the runs with what became of each record, and the requests of the day
    Status,
    /// Take a run back, where what it wrote is still as it was left
    Undo {
        /// The run, as `crm status` shows it
        run: String,
        /// Do not ask: for programs
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CrmPlanArgs {
    #[command(flatten)]
    pub(crate) plan: CrmOnlyArgs,
    /// Write the plan here as well, one JSON object a line; it lies outside every erasure
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CrmOnlyArgs {
    /// Only these: calls, deals, proposals, or names like call/7782342274 or deal/1201
    #[arg(long, value_name = "WHAT", num_args = 1.., value_delimiter = ',')]
    pub(crate) only: Vec<String>,
}
