//! Where passages are remembered: telling it, moving it to a server, and measuring the server.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use access::{Operation, Scope};
use call_archive::{Archive, CallQuery, IndexInfo, StoredCall};
use conversation::{CallId, PassageId, Revision};
use embeddings::{Purpose, Space};
use gong_sync::{Sync, SyncOptions};
use memory_store::{Candidate, Filter, PassageStore, Question};

use crate::app::App;
use crate::config::StoreName;
use crate::index::homes::Home;
use crate::index::{Indexes, MOVING, WriteLock, chosen, space};
use crate::index_place::{Claim, IndexRight};
use crate::syncing::Done;
use crate::views::{MemoryIndexView, MemoryMoveView, MemoryStatusView, RecallCheckView};
use crate::{Error, ErrorKind};

/// So many calls are named that are not moved yet.
const MOST_NAMED: usize = 20;
/// Holdings are read so many calls at once.
const A_PAGE: NonZeroUsize = NonZeroUsize::new(1_000).expect("not zero");
/// The answers of a question that are compared.
const ANSWERS: NonZeroUsize = NonZeroUsize::new(10).expect("not zero");

impl App {
    /// Where passages are remembered.
    pub async fn memory_status(&self) -> Result<MemoryStatusView, Error> {
        self.reading(Operation::STATUS, "memory", self.remembered(), |_| {
            Vec::new()
        })
        .await
    }

    async fn remembered(&self) -> Result<MemoryStatusView, Error> {
        let archive = self.existing_archive().await?;
        let moving = archive.load(MOVING).await?.unwrap_or_default();
        let home = self.shared.homes.chosen()?;
        let mut indexes = Vec::new();
        for info in archive.indexes().await? {
            let mut view = self.of_index(archive.as_ref(), &info).await?;
            view.is_answering = Home::read(&info.space).0 == home;
            view.is_target = !view.is_answering && info.id.0 == moving;
            indexes.push(view);
        }
        indexes.sort_by_key(|view| !view.is_answering);
        Ok(MemoryStatusView {
            store: match self.config().settings.memory.store {
                StoreName::Embedded => "embedded",
                StoreName::Qdrant => "qdrant",
            },
            indexes,
            with_transcript: archive.status().await?.with_text,
        })
    }

    async fn of_index(
        &self,
        archive: &dyn Archive,
        info: &IndexInfo,
    ) -> Result<MemoryIndexView, Error> {
        let (home, record) = Home::read(&info.space);
        let rows = archive.indexed(&info.id, None).await?;
        let mut view = MemoryIndexView {
            index_id: info.id.to_string(),
            space: Space::from_record(record).map_or_else(|_| String::new(), |it| it.to_string()),
            calls: rows.len() as u64,
            passages: rows.iter().map(|row| row.now.passages).sum(),
            ..MemoryIndexView::default()
        };
        match &home {
            Home::Folder => {
                let folder = self.data_dir()?.join("index").join(&info.id.0);
                view.place = folder.display().to_string();
            }
            Home::Qdrant { address, prefix } => {
                let server = self.shared.homes.server(address, prefix)?;
                view.place = format!("{address} {}", server.collection(&info.id));
                match server.connection.version().await {
                    Ok(version) => view.server = Some(version),
                    Err(error) => view.problem = Some(error.to_string()),
                }
            }
        }
        Ok(view)
    }

    /// Moves the index to a Qdrant server: what is stored meanwhile is written to both, and so it
    /// goes on until the configuration names the server. Begins again where it was stopped.
    pub async fn memory_migrate(&self, to: &str) -> Result<Done<MemoryMoveView>, Error> {
        self.permit(Operation::REINDEX).await?;
        let target = self.shared.homes.at(to)?;
        if target == self.shared.homes.chosen()? {
            let what = "this is where the index is already";
            return Err(Error::new(ErrorKind::Usage, what)
                .hint("`gongkit memory status` tells how far it is"));
        }
        self.existing_archive().await?;
        let work = Box::pin(self.migrated(target));
        self.doing(Operation::REINDEX, "memory migrate", work, Done::outcome)
            .await
    }

    /// Gives a move up: the index that it made is dropped.
    pub async fn memory_abandon(&self) -> Result<MemoryStatusView, Error> {
        self.permit(Operation::REINDEX).await?;
        let archive = Arc::clone(self.existing_archive().await?);
        let work = async {
            let indexes = self.indexes()?;
            let _lock = self.right_to_move(&indexes, Claim::Nothing).await?;
            let home = self.shared.homes.chosen()?;
            let moving = archive.load(MOVING).await?.unwrap_or_default();
            for info in archive.indexes().await? {
                if info.id.0 == moving && Home::read(&info.space).0 != home {
                    indexes.drop_index(archive.as_ref(), &info).await?;
                }
            }
            self.remembered().await
        };
        self.doing(
            Operation::REINDEX,
            "memory abandon",
            Box::pin(work),
            |_| "ok",
        )
        .await
    }

    /// Only who keeps the index that answers may say where it goes.
    async fn right_to_move(&self, indexes: &Indexes, claim: Claim) -> Result<WriteLock, Error> {
        match self.index_right(indexes, claim).await? {
            IndexRight::Held(lock) => Ok(lock),
            IndexRight::Busy => {
                let what = "another gongkit is writing the index";
                Err(Error::new(ErrorKind::TryLater, what).hint("try again when it has ended"))
            }
            IndexRight::Elsewhere => {
                let what = "the search index of this archive lies in another data folder";
                Err(Error::new(ErrorKind::NotConfigured, what)
                    .hint("run this where the worker runs that keeps it"))
            }
        }
    }

    async fn migrated(&self, target: Home) -> Result<Done<MemoryMoveView>, Error> {
        let archive = Arc::clone(self.existing_archive().await?);
        let embedder = Arc::clone(self.embedder().await?);
        let indexes = self.indexes()?;
        let lock = self.right_to_move(&indexes, Claim::Free).await?;
        let moved = indexes
            .open_target(
                &lock,
                archive.as_ref(),
                embedder.as_ref(),
                (&target, self.now()),
            )
            .await?;
        let writable = indexes
            .open_for_writing(&lock, archive.as_ref(), embedder.as_ref(), self.now())
            .await?;
        let parts = self.bare_parts(&archive, SyncOptions::default());
        let drained = Sync::new(writable.into_parts(parts, &embedder))
            .drain()
            .await;

        let mut view = MemoryMoveView {
            to: match &target {
                Home::Qdrant { address, .. } => address.clone(),
                Home::Folder => String::new(),
            },
            index_id: moved.id.to_string(),
            ..MemoryMoveView::default()
        };
        let stopped = match drained {
            Ok(report) => {
                view.failures = report.failures.iter().map(Into::into).collect();
                view.index = (&report).into();
                None
            }
            Err(error) => Some(Error::from(error)),
        };
        let rows = archive.indexed(&moved.id, None).await?;
        let rows: BTreeMap<CallId, (Revision, u64)> = rows
            .into_iter()
            .map(|row| (row.call, (row.now.text_revision, row.now.passages)))
            .collect();
        compare(&*moved.store, &rows, &mut view).await?;
        let with_text = archive.status().await?.with_text;
        view.left = with_text.saturating_sub(view.verified);
        let unfinished = (view.left > 0).then(|| {
            let what = format!("{} of {with_text} calls are not there yet", view.left);
            Error::new(ErrorKind::Failed, what)
                .hint("run the same command again: it goes on from here")
        });
        Ok(Done {
            view,
            problem: stopped.or(unfinished),
        })
    }

    /// Asks the server as every search does and once more exactly, and compares the answers. No
    /// question of a person is kept anywhere, so sentences of calls are asked.
    pub async fn memory_recall_check(
        &self,
        questions: NonZeroUsize,
    ) -> Result<RecallCheckView, Error> {
        self.permit(Operation::REINDEX).await?;
        let work = Box::pin(async {
            let Home::Qdrant { address, prefix } = self.shared.homes.chosen()? else {
                let what = "the index is in a folder, not in Qdrant";
                return Err(Error::new(ErrorKind::Usage, what).hint(
                    "docs/performance.md has the recall of a folder; this measures a server",
                ));
            };
            let archive = Arc::clone(self.existing_archive().await?);
            let embedder = Arc::clone(self.embedder().await?);
            let (space, key) = space(archive.as_ref(), embedder.as_ref()).await?;
            let home = Home::Qdrant {
                address: address.clone(),
                prefix: prefix.clone(),
            };
            let known = archive.indexes().await?;
            let Some(info) = chosen(&known, &home, &space) else {
                let what = "there is no index in Qdrant yet";
                return Err(Error::new(ErrorKind::NotConfigured, what).hint("run `gongkit sync`"));
            };
            let server = self.shared.homes.server(&address, &prefix)?;
            let store = server.follow(&info.id, space, key).await?;
            let asked = asked(archive.as_ref(), questions).await?;
            let mut view = RecallCheckView {
                place: format!("{address} {}", server.collection(&info.id)),
                answers: ANSWERS.get() as u64,
                lowest: 1.0,
                ..RecallCheckView::default()
            };
            let mut sum = 0.0;
            for vector in embedder.embed(Purpose::Query, &asked).await? {
                let mut question = Question::new(Filter::new(Scope::internal())).meaning(vector);
                question.candidates = ANSWERS;
                let exact = ids(&store.recall_exactly(&question).await?.meaning);
                let usual = ids(&store.recall(&question).await?.meaning);
                let share = if exact.is_empty() {
                    1.0
                } else {
                    exact.intersection(&usual).count() as f64 / exact.len() as f64
                };
                view.questions += 1;
                view.missed += u64::from(share < 1.0);
                view.lowest = view.lowest.min(share);
                sum += share;
            }
            if view.questions == 0 {
                let what = "there is no call with words to ask about";
                return Err(Error::new(ErrorKind::NotFound, what));
            }
            view.recall = sum / view.questions as f64;
            Ok(view)
        });
        self.doing(Operation::REINDEX, "memory recall-check", work, |_| "ok")
            .await
    }
}

/// Compares what a store really holds with what the archive says that it does.
async fn compare(
    store: &dyn PassageStore,
    rows: &BTreeMap<CallId, (Revision, u64)>,
    view: &mut MemoryMoveView,
) -> Result<(), Error> {
    let mut there = BTreeSet::new();
    let mut after = None;
    loop {
        let page = store.holdings(after.as_ref(), A_PAGE).await?;
        for held in page.held {
            let is_right = rows.get(&held.call) == Some(&(held.text_revision, held.passages));
            if is_right && there.insert(held.call) {
                view.verified += 1;
                view.passages += held.passages;
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    // A call of a few words may have no passage.
    for (call, (_, passages)) in rows {
        if *passages == 0 {
            view.verified += 1;
        } else if !there.contains(call) && view.differing.len() < MOST_NAMED {
            view.differing.push(call.to_string());
        }
    }
    Ok(())
}

/// The longest sentence of each of so many calls, the newest first.
async fn asked(archive: &dyn Archive, questions: NonZeroUsize) -> Result<Vec<String>, Error> {
    const TOGETHER: usize = 50;
    let scope = Scope::internal();
    let mut query = CallQuery::default();
    query.limit = TOGETHER;
    let mut asked = Vec::new();
    while asked.len() < questions.get() {
        let page = archive.list(&scope, &query).await?;
        let ids: Vec<CallId> = page.calls.into_iter().map(|(call, _)| call.id).collect();
        let calls = archive.read(&scope, &ids).await?;
        asked.extend(calls.iter().filter_map(longest));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    asked.truncate(questions.get());
    Ok(asked)
}

fn longest(call: &StoredCall) -> Option<String> {
    let utterances = call.text.as_ref()?.transcript.utterances();
    let sentences = utterances.iter().flat_map(|said| &said.sentences);
    let longest = sentences.max_by_key(|sentence| sentence.text.len())?;
    Some(longest.text.clone())
}

fn ids(list: &[Candidate]) -> BTreeSet<PassageId> {
    list.iter().map(|candidate| candidate.place.id).collect()
}
