//! `mcp`: the server for assistants, and setting up a client for it.

use std::path::{Path, PathBuf};

use gong_app::{App, Error, ErrorKind};
use gong_mcp::{
    Client, Entry, HttpOptions, Installed, Listening, Protection, Relay, Server, Setup, TlsFiles,
};

use super::{Context, absolute};
use crate::arguments::{Global, McpArgs, McpClient, McpCommand};
use crate::output;

pub(crate) async fn run(
    context: &Context,
    global: &Global,
    arguments: McpArgs,
) -> Result<(), Error> {
    match arguments.command {
        Some(McpCommand::Install { client, dry_run }) => install(context, global, client, dry_run),
        None if arguments.http => http(context, &arguments).await,
        None => {
            let config = context.config()?;
            let app = App::new(
                config,
                &context.environment,
                Relay::new(),
                context.stop.clone(),
            );
            let server = Server::new(app, jiff::Timestamp::now);
            gong_mcp::serve_stdio(server, context.stop.clone()).await
        }
    }
}

async fn http(context: &Context, arguments: &McpArgs) -> Result<(), Error> {
    let mut options = HttpOptions::new(arguments.listen);
    options.protection = match (&arguments.tls_cert, &arguments.tls_key) {
        (Some(cert), Some(key)) => Protection::Tls(TlsFiles::new(cert, key)),
        _ if arguments.behind_proxy => Protection::BehindProxy,
        _ => Protection::PlainText,
    };
    if arguments.require_auth {
        options.entry = Entry::ByKey;
    }
    options.public_url = arguments
        .public_url
        .as_deref()
        .map(gong_mcp::public_url)
        .transpose()?;
    let config = context.config()?;
    let app = App::serving(
        config,
        &context.environment,
        Relay::new(),
        context.stop.clone(),
    );
    let server = Server::new(app, jiff::Timestamp::now);
    serve(context, options, server).await
}

/// Serves over HTTP until it is stopped.
pub(super) async fn serve(
    context: &Context,
    options: HttpOptions,
    server: Server,
) -> Result<(), Error> {
    let as_whom = if options.is_open() {
        "whoever shows no key works as admin"
    } else {
        "everybody must show a key or a token"
    };
    let listening = Listening::open(options).await?;
    context.remark(&format!("serving MCP on {}; {as_whom}", listening.url()));
    listening.serve(server, context.stop.clone()).await
}

fn install(
    context: &Context,
    global: &Global,
    client: McpClient,
    is_dry: bool,
) -> Result<(), Error> {
    let client = match client {
        McpClient::ClaudeDesktop => Client::ClaudeDesktop,
        McpClient::ClaudeCode => Client::ClaudeCode,
        McpClient::Cursor => Client::Cursor,
        McpClient::Vscode => Client::VsCode,
        McpClient::Windsurf => Client::Windsurf,
        McpClient::GeminiCli => Client::GeminiCli,
    };
    let home = context.environment.home().ok_or_else(|| {
        Error::new(ErrorKind::NotConfigured, "there is no home folder")
            .hint("set HOME to an absolute path")
    })?;
    let command = std::env::current_exe().map_err(|error| {
        Error::new(ErrorKind::Failed, "where gongkit lies is not known").caused_by(error)
    })?;
    let mut setup = Setup::new(client, home, command);
    setup.arguments = passed_on(global)?;
    let done = if is_dry {
        setup.preview()?
    } else {
        setup.install()?
    };
    let view = serde_json::json!({
        "file": done.file, "is_new": done.is_new, "written": done.is_new && !is_dry,
        "text": done.text,
    });
    output::answer(context.format, &view, |_| text(&done, is_dry))
}

/// The flags that the server must be started with to find what this command finds.
fn passed_on(global: &Global) -> Result<Vec<String>, Error> {
    let mut arguments = Vec::new();
    let places: [(&str, Option<&Path>); 3] = [
        ("--config", global.config.as_deref()),
        ("--data-dir", global.data_dir.as_deref()),
        ("--model-dir", global.model_dir.as_deref()),
    ];
    for (flag, path) in places {
        if let Some(path) = path {
            let path: PathBuf = absolute(path)?;
            arguments.extend([flag.to_owned(), path.display().to_string()]);
        }
    }
    Ok(arguments)
}

fn text(done: &Installed, is_dry: bool) -> String {
    let file = done.file.display();
    if is_dry {
        return format!("{file} would hold:\n{}", done.text.trim_end());
    }
    if done.is_new {
        format!("gongkit stands in {file} now; start the client again")
    } else {
        format!("gongkit stood in {file} already")
    }
}
