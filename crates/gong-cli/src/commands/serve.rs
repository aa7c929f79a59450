//! `worker` and `serve`: processes that go on until they are stopped.

use std::sync::Arc;

use front_door::{Door, DoorOptions, Guard, Protection, TlsFiles};
use gong_admin::Numbers;
use gong_app::{App, Error, ErrorKind, Listener};
use gong_dashboard::{DashboardOptions, Listening, Live};
use gong_mcp::{Entry, HttpOptions, Server};

use super::{Context, mcp};
use crate::arguments::{AdminArgs, ServeArgs, WorkerArgs};
use crate::{output, tables};

pub(crate) async fn worker(context: &Context, arguments: &WorkerArgs) -> Result<(), Error> {
    let numbers = numbers()?;
    let app = context.app()?;
    let work = Box::pin(app.work());
    let view = beside_admin(context, arguments.admin, &app, numbers, work).await?;
    output::answer(context.format, &view, tables::work)
}

pub(crate) async fn serve(context: &Context, arguments: &ServeArgs) -> Result<(), Error> {
    let numbers = numbers()?;
    let config = context.config()?;
    // MCP makes a listener of its own for each request; what the worker does is told to the pages.
    let live = Live::new();
    let app = App::serving(
        config,
        &context.environment,
        Arc::clone(&live) as Arc<dyn Listener>,
        context.stop.clone(),
    );
    let pages = async {
        if !arguments.dashboard {
            return Ok(());
        }
        let options = pages_options(context, arguments)?;
        let listening = Listening::open(options).await?;
        context.remark(&format!(
            "pages on {}; everybody shows a key or a token",
            listening.url()
        ));
        listening
            .serve(app.clone(), live, context.stop.clone())
            .await
    };
    let assistants = async {
        if !arguments.mcp {
            return Ok(());
        }
        let at = &arguments.at;
        let mut options = HttpOptions::new(at.mcp_listen);
        options.protection = protection(arguments);
        if at.require_auth {
            options.entry = Entry::ByKey;
        }
        let public_url = at.public_url.as_deref().map(gong_mcp::public_url);
        options.public_url = public_url.transpose()?;
        let server = Server::new(app.clone(), jiff::Timestamp::now);
        mcp::serve(context, options, server).await
    };
    let deliveries = async {
        if !arguments.webhook {
            return Ok(());
        }
        let (receiver, intake) = app.receiver().await?;
        let door = webhook_door(arguments).await?;
        context.remark(&format!("taking deliveries in on {}", door.local_addr()));
        gong_webhook::serve(door, receiver, intake, context.stop.clone()).await;
        Ok(())
    };
    let work = async {
        if !arguments.worker {
            return Ok(());
        }
        // Whoever starts a process on this machine is who continuous work acts for.
        let app = app.acting_as(app.person_at_this_machine());
        app.work().await.map(drop)
    };
    let all = async {
        let (deliveries, assistants, pages, work) = tokio::join!(
            together(context, Box::pin(deliveries)),
            together(context, Box::pin(assistants)),
            together(context, Box::pin(pages)),
            together(context, Box::pin(work))
        );
        deliveries.and(assistants).and(pages).and(work)
    };
    beside_admin(context, arguments.admin, &app, numbers, Box::pin(all)).await
}

/// How the pages are reached; on this machine a link that works once lets the person at it in.
fn pages_options(context: &Context, arguments: &ServeArgs) -> Result<DashboardOptions, Error> {
    let at = &arguments.pages;
    let mut options = DashboardOptions::new(at.dashboard_listen);
    options.protection = protection(arguments);
    let url = at.dashboard_url.as_deref().map(gong_dashboard::public_url);
    options.public_url = url.transpose()?;
    options.note.clone_from(&at.dashboard_note);
    if options.is_here() {
        let quiet = context.quiet;
        options.tell = Some(Arc::new(move |link: &str| {
            if !quiet {
                output::say(&format!(
                    "open this link to sign in as admin, the person at this machine; it works once: {link}"
                ));
            }
        }));
    }
    Ok(options)
}

/// How the listeners of deliveries, of MCP and of the pages are protected.
fn protection(arguments: &ServeArgs) -> Protection {
    match (&arguments.tls_cert, &arguments.tls_key) {
        (Some(certificate), Some(key)) => Protection::Tls(TlsFiles::new(certificate, key)),
        _ if arguments.behind_proxy => Protection::BehindProxy,
        _ => Protection::PlainText,
    }
}

/// The listener for deliveries; every one is verified, so it may lie beyond this machine.
async fn webhook_door(arguments: &ServeArgs) -> Result<Door, Error> {
    let address = arguments.deliveries.webhook_listen;
    let options = DoorOptions::new(address, protection(arguments), Guard::Authenticated);
    Door::open(options).await.map_err(|error| {
        let hint = error
            .hint()
            .unwrap_or("pass --webhook-listen with another address");
        Error::new(ErrorKind::Failed, "no deliveries can be taken in")
            .hint(hint)
            .caused_by(error)
    })
}

/// The numbers of this process; made before the app, which says what they mean.
fn numbers() -> Result<Numbers, Error> {
    Numbers::install().map_err(|error| {
        Error::new(
            ErrorKind::Failed,
            "another recorder of metrics was installed",
        )
        .caused_by(error.to_string())
    })
}

/// One of several that go on beside each other: where one fails, all are stopped.
async fn together(
    context: &Context,
    part: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    let done = part.await;
    if done.is_err() {
        context.stop.cancel();
    }
    done
}

/// Does the work, and answers probes until it has ended.
async fn beside_admin<T>(
    context: &Context,
    arguments: AdminArgs,
    app: &App,
    numbers: Numbers,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let door = gong_admin::open(arguments.admin).await?;
    let address = door.local_addr();
    context.remark(&format!(
        "health and metrics on http://{address}: /livez, /readyz, /metrics"
    ));
    let ended = tokio_util::sync::CancellationToken::new();
    let answering = gong_admin::serve(door, app.clone(), numbers, ended.clone());
    let working = async {
        let done = work.await;
        ended.cancel();
        done
    };
    let ((), done) = tokio::join!(answering, working);
    done
}
