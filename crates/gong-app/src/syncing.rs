//! Bringing calls in: from Gong, from files, and from the archive into a new index.

mod files;

use std::path::Path;
use std::sync::Arc;

use access::Operation;
use call_archive::{Archive, Budget, Priority, Source};
use conversation::CallId;
use gong_sync::{
    DeletedInGong, IndexWriter, Parts, Plan, PlannedRun, PrivatePolicy, Reach, Reconcile, Run,
    Sync, SyncOptions,
};
use serde::{Serialize, Serializer};

use crate::app::App;
use crate::budget;
use crate::index::{OpenIndex, WriteLock};
use crate::index_place::{Claim, IndexRight};
use crate::views::{RefusedView, ReindexView, SyncView, SyncedCallsView};
use crate::{DeletedInGongPolicy, Error, ErrorKind, PrivateCallsPolicy, progress};
use files::{fetched, json_files};

/// One part in so many of a day's requests never goes into reading the past once more: it is left to
/// what is new, to people's questions and to other tools of the company.
const KEPT_OF_THE_DAY: u32 = 5;

/// What a sync brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyncReach {
    /// What is new (everything on the first run), and what is due of the past, as far as the day's
    /// requests go: the last 30 days daily, 180 days weekly, everything monthly.
    #[default]
    Due,
    /// What is new, and nothing of the past.
    New,
    /// The last 30 days once more: what was corrected, came late or is gone.
    Month,
    /// The last 180 days once more.
    HalfYear,
    /// Everything once more.
    Everything,
}

impl SyncReach {
    fn reconcile(self) -> Reconcile {
        match self {
            Self::Due => Reconcile::WhenDue,
            Self::New => Reconcile::Never,
            Self::Month => Reconcile::Now(Reach::Month),
            Self::HalfYear => Reconcile::Now(Reach::HalfYear),
            Self::Everything => Reconcile::Now(Reach::Everything),
        }
    }
}

/// What a sync is carried out over.
pub(crate) struct Carrying {
    pub(crate) archive: Arc<dyn Archive>,
    pub(crate) budget: Arc<dyn Budget>,
    pub(crate) source: Source,
    pub(crate) is_held_elsewhere: bool,
}

/// What a command did that may have been stopped on its way.
#[derive(Debug)]
#[non_exhaustive]
pub struct Done<T> {
    /// What it did.
    pub view: T,
    /// What stopped it, or what failed in it.
    pub problem: Option<Error>,
}

/// What it did; the problem is told apart.
impl<T: Serialize> Serialize for Done<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view.serialize(serializer)
    }
}

impl<T> Done<T> {
    /// How it ended, in a word.
    pub(crate) fn outcome(&self) -> &'static str {
        match &self.problem {
            Some(problem) => problem.kind().as_str(),
            None => "ok",
        }
    }
}

impl App {
    /// Brings calls from Gong into the archive and the index.
    pub async fn sync(&self, reach: SyncReach) -> Result<Done<SyncView>, Error> {
        self.sync_from(reach, Source::Gong).await
    }

    /// The same for the invented world of the demo, whose calls are marked as such; a second run
    /// reads all of them once more, and finds them unchanged.
    pub async fn sync_demo(&self) -> Result<Done<SyncView>, Error> {
        let reach = if self.has_archive().await? {
            SyncReach::Everything
        } else {
            SyncReach::New
        };
        self.sync_from(reach, Source::Demo).await
    }

    async fn sync_from(&self, reach: SyncReach, source: Source) -> Result<Done<SyncView>, Error> {
        self.permit(Operation::SYNC).await?;
        // Before anything is made: a wrong setting leaves no empty archive behind.
        self.credentials().await?;
        let asked = format!("{reach:?} {source:?}");
        // Held on the heap: what is awaited through several hands is copied otherwise.
        let work = Box::pin(async {
            // The index is let go of before calls are looked at: another process may write it.
            let mut done = self.sync_into_archive(reach, source).await?;
            // Who tries the demo does not wait for what the first question works out.
            if source != Source::Demo {
                self.figures_after(&mut done).await?;
                self.say_if_empty(&done).await?;
            }
            Ok(done)
        });
        self.doing(Operation::SYNC, &asked, work, Done::outcome)
            .await
    }

    /// An empty account looks like a key that reads nothing: who syncs is told what it may be.
    async fn say_if_empty(&self, done: &Done<SyncView>) -> Result<(), Error> {
        let was_told = done.problem.is_none() && done.view.refused.is_empty();
        if was_told && self.archive().await?.status().await?.calls == 0 {
            self.listener().note(
                "Gong told of no call. If there are some: is the key the right company's, does \
                 sync.since lie too late, may the key read the workspaces? Calls are told of once \
                 Gong has processed them.",
            );
        }
        Ok(())
    }

    async fn sync_into_archive(
        &self,
        reach: SyncReach,
        source: Source,
    ) -> Result<Done<SyncView>, Error> {
        let opened = self.opened().await?;
        let archive = Arc::clone(&opened.archive);
        let connection = self.connect(Priority::Background, Some(opened)).await?;
        let options = self.options_of(source, &connection.key_id);
        self.apply_retention(archive.as_ref()).await?;
        let (parts, _lock) = self.parts(&archive, options).await?;
        let is_held_elsewhere = parts.index.is_none();
        let sync = Sync::new(parts.client(connection.client.clone()));
        let carrying = Carrying {
            archive,
            budget: Arc::clone(&opened.budget),
            source,
            is_held_elsewhere,
        };
        let mut done = self.carried_out(carrying, sync, reach).await?;
        if let Err(error) = connection.settle().await {
            done.problem.get_or_insert(error);
        }
        Ok(done)
    }

    /// Plans a sync within what the day has left, says what it costs, and does it.
    pub(crate) async fn carried_out(
        &self,
        carrying: Carrying,
        sync: Sync,
        reach: SyncReach,
    ) -> Result<Done<SyncView>, Error> {
        let Carrying {
            archive,
            budget,
            source,
            is_held_elsewhere,
        } = carrying;
        let book = budget.book().await?;
        let rules = budget::rules(self.config());
        let left = book.left(&rules, self.now()).interactive;
        let allowed = u64::from(left.saturating_sub(rules.daily / KEPT_OF_THE_DAY));
        let plan = sync.plan(reach.reconcile(), Some(allowed)).await?;
        if source == Source::Gong {
            for note in notes(&plan, rules.daily) {
                self.listener().note(&note);
            }
        }
        // What was erased before, so that its receipts can be finished; then what this brings.
        self.blank_in_crm().await;
        let report = sync.carry_out(&plan).await;
        self.blank_in_crm().await;
        let mut done = done(report, is_held_elsewhere);
        self.link_after(&archive, &mut done).await;
        done.view.plan = Some((&plan).into());
        Ok(done)
    }

    /// Brings single calls from Gong, however old, and tells what became of each.
    pub async fn sync_calls(&self, calls: &[String]) -> Result<Done<SyncedCallsView>, Error> {
        self.permit(Operation::SYNC).await?;
        self.credentials().await?;
        let ids: Result<Vec<CallId>, _> = calls.iter().map(CallId::new).collect();
        let ids = ids.map_err(|_| Error::new(ErrorKind::Usage, "a call is named by its id"))?;
        let work = Box::pin(self.sync_ids(&ids));
        self.doing(Operation::SYNC, &format!("{calls:?}"), work, Done::outcome)
            .await
    }

    async fn sync_ids(&self, ids: &[CallId]) -> Result<Done<SyncedCallsView>, Error> {
        let opened = self.opened().await?;
        let archive = Arc::clone(&opened.archive);
        let connection = self.connect(Priority::Interactive, Some(opened)).await?;
        let mut options = SyncOptions::default();
        options.source = Source::Gong;
        options.key_id = Some(connection.key_id.clone());
        let (parts, _lock) = self.parts(&archive, options).await?;
        let holds_index = parts.index.is_some();
        let sync = Sync::new(parts.client(connection.client.clone()));
        let mut view = SyncedCallsView::default();
        let mut problem = None;
        for id in ids {
            let outcome = match sync.call(id).await {
                Ok(outcome) => outcome.as_str(),
                Err(error) => {
                    problem.get_or_insert(Error::from(error));
                    "failed"
                }
            };
            view.calls.push((id.to_string(), outcome));
        }
        if holds_index {
            match sync.drain().await {
                Ok(report) => view.index = (&report).into(),
                Err(error) => {
                    problem.get_or_insert(error.into());
                }
            }
        }
        view.index.is_held_elsewhere = !holds_index;
        if let Err(error) = connection.settle().await {
            problem.get_or_insert(error);
        }
        Ok(Done { view, problem })
    }

    /// Brings calls from a folder of files of the form `{"call": …, "callTranscript": …}`.
    pub async fn import(&self, folder: &Path) -> Result<Done<SyncView>, Error> {
        self.permit(Operation::IMPORT).await?;
        let files = json_files(folder).await?;
        if files.is_empty() {
            let what = format!("there is no .json file in {}", folder.display());
            return Err(Error::new(ErrorKind::NotFound, what));
        }
        let work = Box::pin(async {
            let archive = Arc::clone(self.archive().await?);
            let mut done = {
                let (parts, _lock) = self.parts(&archive, SyncOptions::default()).await?;
                let is_held_elsewhere = parts.index.is_none();
                let report = Sync::new(parts).import(fetched(files)).await;
                done(report, is_held_elsewhere)
            };
            self.link_after(&archive, &mut done).await;
            self.figures_after(&mut done).await?;
            Ok(done)
        });
        self.doing(Operation::IMPORT, "", work, Done::outcome).await
    }

    /// Brings calls of a folder into the archive alone: nothing is embedded.
    pub(crate) async fn import_words(&self, folder: &Path) -> Result<Done<SyncView>, Error> {
        let files = json_files(folder).await?;
        let archive = Arc::clone(self.archive().await?);
        let parts = self.bare_parts(&archive, SyncOptions::default());
        let report = Sync::new(parts).import(fetched(files)).await;
        Ok(done(report, false))
    }

    /// Builds the index again from the archive; Gong is not asked.
    pub async fn reindex(&self) -> Result<Done<ReindexView>, Error> {
        self.permit(Operation::REINDEX).await?;
        self.existing_archive().await?;
        let work = Box::pin(self.rebuilt());
        self.doing(Operation::REINDEX, "", work, Done::outcome)
            .await
    }

    async fn rebuilt(&self) -> Result<Done<ReindexView>, Error> {
        let archive = Arc::clone(self.existing_archive().await?);
        let embedder = Arc::clone(self.embedder().await?);
        let indexes = self.indexes()?;
        let right = self.index_right(&indexes, Claim::Any).await?;
        let Some(lock) = right.held() else {
            let what = "another gongkit is writing the index";
            return Err(Error::new(ErrorKind::TryLater, what).hint("try again when it has ended"));
        };
        let known = archive.indexes().await?;
        let OpenIndex { id, store } = indexes
            .add(&lock, archive.as_ref(), embedder.as_ref(), self.now())
            .await?;
        let space = store.space().to_string();
        let index = IndexWriter::new(store, id.clone(), embedder);
        let parts = self
            .bare_parts(&archive, SyncOptions::default())
            .index(index);
        let mut view = ReindexView {
            index_id: id.to_string(),
            space,
            ..ReindexView::default()
        };
        let drained = Sync::new(parts).drain().await;
        let problem = match drained {
            Ok(report) => {
                let left = archive.status().await?;
                view.failures = report.failures.iter().map(Into::into).collect();
                view.index = (&report).into();
                let is_whole = report.failures.is_empty() && left.indexed == left.with_text;
                if is_whole {
                    for old in &known {
                        indexes.drop_index(archive.as_ref(), old).await?;
                        view.dropped += 1;
                    }
                    let home = self.shared.homes.chosen()?;
                    indexes.named(&home, &id).await?;
                }
                (!is_whole).then(|| {
                    let what = format!(
                        "{} of {} calls could not be indexed; the old index stays",
                        left.with_text.saturating_sub(left.indexed),
                        left.with_text
                    );
                    Error::new(ErrorKind::Failed, what).hint("run `gongkit reindex` again")
                })
            }
            Err(error) => Some(error.into()),
        };
        Ok(Done { view, problem })
    }

    /// The parts of a flow, with the index if nobody else holds it.
    async fn parts(
        &self,
        archive: &Arc<dyn Archive>,
        options: SyncOptions,
    ) -> Result<(Parts, Option<WriteLock>), Error> {
        let indexes = self.indexes()?;
        let parts = self.bare_parts(archive, options);
        let lock = match self.index_right(&indexes, Claim::Free).await? {
            IndexRight::Held(lock) => lock,
            IndexRight::Busy => {
                self.listener().note(
                    "Another gongkit holds the index: calls are stored, and it does the waiting \
                     index jobs (or the next `gongkit sync` does).",
                );
                return Ok((parts, None));
            }
            IndexRight::Elsewhere => {
                self.listener().note(
                    "The index lies in another data folder: calls are stored, and who works there \
                     brings them into it.",
                );
                return Ok((parts, None));
            }
        };
        let embedder = Arc::clone(self.embedder().await?);
        let writable = indexes
            .open_for_writing(&lock, archive.as_ref(), embedder.as_ref(), self.now())
            .await?;
        Ok((writable.into_parts(parts, &embedder), Some(lock)))
    }

    pub(crate) fn bare_parts(&self, archive: &Arc<dyn Archive>, mut options: SyncOptions) -> Parts {
        options.private = match self.config().settings.privacy.private_calls {
            PrivateCallsPolicy::Skip => PrivatePolicy::Skip,
            PrivateCallsPolicy::Store => PrivatePolicy::Store,
        };
        options.deleted_in_gong = match self.config().settings.privacy.deleted_in_gong {
            DeletedInGongPolicy::Keep => DeletedInGong::Keep,
            DeletedInGongPolicy::Erase => DeletedInGong::Erase,
        };
        options.currency = self.currency();
        let now = self.shared.now;
        Parts::new(Arc::clone(archive), Arc::new(now))
            .options(options)
            .progress(progress::of_sync(Arc::clone(self.listener())))
            .stop(self.shared.stop.clone())
    }
}

/// What a person should know of a plan before Gong is asked, a sentence each.
fn notes(plan: &Plan, daily: u32) -> Vec<String> {
    let mut notes = Vec::new();
    for planned in &plan.runs {
        let Run::Reconcile(reach) = planned.run else {
            continue;
        };
        let (what, cost) = (in_words(reach), planned.cost.requests());
        let calls = planned.cost.calls;
        notes.push(match planned.allowance {
            None => format!(
                "Reading {what} once more ({calls} known calls) takes about {cost} requests of the \
                 day's {daily}."
            ),
            Some(most) => format!(
                "Reading {what} once more ({calls} known calls) takes about {cost} requests, more \
                 than this day has left: about {most} are made now, and the next sync goes on."
            ),
        });
    }
    let is_begun = |reach| {
        let of_reach = |planned: &PlannedRun| planned.run == Run::Reconcile(reach);
        plan.runs.iter().any(of_reach)
    };
    for waiting in plan.postponed.iter().filter(|one| !is_begun(one.reach)) {
        notes.push(format!(
            "Reading {} once more is due and waits for a day that has {} requests to spare.",
            in_words(waiting.reach),
            waiting.requests
        ));
    }
    notes
}

fn in_words(reach: Reach) -> &'static str {
    match reach {
        Reach::Month => "the last 30 days",
        Reach::HalfYear => "the last 180 days",
        Reach::Everything => "everything",
    }
}

fn done(report: gong_sync::SyncReport, is_held_elsewhere: bool) -> Done<SyncView> {
    let mut view = SyncView::new(&report, is_held_elsewhere);
    let failures = report.all_failures().count();
    let problem = match report.stopped {
        Some(error) => {
            let error = Error::from(error);
            view.stopped = Some((&error).into());
            Some(error)
        }
        None if failures > 0 => {
            let what = format!("{failures} calls failed; all others went on");
            Some(Error::new(ErrorKind::Failed, what).hint("the next run tries them again"))
        }
        None => without_words(&view),
    };
    Done { view, problem }
}

/// Calls without their words are hardly worth a sync: that is no success.
fn without_words(view: &SyncView) -> Option<Error> {
    let of_words = |refused: &&RefusedView| refused.operation == "getCallTranscripts";
    let refused = view.refused.iter().find(of_words)?;
    let what = "the key may not read transcripts: calls were stored without their words";
    let hint = format!("give the key the scope {}", refused.scope);
    Some(Error::new(ErrorKind::NotAuthorised, what).hint(hint))
}

impl From<gong_sync::Error> for Error {
    fn from(error: gong_sync::Error) -> Self {
        match error {
            gong_sync::Error::Gong(error) => error.into(),
            gong_sync::Error::Archive(error) => error.into(),
            gong_sync::Error::Index(error) => error.into(),
            gong_sync::Error::Cancelled => Self::new(ErrorKind::Cancelled, "stopped on request")
                .hint("what was in hand is stored; the next run goes on from there"),
            gong_sync::Error::WrongCompany => Self::new(
                ErrorKind::NotAuthorised,
                "this key belongs to another company than the archive",
            )
            .hint("use the key of the same company, or another --data-dir"),
            other => {
                let kind = if other.is_transient() {
                    ErrorKind::TryLater
                } else {
                    ErrorKind::Failed
                };
                Self::new(kind, "the sync did not come to its end").caused_by(other)
            }
        }
    }
}
