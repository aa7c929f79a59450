//! A list that goes on by cursor: its pages, or its elements, as a stream.
use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
};

use futures::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};

use crate::{Error, ErrorKind, GongClient, ListRequest, Page, Raw, Unreadable};

/// The most pages that a list may have. A cursor lives an hour, in which Gong allows 10,800
/// requests; what goes on after that does not end.
pub const MAX_PAGES: usize = 20_000;

/// The most empty pages in a row.
pub const MAX_EMPTY_PAGES: usize = 100;

/// How many elements more than twice what Gong announced may come: lists grow while they are read.
const SURPLUS: u64 = 10_000;

/// How many ids of unreadable elements are remembered.
const REMEMBERED_IDS: usize = 100;

/// A list of Gong's that has not been asked for yet.
#[derive(Debug)]
#[must_use = "a list asks nothing until its pages or its stream are read"]
pub struct List<R> {
    client: GongClient,
    request: R,
}

/// Where a walk through a list is.
struct Walk<R> {
    list: List<R>,
    cursor: Option<String>,
    seen_cursors: HashSet<u64>,
    hasher: RandomState,
    seen_elements: u64,
    empty_pages: usize,
    total: Option<u64>,
    next: Next,
}

/// What comes after the page given last.
enum Next {
    Page,
    End,
    Endless,
}

impl<R: ListRequest + 'static> List<R> {
    pub(crate) fn new(client: GongClient, request: R) -> Self {
        Self { client, request }
    }

    /// The pages, as long as Gong gives a cursor. Empty pages are given, too: they tell how much
    /// there is. After an error the stream ends.
    pub fn pages(self) -> BoxStream<'static, Result<Page<R::Element>, Error>> {
        let walk = Walk {
            list: self,
            cursor: None,
            seen_cursors: HashSet::new(),
            hasher: RandomState::new(),
            seen_elements: 0,
            empty_pages: 0,
            total: None,
            next: Next::Page,
        };
        stream::try_unfold(walk, Walk::next).boxed()
    }

    /// The elements, in Gong's order. After an error the stream ends.
    ///
    /// Elements that cannot be read do not stop the others: they are reported at the end of the
    /// list by one error of kind [`ErrorKind::UnreadableElements`]. Whoever needs their JSON reads
    /// the [pages](Self::pages).
    pub fn stream(self) -> BoxStream<'static, Result<Raw<R::Element>, Error>> {
        let mut count = 0;
        let mut ids = Vec::new();
        self.pages()
            .map(Some)
            .chain(stream::once(async { None }))
            .flat_map(move |page| match page {
                Some(Ok(page)) => {
                    count += page.unreadable.len();
                    remember(&mut ids, page.unreadable);
                    stream::iter(page.elements).map(Ok).boxed()
                }
                Some(Err(error)) => stream::iter([Err(error)]).boxed(),
                None if count == 0 => stream::empty().boxed(),
                None => {
                    let kind = ErrorKind::UnreadableElements {
                        count,
                        ids: std::mem::take(&mut ids),
                    };
                    let error = Error::new(kind).during(&R::OPERATION, 1);
                    stream::iter([Err(error)]).boxed()
                }
            })
            .scan(false, |has_failed, element| {
                let goes_on = !*has_failed;
                *has_failed = element.is_err();
                async move { goes_on.then_some(element) }
            })
            .boxed()
    }

    /// All elements at once, for lists that are known to be short.
    ///
    /// # Errors
    /// As [`List::stream`].
    pub async fn collect(self) -> Result<Vec<Raw<R::Element>>, Error> {
        self.stream().try_collect().await
    }
}

impl<R: ListRequest> Walk<R> {
    async fn next(mut self) -> Result<Option<(Page<R::Element>, Self)>, Error> {
        match self.next {
            Next::Page => {}
            Next::End => return Ok(None),
            Next::Endless => {
                return Err(Error::new(ErrorKind::EndlessList).during(&R::OPERATION, 1));
            }
        }
        let List { client, request } = &self.list;
        let page = match client.send_page(request, self.cursor.as_deref()).await {
            Ok(page) => page,
            Err(error) if self.cursor.is_some() && *error.kind() == ErrorKind::NotFound => {
                return self.nothing_behind_the_cursor(error);
            }
            Err(error) => return Err(error),
        };
        let elements = page.elements.len() + page.unreadable.len();
        self.seen_elements += elements as u64;
        self.empty_pages = if elements == 0 {
            self.empty_pages + 1
        } else {
            0
        };
        self.total = self.total.max(page.records.total);
        self.cursor.clone_from(&page.records.cursor);
        self.next = match &self.cursor {
            None => Next::End,
            Some(cursor) => {
                let is_new = self.seen_cursors.insert(self.hasher.hash_one(cursor));
                if is_new && !self.is_beyond_all_bounds() {
                    Next::Page
                } else {
                    Next::Endless
                }
            }
        };
        Ok(Some((page, self)))
    }

    /// Every cursor may be new and the list still never end.
    fn is_beyond_all_bounds(&self) -> bool {
        let most = self
            .total
            .map_or(u64::MAX, |total| total.saturating_mul(2) + SURPLUS);
        self.seen_cursors.len() >= MAX_PAGES
            || self.empty_pages >= MAX_EMPTY_PAGES
            || self.seen_elements > most
    }

    /// A 404 in the middle of a list is its end when all was seen; otherwise the cursor is no
    /// longer good, and ending here would lose the rest in silence.
    fn nothing_behind_the_cursor<T>(self, error: Error) -> Result<Option<(Page<T>, Self)>, Error> {
        if self.total.is_some_and(|total| self.seen_elements >= total) {
            Ok(None)
        } else {
            Err(error.with_kind(ErrorKind::CursorExpired))
        }
    }
}

fn remember(ids: &mut Vec<String>, unreadable: Vec<Unreadable>) {
    let room = REMEMBERED_IDS.saturating_sub(ids.len());
    ids.extend(
        unreadable
            .into_iter()
            .filter_map(|element| element.id)
            .take(room),
    );
}
