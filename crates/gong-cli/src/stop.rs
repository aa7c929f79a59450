//! Ctrl-C and SIGTERM: finish the item in hand, then stop; the second time at once.

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The exit code of a process that Ctrl-C ended.
pub(crate) const INTERRUPTED: u8 = 130;

/// Cancels the token at the first signal and ends the process at the second.
///
/// The task is owned by the caller, who aborts it when the command is done.
pub(crate) fn on_signal(token: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        if signal().await.is_err() {
            return;
        }
        token.cancel();
        crate::output::say("stopping after the item in hand; again to stop at once");
        if signal().await.is_ok() {
            std::process::exit(i32::from(INTERRUPTED));
        }
    })
}

/// Waits for Ctrl-C or SIGTERM.
pub(crate) async fn signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
