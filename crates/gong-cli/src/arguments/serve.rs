//! What can be typed after `worker` and `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Runs until Ctrl-C or SIGTERM, and finishes then what is in hand. Any number may run beside each
/// other; one of them syncs at fixed times, and who holds the index writes it.
#[derive(Debug, Args)]
pub(crate) struct WorkerArgs {
    #[command(flatten)]
    pub(crate) admin: AdminArgs,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct AdminArgs {
    /// Tell here whether the process lives and is ready, and its metrics
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9090")]
    pub(crate) admin: SocketAddr,
}

/// Runs until Ctrl-C or SIGTERM, and finishes then what is in hand.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["webhook", "mcp", "dashboard", "worker"])))]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) admin: AdminArgs,
    /// Take Gong's deliveries in, at /webhooks/gong: durable before they are acknowledged
    #[arg(long)]
    pub(crate) webhook: bool,
    /// Serve assistants by the Model Context Protocol, over HTTP at /mcp
    #[arg(long)]
    pub(crate) mcp: bool,
    /// Serve pages for people: forecast, risk, competitors, calls
    #[arg(long)]
    pub(crate) dashboard: bool,
    /// Work as well: fetch calls, keep the index, sync at fixed times
    #[arg(long)]
    pub(crate) worker: bool,
    #[command(flatten)]
    pub(crate) deliveries: WebhookAt,
    #[command(flatten)]
    pub(crate) at: McpAt,
    #[command(flatten)]
    pub(crate) pages: DashboardAt,
    /// Speak TLS, with this certificate in PEM form; it and its key are read again when they change
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The key of the certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A proxy before it ends TLS: it may listen beyond this machine, and everybody must show who
    /// he is
    #[arg(long, conflicts_with = "tls_cert")]
    pub(crate) behind_proxy: bool,
}

/// Where deliveries are taken in.
#[derive(Debug, Args)]
pub(crate) struct WebhookAt {
    /// Listen here for deliveries
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:9003",
        requires = "webhook"
    )]
    pub(crate) webhook_listen: SocketAddr,
}

/// Where the pages are served.
#[expect(
    clippy::struct_field_names,
    reason = "a field's name is the flag as it is typed"
)]
#[derive(Debug, Args)]
pub(crate) struct DashboardAt {
    /// Listen here for browsers
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:9004",
        requires = "dashboard"
    )]
    pub(crate) dashboard_listen: SocketAddr,
    /// The address of the pages as browsers write it, such as `https://calls.example`
    #[arg(long, value_name = "URL", requires = "dashboard")]
    pub(crate) dashboard_url: Option<String>,
    /// Say this at the top of every page, such as that the data is invented
    #[arg(long, value_name = "TEXT", requires = "dashboard")]
    pub(crate) dashboard_note: Option<String>,
}

/// Where and for whom MCP is served.
#[derive(Debug, Args)]
pub(crate) struct McpAt {
    /// Listen here for MCP
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:9002",
        requires = "mcp"
    )]
    pub(crate) mcp_listen: SocketAddr,
    /// Answer nobody who shows no API key and no token, on this machine either
    #[arg(long, requires = "mcp")]
    pub(crate) require_auth: bool,
    /// The address of MCP as clients write it, such as `https://calls.example/mcp`
    #[arg(long, value_name = "URL", requires = "mcp")]
    pub(crate) public_url: Option<String>,
}
