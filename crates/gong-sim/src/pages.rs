//! One page of a list: where it begins, how long it is, what its `records` say.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::book::Place;
use crate::cursor::{Cursor, Refused};
use crate::{Endless, Faults};

/// Gong's page size, which cannot be set.
const PAGE_SIZE: usize = 100;
/// What the sizes become when pages shrink: the empty one still has a cursor.
const SHRINKING: [usize; 4] = [100, 60, 30, 0];

/// A page that is being answered.
#[derive(Debug)]
pub(crate) struct Page<'f> {
    here: Cursor,
    asked_with: Option<String>,
    faults: &'f Faults,
}

impl<'f> Page<'f> {
    /// The page that the cursor asks for, or the first one.
    pub(crate) fn open(
        cursor: Option<&str>,
        asked: u64,
        epoch: u64,
        now: Timestamp,
        faults: &'f Faults,
    ) -> Result<Self, Refused> {
        let here = match cursor {
            Some(text) => Cursor::accept(text, asked, epoch, now)?,
            None => Cursor {
                asked,
                after: None,
                page: 0,
                first_page_at: now,
                epoch,
            },
        };
        Ok(Self {
            here,
            asked_with: cursor.map(str::to_owned),
            faults,
        })
    }

    /// The place after which the page begins.
    pub(crate) fn after(&self) -> Option<&Place> {
        self.here.after.as_ref()
    }

    /// The place whose item is to be shown again at the top, when pages repeat.
    pub(crate) fn repeated(&self) -> Option<&Place> {
        self.after().filter(|_| self.faults.duplicates)
    }

    /// How many new items the page may hold.
    pub(crate) fn room(&self) -> usize {
        let size = if self.faults.shrinking_pages {
            let turn = usize::try_from(self.here.page).unwrap_or(0) % SHRINKING.len();
            SHRINKING.get(turn).copied().unwrap_or(PAGE_SIZE)
        } else {
            PAGE_SIZE
        };
        if self.repeated().is_some() {
            size.saturating_sub(1)
        } else {
            size
        }
    }

    /// The `records` of the page: `last` is the last new item on it.
    pub(crate) fn records(
        &self,
        total: usize,
        size: usize,
        last: Option<Place>,
        has_more: bool,
    ) -> Value {
        let next = Cursor {
            after: last.or_else(|| self.here.after.clone()),
            page: self.here.page + 1,
            ..self.here.clone()
        };
        let cursor = match self.faults.endless {
            Some(Endless::SameCursor) => {
                Some(self.asked_with.clone().unwrap_or_else(|| next.issue()))
            }
            Some(Endless::FreshCursors) if !has_more => Some(
                Cursor {
                    after: None,
                    ..next
                }
                .issue(),
            ),
            _ => has_more.then(|| next.issue()),
        };
        let mut records = json!({
            "totalRecords": total,
            "currentPageSize": size,
            "currentPageNumber": self.here.page,
        });
        if let Some(cursor) = cursor {
            records["cursor"] = json!(cursor);
        }
        records
    }
}
