//! Answers: pages, errors as pages, and what every answer tells the browser.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures::future::BoxFuture;
use futures::stream::{self, StreamExt as _};
use gong_app::{Error, ErrorKind};
use maud::{Markup, html};

use crate::layout;
use crate::visit::Visit;

/// Nothing but what this server serves, no script and no style within a page, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";

/// Parts of a page that are made at once.
const PARTS_AT_ONCE: usize = 2;

/// A part of a page, as it will be.
pub(crate) type Part = BoxFuture<'static, Markup>;

/// A page.
pub(crate) fn page(visit: &Visit, title: &str, content: &Markup) -> Response {
    whole(StatusCode::OK, &layout::page(visit, title, content))
}

/// A page whose head is sent at once and each part as soon as it is there, in order.
pub(crate) fn page_in_parts(
    visit: &Visit,
    title: &str,
    head: &Markup,
    parts: Vec<Part>,
) -> Response {
    let (before, after) = layout::around(visit, title);
    let first = stream::iter([before.into_string(), head.clone().into_string()]);
    let parts = stream::iter(parts).buffered(PARTS_AT_ONCE);
    let parts = parts.map(Markup::into_string);
    let last = stream::iter([after.into_string()]);
    let all = first.chain(parts).chain(last);
    let all = all.map(|text| Ok::<_, std::convert::Infallible>(Bytes::from(text)));
    ([(header::CONTENT_TYPE, HTML)], Body::from_stream(all)).into_response()
}

/// A page for somebody who is not let in.
pub(crate) fn whole(status: StatusCode, page: &Markup) -> Response {
    let html = [(header::CONTENT_TYPE, HTML)];
    (status, html, page.0.clone()).into_response()
}

/// Goes on to another address of ours.
pub(crate) fn go_to(address: &str) -> Response {
    let place = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

/// Why a page could not be made. What may not be seen is answered like what is not there.
pub(crate) fn problem(visit: &Visit, error: &Error) -> Response {
    let status = status_of(error.kind());
    if status == StatusCode::NOT_FOUND {
        return not_found(visit);
    }
    let content = html! {
        h1 { "That did not work" }
        (note_of(error))
    };
    whole(status, &layout::page(visit, "That did not work", &content))
}

/// The page that is not there.
pub(crate) fn not_found(visit: &Visit) -> Response {
    let content = html! {
        h1 { "There is no such page" }
        p { "It may have been erased, or it is not for you to see. "
            a href=(visit.to("/", [])) { "Back to the overview" } }
    };
    let page = layout::page(visit, "There is no such page", &content);
    whole(StatusCode::NOT_FOUND, &page)
}

/// An error in a part of a page.
pub(crate) fn note_of(error: &Error) -> Markup {
    if matches!(error.kind(), ErrorKind::Failed | ErrorKind::Integrity) {
        tracing::warn!(
            kind = error.kind().as_str(),
            "a part of a page cannot be shown"
        );
    }
    html! {
        div.empty {
            p { (capital(error.to_string())) "." }
            @if let Some(hint) = error.hint_text() { p.hint { (hint) } }
            @if !error.choices().is_empty() {
                p { "Which is meant?" }
                ul { @for choice in error.choices() {
                    li { (choice.name.as_deref().unwrap_or(&choice.id)) " · " code { (choice.id) } }
                } }
            }
        }
    }
}

fn capital(text: String) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text,
    }
}

const fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound | ErrorKind::NotAuthorised => StatusCode::NOT_FOUND,
        ErrorKind::Usage => StatusCode::BAD_REQUEST,
        ErrorKind::TryLater | ErrorKind::NotConfigured => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What every answer tells the browser.
pub(crate) fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let own: [(header::HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // No other host is told where somebody was. With `no-referrer` browsers would also hide the
        // origin of our own forms, and each of them would be refused.
        (header::REFERRER_POLICY, "same-origin"),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in own {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Words of calls stay in no cache; what has its own rule is a file of ours.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
