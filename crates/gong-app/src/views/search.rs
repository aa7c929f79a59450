//! An answer to a question: places, quotes, and what they were looked for in.

use serde::Serialize;

/// The answer to a question.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SearchView {
    /// What was asked.
    pub question: String,
    /// What narrowed the search.
    pub filters: FiltersView,
    /// The places, best first.
    pub hits: Vec<HitView>,
    /// What was searched, and what could not be.
    pub coverage: CoverageView,
}

/// What narrowed a search, as it was understood.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct FiltersView {
    /// Calls that began at or after this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Calls that began before this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Calls of one of these customers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Calls with one of these people of ours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reps: Vec<PersonView>,
    /// Words of this side only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<&'static str>,
    /// One of these calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<String>,
    /// Calls about one of these deals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deals: Vec<String>,
    /// Whether private calls were searched as well.
    pub include_private: bool,
    /// What was read in the question itself: its side, its time, its phrases, and what became of
    /// them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub understood: Vec<String>,
}

/// One of our own people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PersonView {
    /// The user id.
    pub user_id: String,
    /// The name, where a call tells it.
    pub name: Option<String>,
}

/// One place in one call.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HitView {
    /// 1 for the best.
    pub rank: usize,
    /// Comparable within this answer only.
    pub score: f32,
    /// The call.
    pub call_id: String,
    /// Its title.
    pub title: Option<String>,
    /// When it began.
    pub started: String,
    /// The customers it is linked to.
    pub account_ids: Vec<String>,
    /// Whether it is private.
    pub is_private: bool,
    /// The first sentence of the place, written `12.3`.
    pub first: String,
    /// The last sentence of the place.
    pub last: String,
    /// Where the place begins, in milliseconds from the start of the recording.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
    /// The sentences that answer best, in the order in which they were said.
    pub quotes: Vec<QuoteView>,
    /// The citation of the best of them.
    pub citation: Option<CitationView>,
    /// What the score is made of, for whoever asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyView>,
}

/// What a score is the sum of: meaning, words, neighbours and call.
#[derive(Clone, Copy, Debug, Serialize)]
#[non_exhaustive]
pub struct WhyView {
    /// How far the meaning of the place's best passage stands above the average candidate's.
    pub meaning: f32,
    /// The same of its words, weighed.
    pub words: f32,
    /// What the passages beside it add.
    pub neighbours: f32,
    /// What the call adds: how much more its best passages have than those of other calls.
    pub call: f32,
    /// The cosine of its meaning with the question's; none if it was found by words only.
    pub cosine: Option<f32>,
    /// The BM25 of its words; none if it was found by meaning only.
    pub bm25: Option<f32>,
}

/// Words of one sentence.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct QuoteView {
    /// The words.
    pub text: String,
    /// Whether the sentence goes on before or after them.
    pub is_cut: bool,
    /// Who said it, if known.
    pub speaker: Option<String>,
    /// Where a person can check it.
    pub citation: CitationView,
}

/// Where a quote can be checked.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CitationView {
    /// The company.
    pub tenant: String,
    /// The call.
    pub call_id: String,
    /// The revision of the words.
    pub text_revision: u64,
    /// The sentence, written `12.3`.
    pub sentence: String,
    /// When it was said: `mm:ss`, or `h:mm:ss` past the first hour.
    pub time: String,
    /// The same in milliseconds from the start of the recording.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
    /// The party who said it.
    pub party_id: Option<String>,
    /// For which side: ours, theirs, unknown.
    pub side: &'static str,
    /// Opens the call at that moment.
    pub url: Option<String>,
}

/// What was searched, and what could not be.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct CoverageView {
    /// Calls in the archive that the asker may see.
    pub calls: u64,
    /// Calls whose words the index holds.
    pub searched: u64,
    /// Calls without words: no transcript yet, or none at all.
    pub without_transcript: u64,
    /// Calls with words that wait for the index.
    pub pending_index: u64,
    /// Private calls that were left out.
    pub private_withheld: u64,
}
