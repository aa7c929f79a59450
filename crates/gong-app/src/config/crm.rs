//! HubSpot, if a token is given: nothing is asked of it without one.

use std::num::NonZeroU32;
use std::path::PathBuf;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use super::settings::{YesNo, instant, path, secret};

/// Which HubSpot account is written to, and how much of it is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CrmSettings {
    /// A service key, or the token of a private app.
    #[serde(deserialize_with = "secret")]
    pub access_token: Option<SecretString>,
    /// A file that holds it.
    #[serde(deserialize_with = "path")]
    pub access_token_file: Option<PathBuf>,
    /// Where HubSpot's API is: HubSpot itself, or this machine.
    pub base_url: String,
    /// For how many days before a deal opened and after it closed a call may be about it.
    pub deal_days: u32,
    /// Calls that started before are not written.
    #[serde(deserialize_with = "instant")]
    pub since: Timestamp,
    /// The requests that HubSpot allows the account a day; four fifths of them are used.
    pub daily_requests: NonZeroU32,
    /// The requests that HubSpot allows in ten seconds.
    pub requests_per_ten_seconds: NonZeroU32,
    /// Whether a worker writes by itself what a plan would show.
    pub continuous: YesNo,
}

impl CrmSettings {
    /// Whether a token is named.
    pub fn is_named(&self) -> bool {
        self.access_token.is_some() || self.access_token_file.is_some()
    }
}
