//! One stretch of start times: what is known of it, and what Gong lists in it.

use std::collections::{BTreeMap, HashSet};

use access::Scope;
use call_archive::{CallQuery, Known, Source};
use conversation::{CallId, Period, WorkspaceId};
use gong_client::{ContentSelector, ErrorKind, ExtensiveCall, ListExtensive, Page};
use jiff::{SignedDuration, Timestamp};

use crate::fetch::{Pages, id_of};
use crate::fetched::Expected;
use crate::run::belt::{Belt, Listed};
use crate::run::plan::{SHORTEST, Sample};
use crate::sync::Sync;
use crate::{Error, Failure, SyncReport, WindowRules};

/// How many known calls are read at once.
const KNOWN_AT_ONCE: usize = 500;

/// From an instant (included) to another (excluded), by the start of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Window {
    pub(super) fn new(from: Timestamp, length: SignedDuration, end: Timestamp) -> Self {
        let to = from.checked_add(length).unwrap_or(end).min(end);
        Self { from, to }
    }

    pub(super) fn length(self) -> SignedDuration {
        self.from.duration_until(self.to)
    }
}

/// How the reading of a window ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WindowEnd {
    /// All of it was listed.
    Read { found: Option<Sample> },
    /// It holds too much; nothing of it was taken.
    TooMany {
        total: u64,
        first_page: Option<Sample>,
    },
    /// Its cursor expired on the way.
    Expired,
}

/// A call that was known before the window was asked for.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) known: Known,
    pub(super) workspace: Option<WorkspaceId>,
}

/// A window that is being read.
pub(super) struct Reader {
    pub(super) window: Window,
    pub(super) pages: Pages<ExtensiveCall>,
    pub(super) held: BTreeMap<CallId, Held>,
    pub(super) seen: HashSet<CallId>,
    /// The most that Gong said there is.
    announced: u64,
    /// Whether an element could not be read, so that nothing follows from what was not seen.
    has_unreadable: bool,
    is_first: bool,
    pub(super) found: Option<Sample>,
}

impl Sync {
    /// Reads what is known of a window, and only then asks for it: a put is compared with what was
    /// known before the fetch.
    pub(super) async fn open_window(&self, window: Window) -> Result<Reader, Error> {
        let held = self.held_in(window).await?;
        let mut request =
            ListExtensive::between(window.from, window.to).select(ContentSelector::all_but_media());
        if let Some(workspace) = &self.gong_workspace() {
            request = request.workspace(workspace.clone());
        }
        Ok(Reader {
            window,
            pages: self.client()?.list(request).pages(),
            held,
            seen: HashSet::new(),
            announced: 0,
            has_unreadable: false,
            is_first: true,
            found: None,
        })
    }

    pub(super) fn gong_workspace(&self) -> Option<gong_client::WorkspaceId> {
        let workspace = self.parts().options.workspace.as_ref()?;
        gong_client::WorkspaceId::new(workspace.as_str()).ok()
    }

    async fn held_in(&self, window: Window) -> Result<BTreeMap<CallId, Held>, Error> {
        let mut query = CallQuery::default();
        query.period = Period::new(Some(window.from), Some(window.to)).unwrap_or_default();
        query.workspace.clone_from(&self.parts().options.workspace);
        query.limit = KNOWN_AT_ONCE;
        let mut held = BTreeMap::new();
        loop {
            let archive = &self.parts().archive;
            let page = archive.list(&Scope::internal(), &query).await?;
            let ids: Vec<CallId> = page.calls.iter().map(|(call, _)| call.id.clone()).collect();
            let mut known = self.known(&ids).await?;
            held.extend(page.calls.into_iter().filter_map(|(call, _)| {
                let known = known.remove(&call.id)?;
                let workspace = call.workspace;
                Some((call.id, Held { known, workspace }))
            }));
            query.after = page.next;
            if query.after.is_none() {
                return Ok(held);
            }
        }
    }
}

impl Reader {
    /// The total of a first page that says there is more in the window than should be.
    pub(super) fn is_too_many(
        &mut self,
        page: &Page<ExtensiveCall>,
        rules: &WindowRules,
    ) -> Option<u64> {
        let is_first = std::mem::take(&mut self.is_first);
        let total = page.records.total?;
        let can_shrink = self.window.length() > SHORTEST;
        (is_first && can_shrink && total > rules.most.get()).then_some(total)
    }

    /// How many calls the window holds, as far as Gong said.
    pub(super) fn total(&self, page: &Page<ExtensiveCall>) -> u64 {
        self.announced.max(page.records.total.unwrap_or(0))
    }

    /// Puts the calls of a page on the belt, each once.
    pub(super) fn take(
        &mut self,
        page: Page<ExtensiveCall>,
        belt: &mut Belt,
        sync: &Sync,
        report: &mut SyncReport,
    ) {
        self.announced = self.total(&page);
        self.has_unreadable |= !page.unreadable.is_empty();
        report
            .failures
            .extend(page.unreadable.iter().map(Failure::from));
        for call in page.elements {
            let Some(id) = id_of(&call.value) else {
                self.has_unreadable = true;
                continue;
            };
            if !self.seen.insert(id.clone()) {
                continue;
            }
            self.found = widened(self.found, &call.value);
            let revision = self.held.get(&id).map(|held| held.known.revision);
            belt.put(Listed {
                wants_words: sync.wants_words(&call),
                expected: Expected::Read(revision),
                id,
                call,
            });
        }
    }

    /// Whether everything that Gong announced was seen and could be read.
    pub(super) fn is_complete(&self) -> bool {
        !self.has_unreadable && self.seen.len() as u64 >= self.announced
    }

    /// The calls of Gong's that were known and have not been missing.
    pub(super) fn held_of_gong(&self) -> impl Iterator<Item = (&CallId, &Held)> {
        self.held.iter().filter(|(_, held)| {
            held.known.source == Source::Gong && held.known.missing_since.is_none()
        })
    }
}

/// Where the calls of a page lie.
pub(super) fn sample(page: &Page<ExtensiveCall>) -> Option<Sample> {
    let calls = page.elements.iter().map(|call| &call.value);
    calls.fold(None, widened)
}

fn widened(sample: Option<Sample>, call: &ExtensiveCall) -> Option<Sample> {
    let started = call
        .meta_data
        .as_ref()
        .and_then(|meta| meta.started.as_ref());
    let Some(started) = started.map(gong_client::When::at) else {
        return sample;
    };
    let sample = sample.unwrap_or(Sample {
        oldest: started,
        newest: started,
        calls: 0,
    });
    Some(Sample {
        oldest: sample.oldest.min(started),
        newest: sample.newest.max(started),
        calls: sample.calls + 1,
    })
}

pub(super) fn is_expired(error: &Error) -> bool {
    matches!(error, Error::Gong(error) if *error.kind() == ErrorKind::CursorExpired)
}
