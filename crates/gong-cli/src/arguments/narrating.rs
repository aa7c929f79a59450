//! What can be typed after `summary` and `brief`.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct SummaryArgs {
    /// The call's id
    pub(crate) call: String,
    /// Have the configured language model write, and show what it wrote beside the quotes
    #[arg(long)]
    pub(crate) prose: bool,
    /// For whom the model writes
    #[arg(
        long = "for",
        value_name = "WHO",
        requires = "prose",
        default_value = "rep",
        value_parser = ["rep", "manager", "exec", "customer-success"]
    )]
    pub(crate) audience: String,
    /// Show it even if it is private
    #[arg(long)]
    pub(crate) include_private: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BriefArgs {
    #[command(subcommand)]
    pub(crate) command: BriefCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BriefCommand {
    /// A customer, by its CRM id, its domain or its whole name
    Account {
        /// The customer
        account: String,
        /// Ask no language model, though one is configured
        #[arg(long)]
        without_model: bool,
    },
    /// A deal, by its id
    Deal {
        /// The deal, like salesforce:0061
        deal: String,
        /// Ask no language model, though one is configured
        #[arg(long)]
        without_model: bool,
    },
}
