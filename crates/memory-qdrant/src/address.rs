//! Where a server is, and whether it may be talked to in the clear.

use std::fmt;

use thiserror::Error;
use url::{Host, Url};

/// The port of Qdrant's gRPC API.
const PORT: u16 = 6334;

/// Whether a server on another machine may be talked to without TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it may or it may not")]
pub enum Plaintext {
    /// Only a server on this machine.
    #[default]
    OnLoopback,
    /// Whoever is on the way reads hashed words, vectors and the API key, and may change answers.
    Anywhere,
}

/// The address of a server: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

/// Why an address is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It is no address of a server.
    #[error("the address of Qdrant is no http:// or https:// address of a host")]
    NotAnAddress,
    /// It holds a user or a password.
    #[error("the address of Qdrant holds credentials")]
    Credentials,
    /// It would send everything in the clear over a network.
    #[error("Qdrant is on another machine and is to be talked to without TLS")]
    Plaintext,
}

impl Address {
    /// Reads an address; without a port it is Qdrant's.
    pub fn parse(text: &str, plaintext: Plaintext) -> Result<Self, AddressError> {
        let url = Url::parse(text.trim()).map_err(|_| AddressError::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none();
        let host = url.host().ok_or(AddressError::NotAnAddress)?;
        let is_secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(AddressError::NotAnAddress),
        };
        if !is_bare || url.fragment().is_some() {
            return Err(AddressError::NotAnAddress);
        }
        if !is_secure && !is_loopback(&host) && plaintext == Plaintext::OnLoopback {
            return Err(AddressError::Plaintext);
        }
        // `Url` does not tell a default port of the web that was written from none.
        let end = text.trim().trim_end_matches('/').rsplit(':').next();
        let written = end.and_then(|port| port.parse::<u16>().ok());
        let port = written.unwrap_or(PORT);
        Ok(Self(format!("{}://{host}:{port}", url.scheme())))
    }

    /// Scheme, host and port.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, AddressError>) {
        let parsed = Address::parse(text, Plaintext::OnLoopback);
        let parsed = parsed.as_ref().map(Address::as_str).map_err(|error| *error);
        assert_eq!(parsed, expected, "{text}");
    }

    #[test]
    fn an_address_is_a_host_that_is_near_or_has_tls() {
        check("http://127.0.0.1:7000", Ok("http://127.0.0.1:7000"));
        check("http://localhost", Ok("http://localhost:6334"));
        check("http://[::1]:9/", Ok("http://[::1]:9"));
        check("https://q.example.com:443", Ok("https://q.example.com:443"));
        check(" https://q.example.com ", Ok("https://q.example.com:6334"));
        check("http://10.0.0.7:6334", Err(AddressError::Plaintext));
        check("http://q.example.com", Err(AddressError::Plaintext));
        check("http://localhost.example.com", Err(AddressError::Plaintext));
        check("https://a:b@q.example.com", Err(AddressError::Credentials));
        check("https://q.example.com/x", Err(AddressError::NotAnAddress));
        check("https://q.example.com/?a", Err(AddressError::NotAnAddress));
        check("grpc://localhost", Err(AddressError::NotAnAddress));
        check("q.example.com:6334", Err(AddressError::NotAnAddress));
        check("", Err(AddressError::NotAnAddress));
    }

    #[test]
    fn what_is_dangerous_is_allowed_by_name_only() {
        let allowed = Address::parse("http://10.0.0.7", Plaintext::Anywhere);
        let allowed = allowed.as_ref().map(Address::as_str);
        assert_eq!(allowed, Ok("http://10.0.0.7:6334"));
    }
}
