//! Calls without their words: in a list, and one with what its vendor wrote about it.

use serde::Serialize;

use super::{CallView, PersonView};

/// A page of calls, newest first.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CallsView {
    /// The calls.
    pub calls: Vec<CallRowView>,
    /// How many there are in all; `null` where counting them would mean reading them all.
    pub total: Option<u64>,
    /// Continues the list; `null` at its end.
    pub next: Option<String>,
}

/// One call of a list.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CallRowView {
    /// The call.
    pub id: String,
    /// Its title; `null` as well for who may not read words.
    pub title: Option<String>,
    /// When it began.
    pub started: String,
    /// How long it lasted, in seconds.
    pub duration_s: Option<u64>,
    /// Who called whom.
    pub direction: Option<String>,
    /// Whether it was internal or external.
    pub scope: Option<String>,
    /// Our own people in it.
    pub reps: Vec<PersonView>,
    /// The customers it is linked to.
    pub account_ids: Vec<String>,
    /// The domains of the others' addresses.
    pub domains: Vec<String>,
    /// Whether it is private.
    pub is_private: bool,
    /// `present`, `pending` or `none`.
    pub transcript: &'static str,
    /// Where a person can open it.
    pub url: Option<String>,
}

/// One call without its words, and what its vendor wrote about it.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CallFactsView {
    /// The call; `sentences` is empty.
    pub call: CallView,
    /// How many sentences it has.
    pub sentences: usize,
    /// What its vendor wrote about it; `null` as well for who may not read words.
    pub content: Option<ContentView>,
}

/// What the vendor of a call wrote about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ContentView {
    /// Its summary.
    pub brief: Option<String>,
    /// Its key points.
    pub key_points: Vec<String>,
    /// How the call ended.
    pub outcome: Option<String>,
    /// Its trackers that were heard, and how often.
    pub trackers: Vec<(String, u64)>,
    /// Its topics, and for how many seconds.
    pub topics: Vec<(String, u64)>,
}
