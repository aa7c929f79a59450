//! The rule: what a listener needs before it may be reached from elsewhere.

use std::net::SocketAddr;

use crate::{Error, TlsFiles};

/// What keeps others from reading along.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever opens a door must think of each of the three"
)]
pub enum Protection {
    /// Nothing.
    PlainText,
    /// TLS of the listener's own.
    Tls(TlsFiles),
    /// A proxy before the listener ends TLS.
    BehindProxy,
}

/// Whether somebody asks who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever opens a door must think of each of the three"
)]
pub enum Guard {
    /// Nobody is asked.
    Open,
    /// Everybody shows a signature, a key or a token, and is judged by it.
    Authenticated,
    /// Nobody is asked, and nothing of anybody is to be seen: whether the process lives, counts.
    NothingToGuard,
}

/// Whether a listener may open at this address.
///
/// An unspecified address (`0.0.0.0`) counts as beyond this machine, since it is reached from
/// there.
pub fn allowed(address: SocketAddr, protection: &Protection, guard: Guard) -> Result<(), Error> {
    if address.ip().to_canonical().is_loopback() || guard == Guard::NothingToGuard {
        return Ok(());
    }
    match (protection, guard) {
        (Protection::PlainText, _) => Err(Error::ClearText { address }),
        (_, Guard::Open) => Err(Error::Unguarded { address }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, protection: &Protection, guard: Guard, expected: &str) {
        let address = address.parse().expect("an address");
        let answer = match allowed(address, protection, guard) {
            Ok(()) => "opens",
            Err(Error::ClearText { .. }) => "clear text",
            Err(Error::Unguarded { .. }) => "unguarded",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(answer, expected, "{address} {protection:?} {guard:?}");
    }

    #[test]
    fn beyond_this_machine_both_protection_and_a_guard_are_needed() {
        let tls = Protection::Tls(TlsFiles::new("cert.pem", "key.pem"));
        let (plain, proxy) = (Protection::PlainText, Protection::BehindProxy);

        for here in [
            "127.0.0.1:1",
            "[::1]:1",
            "127.9.9.9:1",
            "[::ffff:127.0.0.1]:1",
        ] {
            check(here, &plain, Guard::Open, "opens");
        }
        for beyond in ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "[::ffff:10.0.0.1]:1"] {
            check(beyond, &plain, Guard::Open, "clear text");
            check(beyond, &plain, Guard::Authenticated, "clear text");
            check(beyond, &tls, Guard::Open, "unguarded");
            check(beyond, &proxy, Guard::Open, "unguarded");
            check(beyond, &tls, Guard::Authenticated, "opens");
            check(beyond, &proxy, Guard::Authenticated, "opens");
            check(beyond, &plain, Guard::NothingToGuard, "opens");
        }
    }
}
