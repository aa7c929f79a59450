//! The access keys of the pretended company, and HTTP Basic.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Pairs of access key and secret that are let in.
#[derive(Clone, Debug)]
pub(crate) struct Keys(Vec<(String, String)>);

impl Keys {
    pub(crate) fn of(pairs: &[(&str, &str)]) -> Self {
        Self(
            pairs
                .iter()
                .map(|(key, secret)| ((*key).to_owned(), (*secret).to_owned()))
                .collect(),
        )
    }

    pub(crate) fn first(&self) -> (&str, &str) {
        self.0
            .first()
            .map_or(("", ""), |(key, secret)| (key, secret))
    }

    /// Whether this `Authorization` header carries one of the pairs.
    pub(crate) fn admit(&self, authorization: Option<&str>) -> bool {
        let Some((scheme, credentials)) = scheme_and_value(authorization) else {
            return false;
        };
        let decoded = STANDARD
            .decode(credentials)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(decoded) = decoded else { return false };
        let Some((key, secret)) = decoded.split_once(':') else {
            return false;
        };
        scheme.eq_ignore_ascii_case("basic")
            && self.0.iter().any(|pair| pair.0 == key && pair.1 == secret)
    }
}

/// The two parts of an `Authorization` header.
pub(crate) fn scheme_and_value(authorization: Option<&str>) -> Option<(&str, &str)> {
    let (scheme, value) = authorization?.split_once(' ')?;
    Some((scheme, value.trim()))
}

impl Default for Keys {
    fn default() -> Self {
        Self::of(&[(
            "GONGSIMULATORACCESSKEY0000000001",
            "gong-simulator-secret-that-opens-nothing-real",
        )])
    }
}
