//! What can be typed about deals and customers.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};

use super::{RiskArgs, to};

#[derive(Debug, Args)]
pub(crate) struct DealsArgs {
    #[command(subcommand)]
    pub(crate) command: DealsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DealsCommand {
    /// List deals, the next to close first
    List(ListDealsArgs),
    /// Show a deal: what became of it, and the calls about it
    Show {
        /// The deal, like salesforce:0061
        deal: String,
        /// As it was known at the end of this day (UTC) or at an instant
        #[arg(long, value_name = "DATE", value_parser = as_of)]
        as_of: Option<Timestamp>,
    },
    /// Show what stands against the open deals: warnings with what they rest on, as of any day
    Risk(RiskArgs),
    /// Say that a call is about a deal; pins win over everything that was found or told
    Pin(PinArgs),
    /// Take a pin away: the call is about what was found again
    Unpin(PinArgs),
    /// Take deals from a CSV file with the columns deal_id,account,name,stage,amount,currency,
    /// close_date,created,owner_email,closed_on
    Import {
        /// The file
        file: PathBuf,
        /// The file shows the deals as they were at the end of this day (UTC) [default: now]
        #[arg(long, value_name = "DATE", value_parser = as_of)]
        as_of: Option<Timestamp>,
        /// Leave out lines that cannot be read, instead of the whole file
        #[arg(long)]
        skip_bad: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ListDealsArgs {
    /// As they were known at the end of this day (UTC) or at an instant
    #[arg(long, value_name = "DATE", value_parser = as_of)]
    pub(crate) as_of: Option<Timestamp>,
    /// Only those in this stage
    #[arg(long, value_name = "STAGE")]
    pub(crate) stage: Option<String>,
    /// Only those of this seller: a user's id, an address, or a part of the name
    #[arg(long, value_name = "PERSON")]
    pub(crate) owner: Option<String>,
    /// Only those that are neither won nor lost
    #[arg(long, conflicts_with_all = ["won", "lost"])]
    pub(crate) open: bool,
    /// Only those that were won
    #[arg(long, conflicts_with = "lost")]
    pub(crate) won: bool,
    /// Only those that were lost
    #[arg(long)]
    pub(crate) lost: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PinArgs {
    /// The call
    pub(crate) call: String,
    /// The deal, like salesforce:0061
    pub(crate) deal: String,
}

#[derive(Debug, Args)]
pub(crate) struct AccountsArgs {
    #[command(subcommand)]
    pub(crate) command: AccountsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountsCommand {
    /// Show one
    Show {
        /// Its CRM id, its domain or its name
        account: String,
    },
    /// Show one at a glance: deals with their warnings, people, what is open; facts, no model
    Brief {
        /// Its CRM id, its domain, its name or a part of them
        account: String,
        /// Leave out calls before this day (UTC) or instant
        #[arg(long, value_name = "DATE", value_parser = super::from)]
        from: Option<Timestamp>,
        /// As of the end of this day, or an instant
        #[arg(long, value_name = "DATE", value_parser = as_of)]
        as_of: Option<Timestamp>,
    },
}

/// The last moment of a day, or an instant.
pub(super) fn as_of(text: &str) -> Result<Timestamp, String> {
    let end = to(text)?;
    if text.parse::<Timestamp>().is_ok() {
        return Ok(end);
    }
    let moment = SignedDuration::from_micros(1);
    end.checked_sub(moment).map_err(|error| error.to_string())
}
