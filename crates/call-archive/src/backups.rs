//! Copies of an archive, and what proves that it is whole.

use std::path::Path;

use access::{PrivateCalls, Scope};
use async_trait::async_trait;
use conversation::{AccountId, CallId, DealId};
use jiff::Timestamp;

use crate::{
    AccountQuery, AnswerId, Answers, DealQuery, Deals, Error, ErrorKind, Findings, Inbox, People,
    Secrets,
};

/// What a look at every stored value found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// Calls whose sealed values opened and whose hashes agree.
    pub calls: u64,
    /// Transcripts that opened, former ones included.
    pub transcripts: u64,
    /// The company's own people whose names opened.
    pub users: u64,
    /// Deals whose names opened, former ones included.
    pub deals: u64,
    /// Customers whose names opened.
    pub accounts: u64,
    /// Answers of a language model that opened.
    pub answers: u64,
    /// Writes to a CRM that opened, with what is left there of something erased.
    pub writes: u64,
    /// Secrets of the installation that opened, tokens and settings for two.
    pub secrets: u64,
    /// Calls of which something does not open, or is not what its hash says.
    pub damaged: Vec<CallId>,
    /// What the database says of its own pages; empty if they are sound, or if it does not say.
    pub pages: Vec<String>,
    /// Whether the company's own people do not open.
    pub has_damaged_users: bool,
    /// Deals that do not open.
    pub damaged_deals: Vec<DealId>,
    /// Customers that do not open.
    pub damaged_accounts: Vec<AccountId>,
    /// How many answers of a language model do not open.
    pub damaged_answers: u64,
    /// How many writes to a CRM do not open.
    pub damaged_writes: u64,
    /// The names of secrets that do not open.
    pub damaged_secrets: Vec<String>,
}

/// What is sealed beside the calls and has a key of its own, by its ids.
pub(crate) struct Beside {
    pub(crate) deals: Vec<DealId>,
    pub(crate) accounts: Vec<AccountId>,
    pub(crate) answers: Vec<AnswerId>,
    /// How many writes to a CRM open, and how many do not.
    pub(crate) writes: (u64, u64),
    pub(crate) secrets: Vec<String>,
}

impl Verified {
    /// Whether everything is as it was stored.
    pub fn is_whole(&self) -> bool {
        self.damaged.is_empty()
            && self.pages.is_empty()
            && !self.has_damaged_users
            && self.damaged_deals.is_empty()
            && self.damaged_accounts.is_empty()
            && self.damaged_answers == 0
            && self.damaged_writes == 0
            && self.damaged_secrets.is_empty()
    }

    /// Takes in what came of a call: its number of transcripts if all of it opened and agreed.
    pub(crate) fn add_call(
        &mut self,
        call: CallId,
        sound: Result<Option<u64>, Error>,
    ) -> Result<(), Error> {
        match sound {
            Ok(Some(transcripts)) => {
                self.calls += 1;
                self.transcripts += transcripts;
            }
            Ok(None) => self.damaged.push(call),
            Err(error) if error.kind() == ErrorKind::Integrity => self.damaged.push(call),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Opens what was found in the calls, what was delivered, the company's own people, and what is
    /// sealed beside.
    pub(crate) async fn add_others<A: Answers + Deals + Findings + Inbox + People + Secrets>(
        &mut self,
        archive: &A,
        calls: Vec<CallId>,
        beside: Beside,
    ) -> Result<(), Error> {
        let everything = Scope::everything(PrivateCalls::Included);
        for call in calls {
            let found = archive.findings(&everything, &call).await;
            if !opens(found)? && !self.damaged.contains(&call) {
                self.damaged.push(call);
            }
        }
        for delivery in archive.deliveries(usize::MAX).await? {
            let body = archive.delivery_body(&delivery).await;
            if !opens(body)? && !self.damaged.contains(&delivery.call) {
                self.damaged.push(delivery.call);
            }
        }
        match archive.users().await {
            Ok(users) => self.users = users.len() as u64,
            Err(error) if error.kind() == ErrorKind::Integrity => self.has_damaged_users = true,
            Err(error) => return Err(error),
        }
        for deal in beside.deals {
            let query = DealQuery {
                deals: Some(vec![deal.clone()]),
                ..DealQuery::as_of(Timestamp::MAX)
            };
            if opens(archive.deals(&everything, &query).await)? {
                self.deals += 1;
            } else {
                self.damaged_deals.push(deal);
            }
        }
        for account in beside.accounts {
            let which = AccountQuery::Ids(vec![account.clone()]);
            if opens(archive.accounts(&which).await)? {
                self.accounts += 1;
            } else {
                self.damaged_accounts.push(account);
            }
        }
        for answer in beside.answers {
            if opens(archive.answer(&everything, &answer).await)? {
                self.answers += 1;
            } else {
                self.damaged_answers += 1;
            }
        }
        (self.writes, self.damaged_writes) = beside.writes;
        for name in beside.secrets {
            if opens(archive.secret(&name).await)? {
                self.secrets += 1;
            } else {
                self.damaged_secrets.push(name);
            }
        }
        Ok(())
    }
}

/// Whether what was read opened.
fn opens<T>(read: Result<T, Error>) -> Result<bool, Error> {
    match read {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Integrity => Ok(false),
        Err(error) => Err(error),
    }
}

/// What is known of erasures since a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum Erasures {
    /// The erase log is there; without it nothing is restored.
    FromLog,
    /// There is none, and calls that were erased since may come back.
    Unknown,
}

/// What becomes of an archive that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum Existing {
    /// It stays, and nothing is restored.
    Keep,
    /// The backup takes its place.
    Replace,
}

/// An archive that can be copied as a whole and looked over.
///
/// A backup is one SQLite file, whichever database it was made of, and can be restored into either:
/// [`SqliteArchive::restore`](crate::SqliteArchive::restore), `PostgresArchive::restore`.
#[async_trait]
pub trait Backups: Send + Sync {
    /// Writes a consistent copy of the database while others go on writing; gives its bytes.
    ///
    /// The copy is sealed as the archive is. Neither the key nor the erase log is in it.
    async fn backup(&self, to: &Path) -> Result<u64, Error>;

    /// Opens everything that is sealed and compares it with its hashes.
    async fn verify(&self) -> Result<Verified, Error>;
}
