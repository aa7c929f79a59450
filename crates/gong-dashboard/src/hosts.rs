//! Which hosts a listener answers for, and which pages may send it something.

use std::net::SocketAddr;

use axum::http::{HeaderMap, header};
use url::Url;

/// The names of this machine, for a listener that is on it.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// What a request must say of where it goes and where it comes from. A page of another site can have a
/// browser ask us under a name of its own (its name server may answer with this machine's address),
/// but it cannot make the browser lie about the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hosts {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Hosts {
    /// Those of a listener; `public` is its address as browsers write it.
    pub(crate) fn of(address: SocketAddr, speaks_tls: bool, public: Option<&Url>) -> Self {
        let scheme = if speaks_tls { "https" } else { "http" };
        let mut all = Self {
            hosts: Vec::new(),
            origins: Vec::new(),
        };
        let port = address.port();
        if address.ip().to_canonical().is_loopback() {
            for name in HERE {
                all.add(scheme, &format!("{name}:{port}"));
            }
        }
        if let Some(url) = public {
            let host = url.host_str().unwrap_or_default();
            let host = match url.port() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_owned(),
            };
            all.add(url.scheme(), &host);
        }
        all
    }

    fn add(&mut self, scheme: &str, host: &str) {
        self.hosts.push(host.to_owned());
        self.origins.push(format!("{scheme}://{host}"));
    }

    /// Whether an address as browsers write it is one of ours.
    pub(crate) fn has(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        self.origins.contains(&origin)
    }

    /// Whether a request goes to the host of this address.
    pub(crate) fn goes_to(headers: &HeaderMap, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        let host = origin.split_once("://").map(|(_, host)| host);
        host.is_some_and(|host| {
            only(headers, &header::HOST).is_some_and(|asked| asked.eq_ignore_ascii_case(host))
        })
    }

    /// Whether a request goes to a host of ours; exactly one must be named.
    pub(crate) fn answers(&self, headers: &HeaderMap) -> bool {
        let host = only(headers, &header::HOST);
        host.is_some_and(|host| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
    }

    /// Whether a request that changes something comes from a page of ours. A browser says so; who
    /// says nothing is refused.
    pub(crate) fn sent_by_us(&self, headers: &HeaderMap) -> bool {
        let origin = only(headers, &header::ORIGIN);
        origin.is_some_and(|origin| {
            self.origins
                .iter()
                .any(|own| own.eq_ignore_ascii_case(origin))
        })
    }
}

/// The one value of a header; none where there are two.
fn only<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &header::HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, value.parse().expect("a value"));
        }
        headers
    }

    #[test]
    fn a_listener_answers_for_its_own_names_with_its_own_port_only() {
        let check = |address: &str, public: Option<&str>, host: &[&str], expected: bool| {
            let public = public.map(|url| url.parse().expect("an address"));
            let hosts = Hosts::of(address.parse().expect("it is one"), false, public.as_ref());
            let answers = hosts.answers(&with(&header::HOST, host));
            assert_eq!(answers, expected, "{address} {public:?} {host:?}");
        };
        let here = "127.0.0.1:9004";
        check(here, None, &["127.0.0.1:9004"], true);
        check(here, None, &["localhost:9004"], true);
        check(here, None, &["LOCALHOST:9004"], true);
        check("[::1]:9004", None, &["[::1]:9004"], true);
        for bad in [
            &["rebound.example:9004"][..],
            &["127.0.0.1"],
            &["127.0.0.1:9005"],
            &["localhost.rebound.example:9004"],
            &["127.0.0.1:9004", "rebound.example"],
            &[],
        ] {
            check(here, None, bad, false);
        }
        let public = Some("https://calls.example");
        check("0.0.0.0:9004", public, &["calls.example"], true);
        check("0.0.0.0:9004", public, &["calls.example:9004"], false);
        check("0.0.0.0:9004", public, &["127.0.0.1:9004"], false);
        let port = Some("https://calls.example:8443");
        check("0.0.0.0:9004", port, &["calls.example:8443"], true);
    }

    #[test]
    fn only_a_page_of_ours_may_send_something() {
        let hosts = Hosts::of("127.0.0.1:9004".parse().expect("it is one"), false, None);
        let check = |origin: &[&str], expected: bool| {
            let sent = hosts.sent_by_us(&with(&header::ORIGIN, origin));
            assert_eq!(sent, expected, "{origin:?}");
        };
        check(&["http://127.0.0.1:9004"], true);
        check(&["http://localhost:9004"], true);
        for bad in [
            &["https://127.0.0.1:9004"][..],
            &["http://127.0.0.1:3000"],
            &["null"],
            &["http://evil.example"],
            &[],
        ] {
            check(bad, false);
        }
    }
}
