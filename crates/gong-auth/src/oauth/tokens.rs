//! What a login gives: two tokens, how long the first lives, and where it may be sent.
use std::{fmt, time::Duration};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroize as _};
use serde::{Deserialize, Serialize};

use super::{OAuthError, Scopes, renewal::EXPIRY_SKEW};
use crate::{BaseUrl, Error, key_pair::check, same};

/// The form in which tokens are kept; another form is another number.
const RECORD_VERSION: u32 = 1;
/// Signed tokens can be long, but no header is longer.
const LONGEST: usize = 16 * 1024;
/// A token that runs out within this time is not sent any more: the request takes time, too.
const LAST_MOMENT: SignedDuration = SignedDuration::from_secs(30);

/// An access token, the refresh token that buys the next one, and what Gong said about them.
///
/// `Debug` shows neither token. Two of them are equal when both tokens are, which is compared in
/// constant time.
#[derive(Clone)]
pub struct Tokens {
    access: SecretString,
    refresh: SecretString,
    issued_at: Timestamp,
    expires_at: Timestamp,
    scopes: Scopes,
    base_url: BaseUrl,
}

impl Tokens {
    /// Tokens that were made at `issued_at` and whose access token lives for `lifetime`.
    ///
    /// # Errors
    /// [`Error::Malformed`] when a token could not go into a header.
    pub fn new(
        access: SecretString,
        refresh: SecretString,
        issued_at: Timestamp,
        lifetime: Duration,
        scopes: Scopes,
        base_url: BaseUrl,
    ) -> Result<Self, Error> {
        check("access token", access.expose_secret(), LONGEST)?;
        check("refresh token", refresh.expose_secret(), LONGEST)?;
        let expires_at = SignedDuration::try_from(lifetime)
            .ok()
            .and_then(|lifetime| issued_at.checked_add(lifetime).ok())
            .unwrap_or(Timestamp::MAX);
        Ok(Self {
            access,
            refresh,
            issued_at,
            expires_at,
            scopes,
            base_url,
        })
    }

    /// The access token.
    pub fn access(&self) -> &SecretString {
        &self.access
    }

    /// The refresh token, which Gong takes once.
    pub fn refresh(&self) -> &SecretString {
        &self.refresh
    }

    /// When the access token was asked for.
    pub fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// When the access token runs out.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// What the access token may do.
    pub fn scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// The company's own address; Gong's general one does not take these tokens.
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Tells whether the access token needs no renewal yet: [`EXPIRY_SKEW`] is left of it, or
    /// three quarters of its life if that is shorter.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let lifetime = self.expires_at.duration_since(self.issued_at);
        let skew = SignedDuration::try_from(EXPIRY_SKEW)
            .unwrap_or(SignedDuration::MAX)
            .min(lifetime / 4);
        self.expires_at.duration_since(now) > skew
    }

    /// Tells whether the access token can still be sent although it should be renewed.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at.duration_since(now) > LAST_MOMENT
    }

    /// The tokens as text, for a store that keeps them sealed or where nobody else can read.
    #[expect(clippy::missing_panics_doc, reason = "strings are always JSON")]
    pub fn to_record(&self) -> SecretString {
        let record = Record {
            version: RECORD_VERSION,
            access_token: self.access.expose_secret().into(),
            refresh_token: self.refresh.expose_secret().into(),
            issued_at: self.issued_at.to_string(),
            expires_at: self.expires_at.to_string(),
            scope: self.scopes.to_string(),
            api_base_url: self.base_url.to_string(),
        };
        let text = serde_json::to_string(&record);
        record.forget();
        text.expect("a record of strings is JSON").into()
    }

    /// The tokens that [`Tokens::to_record`] wrote.
    ///
    /// # Errors
    /// [`OAuthError::Store`] for what is no such text, or names an address that
    /// [`BaseUrl::parse`] refuses. What was read is not quoted.
    pub fn from_record(text: &SecretString) -> Result<Self, OAuthError> {
        let damaged = || OAuthError::store("holds something that is no tokens");
        // The decoder's own error would quote what it could not decode.
        let record: Record =
            serde_json::from_str(text.expose_secret()).map_err(|_ignored| damaged())?;
        if record.version != RECORD_VERSION {
            record.forget();
            return Err(OAuthError::store("was written by another version"));
        }
        let instant = |text: &str| text.parse::<Timestamp>().map_err(|_ignored| damaged());
        let issued_at = instant(&record.issued_at)?;
        let expires_at = instant(&record.expires_at)?;
        let lifetime = Duration::try_from(expires_at.duration_since(issued_at));
        Self::new(
            record.access_token.into(),
            record.refresh_token.into(),
            issued_at,
            lifetime.unwrap_or_default(),
            Scopes::parse(&record.scope),
            BaseUrl::parse(&record.api_base_url)
                .map_err(|error| OAuthError::store("names an unusable address").caused_by(error))?,
        )
        .map_err(|error| damaged().caused_by(error))
    }
}

impl PartialEq for Tokens {
    fn eq(&self, other: &Self) -> bool {
        same(&self.refresh, &other.refresh) & same(&self.access, &other.access)
    }
}

impl Eq for Tokens {}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_at", &self.expires_at)
            .field("scopes", &self.scopes)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize, Serialize)]
struct Record {
    version: u32,
    access_token: String,
    refresh_token: String,
    issued_at: String,
    expires_at: String,
    scope: String,
    api_base_url: String,
}

impl Record {
    fn forget(mut self) {
        self.access_token.zeroize();
        self.refresh_token.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(lifetime: u64) -> Tokens {
        Tokens::new(
            "canary-access".to_owned().into(),
            "canary-refresh".to_owned().into(),
            Timestamp::UNIX_EPOCH,
            Duration::from_secs(lifetime),
            Scopes::parse("api:users:read"),
            BaseUrl::default(),
        )
        .unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_token_is_renewed_shortly_before_it_runs_out_and_usable_to_the_last_moment() {
        for (lifetime, now, is_fresh, is_alive) in [
            (86_400, 0, true, true),
            (86_400, 86_099, true, true),
            (86_400, 86_100, false, true),
            (86_400, 86_369, false, true),
            (86_400, 86_370, false, false),
            (86_400, 90_000, false, false),
            // A short life is not all skew.
            (60, 44, true, false),
            (60, 45, false, false),
            (0, 0, false, false),
        ] {
            let tokens = tokens(lifetime);

            let found = (tokens.is_fresh(at(now)), tokens.is_alive(at(now)));

            assert_eq!(found, (is_fresh, is_alive), "{lifetime} at {now}");
        }
    }

    #[test]
    fn a_life_without_end_does_not_overflow() {
        assert_eq!(tokens(u64::MAX).expires_at(), Timestamp::MAX);
    }

    #[test]
    fn a_record_gives_back_what_was_written() {
        let written = tokens(60);

        let read = Tokens::from_record(&written.to_record()).unwrap();

        assert_eq!(read, written);
        assert_eq!(read.issued_at(), written.issued_at());
        assert_eq!(read.expires_at(), written.expires_at());
        assert_eq!(read.scopes(), written.scopes());
        assert_eq!(read.base_url(), written.base_url());
    }

    #[test]
    fn a_damaged_record_is_refused_and_not_quoted() {
        let good = tokens(60).to_record().expose_secret().to_owned();
        for (found, replaced, problem) in [
            ("{", "", "holds something that is no tokens"),
            ("\"version\":1", "\"version\":\"canary\"", "no tokens"),
            ("\"version\":1", "\"version\":2", "by another version"),
            ("canary-access", "canary access", "no tokens"),
            ("1970", "canary", "no tokens"),
            ("api.gong.io", "canary.example", "names an unusable address"),
        ] {
            let text = good.replacen(found, replaced, 1);

            let error = Tokens::from_record(&text.into()).unwrap_err();

            assert!(error.to_string().ends_with(problem), "{error}");
            assert!(!format!("{error} {error:?}").contains("canary-"));
        }
    }

    #[test]
    fn neither_token_prints() {
        let tokens = tokens(60);

        let shown = format!("{tokens:?} {tokens:#?} {:?}", tokens.to_record());

        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("api:users:read"));
    }

    #[test]
    fn either_token_tells_tokens_apart() {
        let (one, mut other) = (tokens(60), tokens(60));
        assert_eq!(one, other);

        other.refresh = "other".to_owned().into();

        assert_ne!(one, other);
    }
}
