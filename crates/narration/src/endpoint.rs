//! Where the words of calls may be sent.

use std::fmt;

use url::{Host, Url};

/// The address of a model's server: https anywhere, or http on this machine.
///
/// ```
/// use narration::Endpoint;
///
/// assert!(Endpoint::parse("http://127.0.0.1:11434")?.is_loopback());
/// assert!(Endpoint::parse("https://models.example/v1")?.to_string().ends_with("/v1"));
/// assert!(Endpoint::parse("http://models.example").is_err());
/// # Ok::<(), narration::InvalidEndpoint>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
}

/// Says why a text is no address that words may be sent to. It does not quote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model's base URL {problem}")]
pub struct InvalidEndpoint {
    problem: &'static str,
}

impl Endpoint {
    /// Reads an address that is https, or http on loopback.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] for any other.
    pub fn parse(text: &str) -> Result<Self, InvalidEndpoint> {
        let bad = |problem| Err(InvalidEndpoint { problem });
        let Ok(mut url) = Url::parse(text.trim()) else {
            return bad("is not a URL; write it like https://models.example/v1");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return bad("must not hold a user or a password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return bad("must not hold a query or a fragment");
        }
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
            return bad("must be https, or http on loopback");
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self { url })
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The address of a resource below it.
    pub(crate) fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_out_over_https_or_stay_on_the_machine() {
        for good in [
            "https://models.example/v1/",
            "http://localhost:8080",
            "http://[::1]:1",
            "http://127.9.9.9/v1",
        ] {
            assert!(Endpoint::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "models.example",
            "http://models.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "http://[::ffff:127.0.0.1]",
            "ftp://localhost",
            "file:///etc/passwd",
            "https://me:canary@models.example",
            "https://models.example?key=canary",
            "https://models.example#canary",
        ] {
            let error = Endpoint::parse(bad).expect_err(bad);
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    #[test]
    fn a_resource_lies_below_the_path() {
        let base = Endpoint::parse("https://gateway.example/llm/").expect("an address");
        let url = base.join(&["chat", "completions"]);
        assert_eq!(url.as_str(), "https://gateway.example/llm/chat/completions");
    }
}
