//! What an answer that is no success means: the status, and Gong's own shape of an error.
use std::time::Duration;

use serde::Deserialize;

use crate::{Error, ErrorKind, Failure};

/// The one shape in which Gong reports errors: `{"requestId": "...", "errors": ["..."]}`.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct GongError {
    #[serde(rename = "requestId")]
    pub(crate) request_id: String,
    pub(crate) errors: Vec<String>,
}

impl GongError {
    /// Reads the shape; anything else (a proxy's page, another host's 404) is not Gong's.
    pub(crate) fn read(body: &str) -> Option<Self> {
        serde_json::from_str(body.trim_start_matches('\u{feff}')).ok()
    }

    /// Gong gives no codes: these words are the only sign of an expired cursor.
    fn is_expired_cursor(&self) -> bool {
        self.errors
            .iter()
            .map(|text| text.to_ascii_lowercase())
            .any(|text| {
                text.contains("cursor")
                    && (text.contains("expired") || text.contains("no longer valid"))
            })
    }
}

/// Names the failure of an answer with a status from 400 on.
pub(crate) fn explain(
    status: u16,
    retry_after: Option<Duration>,
    gong: Option<GongError>,
    has_cursor: bool,
) -> (Failure, Error) {
    let is_gong = gong.is_some();
    let cursor_expired = has_cursor && gong.as_ref().is_some_and(GongError::is_expired_cursor);
    let (kind, failure) = match status {
        429 => (
            ErrorKind::RateLimited { retry_after },
            Failure::RateLimited { retry_after },
        ),
        500.. => (ErrorKind::Server, Failure::Server { retry_after }),
        408 => (ErrorKind::TimedOut, Failure::TimedOut),
        401 => (ErrorKind::Unauthorized, Failure::Final),
        403 => (ErrorKind::Forbidden, Failure::Final),
        _ if cursor_expired => (ErrorKind::CursorExpired, Failure::Final),
        402 => (ErrorKind::OutOfCredits, Failure::Final),
        404 if is_gong => (ErrorKind::NotFound, Failure::Final),
        404 => (ErrorKind::NotGong, Failure::Final),
        409 => (ErrorKind::Conflict, Failure::Final),
        _ => (ErrorKind::Rejected, Failure::Final),
    };
    let (request_id, explanation) = gong.map_or((None, Vec::new()), |gong| {
        (Some(gong.request_id), gong.errors)
    });
    (
        failure,
        Error::new(kind).answered(status, request_id, explanation),
    )
}

/// Reads `Retry-After`: whole seconds, however many. Gong never sends a date, and a proxy's date
/// would need a clock.
pub(crate) fn retry_after(header: &str) -> Option<Duration> {
    let digits = header.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Duration::from_secs(digits.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPIRED: &str = r#"{"requestId": "r", "errors": ["cursor has expired"]}"#;
    const NO_CALLS: &str = r#"{"requestId": "r", "errors": ["No calls found"]}"#;

    fn check(status: u16, body: &str, has_cursor: bool, kind: &ErrorKind, is_transient: bool) {
        let (_, error) = explain(status, None, GongError::read(body), has_cursor);

        assert_eq!(error.kind(), kind, "{status} {body}");
        assert_eq!(error.is_transient(), is_transient, "{status} {body}");
    }

    #[test]
    fn every_status_has_a_name() {
        check(400, NO_CALLS, false, &ErrorKind::Rejected, false);
        check(401, "", false, &ErrorKind::Unauthorized, false);
        check(402, NO_CALLS, false, &ErrorKind::OutOfCredits, false);
        check(403, NO_CALLS, false, &ErrorKind::Forbidden, false);
        check(404, NO_CALLS, false, &ErrorKind::NotFound, false);
        check(408, "", false, &ErrorKind::TimedOut, true);
        check(409, NO_CALLS, false, &ErrorKind::Conflict, false);
        check(422, NO_CALLS, false, &ErrorKind::Rejected, false);
        check(
            429,
            "",
            false,
            &ErrorKind::RateLimited { retry_after: None },
            true,
        );
        check(500, "", false, &ErrorKind::Server, true);
        check(503, "<html>", false, &ErrorKind::Server, true);
    }

    #[test]
    fn a_404_counts_as_gongs_only_in_gongs_own_shape() {
        for body in [
            "",
            "<html>404</html>",
            "{}",
            r#"{"errors": ["no"]}"#,
            r#"{"requestId": "r"}"#,
            r#"{"requestId": "r", "errors": "no"}"#,
            r#"{"requestId": null, "errors": ["no"]}"#,
            r#"{"status": 404, "error": "Not Found", "path": "/v2/calls"}"#,
        ] {
            check(404, body, false, &ErrorKind::NotGong, false);
        }
    }

    #[test]
    fn an_expired_cursor_is_told_by_its_words_and_only_where_a_cursor_was_sent() {
        for status in [400, 404, 410, 422] {
            check(status, EXPIRED, true, &ErrorKind::CursorExpired, true);
        }
        check(400, EXPIRED, false, &ErrorKind::Rejected, false);
        check(400, NO_CALLS, true, &ErrorKind::Rejected, false);
        check(401, EXPIRED, true, &ErrorKind::Unauthorized, false);
    }

    #[test]
    fn retry_after_is_seconds() {
        assert_eq!(retry_after("1"), Some(Duration::from_secs(1)));
        assert_eq!(retry_after(" 3600 "), Some(Duration::from_hours(1)));
        assert_eq!(
            retry_after(&"9".repeat(30)),
            Some(Duration::from_secs(u64::MAX))
        );
        assert_eq!(retry_after(""), None);
        assert_eq!(retry_after("-1"), None);
        assert_eq!(retry_after("1.5"), None);
        assert_eq!(retry_after("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }

    #[test]
    fn gongs_words_are_lent_but_never_printed() {
        let body = r#"{"requestId": "r1", "errors": ["canary@example.com is unknown"]}"#;

        let (_, error) = explain(400, None, GongError::read(body), false);

        assert_eq!(error.explanation(), ["canary@example.com is unknown"]);
        assert_eq!(
            error.to_string(),
            "gong refuses the request (status 400, request id r1)"
        );
        assert!(!format!("{error:?}").contains("canary"));
    }
}
