//! Logs on stderr: ids, counts and durations, never words of a call.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::arguments::Global;

/// Starts logging by `RUST_LOG`, else by `-v` and `-q`.
pub(crate) fn start(global: &Global) {
    let by_flags = match (global.quiet, global.verbose) {
        (true, _) => "off",
        (false, 0) => "error",
        (false, 1) => "warn,gong_app=info,gong_sync=info,gong_client=info,gongkit=info",
        (false, 2) => {
            "info,gong_app=debug,gong_sync=debug,gong_client=debug,call_archive=debug,memory_store=debug"
        }
        (false, _) => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(by_flags));
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|said| !said.is_empty());
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal() && !is_plain)
        .with_writer(std::io::stderr)
        .try_init();
    if started.is_err() {
        crate::output::say("logs were started before");
    }
}
