//! What a long search for weights tells while it runs.

use crate::Error;

/// Something worth showing to whoever waits.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A source is asked.
    Trying {
        /// The name of the source.
        source: &'a str,
    },
    /// Some of the files are there. A source that cannot count reports only the end.
    Bytes {
        /// The name of the source.
        source: &'a str,
        /// Bytes so far, over all files.
        done: u64,
        /// Bytes in the end.
        total: u64,
    },
    /// A source did not give the files; the next one is tried.
    GaveUp {
        /// The name of the source.
        source: &'a str,
        /// Why.
        error: &'a Error,
    },
}

/// Is told what happens; every `Fn(&Event)` that threads may share is one.
pub trait Progress: Send + Sync {
    /// Takes note. It must return at once.
    fn report(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync> Progress for F {
    fn report(&self, event: &Event<'_>) {
        self(event);
    }
}
