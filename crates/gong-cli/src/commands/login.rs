//! `login`, `logout`.

use std::process::{Command, Stdio};
use std::time::Duration;

use gong_app::{Error, LoginRequest};

use super::Context;
use crate::arguments::LoginArgs;
use crate::{output, tables};

pub(crate) async fn login(context: &Context, arguments: &LoginArgs) -> Result<(), Error> {
    let mut request = LoginRequest::default();
    request.scopes = arguments
        .scopes
        .as_deref()
        .map(|scopes| scopes.replace(',', " "));
    request.deadline = Duration::from_secs(arguments.timeout);
    let pending = context.app()?.begin_login(&request).await?;
    // Also with --quiet: without it nobody can log in.
    output::say(&format!(
        "Open this address in a browser on this machine and allow the access:\n{}",
        pending.url()
    ));
    context.remark(&format!(
        "Waiting for the browser on {}, for {} seconds at the longest.",
        pending.redirect(),
        arguments.timeout
    ));
    if arguments.open && open(pending.url()).is_err() {
        context.remark("No browser could be started; open the address by hand.");
    }
    let view = pending.finish().await?;
    context.bars.clear();
    output::answer(context.format, &view, tables::login)
}

pub(crate) async fn logout(context: &Context) -> Result<(), Error> {
    let view = context.app()?.logout().await?;
    output::answer(context.format, &view, |view| tables::logout(*view))
}

/// Asks the desktop to show an address.
fn open(url: &str) -> std::io::Result<()> {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    Command::new(program)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
}
