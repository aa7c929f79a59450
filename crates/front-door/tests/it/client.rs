//! A client that says exactly what it is told to, and the doors that it knocks at.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use front_door::{Door, DoorOptions, Drained, Guard, Limits, Protection};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Nothing here takes as long, unless it is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A door that is being served.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    pub(crate) serving: JoinHandle<Drained>,
}

impl Served {
    pub(crate) async fn start(protection: Protection, limits: Limits, app: Router) -> Self {
        let here = "127.0.0.1:0".parse().expect("an address");
        let options = DoorOptions::new(here, protection, Guard::Open).limits(limits);
        let door = Door::open(options).await.expect("it opens");
        let (address, stop) = (door.local_addr(), CancellationToken::new());
        let serving = tokio::spawn(door.serve(app, stop.clone()));
        Self {
            address,
            stop,
            serving,
        }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        let connecting = timeout(PATIENCE, TcpStream::connect(self.address));
        connecting.await.expect("in time").expect("it connects")
    }

    pub(crate) async fn stop(self) -> Drained {
        self.stop.cancel();
        timeout(PATIENCE, self.serving)
            .await
            .expect("in time")
            .expect("it does not panic")
    }
}

pub(crate) fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

/// Asks for the first page and gives the whole answer, to the end of the connection.
pub(crate) async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> String {
    let head = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    stream.write_all(head).await.expect("it is sent");
    rest(stream).await
}

/// Reads until the other side closes.
pub(crate) async fn rest<S: AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut text = Vec::new();
    // Whoever is sent away may see a reset instead of an end.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut text))
        .await
        .expect("the other side closes in time");
    String::from_utf8_lossy(&text).into_owned()
}
