//! `deals` and `accounts`.

use gong_app::{
    AccountBriefRequest, DealsImport, DealsRequest, Error, ErrorKind, Pinning, Standing,
};

use super::{Context, absolute, outlook, reading};
use crate::arguments::{
    AccountsArgs, AccountsCommand, DealsArgs, DealsCommand, ListDealsArgs, PinArgs,
};
use crate::{output, tables};

pub(crate) async fn deals(context: &Context, arguments: DealsArgs) -> Result<(), Error> {
    match arguments.command {
        DealsCommand::List(arguments) => reading(context, list(context, arguments)).await,
        DealsCommand::Show { deal, as_of } => {
            let shown = async {
                let view = context.app()?.deal(&deal, as_of).await?;
                output::answer(context.format, &view, tables::deal)
            };
            reading(context, shown).await
        }
        DealsCommand::Risk(arguments) => outlook::risk(context, arguments).await,
        DealsCommand::Pin(arguments) => pin(context, &arguments, Pinning::Pin).await,
        DealsCommand::Unpin(arguments) => pin(context, &arguments, Pinning::Unpin).await,
        DealsCommand::Import {
            file,
            as_of,
            skip_bad,
        } => {
            let mut request = DealsImport::new(absolute(&file)?);
            request.as_of = as_of;
            request.skip_bad = skip_bad;
            let view = context.app()?.import_deals(&request).await?;
            output::answer(context.format, &view, tables::deals_import)?;
            if view.stored {
                return Ok(());
            }
            let what = format!(
                "{} lines cannot be read; nothing was stored",
                view.bad.len()
            );
            let hint = "mend the lines, or pass --skip-bad to leave them out";
            Err(Error::new(ErrorKind::Failed, what).hint(hint))
        }
    }
}

async fn pin(context: &Context, arguments: &PinArgs, pinning: Pinning) -> Result<(), Error> {
    let PinArgs { call, deal } = arguments;
    let view = context.app()?.pin_call(call, deal, pinning).await?;
    output::answer(context.format, &view, tables::pin)
}

async fn list(context: &Context, arguments: ListDealsArgs) -> Result<(), Error> {
    let mut request = DealsRequest::default();
    request.as_of = arguments.as_of;
    request.stage = arguments.stage;
    request.owner = arguments.owner;
    request.standing = match (arguments.open, arguments.won, arguments.lost) {
        (true, ..) => Some(Standing::Open),
        (_, true, _) => Some(Standing::Won),
        (.., true) => Some(Standing::Lost),
        _ => None,
    };
    let view = context.app()?.deals(&request).await?;
    output::answer(context.format, &view, tables::deals)
}

pub(crate) async fn accounts(context: &Context, arguments: AccountsArgs) -> Result<(), Error> {
    let shown = async {
        match arguments.command {
            AccountsCommand::Show { account } => {
                let view = context.app()?.account(&account).await?;
                output::answer(context.format, &view, tables::account)
            }
            AccountsCommand::Brief {
                account,
                from,
                as_of,
            } => {
                let mut request = AccountBriefRequest::new(account);
                (request.from, request.as_of) = (from, as_of);
                let view = context.app()?.account_brief(&request).await?;
                output::answer(context.format, &view, tables::glance)
            }
        }
    };
    reading(context, shown).await
}
