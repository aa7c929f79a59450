//! What is to be erased, what was erased, and what must be kept.

use call_archive::{Hold, HoldName, Preview, Receipt};
use serde::Serialize;

use super::FailureView;

/// How much a purge would take.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct PurgePreviewView {
    /// What was named: call, person, account or before.
    pub kind: &'static str,
    /// Calls that would go.
    pub calls: u64,
    /// Those among them with words.
    pub with_text: u64,
    /// Their sentences.
    pub sentences: u64,
    /// Start of the earliest.
    pub oldest: Option<String>,
    /// Start of the latest.
    pub newest: Option<String>,
    /// Calls that were named and are not held: they would be refused from then on.
    pub unknown: u64,
    /// Deals that would go with their account.
    pub deals: u64,
    /// Legal holds in the way.
    pub held_by: Vec<InTheWayView>,
}

/// A legal hold in the way of a purge.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct InTheWayView {
    /// The hold.
    pub hold: String,
    /// How many of the calls it keeps.
    pub calls: u64,
}

/// What a purge did.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct PurgeView {
    /// Its receipt.
    pub receipt: ReceiptView,
    /// Another process holds the index and does the erasing.
    pub is_held_elsewhere: bool,
    /// Every failure of a single call; each is tried again.
    pub failures: Vec<FailureView>,
    /// What is beyond gongkit's reach, and what to do about it.
    pub remarks: Vec<&'static str>,
}

/// What was erased, without content.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ReceiptView {
    /// Its own id.
    pub id: String,
    /// What was named: call, person, account or before.
    pub kind: String,
    /// Why: asked or retention.
    pub reason: String,
    /// Who asked for it.
    pub actor: String,
    /// The keyed hash of the person or account that was named.
    pub target: Option<String>,
    /// Calls that started earlier are refused.
    pub before: Option<String>,
    /// When it began.
    pub begun: String,
    /// How many calls it took.
    pub calls: u64,
    /// Those among them with words.
    pub with_text: u64,
    /// Their sentences.
    pub sentences: u64,
    /// Calls that a legal hold kept from retention.
    pub kept_by_hold: u64,
    /// Calls that are hidden and not destroyed yet.
    pub left: u64,
    /// When everything was gone.
    pub finished: Option<String>,
    /// What could not be reached yet.
    pub unreached: Vec<&'static str>,
}

/// Every receipt, the newest first.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ReceiptsView {
    /// The receipts.
    pub receipts: Vec<ReceiptView>,
    /// What is beyond gongkit's reach, and what to do about it.
    pub remarks: Vec<&'static str>,
}

/// A legal hold.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HoldView {
    /// Its name.
    pub name: String,
    /// What it keeps: call, email, user, account, workspace or everything.
    pub kind: String,
    /// Which one: an id, or the keyed hash of an address.
    pub value: String,
    /// Since when.
    pub since: String,
    /// When it was lifted.
    pub released: Option<String>,
}

/// Every legal hold, by name.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct HoldsView {
    /// The holds.
    pub holds: Vec<HoldView>,
}

impl PurgePreviewView {
    pub(crate) fn new(kind: &'static str, preview: &Preview) -> Self {
        let in_the_way = |(hold, calls): &(HoldName, u64)| InTheWayView {
            hold: hold.to_string(),
            calls: *calls,
        };
        Self {
            kind,
            calls: preview.calls,
            with_text: preview.with_text,
            sentences: preview.sentences,
            oldest: preview.oldest.map(|at| at.to_string()),
            newest: preview.newest.map(|at| at.to_string()),
            unknown: preview.unknown,
            deals: preview.deals,
            held_by: preview.held.iter().map(in_the_way).collect(),
        }
    }
}

impl From<&Receipt> for ReceiptView {
    fn from(receipt: &Receipt) -> Self {
        Self {
            id: receipt.id.clone(),
            kind: receipt.kind.clone(),
            reason: receipt.reason.clone(),
            actor: receipt.actor.clone(),
            target: receipt.target.clone(),
            before: receipt.before.map(|at| at.to_string()),
            begun: receipt.begun.to_string(),
            calls: receipt.calls,
            with_text: receipt.with_text,
            sentences: receipt.sentences,
            kept_by_hold: receipt.kept_by_hold,
            left: receipt.left,
            finished: receipt.finished.map(|at| at.to_string()),
            unreached: receipt.unreached.iter().map(|left| left.as_str()).collect(),
        }
    }
}

impl From<&Hold> for HoldView {
    fn from(hold: &Hold) -> Self {
        Self {
            name: hold.name.to_string(),
            kind: hold.kind.clone(),
            value: super::neutral(&hold.value),
            since: hold.since.to_string(),
            released: hold.released.map(|at| at.to_string()),
        }
    }
}
