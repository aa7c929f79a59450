//! The only kind of address that a client sends credentials to.
use std::fmt;

use url::{Host, Url};

use crate::Error;

/// Where Gong's API is: https under `gong.io`, or a loopback address.
///
/// Credentials are sent to a `BaseUrl` and nowhere else, so one that a stray configuration file
/// names is refused here, before any request. A company has its own host, shown beside its key
/// in Gong (for example `https://us-55616.api.gong.io`); the default is `https://api.gong.io`.
///
/// ```
/// use gong_auth::BaseUrl;
///
/// assert_eq!(BaseUrl::parse("https://us-55616.api.gong.io/")?.to_string(), "https://us-55616.api.gong.io");
/// assert!(BaseUrl::parse("http://127.0.0.1:9000")?.is_loopback());
/// assert!(BaseUrl::parse("https://api.gong.io.example").is_err());
/// # Ok::<(), gong_auth::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
}

impl BaseUrl {
    /// Reads an address that is https under `gong.io`, or http or https on loopback.
    ///
    /// # Errors
    /// [`Error::ForeignBaseUrl`] for any other host, [`Error::BadBaseUrl`] for what is no base
    /// URL at all.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let url = well_formed(text)?;
        let is_gong = is_gong(&url);
        if is_gong && url.path() != "/" {
            return Err(bad("must end at the host; remove its path"));
        }
        if is_gong || is_loopback(&url) {
            return Ok(Self { url });
        }
        Err(Error::ForeignBaseUrl {
            host: url.origin().ascii_serialization(),
        })
    }

    /// Reads any http or https address: **the credentials will be sent to it**.
    ///
    /// For a gateway of one's own in front of Gong; the user must have asked for it by name.
    ///
    /// # Errors
    /// [`Error::BadBaseUrl`] for what is no base URL at all.
    pub fn allow_foreign(text: &str) -> Result<Self, Error> {
        Ok(Self {
            url: well_formed(text)?,
        })
    }

    /// Tells whether the address is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Tells whether the address is neither Gong's nor loopback.
    pub fn is_foreign(&self) -> bool {
        !(self.is_loopback() || is_gong(&self.url))
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The address of a resource: the base plus these path segments, each percent-encoded, so
    /// that no id can leave its segment. A segment of one or two dots says nothing and is left out.
    ///
    /// ```
    /// let base = gong_auth::BaseUrl::default();
    /// assert_eq!(base.join(["v2", "calls", "../x"]).as_str(), "https://api.gong.io/v2/calls/..%2Fx");
    /// ```
    pub fn join<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            // A URL knows no tabs and line ends: `.\n.` would become `..` and leave its segment.
            let segments = segments
                .into_iter()
                .map(|segment| segment.replace(['\t', '\n', '\r'], ""));
            for segment in segments {
                path.pop_if_empty().push(&segment);
            }
        }
        url
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        let url = Url::parse("https://api.gong.io").expect("Gong's own address is a URL");
        Self { url }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

fn well_formed(text: &str) -> Result<Url, Error> {
    let mut url = Url::parse(text.trim())
        .map_err(|_| bad("is not a URL; write it like https://api.gong.io"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(bad("must be https (or http on loopback)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("must not hold a user or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("must not hold a query or a fragment"));
    }
    // One address, one value: a slash at the end says nothing.
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn bad(problem: &'static str) -> Error {
    Error::BadBaseUrl { problem }
}

fn is_gong(url: &Url) -> bool {
    let Some(Host::Domain(host)) = url.host() else {
        return false;
    };
    url.scheme() == "https" && (host == "gong.io" || host.ends_with(".gong.io"))
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
    fn credentials_go_to_gong_over_https_or_to_loopback() {
        for (text, shown) in [
            ("https://api.gong.io", "https://api.gong.io"),
            (
                "HTTPS://US-55616.API.GONG.IO/",
                "https://us-55616.api.gong.io",
            ),
            (" https://api.gong.io:443 ", "https://api.gong.io"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("http://127.8.8.8", "http://127.8.8.8"),
            ("http://localhost:1", "http://localhost:1"),
            ("https://[::1]:1/", "https://[::1]:1"),
        ] {
            let base = BaseUrl::parse(text).unwrap();

            assert_eq!(base.to_string(), shown);
            assert!(!base.is_foreign(), "{text}");
        }
    }

    #[test]
    fn every_other_host_is_foreign_and_needs_to_be_allowed_by_name() {
        for text in [
            "http://api.gong.io",
            "https://gong.io.example",
            "https://evilgong.io",
            "https://api.gong.io.",
            "https://gong.example/api.gong.io",
            "http://0.0.0.0:80",
            "http://192.168.0.1",
            "http://[::ffff:127.0.0.1]",
            "http://localhost.example",
            "http://127.0.0.1.example",
        ] {
            let error = BaseUrl::parse(text).unwrap_err();

            assert!(
                matches!(error, Error::ForeignBaseUrl { .. }),
                "{text}: {error}"
            );
            assert!(BaseUrl::allow_foreign(text).unwrap().is_foreign(), "{text}");
        }
    }

    #[test]
    fn what_is_no_base_url_is_refused_without_quoting_its_password() {
        for (text, problem) in [
            ("", "is not a URL; write it like https://api.gong.io"),
            (
                "api.gong.io",
                "is not a URL; write it like https://api.gong.io",
            ),
            ("ftp://api.gong.io", "must be https (or http on loopback)"),
            (
                "https://me:canary@api.gong.io",
                "must not hold a user or a password",
            ),
            (
                "https://api.gong.io@evil.example",
                "must not hold a user or a password",
            ),
            (
                "https://api.gong.io?x=1",
                "must not hold a query or a fragment",
            ),
            (
                "https://api.gong.io/v2",
                "must end at the host; remove its path",
            ),
        ] {
            let error = BaseUrl::parse(text).unwrap_err();

            assert_eq!(error.to_string(), format!("the base URL {problem}"));
            assert!(!format!("{error:?}").contains("canary"));
        }
    }

    #[test]
    fn a_slash_at_the_end_makes_no_other_address() {
        let base = BaseUrl::parse("http://127.0.0.1:9000/gong").unwrap();

        for text in [
            "http://127.0.0.1:9000/gong/",
            "http://127.0.0.1:9000/gong//",
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap(), base, "{text}");
        }
    }

    #[test]
    fn an_id_stays_inside_its_path_segment() {
        let base = BaseUrl::allow_foreign("https://gateway.example/gong/").unwrap();

        for dots in ["..", ".", ".\n.", "\t.\r.\n"] {
            let url = base.join(["v2", "calls", dots]);
            assert_eq!(url.as_str(), "https://gateway.example/gong/v2/calls");
        }
        let url = base.join(["v2", "calls", "a/b?c#d"]);

        assert_eq!(
            url.as_str(),
            "https://gateway.example/gong/v2/calls/a%2Fb%3Fc%23d"
        );
    }
}
