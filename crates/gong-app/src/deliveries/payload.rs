//! What a delivery says, as far as it matters before its call is fetched.

use conversation::CallId;
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a delivery is about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) call: Option<CallId>,
    pub(crate) is_test: bool,
}

/// Gong's form: the call is an entry of the extensive listing, inside `callData`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    #[serde(borrow)]
    call_data: Option<CallData<'a>>,
    is_test: Option<bool>,
    /// The form in Gong's own documentation has the inside of `callData` only.
    #[serde(borrow)]
    meta_data: Option<MetaData<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CallData<'a> {
    #[serde(borrow)]
    meta_data: Option<MetaData<'a>>,
}

#[derive(Deserialize)]
struct MetaData<'a> {
    /// A text of digits; elsewhere Gong writes ids as numbers, which would not fit a float.
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

/// Reads a body; none if it is not in one of Gong's forms. A name that stands there twice where it
/// matters is refused: whoever looked at the body before may have read the other.
pub(crate) fn read(body: &[u8]) -> Option<Told> {
    let whole: Whole<'_> = serde_json::from_slice(body).ok()?;
    let inside = whole.call_data.and_then(|data| data.meta_data);
    let id = inside.or(whole.meta_data).and_then(|data| data.id);
    let call = match id.map(RawValue::get) {
        None | Some("null") => None,
        Some(text) => Some(call(text)?),
    };
    let is_test = whole.is_test.unwrap_or(false);
    (call.is_some() || is_test).then_some(Told { call, is_test })
}

fn call(text: &str) -> Option<CallId> {
    let id = match text.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(text).ok()?,
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => text.to_owned(),
        _ => return None,
    };
    CallId::new(id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Option<(Option<&str>, bool)>) {
        let told = read(body.as_bytes());
        let told = told.map(|told| (told.call.map(|call| call.to_string()), told.is_test));
        let expected = expected.map(|(call, test)| (call.map(str::to_owned), test));
        assert_eq!(told, expected, "{body}");
    }

    #[test]
    fn both_forms_are_read_and_nothing_else() {
        check(
            r#"{"callData":{"metaData":{"id":"7"}},"isTest":false}"#,
            Some((Some("7"), false)),
        );
        check(
            r#"{"isTest":true,"callData":{"metaData":{"id":"7"}}}"#,
            Some((Some("7"), true)),
        );
        check(
            r#"{"metaData":{"id":"7"},"parties":[]}"#,
            Some((Some("7"), false)),
        );
        check(
            r#"{"metaData":{"id":12345678901234567890}}"#,
            Some((Some("12345678901234567890"), false)),
        );
        check(r#"{"isTest":true}"#, Some((None, true)));
        check(
            r#"{"isTest":true,"callData":{"metaData":{"id":null}}}"#,
            Some((None, true)),
        );
        for bad in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"isTest":false}"#,
            r#"{"callData":{}}"#,
            r#"{"callData":{"metaData":{"id":""}}}"#,
            r#"{"callData":{"metaData":{"id":1.5}}}"#,
            r#"{"callData":{"metaData":{"id":true}}}"#,
            r#"{"callData":{"metaData":{"id":"7","id":"8"}}}"#,
            r#"{"isTest":false,"isTest":true,"metaData":{"id":"7"}}"#,
            r#"{"metaData":{"id":"7"}} and more"#,
            "\u{feff}{}",
        ] {
            check(bad, None);
        }
    }
}
