//! Which machine keeps the embedded index of an archive that many machines can open.
//!
//! The lock of an index lies beside it, so it holds off the processes of one data folder only. An
//! archive in a folder is there, too, and needs no more. An archive in a database is opened from
//! anywhere: two machines would each take their own lock, and each would believe that what the other
//! has indexed is in its own files. So the database keeps the name of the one data folder whose
//! processes write and read the index; each folder has a random name of its own. Processes elsewhere
//! leave the index alone and say so; `gongkit reindex` builds it anew where it is run, and moves it.

use std::path::PathBuf;
use std::{fs, io};

use call_archive::{Claimed, Finished, Secret};
use jiff::SignedDuration;

use crate::app::App;
use crate::archive::Place;
use crate::config::StoreName;
use crate::index::{Indexes, WriteLock};
use crate::{Error, ErrorKind};

/// Under which name the database keeps that of the folder.
const PLACE: &str = "index.place";
/// How long claiming the index for a folder may take.
const CLAIMING: SignedDuration = SignedDuration::from_secs(20);

/// The right to write the index, or who has it.
#[derive(Debug)]
pub(crate) enum IndexRight {
    /// It is held here.
    Held(WriteLock),
    /// Another process of this data folder has it.
    Busy,
    /// The index lies in another data folder.
    Elsewhere,
}

impl IndexRight {
    pub(crate) fn held(self) -> Option<WriteLock> {
        match self {
            Self::Held(lock) => Some(lock),
            Self::Busy | Self::Elsewhere => None,
        }
    }
}

/// What is done where no folder has the index yet, or another has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// What is nobody's stays so.
    Nothing,
    /// What is nobody's is claimed for this folder.
    Free,
    /// It moves here, whosever it is.
    Any,
}

impl App {
    /// Asks for the right to write the index.
    pub(crate) async fn index_right(
        &self,
        indexes: &Indexes,
        claim: Claim,
    ) -> Result<IndexRight, Error> {
        let Some(lock) = indexes.lock()? else {
            return Ok(IndexRight::Busy);
        };
        if !self.is_opened_from_anywhere()? {
            return Ok(IndexRight::Held(lock));
        }
        let here = indexes.name_of_folder(&lock)?;
        Ok(if self.claimed_for(&here, claim).await? {
            IndexRight::Held(lock)
        } else {
            IndexRight::Elsewhere
        })
    }

    /// Whether the index is still here, for whoever has held its lock for a while.
    pub(crate) async fn is_index_here(&self, indexes: &Indexes) -> Result<bool, Error> {
        if !self.is_opened_from_anywhere()? {
            return Ok(true);
        }
        let secrets = &self.opened().await?.secrets;
        let kept = secrets.secret(PLACE).await?;
        let here = indexes.known_name_of_folder();
        Ok(kept.is_none_or(|kept| here.as_deref() == Some(kept.as_str())))
    }

    /// Refuses to read an index that is another machine's: what lies here is old, or nothing.
    pub(crate) async fn check_index_is_here(&self, indexes: &Indexes) -> Result<(), Error> {
        if self.is_index_here(indexes).await? {
            return Ok(());
        }
        let what = "the search index of this archive lies in another data folder";
        Err(Error::new(ErrorKind::NotConfigured, what).hint(
            "search where the worker runs that keeps it; to move it here, stop that worker and run \
             `gongkit reindex`",
        ))
    }

    /// A restored archive has no index, wherever it was.
    pub(crate) async fn forget_place_of_index(&self) -> Result<(), Error> {
        if !self.is_opened_from_anywhere()? {
            return Ok(());
        }
        let secrets = &self.opened().await?.secrets;
        let (holder, now) = (holder(), self.now());
        let claimed = secrets.claim_secret(PLACE, &holder, now + CLAIMING, now);
        if let Claimed::Held(_) = claimed.await? {
            secrets.replace_secret(PLACE, &holder, None).await?;
        }
        Ok(())
    }

    /// Whether more machines than that of the data folder can open the archive, and the index lies
    /// in such a folder. One in a server is the same for all of them.
    fn is_opened_from_anywhere(&self) -> Result<bool, Error> {
        let lies_in_a_folder = self.config().settings.memory.store == StoreName::Embedded;
        Ok(lies_in_a_folder && matches!(self.place()?, Place::Database(_)))
    }

    /// Whether the index is this folder's, perhaps from now on.
    async fn claimed_for(&self, here: &str, claim: Claim) -> Result<bool, Error> {
        let secrets = &self.opened().await?.secrets;
        let decide = |kept: Option<&Secret>| match kept {
            Some(kept) if kept.as_str() == here => Some(true),
            Some(_) if claim != Claim::Any => Some(false),
            None if claim == Claim::Nothing => Some(true),
            _ => None,
        };
        let kept = secrets.secret(PLACE).await?;
        if let Some(decided) = decide(kept.as_ref()) {
            return Ok(decided);
        }
        let (holder, now) = (holder(), self.now());
        let claimed = secrets.claim_secret(PLACE, &holder, now + CLAIMING, now);
        let Claimed::Held(kept) = claimed.await? else {
            // Another folder is being given it at this moment; who asks again will know.
            return Ok(false);
        };
        if let Some(decided) = decide(kept.as_ref()) {
            secrets.release_secret(PLACE, &holder).await?;
            return Ok(decided);
        }
        let name = Secret::from(here.to_owned());
        let replaced = secrets.replace_secret(PLACE, &holder, Some(name)).await?;
        Ok(replaced == Finished::Held)
    }
}

impl Indexes {
    /// The random name of this folder, made if it has none.
    fn name_of_folder(&self, _lock: &WriteLock) -> Result<String, Error> {
        if let Some(name) = self.known_name_of_folder() {
            return Ok(name);
        }
        let name = holder();
        let file = self.name_file();
        let draft = file.with_extension("part");
        let written = fs::write(&draft, &name).and_then(|()| fs::rename(&draft, &file));
        written.map_err(|error| {
            let what = format!("cannot write {}", file.display());
            Error::new(ErrorKind::Failed, what).caused_by(error)
        })?;
        Ok(name)
    }

    /// Its name, if it has one.
    fn known_name_of_folder(&self) -> Option<String> {
        let read: io::Result<String> = fs::read_to_string(self.name_file());
        let name = read.ok()?.trim().to_owned();
        (!name.is_empty()).then_some(name)
    }

    fn name_file(&self) -> PathBuf {
        self.root().join("place")
    }
}

fn holder() -> String {
    format!("{:032x}", rand::random::<u128>())
}
