//! `doctor`, `config show`, `completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;
use gong_app::views::{CheckStatus, ConfigView};
use gong_app::{Error, ErrorKind, settings_reference};

use super::Context;
use crate::arguments::{Arguments, ConfigArgs, ConfigCommand};
use crate::{output, tables};

pub(crate) async fn doctor(context: &Context) -> Result<(), Error> {
    let view = context.app()?.doctor().await;
    context.bars.clear();
    output::answer(context.format, &view, tables::doctor)?;
    let failed = view
        .checks
        .iter()
        .filter(|check| check.status == CheckStatus::Fail)
        .count();
    if failed > 0 {
        let what = format!("{failed} of {} checks failed", view.checks.len());
        return Err(Error::new(ErrorKind::NotConfigured, what)
            .hint("each failed line above names the command that mends it"));
    }
    Ok(())
}

pub(crate) fn config(context: &Context, arguments: &ConfigArgs) -> Result<(), Error> {
    match arguments.command {
        ConfigCommand::Show { origin } => {
            let view = ConfigView::new(&context.config()?);
            output::answer(context.format, &view, |view| tables::config(view, origin))
        }
        ConfigCommand::Reference { markdown } => {
            let view = settings_reference()?;
            let table = if markdown {
                tables::settings_in_markdown
            } else {
                tables::settings
            };
            output::answer(context.format, &view, table)
        }
    }
}

pub(crate) fn completions(shell: Shell) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "gongkit", &mut script);
    output::data(String::from_utf8_lossy(&script).trim_end())
}
