//! A body that is no message is answered as JSON-RPC names it, before the SDK reads it.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use front_door::{BodyRules, read_body};
use serde_json::{Value, json};

/// The largest argument has a thousand characters.
const RULES: BodyRules = BodyRules {
    most: super::LARGEST_BODY,
    within: Duration::from_secs(30),
};

/// What is wrong with a body.
#[derive(Clone, Debug, PartialEq)]
enum Problem {
    /// It is not JSON.
    Unreadable,
    /// It is JSON, and no message; with the id it gave, if that can be repeated.
    NoMessage(Value),
}

/// The layer: a message goes on, whole; everything else ends here.
pub(super) async fn readable(request: Request, next: Next) -> Response {
    if !is_message_by_its_headers(&request) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let body = match read_body(&parts.headers, body, RULES).await {
        Ok(body) => body,
        Err(refusal) => return (refusal.status(), refusal.to_string()).into_response(),
    };
    match judged(&body) {
        Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(problem) => refused(problem),
    }
}

/// Other methods and other types are refused further in.
fn is_message_by_its_headers(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next());
    let is_json = essence.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    request.method() == Method::POST && is_json
}

/// Whether a body has the form of one message. What it asks is judged further in.
fn judged(body: &[u8]) -> Result<(), Problem> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return Err(Problem::Unreadable);
    };
    let id = value.get("id");
    let is_id = |id: &Value| id.is_string() || id.is_i64() || id.is_u64();
    let named = id.filter(|id| is_id(id)).cloned().unwrap_or_default();
    let is_ours = value.get("jsonrpc").is_some_and(|version| version == "2.0");
    let asks = value.get("method").is_some_and(Value::is_string);
    let answers = value.get("method").is_none()
        && (value.get("result").is_some() || value.get("error").is_some());
    let params = value.get("params");
    let can_be_read = params.is_none_or(|params| params.is_object() || params.is_null());
    // An answer to what could not be read has no id.
    let is_named = id.is_none_or(|id| is_id(id) || (answers && id.is_null()));
    if is_ours && (asks || answers) && can_be_read && is_named {
        Ok(())
    } else {
        Err(Problem::NoMessage(named))
    }
}

fn refused(problem: Problem) -> Response {
    let (id, code, message) = match problem {
        Problem::Unreadable => (Value::Null, -32700, "the body is not JSON"),
        Problem::NoMessage(id) => (id, -32600, "the body is not one JSON-RPC 2.0 message"),
    };
    let error = json!({"code": code, "message": message});
    let body = Json(json!({"jsonrpc": "2.0", "id": id, "error": error}));
    (StatusCode::BAD_REQUEST, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_form_of_a_message_goes_on() {
        for good in [
            r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":""}}"#,
        ] {
            assert_eq!(judged(good.as_bytes()), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_has_not_is_named_with_the_id_it_gave() {
        let check = |body: &str, expected: Problem| {
            assert_eq!(judged(body.as_bytes()), Err(expected), "{body}");
        };
        check("", Problem::Unreadable);
        check("{not json", Problem::Unreadable);
        check("\u{feff}{}", Problem::Unreadable);
        let unnamed = || Problem::NoMessage(Value::Null);
        check("[]", unnamed());
        check(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, unnamed());
        check(r#"{"id":1,"method":"ping"}"#, Problem::NoMessage(json!(1)));
        check(
            r#"{"jsonrpc":"2.0","id":"a","method":1}"#,
            Problem::NoMessage(json!("a")),
        );
        check(r#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, unnamed());
        check(r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, unnamed());
        check(
            r#"{"jsonrpc":"2.0","id":2,"method":"ping","params":3}"#,
            Problem::NoMessage(json!(2)),
        );
        check(r#"{"jsonrpc":"2.0","id":2}"#, Problem::NoMessage(json!(2)));
    }
}
