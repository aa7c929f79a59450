//! A stand-in for Gong's login: authorize page and token endpoint, strict about single use.
//!
//! It is for tests of whatever logs in or renews. It takes a code once and with its verifier only,
//! takes a refresh token once, and counts. Faults can be asked for, one for each request.

mod books;

use std::{
    collections::VecDeque,
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use url::Url;

use crate::{
    BaseUrl, OAuthApp, Tokens,
    loopback_http::{Asked, answer, read_request},
};
use books::{APP_ID, APP_SECRET, Books};

/// Connections that are served at the same time.
const CONNECTIONS: usize = 64;

/// What goes wrong with one request to the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It is answered with this status and spends nothing.
    Status(u16),
    /// The connection breaks before anything is spent.
    LoseRequest,
    /// The refresh token is spent, then the connection breaks.
    LoseAnswer,
    /// Nothing is spent until [`FakeLogin::release`] is called.
    HoldRequest,
    /// The refresh token is spent, and the answer waits for [`FakeLogin::release`].
    HoldAnswer,
}

/// A fake of Gong's login on a free port of 127.0.0.1; it stops when dropped.
pub struct FakeLogin {
    address: SocketAddr,
    desk: Arc<Desk>,
    serving: JoinHandle<()>,
}

struct Desk {
    books: Mutex<Books>,
    faults: Mutex<VecDeque<Fault>>,
    requests: watch::Sender<usize>,
    is_released: watch::Sender<bool>,
}

impl FakeLogin {
    /// Starts one.
    ///
    /// # Errors
    /// When the system gives no port.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let desk = Arc::new(Desk {
            books: Mutex::new(Books::new(format!("http://{address}"))),
            faults: Mutex::default(),
            requests: watch::Sender::new(0),
            is_released: watch::Sender::new(false),
        });
        let serving = tokio::spawn(serve(listener, Arc::clone(&desk)));
        Ok(Self {
            address,
            desk,
            serving,
        })
    }

    /// Where it listens.
    #[expect(clippy::missing_panics_doc, reason = "constants of the fake")]
    pub fn base_url(&self) -> BaseUrl {
        BaseUrl::parse(&format!("http://{}", self.address)).expect("loopback is a base URL")
    }

    /// The one app that it knows.
    pub fn app(&self) -> OAuthApp {
        Self::app_at(self.base_url())
    }

    /// The same app for another process, which knows only where the fake listens.
    #[expect(clippy::missing_panics_doc, reason = "constants of the fake")]
    pub fn app_at(base: BaseUrl) -> OAuthApp {
        OAuthApp::new(APP_ID, SecretString::from(APP_SECRET))
            .expect("the fake's app is an app")
            .at(base)
    }

    /// Tokens as of a login at `now` that was never seen; the refresh token is good once.
    pub fn tokens(&self, now: Timestamp) -> Tokens {
        self.books().tokens(now)
    }

    /// Gives access tokens this life from now on, instead of a day.
    pub fn set_lifetime(&self, lifetime: Duration) {
        self.books().lifetime = lifetime;
    }

    /// Forgets every refresh token, as when an administrator revokes the app's access.
    pub fn revoke(&self) {
        self.books().revoke();
    }

    /// How many refresh tokens it has taken.
    pub fn refreshes(&self) -> usize {
        self.books().refreshes
    }

    /// How often it was given a refresh token or a code that it does not take.
    pub fn refusals(&self) -> usize {
        self.books().refusals
    }

    /// How many requests have come, whatever became of them.
    pub fn requests(&self) -> usize {
        *self.desk.requests.borrow()
    }

    /// Waits until so many requests have come.
    pub async fn wait_for_requests(&self, count: usize) {
        let mut requests = self.desk.requests.subscribe();
        // The sender lives as long as `self`.
        drop(requests.wait_for(|come| *come >= count).await);
    }

    /// Lets this happen to the next request that nothing is planned for yet.
    pub fn plan(&self, fault: Fault) {
        let mut faults = self
            .desk
            .faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        faults.push_back(fault);
    }

    /// Lets go of what [`Fault::HoldRequest`] and [`Fault::HoldAnswer`] hold, now and later.
    pub fn release(&self) {
        self.desk.is_released.send_replace(true);
    }

    /// The address to which the browser is sent when the user allows this login.
    ///
    /// # Errors
    /// When the login's address is not one that Gong would accept.
    pub fn allow(&self, login: &Url) -> io::Result<Url> {
        self.books()
            .allow(login)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a login"))
    }

    /// Plays user and browser: allows this login, goes where that leads, and gives the page.
    ///
    /// # Errors
    /// When the login's address is not one that Gong would accept, or nobody listens.
    pub async fn browse(&self, login: &Url) -> io::Result<String> {
        let callback = self.allow(login)?;
        let target = format!(
            "{}?{}",
            callback.path(),
            callback.query().unwrap_or_default()
        );
        let port = callback.port().unwrap_or(80);
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut page = String::new();
        stream.read_to_string(&mut page).await?;
        Ok(page)
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.desk.books()
    }
}

impl Drop for FakeLogin {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl fmt::Debug for FakeLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeLogin")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Desk {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_fault(&self) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.pop_front()
    }

    async fn released(&self) {
        let mut released = self.is_released.subscribe();
        // The sender lives as long as `self`.
        drop(released.wait_for(|is_released| *is_released).await);
    }
}

async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept(), if connections.len() < CONNECTIONS => {
                connections.spawn(serve_one(stream, Arc::clone(&desk)));
            }
            Some(_) = connections.join_next() => {}
            else => return,
        }
    }
}

async fn serve_one(mut stream: TcpStream, desk: Arc<Desk>) {
    let Some(asked) = read_request(&mut stream).await else {
        return;
    };
    let fault = desk.next_fault();
    desk.requests.send_modify(|count| *count += 1);
    match fault {
        Some(Fault::LoseRequest) => return,
        Some(Fault::HoldRequest) => desk.released().await,
        Some(Fault::Status(status)) => {
            let location = "Location: https://gong.example/\r\n";
            let status = format!("{status} Planned");
            answer(&mut stream, &status, "text/plain", location, "planned").await;
            return;
        }
        Some(Fault::LoseAnswer | Fault::HoldAnswer) | None => {}
    }
    let (status, body) = judge(&desk, &asked);
    match fault {
        Some(Fault::LoseAnswer) => return,
        Some(Fault::HoldAnswer) => desk.released().await,
        _ => {}
    }
    answer(&mut stream, status, "application/json", "", &body).await;
}

fn judge(desk: &Desk, asked: &Asked) -> (&'static str, String) {
    let (status, body) = desk.books().judge(asked);
    (status, body.to_string())
}
