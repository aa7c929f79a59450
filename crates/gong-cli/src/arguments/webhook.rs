//! What can be typed after `webhook`.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct WebhookArgs {
    #[command(subcommand)]
    pub(crate) command: WebhookCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookCommand {
    /// Show the fingerprints of the keys that Gong signs with, and which addresses it may name
    Keys,
    /// Send a signed test to a receiver over the same archive, and say what it answered
    Test {
        /// The address as it stands in Gong's rule
        url: String,
    },
}
