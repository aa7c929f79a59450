//! `purge`, `receipts`, `hold`.

use std::io::{self, BufRead as _, IsTerminal as _};

use gong_app::{Error, ErrorKind, HoldRequest, PurgeRequest};

use super::Context;
use crate::arguments::{HoldArgs, HoldCommand, HoldWhat, PurgeArgs, PurgeWhat};
use crate::{output, tables};

/// What a person types to go on.
const ANSWER: &str = "erase";

pub(crate) async fn purge(context: &Context, arguments: PurgeArgs) -> Result<(), Error> {
    let app = context.app()?;
    let request = request(arguments.what);
    let preview = app.purge_preview(&request).await?;
    if arguments.dry_run {
        return output::answer(context.format, &preview, tables::purge_preview);
    }
    if !arguments.yes {
        context.bars.clear();
        output::say(&tables::purge_preview(&preview));
        confirmed(
            "This cannot be undone. A backup from before still opens these calls.",
            ANSWER,
        )
        .await?;
    }
    let done = app.purge(&request).await?;
    context.bars.clear();
    output::answer(context.format, &done.view, tables::purge)?;
    done.problem.map_or(Ok(()), Err)
}

pub(crate) async fn receipts(context: &Context) -> Result<(), Error> {
    let view = context.app()?.receipts().await?;
    output::answer(context.format, &view, tables::receipts)
}

pub(crate) async fn hold(context: &Context, arguments: HoldArgs) -> Result<(), Error> {
    let app = context.app()?;
    let view = match arguments.command {
        HoldCommand::Add { name, what } => app.hold_add(&name, &held(what)).await?,
        HoldCommand::List => app.hold_list().await?,
        HoldCommand::Release { name } => app.hold_release(&name).await?,
    };
    output::answer(context.format, &view, tables::holds)
}

/// Asks the person in front; who cannot be asked must have said `--yes`.
pub(crate) async fn confirmed(warning: &str, answer: &'static str) -> Result<(), Error> {
    if !io::stdin().is_terminal() {
        let what = "nobody can be asked whether to go on";
        return Err(Error::new(ErrorKind::Usage, what)
            .hint("look at --dry-run where there is one, then pass --yes; nothing was changed"));
    }
    output::say(&format!("{warning} Type {answer} to go on:"));
    let typed = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let typed = typed.await.ok().and_then(Result::ok).unwrap_or_default();
    if typed.trim() == answer {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Cancelled, "nothing was changed"))
}

fn request(what: PurgeWhat) -> PurgeRequest {
    let PurgeWhat {
        call,
        person,
        account,
        before,
    } = what;
    match (person, account, before) {
        (Some(person), ..) => PurgeRequest::Person(person),
        (_, Some(account), _) => PurgeRequest::Account(account),
        (_, _, Some(start)) => PurgeRequest::Before(start),
        _ => PurgeRequest::Calls(call),
    }
}

fn held(what: HoldWhat) -> HoldRequest {
    let HoldWhat {
        call,
        person,
        account,
        workspace,
        everything: _,
    } = what;
    match (call, person, account, workspace) {
        (Some(call), ..) => HoldRequest::Call(call),
        (_, Some(person), ..) => HoldRequest::Person(person),
        (_, _, Some(account), _) => HoldRequest::Account(account),
        (_, _, _, Some(workspace)) => HoldRequest::Workspace(workspace),
        _ => HoldRequest::Everything,
    }
}
