//! Signing in on the page of the company's identity provider: there with a question, back with an answer.
//!
//! What ties both together is a cookie of ten minutes that holds a secret, when it ends, and where to go
//! on to. State, nonce and verifier are made of the secret below; an answer is taken once.

use std::sync::Arc;

use aws_lc_rs::hmac;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use gong_app::{Error, ErrorKind, SignInAnswer};
use jiff::{SignedDuration, Timestamp};
use maud::html;

use crate::asked::{Asked, address, own_path};
use crate::cookies::cookie;
use crate::desk::Desk;
use crate::hosts::Hosts;
use crate::{answer, gate, layout, login, sessions};

/// How long somebody may take on the provider's page.
const LASTS: SignedDuration = SignedDuration::from_mins(10);
/// A longer place to go on to is forgotten.
const LONGEST_PLACE: usize = 1_000;

/// There: sends the browser to the provider's page.
pub(crate) async fn begin(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let asked = Asked::read(request.uri().query().unwrap_or_default().as_bytes());
    let to = asked.text("to");
    let Some(redirect) = desk.app.sign_in_redirect() else {
        return answer::go_to(&address("/login", [("to", to)]));
    };
    // The cookie must be of the very host to which the browser comes back.
    if !Hosts::goes_to(request.headers(), &redirect) {
        let origin = redirect.origin().ascii_serialization();
        return answer::go_to(&format!("{origin}{}", address("/sign-in", [("to", to)])));
    }
    let secret = sessions::secret();
    match desk.app.sign_in_page(&secret).await {
        Ok(page) => {
            let tied = Tied::new(secret, to, (desk.now)()).written(&desk.sign_ins);
            let cookies = &desk.cookies;
            let mut response = answer::go_to(page.as_str());
            let tied = cookies.set_across(&cookies.sign_in, &tied, LASTS);
            response.headers_mut().append(header::SET_COOKIE, tied);
            response
        }
        Err(error) => {
            let theme = gate::theme(&desk, &request);
            let (status, why) = refusal(&error);
            login::shown(&desk, theme, status, to, Some(why))
        }
    }
}

/// Back: the provider's answer for a cookie of ours.
pub(crate) async fn end(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let asked = Asked::read(request.uri().query().unwrap_or_default().as_bytes());
    let theme = gate::theme(&desk, &request);
    let cookies = &desk.cookies;
    let now = (desk.now)();
    let tied = cookie(request.headers(), &cookies.sign_in);
    let tied = tied.and_then(|text| Tied::read(text, &desk.sign_ins, now));
    let mut response = match taken(&desk, tied, &asked, now).await {
        Ok((token, lasts, to)) => {
            let content = html! {
                main.login id="main" {
                    h1 { "Signed in" }
                    p { a href=(to) { "Go on" } }
                }
            };
            // A browser that another site sent here brings no strict cookie to where it is sent on
            // to; from a page of ours it does.
            let page = layout::bare(theme, "Signed in", &content);
            let mut response = answer::whole(StatusCode::OK, &page);
            let headers = response.headers_mut();
            let session = cookies.set(&cookies.session, &token, lasts);
            headers.append(header::SET_COOKIE, session);
            if let Ok(on) = HeaderValue::from_str(&format!("0; url={to}")) {
                headers.insert(header::REFRESH, on);
            }
            response
        }
        Err((status, why, to)) => login::shown(&desk, theme, status, &to, Some(why)),
    };
    let forgotten = cookies.forget(&cookies.sign_in);
    response.headers_mut().append(header::SET_COOKIE, forgotten);
    response
}

/// A session, for how long, and where to go on to; or why not.
type Taken = Result<(String, SignedDuration, String), (StatusCode, &'static str, String)>;

async fn taken(desk: &Desk, tied: Option<Tied>, asked: &Asked, now: Timestamp) -> Taken {
    let Some(tied) = tied else {
        let why = "This browser did not begin this sign-in, or it took longer than ten minutes. \
                   Begin again.";
        return Err((StatusCode::FORBIDDEN, why, "/".to_owned()));
    };
    let to = tied.to.clone();
    if asked.get("error").is_some() {
        let why = "The identity provider did not let you in. Try again, or ask whoever looks after \
                   it to give you gongkit.";
        return Err((StatusCode::UNAUTHORIZED, why, to));
    }
    if !desk.sessions.may_try(now) {
        let why = "Too many wrong tries. Wait a few seconds and begin again.";
        return Err((StatusCode::TOO_MANY_REQUESTS, why, to));
    }
    if !desk.sessions.take_sign_in(&tied.secret, tied.ends, now) {
        let why = "This answer was used. Begin again.";
        return Err((StatusCode::FORBIDDEN, why, to));
    }
    let mut answer = SignInAnswer::default();
    asked.text("state").clone_into(&mut answer.state);
    asked.text("code").clone_into(&mut answer.code);
    answer.issuer = asked.get("iss").map(str::to_owned);
    match desk.app.signed_in(&tied.secret, &answer).await {
        Ok(caller) => {
            desk.sessions.was_right();
            let (token, lasts) = desk.sessions.begin(caller, now);
            Ok((token, lasts, to))
        }
        Err(error) => {
            if error.kind() != ErrorKind::NotAuthorised {
                desk.sessions.was_right();
            }
            let (status, why) = refusal(&error);
            Err((status, why, to))
        }
    }
}

/// What is said to whoever is not let in; why stands in the log.
fn refusal(error: &Error) -> (StatusCode, &'static str) {
    match error.kind() {
        ErrorKind::NotAuthorised => (
            StatusCode::UNAUTHORIZED,
            "The sign-in was not accepted. Begin again; if that does not help, an administrator sees \
             why in the log of gongkit. The identity provider must give you exactly one role.",
        ),
        ErrorKind::NotConfigured => {
            tracing::warn!(%error, hint = error.hint_text(), "nobody can sign in");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "The sign-in is not set up as it must be; an administrator sees in the log of gongkit \
                 what to change. A key lets you in meanwhile.",
            )
        }
        kind => {
            tracing::warn!(kind = kind.as_str(), "nobody can sign in");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "The identity provider cannot be reached. Try again soon; a key lets you in meanwhile.",
            )
        }
    }
}

/// What a sign-in is tied to.
struct Tied {
    secret: String,
    ends: Timestamp,
    to: String,
}

impl Tied {
    fn new(secret: String, to: &str, now: Timestamp) -> Self {
        let to = own_path(to);
        let to = if to.len() > LONGEST_PLACE { "/" } else { to };
        Self {
            secret,
            ends: now.checked_add(LASTS).unwrap_or(now),
            to: to.to_owned(),
        }
    }

    /// As a cookie, which nobody else can write.
    fn written(&self, key: &hmac::Key) -> String {
        let (ends, secret) = (self.ends.as_second(), &self.secret);
        let text = format!("{ends}.{secret}.{}", hex::encode(&self.to));
        let seal = hex::encode(hmac::sign(key, text.as_bytes()));
        format!("{text}.{seal}")
    }

    /// Reads a cookie; none that is not ours or is over.
    fn read(text: &str, key: &hmac::Key, now: Timestamp) -> Option<Self> {
        let (text, seal) = text.rsplit_once('.')?;
        hmac::verify(key, text.as_bytes(), &hex::decode(seal).ok()?).ok()?;
        let mut parts = text.split('.');
        let ends = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
        let secret = parts.next()?.to_owned();
        let to = String::from_utf8(hex::decode(parts.next()?).ok()?).ok()?;
        (ends > now).then_some(Self { secret, ends, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("an instant")
    }

    fn key(text: &str) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes())
    }

    #[test]
    fn a_sign_in_is_read_back_until_it_is_over_and_no_other_hand_writes_one() {
        let ours = key("ours");
        let tied = Tied::new("s".to_owned(), "/deals?set=won", at(0));
        let text = tied.written(&ours);
        let read = |text: &str, key: &hmac::Key, now| {
            Tied::read(text, key, now).map(|tied| (tied.secret, tied.to))
        };
        let whole = ("s".to_owned(), "/deals?set=won".to_owned());

        assert_eq!(read(&text, &ours, at(599)), Some(whole));
        assert_eq!(read(&text, &ours, at(600)), None);
        assert_eq!(read(&text, &key("other"), at(1)), None);
        assert_eq!(read(&text.replacen('1', "2", 1), &ours, at(1)), None);
        assert_eq!(read("", &ours, at(1)), None);
    }

    #[test]
    fn no_sign_in_goes_on_to_another_site() {
        for to in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
            assert_eq!(Tied::new(String::new(), to, at(0)).to, "/");
        }
        let long = format!("/{}", "a".repeat(LONGEST_PLACE));
        assert_eq!(Tied::new(String::new(), &long, at(0)).to, "/");
    }
}
