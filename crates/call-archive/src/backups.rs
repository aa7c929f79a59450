//! Copies of an archive, and what proves that it is whole.

use std::path::Path;

use access::{PrivateCalls, Scope};
use async_trait::async_trait;
use conversation::CallId;

use crate::{Error, ErrorKind, Findings, Inbox, People, Secrets};

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
    /// Secrets of the installation that opened, tokens for one.
    pub secrets: u64,
    /// Calls of which something does not open, or is not what its hash says.
    pub damaged: Vec<CallId>,
    /// What the database says of its own pages; empty if they are sound, or if it does not say.
    pub pages: Vec<String>,
    /// Whether the company's own people do not open.
    pub has_damaged_users: bool,
    /// The names of secrets that do not open.
    pub damaged_secrets: Vec<String>,
}

impl Verified {
    /// Whether everything is as it was stored.
    pub fn is_whole(&self) -> bool {
        self.damaged.is_empty()
            && self.pages.is_empty()
            && !self.has_damaged_users
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

    /// Opens what was found in the calls, what was delivered, the company's own people, and the secrets of these names.
    pub(crate) async fn add_others<A: Findings + Inbox + People + Secrets>(
        &mut self,
        archive: &A,
        calls: Vec<CallId>,
        secrets: Vec<String>,
    ) -> Result<(), Error> {
        let everything = Scope::everything(PrivateCalls::Included);
        for call in calls {
            match archive.findings(&everything, &call).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Integrity => {
                    if !self.damaged.contains(&call) {
                        self.damaged.push(call);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        for delivery in archive.deliveries(usize::MAX).await? {
            match archive.delivery_body(&delivery).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Integrity => {
                    if !self.damaged.contains(&delivery.call) {
                        self.damaged.push(delivery.call);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        match archive.users().await {
            Ok(users) => self.users = users.len() as u64,
            Err(error) if error.kind() == ErrorKind::Integrity => self.has_damaged_users = true,
            Err(error) => return Err(error),
        }
        for name in secrets {
            match archive.secret(&name).await {
                Ok(_) => self.secrets += 1,
                Err(error) if error.kind() == ErrorKind::Integrity => {
                    self.damaged_secrets.push(name);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
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
