//! Before each request over HTTP: how many are under way, and who asks.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use gong_app::{App, Caller, ErrorKind};
use tokio::sync::Semaphore;

use super::HttpOptions;

/// Requests that are answered at once; more are sent away for a second.
const AT_ONCE: usize = 64;
/// A longer header holds no key and no token.
const LONGEST: usize = 8 * 1024;
/// What a token may be limited to.
pub(super) const SCOPES: [&str; 6] = [
    "calls.read",
    "transcripts.read",
    "insights.read",
    "deals.read",
    "coaching.read",
    "sync.run",
];

/// Decides who passes, and as whom.
pub(super) struct Gate {
    app: App,
    is_open: bool,
    resource: Option<String>,
    places: Semaphore,
}

/// What stands in the header of a request.
#[derive(Debug, PartialEq, Eq)]
enum Shown<'a> {
    Nothing,
    Bearer(&'a str),
    Unreadable,
}

impl Gate {
    pub(super) fn new(app: App, options: &HttpOptions) -> Self {
        Self {
            app,
            is_open: options.is_open(),
            resource: options.public_url.as_ref().map(ToString::to_string),
            places: Semaphore::new(AT_ONCE),
        }
    }

    pub(super) fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        let issuer = self.app.config().settings.auth.issuer.as_str();
        (!issuer.is_empty()).then_some(issuer)
    }

    /// The layer: the request goes on with its caller, or ends here.
    pub(super) async fn pass(
        State(gate): State<Arc<Self>>,
        mut request: Request,
        next: Next,
    ) -> Response {
        let Ok(_place) = gate.places.try_acquire() else {
            let wait = [(header::RETRY_AFTER, "1")];
            return (StatusCode::SERVICE_UNAVAILABLE, wait, "busy").into_response();
        };
        match gate.caller(request.headers()).await {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                next.run(request).await
            }
            Err(response) => response,
        }
    }

    async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Response> {
        match shown(headers) {
            Shown::Nothing if self.is_open => Ok(self.app.person_at_this_machine()),
            Shown::Nothing => Err(self.unknown("a key or a token is needed")),
            Shown::Unreadable => Err(self.unknown("the authorization header is not readable")),
            Shown::Bearer(bearer) => match self.app.authenticate(bearer).await {
                Ok(caller) => Ok(caller),
                Err(error) if error.kind() == ErrorKind::NotAuthorised => {
                    Err(self.unknown("this is not accepted as a key or a token"))
                }
                Err(error) => {
                    tracing::warn!(kind = error.kind().as_str(), "nobody can be recognised");
                    let wait = [(header::RETRY_AFTER, "5")];
                    let body = "nobody can be recognised at the moment";
                    Err((StatusCode::SERVICE_UNAVAILABLE, wait, body).into_response())
                }
            },
        }
    }

    /// Not recognised; says where a token is to be had, if that is known.
    fn unknown(&self, why: &'static str) -> Response {
        let mut challenge = "Bearer realm=\"gongkit\"".to_owned();
        if let (Some(resource), Some(_)) = (self.resource(), self.issuer())
            && let Ok(mut place) = url::Url::parse(resource)
        {
            let path = format!("/.well-known/oauth-protected-resource{}", place.path());
            place.set_path(&path);
            let scopes = SCOPES.join(" ");
            challenge = format!("{challenge}, resource_metadata=\"{place}\", scope=\"{scopes}\"");
        }
        let mut response = (StatusCode::UNAUTHORIZED, why).into_response();
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Reads the header. Two of them are none: whoever stands between us may have read the other.
fn shown(headers: &HeaderMap) -> Shown<'_> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        return if headers.contains_key(header::AUTHORIZATION) {
            Shown::Unreadable
        } else {
            Shown::Nothing
        };
    };
    let text = value.to_str().ok().filter(|text| text.len() <= LONGEST);
    let bearer = text.and_then(|text| text.split_once(' '));
    match bearer {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Shown::Bearer(token.trim())
        }
        _ => Shown::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_str(value).expect("a value");
            headers.append(header::AUTHORIZATION, value);
        }
        headers
    }

    #[test]
    fn one_bearer_is_read_and_everything_else_is_no_key() {
        assert_eq!(shown(&of(&[])), Shown::Nothing);
        assert_eq!(shown(&of(&["Bearer abc"])), Shown::Bearer("abc"));
        assert_eq!(shown(&of(&["bearer  abc "])), Shown::Bearer("abc"));
        for bad in [&["Basic abc"][..], &["abc"], &["Bearer a", "Bearer b"]] {
            assert_eq!(shown(&of(bad)), Shown::Unreadable, "{bad:?}");
        }
        let long = format!("Bearer {}", "x".repeat(LONGEST));
        assert_eq!(shown(&of(&[&long])), Shown::Unreadable);
    }
}
