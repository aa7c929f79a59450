//! What the demo did: a sync of invented calls, and answers from them.

use serde::Serialize;

use super::{SearchView, SyncView};

/// What the demo did.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct DemoView {
    /// Always true: every person, company and product in it is made up.
    pub is_invented: bool,
    /// Where its archive, key and index lie.
    pub data_dir: String,
    /// What the sync did.
    pub sync: SyncView,
    /// The answers.
    pub answers: Vec<SearchView>,
}

impl DemoView {
    /// A demo in a folder.
    pub fn new(data_dir: impl Into<String>, sync: SyncView, answers: Vec<SearchView>) -> Self {
        Self {
            is_invented: true,
            data_dir: data_dir.into(),
            sync,
            answers,
        }
    }
}
