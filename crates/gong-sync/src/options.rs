//! What a sync brings, and how carefully.

use std::num::NonZeroU64;

use call_archive::Source;
use conversation::{Currency, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

/// Runs overlap by at least this much: calls appear late, and Gong has two clocks.
pub const LEAST_OVERLAP: SignedDuration = SignedDuration::from_hours(3 * 24);

/// What becomes of calls that are marked private upstream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum PrivatePolicy {
    /// Only id, times and privacy are kept; a call that turns private is erased down to these.
    #[default]
    Skip,
    /// They are stored and indexed, and shown to those who may see them.
    Store,
}

/// What becomes of calls that were deleted in Gong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum DeletedInGong {
    /// They are marked as missing and kept: the archive may be the only copy.
    #[default]
    Keep,
    /// They are erased once Gong has said twice, a day apart, that it does not know them. They may
    /// come back.
    Erase,
}

/// How many calls a window should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WindowRules {
    /// Windows grow and shrink towards this many calls.
    pub target: NonZeroU64,
    /// A window with more calls than this is begun again, shorter.
    pub most: NonZeroU64,
}

impl Default for WindowRules {
    /// A thousand calls: half a page lost at the end of each window is then 2.5 % of its requests,
    /// and an interruption costs eight seconds of them at the most.
    fn default() -> Self {
        Self {
            target: NonZeroU64::new(1_000).expect("not zero"),
            most: NonZeroU64::new(2_000).expect("not zero"),
        }
    }
}

/// What a sync brings, and how carefully.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SyncOptions {
    /// Where the first run begins.
    pub since: Timestamp,
    /// How far runs overlap; never less than [`LEAST_OVERLAP`].
    pub overlap: SignedDuration,
    /// Only this workspace.
    pub workspace: Option<WorkspaceId>,
    /// What becomes of private calls.
    pub private: PrivatePolicy,
    /// What becomes of calls that were deleted in Gong.
    pub deleted_in_gong: DeletedInGong,
    /// How many calls a window should hold.
    pub window: WindowRules,
    /// The id of the access key (never its secret): a key that was not seen before must first show
    /// that it is of the same company. Without one, every [`crate::Sync`] checks once.
    pub key_id: Option<String>,
    /// What the calls are stored as coming from: `Gong`, or `Demo`.
    pub source: Source,
    /// The currency of a deal's amount where the CRM context names none: without one, such an
    /// amount is not taken.
    pub currency: Option<Currency>,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            since: "2015-01-01T00:00:00Z".parse().expect("an instant"),
            overlap: LEAST_OVERLAP,
            workspace: None,
            private: PrivatePolicy::Skip,
            deleted_in_gong: DeletedInGong::Keep,
            window: WindowRules::default(),
            key_id: None,
            source: Source::Gong,
            currency: None,
        }
    }
}
