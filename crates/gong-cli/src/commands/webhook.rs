//! `webhook`: how Gong's deliveries are recognised, and trying it.

use gong_app::{Error, ErrorKind};

use super::Context;
use crate::arguments::WebhookCommand;
use crate::{output, tables};

pub(crate) async fn run(context: &Context, command: &WebhookCommand) -> Result<(), Error> {
    let app = context.app()?;
    match command {
        WebhookCommand::Keys => {
            let view = app.webhook_keys().await?;
            output::answer(context.format, &view, tables::webhook_keys)
        }
        WebhookCommand::Test { url } => {
            let view = app.webhook_test(url).await?;
            output::answer(context.format, &view, tables::webhook_test)?;
            if view.is_accepted {
                return Ok(());
            }
            Err(
                Error::new(ErrorKind::Failed, "the receiver did not take the test in").hint(
                    "the word it said is explained in docs/webhooks.md; it must open the same \
                     archive",
                ),
            )
        }
    }
}
