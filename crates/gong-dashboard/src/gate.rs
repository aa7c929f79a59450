//! Before each request: whether it goes to us and comes from us, how many are under way, and who asks.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use front_door::{BodyRules, read_body};
use gong_app::{Caller, ErrorKind};

use crate::asked::{Asked, address};
use crate::cookies::cookie;
use crate::desk::Desk;
use crate::visit::{Theme, Visit};
use crate::{answer, sessions};

/// No form of ours is longer.
const FORMS: BodyRules = BodyRules {
    most: 64 * 1024,
    within: std::time::Duration::from_secs(10),
};

/// The outer layer: hosts, origins, how many at once, and what every answer tells the browser.
pub(crate) async fn outer(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    answer::guarded(passed(&desk, request, next).await)
}

async fn passed(desk: &Desk, request: Request, next: Next) -> Response {
    if !desk.hosts.answers(request.headers()) {
        let what = "this address is none of this server's\n";
        return (StatusCode::MISDIRECTED_REQUEST, what).into_response();
    }
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_reading && !desk.hosts.sent_by_us(request.headers()) {
        let what = "only a page of this server may send something\n";
        return (StatusCode::FORBIDDEN, what).into_response();
    }
    let Ok(_place) = desk.places.try_acquire() else {
        let wait = [(header::RETRY_AFTER, "1")];
        return (StatusCode::SERVICE_UNAVAILABLE, wait, "busy\n").into_response();
    };
    let request = match with_form(request).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    next.run(request).await
}

/// Reads the form of a request that sends one.
async fn with_form(request: Request) -> Result<Request, Response> {
    if request.method() != Method::POST {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let body = read_body(&parts.headers, body, FORMS).await;
    let body = body.map_err(|refusal| {
        let close = [(header::CONNECTION, "close")];
        (refusal.status(), close, refusal.to_string()).into_response()
    })?;
    parts.extensions.insert(Asked::read(&body));
    Ok(Request::from_parts(parts, Body::empty()))
}

/// The inner layer: the request goes on for whoever asks, or to the login.
pub(crate) async fn known(
    State(desk): State<Arc<Desk>>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = cookie(request.headers(), &desk.cookies.session).unwrap_or_default();
    let token = token.to_owned();
    let caller = match holder(&desk, &token).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return to_login(&request),
        Err(response) => return response,
    };
    let form = request.extensions_mut().remove::<Asked>();
    if let Some(form) = &form
        && !sessions::is_form_token(form.text("form_token"), &token)
    {
        let what = "this form is too old; go back, load the page again, and send it once more\n";
        return (StatusCode::FORBIDDEN, what).into_response();
    }
    let uri = request.uri();
    let visit = Visit {
        app: desk.app.acting_as(caller),
        path: uri.path().to_owned(),
        asked: Asked::read(uri.query().unwrap_or_default().as_bytes()),
        form: form.unwrap_or_default(),
        form_token: sessions::form_token(&token),
        theme: theme(&desk, &request),
        now: (desk.now)(),
        note: desk.note.clone(),
    };
    request.extensions_mut().insert(visit);
    next.run(request).await
}

/// Who holds a session, as he is now: a key that was revoked since opens nothing any more.
async fn holder(desk: &Desk, token: &str) -> Result<Option<Caller>, Response> {
    let Some(caller) = desk.sessions.holder(token, (desk.now)()) else {
        return Ok(None);
    };
    match desk.app.renewed(&caller).await {
        Ok(caller) => Ok(Some(caller)),
        Err(error) if error.kind() == ErrorKind::NotAuthorised => {
            desk.sessions.end(token);
            Ok(None)
        }
        Err(error) => {
            tracing::warn!(kind = error.kind().as_str(), "nobody can be recognised");
            let wait = [(header::RETRY_AFTER, "5")];
            let what = "nobody can be recognised at the moment\n";
            Err((StatusCode::SERVICE_UNAVAILABLE, wait, what).into_response())
        }
    }
}

fn to_login(request: &Request) -> Response {
    if request.method() != Method::GET {
        return (StatusCode::UNAUTHORIZED, "sign in again\n").into_response();
    }
    let wanted = request.uri().path_and_query();
    let wanted = wanted.map_or("/", |wanted| wanted.as_str());
    answer::go_to(&address("/login", [("to", wanted)]))
}

pub(crate) fn theme(desk: &Desk, request: &Request) -> Theme {
    let word = cookie(request.headers(), &desk.cookies.theme);
    Theme::from_word(word.unwrap_or_default())
}
