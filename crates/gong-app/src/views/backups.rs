//! Backups, and the state of the archive.

use std::collections::BTreeMap;

use call_archive::Verified;
use serde::Serialize;

/// A backup that was written.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct BackupView {
    /// The file.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Where the key is, which is not in it.
    pub key: String,
    /// Where the erase log is, which is not in it.
    pub erase_log: String,
}

/// A backup that was brought back.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct RestoreView {
    /// The file.
    pub file: String,
    /// Calls that are there.
    pub calls: u64,
    /// Those of them that are hidden until a sync has listed them again.
    pub hidden: u64,
    /// Calls that were in the backup, were erased since, and were erased again.
    pub erased_again: u64,
    /// Whether everything opens and agrees with its hashes.
    pub is_whole: bool,
}

/// What a look at every stored value found.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct VerifyView {
    /// Whether everything opens and agrees with its hashes.
    pub is_whole: bool,
    /// Calls that are sound.
    pub calls: u64,
    /// Transcripts that open.
    pub transcripts: u64,
    /// The company's own people whose names open.
    pub users: u64,
    /// Deals whose names open.
    pub deals: u64,
    /// Customers whose names open.
    pub accounts: u64,
    /// Secrets of the installation that open: tokens, settings.
    pub secrets: u64,
    /// Whether the company's own people do not open.
    pub has_damaged_users: bool,
    /// Deals that do not open.
    pub damaged_deals: Vec<String>,
    /// Customers that do not open.
    pub damaged_accounts: Vec<String>,
    /// The names of secrets that do not open.
    pub damaged_secrets: Vec<String>,
    /// Calls that do not open or do not agree with their hashes.
    pub damaged: Vec<String>,
    /// What the database says of its own pages.
    pub faults: Vec<String>,
}

/// Counts of the archive.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct DbCountsView {
    /// Calls that can be read.
    pub calls: u64,
    /// Calls with words.
    pub with_text: u64,
    /// Calls whose transcript is waited for.
    pub pending_text: u64,
    /// Private calls.
    pub private: u64,
    /// Calls missing upstream.
    pub missing: u64,
    /// Calls of a restored backup that are hidden until a sync has listed them again.
    pub hidden: u64,
    /// Calls that the index holds as they are.
    pub indexed: u64,
    /// Jobs that wait or are leased, by kind.
    pub jobs: BTreeMap<&'static str, u64>,
    /// Calls that were given up by the index.
    pub dead: u64,
    /// Purges there were.
    pub receipts: u64,
    /// Those of them that are not finished.
    pub open_receipts: u64,
    /// Legal holds in force.
    pub holds: u64,
}

impl From<&Verified> for VerifyView {
    fn from(found: &Verified) -> Self {
        Self {
            is_whole: found.is_whole(),
            calls: found.calls,
            transcripts: found.transcripts,
            users: found.users,
            deals: found.deals,
            accounts: found.accounts,
            secrets: found.secrets,
            has_damaged_users: found.has_damaged_users,
            damaged_deals: texts(&found.damaged_deals),
            damaged_accounts: texts(&found.damaged_accounts),
            damaged_secrets: found.damaged_secrets.clone(),
            damaged: texts(&found.damaged),
            faults: found.pages.clone(),
        }
    }
}

fn texts(ids: &[impl ToString]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
