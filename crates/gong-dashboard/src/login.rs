//! Signing in and out, and how the page looks.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gong_app::{Caller, ErrorKind};
use jiff::SignedDuration;
use maud::html;

use crate::asked::{Asked, address, own_path};
use crate::cookies::cookie;
use crate::desk::Desk;
use crate::visit::{Theme, Visit};
use crate::{answer, gate, layout, sessions};

/// How long a login form may stand there.
const FORM_LASTS: SignedDuration = SignedDuration::from_mins(30);
/// How long a browser remembers how the page is to look.
const THEME_LASTS: SignedDuration = SignedDuration::from_hours(24 * 365);
/// A longer text is no key and no token.
const LONGEST: usize = 8 * 1024;

/// The form.
pub(crate) async fn form(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let asked = Asked::read(request.uri().query().unwrap_or_default().as_bytes());
    let theme = gate::theme(&desk, &request);
    shown(&desk, theme, StatusCode::OK, asked.text("to"), None)
}

/// The form, with why somebody was not let in.
pub(crate) fn shown(
    desk: &Desk,
    theme: Theme,
    status: StatusCode,
    to: &str,
    why: Option<&str>,
) -> Response {
    let secret = sessions::secret();
    let to = own_path(to);
    let content = html! {
        main.login id="main" {
            h1 { "gongkit" }
            p { "What was said on your calls, and what it means for the quarter." }
            @if let Some(note) = &desk.note { p.note { (note) } }
            @if let Some(why) = why { p.refused role="alert" { (why) } }
            @if desk.app.sign_in_redirect().is_some() {
                p { a.button href=(address("/sign-in", [("to", to)])) { "Sign in at your identity provider" } }
            }
            form method="post" action="/login" {
                input type="hidden" name="form_token" value=(sessions::form_token(&secret));
                input type="hidden" name="to" value=(to);
                label for="key" { "API key or token" }
                input id="key" name="key" type="password" autocomplete="off" required autofocus
                    aria-describedby="key-hint";
                button type="submit" { "Sign in" }
                p.hint id="key-hint" {
                    "An administrator makes a key with " code { "gongkit auth keys create" } "."
                    @if desk.tell.is_some() {
                        " On this machine, open the link that " code { "gongkit serve" }
                        " printed last: it works once."
                    }
                }
            }
            p.hint { "Signed in already, and came by a link? "
                a href=(to) { "Go on" } "." }
        }
    };
    let mut response = answer::whole(status, &layout::bare(theme, "Sign in", &content));
    let cookies = &desk.cookies;
    let tied = cookies.set(&cookies.before_login, &secret, FORM_LASTS);
    response.headers_mut().append(header::SET_COOKIE, tied);
    response
}

/// A key for a cookie.
pub(crate) async fn login(
    State(desk): State<Arc<Desk>>,
    form: Option<Extension<Asked>>,
    request: Request,
) -> Response {
    let form = form.map(|Extension(form)| form).unwrap_or_default();
    let theme = gate::theme(&desk, &request);
    let to = form.text("to");
    let refused = |status, why| shown(&desk, theme, status, to, Some(why));
    let tied = cookie(request.headers(), &desk.cookies.before_login).unwrap_or_default();
    if tied.is_empty() || !sessions::is_form_token(form.text("form_token"), tied) {
        let why = "The form was too old, or the browser keeps no cookies. Try once more.";
        return refused(StatusCode::FORBIDDEN, why);
    }
    if !desk.sessions.may_try((desk.now)()) {
        let why = "Too many wrong tries. Wait a few seconds.";
        let mut response = refused(StatusCode::TOO_MANY_REQUESTS, why);
        let wait = header::HeaderValue::from_static("6");
        response.headers_mut().insert(header::RETRY_AFTER, wait);
        return response;
    }
    let key = form.get("key").filter(|key| key.len() <= LONGEST);
    match desk.app.authenticate(key.unwrap_or_default()).await {
        Ok(caller) => {
            desk.sessions.was_right();
            entered(&desk, caller, to)
        }
        Err(error) if error.kind() == ErrorKind::NotAuthorised => {
            let why = "This is not accepted as a key or a token.";
            refused(StatusCode::UNAUTHORIZED, why)
        }
        Err(error) => {
            tracing::warn!(kind = error.kind().as_str(), "nobody can be recognised");
            desk.sessions.was_right();
            let why = "Nobody can be recognised at the moment. Try again soon.";
            refused(StatusCode::SERVICE_UNAVAILABLE, why)
        }
    }
}

/// The link that works once, for the person at this machine.
pub(crate) async fn enter(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let asked = Asked::read(request.uri().query().unwrap_or_default().as_bytes());
    if desk.tell.is_some() && desk.sessions.take_link(asked.text("link")) {
        desk.tell_link();
        return entered(&desk, desk.app.person_at_this_machine(), asked.text("to"));
    }
    let theme = gate::theme(&desk, &request);
    let why = "That link was used or is none. A newer one stands where gongkit runs.";
    shown(&desk, theme, StatusCode::UNAUTHORIZED, "/", Some(why))
}

fn entered(desk: &Desk, caller: Caller, to: &str) -> Response {
    let (token, lasts) = desk.sessions.begin(caller, (desk.now)());
    let cookies = &desk.cookies;
    let mut response = answer::go_to(own_path(to));
    let headers = response.headers_mut();
    headers.append(
        header::SET_COOKIE,
        cookies.set(&cookies.session, &token, lasts),
    );
    headers.append(header::SET_COOKIE, cookies.forget(&cookies.before_login));
    response
}

/// Out again.
pub(crate) async fn logout(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let cookies = &desk.cookies;
    if let Some(token) = cookie(request.headers(), &cookies.session) {
        desk.sessions.end(token);
    }
    let mut response = answer::go_to("/login");
    let forgotten = cookies.forget(&cookies.session);
    response.headers_mut().append(header::SET_COOKIE, forgotten);
    response
}

/// Light, dark, or as the system has it.
pub(crate) async fn look(
    State(desk): State<Arc<Desk>>,
    Extension(visit): Extension<Visit>,
) -> Response {
    let theme = Theme::from_word(visit.form.text("theme"));
    let cookies = &desk.cookies;
    let set = match theme {
        Theme::System => cookies.forget(&cookies.theme),
        theme => cookies.set(&cookies.theme, theme.as_str(), THEME_LASTS),
    };
    let back = own_path(visit.form.text("back"));
    let mut response = answer::go_to(back);
    response.headers_mut().append(header::SET_COOKIE, set);
    response.into_response()
}
