//! What can be typed after `mcp`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Over standard input and output it works for the person at this machine, as every command does.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct McpArgs {
    #[command(subcommand)]
    pub(crate) command: Option<McpCommand>,
    /// Serve over HTTP, at /mcp, in place of standard input and output
    #[arg(long)]
    pub(crate) http: bool,
    /// Listen here
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:9002",
        requires = "http"
    )]
    pub(crate) listen: SocketAddr,
    /// Answer nobody who shows no API key and no token, on this machine either
    #[arg(long, requires = "http")]
    pub(crate) require_auth: bool,
    /// Speak TLS, with this certificate in PEM form; it and its key are read again when they change
    #[arg(long, value_name = "FILE", requires_all = ["http", "tls_key"])]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The key of the certificate
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A proxy before it ends TLS: it may listen beyond this machine, and everybody must show a key
    /// or a token
    #[arg(long, requires = "http", conflicts_with = "tls_cert")]
    pub(crate) behind_proxy: bool,
    /// Its address as clients write it, such as `https://calls.example/mcp`
    #[arg(long, value_name = "URL", requires = "http")]
    pub(crate) public_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum McpCommand {
    /// Write the server into the configuration of a client
    Install {
        /// The client
        #[arg(long)]
        client: McpClient,
        /// Show what would be written, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum McpClient {
    /// Claude Desktop
    ClaudeDesktop,
    /// Claude Code
    ClaudeCode,
    /// Cursor
    Cursor,
    /// Visual Studio Code
    Vscode,
    /// Windsurf
    Windsurf,
    /// Gemini CLI
    GeminiCli,
}
