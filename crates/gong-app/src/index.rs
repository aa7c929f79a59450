//! Which index is used, and who may write it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use call_archive::{Archive, IndexId, IndexInfo};
use conversation::SPLITTER_VERSION;
use embeddings::{Embedder, Space};
use jiff::Timestamp;
use memory_store::{EmbeddedStore, PassageStore, TermKey};

use crate::{Error, ErrorKind};

/// The indexes of one archive: a folder each, and one lock for whoever writes any of them.
#[derive(Clone, Debug)]
pub(crate) struct Indexes {
    root: PathBuf,
}

/// The right to write: held as long as it lives, and by nobody else.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

/// An index that is open.
pub(crate) struct OpenIndex {
    pub(crate) id: IndexId,
    pub(crate) store: Arc<dyn PassageStore>,
}

impl Indexes {
    /// The indexes in the data folder.
    pub(crate) fn in_data_dir(data_dir: &Path) -> Self {
        Self {
            root: data_dir.join("index"),
        }
    }

    /// The folder that they lie in.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Takes the right to write; none if another process has it.
    pub(crate) fn lock(&self) -> Result<Option<WriteLock>, Error> {
        let failed = |error: io::Error| {
            let what = format!("cannot lock the index folder {}", self.root.display());
            Error::new(ErrorKind::Failed, what).caused_by(error)
        };
        private_folder(&self.root).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.root.join("lock")).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(WriteLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Opens the index of this model for writing, making it if there is none; indexes of other
    /// spaces, and what an interrupted rebuild left, are dropped.
    pub(crate) async fn open_for_writing(
        &self,
        _lock: &WriteLock,
        archive: &dyn Archive,
        embedder: &dyn Embedder,
        now: Timestamp,
    ) -> Result<OpenIndex, Error> {
        let (space, key) = space(archive, embedder).await?;
        let known = archive.indexes().await?;
        let id = match chosen(&known, &space) {
            Some(info) => info.id.clone(),
            None => archive.add_index(&space.to_record(), now).await?,
        };
        for other in known.iter().filter(|other| other.id != id) {
            self.drop_index(archive, &other.id).await?;
        }
        self.open_at(id, space, key).await
    }

    /// Makes a new index beside the one that is there.
    pub(crate) async fn add(
        &self,
        _lock: &WriteLock,
        archive: &dyn Archive,
        embedder: &dyn Embedder,
        now: Timestamp,
    ) -> Result<OpenIndex, Error> {
        let (space, key) = space(archive, embedder).await?;
        let id = archive.add_index(&space.to_record(), now).await?;
        self.open_at(id, space, key).await
    }

    /// Opens the index of this model for reading, while another process may write it.
    pub(crate) async fn open_for_reading(
        &self,
        archive: &dyn Archive,
        embedder: &dyn Embedder,
    ) -> Result<OpenIndex, Error> {
        let (space, key) = space(archive, embedder).await?;
        let known = archive.indexes().await?;
        let Some(info) = chosen(&known, &space) else {
            let kind = if known.is_empty() {
                memory_store::ErrorKind::Absent
            } else {
                memory_store::ErrorKind::ForeignSpace
            };
            let what = format!("there is no index for {space}");
            return Err(memory_store::Error::new(kind, what).into());
        };
        let store = EmbeddedStore::follow(self.folder(&info.id), space, key).await?;
        Ok(OpenIndex {
            id: info.id.clone(),
            store: Arc::new(store),
        })
    }

    /// Opens every index for writing, by the space that it was made in: what is erased must go from
    /// each, and needs no model. One that cannot be opened is dropped; the next sync makes it again.
    pub(crate) async fn open_all(
        &self,
        _lock: &WriteLock,
        archive: &dyn Archive,
    ) -> Result<Vec<Arc<dyn PassageStore>>, Error> {
        let key = archive.hash_key().await?;
        let mut stores: Vec<Arc<dyn PassageStore>> = Vec::new();
        for info in archive.indexes().await? {
            if !self.folder(&info.id).exists() {
                continue;
            }
            let opened = match Space::from_record(&info.space) {
                Ok(space) => self
                    .open_at(info.id.clone(), space, TermKey::new(key.bytes))
                    .await
                    .ok(),
                Err(_) => None,
            };
            match opened {
                Some(index) => stores.push(index.store),
                None => self.drop_index(archive, &info.id).await?,
            }
        }
        Ok(stores)
    }

    /// Removes the folder of every index: a restored archive starts with none.
    pub(crate) async fn remove_all(&self) -> Result<(), Error> {
        let failed = |error: io::Error| {
            let what = format!("cannot clear the index folder {}", self.root.display());
            Error::new(ErrorKind::Failed, what).caused_by(error)
        };
        let mut entries = tokio::fs::read_dir(&self.root).await.map_err(failed)?;
        while let Some(entry) = entries.next_entry().await.map_err(failed)? {
            if entry.file_type().await.map_err(failed)?.is_dir() {
                tokio::fs::remove_dir_all(entry.path())
                    .await
                    .map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Forgets an index and removes its folder.
    pub(crate) async fn drop_index(
        &self,
        archive: &dyn Archive,
        id: &IndexId,
    ) -> Result<(), Error> {
        archive.drop_index(id).await?;
        let folder = self.folder(id);
        let removed = tokio::fs::remove_dir_all(&folder).await;
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let what = format!("cannot remove the old index {}", folder.display());
                Err(Error::new(ErrorKind::Failed, what).caused_by(error))
            }
            _ => Ok(()),
        }
    }

    async fn open_at(&self, id: IndexId, space: Space, key: TermKey) -> Result<OpenIndex, Error> {
        let store = EmbeddedStore::open(self.folder(&id), space, key).await?;
        Ok(OpenIndex {
            id,
            store: Arc::new(store),
        })
    }

    fn folder(&self, id: &IndexId) -> PathBuf {
        self.root.join(&id.0)
    }
}

/// The space of an archive's points under a model.
async fn space(archive: &dyn Archive, embedder: &dyn Embedder) -> Result<(Space, TermKey), Error> {
    let key = archive.hash_key().await?;
    let space = Space::new(embedder.model().clone(), SPLITTER_VERSION, key.id.clone());
    Ok((space, TermKey::new(key.bytes)))
}

/// The oldest index of a space: a rebuild adds a newer one, and drops the older when it is whole.
fn chosen<'a>(known: &'a [IndexInfo], space: &Space) -> Option<&'a IndexInfo> {
    let record = space.to_record();
    known.iter().find(|info| info.space == record)
}

pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use call_archive::{Indexes as _, MemoryArchive};
    use embeddings::HashEmbedder;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    #[test]
    fn one_process_writes_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let indexes = Indexes::in_data_dir(folder.path());

        let first = indexes.lock().expect("a folder that can be written");
        assert!(first.is_some());
        assert!(indexes.lock().expect("the same").is_none(), "it is taken");
        drop(first);
        assert!(
            indexes.lock().expect("the same").is_some(),
            "it is free again"
        );
    }

    #[tokio::test]
    async fn writing_makes_one_index_finds_it_again_and_drops_the_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let indexes = Indexes::in_data_dir(folder.path());
        let archive = MemoryArchive::new();
        let embedder = HashEmbedder::default();
        let lock = indexes.lock().expect("writable").expect("free");
        archive
            .add_index("another space", now())
            .await
            .expect("added");

        let absent = indexes.open_for_reading(&archive, &embedder).await;
        assert_eq!(
            absent.map(|_| ()).map_err(|error| error.kind()),
            Err(ErrorKind::NotConfigured),
            "another model's index is of no use"
        );
        let first = indexes
            .open_for_writing(&lock, &archive, &embedder, now())
            .await
            .expect("made");
        let id = first.id.clone();
        drop(first);
        let again = indexes
            .open_for_writing(&lock, &archive, &embedder, now())
            .await
            .expect("found");

        assert_eq!(again.id, id);
        let known = archive.indexes().await.expect("listed");
        assert_eq!(
            known.iter().map(|info| info.id.clone()).collect::<Vec<_>>(),
            [id]
        );
        indexes
            .open_for_reading(&archive, &embedder)
            .await
            .expect("readable beside the writer");
    }
}
