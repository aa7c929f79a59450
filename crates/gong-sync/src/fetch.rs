//! Asking Gong for calls by their ids, a hundred a request.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use conversation::CallId;
use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use gong_client::{
    CallTranscript, ContentSelector, Element, ErrorKind, ExtensiveCall, GetCall, ListExtensive,
    ListRequest, ListTranscripts, PAGE_SIZE, Page, Raw,
};

use crate::fetched::Expected;
use crate::sync::Sync;
use crate::{Error, Failure, Fetched, Outcome, SyncReport};

/// How often a list of a hundred ids is begun again when its cursor expires.
const MOST_RESTARTS: usize = 3;

/// Transcripts by call.
pub(crate) type Words = HashMap<CallId, Raw<CallTranscript>>;

/// The pages of a list.
pub(crate) type Pages<T> = BoxStream<'static, Result<Page<T>, gong_client::Error>>;

impl Sync {
    /// Fetches calls with their words. What Gong does not tell is left out.
    pub(crate) async fn fetch(
        &self,
        ids: &[CallId],
        report: &mut SyncReport,
    ) -> Result<Vec<Fetched>, Error> {
        let mut fetched = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAGE_SIZE) {
            let expected = self.known(ids).await?;
            let calls = self.extensive_of(ids, report).await?;
            let open: Vec<CallId> = calls
                .iter()
                .filter(|(_, call)| self.wants_words(call))
                .map(|(id, _)| id.clone())
                .collect();
            let words = self.words_of(&open, report).await?;
            let calls = calls.into_iter().map(|(id, call)| {
                let revision = expected.get(&id).map(|known| known.revision);
                let words = words.get(&id);
                (call, words, Expected::Read(revision))
            });
            fetched.extend(join(calls, report));
        }
        Ok(fetched)
    }

    /// Fetches calls and stores them; what is not told in full is asked for again, what Gong does
    /// not know is missing.
    pub(crate) async fn fetch_and_store(
        &self,
        ids: &[CallId],
        report: &mut SyncReport,
    ) -> Result<Vec<(CallId, Outcome)>, Error> {
        let fetched = self.fetch(ids, report).await?;
        let mut outcomes = self.store_all(fetched, None, report).await?;
        let told: BTreeSet<CallId> = outcomes.iter().map(|(id, _)| id.clone()).collect();
        for id in ids.iter().filter(|id| !told.contains(*id)) {
            // A key that may not ask does not know that it is missing.
            let outcome = if self.is_there(id, report).await? == Some(false) {
                Outcome::Missing
            } else {
                self.ask_later(std::slice::from_ref(id)).await?;
                Outcome::NotReady
            };
            outcomes.push((id.clone(), outcome));
        }
        Ok(outcomes)
    }

    /// Those of these calls that no tombstone refuses: the words of the others are not asked for.
    pub(crate) async fn not_erased(&self, mut ids: Vec<CallId>) -> Result<Vec<CallId>, Error> {
        if !ids.is_empty() {
            let erased = self.parts().archive.erased(&ids).await?;
            ids.retain(|id| !erased.contains(id));
        }
        Ok(ids)
    }

    /// The extensive entries of at most a hundred calls.
    pub(crate) async fn extensive_of(
        &self,
        ids: &[CallId],
        report: &mut SyncReport,
    ) -> Result<BTreeMap<CallId, Raw<ExtensiveCall>>, Error> {
        let mut calls = BTreeMap::new();
        let Some(request) = ListExtensive::of_calls(ids.iter().filter_map(gong_id)) else {
            return Ok(calls);
        };
        let request = request.select(ContentSelector::all_but_media());
        for page in self.all_pages(request).await? {
            report.requests.extensive += 1;
            report
                .failures
                .extend(page.unreadable.iter().map(Failure::from));
            for call in page.elements {
                if let Some(id) = id_of(&call.value) {
                    calls.insert(id, call);
                }
            }
        }
        Ok(calls)
    }

    /// The transcripts of at most a hundred calls, as far as they are ready; none if the key may
    /// not read them.
    pub(crate) async fn words_of(
        &self,
        ids: &[CallId],
        report: &mut SyncReport,
    ) -> Result<Words, Error> {
        let mut words = Words::new();
        let Some(request) = ListTranscripts::of_calls(ids.iter().filter_map(gong_id)) else {
            return Ok(words);
        };
        if report.is_refused::<ListTranscripts>() {
            return Ok(words);
        }
        let pages = self.all_pages(request).await;
        let pages = report.unless_refused::<ListTranscripts, _>(pages)?;
        self.note_words(pages.is_none()).await?;
        for page in pages.into_iter().flatten() {
            report.requests.transcripts += 1;
            report
                .failures
                .extend(page.unreadable.iter().map(Failure::from));
            for transcript in page.elements {
                if let Some(id) = id_of(&transcript.value) {
                    words.insert(id, transcript);
                }
            }
        }
        report.requests.transcripts_received += words.len() as u64;
        Ok(words)
    }

    /// Whether Gong knows the call; `None` if the key may not ask.
    pub(crate) async fn is_there(
        &self,
        id: &CallId,
        report: &mut SyncReport,
    ) -> Result<Option<bool>, Error> {
        if report.is_refused::<GetCall>() {
            return Ok(None);
        }
        let exists = self.exists(id, report).await;
        report.unless_refused::<GetCall, _>(exists)
    }

    /// Whether Gong knows the call: its 404 in its own shape says no.
    async fn exists(&self, id: &CallId, report: &mut SyncReport) -> Result<bool, Error> {
        let Some(gong) = gong_id(id) else {
            return Ok(false);
        };
        report.requests.single += 1;
        let request = GetCall::new(gong);
        let sent = self.client()?.send(&request);
        match self.unless_stopped(sent).await? {
            Ok(_) => Ok(true),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Every page of a short list, begun again when its cursor expires.
    pub(crate) async fn all_pages<R>(&self, request: R) -> Result<Vec<Page<R::Element>>, Error>
    where
        R: ListRequest + Clone + 'static,
    {
        let mut restarts = 0;
        'list: loop {
            let mut pages = self.client()?.list(request.clone()).pages();
            let mut read = Vec::new();
            loop {
                match self.next_page(&mut pages).await {
                    Ok(Some(page)) => read.push(page),
                    Ok(None) => return Ok(read),
                    Err(Error::Gong(error)) if *error.kind() == ErrorKind::CursorExpired => {
                        restarts += 1;
                        if restarts > MOST_RESTARTS {
                            return Err(Error::Unfinishable);
                        }
                        continue 'list;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// The next page of a list, unless the run is to stop.
    pub(crate) async fn next_page<T: Element>(
        &self,
        pages: &mut Pages<T>,
    ) -> Result<Option<Page<T>>, Error> {
        Ok(self.unless_stopped(pages.try_next()).await??)
    }

    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        let stop = &self.parts().stop;
        stop.run_until_cancelled(work).await.ok_or(Error::Cancelled)
    }
}

/// Joins calls with their words; what cannot be read is a failure of the report.
pub(crate) fn join<'a>(
    calls: impl IntoIterator<
        Item = (
            Raw<ExtensiveCall>,
            Option<&'a Raw<CallTranscript>>,
            Expected,
        ),
    >,
    report: &mut SyncReport,
) -> Vec<Fetched> {
    let mut fetched = Vec::new();
    for (call, words, expected) in calls {
        match Fetched::read(&call, words, expected) {
            Ok(call) => fetched.push(call),
            Err(error) => report.failures.push(Failure::from(&error)),
        }
    }
    fetched
}

/// The id of an element, as our own.
pub(crate) fn id_of(element: &impl Element) -> Option<CallId> {
    CallId::new(element.identity()?).ok()
}

/// Our id as Gong's; `None` for one that Gong could not have given.
pub(crate) fn gong_id(id: &CallId) -> Option<gong_client::CallId> {
    gong_client::CallId::new(id.as_str()).ok()
}

impl Sync {
    /// Words of a call that will be withheld are never asked for.
    pub(crate) fn wants_words(&self, call: &Raw<ExtensiveCall>) -> bool {
        let meta = call.value.meta_data.as_ref();
        let is_private = meta.is_some_and(|meta| meta.is_private == Some(true));
        !is_private || self.parts().options.private == crate::PrivatePolicy::Store
    }
}
