//! Which index is used, and who may write it.

pub(crate) mod homes;

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use call_archive::{Archive, Checkpoint, IndexId, IndexInfo};
use conversation::SPLITTER_VERSION;
use embeddings::{Embedder, Space};
use gong_sync::{IndexWriter, Parts};
use jiff::Timestamp;
use memory_store::{EmbeddedStore, PassageStore, TermKey};

use crate::{Error, ErrorKind};
use homes::{Home, Homes, average_words};

/// Which index calls are being moved into: it is kept beside the one that answers, and written too.
pub(crate) const MOVING: &str = "gong-app/memory-moving";

/// The indexes of one archive: a folder or a collection each, and one lock for whoever writes any of
/// them.
#[derive(Clone)]
pub(crate) struct Indexes {
    root: PathBuf,
    homes: Arc<Homes>,
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

/// What is open for writing: the index that answers, and those that are kept beside it.
pub(crate) struct Writable {
    pub(crate) index: OpenIndex,
    pub(crate) beside: Vec<OpenIndex>,
}

impl Writable {
    /// Brings calls into all of them.
    pub(crate) fn into_parts(self, parts: Parts, embedder: &Arc<dyn Embedder>) -> Parts {
        let writer = |OpenIndex { id, store }| IndexWriter::new(store, id, Arc::clone(embedder));
        parts
            .index(writer(self.index))
            .beside(self.beside.into_iter().map(writer).collect())
    }
}

impl Indexes {
    /// The indexes of the archive of a data folder, in it or elsewhere.
    pub(crate) fn in_data_dir(data_dir: &Path, homes: Arc<Homes>) -> Self {
        Self {
            root: data_dir.join("index"),
            homes,
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
    ) -> Result<Writable, Error> {
        let (space, key) = space(archive, embedder).await?;
        let home = self.homes.chosen()?;
        let known = archive.indexes().await?;
        let id = if let Some(info) = chosen(&known, &home, &space) {
            info.id.clone()
        } else {
            let id = archive.add_index(&home.record(&space), now).await?;
            self.make(&home, &id, &space, (archive, embedder)).await?;
            id
        };
        let moving = archive.load(MOVING).await?;
        let mut beside = Vec::new();
        for other in known.iter().filter(|other| other.id != id) {
            let (home, record) = Home::read(&other.space);
            let is_target = moving.as_deref() == Some(other.id.0.as_str());
            if is_target && record == space.to_record() {
                let key = archive.hash_key().await?;
                let key = TermKey::new(key.bytes);
                let target = self.open_at(&home, other.id.clone(), space.clone(), key);
                beside.push(target.await?);
            } else {
                self.drop_index(archive, other).await?;
            }
        }
        let index = self.open_at(&home, id, space, key).await?;
        self.named(&home, &index.id).await?;
        Ok(Writable { index, beside })
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
        let home = self.homes.chosen()?;
        let id = archive.add_index(&home.record(&space), now).await?;
        self.make(&home, &id, &space, (archive, embedder)).await?;
        self.open_at(&home, id, space, key).await
    }

    /// Opens the index that calls are moved into, making it if there is none; from then on every
    /// writer writes it too.
    pub(crate) async fn open_target(
        &self,
        _lock: &WriteLock,
        archive: &dyn Archive,
        embedder: &dyn Embedder,
        (home, now): (&Home, Timestamp),
    ) -> Result<OpenIndex, Error> {
        if let Home::Qdrant { address, prefix } = home {
            // Before anything is noted: an index that cannot be written would be in everybody's way.
            let server = self.homes.server(address, prefix)?;
            server.connection.collections().await?;
        }
        let (space, key) = space(archive, embedder).await?;
        let known = archive.indexes().await?;
        let id = if let Some(info) = chosen(&known, home, &space) {
            info.id.clone()
        } else {
            let id = archive.add_index(&home.record(&space), now).await?;
            self.make(home, &id, &space, (archive, embedder)).await?;
            id
        };
        let entry = Checkpoint {
            name: MOVING.to_owned(),
            value: id.to_string(),
        };
        archive.save(entry).await?;
        self.open_at(home, id, space, key).await
    }

    /// Makes the collection of a new index: it keeps how long passages are on average.
    async fn make(
        &self,
        home: &Home,
        id: &IndexId,
        space: &Space,
        (archive, embedder): (&dyn Archive, &dyn Embedder),
    ) -> Result<(), Error> {
        let Home::Qdrant { address, prefix } = home else {
            return Ok(());
        };
        let average = average_words(archive, embedder).await?;
        let key = TermKey::new(archive.hash_key().await?.bytes);
        let server = self.homes.server(address, prefix)?;
        Ok(server.make(id, space.clone(), key, average).await?)
    }

    /// Lets the name that people see in a server stand for this index.
    pub(crate) async fn named(&self, home: &Home, id: &IndexId) -> Result<(), Error> {
        if let Home::Qdrant { address, prefix } = home {
            self.homes.server(address, prefix)?.name(id).await?;
        }
        Ok(())
    }

    /// Opens the index of this model for reading, while another process may write it.
    pub(crate) async fn open_for_reading(
        &self,
        archive: &dyn Archive,
        embedder: &dyn Embedder,
    ) -> Result<OpenIndex, Error> {
        let (space, key) = space(archive, embedder).await?;
        let home = self.homes.chosen()?;
        let known = archive.indexes().await?;
        let Some(info) = chosen(&known, &home, &space) else {
            let kind = if known.is_empty() {
                memory_store::ErrorKind::Absent
            } else {
                memory_store::ErrorKind::ForeignSpace
            };
            let what = format!("there is no index for {space}");
            return Err(memory_store::Error::new(kind, what).into());
        };
        let id = info.id.clone();
        let store: Arc<dyn PassageStore> = match &home {
            Home::Folder => Arc::new(EmbeddedStore::follow(self.folder(&id), space, key).await?),
            Home::Qdrant { address, prefix } => {
                let server = self.homes.server(address, prefix)?;
                Arc::new(server.follow(&id, space, key).await?)
            }
        };
        Ok(OpenIndex { id, store })
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
            let (home, record) = Home::read(&info.space);
            if home == Home::Folder && !self.folder(&info.id).exists() {
                continue;
            }
            let Ok(space) = Space::from_record(record) else {
                self.drop_index(archive, &info).await?;
                continue;
            };
            let opening = self.open_at(&home, info.id.clone(), space, TermKey::new(key.bytes));
            match (opening.await, &home) {
                (Ok(index), _) => stores.push(index.store),
                (Err(_), Home::Folder) => self.drop_index(archive, &info).await?,
                // A server that does not answer now holds what is to be erased all the same.
                (Err(error), Home::Qdrant { .. }) => return Err(error),
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

    /// Forgets an index and removes its folder or its collection.
    pub(crate) async fn drop_index(
        &self,
        archive: &dyn Archive,
        info: &IndexInfo,
    ) -> Result<(), Error> {
        let (home, _) = Home::read(&info.space);
        archive.drop_index(&info.id).await?;
        if let Home::Qdrant { address, prefix } = &home {
            let server = self.homes.server(address, prefix)?;
            if let Err(error) = server.remove(&info.id).await {
                let collection = server.collection(&info.id);
                tracing::warn!(
                    collection,
                    %error,
                    "a collection is of no use any more and could not be removed: remove it"
                );
            }
            return Ok(());
        }
        let folder = self.folder(&info.id);
        let removed = tokio::fs::remove_dir_all(&folder).await;
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let what = format!("cannot remove the old index {}", folder.display());
                Err(Error::new(ErrorKind::Failed, what).caused_by(error))
            }
            _ => Ok(()),
        }
    }

    async fn open_at(
        &self,
        home: &Home,
        id: IndexId,
        space: Space,
        key: TermKey,
    ) -> Result<OpenIndex, Error> {
        let store: Arc<dyn PassageStore> = match home {
            Home::Folder => Arc::new(EmbeddedStore::open(self.folder(&id), space, key).await?),
            Home::Qdrant { address, prefix } => {
                let server = self.homes.server(address, prefix)?;
                Arc::new(server.open(&id, space, key).await?)
            }
        };
        Ok(OpenIndex { id, store })
    }

    fn folder(&self, id: &IndexId) -> PathBuf {
        self.root.join(&id.0)
    }
}

/// The space of an archive's points under a model.
pub(crate) async fn space(
    archive: &dyn Archive,
    embedder: &dyn Embedder,
) -> Result<(Space, TermKey), Error> {
    let key = archive.hash_key().await?;
    let space = Space::new(embedder.model().clone(), SPLITTER_VERSION, key.id.clone());
    Ok((space, TermKey::new(key.bytes)))
}

/// The oldest index of a space at a place: a rebuild adds a newer one, and drops the older when it
/// is whole.
pub(crate) fn chosen<'a>(
    known: &'a [IndexInfo],
    home: &Home,
    space: &Space,
) -> Option<&'a IndexInfo> {
    let record = home.record(space);
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
        let indexes = Indexes::in_data_dir(folder.path(), Arc::default());

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
        let indexes = Indexes::in_data_dir(folder.path(), Arc::default());
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
        let id = first.index.id.clone();
        drop(first);
        let again = indexes
            .open_for_writing(&lock, &archive, &embedder, now())
            .await
            .expect("found");

        assert_eq!(again.index.id, id);
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
