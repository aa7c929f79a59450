//! What several use cases of one answer read, read once.
//!
//! A page is made of many use cases, and most of them sum over the same rows: the figures of calls and
//! what was told of deals. A handle that reads once keeps them for as long as it lives, which is one
//! answer; the next answer reads again, so whatever changed in between shows at once. Rows are kept by
//! the scope that they were read under: what one use case may see is never handed to another that may
//! see less.

use std::sync::{Arc, Mutex, PoisonError};

use access::Scope;
use call_archive::DealHistory;
use jiff::Timestamp;
use tokio::sync::OnceCell;

use crate::Error;
use crate::app::App;
use crate::deals::DealsAndCalls;
use crate::numbers::{Figured, Makers};

/// What was read for one answer.
pub(crate) struct Once {
    /// The answer is as of one instant.
    pub(crate) now: Timestamp,
    pub(crate) makers: Memo<(), Makers>,
    /// By scope, and by what made them.
    pub(crate) figures: Memo<(Scope, String), Vec<Figured>>,
    pub(crate) histories: Memo<(Scope, Timestamp), Vec<DealHistory>>,
    pub(crate) deals: Memo<(Scope, Timestamp), DealsAndCalls>,
}

impl App {
    /// The same app for one answer that several use cases make: as of one instant, with the rows that
    /// they sum over read once. It is not to be kept: what it read is not read again.
    #[must_use = "gives another handle back"]
    pub fn reading_once(&self) -> Self {
        let once = Once {
            now: self.now(),
            makers: Memo::default(),
            figures: Memo::default(),
            histories: Memo::default(),
            deals: Memo::default(),
        };
        Self {
            once: Some(Arc::new(once)),
            ..self.clone()
        }
    }
}

/// Values by their keys, each made once. There are few keys: the scopes of one caller.
pub(crate) struct Memo<K, V>(Mutex<Vec<Entry<K, V>>>);

type Entry<K, V> = (K, Arc<OnceCell<Arc<V>>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<K: PartialEq, V> Memo<K, V> {
    /// The value of a key. Who comes while it is made waits for it; what failed is made again.
    pub(crate) async fn get(
        &self,
        key: K,
        make: impl Future<Output = Result<V, Error>>,
    ) -> Result<Arc<V>, Error> {
        let cell = self.cell(key);
        let make = || async move { make.await.map(Arc::new) };
        cell.get_or_try_init(make).await.cloned()
    }

    fn cell(&self, key: K) -> Arc<OnceCell<Arc<V>>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = entries.iter().find(|(known, _)| *known == key) {
            return Arc::clone(cell);
        }
        let cell = Arc::default();
        entries.push((key, Arc::clone(&cell)));
        cell
    }
}
