//! `auth` and `audit`.

use gong_app::{ApiKeyRequest, AuditFormat, Error, ErrorKind};

use super::{Context, absolute};
use crate::arguments::{
    ApiKeysCommand, AuditArgs, AuditCommand, AuthArgs, AuthCommand, ExportFormat,
};
use crate::{output, tables};

pub(crate) async fn auth(context: &Context, arguments: AuthArgs) -> Result<(), Error> {
    let app = context.app()?;
    match arguments.command {
        AuthCommand::CanI { role, what } => {
            let view = app.can_i(&role, &what.join(" "))?;
            output::answer(context.format, &view, tables::can_i)?;
            if view.is_allowed {
                return Ok(());
            }
            let what = format!("the role {} does not give {}", view.role, view.permission);
            Err(Error::new(ErrorKind::NotAuthorised, what))
        }
        AuthCommand::Whoami => output::answer(context.format, &app.whoami(), tables::whoami),
        AuthCommand::Keys { command } => keys(context, command).await,
    }
}

async fn keys(context: &Context, command: ApiKeysCommand) -> Result<(), Error> {
    let app = context.app()?;
    match command {
        ApiKeysCommand::Create {
            label,
            role,
            user,
            permission,
            days,
        } => {
            let mut request = ApiKeyRequest::new(label, role);
            request.user = user;
            request.permissions = permission;
            request.days = days;
            let view = app.create_api_key(&request).await?;
            context.remark("This is the only time that the key is shown.");
            output::answer(context.format, &view, tables::new_api_key)
        }
        ApiKeysCommand::List => {
            let view = app.api_keys().await?;
            output::answer(context.format, &view, tables::api_keys)
        }
        ApiKeysCommand::Revoke { id } => {
            let view = app.revoke_api_key(&id).await?;
            output::answer(context.format, &view, tables::api_key)
        }
    }
}

pub(crate) async fn audit(context: &Context, arguments: AuditArgs) -> Result<(), Error> {
    let app = context.app()?;
    match arguments.command {
        AuditCommand::Verify { checkpoint } => {
            let checkpoint = checkpoint.as_deref().map(absolute).transpose()?;
            let view = app.audit_verify(checkpoint.as_deref()).await?;
            output::answer(context.format, &view, tables::verified)
        }
        AuditCommand::Checkpoint { out } => {
            let out = out.as_deref().map(absolute).transpose()?;
            let view = app.audit_checkpoint(out.as_deref()).await?;
            output::answer(context.format, &view, tables::checkpoint)
        }
        AuditCommand::Key => {
            let view = app.audit_key().await?;
            context.remark(
                "Whoever has this key can verify the log, and also write one that passes: give it \
                 to the verifier alone. It opens nothing else.",
            );
            output::answer(context.format, &view, tables::audit_key)
        }
        AuditCommand::Export { format } => {
            let format = match format {
                ExportFormat::Jsonl => AuditFormat::Jsonl,
                ExportFormat::Ocsf => AuditFormat::Ocsf,
            };
            app.audit_export(format, output::data).await.map(|_| ())
        }
    }
}
