//! The key or the login, the address, the clock, and whether Gong accepts all of it.

use std::time::Duration;

use call_archive::Priority;
use gong_auth::{BaseUrl, FoundKeyPair, Tokens};
use gong_client::{GongClient, ListExtensive, ListTranscripts, Operation, Request};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::DATE;

use super::check::Check;
use crate::app::App;
use crate::gong::{Credentials, base_url};
use crate::login::lacking;
use crate::{Error, ErrorKind};

/// How long an answer may take that only tells whether anybody is there.
const DEADLINE: Duration = Duration::from_secs(10);
/// Clocks that differ by more make windows of time miss calls, and tokens expire early.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// How much of a moment is asked for: enough to be an answer, little enough to be empty.
const MOMENT: SignedDuration = SignedDuration::from_secs(60);

impl App {
    pub(super) async fn gong(&self) -> Vec<Check> {
        let found = self.credentials().await;
        let has_login = matches!(self.held_tokens().await, Ok(Some(_)));
        let mut checks = vec![credentials_check(&found, has_login)];
        let base = match &found {
            Ok(Credentials::Login(held)) => Ok(held.tokens.base_url().clone()),
            _ => base_url(self.config()),
        };
        match base {
            Err(error) => {
                checks.push(Check::failed("gong.base_url", &Error::from(error)));
                checks.push(Check::skip(
                    "gong.reachable",
                    "not tried: the base URL is refused",
                ));
                checks.push(Check::skip(
                    "gong.accepted",
                    "not tried: the base URL is refused",
                ));
            }
            Ok(base) => {
                checks.push(address_check(&base, &found));
                let address = base.join(["v2", "workspaces"]);
                let (reached, is_there) = self.reachable(address.as_str()).await;
                checks.extend(reached);
                checks.extend(match (is_there, &found) {
                    (true, Ok(Credentials::KeyPair(_))) => self.accepted("the key").await,
                    (true, Ok(Credentials::Login(_))) => self.accepted("the login").await,
                    (true, Err(_)) => {
                        vec![Check::skip(
                            "gong.accepted",
                            "not tried without a key or a login",
                        )]
                    }
                    (false, _) => vec![Check::skip("gong.accepted", "not tried: no answer")],
                });
                if let Ok(Credentials::Login(held)) = &found {
                    checks.extend(scopes(&held.tokens));
                }
            }
        }
        checks
    }

    /// Asks without the key: whether anybody is there, and what time it is there.
    async fn reachable(&self, address: &str) -> (Vec<Check>, bool) {
        let answered = async {
            let client = reqwest::Client::builder()
                .timeout(DEADLINE)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy_if_loopback(address)
                .build()?;
            client.get(address).send().await
        };
        match answered.await {
            Err(error) => {
                let error = Error::new(ErrorKind::TryLater, "no answer from gong's address")
                    .caused_by(error.without_url())
                    .hint("check the network and GONG_BASE_URL (proxies are not supported)");
                (vec![Check::failed("gong.reachable", &error)], false)
            }
            Ok(answer) => {
                let there = answer
                    .headers()
                    .get(DATE)
                    .and_then(|date| date.to_str().ok());
                let there = there.and_then(http_date);
                let reached = Check::ok("gong.reachable", "somebody answers");
                (vec![reached, clock(self.now(), there)], true)
            }
        }
    }

    /// Asks for a moment's calls and transcripts: accepted, and with the scopes that sync needs?
    async fn accepted(&self, what: &str) -> Vec<Check> {
        let opened = match self.has_archive().await {
            Ok(true) => self.opened().await.ok(),
            _ => None,
        };
        let connection = match self.connect(Priority::Interactive, opened).await {
            Ok(connection) => connection,
            Err(error) => return vec![Check::failed("gong.accepted", &error)],
        };
        let checks = self.tried(&connection.client, what).await;
        match connection.settle().await {
            Ok(()) => checks,
            Err(error) => vec![Check::failed("gong.accepted", &error)],
        }
    }

    async fn tried(&self, client: &GongClient, what: &str) -> Vec<Check> {
        let to = self.now();
        let from = to.checked_sub(MOMENT).unwrap_or(to);
        let calls = asked(client, &ListExtensive::between(from, to)).await;
        if let Err(error) = &calls
            && error.kind() != ErrorKind::NotAuthorised
        {
            return vec![Check::failed("gong.accepted", error)];
        }
        let transcripts = asked(client, &ListTranscripts::between(from, to)).await;
        match (calls, transcripts) {
            (Ok(()), Ok(())) => vec![
                Check::ok("gong.accepted", format!("{what} is accepted")),
                Check::ok(
                    "gong.scopes",
                    "calls and transcripts open; that was tried, because Gong does not tell which \
                     scopes a key has",
                ),
            ],
            (Err(error), Err(_)) => vec![Check::failed("gong.accepted", &error)],
            (calls, transcripts) => {
                let lacking: &Operation = if calls.is_err() {
                    &ListExtensive::OPERATION
                } else {
                    &ListTranscripts::OPERATION
                };
                let error = calls.and(transcripts).err();
                let what = error.map_or_else(String::new, |error| error.chain());
                vec![
                    Check::ok("gong.accepted", format!("{what} is accepted")),
                    Check::fail("gong.scopes", what)
                        .why("sync reads calls with their content, and transcripts")
                        .fix(format!("give the key the scope {} in Gong", lacking.scope)),
                ]
            }
        }
    }
}

async fn asked<R: Request>(client: &GongClient, request: &R) -> Result<(), Error> {
    client.send(request).await.map(|_| ()).map_err(Error::from)
}

fn credentials_check(found: &Result<Credentials, Error>, has_login: bool) -> Check {
    const ID: &str = "gong.credentials";
    match found {
        Err(error) => Check::failed(ID, error).why(
            "without a key or a login nothing can be synced; what is archived can still be \
             searched",
        ),
        Ok(Credentials::KeyPair(found)) => key_pair_check(found, has_login),
        Ok(Credentials::Login(held)) => Check::ok(
            ID,
            format!(
                "logged in (OAuth), and no key pair is set; the access token ends {} and \
                     is renewed before",
                held.tokens.expires_at()
            ),
        ),
    }
}

fn key_pair_check(found: &FoundKeyPair, has_login: bool) -> Check {
    const ID: &str = "gong.credentials";
    if found.pair.looks_swapped() {
        return Check::warn(ID, "access key and secret look exchanged")
            .why("Gong's secrets start with eyJ, its access keys do not")
            .fix("exchange GONG_ACCESS_KEY and GONG_ACCESS_KEY_SECRET");
    }
    let login = if has_login {
        ", and are used in place of the login"
    } else {
        ""
    };
    Check::ok(ID, format!("an access key and its secret are set{login}"))
}

fn address_check(base: &BaseUrl, found: &Result<Credentials, Error>) -> Check {
    const ID: &str = "gong.base_url";
    if base.is_foreign() {
        return Check::warn(ID, format!("{base}, which is not Gong's"))
            .why("the key is sent there because --allow-foreign-base-url says so")
            .fix("set GONG_BASE_URL to the address shown beside the key in Gong");
    }
    match found {
        Ok(Credentials::Login(_)) => Check::ok(ID, format!("{base}, as the login told")),
        _ => Check::ok(ID, base.to_string()),
    }
}

/// What a login may do, and a line for each feature that it is not enough for.
fn scopes(tokens: &Tokens) -> Vec<Check> {
    let lacking = lacking(tokens.scopes());
    let held = format!("the login holds {}", tokens.scopes());
    let mut checks = vec![Check::ok("gong.scopes.held", held)];
    checks.extend(lacking.into_iter().map(|(feature, missing)| {
        let what = format!("{} lacks {}", feature.name, missing.join(", "));
        Check::fail(feature.check, what)
            .why("Gong refuses what a scope does not open")
            .fix("gongkit login, and have the app's scopes extended in Gong if it stays so")
    }));
    checks
}

fn clock(here: Timestamp, there: Option<Timestamp>) -> Check {
    let Some(there) = there else {
        return Check::skip("gong.clock", "the answer tells no time");
    };
    let skew = here.duration_since(there);
    let seconds = skew.abs().as_secs();
    if skew.abs() <= SKEW {
        return Check::ok(
            "gong.clock",
            format!("this machine's clock agrees within {seconds} s"),
        );
    }
    let way = if skew.is_negative() {
        "behind"
    } else {
        "ahead"
    };
    Check::warn(
        "gong.clock",
        format!("this machine's clock is {seconds} s {way}"),
    )
    .why("calls are asked for by time, and jobs wait by it")
    .fix("set the clock, for example with `timedatectl set-ntp true`")
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text.replace("GMT", "+0000"))
        .ok()
}

/// A proxy that the environment names must not be asked for this machine's own ports.
trait NoProxyIfLoopback {
    fn no_proxy_if_loopback(self, address: &str) -> Self;
}

impl NoProxyIfLoopback for reqwest::ClientBuilder {
    fn no_proxy_if_loopback(self, address: &str) -> Self {
        let is_loopback = BaseUrl::parse(address).is_ok_and(|base| base.is_loopback());
        if is_loopback { self.no_proxy() } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::CheckStatus;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_date_header_is_read() {
        assert_eq!(
            http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(at("1994-11-06T08:49:37Z"))
        );
        assert_eq!(http_date("yesterday"), None);
    }

    #[test]
    fn a_clock_that_is_off_is_told_with_its_way() {
        let there = Some(at("2026-03-02T10:00:00Z"));
        let check = |here: &str, there| {
            let view = clock(at(here), there).into_view();
            (view.status, view.what)
        };

        assert_eq!(check("2026-03-02T10:00:59Z", there).0, CheckStatus::Ok);
        let (status, what) = check("2026-03-02T09:58:00Z", there);
        assert_eq!(
            (status, what.as_str()),
            (CheckStatus::Warn, "this machine's clock is 120 s behind")
        );
        assert!(check("2026-03-02T10:02:00Z", there).1.ends_with("ahead"));
        assert_eq!(check("2026-03-02T10:00:00Z", None).0, CheckStatus::Skip);
    }
}
