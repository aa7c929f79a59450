//! What can be typed about the quarter.

use clap::Args;
use jiff::Timestamp;

use super::deals::as_of;

#[derive(Debug, Args)]
pub(crate) struct RiskArgs {
    /// Only this deal, like salesforce:0061
    pub(crate) deal: Option<String>,
    /// As it was known at the end of this day (UTC) or at an instant
    #[arg(long, value_name = "DATE", value_parser = as_of)]
    pub(crate) as_of: Option<Timestamp>,
    /// Show every warning with the quotes or rows it rests on, or the search that found nothing
    #[arg(long)]
    pub(crate) why: bool,
    /// As of each call of each deal, closed deals too
    #[arg(long)]
    pub(crate) each_call: bool,
}

#[derive(Debug, Args)]
pub(crate) struct OutlookArgs {
    /// 2026-Q2, 2026-05, or two days 2026-05-01..2026-05-15 (the second not included) [default: the
    /// quarter of the day]
    pub(crate) period: Option<String>,
    /// As it was known at the end of this day (UTC) or at an instant
    #[arg(long, value_name = "DATE", value_parser = as_of)]
    pub(crate) as_of: Option<Timestamp>,
    /// Name the deals behind each number
    #[arg(long)]
    pub(crate) why: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompetitorsArgs {
    /// As it was known at the end of this day (UTC) or at an instant
    #[arg(long, value_name = "DATE", value_parser = as_of)]
    pub(crate) as_of: Option<Timestamp>,
    /// Compare the last so many days with as many before
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
    /// Name deals and calls, and quote the newest sentences
    #[arg(long)]
    pub(crate) why: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CoachArgs {
    /// The rep: a user's id, an address, or a part of the name
    pub(crate) rep: String,
    /// As it was known at the end of this day (UTC) or at an instant
    #[arg(long, value_name = "DATE", value_parser = as_of)]
    pub(crate) as_of: Option<Timestamp>,
    /// Name the calls behind each number
    #[arg(long)]
    pub(crate) why: bool,
}
