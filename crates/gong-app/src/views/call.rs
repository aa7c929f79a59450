//! One call with everything that was said.

use serde::Serialize;

/// One call.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CallView {
    /// The call.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Where a person can open it.
    pub url: Option<String>,
    /// When it began.
    pub started: String,
    /// How long it lasted, in seconds.
    pub duration_s: Option<u64>,
    /// Who called whom.
    pub direction: Option<String>,
    /// Whether it was internal or external.
    pub scope: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Whether it is private.
    pub is_private: bool,
    /// The workspace.
    pub workspace_id: Option<String>,
    /// The customers it is linked to.
    pub account_ids: Vec<String>,
    /// Gong's tags.
    pub tags: Vec<String>,
    /// Where it came from: gong, import or demo.
    pub source: &'static str,
    /// Since when Gong's list has not had it.
    pub missing_since: Option<String>,
    /// Who took part.
    pub parties: Vec<PartyView>,
    /// `present`, `pending` or `none`.
    pub transcript: &'static str,
    /// The revision of the words.
    pub text_revision: Option<u64>,
    /// What was said, in order.
    pub sentences: Vec<SentenceView>,
}

/// Who took part.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PartyView {
    /// The party.
    pub id: String,
    /// The person of our own company.
    pub user_id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// ours, theirs, unknown.
    pub side: &'static str,
}

/// One sentence.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SentenceView {
    /// Its place, written `12.3`.
    pub sentence: String,
    /// When it was said.
    pub time: String,
    /// The same in milliseconds.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
    /// Who said it.
    pub party_id: Option<String>,
    /// The name, if known.
    pub speaker: Option<String>,
    /// ours, theirs, unknown.
    pub side: &'static str,
    /// The words.
    pub text: String,
}
