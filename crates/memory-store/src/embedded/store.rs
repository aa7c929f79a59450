//! The embedded store as its users see it.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

use async_trait::async_trait;
use conversation::CallId;
use embeddings::Space;
use tantivy::directory::MmapDirectory;
use tantivy::{Index, IndexReader, ReloadPolicy};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::documents::Fields;
use super::failure::{damaged, index_failure, io_failure};
use super::folder::Folder;
use super::snapshot::Snapshot;
use super::vectors::VectorFile;
use super::writer::Writer;
use crate::batch::{fits, ready};
use crate::words::Hasher;
use crate::{
    CallPoints, Candidates, Error, ErrorKind, Forget, HoldingPage, PassageStore, Question, TermKey,
    Written,
};

/// At least this many questions are worked on at once, and as many as there are cores: more would
/// only make each other wait longer. Others wait for their turn.
const QUESTIONS_AT_ONCE: usize = 2;

/// A store in a folder, without a server.
///
/// What is forgotten is gone from every answer and its vectors are overwritten when
/// [`forget`](PassageStore::forget) returns; its hashed terms leave the files with the next
/// [compaction](EmbeddedStore::compact).
///
/// Words and filters are tantivy's, of hashed terms only; vectors lie in half precision in a file.
/// Up to 20,000 candidates are compared exactly; of more, the nearest by a short code are, whatever
/// the filter: the best are the true ones as they are without. One process [opens](EmbeddedStore::open) it for writing, any number
/// [follow](EmbeddedStore::follow) and see the newest commit with each question. It works on
/// threads of its own, inside a tokio runtime. A clone is another handle of the same store.
#[derive(Clone)]
pub struct EmbeddedStore {
    shared: Arc<Shared>,
}

struct Shared {
    space: Space,
    hasher: Hasher,
    role: Role,
    questions: Semaphore,
}

enum Role {
    Writes {
        writer: Box<Mutex<Writer>>,
        newest: Mutex<Arc<Snapshot>>,
    },
    Follows(Box<Follower>),
}

struct Follower {
    folder: Folder,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    newest: Mutex<Arc<Snapshot>>,
}

impl EmbeddedStore {
    /// Opens the index in a folder for writing, and makes it if there is none.
    ///
    /// Fails with [`ErrorKind::Locked`] while another handle writes, and with
    /// [`ErrorKind::ForeignSpace`] if the index was made in another space.
    pub async fn open(
        folder: impl Into<PathBuf>,
        space: Space,
        key: TermKey,
    ) -> Result<Self, Error> {
        let folder = Folder::new(folder.into());
        on_a_thread(move || {
            let hasher = Hasher::new(key);
            let writer = open_writer(folder, &space, hasher.clone())?;
            let newest = Mutex::new(Arc::clone(&writer.newest));
            let writer = Box::new(Mutex::new(writer));
            Ok(Self::new(space, hasher, Role::Writes { writer, newest }))
        })
        .await
    }

    /// Opens the index in a folder for reading, while it may be written to.
    ///
    /// Fails with [`ErrorKind::Absent`] if there is none, and with [`ErrorKind::ForeignSpace`] if
    /// it was made in another space.
    pub async fn follow(
        folder: impl Into<PathBuf>,
        space: Space,
        key: TermKey,
    ) -> Result<Self, Error> {
        let folder = Folder::new(folder.into());
        on_a_thread(move || {
            if !folder.is_of(&space)? {
                return Err(Error::new(
                    ErrorKind::Absent,
                    "there is no index yet: run `gongkit sync`",
                ));
            }
            let fields = Fields::new();
            let (index, reader) = open_words(&folder)?;
            let dimensions = space.model().dimensions();
            let newest = Snapshot::newest(&folder, &index, &reader, &fields, dimensions, None)?;
            let follower = Follower {
                folder,
                index,
                reader,
                fields,
                newest: Mutex::new(Arc::new(newest)),
            };
            Ok(Self::new(
                space,
                Hasher::new(key),
                Role::Follows(Box::new(follower)),
            ))
        })
        .await
    }

    /// Leaves nothing of what was forgotten or replaced in any file of the index.
    ///
    /// It happens by itself when a tenth is dead. Whoever erases for good asks for it at the end.
    pub async fn compact(&self) -> Result<(), Error> {
        self.as_writer(Writer::compact).await
    }

    fn new(space: Space, hasher: Hasher, role: Role) -> Self {
        Self {
            shared: Arc::new(Shared {
                space,
                hasher,
                role,
                questions: Semaphore::new(questions_at_once()),
            }),
        }
    }

    async fn as_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(&self.shared);
        on_a_thread(move || {
            let Role::Writes { writer, newest } = &shared.role else {
                return Err(Error::new(
                    ErrorKind::ReadOnly,
                    "this handle only reads the index",
                ));
            };
            let mut writer = lock(writer);
            let done = work(&mut writer);
            // Also after an error: the commit may have been made before it.
            *lock(newest) = Arc::clone(&writer.newest);
            done
        })
        .await
    }

    async fn as_reader<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot, &Hasher) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let shared = Arc::clone(&self.shared);
        let _turn = self.shared.questions.acquire().await;
        on_a_thread(move || {
            let snapshot = shared.newest()?;
            work(&snapshot, &shared.hasher)
        })
        .await
    }
}

impl fmt::Debug for EmbeddedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmbeddedStore({})", self.shared.space)
    }
}

impl Shared {
    fn newest(&self) -> Result<Arc<Snapshot>, Error> {
        let follower = match &self.role {
            Role::Writes { newest, .. } => return Ok(Arc::clone(&lock(newest))),
            Role::Follows(follower) => follower,
        };
        let mut newest = lock(&follower.newest);
        if !newest.is_newest(&follower.index)? {
            // The folder may have been made anew in another space meanwhile.
            follower.folder.is_of(&self.space)?;
            *newest = Arc::new(Snapshot::newest(
                &follower.folder,
                &follower.index,
                &follower.reader,
                &follower.fields,
                self.space.model().dimensions(),
                Some(&newest),
            )?);
        }
        Ok(Arc::clone(&newest))
    }
}

#[async_trait]
impl PassageStore for EmbeddedStore {
    fn space(&self) -> &Space {
        &self.shared.space
    }

    async fn write(&self, batch: Vec<CallPoints>) -> Result<Written, Error> {
        let shared = Arc::clone(&self.shared);
        self.as_writer(move |writer| {
            let batch = ready(batch, &shared.space, &shared.hasher)?;
            writer.write(&batch).map(Written::new)
        })
        .await
    }

    async fn forget(&self, which: Forget) -> Result<u64, Error> {
        self.as_writer(move |writer| writer.forget(which)).await
    }

    async fn recall(&self, question: &Question) -> Result<Candidates, Error> {
        if let Some(vector) = &question.meaning {
            fits(vector, &self.shared.space)?;
        }
        let question = question.clone();
        self.as_reader(move |snapshot, hasher| snapshot.recall(&question, hasher))
            .await
    }

    async fn compact(&self) -> Result<(), Error> {
        Self::compact(self).await
    }

    async fn holdings(
        &self,
        after: Option<&CallId>,
        calls: NonZeroUsize,
    ) -> Result<HoldingPage, Error> {
        let after = after.cloned();
        self.as_reader(move |snapshot, hasher| snapshot.holdings(after.as_ref(), calls, hasher))
            .await
    }
}

fn open_writer(folder: Folder, space: &Space, hasher: Hasher) -> Result<Writer, Error> {
    let lock = folder.lock()?;
    if !folder.is_of(space)? {
        make(&folder, space)?;
    }
    let (index, reader) = open_words(&folder)?;
    let dimensions = space.model().dimensions();
    Writer::new(
        lock,
        folder,
        index,
        reader,
        Fields::new(),
        dimensions,
        hasher,
    )
}

/// Makes an empty index; the space comes last, so that a half-made one is made again.
fn make(folder: &Folder, space: &Space) -> Result<(), Error> {
    let was_finished = Index::open_in_dir(folder.words())
        .and_then(|index| index.load_metas())
        .is_ok_and(|metas| metas.payload.is_some());
    if was_finished {
        return Err(damaged("the index does not say in which space it was made"));
    }
    let unmade = |e| io_failure("cannot make the index folder", e);
    folder.make_words().map_err(unmade)?;
    VectorFile::make_first(folder).map_err(unmade)?;
    Index::create_in_dir(folder.words(), Fields::new().schema)
        .map_err(|e| index_failure("cannot make the index", e))?;
    folder.finish(space)
}

fn open_words(folder: &Folder) -> Result<(Index, IndexReader), Error> {
    let open = || {
        let index = Index::open(MmapDirectory::open(folder.words())?)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok((index, reader))
    };
    open().map_err(|e| index_failure("cannot open the index", e))
}

fn questions_at_once() -> usize {
    let cores = available_parallelism().map_or(1, NonZeroUsize::get);
    cores.max(QUESTIONS_AT_ONCE)
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work).await.unwrap_or_else(|e| {
        Err(Error::new(ErrorKind::Storage, "a thread of the index was lost").caused_by(e))
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A writer commits or changes nothing, and a snapshot is replaced as a whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
