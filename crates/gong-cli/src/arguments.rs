//! What can be typed.

mod access;
mod crm;
mod database;
mod deals;
mod export;
mod find;
mod first_run;
mod insights;
mod mcp;
mod memory;
mod narrating;
mod outlook;
mod serve;
mod webhook;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::{SignedDuration, Timestamp, civil};

use crate::version;

pub(crate) use access::{
    ApiKeysCommand, AuditArgs, AuditCommand, AuthArgs, AuthCommand, ExportFormat,
};
pub(crate) use crm::{CrmArgs, CrmCommand};
pub(crate) use database::{DbArgs, DbCommand, MigrateToArgs, RestoreArgs};
pub(crate) use deals::{
    AccountsArgs, AccountsCommand, DealsArgs, DealsCommand, ListDealsArgs, PinArgs,
};
pub(crate) use export::ExportArgs;
pub(crate) use find::{AskArgs, EvalArgs, FindArgs, Mode, SearchArgs, ShowArgs};
pub(crate) use first_run::InitArgs;
pub(crate) use insights::{InsightsArgs, InsightsCommand, TrackersArgs, TrackersCommand};
pub(crate) use mcp::{McpArgs, McpClient, McpCommand};
pub(crate) use memory::{MemoryArgs, MemoryCommand};
pub(crate) use narrating::{BriefArgs, BriefCommand, SummaryArgs};
pub(crate) use outlook::{CoachArgs, CompetitorsArgs, OutlookArgs, RiskArgs};
pub(crate) use serve::{AdminArgs, ServeArgs, WorkerArgs};
pub(crate) use webhook::{WebhookArgs, WebhookCommand};

/// Every call of your Gong account in an archive you own, and any moment found with a citation.
///
/// New here? `gongkit demo` shows it on invented calls, without an account.
///
/// On this machine it acts as admin: it sees every call but the private ones, which must be asked for
/// by name.
#[derive(Debug, Parser)]
#[command(
    name = "gongkit",
    version,
    long_version = version::long(),
    propagate_version = true,
    max_term_width = 100,
    after_help = "New here? `gongkit demo` shows it on invented calls, without an account; with one: \
                  `gongkit init`, `gongkit doctor`, `gongkit sync`.",
    after_long_help = ""
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that is typed or not"
)]
pub(crate) struct Global {
    /// Answer as JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Read this configuration file as well
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Keep archive, key and index here
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Take the files of the model from here
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) model_dir: Option<PathBuf>,
    /// Send keys, and words to a model, to a host that is neither the vendor's nor this machine
    #[arg(long, global = true)]
    pub(crate) allow_foreign_base_url: bool,
    /// Say nothing but answers and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more about what is done; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Draw no progress bars
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole road on invented sales calls, without an account
    Demo,
    /// Set up this machine for your Gong account: the key, its secret, the address
    Init(InitArgs),
    /// Check what is set up, and name the command that mends what is not
    Doctor,
    /// Log in at Gong in a browser, in place of an API key
    Login(LoginArgs),
    /// Forget the tokens of the login
    Logout,
    /// Bring new calls from Gong into the archive and the index, and what has changed of old ones
    Sync(SyncArgs),
    /// Bring calls from files into the archive and the index
    Import(ImportArgs),
    /// Find moments in calls, by meaning and by words
    Search(FindArgs),
    /// Answer a question with what was said in calls, or say that nothing was found
    Ask(AskArgs),
    /// Write calls, what was said, findings or deals into a file for other programs
    Export(ExportArgs),
    /// Show a call with its words
    Show(ShowArgs),
    /// Show what was found in a call, each with its quote; or how people talked
    Insights(InsightsArgs),
    /// Sum up a call by its own sentences; with --prose, in the words of your model
    Summary(SummaryArgs),
    /// Show what was said with a customer or about a deal, over its newest calls
    Brief(BriefArgs),
    /// List and show deals as of any day, and take them from a file
    Deals(DealsArgs),
    /// Show a customer with its deals and calls
    Accounts(AccountsArgs),
    /// Show how much is open, what slipped and how fast deals move, each currency by itself
    Pipeline(OutlookArgs),
    /// Forecast a period with its 80 % interval, and how far off earlier forecasts were
    Forecast(OutlookArgs),
    /// Show the watched competitors by deals and calls, and how such deals end
    Competitors(CompetitorsArgs),
    /// Show what a rep might try next, beside the team's own middle half
    Coach(CoachArgs),
    /// Write what calls say to HubSpot, as a plan that you read first
    Crm(CrmArgs),
    /// Try, save and list what you want to hear of
    Trackers(TrackersArgs),
    /// Serve assistants by the Model Context Protocol, or set up a client for it
    Mcp(McpArgs),
    /// Work until stopped: fetch calls, keep the index, sync at fixed times
    Worker(WorkerArgs),
    /// Serve until stopped: deliveries, assistants, and the worker in the same process
    Serve(ServeArgs),
    /// Build the index again from the archive; Gong is not asked
    Reindex,
    /// Tell where passages are remembered, move them to a Qdrant server, and measure it
    Memory(MemoryArgs),
    /// Erase calls for good: they are refused when they come again
    Purge(PurgeArgs),
    /// List what was erased, without content
    Receipts,
    /// Keep calls from every erasure, by the name of a legal hold
    Hold(HoldArgs),
    /// Run the product over a folder of calls and write what a scorer reads
    Eval(EvalArgs),
    /// Roles, API keys, and who you are
    Auth(AuthArgs),
    /// Check, keep and export the record of who did what
    Audit(AuditArgs),
    /// Make, show, rotate and forget the archive's keys
    Keys(KeysArgs),
    /// Fetch, find and check the files of the model that gives search its meaning
    Model(ModelArgs),
    /// Look at the configuration
    Config(ConfigArgs),
    /// Show how Gong's deliveries are recognised, and try a receiver
    Webhook(WebhookArgs),
    /// Look at jobs that were given up, try them again or forget them
    Dead(DeadArgs),
    /// Look after the archive's database: back it up, bring a backup back, prove that it is whole
    Db(DbArgs),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the reference of all commands in Markdown, or write it as man pages
    Manual {
        /// Write man pages into this folder instead
        #[arg(long, value_name = "DIR")]
        man: Option<PathBuf>,
    },
    /// Serve a simulated Gong on this machine until Ctrl-C
    Sim(SimArgs),
}

/// Needs an OAuth app that is registered in Gong: GONG_CLIENT_ACCESS_KEY and GONG_CLIENT_SECRET.
#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// Ask for these scopes, separated by spaces or commas [default: what every command needs]
    #[arg(long, value_name = "SCOPES")]
    pub(crate) scopes: Option<String>,
    /// Open the address in a browser; other users of this machine may see it while that starts
    #[arg(long)]
    pub(crate) open: bool,
    /// Give up after this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    /// Read known calls once more now: what was corrected, came late or is gone
    ///
    /// Without this, it is done when it is due: the last 30 days daily, 180 days weekly, everything
    /// monthly. A reconcile that the day's requests do not allow waits, or goes on from day to day.
    #[arg(
        long,
        value_enum,
        value_name = "HOW FAR",
        conflicts_with = "no_reconcile"
    )]
    pub(crate) reconcile: Option<Reconcile>,
    /// Bring what is new, and read nothing once more although it may be due
    #[arg(long)]
    pub(crate) no_reconcile: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Reconcile {
    /// The last 30 days
    Month,
    /// The last 180 days
    HalfYear,
    /// Everything
    All,
}

#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    #[command(subcommand)]
    pub(crate) command: ModelCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelCommand {
    /// Fetch the files into the cache, verified, so that no command has to later
    Pull {
        /// The model [default: the one that is used]
        name: Option<String>,
    },
    /// List the models that can be named, and which are here
    List,
    /// Print the folder of the files, once every byte of them was checked
    Path {
        /// The model [default: the one that is used]
        name: Option<String>,
    },
    /// Check every byte of the files
    Verify {
        /// The model [default: the one that is used]
        name: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make the master key of an archive that is not there yet
    Init,
    /// Show which keys there are and what each wraps; no key is shown, only ids
    Status,
    /// Wrap everything by a new master key; the former one stays until it is forgotten
    RotateKek,
    /// Wrap the keys of all calls by a new data key, step by step; begins where it was stopped
    RotateDek {
        /// Open every key at the end
        #[arg(long)]
        verify: bool,
    },
    /// Forget a former master key: backups from before its rotation cannot be read any more
    Forget {
        /// Its id
        id: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// A folder of files of the form {"call": …, "callTranscript": …}
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PurgeArgs {
    #[command(flatten)]
    pub(crate) what: PurgeWhat,
    /// Count what would go, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask: for programs
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct PurgeWhat {
    /// These calls, by id; also ones that were never seen
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub(crate) call: Vec<String>,
    /// Every call until now with this person: an e-mail address or a user's id
    #[arg(long, value_name = "PERSON")]
    pub(crate) person: Option<String>,
    /// Every known call of this account: its CRM id or its domain
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Every call that started before this day (UTC) or instant, known now or later
    #[arg(long, value_name = "DATE", value_parser = from)]
    pub(crate) before: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct HoldArgs {
    #[command(subcommand)]
    pub(crate) command: HoldCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// Keep something until the hold is released
    Add {
        /// A short plain name, stored in clear: the number of a case, not the name of a person
        name: String,
        #[command(flatten)]
        what: HoldWhat,
    },
    /// List every hold, released ones included
    List,
    /// Release a hold
    Release {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct HoldWhat {
    /// One call
    #[arg(long, value_name = "ID")]
    pub(crate) call: Option<String>,
    /// Every call with this person: an e-mail address or a user's id
    #[arg(long, value_name = "PERSON")]
    pub(crate) person: Option<String>,
    /// Every call of this account: its CRM id or its domain
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) account: Option<String>,
    /// Every call of this workspace
    #[arg(long, value_name = "ID")]
    pub(crate) workspace: Option<String>,
    /// Every call
    #[arg(long)]
    pub(crate) everything: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print every setting; secrets are only said to be set
    Show {
        /// Also print where each value comes from
        #[arg(long)]
        origin: bool,
    },
    /// Print what every setting means, its default and its variables
    Reference {
        /// As Markdown
        #[arg(long)]
        markdown: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DeadArgs {
    #[command(subcommand)]
    pub(crate) command: DeadCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeadCommand {
    /// List them
    List,
    /// Show one
    Show {
        /// Its id
        id: i64,
    },
    /// Give one another life; the next sync does it
    Retry {
        /// Its id
        #[arg(required_unless_present = "all")]
        id: Option<i64>,
        /// All of them
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
    /// Forget one; an erasure is never forgotten
    Drop {
        /// Its id
        id: i64,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    #[command(flatten)]
    pub(crate) world: SimWorld,
    /// Decides generated calls
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Port of 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// No limit of 3 requests a second and 10,000 a day
    #[arg(long)]
    pub(crate) no_limits: bool,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct SimWorld {
    /// Serve the calls in this folder, of the form {"call": …, "callTranscript": …}
    #[arg(long, value_name = "DIR")]
    pub(crate) calls: Option<PathBuf>,
    /// Serve the invented sales calls that come with gongkit (the default)
    #[arg(long)]
    pub(crate) sample: bool,
    /// Serve this many plain made-up calls
    #[arg(long, value_name = "N")]
    pub(crate) generate: Option<usize>,
}

/// The beginning of a day, or an instant.
fn from(text: &str) -> Result<Timestamp, String> {
    instant(text, SignedDuration::ZERO)
}

/// The end of a day, so that it is included; or an instant.
fn to(text: &str) -> Result<Timestamp, String> {
    instant(text, SignedDuration::from_hours(24))
}

fn instant(text: &str, after_midnight: SignedDuration) -> Result<Timestamp, String> {
    let wrong = || "write it like 2026-03-31 or 2026-03-31T14:00:00Z".to_owned();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let day: civil::Date = text.parse().map_err(|_| wrong())?;
    let midnight = jiff::tz::Offset::UTC
        .to_timestamp(day.to_datetime(civil::Time::midnight()))
        .map_err(|_| wrong())?;
    midnight.checked_add(after_midnight).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_tree_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_day_is_meant_whole_and_an_instant_as_it_is() {
        let shown = |read: Result<Timestamp, String>| read.map(|at| at.to_string());
        assert_eq!(shown(from("2026-03-31")), Ok("2026-03-31T00:00:00Z".into()));
        assert_eq!(shown(to("2026-03-31")), Ok("2026-04-01T00:00:00Z".into()));
        assert_eq!(
            shown(to("2026-03-31T14:00:00Z")),
            Ok("2026-03-31T14:00:00Z".into())
        );
        assert!(from("last week").is_err());
    }
}
