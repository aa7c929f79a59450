//! `keys`: where the archive's keys are, and their care.

use std::path::PathBuf;
use std::sync::Arc;

use access::Operation;
use call_archive::{
    FileKeys, GivenKeys, Kek, KeyCare, KeyStore, OpenOptions, PostgresArchive, SqliteArchive,
};
use secrecy::ExposeSecret as _;

use crate::app::App;
use crate::archive::Place;
use crate::index::private_folder;
use crate::views::{KeysView, RotationView};
use crate::{Done, Error, ErrorKind, Stage, Step};

/// How many keys one commit wraps anew.
const STEP: u32 = 500;

impl App {
    /// The store of keys that the configuration names.
    pub(crate) fn key_store(&self) -> Result<Arc<dyn KeyStore>, Error> {
        let keys = &self.config().settings.keys;
        if let Some(text) = &keys.kek {
            let text = text.expose_secret().to_owned();
            return Ok(Arc::new(GivenKeys::new(text, "the setting keys.kek")?));
        }
        Ok(Arc::new(FileKeys::at(self.key_file()?)))
    }

    fn key_file(&self) -> Result<PathBuf, Error> {
        match &self.config().settings.keys.kek_file {
            Some(file) => Ok(file.clone()),
            None => Ok(self.data_dir()?.join("key")),
        }
    }

    /// How the archive is opened.
    pub(crate) fn open_options(&self) -> Result<OpenOptions, Error> {
        Ok(OpenOptions::new(self.data_dir()?, self.now()).keys(self.key_store()?))
    }

    async fn key_care(&self) -> Result<Arc<dyn KeyCare>, Error> {
        if let Place::Database(options) = self.place()? {
            return Ok(Arc::new(Box::pin(PostgresArchive::open(*options)).await?));
        }
        if !self.has_archive().await? {
            let place = self.data_dir()?.display();
            let what = format!("there is no archive in {place} yet");
            let hint = "`gongkit keys init` makes a key beforehand; `gongkit sync` makes both";
            return Err(Error::new(ErrorKind::NotConfigured, what).hint(hint));
        }
        Ok(Arc::new(SqliteArchive::open(self.open_options()?).await?))
    }

    /// Makes the key of an archive that is not there yet.
    pub async fn keys_init(&self) -> Result<KeysView, Error> {
        // There is no archive yet that could keep a record.
        self.caller().may(Operation::KEYS)?;
        let store = self.key_store()?;
        let refused =
            |what: String, hint: &str| Err(Error::new(ErrorKind::NotConfigured, what).hint(hint));
        if !store.keys()?.is_empty() {
            let what = format!("there is a key already: {}", store.place());
            return refused(
                what,
                "`gongkit keys status` shows it; it is never written over",
            );
        }
        if self.has_archive().await? {
            let what = format!(
                "the archive's key is missing: put it back as {}",
                store.place()
            );
            return refused(what, "a new key would not open what is there");
        }
        if let Some(folder) = self.key_file()?.parent() {
            private_folder(folder).map_err(|error| {
                let what = format!("the folder {} cannot be made", folder.display());
                Error::new(ErrorKind::Failed, what).caused_by(error)
            })?;
        }
        let kek = Kek::random()?;
        store.add(&kek)?;
        Ok(KeysView::only(store.place(), kek.id().to_owned()))
    }

    /// What keys there are, and what each wraps.
    pub async fn keys_status(&self) -> Result<KeysView, Error> {
        let work = async { Ok(self.key_care().await?.key_status().await?.into()) };
        self.reading(Operation::KEYS, "status", work, |_| Vec::new())
            .await
    }

    /// Wraps every data key by a new master key; the former one stays until it is forgotten.
    pub async fn rotate_kek(&self) -> Result<KeysView, Error> {
        self.permit(Operation::KEYS).await?;
        let care = self.key_care().await?;
        let work = async {
            care.rotate_kek(self.now()).await?;
            Ok(care.key_status().await?.into())
        };
        self.doing(Operation::KEYS, "rotate-kek", work, |_| "kek rotated")
            .await
    }

    /// Wraps the keys of all calls by a new data key, or goes on with that; then, if asked, opens
    /// every key.
    pub async fn rotate_dek(&self, verify: Verify) -> Result<Done<RotationView>, Error> {
        self.permit(Operation::KEYS).await?;
        let care = self.key_care().await?;
        let work = self.rotated(care.as_ref(), verify);
        self.doing(Operation::KEYS, "rotate-dek", work, Done::outcome)
            .await
    }

    async fn rotated(
        &self,
        care: &dyn KeyCare,
        verify: Verify,
    ) -> Result<Done<RotationView>, Error> {
        let mut view = RotationView::default();
        let mut problem = None;
        loop {
            let step = care.rotate_dek(STEP, self.now()).await?;
            view.dek_id = step.dek;
            view.rewrapped += step.done;
            view.left = step.left;
            self.listener().step(Step {
                stage: Stage::Keys,
                done: view.rewrapped,
                total: Some(view.rewrapped + view.left),
            });
            if view.left == 0 {
                break;
            }
            if self.shared.stop.is_cancelled() {
                let stopped = Error::new(ErrorKind::Cancelled, "stopped on request");
                problem = Some(stopped.hint("`gongkit keys rotate-dek` goes on from there"));
                break;
            }
        }
        if verify == Verify::EveryKey && problem.is_none() {
            let found = care.verify_keys().await?;
            view.opened = Some(found.opened);
            if !found.damaged.is_empty() {
                let what = format!("{} keys do not open", found.damaged.len());
                let hint = "their calls cannot be read: restore a backup, or sync them again";
                problem = Some(Error::new(ErrorKind::Integrity, what).hint(hint));
            }
            view.damaged = found.damaged;
        }
        Ok(Done { view, problem })
    }

    /// Forgets a master key that wraps nothing any more.
    pub async fn forget_kek(&self, id: &str) -> Result<KeysView, Error> {
        self.permit(Operation::KEYS).await?;
        let care = self.key_care().await?;
        let work = async {
            care.forget_kek(id).await?;
            Ok(care.key_status().await?.into())
        };
        self.doing(Operation::KEYS, "forget", work, |_| "kek forgotten")
            .await
    }
}

/// Whether a rotation opens every key at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is a yes or a no")]
pub enum Verify {
    /// It does not.
    Nothing,
    /// It does.
    EveryKey,
}
