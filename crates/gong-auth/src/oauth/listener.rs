//! Waits on this machine for the browser to come back from Gong.
use std::{io, net::Ipv4Addr, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{AuthorizationCode, Callback, Login, OAuthError, Redirect};
use crate::{
    Error,
    loopback_http::{Asked, answer, read_request},
};

/// How long a user may take to log in: Gong's codes live for ten minutes.
pub const LOGIN_DEADLINE: Duration = Duration::from_mins(10);
/// Connections that are heard at the same time. Browsers open some in advance and say nothing.
const CONNECTIONS: usize = 16;
/// The pause after the system could not hand over a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A listener on 127.0.0.1 that takes the callback of one login and nothing else.
#[derive(Debug)]
pub struct LoginListener {
    listener: TcpListener,
    redirect: Redirect,
}

impl LoginListener {
    /// Listens where the redirect leads, on 127.0.0.1 only.
    ///
    /// # Errors
    /// [`Error::CannotListen`] when the port is taken.
    pub async fn bind(redirect: Redirect) -> Result<Self, Error> {
        let port = redirect.port();
        let bound = async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
            let port = listener.local_addr()?.port();
            Ok::<_, io::Error>((listener, port))
        };
        let (listener, port) = bound
            .await
            .map_err(|source| Error::CannotListen { port, source })?;
        Ok(Self {
            listener,
            redirect: redirect.with_port(port),
        })
    }

    /// Where Gong must send the browser: what was bound, with its real port.
    pub fn redirect(&self) -> &Redirect {
        &self.redirect
    }

    /// Waits for the callback of this login and tells the user in the browser how it went.
    ///
    /// Whatever else comes (a favicon, a silent connection, a callback with a wrong state) is
    /// answered and does not end the wait.
    ///
    /// # Errors
    /// [`OAuthError::LoginFailed`] when the login was refused or nobody came in time.
    pub async fn receive(
        self,
        login: &Login,
        deadline: Duration,
    ) -> Result<AuthorizationCode, Error> {
        let late = OAuthError::LoginFailed {
            problem: "nobody came back from the browser in time",
        };
        let code = timeout(deadline, self.wait_for(login)).await;
        Ok(code.unwrap_or(Err(late))?)
    }

    async fn wait_for(&self, login: &Login) -> Result<AuthorizationCode, OAuthError> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if connections.len() < CONNECTIONS => {
                    match accepted {
                        Ok((stream, _)) => drop(connections.spawn(hear(stream))),
                        Err(_) => sleep(ACCEPT_PAUSE).await,
                    }
                }
                Some(heard) = connections.join_next() => {
                    let Ok(Some((mut stream, asked))) = heard else { continue };
                    let callback = judge(login, &asked);
                    tell(&mut stream, &callback).await;
                    match callback {
                        Callback::Code(code) => return Ok(code),
                        Callback::Refused(error) => return Err(error),
                        Callback::NotOurs => {}
                    }
                }
            }
        }
    }
}

async fn hear(mut stream: TcpStream) -> Option<(TcpStream, Asked)> {
    let asked = read_request(&mut stream).await?;
    Some((stream, asked))
}

fn judge(login: &Login, asked: &Asked) -> Callback {
    if asked.method == "GET" {
        login.judge(&asked.target)
    } else {
        Callback::NotOurs
    }
}

async fn tell(stream: &mut TcpStream, callback: &Callback) {
    let (status, text) = match callback {
        Callback::Code(_) => (
            "200 OK",
            "Gong sent you back. Close this page; the terminal tells the rest.\n",
        ),
        Callback::Refused(_) => (
            "200 OK",
            "The login was refused. Close this page; the terminal tells why.\n",
        ),
        Callback::NotOurs => ("404 Not Found", "Nothing is here.\n"),
    };
    answer(stream, status, "text/plain; charset=utf-8", "", text).await;
}
