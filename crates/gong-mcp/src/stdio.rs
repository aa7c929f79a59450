//! The protocol over a pair of streams: one client, the person at this machine.

use gong_app::{Error, ErrorKind};
use rmcp::ServiceExt as _;
use rmcp::service::{QuitReason, ServerInitializeError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::Server;

/// Serves on standard input and output until the client hangs up or the token is cancelled.
///
/// Whoever starts the process is its user: there is no other check.
pub async fn serve_stdio(server: Server, stop: CancellationToken) -> Result<(), Error> {
    let (read, write) = rmcp::transport::stdio_pipes();
    serve_streams(server, read, write, stop).await
}

/// The same on any pair of streams, one message a line.
pub async fn serve_streams<R, W>(
    server: Server,
    read: R,
    write: W,
    stop: CancellationToken,
) -> Result<(), Error>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let app = server.app().clone();
    let served = serve(server, read, write, stop).await;
    app.finish().await?;
    served
}

async fn serve<R, W>(
    server: Server,
    read: R,
    write: W,
    stop: CancellationToken,
) -> Result<(), Error>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Failed, "the client could not be talked to").caused_by(error)
    };
    let running = match server.serve_with_ct((read, write), stop).await {
        Ok(running) => running,
        // A client that hangs up before it says anything has done nothing wrong.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => {
            return Ok(());
        }
        Err(error) => return Err(failed(error.into())),
    };
    match running.waiting().await {
        Ok(QuitReason::JoinError(error)) | Err(error) => Err(failed(error.into())),
        Ok(_) => Ok(()),
    }
}
