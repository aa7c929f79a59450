//! What can stop a sync, named by what a caller can do about it.

use conversation::CallId;

/// Why something could not be done at all. What concerns one call is a [`crate::Failure`] instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The key sees none of the newest calls that are known: it is of another company. Nothing
    /// was stored, marked or erased.
    #[error("this key sees none of the newest known calls: it belongs to another company")]
    WrongCompany,
    /// Gong did not answer as asked; its own error says whether to try later or to mend a key.
    #[error("gong could not be asked")]
    Gong(#[from] gong_client::Error),
    /// The archive did not do its part.
    #[error("the archive failed")]
    Archive(#[from] call_archive::Error),
    /// The index did not do its part.
    #[error("the index failed")]
    Index(#[from] memory_store::Error),
    /// A file or an answer is no call.
    #[error("{} could not be read: {reason}", call.as_ref().map_or_else(|| "a call".to_owned(), |id| format!("call {id}")))]
    Unreadable {
        /// The call, where its id could be made out.
        call: Option<CallId>,
        /// Why, without quoting it.
        reason: String,
    },
    /// The sync was made without a part that this needs.
    #[error("this needs {0}")]
    NotConfigured(&'static str),
    /// A window's cursor expired again and again, however short the window was made.
    #[error("gong's list expires before it can be read")]
    Unfinishable,
    /// The cancellation token was triggered; what was in hand is stored, the rest comes next time.
    #[error("stopped on request")]
    Cancelled,
}

impl Error {
    /// Whether the same may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Gong(error) => error.is_transient(),
            Self::Archive(error) => error.is_transient(),
            Self::Index(error) => error.is_transient(),
            Self::Unfinishable | Self::Cancelled => true,
            Self::WrongCompany | Self::Unreadable { .. } | Self::NotConfigured(_) => false,
        }
    }
}
