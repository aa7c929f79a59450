//! The way from the terminal through the browser and back.
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use gong_auth::{
    Error, LOGIN_DEADLINE, Login, LoginListener, MemoryTokenStore, OAuthError, Redirect, Scopes,
    TokenEndpoint, TokenStore as _, testing::FakeLogin,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::Url;

use crate::fixture::{Clock, Plan, PlannedStore, header, oauth};

struct World {
    gong: FakeLogin,
    listener: LoginListener,
    login: Login,
}

impl World {
    async fn new() -> Self {
        let gong = FakeLogin::start().await.unwrap();
        let listener = listener().await;
        let login = begin(&gong, &listener, 7);
        Self {
            gong,
            listener,
            login,
        }
    }
}

async fn listener() -> LoginListener {
    let redirect = Redirect::parse("http://127.0.0.1:0/callback").unwrap();
    LoginListener::bind(redirect).await.unwrap()
}

fn begin(gong: &FakeLogin, listener: &LoginListener, randomness: u8) -> Login {
    let scopes = Scopes::parse("api:users:read");
    Login::new(&gong.app(), listener.redirect(), &scopes, &[randomness; 64])
}

fn port(listener: &LoginListener) -> u16 {
    let url = Url::parse(listener.redirect().as_str()).unwrap();
    url.port().unwrap()
}

async fn connect(port: u16) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .await
        .unwrap()
}

async fn say(port: u16, text: &str) -> String {
    let mut stream = connect(port).await;
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is cut off gives what had come.
    drop(stream.read_to_end(&mut answer).await);
    String::from_utf8(answer).unwrap()
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
}

#[tokio::test]
async fn a_login_gives_tokens_that_are_stored_and_used() {
    let World {
        gong,
        listener,
        login,
    } = World::new().await;
    let clock = Clock::new();
    let store = MemoryTokenStore::new();
    let oauth = oauth(&gong, store.clone(), &clock);

    let (page, code) = tokio::join!(
        gong.browse(login.url()),
        listener.receive(&login, LOGIN_DEADLINE),
    );
    let tokens = oauth.log_in(&login, code.unwrap()).await.unwrap();

    let page = page.unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("Close this page") && page.contains("no-store"));
    assert_eq!(tokens.scopes().to_string(), "api:users:read");
    assert_eq!(tokens.base_url(), &gong.base_url());
    assert_eq!(store.load().await.unwrap().as_ref(), Some(&*tokens));
    assert_eq!(oauth.stored().await.unwrap().as_ref(), Some(&*tokens));
    header(&oauth).await.unwrap();
    assert_eq!((gong.requests(), gong.refusals()), (1, 0));
}

#[tokio::test]
async fn only_the_callback_ends_the_wait_whatever_comes_before_it() {
    let World {
        gong,
        listener,
        login,
    } = World::new().await;
    let port = port(&listener);
    let receiving = tokio::spawn(async move { listener.receive(&login, LOGIN_DEADLINE).await });
    let login = begin(&gong, &self::listener().await, 7);
    let callback = gong.allow(login.url()).unwrap();
    let query = callback.query().unwrap();

    let silent = connect(port).await;
    for (text, status) in [
        (get("/favicon.ico"), "404"),
        (get("/"), "404"),
        (get(&format!("/callback?{query}x")), "404"),
        (get("/callback?error=access_denied&state=guessed"), "404"),
        (
            get(&format!("/callback?{query}")).replace("GET", "POST"),
            "404",
        ),
        (
            get(&format!("/callback?{query}")).replace("GET", "HEAD"),
            "404",
        ),
        ("nonsense\r\n\r\n".to_owned(), ""),
        (
            get(&format!("/callback?{query}&x={}", "x".repeat(20_000))),
            "",
        ),
    ] {
        let answer = say(port, &text).await;

        let found = answer.split(' ').nth(1).unwrap_or_default();
        assert_eq!(found, status, "{answer}");
        let is_silent_one_open = silent.try_read(&mut [0]).is_err();
        assert!(is_silent_one_open, "nobody waits for a silent connection");
        assert!(!receiving.is_finished());
    }
    let last = say(port, &get(&format!("/callback?{query}"))).await;
    receiving.await.unwrap().unwrap();

    assert!(last.starts_with("HTTP/1.1 200"), "{last}");
}

#[tokio::test]
async fn a_callback_that_comes_in_pieces_is_understood() {
    let World {
        gong,
        listener,
        login,
    } = World::new().await;
    let port = port(&listener);
    let callback = gong.allow(login.url()).unwrap();
    let text = get(&format!("/callback?{}", callback.query().unwrap()));
    let receiving = tokio::spawn(async move { listener.receive(&login, LOGIN_DEADLINE).await });

    let mut stream = connect(port).await;
    stream.set_nodelay(true).unwrap();
    for piece in text.as_bytes().chunks(7) {
        stream.write_all(piece).await.unwrap();
        stream.flush().await.unwrap();
    }

    assert!(receiving.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_refusal_by_the_user_ends_the_login() {
    let World {
        gong,
        listener,
        login,
    } = World::new().await;
    let port = port(&listener);
    let callback = gong.allow(login.url()).unwrap();
    let state = callback.query_pairs().find(|(name, _)| name == "state");
    let target = format!("/callback?error=access_denied&state={}", state.unwrap().1);

    let text = get(&target);
    let (page, code) = tokio::join!(say(port, &text), listener.receive(&login, LOGIN_DEADLINE));

    assert!(page.contains("refused"), "{page}");
    let error = code.unwrap_err();
    assert!(error.needs_login());
    assert_eq!(
        error.to_string(),
        "the login did not succeed: access was denied in gong"
    );
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_allowed() {
    let world = World::new().await;

    let error = world
        .listener
        .receive(&world.login, Duration::ZERO)
        .await
        .unwrap_err();

    assert!(matches!(
        error,
        Error::OAuth(OAuthError::LoginFailed { .. })
    ));
}

#[tokio::test]
async fn the_listener_is_heard_on_127_0_0_1_only_and_a_taken_port_is_said() {
    let listener = listener().await;
    let port = port(&listener);

    let elsewhere = TcpStream::connect(SocketAddr::from(([127, 0, 0, 2], port))).await;
    let again = Redirect::parse(&format!("http://localhost:{port}/callback")).unwrap();
    let taken = LoginListener::bind(again).await.unwrap_err();

    assert!(elsewhere.is_err());
    assert_eq!(
        taken.to_string(),
        format!("cannot listen on port {port} of 127.0.0.1")
    );
}

#[tokio::test]
async fn a_code_buys_once_and_only_with_the_verifier_of_its_login() {
    let World {
        gong,
        listener,
        login,
    } = World::new().await;
    let endpoint = TokenEndpoint::new(gong.app()).unwrap();
    let now = Clock::new().now();
    let other = begin(&gong, &listener, 8);
    let (_, code) = tokio::join!(
        gong.browse(login.url()),
        listener.receive(&login, LOGIN_DEADLINE),
    );
    let stolen = code.unwrap();

    let with_another_verifier = endpoint.exchange(&other, stolen.clone(), now).await;
    let again = endpoint.exchange(&login, stolen, now).await;

    for refused in [with_another_verifier, again] {
        assert_eq!(
            refused.unwrap_err().to_string(),
            "the login did not succeed: gong no longer accepts the code"
        );
    }
    assert_eq!(gong.refusals(), 2);
}

#[tokio::test]
async fn a_store_that_cannot_be_written_costs_no_code() {
    let World {
        gong,
        listener,
        login,
    } = World::new().await;
    let store = PlannedStore::new(MemoryTokenStore::new(), Plan::FailToLock);
    let oauth = oauth(&gong, store.clone(), &Clock::new());
    let (_, code) = tokio::join!(
        gong.browse(login.url()),
        listener.receive(&login, LOGIN_DEADLINE),
    );
    let code = code.unwrap();

    let refused = oauth.log_in(&login, code.clone()).await;
    let asked = gong.requests();
    store.plan(Plan::Work);
    let tokens = oauth.log_in(&login, code).await;

    assert!(refused.is_err());
    assert_eq!(asked, 0);
    assert!(tokens.is_ok());
}
